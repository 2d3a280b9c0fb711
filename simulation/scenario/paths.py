"""Paths of values: the short forms by which the entries of an arm are named, written out in full."""

from collections.abc import Mapping, Sequence

from simulation.catalogue import Catalogue
from simulation.scenario.errors import nearest
from simulation.scenario.items import Item
from simulation.scenario.validate import field_name

Parts = tuple[str, ...]
SettingNames = Mapping[str, tuple[str, ...]]
"""Kinds of interventions, each with the names of its settings as a file writes them."""

DOTTED_KEYS = (("uncertainty", "parameters"), ("sensitivity", "parameters"))
"""Maps whose keys are paths themselves."""


class PathError(ValueError):
    """A path that leads nowhere, or to several values: says what there is."""


def setting_names(catalogue: Catalogue) -> SettingNames:
    """List what the entries of arms may set, by kind."""
    return {
        kind: tuple(field_name(field, name) for name, field in one.Settings.model_fields.items())
        for kind, one in catalogue.interventions.items()
    }


def next_key(value: Mapping[str, Item], path: Parts, gone: Parts) -> tuple[str, Parts]:
    """Take a map's key from the beginning of a path: the longest that there is, for a key may hold dots."""
    for size in range(len(path), 0, -1):
        if (key := ".".join(path[:size])) in value:
            return key, path[size:]
    return (".".join(path), ()) if gone in DOTTED_KEYS else (path[0], path[1:])


def is_place(part: str) -> bool:
    """Say whether a part of a path is the number of an entry."""
    return part.removeprefix("-").isdecimal()


def written_out(tree: Item, path: Parts, names: SettingNames) -> Parts:
    """Write a path in full where it names an entry of an arm by its kind, or by a setting that it alone has.

    `arms.training.places` is `arms.training.0.skills_training.places` if the arm's first entry is the
    one that has places. Other paths are returned as they are. Raises PathError.
    """
    named = tree.value.get("arms")
    if path[0] != "arms" or len(path) < 3 or named is None or not isinstance(named.value, dict):
        return path
    arm, rest = next_key(named.value, path[1:], ("arms",))
    if arm not in named.value:
        raise PathError(f"there is no arm '{arm}'" + _there_are(arm, list(named.value), ()))
    entries = named.value[arm].value
    if not rest or not isinstance(entries, list):
        return path
    return ("arms", arm, *_entry(f"arms.{arm}", _kinds(entries), rest, names))


def _kinds(entries: Sequence[Item]) -> dict[int, str]:
    """Return the kind of each entry, {number: kind}; an entry that isn't `kind: settings` has none."""
    maps = ((number, one.value) for number, one in enumerate(entries))
    return {number: next(iter(one)) for number, one in maps if isinstance(one, dict) and len(one) == 1}


def _entry(arm: str, kinds: Mapping[int, str], rest: Parts, names: SettingNames) -> Parts:
    """Write out what follows an arm's name."""
    first = rest[0]
    if is_place(first):
        return _with_kind(kinds.get(int(first)), rest, names)
    found = [(str(number), *rest) for number, kind in kinds.items() if kind == first]
    if not found:
        having = {number: kind for number, kind in kinds.items() if first in names.get(kind, ())}
        found = [(str(number), kind, *rest) for number, kind in having.items()]
    if len(found) > 1:
        several = ", ".join(".".join((arm, *one)) for one in found)
        raise PathError(f"{len(found)} entries of {arm} are or have '{first}'; write one of {several}")
    if not found:
        settings = sorted({name for kind in kinds.values() for name in names.get(kind, ())})
        raise PathError(f"no entry of {arm} is or has '{first}'" + _there_are(first, list(kinds.values()), settings))
    return found[0]


def _with_kind(kind: str | None, rest: Parts, names: SettingNames) -> Parts:
    """Put the kind between an entry's number and a setting of it, if it was left out."""
    short = kind is not None and len(rest) > 1 and rest[1] != kind and rest[1] in names.get(kind, ())
    return (rest[0], str(kind), *rest[1:]) if short else rest


def _there_are(word: str, told: Sequence[str], besides: Sequence[str]) -> str:
    known = f"; there are: {', '.join(dict.fromkeys(told))}" if told else "; it is empty"
    return known + nearest(word, (*told, *besides))
