"""Laws of what is declared: every file that is discovered obeys them without a test of its own."""

import numpy as np
import pytest

from simulation.catalogue import discover
from simulation.contract import PHASES
from simulation.levers import LEVERS
from simulation.recorder import record_names
from simulation.schedule import month_plan
from simulation.world import BASE

CATALOGUE = discover()
STEPS = {**CATALOGUE.processes, **CATALOGUE.interventions, **CATALOGUE.outcomes}
PLAN = month_plan(CATALOGUE.chosen({}))
OWNER = {column: one for one in PLAN for column in one.owns}
NUMBERS = [
    pytest.param(field, id=f"{step}.{name}")
    for step, one in STEPS.items()
    for name, field in one.Settings.model_fields.items()
    if field.annotation in (int, float) and not field.is_required()
]


def test_every_process_finds_its_place_in_the_month():
    assert sorted(one.name for one in PLAN) == sorted(one.name for one in CATALOGUE.chosen({}))
    assert [PHASES.index(one.phase) for one in PLAN] == sorted(PHASES.index(one.phase) for one in PLAN)


@pytest.mark.parametrize("slot", sorted({one.slot for one in CATALOGUE.processes.values()}))
def test_every_variant_fits_into_the_month(slot):
    for variant in CATALOGUE.variants(slot):
        month_plan(CATALOGUE.chosen({slot: variant}))


@pytest.mark.parametrize("name", sorted(STEPS))
def test_a_file_says_what_it_does(name):
    assert STEPS[name].doc.split("\n")[0], f"{name}: the module needs a docstring"


@pytest.mark.parametrize("field", NUMBERS)
def test_a_number_has_a_unit_a_source_and_a_range_that_holds_it(field):
    extra = field.json_schema_extra or {}
    assert "unit" in extra
    assert extra.get("source")
    assert field.description
    low = next(one.ge for one in field.metadata if hasattr(one, "ge"))
    high = next(one.le for one in field.metadata if hasattr(one, "le"))
    assert low <= field.default <= high


@pytest.mark.parametrize("name", sorted(OWNER))
def test_a_column_has_a_meaning_and_a_type_that_holds_its_start(name):
    column = OWNER[name].owns[name]
    assert column.meaning
    held = np.array([column.default]).astype(column.dtype)[0]
    np.testing.assert_equal(float(held), float(column.default))
    if column.unit.startswith("row of "):
        assert column.unit.removeprefix("row of ") in BASE
    if column.reason:
        assert column.reason in OWNER
        assert OWNER[column.reason].name == OWNER[name].name
    if column.unit.startswith("fen"):
        assert np.dtype(column.dtype).kind == "i", "money is integer fen"


@pytest.mark.parametrize("name", sorted(CATALOGUE.outcomes))
def test_an_outcome_reads_what_there_is(name):
    one = CATALOGUE.outcomes[name]
    base = {f"{table}.{column}" for table, columns in BASE.items() for column in columns}
    assert set(one.reads) <= base | OWNER.keys()
    assert set(one.levers) <= LEVERS.keys()


@pytest.mark.parametrize("name", sorted(CATALOGUE.outcomes))
def test_an_indicator_says_whom_it_counts(name):
    for indicator_name, one in CATALOGUE.outcomes[name].indicators.items():
        assert one.of in ("registered", "present", "ever registered", "place"), indicator_name
        assert one.unit, indicator_name
        assert one.meaning, indicator_name
        assert one.better in (-1, 0, 1), indicator_name
        counts = indicator_name.endswith("_count")
        assert not (counts and one.denominator), f"{indicator_name} is a count and has a denominator"


def test_no_two_outcomes_record_one_column():
    names = record_names(CATALOGUE.outcomes.values())
    assert len(names) == len(set(names))


@pytest.mark.parametrize("lever", sorted(LEVERS))
def test_somebody_reads_every_lever(lever):
    assert any(lever in one.levers for one in PLAN), "a policy would turn it to no effect"
