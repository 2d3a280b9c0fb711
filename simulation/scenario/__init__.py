"""A scenario file -> a frozen Scenario, or all its mistakes at once."""

from simulation.scenario.arms import ArmItem
from simulation.scenario.effective import effective_text
from simulation.scenario.errors import Fault, ScenarioError
from simulation.scenario.json_schema import schema
from simulation.scenario.loading import load, load_mapping
from simulation.scenario.scenario import Scenario

__all__ = ["ArmItem", "Fault", "Scenario", "ScenarioError", "effective_text", "load", "load_mapping", "schema"]
