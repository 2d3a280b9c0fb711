"""Numbers of a scenario that may vary: found by their path, with what declares them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from simulation.catalogue import Catalogue
from simulation.contract import Outcome, Process
from simulation.scenario.errors import hint, listed, nearest
from simulation.scenario.items import Item, child
from simulation.scenario.model import Scale
from simulation.scenario.paths import Parts, PathError, setting_names, written_out
from simulation.scenario.validate import field_name, holds, holds_whole, is_month, limits, model_in, unit_of

HEADS = ("parameters", "scale", "arms")
"""What the paths of numbers that may vary begin with."""


@dataclass(frozen=True)
class Number:
    """A number that may vary: its path in full, and the field that declares it."""

    path: str
    field: FieldInfo

    @property
    def whole(self) -> bool:
        """Whether it is a whole number."""
        return holds_whole(self.field)

    @property
    def unit(self) -> str:
        """Its unit; "" for none."""
        return unit_of(self.field)

    @property
    def ends(self) -> tuple[float | None, float | None]:
        """The ends of the range that is declared, both included; None for one that isn't declared."""
        found = limits(self.field)
        return found.get("ge"), found.get("le")

    def allows(self, value: float) -> bool:
        """Say whether a value lies in the range that is declared."""
        found = limits(self.field)
        high = value <= found.get("le", value) and not value >= found.get("lt", float("inf"))
        return high and value >= found.get("ge", value) and not value <= found.get("gt", float("-inf"))


def find_number(name: str, tree: Item, catalogue: Catalogue) -> Number:
    """Return the number at a path, which may name the entry of an arm in short.

    Raises PathError for a path that leads to no number, with the nearest name.
    """
    path = tuple(name.split("."))
    if path[0] not in HEADS or "" in path:
        begins = ", ".join(f"'{one}.'" for one in HEADS)
        what = f"is no number that can vary; its path begins with one of {begins}"
        raise PathError(what + nearest(name, number_paths(tree, catalogue)))
    if path[0] == "scale":
        return _in_model(Scale, path, 1)
    if path[0] == "parameters":
        return _in_model(_owner(path, catalogue), path, 2)
    return _in_arm(written_out(tree, path, setting_names(catalogue)), tree, catalogue)


def number_paths(tree: Item, catalogue: Catalogue) -> list[str]:
    """List the paths of all numbers that may vary, in full."""
    owners: dict[str, type[BaseModel]] = {f"parameters.{name}": one for name, one in _declared(catalogue).items()}
    for arm, number, kind in _entries(tree):
        if kind in catalogue.interventions:
            owners[f"arms.{arm}.{number}.{kind}"] = catalogue.interventions[kind].Settings
    owners["scale"] = Scale
    return [path for owner, model in owners.items() for path in _paths(owner, model)]


def _paths(owner: str, model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner, path = model_in(field.annotation), f"{owner}.{field_name(field, name)}"
        if inner is not None:
            yield from _paths(path, inner)
        elif not _not_a_number(field):
            yield path


def _entries(tree: Item) -> Iterator[tuple[str, int, str]]:
    """Go over the entries of all arms: the arm, the entry's number, its kind."""
    arms = child(tree, "arms")
    for arm, item in (arms.value if arms is not None and isinstance(arms.value, dict) else {}).items():
        for number, one in enumerate(item.value if isinstance(item.value, list) else ()):
            if isinstance(one.value, dict) and len(one.value) == 1:
                yield arm, number, next(iter(one.value))


def _owner(path: Parts, catalogue: Catalogue) -> type[BaseModel]:
    declared = _declared(catalogue)
    if len(path) < 2:
        raise PathError("names no number; go on with the name of a process or outcome" + listed(sorted(declared)))
    if path[1] not in declared:
        raise PathError(f"there is no process or outcome '{path[1]}'" + hint(path[1], sorted(declared)))
    return declared[path[1]]


def _declared(catalogue: Catalogue) -> dict[str, type[BaseModel]]:
    declared: Mapping[str, Process | Outcome] = {**catalogue.processes, **catalogue.outcomes}
    return {name: one.Settings for name, one in declared.items()}


def _in_arm(path: Parts, tree: Item, catalogue: Catalogue) -> Number:
    """Follow a path, in full, to a number of an entry of an arm."""
    kinds = {(arm, str(number)): kind for arm, number, kind in _entries(tree)}
    kind = kinds.get((path[1], path[2])) if len(path) > 2 else None
    if kind is None:
        entries = [f"arms.{arm}.{number}.{kind}" for (arm, number), kind in kinds.items()]
        raise PathError("names no entry of an arm" + hint(".".join(path), entries))
    if kind not in catalogue.interventions:
        raise PathError(f"'{kind}' holds no numbers; only numbers vary")
    if path[3:4] != (kind,):
        begins = ".".join((*path[:3], kind))
        raise PathError(f"names no number; that entry is of the kind '{kind}', so begin with {begins}")
    return _in_model(catalogue.interventions[kind].Settings, path, 4)


def _in_model(model: type[BaseModel], path: Parts, start: int) -> Number:
    """Follow a path through settings to one number."""
    for at in range(start, len(path)):
        fields = {field_name(field, name): field for name, field in model.model_fields.items()}
        if path[at] not in fields:
            raise PathError(f"unknown key '{path[at]}'" + hint(path[at], fields))
        field = fields[path[at]]
        inner = model_in(field.annotation)
        if inner is None:
            return _number(field, path, at)
        model = inner
    names = (field_name(field, name) for name, field in model.model_fields.items())
    raise PathError("names no number; go on with the name of a setting" + listed(names))


def _number(field: FieldInfo, path: Parts, at: int) -> Number:
    if other := _not_a_number(field):
        raise PathError(f"'{path[at]}' is {other}; only numbers vary")
    if at + 1 < len(path):
        raise PathError(f"'{path[at]}' is a number and holds no '{path[at + 1]}'")
    return Number(".".join(path), field)


def _not_a_number(field: FieldInfo) -> str:
    """Say what a field is if it is no number; "" for a number."""
    if is_month(field):
        return "a month"
    if holds(field, bool):
        return "true or false"
    return "" if holds(field, int, float) else "text or a choice"
