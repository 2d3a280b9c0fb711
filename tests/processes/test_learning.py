"""Better teachers and smaller classes help; change, boarding and having no seat harm."""

import numpy as np
import pytest

from simulation.processes import learning
from tests.processes.school_world import SEPTEMBER_2020, base_table, turn, view_of

JULY_2021 = SEPTEMBER_2020 + 10
PLAIN = {
    "pupils": 45, "teachers_now": 3, "quality_mean": 0.0, "newcomer_share": 0.0, "own_posts": 3, "vacant_months": 0,
}  # fmt: skip
PRIMARY, JUNIOR = 1, 2


def one_child(school=0, boards=False, grade=3, class_size=45.0, shares_room=0, level=PRIMARY, **changes):
    """One child in one school."""
    schools = base_table("schools", 1, level=[level])
    for name, value in {**PLAIN, **changes}.items():
        schools.add_column(name, np.array([value]), np.float32 if isinstance(value, float) else np.int32, 0)
    persons = base_table("persons", 1)
    columns = {
        "alive": (1, np.int8),
        "grade": (grade, np.int8),
        "school": (school, np.int32),
        "boarding_school": (school if boards else -1, np.int32),
        "class_size": (class_size, np.float32),
        "shares_room": (shares_room, np.int8),
    }
    for name, (value, dtype) in columns.items():
        persons.add_column(name, np.array([value]), dtype, 0)
    return view_of(
        {"schools": schools, "persons": persons, "households": base_table("households", 1)},
        learning.run.declaration.owns,
        [[0]],
        {},
    )


def known_in_july(**changes):
    """What the child knows after a year."""
    view = one_child(**changes)
    for month in range(SEPTEMBER_2020, JULY_2021 + 1):
        turn(learning, view, month)
    return float(view.persons.achievement[0])


@pytest.mark.parametrize(
    ("changes", "gain"),
    [
        ({"quality_mean": 1.0}, 0.12),
        ({"class_size": 55.0}, -0.04),
        ({"class_size": 36.0}, 0.036),
        ({"class_size": 35.0}, 0.04),
        ({"class_size": 8.0}, 0.04),  # below the floor nothing more is gained
        ({"shares_room": 1}, -0.08),
        ({"teachers_now": 5}, 0.03),
        ({"level": JUNIOR}, 0.005 * (12.64 - 16.33)),
        ({"newcomer_share": 1.0}, -0.07),
        ({"vacant_months": 11}, -0.2 / 3),  # one of three posts all the year
        ({"boards": True, "grade": 7}, -0.03),
        ({"boards": True}, -0.08),
    ],
)
def test_each_part_moves_achievement_by_its_effect(changes, gain):
    assert known_in_july(**changes) - known_in_july() == pytest.approx(gain, abs=1e-5)


def test_a_year_without_a_seat_loses():
    at_school = learning.school_effect(one_child().schools, learning.Settings())[0]  # in a class of the norm
    assert known_in_july(school=-1) - known_in_july() == pytest.approx(-0.30 - at_school, abs=1e-5)


def test_only_july_and_entry_change_what_is_known():
    view = one_child()
    turn(learning, view, SEPTEMBER_2020)
    before = view.persons.achievement.copy()
    for month in range(SEPTEMBER_2020 + 1, JULY_2021):
        turn(learning, view, month)
    assert view.persons.achievement == before
    turn(learning, view, SEPTEMBER_2020 + 12)
    assert view.persons.achievement == before


def test_first_graders_enter_in_september_and_preschoolers_know_nothing_yet():
    view = one_child(grade=0)
    turn(learning, view, SEPTEMBER_2020)
    assert view.persons.achievement[0] == 0
    view.persons.grade[0] = 1
    turn(learning, view, SEPTEMBER_2020 + 12)
    assert view.persons.achievement[0] != 0


def known_after(schools):
    """What a child knows in July that sat in these schools since October (-1 none), in school in September."""
    view = one_child()
    turn(learning, view, SEPTEMBER_2020)
    for k, at in enumerate(schools):
        view.persons.school[0] = at
        turn(learning, view, SEPTEMBER_2020 + 1 + k)
    return float(view.persons.achievement[0])


def test_months_without_a_seat_weigh_as_many_as_they_are():
    """Whoever finds a seat in July has lost the nine months before it, and not nothing."""
    year, late = known_after([0] * 10), known_after([-1] * 9 + [0])
    at_school = learning.school_effect(one_child().schools, learning.Settings())[0]
    assert late - year == pytest.approx(9 / 11 * (-0.30 - at_school), abs=1e-5)
    assert known_after([0] * 9 + [-1]) - year == pytest.approx(-0.30 / 11 - at_school, abs=1e-5)
