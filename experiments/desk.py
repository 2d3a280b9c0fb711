"""The sums that planners do, as a manifest tells them."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from simulation.desk import estimates

if TYPE_CHECKING:
    from simulation.scenario import ArmItem, Scenario


def desk_of(scenario: "Scenario", arms: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the desk estimates of each arm that does anything, by arm.

    Each is what `simulation.desk.Desk` says, with `name`, the intervention's; `opens` and `ends`, its first month in
    force and the first one no longer (None if it lasts); `ramp_months`; and `employers`, the ids of those that it
    brings. An intervention without a sum is told by these alone, so that a reader knows that an arm's isn't whole.
    """
    found = {arm: [one for item in scenario.arms[arm] for one in _told(scenario, item)] for arm in arms}
    return {arm: told for arm, told in found.items() if told}


def _told(scenario: "Scenario", item: "ArmItem") -> list[dict[str, Any]]:
    kind = scenario.catalogue.interventions[item.kind]
    settings = item.settings
    about = {
        "name": item.identity, "opens": settings.first_month, "ends": settings.ends,
        "ramp_months": settings.ramp_months,
        "employers": [row.identity for row in kind.rows(settings) if row.table == "employers"],
    }  # fmt: skip
    found = () if kind.desk is None else estimates(kind.desk(settings))
    return [{**about, **asdict(one)} for one in found] or [about]
