"""The reference region at a fiftieth of its size: real processes, a tenth of a second a year."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from simulation.draws import Luck
from simulation.engine import Engine, Result
from simulation.population import Population, populate
from simulation.scenario import ArmItem, Scenario, load

FILE = Path(__file__).parents[1] / "scenarios" / "qianxi.yaml"
SCALE = 0.02
POPULATIONS = ("relocated", "stayers", "hosts")


@cache
def region(months: int = 12, scale: float = SCALE) -> Scenario:
    """The small region; every population at the same scale."""
    return replace(load(FILE), months=months, scale=dict.fromkeys(POPULATIONS, scale))


@cache
def people(replicate: int = 0, scale: float = SCALE) -> Population:
    """The population of one replicate, made once."""
    scenario = region(scale=scale)
    return populate(scenario, Luck(scenario.seed, replicate))


def with_arm(scenario: Scenario, items: Iterable[ArmItem]) -> Scenario:
    """The scenario with one arm, named `arm`."""
    return replace(scenario, arms={"baseline": (), "arm": tuple(items)})


def engine(items: Iterable[ArmItem] | None = None, months: int = 12, replicate: int = 0) -> Engine:
    """A run that has not begun; the baseline where no items are given."""
    scenario = region(months)
    if items is None:
        return Engine(scenario, "baseline", replicate, people(replicate))
    return Engine(with_arm(scenario, items), "arm", replicate, people(replicate))


def state(run: Engine) -> dict[str, bytes]:
    """Every column of every table as bytes, rows that an arm brought left out."""
    known = people().fresh_world().tables
    tables = run.world.tables
    # Persons, households and teachers only ever grow by births and hiring; facilities only by what an arm brings.
    rows = {
        name: table.rows if name in ("persons", "households", "teachers") else known[name].rows
        for name, table in tables.items()
    }
    return {
        f"{name}.{column}": table[column][: rows[name]].tobytes()
        for name, table in tables.items()
        for column in table.columns
    }


def differing(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    """The columns in which two states differ."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def same_outcomes(one: Result, other: Result, months: int | None = None) -> list[str]:
    """The outcomes in which two results differ, bit for bit, over the first months."""
    return sorted(
        name
        for name in one.outcomes.keys() | other.outcomes.keys()
        if not np.array_equal(one.outcomes[name][:months], other.outcomes[name][:months], equal_nan=True)
    )


def any_item(kind: str, opens: int, size: float | None = None, name: str = "", **others: Any) -> ArmItem:
    """An intervention of any kind at the site, at a middling size or the size given, from its own declaration."""
    settings = region().catalogue.interventions[kind].Settings
    values: dict[str, Any] = {"opens": opens, "name": name, **others}
    for field_name, field in settings.model_fields.items():
        extra = field.json_schema_extra or {}
        key = field.alias or field_name
        if not field.is_required() or key in values:
            continue
        values[key] = _reference(extra) if "table" in extra else _quantity(field, size)
    return ArmItem(kind, settings(**values), f"{kind}/jinxiu/{name}" if name else f"{kind}/jinxiu")


_AT_THE_SITE = {"places": "jinxiu", "schools": "jinxiu_primary", "clinics": "jinxiu_station"}


def _reference(extra: Mapping[str, Any]) -> str:
    words = extra.get("words")
    return next((one for one in words if "central" in one), words[0]) if words else _AT_THE_SITE[extra["table"]]


def _quantity(field: Any, size: float | None) -> Any:
    low = next(one.ge for one in field.metadata if hasattr(one, "ge"))
    high = next(one.le for one in field.metadata if hasattr(one, "le"))
    return field.annotation(min(high, max(low, 6 if size is None else size)))
