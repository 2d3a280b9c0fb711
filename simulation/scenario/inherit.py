"""`base:` and `--set`: one tree of values from several files, each value with the file it came from."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from simulation.scenario.errors import shown
from simulation.scenario.items import BROKEN, Faults, Item, Spot, child, dotted
from simulation.scenario.paths import Parts, PathError, SettingNames, next_key, written_out
from simulation.scenario.yaml_source import parse, read_file

FORMAT = 1
REGION = (
    "names", "start", "months", "seed", "scale", "tables", "parameters", "behaviour", "events", "plugins", "record",
)  # fmt: skip
"""What a base hands down. Its name, arms, replicates and report stay its own."""

MIGRATIONS: dict[int, Callable[[Item], Item]] = {}
"""Steps that turn a file of format n into one of format n + 1, by n."""


@dataclass(frozen=True)
class Merged:
    """The effective tree. `whole` is False where a file of the chain couldn't be read."""

    item: Item
    whole: bool


def gather(top: Item, path: Path | None, faults: Faults) -> Merged:
    """Lay a scenario over its base, and that over its own, as far as the chain goes.

    Parameters
    ----------
    top
        the scenario as it was read.
    path
        its file; None where it was given as a mapping.
    faults
        where mistakes go: a base that is missing, unreadable or named a second time.
    """
    chain, whole = [_of_this_format(top, faults)], True
    seen = [path.resolve()] if path else []
    while (named := child(chain[-1], "base")) is not None and named.value is not None:
        below = _base(named, seen, faults)
        if below is None:
            whole = False
            break
        chain.append(_of_this_format(below, faults))
    region: dict[str, Item] = {}
    for one in reversed(chain):
        region = _lay(region, {key: one.value[key] for key in REGION if key in one.value})
    own = {key: value for key, value in chain[0].value.items() if key not in REGION and key != "base"}
    return Merged(Item({**own, **region}, top.spot), whole)


def _of_this_format(item: Item, faults: Faults) -> Item:
    written = child(item, "format")
    if written is None:
        spot = Spot(item.spot.file, min(item.spot.line, 1), min(item.spot.column, 1), item.spot.folder)
        faults.add(spot, "format", f"the required key is missing; write 'format: {FORMAT}' as the first line")
        return item
    while type(written.value) is int and written.value in MIGRATIONS:
        item = MIGRATIONS[written.value](item)
        written = item.value["format"]
    value = written.value
    if value is not BROKEN and (type(value) is not int or value != FORMAT):
        newer = type(value) is int and value > FORMAT
        remedy = "; this file was written for a later relosim, update it" if newer else f"; write 'format: {FORMAT}'"
        faults.add(written.spot, "format", f"this relosim reads format {FORMAT}, got {shown(value)}{remedy}")
    return item


def _base(named: Item, seen: list[Path], faults: Faults) -> Item | None:
    spot = named.spot
    if named.value is BROKEN:
        return None
    if not isinstance(named.value, str) or not named.value:
        what = f"must be the path of one scenario file, got {shown(named.value)}; that file may have a base itself"
        faults.add(spot, "base", what)
        return None
    path = spot.folder / named.value
    if not _exists(path):
        remedy = f"paths start from the folder of {spot.file}"
        faults.add(spot, "base", f"there is no file {shown(named.value)}; {remedy}")
        return None
    if path.resolve() in seen:
        names = " -> ".join(one.name for one in (*seen, path))
        what = f"the bases go round in a circle: {names}; a base must not rest on a file that rests on it"
        faults.add(spot, "base", what)
        return None
    seen.append(path.resolve())
    return read_file(path, beside(spot.file, named.value), faults)


def _exists(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def beside(label: str, named: str) -> str:
    """Say how mistakes call a file that another one names by a relative path."""
    return os.path.normpath(Path(label).parent / named)


def _lay(below: Mapping[str, Item], above: Mapping[str, Item]) -> dict[str, Item]:
    out = dict(below)
    for key, item in above.items():
        old = out.get(key)
        if item.value is None:
            out.pop(key, None)
        elif isinstance(item.value, dict):
            under = old.value if old is not None and isinstance(old.value, dict) else {}
            out[key] = Item(_lay(under, item.value), item.spot, item.key)
        else:
            out[key] = item
    return out


def set_values(
    item: Item,
    overrides: Mapping[str, str],
    folder: Path,
    faults: Faults,
    names_in: Callable[[Item], SettingNames],
) -> Item:
    """Lay `--set PATH=VALUE` over the effective tree; the value is read as YAML, null deletes.

    `names_in` tells from the tree which settings entries of arms have; it is asked only for paths of arms.
    """
    spot = Spot("--set", 0, 0, folder)
    # Arms last, since a plugin that another one sets may bring their kinds.
    names: SettingNames | None = None
    written: dict[Parts, str] = {}
    for name, text in sorted(overrides.items(), key=lambda one: one[0].startswith("arms.")):
        path = tuple(name.split("."))
        mine = Faults()
        value = parse(text, spot, mine)
        faults.found += [type(one)(one.file, 0, 0, name, one.what) for one in mine.found]
        if value is None or mine.found or not _may_be_set(name, path, spot, faults):
            continue
        names = names_in(item) if names is None and path[0] == "arms" else names
        try:
            path = written_out(item, path, names or {})
        except PathError as error:
            faults.add(spot, name, str(error))
            continue
        if (first := written.setdefault(path, name)) != name:
            faults.add(spot, dotted(path), f"is set twice, by '{first}' and by '{name}'; keep one")
        item = set_value(item, path, Item(value.value, spot, spot), faults)
    return item


def _may_be_set(name: str, path: Parts, spot: Spot, faults: Faults) -> bool:
    if path[0] in ("base", "format"):
        faults.add(spot, name, f"'{path[0]}' can't be set from the command line; write it into the file")
    elif "" in path:
        what = "a path is names with a '.' between them, such as arms.training.0.skills_training.places"
        faults.add(spot, name, what)
    else:
        return True
    return False


def set_value(item: Item, path: Parts, value: Item, faults: Faults, gone: Parts = ()) -> Item:
    """Return a tree in which the value at a path is another one; a map where none is gets one, null deletes.

    Parameters
    ----------
    item
        the tree; it stays as it is, and what doesn't change is shared.
    path
        the path in full, its parts as text.
    value
        what to put there.
    faults
        where mistakes go: a path that leads through a value that has no parts.
    gone
        the path of `item` itself, for the mistakes' names.
    """
    if not path:
        return value
    part, spot = path[0], value.spot
    if isinstance(item.value, list):
        size = len(item.value)
        if part not in map(str, range(size)):
            what = f"{dotted(gone)} is a list of {size}; name one of its entries by number, from 0, got {shown(part)}"
            faults.add(spot, (*gone, *path), what)
            return item
        entries = list(item.value)
        entries[int(part)] = set_value(entries[int(part)], path[1:], value, faults, (*gone, part))
        return Item(entries, item.spot, item.key)
    if not isinstance(item.value, dict) and item.value is not None:
        faults.add(spot, (*gone, *path), f"{dotted(gone)} is not a map, so it holds no '{part}'")
        return item
    parts = dict(item.value or {})
    part, rest = next_key(parts, path, gone)
    if not rest and value.value is None:
        parts.pop(part, None)
    else:
        parts[part] = set_value(parts.get(part, Item({}, spot, spot)), rest, value, faults, (*gone, part))
    return Item(parts, item.spot, item.key)
