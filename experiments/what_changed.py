"""What differs between two studies, in words: program, months, tables, parameters, arms, seed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from analysis.months import date_of, window_text
from analysis.study import BASELINE
from experiments.identity import code_digest
from experiments.mixed import DATA, PARAMETERS, SEEDS, Case
from simulation.scenario.validate import is_month

if TYPE_CHECKING:
    from simulation.scenario import Scenario

Said = dict[str, tuple[str, str]]
"""{what is meant: (its value in words, its unit)}."""
_TABLE = "table "
_DIGITS = 12
_MOST_CELLS = 8
"""Cells of a table that are told one by one; of more, the rows are counted."""


def differing(first: Case, second: Case, arms: Sequence[str]) -> tuple[str, ...]:
    """Return the factors in which two studies differ, as far as the baseline and the named arms go."""
    before, after = (_factors(one, arms) for one in (first, second))
    return tuple(factor for factor in before if before[factor] != after[factor])


def changes(first: Case, second: Case) -> Iterator[str]:
    """Say what differs, a line each: how they were made, then the data, then parameters and arms, then the seed."""
    yield from _program(first, second)
    yield from _layout(first, second)
    before, after = (_factors(one, _common(first, second)) for one in (first, second))
    for factor in before:
        yield from _between(before[factor], after[factor], first.scenario, second.scenario)


def _common(first: Case, second: Case) -> list[str]:
    return [arm for arm in first.results.arms if arm in second.results.arms and arm != BASELINE]


def _factors(case: Case, arms: Sequence[str]) -> dict[str, Said]:
    scenario = case.scenario
    return {
        DATA: {
            **_surroundings(scenario),
            **{f"{_TABLE}{name}": (_table(scenario, name), "") for name in scenario.tables},
        },
        PARAMETERS: {**_rules(scenario), **_arms(scenario, arms), **_uncertainty(case)},
        SEEDS: {"seed": (str(scenario.seed), "")},
    }


def _table(scenario: "Scenario", name: str) -> str:
    return scenario.sealed_tables.digests[name]


def _surroundings(scenario: "Scenario") -> Said:
    found = {"start": (date_of(scenario.start), "")}
    found |= {f"scale.{name}": (str(value), "") for name, value in scenario.scale.items()}
    for name, event in scenario.events.items():
        found |= _settings(f"events.{name}", event)
    return found


def _settings(path: str, settings: BaseModel | None) -> Said:
    """Write every setting of a declaration; months as dates."""
    found: Said = {}
    for name, field in type(settings).model_fields.items() if settings is not None else ():
        told, value = field.json_schema_extra, getattr(settings, name)
        dated = is_month(field) and value not in (None, -1)
        unit = str(told.get("unit", "")) if isinstance(told, dict) and not is_month(field) else ""
        found[f"{path}.{field.alias or name}"] = (date_of(value) if dated else str(value)), unit
    return found


def _rules(scenario: "Scenario") -> Said:
    found = {f"plug-in {one.name}": (one.digest[:_DIGITS], "") for one in scenario.plugins}
    found |= {f"behaviour.{slot}": (variant, "") for slot, variant in scenario.behaviour.items()}
    for name, settings in scenario.parameters.items():
        found |= _settings(f"parameters.{name}", settings)
    return found


def _arms(scenario: "Scenario", arms: Sequence[str]) -> Said:
    found: Said = {}
    for arm in arms:
        for slot, variant in scenario.arm_behaviour.get(arm, {}).items():
            found[f"arms.{arm}: behaviour.{slot}"] = variant, ""
        for item in scenario.arms.get(arm, ()):
            found |= _settings(f"arms.{arm}: {item.identity}", item.settings)
    return found


def _uncertainty(case: Case) -> Said:
    asked = case.scenario.effective.get("uncertainty")
    if not asked:
        return {}
    told = {key: value for key, value in asked.items() if key != "parameters"}
    told |= dict(asked.get("parameters") or {}) | {"draws": case.study.draws}
    if "ensemble" in asked:
        told["ensemble"] = str(case.study.manifest["inputs"][asked["ensemble"]])[:_DIGITS]
    return {f"uncertainty: {key}": (str(value), "") for key, value in told.items()}


def _program(first: Case, second: Case) -> Iterator[str]:
    before, after = first.code[:_DIGITS], second.code[:_DIGITS]
    here = code_digest()[:_DIGITS]
    if before != after:
        yield f"program: code {before} -> {after} " + ("(this program)" if after == here else f"(this one is {here})")
    elif before != here:
        yield (
            f"program: code {before} in both; this one, which makes mixed cases, is {here}: what it makes otherwise "
            "is told as the program's part"
        )
    versions = [one.study.manifest.get("versions", {}) for one in (first, second)]
    yield from _differences(versions[0], versions[1])


def _layout(first: Case, second: Case) -> Iterator[str]:
    sides = [
        {
            "months": one.results.months, "replicates": one.study.replicates, "finished runs": len(one.results.runs),
            "report's window": window_text(one.results.window), "arms": ", ".join(one.results.arms),
        }
        for one in (first, second)
    ]  # fmt: skip
    yield from _differences(sides[0], sides[1])


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield f"{name}: {before.get(name, '(none)')} -> {after.get(name, '(none)')}"


def _between(before: Said, after: Said, first: "Scenario", second: "Scenario") -> Iterator[str]:
    for what in dict.fromkeys((*before, *after)):
        (old, old_unit), (new, new_unit) = (side.get(what, ("(none)", "")) for side in (before, after))
        unit = new_unit or old_unit
        if old != new and what.startswith(_TABLE):
            name = what.removeprefix(_TABLE)
            yield from _table_changes(name, first.tables.get(name, {}), second.tables.get(name, {}))
        elif old != new:
            yield f"{what}: {old} -> {new}" + (f" ({unit})" if unit else "")


def _table_changes(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Say what changed in a table: cell by cell where rows have an id and few cells differ, else how many rows."""
    cells = [_cells(one) for one in (before, after)]
    if cells[0].keys() == cells[1].keys() != set():
        changed = [at for at, value in cells[0].items() if value != cells[1][at]]
        if 0 < len(changed) <= _MOST_CELLS:
            yield from (f"{_TABLE}{name}: {at}: {cells[0][at]} -> {cells[1][at]}" for at in changed)
            return
    gone, come = (_rows(one) for one in (before, after))
    gone, come = gone - come, come - gone
    yield (
        f"{_TABLE}{name}: {gone.total()} rows replaced by {come.total()}"
        if gone or come
        else f"{_TABLE}{name}: reordered"
    )


def _cells(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return {row.column: value} of a table whose rows have ids; marks of sources tell nothing of the figures."""
    return {
        f"{row}.{name}": value
        for name, values in columns.items() if name not in ("id", "source")
        for row, value in zip(columns.get("id", values[:0]).tolist(), values.tolist(), strict=False)
    }  # fmt: skip


def _rows(columns: Mapping[str, Any]) -> Counter[tuple[Any, ...]]:
    return Counter(zip(*(columns[name].tolist() for name in sorted(columns) if name != "source"), strict=True))
