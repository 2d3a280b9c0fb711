"""The draws of a study: points in the space of its uncertain parameters, by number."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulation.scenario import Scenario


def points_of(scenario: "Scenario", asked: int | None = None) -> int:
    """Return how many draws there are; 1 for parameters held fixed."""
    return 1


def drawn_values(scenario: "Scenario", draw: int, asked: int | None = None) -> Mapping[str, float]:
    """Return {path: value} of a draw; empty for parameters held fixed."""
    return {}
