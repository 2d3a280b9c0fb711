"""What a step sees of the world: declared columns, sealed unless owned; rows appear after the step."""

import re

import numpy as np
import pytest

from simulation.contract import INHERIT, Column, ContractError
from simulation.world import BASE, View, append_created
from tests.small import small_world

PLACES = [{"id": "near"}, {"id": "far"}, {"id": "lost"}]
MINUTES = [[0, 30, -1], [30, 0, -1], [-1, -1, 0]]


def world(**tables):
    people = [{"household": "h", "sex": sex, "birth_month": 23000} for sex in ("male", "female")]
    made = small_world({"places": PLACES, "households": [{"id": "h"}], "persons": people, **tables}, MINUTES)
    made.tables["persons"].add_column("age", np.array([30, 28]), np.int16, 0)
    made.tables["persons"].add_column("place", np.array([0, 1]), np.int32, -1)
    return made


def view(made, reads=(), owns=(), creates=()):
    seen = View(made, "gossip", reads, owns, creates)
    seen.refresh({})
    return seen


def test_an_undeclared_column_is_refused_with_the_remedy():
    text = "gossip uses persons.age without declaring it: add 'persons.age' to its reads"
    with pytest.raises(ContractError, match=re.escape(text)):
        _ = view(world(), ["persons.sex"]).persons.age


def test_what_is_read_is_sealed_and_what_is_owned_is_not():
    seen = view(world(), ["persons.sex"], ["persons.age"])
    seen.persons.age[0] = 31
    with pytest.raises(ValueError, match="read-only"):
        seen.persons.sex[0] = 1


def test_reading_a_column_seals_nothing_for_its_owner():
    made = world()
    view(made, ["persons.age"])
    view(made, owns=["persons.age"]).persons.age[1] = 29
    assert made.tables["persons"]["age"].tolist() == [30, 29]


def test_a_table_that_does_not_exist_is_no_attribute():
    with pytest.raises(AttributeError):
        _ = view(world()).animals


def test_created_rows_appear_after_the_step_and_inherit():
    made = world()
    seen = view(made, creates=["persons"])
    seen.create("persons", np.array([1], np.int32), {"uid": np.array([77], np.uint64), "sex": np.array([0], np.int8)})
    assert made.tables["persons"].rows == 2
    owned = {
        "persons": {
            "place": Column("int32", -1, "row of places", "x", newborn=INHERIT),
            "age": Column("int16", 0, "", "x"),
        }
    }
    append_created(made, owned, seen.take_queue())
    persons = made.tables["persons"]
    assert (persons["uid"][2], persons["household"][2], persons["sex"][2]) == (77, 0, 0)
    assert (persons["place"][2], persons["age"][2]) == (1, 0)
    assert seen.take_queue() == []


def test_creating_without_a_declaration_is_refused():
    text = "gossip creates rows of persons without declaring it: add creates=('persons',)"
    with pytest.raises(ContractError, match=re.escape(text)):
        view(world()).create("persons", np.array([0], np.int32), {})


def test_facilities_within_reach_come_nearest_first():
    made = world(
        schools=[{"id": "b", "place": "far", "extra_minutes": 5}, {"id": "a", "place": "near", "extra_minutes": 9}]
    )
    near = made.near["schools"]
    assert near.offsets.tolist() == [0, 2, 4, 4]
    assert near.rows.tolist() == [1, 0, 0, 1]
    assert near.minutes.tolist() == [9, 35, 5, 39]


def test_facilities_equally_near_come_by_uid():
    made = world(clinics=[{"id": name, "place": "near"} for name in "abcdef"])
    order = made.near["clinics"].rows[:6]
    uids = made.tables["clinics"]["uid"][order]
    assert (uids[:-1] < uids[1:]).all()


def test_a_teacher_is_where_the_school_is():
    made = world(schools=[{"id": "s", "place": "far"}], teachers=[{}, {}])
    made.tables["teachers"].add_column("school", np.array([0, -1]), np.int32, -1)
    seen = view(made)
    assert seen.facility_place("teachers").tolist() == [1, -1]
    assert seen.facility_place("schools").tolist() == [1]


def test_rows_are_found_by_id_even_after_an_arm_brought_more():
    made = world(employers=[{"id": "mill", "place": "near"}])
    assert made.row("employers", "mill") == 0
    made.append("employers", "employer/far/workshop", {"place": 1, "posts": 0})
    assert made.row("employers", "employer/far/workshop") == 1
    with pytest.raises(KeyError):
        made.row("employers", "mills")


def test_every_base_column_says_what_it_is():
    for table, columns in BASE.items():
        for name, base in columns.items():
            assert base.meaning, f"{table}.{name}"
            np.dtype(base.dtype)


def test_what_nobody_owns_is_sealed():
    seen = view(world(schools=[{"id": "s", "place": "far"}]))
    for shared in (seen.facility_place("schools"), seen.minutes, seen.wage_index, seen.near["schools"].rows):
        with pytest.raises(ValueError, match="read-only"):
            shared[...] = 0
