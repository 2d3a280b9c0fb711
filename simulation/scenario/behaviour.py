"""`behaviour:` -> which of rival rules run, for the whole scenario or in one arm."""

from simulation.catalogue import Catalogue
from simulation.scenario.errors import hint, shown
from simulation.scenario.items import BROKEN, Faults, Item, Path_

KEY = "behaviour"


def check_variant(slot: str, item: Item, path: Path_, catalogue: Catalogue, faults: Faults) -> bool:
    """Say whether `slot: variant` names rules that there are; every mistake goes to `faults`."""
    slots = sorted({one.slot for one in catalogue.processes.values()})
    if slot not in slots:
        faults.add(item.named_at, (*path, slot), f"there is no behaviour '{slot}'" + hint(slot, slots))
        return False
    if isinstance(item.value, str) and item.value not in catalogue.variants(slot):
        what = f"'{item.value}' is not a variant of {slot}" + hint(item.value, catalogue.variants(slot))
        faults.add(item.spot, (*path, slot), what)
        return False
    return isinstance(item.value, str)


def read_rules(
    given: Item, path: Path_, catalogue: Catalogue, faults: Faults, before: dict[str, Item]
) -> dict[str, Item]:
    """Read one `- behaviour: {slot: variant}` of an arm.

    Parameters
    ----------
    given
        the map of slots.
    path
        where it stands, for the mistakes' names.
    catalogue
        what rules there are.
    faults
        where mistakes go.
    before
        what this arm's other entries name already; a slot may stand in one of them.
    """
    if given.value is BROKEN:
        return {}
    if not isinstance(given.value, dict) or not given.value:
        what = f"must be a map of a behaviour and its variant, '- behaviour: {{slot: variant}}', got {_got(given)}"
        faults.add(given.spot, path, what)
        return {}
    found: dict[str, Item] = {}
    for slot, item in given.value.items():
        if item.value is not BROKEN and not isinstance(item.value, str):
            faults.add(item.spot, (*path, slot), f"must be text, the name of a variant, got {shown(item.value)}")
        elif slot in before:
            line = before[slot].named_at.line
            what = f"this arm names a variant of {slot} twice, the first in line {line}; keep one"
            faults.add(item.named_at, (*path, slot), what)
        elif check_variant(slot, item, path, catalogue, faults):
            found[slot] = item
    return found


def _got(given: Item) -> str:
    return "an empty map" if given.value == {} else shown(given.value)
