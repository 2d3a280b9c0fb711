"""What the runs rest on: every parameter in use with its value, unit, range and source, and the marks of the tables."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.months import date_of
from simulation.scenario.validate import is_month

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from simulation.parameters import Settings
    from simulation.scenario import Scenario

COLUMNS = (
    "path", "owner", "parameter", "value", "declared", "unit", "low", "high", "source", "mark", "meaning", "spread",
)  # fmt: skip
"""Of `parameters.csv`: `declared` is the value that its declaration gives, `spread` how it varies, where it does."""
MARKS = ("syn", "prior", "unverified", "derived", "published", "scenario")
"""What a figure rests on, weakest first; a source with several counts as its weakest."""
_IN_BRACKETS = re.compile(r"\[([^\]]*)\]")


def mark_of(source: str) -> str:
    """Return the weakest mark of a source such as `name [article]; numbers [syn]`; `prior` for none that is known.

    `[article]`, `[S14]` and sections of the domain's page are `published`; `scenario` is what its writer decided.
    """
    if not source or source == "scenario":
        return "scenario"
    named = _IN_BRACKETS.findall(source) or [source]
    found = [_mark(one.strip().lower()) for one in named]
    return min(found, key=MARKS.index)


def _mark(text: str) -> str:
    known = next((one for one in MARKS[:4] if text.startswith(one)), None)
    return known or ("published" if re.match(r"article|s\d|domain", text) else "prior")


def assumption_rows(scenario: "Scenario", arms: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    """Go through the parameters in use by owner, then the settings of arms, in the order of COLUMNS."""
    varied = _spreads(scenario)
    for owner in owners_in_use(scenario):
        yield from _rows(f"parameters.{owner}", owner, scenario.parameters[owner], varied)
    for arm in arms:
        for number, item in enumerate(scenario.arms[arm]):
            yield from _rows(f"arms.{arm}.{number}.{item.kind}", f"arm {arm}: {item.identity}", item.settings, varied)


def owners_in_use(scenario: "Scenario") -> list[str]:
    """Name the processes and outcomes whose parameters some run reads."""
    ruling = {name for names in scenario.rules_in_use() for name in names}
    chosen = set(map(scenario.catalogue.owner_of_parameters, ruling)) | set(scenario.catalogue.outcomes)
    return sorted(name for name in chosen & scenario.parameters.keys() if type(scenario.parameters[name]).model_fields)


def _rows(path: str, owner: str, settings: "Settings", varied: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    for name, field in type(settings).model_fields.items():
        told: Any = field.json_schema_extra or {}
        key = f"{path}.{field.alias or name}"
        source = str(told.get("source", ""))
        low, high = bounds(field)
        yield (
            key, owner, field.alias or name, _written(getattr(settings, name), field), _declared(field),
            told.get("unit", ""), low, high, source, mark_of(source), field.description or "", varied.get(key, ""),
        )  # fmt: skip


def bounds(field: "FieldInfo") -> tuple[float | str, float | str]:
    """Return the least and the greatest value that a field allows; "" where it names none."""
    found = {
        name: getattr(part, name)
        for part in field.metadata
        for name in ("ge", "le")
        if getattr(part, name, None) is not None
    }
    return found.get("ge", ""), found.get("le", "")


def _written(value: object, field: "FieldInfo") -> str:
    """Write a value as a scenario would: a month as YYYY-MM, a number without needless digits; "" for none."""
    if value is None or (is_month(field) and value == -1):
        return ""
    if is_month(field) and isinstance(value, int):
        return date_of(value)
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _declared(field: "FieldInfo") -> str:
    return "" if field.is_required() else _written(field.get_default(call_default_factory=True), field)


def _spreads(scenario: "Scenario") -> dict[str, str]:
    """Say of each number that varies how: `uniform 0.02 to 0.2`."""
    varied = scenario.sensitivity or scenario.uncertainty
    found = {}
    for one in varied.parameters if varied is not None else ():
        between = ", ".join(f"{value:g}" for value in one.values) or f"{one.low:g} to {one.high:g}"
        found[one.path] = f"{one.distribution} {between}"
    return found


def table_marks(scenario: "Scenario") -> dict[str, dict[str, int]]:
    """Count the rows of the region's tables by the weakest mark of their source: {table: {mark: rows}}."""
    found = {}
    for name, columns in scenario.tables.items():
        sources = columns.get("source")
        if sources is not None and len(np.atleast_1d(sources)):
            found[name] = dict(Counter(mark_of(str(one)) for one in sources))
    return found
