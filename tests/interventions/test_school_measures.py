"""Transfers and classrooms: what they turn, what they bring, what they cost, what they say."""

import pytest
from pydantic import ValidationError

from simulation.clock import Clock
from simulation.interventions import school_seats, teacher_recruitment, teacher_transfer
from simulation.ledger import book
from simulation.levers import Turn
from simulation.months import month_of
from simulation.world import PROGRAMME_KINDS, SCHOOL_KINDS

SEPTEMBER = month_of("2020-09")


def transfer(**changes):
    """Settings as a scenario writes them."""
    given = {"from": "central_schools", "to": "jinxiu_primary", "teachers": 12, "starts": SEPTEMBER}
    return teacher_transfer.Settings.model_validate({**given, **changes})


def turned(module, settings, strength, month=SEPTEMBER):
    """What an intervention adds to which lever at which row."""
    into = []
    clock = Clock(month, settings.first_month, settings.capital_month, strength)
    module.contribute(Turn(1, into), clock, settings, lambda table, name: {"programmes": 4, "schools": 7}[table])
    return [(one.lever, one.row, one.kind, one.amount) for one in into]


def test_a_transfer_brings_a_programme_of_its_own():
    (row,) = teacher_transfer.rows(transfer())
    assert (row.table, row.identity) == ("programmes", "programme/teacher_transfer/jinxiu_primary")
    assert row.values == {
        "kind": PROGRAMME_KINDS.index("teacher_transfer"),
        "from_school": -1,
        "from_kind": SCHOOL_KINDS.index("central"),
        "to_school": "jinxiu_primary",
        "select": 0,
        "months": 0,
    }


def test_a_transfer_may_name_one_school_and_itself():
    (row,) = teacher_transfer.rows(transfer(**{"from": "t01_central_primary", "name": "second", "select": "random"}))
    assert row.identity == "programme/teacher_transfer/jinxiu_primary/second"
    assert (row.values["from_school"], row.values["from_kind"], row.values["select"]) == ("t01_central_primary", -1, 1)


@pytest.mark.parametrize("word", teacher_transfer.GIVERS)
def test_every_kind_of_school_has_its_word(word):
    (row,) = teacher_transfer.rows(transfer(**{"from": word}))
    assert SCHOOL_KINDS[row.values["from_kind"]] == teacher_transfer.GIVERS[word]


def test_a_transfer_turns_its_places_with_its_strength():
    assert turned(teacher_transfer, transfer(), 0.5) == [("programmes.places", 4, "add", 6.0)]
    assert turned(teacher_transfer, transfer(), 0.0) == [("programmes.places", 4, "add", 0.0)]


def test_an_allowance_is_paid_for_those_who_are_away():
    settings = transfer()
    clock = Clock(SEPTEMBER, settings.first_month, settings.capital_month, 1.0)
    (entry,) = book("x", teacher_transfer.costs(settings), clock, {"programmes.teachers_moved": 9})
    assert entry.amount_fen == 9 * 12_600 * 100 // 12


def test_a_transfer_refuses_an_unknown_way_of_choosing():
    with pytest.raises(ValidationError):
        transfer(select="worst")


def test_measures_say_what_they_do():
    assert transfer(ends=month_of("2023-09")).first_month == SEPTEMBER
    said = teacher_transfer.describe(transfer(ends=month_of("2023-09")))
    assert said == (
        "12 outstanding teachers from central schools teach at jinxiu_primary "
        "from the first term in or after 2020-09 until 2023-09"
    )
    assert transfer(term_months=24).term_months == 24
    assert teacher_transfer.describe(transfer(term_months=24)).endswith("2020-09, each for 24 months")
    seats = school_seats.Settings(school="jinxiu_primary", classrooms=6, starts=SEPTEMBER)
    assert school_seats.describe(seats) == (
        "6 more classrooms at jinxiu_primary, decided in 2020-09, in use from 2022-09, as far as there are teachers"
    )


def test_classrooms_cost_when_decided_and_stand_when_built():
    settings = school_seats.Settings(school="jinxiu_primary", classrooms=6, starts=SEPTEMBER)
    assert settings.first_month == SEPTEMBER + 24
    assert turned(school_seats, settings, 1.0) == [
        ("schools.classrooms", 7, "add", 6.0),
        ("schools.seats", 7, "add", 330.0),
    ]
    clock = Clock(SEPTEMBER, settings.first_month, settings.capital_month, 0.0)
    (entry,) = book("x", school_seats.costs(settings), clock, {})
    assert entry.amount_fen == 6 * 2_000_000 * 100


@pytest.mark.parametrize("delay", [11, 37])
def test_no_school_is_built_in_a_month(delay):
    with pytest.raises(ValidationError):
        school_seats.Settings(school="jinxiu_primary", classrooms=6, starts=SEPTEMBER, delay_months=delay)


def test_a_school_can_not_lend_to_itself():
    with pytest.raises(ValidationError, match="'jinxiu_primary' would lend teachers to itself"):
        transfer(**{"from": "jinxiu_primary"})


def recruits(**changes):
    given = {"school": "jinxiu_primary", "teachers": 20, "starts": SEPTEMBER}
    return teacher_recruitment.Settings(**{**given, **changes})


def test_recruits_come_after_the_delay_and_cost_while_they_are_at_work():
    settings = recruits()
    assert settings.first_month == SEPTEMBER + 9
    (row,) = teacher_recruitment.rows(settings)
    assert row.values == {
        "kind": PROGRAMME_KINDS.index("teacher_recruitment"),
        "to_school": "jinxiu_primary",
        "channel": 5,
        "contract_months": 36,
    }
    assert turned(teacher_recruitment, settings, 1.0) == [("programmes.places", 4, "add", 20.0)]
    clock = Clock(SEPTEMBER + 20, settings.first_month, settings.capital_month, 1.0)
    (entry,) = book("x", teacher_recruitment.costs(settings), clock, {"programmes.teachers_recruited": 18})
    assert entry.amount_fen == 18 * 70_000 * 100 // 12


@pytest.mark.parametrize("delay", [5, 13])
def test_no_teacher_is_recruited_in_a_month(delay):
    with pytest.raises(ValidationError):
        recruits(delay_months=delay)


def test_recruitment_says_what_it_does():
    assert teacher_recruitment.describe(recruits()) == (
        "20 more teachers recruited for jinxiu_primary on special posts, on contracts of 36 months, decided in "
        "2020-09, from the first term in or after 2021-06"
    )
    permanent = recruits(channel="recruitment", contract_months=0, ends=month_of("2025-09"))
    assert teacher_recruitment.describe(permanent) == (
        "20 more teachers recruited for jinxiu_primary by open recruitment, for good, decided in "
        "2020-09, from the first term in or after 2021-06 until 2025-09"
    )
