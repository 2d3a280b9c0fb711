"""Cases by hand: small worlds that planners can read and write, run by the real engine.

A file holds `source`, and `cases`: a list of small worlds. Each has

- `what`: one sentence;
- `start`, `months`: first month, how many are run (1 if left out);
- `processes`: the real ones that run; whatever else they read stands still at the values given;
- `tables`: rows by table; ids name rows and may be used wherever a row is meant;
- `minutes`: from each place to each other, -1 for no way (0 everywhere if left out);
- `given`: columns at the start, one value a row or one for all;
- `arm`: interventions as in a scenario; `parameters`: values other than the declared ones;
- `expect`: columns after the last month; `ledger_yuan`: what everything cost, by kind.

Money is written in yuan. What a case doesn't mention is the column's default.
"""

from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from ruamel.yaml import YAML

from simulation.catalogue import discover
from simulation.months import month_of
from simulation.world import BASE
from tests.small import coded, small_engine, small_world

FILES = sorted(Path(__file__).parent.glob("*.yaml"))
CATALOGUE = discover()
COLUMNS = {full: column for one in CATALOGUE.processes.values() for full, column in one.owns.items()}
COLUMNS |= {f"{table}.{name}": base for table, columns in BASE.items() for name, base in columns.items()}
KEYS = {
    "what",
    "start",
    "months",
    "processes",
    "tables",
    "minutes",
    "given",
    "arm",
    "parameters",
    "expect",
    "ledger_yuan",
}


def cases():
    for file in FILES:
        text = YAML(typ="safe").load(file)
        for case in text["cases"]:
            yield pytest.param({**text.get("common", {}), **case}, id=f"{file.stem}: {case['what']}")


def in_units(full, value):
    """Turn yuan into fen and a date into a month where the column is of that unit."""
    unit = COLUMNS[full].unit
    if unit.startswith("fen") and value is not None:
        return round(value * 100)
    return month_of(value) if unit == "month" and isinstance(value, str) else value


def per_row(full, values, world):
    rows = world.tables[full.partition(".")[0]].rows
    listed = values if isinstance(values, list) else [values] * rows
    return [in_units(full, value) for value in listed]


def tables_of(case):
    return {
        table: [
            {name: in_units(f"{table}.{name}", value) if name != "id" else value for name, value in row.items()}
            for row in rows
        ]
        for table, rows in case["tables"].items()
    }


def arm_of(case):
    for entry in case.get("arm", ()):
        ((kind, written),) = entry.items()
        fields = CATALOGUE.interventions[kind].Settings.model_fields
        months = {name for name, field in fields.items() if (field.json_schema_extra or {}).get("unit") == "month"}
        values = {name: month_of(value) if name in months else value for name, value in written.items()}
        yield SimpleNamespace(
            kind=kind, settings=CATALOGUE.interventions[kind].Settings(**values), identity=f"{kind}/case"
        )


def started(case):
    world = small_world(tables_of(case), case.get("minutes"), month_of(case["start"]))
    given = {full: per_row(full, values, world) for full, values in case.get("given", {}).items()}
    return small_engine(
        world,
        case["processes"],
        given,
        months=case.get("months", 1),
        arm=list(arm_of(case)),
        parameters=case.get("parameters"),
        known=CATALOGUE,
    )


@pytest.mark.parametrize("case", list(cases()))
def test_case(case):
    assert set(case) <= KEYS, f"unknown keys: {set(case) - KEYS}"
    engine = started(case)
    engine.run()
    for full, values in case.get("expect", {}).items():
        table, _, name = full.partition(".")
        found = engine.world.tables[table][name]
        wanted = [
            coded(table, name, COLUMNS[full].unit, one, engine.world.ids) for one in per_row(full, values, engine.world)
        ]
        if found.dtype.kind == "f":
            np.testing.assert_allclose(found, wanted, rtol=1e-6, err_msg=full)
        else:
            assert found.tolist() == wanted, full
    if "ledger_yuan" in case:
        spent = Counter()
        for one in engine.ledger:
            spent[one.kind] += one.amount_fen
        assert {kind: amount / 100 for kind, amount in spent.items()} == case["ledger_yuan"]


def test_there_are_cases():
    assert FILES
