"""Names of indicators in a scenario: each one there is, and none twice."""

from collections.abc import Mapping

from simulation.catalogue import Catalogue
from simulation.contract import Indicator
from simulation.scenario.errors import hint, shown
from simulation.scenario.items import Faults, Item, Path_, child


def indicators_of(catalogue: Catalogue) -> dict[str, Indicator]:
    """Return every indicator by its name."""
    return {name: one for family in catalogue.outcomes.values() for name, one in family.indicators.items()}


def check_names(listed: Item | None, path: Path_, known: Mapping[str, Indicator], faults: Faults) -> None:
    """Refuse a name in a list that is no indicator, or that stands there a second time."""
    seen: set[str] = set()
    for number, item in enumerate(listed.value if listed is not None and isinstance(listed.value, list) else ()):
        if isinstance(item.value, str) and (item.value not in known or item.value in seen):
            unknown = "is not an indicator" + hint(item.value, sorted(known))
            told = "stands here a second time; keep one" if item.value in seen else unknown
            faults.add(item.spot, (*path, number), f"'{item.value}' {told}")
        seen.add(str(item.value))


def check_half_widths(replicates: Item | None, known: Mapping[str, Indicator], faults: Faults) -> None:
    """Refuse `replicates.until` where a name is no indicator, or a half width isn't above 0."""
    until = child(replicates, "until") if replicates is not None else None
    for name, item in (until.value if until is not None and isinstance(until.value, dict) else {}).items():
        where = ("replicates", "until", name)
        if name not in known:
            faults.add(item.named_at, where, f"'{name}' is not an indicator" + hint(name, sorted(known)))
        elif type(item.value) in (int, float) and item.value <= 0:
            what = f"half the width of an interval lies above 0, got {shown(item.value)} {known[name].unit}"
            faults.add(item.spot, where, what.rstrip())
