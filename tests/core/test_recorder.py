"""The record against counting by hand, key by key."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.contract import GIVEN, INHERIT, Column, ContractError, Indicator, Outcome
from simulation.recorder import (
    AGE_BANDS,
    BAND_OF_AGE,
    GROUPS,
    RECORDER_READS,
    Tally,
    UnitRecorder,
    keys_of,
    month_cells,
    record_names,
)
from simulation.world import View
from tests.small import small_world

KINDS = ("village", "site", "town")
INDICATORS = {
    "heads": Indicator("persons", "registered", "", "people by registration"),
    "present": Indicator("persons", "present", "", "people by presence"),
    "homes": Indicator("households", "present", "", "households at home"),
    "share": Indicator("share", "present", "everyone", "a share"),
    "seats": Indicator("seats", "place", "", "seats"),
    "oldest": Indicator("years", "registered", "people", "highest age", poolable=False),
}
OUTCOME = Outcome(lambda *_: None, (), INDICATORS, name="test")


@st.composite
def worlds(draw):
    rows = st.integers(0, 2)
    households = [
        {"id": f"h{at}", "registered": draw(rows), "population": draw(rows)} for at in range(draw(st.integers(1, 5)))
    ]
    persons = [
        {
            "household": draw(st.integers(0, len(households) - 1)),
            "sex": draw(st.integers(0, 1)),
            "population": draw(rows),
        }
        for _ in range(draw(st.integers(0, 12)))
    ]
    schools = [{"place": draw(rows)} for _ in range(2)]
    places = [{"id": kind, "kind": kind} for kind in KINDS]
    world = small_world({"places": places, "households": households, "persons": persons, "schools": schools})
    n, homes = len(persons), len(households)
    _add(world, "persons", "alive", np.int8, draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)))
    _add(world, "persons", "place", np.int32, draw(st.lists(st.integers(-1, 2), min_size=n, max_size=n)))
    _add(world, "persons", "age", np.int16, draw(st.lists(st.integers(0, 95), min_size=n, max_size=n)))
    _add(world, "households", "home", np.int32, draw(st.lists(rows, min_size=homes, max_size=homes)))
    _add(world, "households", "members", np.int16, draw(st.lists(rows, min_size=homes, max_size=homes)))
    _add(world, "teachers", "school", np.int32, [])
    return world


def _add(world, table, column, dtype, values):
    world.tables[table].add_column(column, np.array(values, dtype), dtype, 0)


def tallied(world):
    view = View(world, "record", RECORDER_READS, ())
    view.refresh({})
    tally = Tally(view, keys_of(world), OUTCOME, month_cells(view))
    return tally, view


def matches(key, place, population, sex, age):
    """Whether one person belongs to one key, said in words."""
    where, who, group = key
    if where >= 0 and place != where:
        return False
    if who < 3 and population != who:
        return False
    name = GROUPS[group]
    if name.startswith("sex="):
        return name == f"sex={('male', 'female')[sex]}"
    if name.startswith("age_band="):
        low, _, high = name.removeprefix("age_band=").partition("-")
        return age >= 60 if low == "60+" else int(low) <= age <= int(high)
    return True


def keys(world):
    found = keys_of(world)
    return list(zip(found.place.tolist(), found.population.tolist(), found.group.tolist(), strict=True))


def people(world):
    p, h = world.tables["persons"], world.tables["households"]
    for row in range(p.rows):
        yield row, bool(p["alive"][row]), int(h["registered"][p["household"][row]]), int(p["place"][row])


@given(worlds())
def test_persons_by_registration_and_by_presence(world):
    tally, _ = tallied(world)
    p = world.tables["persons"]
    worth = np.arange(1, p.rows + 1, dtype=np.int32)
    tally.count("heads", "persons", worth)
    tally.ratio("share", "persons", worth, np.ones(p.rows, bool))
    for at, key in enumerate(keys(world)):
        known = {"heads": 0, "share__num": 0, "share__den": 0}
        for row, alive, registered, place in people(world):
            who = (p["population"][row], p["sex"][row], p["age"][row])
            known["heads"] += int(worth[row]) if alive and matches(key, registered, *who) else 0
            present = alive and place >= 0 and matches(key, place, *who)
            known["share__num"] += int(worth[row]) if present else 0
            known["share__den"] += present
        assert {name: tally.found[name][at] for name in known} == known


@given(worlds())
def test_households_by_home_and_never_by_sex(world):
    tally, _ = tallied(world)
    h = world.tables["households"]
    tally.count("homes", "households", np.ones(h.rows, np.int8))
    for at, (place, population, group) in enumerate(keys(world)):
        here = sum(
            bool(h["members"][row] > 0 and place in (-1, h["home"][row]) and population in (3, h["population"][row]))
            for row in range(h.rows)
        )
        recorded = tally.found["homes"][at]
        assert np.isnan(recorded) if group else recorded == here


@given(worlds())
def test_facilities_belong_to_a_place_and_to_no_population(world):
    tally, _ = tallied(world)
    schools = world.tables["schools"]
    tally.count("seats", "schools", np.array([30, 40], np.int32))
    for at, (place, population, group) in enumerate(keys(world)):
        here = sum(seats for seats, there in zip((30, 40), schools["place"], strict=True) if place in (-1, there))
        recorded = tally.found["seats"][at]
        assert recorded == here if (population, group) == (3, 0) else np.isnan(recorded)


@given(worlds())
def test_figures_that_cannot_be_pooled(world):
    tally, _ = tallied(world)
    p = world.tables["persons"]
    tally.plain("oldest", "persons", lambda rows: float(p["age"][rows].max()) if len(rows) else np.nan)
    for at, key in enumerate(keys(world)):
        place, _, group = key
        ages = [
            int(p["age"][row])
            for row, alive, registered, _ in people(world)
            if alive and matches(key, registered, p["population"][row], p["sex"][row], p["age"][row])
        ]
        expected = max(ages) if ages and group == 0 and (place < 0 or KINDS[place] == "site") else np.nan
        np.testing.assert_equal(tally.found["oldest"][at], expected)


def test_groups_are_kept_for_all_and_for_sites_alone():
    world = small_world({"places": [{"id": kind, "kind": kind} for kind in KINDS]})
    groups = {place: sum(key[0] == place for key in keys(world)) for place in (-1, 0, 1, 2)}
    assert groups == {-1: 4 * len(GROUPS), 0: 4, 1: 4 * len(GROUPS), 2: 4}


def test_every_age_has_its_band():
    assert [AGE_BANDS[BAND_OF_AGE[age]] for age in (0, 2, 3, 5, 6, 12, 15, 20, 59, 60)] == [
        "0-2", "0-2", "3-5", "3-5", "6-11", "12-14", "15-19", "20-29", "50-59", "60+",
    ]  # fmt: skip


def test_an_undeclared_indicator_is_refused():
    world = small_world({"places": [{"id": "s"}]})
    for table, column in (("persons", "alive"), ("persons", "place"), ("persons", "age"), ("households", "home")):
        _add(world, table, column, np.int32, [])
    _add(world, "households", "members", np.int16, [])
    _add(world, "teachers", "school", np.int32, [])
    tally, _ = tallied(world)
    with pytest.raises(
        ContractError, match=re.escape("test measures 'hads' without declaring it among its indicators")
    ):
        tally.count("hads", "persons", np.ones(0))


def test_the_names_of_columns():
    assert record_names([OUTCOME]) == ["heads", "present", "homes", "share__num", "share__den", "seats", "oldest"]


# ---- units


WATCHED = {
    "persons.employer": Column("int32", -1, "row of employers", "x", watched=True, reason="persons.why"),
    "persons.grade": Column("int8", 0, "grade", "x", watched=True),
    "persons.why": Column("int8", 0, "", "x"),
}


def test_what_a_new_row_begins_with_is_a_change_from_nothing():
    world = small_world({"places": [{"id": "t"}], "households": [{}], "persons": [{}], "employers": [{"id": "mill"}]})
    place = Column("int32", GIVEN, "row of places", "x", newborn=INHERIT, watched=True)
    for name, column in {**WATCHED, "persons.place": place}.items():
        start = 0 if column.start is GIVEN else column.start
        _add(world, "persons", name.partition(".")[2], column.dtype, [start])
    recorder = UnitRecorder(world, {**WATCHED, "persons.place": place})
    newborn = {"uid": np.array([77], np.uint64), "place": np.array([0]), "employer": np.array([-1])}
    world.tables["persons"].append(1, newborn)
    recorder.record(99)
    found = [(one.column, one.uid.tolist(), one.old.tolist(), one.new.tolist()) for one in recorder.changes]
    assert found == [("persons.place", [77], [0], world.tables["places"]["uid"].tolist())]


def test_changes_are_kept_by_uid_with_their_reason():
    world = small_world({"places": [{}], "households": [{}], "persons": [{}, {}], "employers": [{"id": "mill"}]})
    for name, column in WATCHED.items():
        _add(world, "persons", name.partition(".")[2], column.dtype, [column.start] * 2)
    recorder = UnitRecorder(world, WATCHED)
    persons = world.tables["persons"]
    recorder.record(99)
    assert recorder.changes == []
    persons["employer"][1], persons["why"][1], persons["grade"][0] = 0, 4, 3
    recorder.record(100)
    recorder.record(101)
    found = {
        one.column: (one.month, one.uid.tolist(), one.old.tolist(), one.new.tolist(), one.reason.tolist())
        for one in recorder.changes
    }
    mill = int(world.tables["employers"]["uid"][0])
    assert found == {
        "persons.employer": (100, [persons["uid"][1]], [0], [mill], [4]),
        "persons.grade": (100, [persons["uid"][0]], [0], [3], [0]),
    }
