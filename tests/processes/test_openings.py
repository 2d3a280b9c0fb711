"""A school that opens early: its pupils come home, its teachers are paid from then on, and only until its own month."""

from types import SimpleNamespace

import pytest

from simulation.catalogue import discover
from simulation.months import month_of
from tests.small import small_engine, small_world

CATALOGUE = discover()
START = month_of("2021-09")
OPENS = month_of("2022-09")
PROCESSES = ("teachers", "openings", "school_year", "seat_holders", "seats", "school_choice", "schooling")


def world():
    """A site whose junior school opens in a year, and a village whose school boards."""
    school = {"level": "junior", "first_grade": 7, "last_grade": 7, "classrooms": 2, "class_cap": 45, "teachers": 2}
    return small_world(
        {
            "places": [{"id": "site", "kind": "site"}, {"id": "village", "kind": "village"}],
            "schools": [
                {"id": "late", "place": "site", "kind": "site", "opens_month": OPENS, **school},
                {"id": "old", "place": "village", "kind": "central", "boards": 1, **school},
            ],
            "grades": [{"id": "late", "school": "late", "grade": 7}, {"id": "old", "school": "old", "grade": 7}],
            "teachers": [
                {"id": f"{at}{nth}", "home_school": at, "starts_month": OPENS if at == "late" else 0}
                for at in ("late", "old")
                for nth in range(2)
            ],
            "households": [{"id": "home", "origin": "village", "registered": "site"}],
            "persons": [{"id": "child", "household": "home", "birth_month": START - 12 * 12 - 3}],
        },
        [[0, 90], [90, 0]],
        START,
    )


def run(months, opens=None, ends=None):
    """Run some months, with or without an opening; return the engine."""
    kind = CATALOGUE.interventions["school_opening"]
    arm = []
    if opens is not None:
        settings = kind.Settings(school="late", opens=opens, ends=ends, teacher_year_yuan=60_000.0)
        arm = [SimpleNamespace(kind="school_opening", settings=settings, identity="school_opening/late")]
    given = {"persons.alive": [1], "households.home": ["site"], "teachers.school": ["late", "late", "old", "old"]}
    engine = small_engine(world(), PROCESSES, given, months=months, arm=arm, known=CATALOGUE)
    engine.run()
    return engine


def sits(engine):
    """Say where the child sits, and whether it boards."""
    persons = engine.world.tables["persons"]
    return engine.world.ids["schools"][persons["school"][0]], bool(persons["boarding_school"][0] >= 0)


def test_without_the_opening_the_child_boards_until_the_school_stands():
    assert sits(run(3)) == ("old", True)


def test_an_opening_brings_the_child_home():
    assert sits(run(3, START)) == ("late", False)
    assert sits(run(6, START + 2)) == ("old", True)  # in the middle of a year nobody who holds a seat is moved


@pytest.mark.parametrize(("months", "paid"), [(3, 3), (12, 12), (15, 12)])
def test_teachers_are_paid_until_the_month_in_which_it_would_have_opened(months, paid):
    engine = run(months, START)
    assert sum(one.amount_fen for one in engine.ledger) == paid * 2 * 5_000 * 100
    assert {one.kind for one in engine.ledger} == {"delivery"}


def test_an_opening_that_ends_leaves_no_teacher_to_pay():
    engine = run(6, START, START + 4)
    assert sum(one.amount_fen for one in engine.ledger) == 4 * 2 * 5_000 * 100
    assert engine.world.tables["programmes"]["teachers_early"].tolist() == [0]
