"""What the record says of what pupils know and how long they stay, checked by hand on twelve."""

import numpy as np
import pytest

from simulation.catalogue import as_outcome
from simulation.months import month_of
from simulation.outcomes import attainment as outcome
from simulation.recorder import GROUPS, record_names
from tests.outcomes.school_records import recorded
from tests.small import small_world

START = month_of("2024-10")
RELOCATED, HOST = 0, 2
NO_GRADE = -9
MALE, FEMALE = GROUPS.index("sex=male"), GROUPS.index("sex=female")

PEOPLE = [
    # population, sex, age on 31 August, grade, student, education, month of dropping out, achievement
    ("relocated", "male", 7, 2, 1, 0, -1, 1.0),
    ("relocated", "male", 8, 3, 1, 0, -1, 0.0),
    ("relocated", "female", 10, 5, 1, 0, START, -1.0),  # leaves this month
    ("relocated", "female", 13, 8, 1, 0, -1, -2.0),
    ("hosts", "male", 6, 1, 1, 0, -1, 2.0),
    ("hosts", "male", 13, NO_GRADE, 0, 0, month_of("2023-11"), 0.0),  # left half a year ago, in grade 7
    ("relocated", "male", 15, NO_GRADE, 1, 1, -1, 0.0),
    ("relocated", "female", 15, NO_GRADE, 0, 1, START, 0.0),  # has left senior school before the record
    ("relocated", "female", 15, NO_GRADE, 0, 0, month_of("2023-11"), 0.0),  # left in grade 9
    ("relocated", "male", 20, NO_GRADE, 1, 2, -1, 0.0),  # two years of tertiary behind
    ("relocated", "female", 20, NO_GRADE, 0, 1, month_of("2020-11"), 0.0),  # left in the second year of senior
    ("relocated", "female", 20, NO_GRADE, 0, 0, -1, 0.0),
]


def record():
    world = small_world(
        {
            "places": [{"id": "site", "kind": "site"}],
            "households": [{"registered": "site", "population": one[0]} for one in PEOPLE],
            "persons": [
                {
                    "household": row,
                    "population": one[0],
                    "sex": one[1],
                    "birth_month": month_of("2024-03") - 12 * one[2],
                }
                for row, one in enumerate(PEOPLE)
            ],
        },
        start=START,
    )
    everyone = len(PEOPLE)
    given = {
        "persons.alive": [1] * everyone, "persons.age": [one[2] for one in PEOPLE], "persons.place": [0] * everyone,
        "persons.grade": [one[3] for one in PEOPLE], "persons.student": [one[4] for one in PEOPLE],
        "persons.education": [one[5] for one in PEOPLE], "persons.left_school_month": [one[6] for one in PEOPLE],
        "persons.achievement": [one[7] for one in PEOPLE], "households.members": [1] * everyone,
    }  # fmt: skip
    return recorded("attainment", world, given)


def test_every_indicator_is_measured_and_no_other():
    assert record()[1] == sorted(record_names([as_outcome(outcome)]))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("achievement_mean", 0.0),
        ("achievement_sd", 2**0.5),
        ("achievement_gap", -2.5),
        ("primary_dropout_rate_year", 12 / 4),
        ("junior_dropout_rate_year", 0.0),
        ("dropouts_count", 4),
        ("nine_year_retention", 2 / 3),  # one left in grade 9, one only after it
        ("schooling_years_at_20", (14 + 10 + 6) / 3),
    ],
)
def test_figures_are_as_by_hand(name, value):
    assert record()[0](name) == pytest.approx(value)


def test_figures_stand_by_population_and_sex():
    look, _ = record()
    assert look("achievement_mean", -1, HOST) == 2
    assert np.isnan(look("achievement_gap", -1, HOST))
    assert (look("schooling_years_at_20", group=MALE), look("schooling_years_at_20", group=FEMALE)) == (14, 8)
    assert look("primary_dropout_rate_year", group=FEMALE) == 12
    assert look("senior_dropout_rate_year", group=MALE) == 0


def test_years_of_school_are_those_finished():
    found = outcome.years_of_school(
        np.array([0, 1, 2, 3, 1]), np.array([0, 0, 0, 0, 1]), np.array([30, 30, 30, 30, 16]), np.full(5, -1),
        np.zeros(5, np.int64),
    )  # fmt: skip
    assert found.tolist() == [6, 9, 12, 16, 10]
