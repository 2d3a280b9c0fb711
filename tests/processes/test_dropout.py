"""Far, poor, weak at school or tempted by work: each makes pupils leave earlier, and none comes back."""

import numpy as np
import pytest

from simulation.months import month_of
from simulation.world import NOWHERE
from tests.small import small_engine, small_world

START = month_of("2020-10")
PUPILS = 3000


def world(pupils=PUPILS, vacancies=0, pay=200_000, min_education="primary or less", kind="services", **columns):
    """A village of pupils of grade 8, one household each, an employer near by."""
    plain = {"persons.grade": 8, "persons.school": 0, "persons.boarding_school": NOWHERE, "persons.school_minutes": 10,
             "persons.achievement": 0.0, "persons.student": 1, "households.members": 4, "households.labourers": 2,
             "households.income_12m": 4_000_000, "households.home": 0, "employers.vacancies": vacancies,
             "employers.pay_now_fen": pay, "employers.posts_now": 100}  # fmt: skip
    years, sex = columns.pop("years", 14), columns.pop("sex", 0)
    values = {**plain, **columns}
    birth = month_of("2020-03") - 12 * years
    small = small_world(
        {
            "places": [{"id": "village", "kind": "village"}],
            "households": [{"origin": "village"}] * pupils,
            "persons": [{"household": row, "sex": sex, "birth_month": birth} for row in range(pupils)],
            "schools": [{"place": "village", "level": "junior"}],
            "employers": [
                {"place": "village", "kind": kind, "min_age": 18, "months_worked": 12.0, "posts": 100,
                 "min_education": min_education, "sex": -1},
            ],
        },
        start=START,
    )  # fmt: skip
    given = {full: [value] * small.tables[full.partition(".")[0]].rows for full, value in values.items()}
    return small, {**given, "persons.alive": [1] * pupils}


def dropouts(months=6, parameters=None, **columns):
    """Who has left after some months, of pupils a hundred times as ready to leave as real ones."""
    small, given = world(**columns)
    loose = {"level_compulsory": -4.0, "level_senior": -4.0, **(parameters or {})}
    engine = small_engine(small, ["dropout"], given, months=months, parameters={"dropout": loose})
    for _ in range(months):
        engine.step()
    return engine.world.tables["persons"]["left_school_month"] >= 0


def assert_only_adds(fewer, more):
    """Nobody is kept by what makes leaving likelier, and somebody goes."""
    assert (more | ~fewer).all()
    assert more.sum() > fewer.sum()


@pytest.mark.parametrize(
    "harder",
    [
        {"persons.school_minutes": 90},
        {"persons.boarding_school": 0, "persons.school_minutes": -1},
        {"persons.school": NOWHERE, "persons.school_minutes": -1},
        {"persons.grade": 9},
        {"persons.achievement": -1.0},
        {"households.income_12m": 500_000},
        {"vacancies": 200},
        {"vacancies": 100, "pay": 400_000},
    ],
    ids=", ".join,
)
def test_what_makes_school_dearer_or_work_easier_only_adds_dropouts(harder):
    assert_only_adds(dropouts(), dropouts(**harder))


def test_easier_jobs_discourage_schooling():
    """The sign of S28, through what a young worker could earn, for juniors and in senior school."""
    for senior in ({}, {"persons.grade": -9, "years": 16}):
        work = {"parameters": {"work_effect": 1.0}}
        assert_only_adds(dropouts(**work, **senior), dropouts(vacancies=500, **work, **senior))


def test_jobs_that_ask_for_a_certificate_tempt_only_those_who_have_it():
    asks = {"vacancies": 500, "min_education": "junior"}
    assert (dropouts(**asks) == dropouts()).all()
    senior = {"persons.grade": -9, "years": 16}
    assert_only_adds(dropouts(**senior), dropouts(**asks, **senior))


def test_jobs_tempt_nobody_under_14():
    child = {"years": 12, "persons.grade": 6}
    assert (dropouts(vacancies=500, **child) == dropouts(**child)).all()


def test_a_long_way_costs_girls_more_than_boys():
    """S27: closures cost girls years of schooling and boys about nothing."""
    near = {sex: dropouts(sex=sex, **{"persons.school_minutes": 0}) for sex in (0, 1)}
    far = {sex: dropouts(sex=sex, **{"persons.school_minutes": 90}) for sex in (0, 1)}
    assert (near[0] == near[1]).all()  # parity where the school is next door
    assert far[1].sum() - near[1].sum() > 2 * (far[0].sum() - near[0].sum())


def test_the_coast_tempts_everywhere_unless_the_way_is_closed():
    coast = {"kind": "coast", "employers.posts_now": -1, "pay": 500_000}
    assert_only_adds(dropouts(), dropouts(**coast))


@pytest.mark.parametrize("grade", [-9, 0, 3])
def test_nobody_drops_out_before_grade_4(grade):
    small = {"persons.grade": grade, "years": 8}
    assert not dropouts(parameters={"level_compulsory": 0.0, "level_senior": 0.0}, **small).any()


def test_who_has_left_stays_away_and_keeps_the_month():
    small, given = world(pupils=50)
    engine = small_engine(small, ["dropout"], given, months=5, parameters={"dropout": {"level_compulsory": -1.0}})
    seen = np.full(50, -1)
    for month in range(START, START + 5):
        engine.step()
        left = engine.world.tables["persons"]["left_school_month"]
        assert (left[seen >= 0] == seen[seen >= 0]).all()
        assert (left[(seen < 0) & (left >= 0)] == month).all()
        seen = left.copy()
    assert (seen >= 0).any()
