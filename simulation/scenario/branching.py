"""`branch_at:` -> the month up to which all arms share one run of the baseline, and which arms can't."""

from collections.abc import Mapping

from simulation.catalogue import Catalogue
from simulation.contract import Phasing
from simulation.months import date_of, month_of
from simulation.scenario import behaviour
from simulation.scenario.arms import BASELINE, Span
from simulation.scenario.items import Faults, Item, Path_, child
from simulation.scenario.validate import validated

KEY = "branch_at"


def too_early(settings: Phasing, month: int) -> str:
    """Say what an intervention does before a month, such as `comes into force in 2020-04`; nothing if it waits."""
    if settings.first_month < month:
        return f"comes into force in {date_of(settings.first_month)}"
    if settings.capital_month < month:
        return f"is decided and paid for in {date_of(settings.capital_month)}"
    return ""


def check_branching(tree: Item, span: Span | None, catalogue: Catalogue, faults: Faults) -> None:
    """Check that `branch_at` is a later month of the run, and that no arm differs from the baseline before it.

    What isn't readable as such is left to the checks of the file and of the arms.
    """
    named = child(tree, KEY)
    month = _month(named)
    if named is None or month is None or span is None:
        return
    allowed = Span(span.first + 1, span.last)
    if month not in allowed:
        remedy = f"allowed: {allowed}; arms can't branch before the second month of the run or after its last"
        faults.add(named.spot, KEY, f"{date_of(month)} lies outside the months after the first; {remedy}")
        return
    usual = _chosen(child(tree, behaviour.KEY))
    for arm, item in _parts(child(tree, "arms")).items():
        for number, entry in enumerate(item.value if arm != BASELINE and isinstance(item.value, list) else ()):
            for kind, given in _parts(entry).items():
                path = ("arms", arm, number, kind)
                if kind == behaviour.KEY:
                    _check_rules(given, path, usual, month, catalogue, faults)
                elif kind in catalogue.interventions:
                    _check_months(catalogue.interventions[kind].Settings, given, path, month, faults)


def _check_months(model: type[Phasing], given: Item, path: Path_, month: int, faults: Faults) -> None:
    settings = validated(model, given, path, Faults()) if isinstance(given.value, dict) else None
    told = too_early(settings, month) if settings else ""
    if told:
        what = f"{told}, before '{KEY}' ({date_of(month)}): start it later or branch earlier"
        faults.add(given.named_at, path, what)


def _check_rules(
    given: Item, path: Path_, usual: Mapping[str, str], month: int, catalogue: Catalogue, faults: Faults
) -> None:
    for slot, variant in _chosen(given).items():
        variants = catalogue.variants(slot)
        if variant in variants and variant != usual.get(slot, variants[0]):
            what = f"'{variant}' holds from the first month on, before '{KEY}' ({date_of(month)})"
            remedy = f"leave out '{KEY}', so that each arm runs as a whole, or leave out this rule"
            faults.add(given.value[slot].named_at, (*path, slot), f"{what}: {remedy}")


def _parts(item: Item | None) -> Mapping[str, Item]:
    return item.value if item is not None and isinstance(item.value, dict) else {}


def _chosen(named: Item | None) -> dict[str, str]:
    return {slot: one.value for slot, one in _parts(named).items() if isinstance(one.value, str)}


def _month(item: Item | None) -> int | None:
    try:
        return month_of(item.value) if item is not None else None
    except (ValueError, AttributeError):
        return None  # the file's own check says so
