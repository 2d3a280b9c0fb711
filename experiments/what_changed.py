"""What differs between two studies, in words: parameters, tables, arms, program, seed, months."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from analysis.load import BASELINE
from analysis.months import date_of, window_text
from experiments.identity import code_digest
from experiments.mixed import DATA, PARAMETERS, SEEDS, Case

if TYPE_CHECKING:
    from simulation.scenario import Scenario

Said = Mapping[str, tuple[str, str]]
"""{what is meant: (its value in words, its unit)}."""
_DIGITS = 12
_ABSENT = ("(not there)", "")


def differing(first: Case, second: Case, arms: Sequence[str]) -> tuple[str, ...]:
    """Return the factors in which two studies differ, as far as the named arms and the baseline go."""
    sides = [_factors(one, arms) for one in (first, second)]
    return tuple(factor for factor in (DATA, PARAMETERS, SEEDS) if sides[0][factor] != sides[1][factor])


def _factors(case: Case, arms: Sequence[str]) -> dict[str, Said]:
    scenario = case.scenario
    return {
        DATA: {**_surroundings(scenario), **_tables(scenario), **_plugins(scenario)},
        PARAMETERS: {**_parameters(scenario), **_arms(scenario, arms), **_uncertainty(case)},
        SEEDS: {"seed": (str(scenario.seed), "")},
    }


def _surroundings(scenario: "Scenario") -> dict[str, tuple[str, str]]:
    found = {"start": (date_of(scenario.start), "")}
    found |= {f"scale.{name}": (_worded(value), "") for name, value in scenario.scale.items()}
    for name, event in scenario.events.items():
        found |= _settings(f"events.{name}", event)
    return found


def _settings(path: str, settings: BaseModel | None) -> dict[str, tuple[str, str]]:
    """Write every setting of a declaration; months as dates."""
    if settings is None:
        return {}
    found = {}
    for name, declared in type(settings).model_fields.items():
        extra = declared.json_schema_extra
        unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
        value = getattr(settings, name)
        worded = date_of(value) if unit == "month" and isinstance(value, int) else _worded(value)
        found[f"{path}.{declared.alias or name}"] = worded, "" if unit == "month" else unit
    return found


def _worded(value: Any) -> str:
    return "none" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)


def _tables(scenario: "Scenario") -> dict[str, tuple[str, str]]:
    return {f"table {name}": (repr(sorted(_rows(columns).items())), "") for name, columns in scenario.tables.items()}


def _plugins(scenario: "Scenario") -> dict[str, tuple[str, str]]:
    return {f"plug-in {one.name}": (one.digest[:_DIGITS], "") for one in scenario.plugins}


def _parameters(scenario: "Scenario") -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for name, settings in scenario.parameters.items():
        found |= _settings(f"parameters.{name}", settings)
    return found | {f"behaviour.{slot}": (variant, "") for slot, variant in scenario.behaviour.items()}


def _arms(scenario: "Scenario", arms: Sequence[str]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for arm in arms:
        for item in scenario.arms.get(arm, ()):
            found |= _settings(f"arms.{arm}: {item.identity}", item.settings)
        found |= {
            f"arms.{arm}: behaviour.{slot}": (variant, "")
            for slot, variant in scenario.arm_behaviour.get(arm, {}).items()
        }
    return found


def _uncertainty(case: Case) -> dict[str, tuple[str, str]]:
    asked = case.mapping.get("uncertainty")
    if not asked:
        return {}
    draws = {run.draw: dict(run.values) for run in case.study.finished}
    told = {key: value for key, value in asked.items() if key not in ("ensemble", "parameters", "draws")}
    parameters = {f"uncertainty.{path}": (_worded(spread), "") for path, spread in asked.get("parameters", {}).items()}
    ensemble = {"uncertainty: ensemble": (repr(draws), "")} if "ensemble" in asked else {}
    rest = {f"uncertainty: {key}": (_worded(value), "") for key, value in told.items()}
    return {**parameters, **ensemble, **rest, "uncertainty: draws": (str(case.study.draws), "")}


def changes(first: Case, second: Case) -> Iterator[str]:
    """Say what differs, a line each: how they were made, then the data, then parameters and arms, then the seed."""
    yield from _program(first, second)
    yield from _layout(first, second)
    arms = [arm for arm in first.results.arms if arm in second.results.arms and arm != BASELINE]
    sides = [_factors(one, arms) for one in (first, second)]
    for factor in (DATA, PARAMETERS, SEEDS):
        yield from _between(sides[0][factor], sides[1][factor], first, second)


def _program(first: Case, second: Case) -> Iterator[str]:
    codes = [str(one.study.manifest["code"])[:_DIGITS] for one in (first, second)]
    here = code_digest()[:_DIGITS]
    if codes[0] != codes[1]:
        this = " (this program)" if here == codes[1] else f" (this program: {here})"
        yield f"program: code {codes[0]} -> {codes[1]}{this}"
    elif codes[0] != here:
        yield f"program: code {codes[0]} in both; this program is {here}"
    before, after = (one.study.manifest.get("versions", {}) for one in (first, second))
    for name in sorted(set(before) | set(after)):
        if before.get(name) != after.get(name):
            yield f"{name}: {before.get(name, 'unknown')} -> {after.get(name, 'unknown')}"


def _layout(first: Case, second: Case) -> Iterator[str]:
    sides = [
        {
            "months": str(one.results.months), "replicates": str(one.study.replicates),
            "report's window": window_text(one.results.window),
        }
        for one in (first, second)
    ]  # fmt: skip
    for name, value in sides[0].items():
        if value != sides[1][name]:
            yield f"{name}: {value} -> {sides[1][name]}"
    arms = [one.results.arms for one in (first, second)]
    for here, there, which in ((arms[0], arms[1], "first"), (arms[1], arms[0], "second")):
        only = [arm for arm in here if arm not in there]
        if only:
            yield f"arms only in the {which}: {', '.join(only)}"


def _between(before: Said, after: Said, first: Case, second: Case) -> Iterator[str]:
    for what in dict.fromkeys((*before, *after)):
        old, new = before.get(what, _ABSENT), after.get(what, _ABSENT)
        if old == new:
            continue
        if what.startswith("table "):
            name = what.removeprefix("table ")
            yield f"{what}: {_row_changes(first.scenario.tables.get(name, {}), second.scenario.tables.get(name, {}))}"
        elif what == "uncertainty: ensemble":
            yield "uncertainty: other draws in the ensemble"
        else:
            unit = new[1] or old[1]
            yield f"{what}: {old[0]} -> {new[0]}" + (f" ({unit})" if unit else "")


def _rows(columns: Mapping[str, Any]) -> Counter[tuple[str, ...]]:
    """Count the rows of a table, each written out; marks of sources tell nothing of the figures."""
    names = [name for name in sorted(columns) if name != "source"]
    return Counter(zip(*(map(str, columns[name].tolist()) for name in names), strict=True))


def _row_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Say how many rows were changed, added and removed; rows with an id are known by it."""
    gone, come = _rows(before) - _rows(after), _rows(after) - _rows(before)
    if "id" in before and "id" in after:
        ids = [set(table["id"].tolist()) for table in (before, after)]
        added, removed = len(ids[1] - ids[0]), len(ids[0] - ids[1])
        changed = come.total() - added
    else:
        changed = min(gone.total(), come.total())
        added, removed = come.total() - changed, gone.total() - changed
    parts = ((changed, "changed"), (added, "added"), (removed, "removed"))
    return ", ".join(f"{count} row{'' if count == 1 else 's'} {what}" for count, what in parts if count)
