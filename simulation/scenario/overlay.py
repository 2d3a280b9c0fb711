"""Other numbers laid over a scenario that was found right: what they touch is checked anew, the rest is shared."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from pydantic import BaseModel

from simulation.scenario.arms import Region, Span, check_references, read_arm
from simulation.scenario.branching import check_branching
from simulation.scenario.check import check
from simulation.scenario.errors import Fault, ScenarioError, hint, shown
from simulation.scenario.inherit import Merged, set_value
from simulation.scenario.items import Faults, Item, Spot, child, dotted
from simulation.scenario.model import Scale, ScenarioFile
from simulation.scenario.paths import Parts, PathError, setting_names, written_out
from simulation.scenario.scenario import Scenario
from simulation.scenario.validate import field_at, holds_whole, validated

_NOTHING: Mapping[str, Any] = {}


class _Set(NamedTuple):
    """One number that is laid over: where, and as it is written."""

    path: Parts
    value: int | float


def with_values(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """Return a copy in which the values at these paths are others: what `load` makes of `--set` with the same.

    Parameters
    ----------
    scenario
        a loaded scenario; it stays as it is.
    values
        {path: number}, as `--set` writes paths. A whole number may come as a float.

    Numbers of `parameters`, `scale` and `arms` are checked by what declares them and whatever stands beside
    them, and no file is read. With any other path the whole scenario is checked, and its files are read again.

    Raises ScenarioError, which names the paths and their values.
    """
    faults = Faults()
    spot = Spot("--set", 0, 0, scenario.tree.spot.folder)
    tree, given = scenario.tree, list(_readable(scenario, values, spot, faults))
    for one in given:
        tree = set_value(tree, one.path, Item(one.value, spot, spot), faults)
    touched = dict.fromkeys(one.path[:2] for one in given)
    if faults.found:
        raise ScenarioError(faults.found)
    if all(part[0] in _CHECKS and len(part) == 2 for part in touched):
        changes: dict[str, Any] = {}
        for part, name in touched:
            _CHECKS[part](scenario, tree, name, changes, faults)
        if any(part[0] == "arms" for part in touched):
            check_branching(tree, _region(scenario).span, scenario.catalogue, faults)
        if faults.found:
            raise ScenarioError(_with_what_was_set(faults.found, given))
        return _share_what_stays(scenario, replace(scenario, tree=tree, **changes), touched)
    return _checked_whole(scenario, tree, given)


def _readable(scenario: Scenario, values: Mapping[str, float], spot: Spot, faults: Faults) -> Iterable[_Set]:
    """Write every path out and every number as its field writes it."""
    names = setting_names(scenario.catalogue)
    seen: dict[Parts, str] = {}
    for name, value in values.items():
        try:
            path = written_out(scenario.tree, tuple(name.split(".")), names)
        except PathError as error:
            faults.add(spot, name, f"{error}, got {shown(value)}")
            continue
        number = value.item() if isinstance(value, np.generic) else value
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            faults.add(spot, dotted(path), f"must be a finite number, got {shown(number)}")
        elif seen.setdefault(path, name) != name:
            faults.add(spot, dotted(path), f"is set twice, by '{seen[path]}' and by '{name}'; keep one")
        else:
            whole = isinstance(number, float) and number.is_integer() and _takes_whole(scenario, path)
            yield _Set(path, int(number) if whole else number)


def _takes_whole(scenario: Scenario, path: Parts) -> bool:
    """Say whether a whole number belongs at a path."""
    owner: type[BaseModel] | None = ScenarioFile
    rest = path
    if path[0] == "parameters" and len(path) > 2:
        owner, rest = _settings_class(scenario, path[1]), path[2:]
    elif path[0] == "arms" and len(path) > 4:
        kind = scenario.catalogue.interventions.get(path[3])
        owner, rest = kind.Settings if kind else None, path[4:]
    return owner is not None and holds_whole(field_at(owner, rest))


def _settings_class(scenario: Scenario, owner: str) -> type[BaseModel] | None:
    declared = scenario.catalogue.processes.get(owner) or scenario.catalogue.outcomes.get(owner)
    return declared.Settings if declared else None


def _parameters(scenario: Scenario, tree: Item, owner: str, changes: dict[str, Any], faults: Faults) -> None:
    path, item = ("parameters", owner), tree.value["parameters"].value[owner]
    kind = _settings_class(scenario, owner)
    if kind is None:
        what = f"there is no process or outcome '{owner}'" + hint(owner, sorted(scenario.parameters))
        faults.add(item.named_at, path, what)
        return
    settings = validated(kind, item, path, faults)
    check_references(kind, item, path, scenario.sealed_tables.ids, faults)
    changes["parameters"] = {**changes.get("parameters", scenario.parameters), owner: settings}


def _scale(scenario: Scenario, tree: Item, population: str, changes: dict[str, Any], faults: Faults) -> None:
    scale = validated(Scale, tree.value["scale"], ("scale",), faults)
    if scale is not None:
        known = changes.get("scale", scenario.scale)
        changes["scale"] = {**known, population: getattr(scale, population)}


def _arms(scenario: Scenario, tree: Item, name: str, changes: dict[str, Any], faults: Faults) -> None:
    arm = read_arm(name, tree.value["arms"].value[name], _region(scenario), faults)
    changes["arms"] = {**changes.get("arms", scenario.arms), name: arm.items}
    if arm.rules != scenario.arm_behaviour.get(name, _NOTHING):
        changes["arm_behaviour"] = {**changes.get("arm_behaviour", scenario.arm_behaviour), name: arm.rules}


_CHECKS = {"parameters": _parameters, "scale": _scale, "arms": _arms}


def _region(scenario: Scenario) -> Region:
    tables = scenario.sealed_tables
    span = Span(scenario.start, scenario.start + (scenario.months_of_file or scenario.months) - 1)
    return Region(scenario.catalogue, tables.ids, span, tables.row_identities, tables.rows)


def _share_what_stays(old: Scenario, new: Scenario, touched: Iterable[Parts]) -> Scenario:
    """Hand on the fingerprints of what runs beneath the arms, if arms alone differ."""
    if all(part[0] == "arms" for part in touched):
        new.__dict__["_fingerprints"] = old._fingerprints
    return new


def _checked_whole(scenario: Scenario, tree: Item, given: Iterable[_Set]) -> Scenario:
    faults, cut = Faults(), scenario.months_of_file
    if cut and child(scenario.tree, "months") is child(tree, "months"):
        months = Item(cut, tree.value["months"].spot)
        tree = Item({**tree.value, "months": months}, tree.spot)
    try:
        made = check(Merged(tree, True), scenario.file, faults)
    except ScenarioError as error:
        raise ScenarioError(_with_what_was_set(error.faults, given)) from None
    return made.truncated(min(scenario.months, made.months))[0] if cut else made


def _with_what_was_set(found: Iterable[Fault], given: Iterable[_Set]) -> list[Fault]:
    """Add to mistakes that don't stand at a path that was set which values were set nearest to it."""
    texts = {dotted(one.path): f"{dotted(one.path)} = {one.value!r}" for one in given}
    out = []
    for one in found:
        told = one.what if one.where in texts else f"{one.what}; set here: {', '.join(_nearest(one.where, texts))}"
        out.append(replace(one, what=told))
    return out


def _nearest(where: str, texts: Mapping[str, str]) -> list[str]:
    """Choose what was set below a path, or else below the nearest of those above it."""
    while where:
        if near := [text for path, text in texts.items() if path.startswith(f"{where}.")]:
            return near
        where = where.rpartition(".")[0]
    return list(texts.values())
