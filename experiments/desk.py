"""The sums that planners do, as a manifest tells them."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from simulation.desk import estimates

if TYPE_CHECKING:
    from simulation.scenario import ArmItem, Scenario


def desk_of(scenario: "Scenario", arms: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the desk estimates of each arm that does anything: {arm: [{name, outcome, change, text, ...}]}.

    An intervention without one is told by its name alone, so that a reader knows that a sum is incomplete.
    """
    found = {arm: [one for item in scenario.arms[arm] for one in _told(scenario, item)] for arm in arms}
    return {arm: told for arm, told in found.items() if told}


def _told(scenario: "Scenario", item: "ArmItem") -> list[dict[str, Any]]:
    desk = scenario.catalogue.interventions[item.kind].desk
    found = () if desk is None else estimates(desk(item.settings))
    return [{"name": item.identity, **asdict(one)} for one in found] or [{"name": item.identity}]
