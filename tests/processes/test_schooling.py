"""Seats are shared out by nearness and lot, kept while they hold, and every child is counted once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels import schooling as kernels
from simulation.processes import schooling
from tests.processes.school_world import SEPTEMBER_2020, base_table, turn, view_of

VILLAGE, SITE, TOWN = range(3)
MINUTES = [[0, 90, 95], [90, 0, 15], [95, 15, 0]]
AGE_7, AGE_12, AGE_4 = (SEPTEMBER_2020 - 12 * years - 3 for years in (7, 12, 4))
SCHOOLS = {
    "place": [SITE, TOWN, VILLAGE, SITE, VILLAGE],
    "level": [1, 1, 1, 2, 2],
    "kind": [0, 1, 2, 0, 2],
    "first_grade": [1, 1, 1, 7, 7],
    "last_grade": [6, 6, 6, 9, 9],
    "extra_minutes": [10, 10, 70, 10, 70],
    "class_cap": [45] * 5,
}
SITE_PRIMARY, TOWN_PRIMARY, VILLAGE_PRIMARY, SITE_JUNIOR, VILLAGE_JUNIOR = range(5)


def region(
    births,
    homes,
    classrooms=(1, 1, 1, 1, 1),
    teachers=(9, 9, 9, 9, 9),
    opened=(1, 1, 1, 1, 1),
    origin=VILLAGE,
    schools=SCHOOLS,
):
    """A site, a town and a village with five schools; one child a household."""
    count = len(births)
    table = base_table("schools", len(schools["place"]), **schools)
    table.add_column("teachers_now", np.array(teachers, np.int32), np.int32, 0)
    table.add_column("open", np.array(opened, np.int8), np.int8, 0)
    households = base_table("households", count, origin=[origin] * count)
    households.add_column("home", np.array(homes, np.int32), np.int32, -1)
    persons = base_table("persons", count, household=range(count), birth_month=births)
    persons.add_column("alive", None, np.int8, 1)
    persons.add_column("education", None, np.int8, 0)
    persons["alive"][:] = 1
    tables = {"schools": table, "households": households, "persons": persons, "places": base_table("places", 3)}
    return view_of(tables, schooling.OWNS, MINUTES, {"schools.classrooms": np.array(classrooms, float)})


def no_limit():
    """Settings under which a school of one class and few teachers holds exactly its standard seats."""
    return schooling.Settings(class_limit=56, teacher_stretch=1.0)


def test_the_nearest_school_is_taken():
    view = region([AGE_7, AGE_7], [SITE, VILLAGE])
    turn(schooling, view, SEPTEMBER_2020)
    assert view.persons.school.tolist() == [SITE_PRIMARY, VILLAGE_PRIMARY]
    assert view.persons.school_minutes.tolist() == [10, 70]
    assert view.persons.grade.tolist() == [2, 2]
    assert view.persons.student.tolist() == [1, 1]
    assert view.schools.applicants.tolist() == [1, 0, 1, 0, 0]


def test_families_share_out_equally_near_schools_and_siblings_go_together():
    schools = {**SCHOOLS, "place": [TOWN, TOWN, VILLAGE, SITE, VILLAGE]}
    view = region([AGE_7] * 80, [TOWN] * 80, classrooms=[9] * 5, schools=schools)
    view.persons.household[40:] = view.persons.household[:40]
    turn(schooling, view, SEPTEMBER_2020)
    assert view.schools.pupils[0] > 20
    assert view.schools.pupils[1] > 20
    assert (view.persons.school[:40] == view.persons.school[40:]).all()


def test_the_own_place_comes_before_a_nearer_school_elsewhere():
    schools = {**SCHOOLS, "extra_minutes": [10, 40, 70, 10, 70]}
    view = region([AGE_7] * 30, [TOWN] * 20 + [SITE] * 10, teachers=(1, 1, 1, 1, 1), schools=schools)
    turn(schooling, view, SEPTEMBER_2020, settings=no_limit())
    assert view.schools.applicants.tolist() == [10, 20, 0, 0, 0]
    assert (view.persons.school[20:] == SITE_PRIMARY).all()


def test_the_full_school_sends_on_to_the_next_and_then_children_board():
    # One teacher is 19 seats in a primary school at the norm.
    view = region([AGE_7] * 50, [SITE] * 50, teachers=(1, 1, 1, 1, 1))
    turn(schooling, view, SEPTEMBER_2020, settings=no_limit())
    assert view.schools.pupils.tolist() == [19, 19, 12, 0, 0]
    assert view.schools.applicants.tolist() == [50, 0, 0, 0, 0]
    boarders = np.flatnonzero(view.persons.boarding_school >= 0)
    assert set(view.persons.school[boarders].tolist()) == {VILLAGE_PRIMARY}
    assert set(view.persons.school_minutes[boarders].tolist()) == {-1}
    assert view.schools.blocking_pairs.sum() == 0


def test_who_finds_no_seat_at_all_is_told_why():
    view = region([AGE_7] * 70, [SITE] * 70, teachers=(1, 1, 1, 1, 1))
    turn(schooling, view, SEPTEMBER_2020, settings=no_limit())
    left = np.flatnonzero(view.persons.school < 0)
    assert len(left) == 70 - 3 * 19
    assert set(view.persons.seat_reason[left].tolist()) == {kernels.NO_SEAT}
    assert view.persons.student[left].sum() == 0


def test_the_hard_limit_lets_more_in_than_the_standard():
    view = region([AGE_7] * 70, [SITE] * 70, teachers=(2, 0, 0, 0, 0))
    turn(schooling, view, SEPTEMBER_2020)
    assert view.schools.standard_seats[SITE_PRIMARY] == 38
    assert view.schools.hard_seats[SITE_PRIMARY] == 47
    assert view.schools.pupils[SITE_PRIMARY] == 47


def test_a_boarder_comes_home_in_the_september_in_which_a_school_opens():
    view = region([AGE_12] * 3, [SITE] * 3, opened=(1, 1, 1, 0, 1))
    turn(schooling, view, SEPTEMBER_2020)
    assert view.persons.boarding_school.tolist() == [VILLAGE_JUNIOR] * 3
    view.schools.open[SITE_JUNIOR] = 1
    turn(schooling, view, SEPTEMBER_2020 + 6)
    assert view.persons.boarding_school.tolist() == [VILLAGE_JUNIOR] * 3
    turn(schooling, view, SEPTEMBER_2020 + 12)
    assert view.persons.boarding_school.tolist() == [-1] * 3
    assert view.persons.school.tolist() == [SITE_JUNIOR] * 3


def test_movers_lose_the_far_school_and_take_what_is_left():
    view = region([AGE_7] * 20 + [AGE_7], [SITE] * 20 + [VILLAGE], teachers=(1, 1, 1, 1, 1))
    turn(schooling, view, SEPTEMBER_2020, settings=no_limit())
    before = view.persons.school[:20].copy()
    view.households.home[20] = SITE
    turn(schooling, view, SEPTEMBER_2020 + 3, settings=no_limit())
    assert view.persons.school[20] == TOWN_PRIMARY
    assert view.persons.seat_reason[20] == kernels.SEATED
    assert (view.persons.school[:20] == before).all()


def test_pupils_keep_their_seat_when_teachers_leave():
    view = region([AGE_7] * 30, [SITE] * 30, teachers=(2, 1, 1, 1, 1))
    turn(schooling, view, SEPTEMBER_2020)
    before = view.persons.school.copy()
    view.schools.teachers_now[SITE_PRIMARY] = 1
    turn(schooling, view, SEPTEMBER_2020 + 6)
    assert (view.persons.school == before).all()
    assert view.schools.pupils[SITE_PRIMARY] > view.schools.hard_seats[SITE_PRIMARY]


def test_links_end_with_death_age_and_closing():
    view = region([AGE_7, AGE_7, SEPTEMBER_2020 - 12 * 11 - 5], [SITE, SITE, SITE])
    turn(schooling, view, SEPTEMBER_2020)
    view.persons.alive[0] = 0
    turn(schooling, view, SEPTEMBER_2020 + 1)
    assert view.persons.school[0] == -1
    assert view.persons.seat_reason[0] == kernels.DIED
    turn(schooling, view, SEPTEMBER_2020 + 12)
    assert view.persons.school[2] == SITE_JUNIOR
    view.schools.open[SITE_PRIMARY] = 0
    turn(schooling, view, SEPTEMBER_2020 + 13)
    assert view.persons.school[1] == TOWN_PRIMARY


def test_who_is_fifteen_leaves_and_asks_for_no_seat():
    view = region([SEPTEMBER_2020 - 12 * 14 - 2] * 2, [SITE, VILLAGE])
    for month in (0, 12, 13):
        turn(schooling, view, SEPTEMBER_2020 + month)
    assert view.persons.school.tolist() == [-1, -1]
    assert view.persons.seat_reason.tolist() == [kernels.OUTGREW] * 2
    assert view.schools.pupils.sum() == 0


def test_education_rises_on_leaving():
    settings = schooling.Settings(senior_share=1.0, tertiary_share=0.0)
    view = region([SEPTEMBER_2020 - 12 * 14 - 2], [SITE])
    for year in range(5):
        turn(schooling, view, SEPTEMBER_2020 + 12 * year, settings=settings)
        expected = [(1, 0), (1, 1), (1, 1), (1, 1), (0, 2)][year]
        assert (view.persons.student[0], view.persons.education[0]) == expected


def test_preschools_keep_to_the_standard():
    schools = {**SCHOOLS, "level": [0, 1, 1, 2, 2], "first_grade": [-2, 1, 1, 7, 7], "last_grade": [0, 6, 6, 9, 9]}
    view = region([AGE_4] * 40, [SITE] * 40, teachers=(2, 1, 1, 1, 1), schools=schools)
    turn(schooling, view, SEPTEMBER_2020, settings=schooling.Settings(preschool_share=1.0))
    assert view.schools.pupils[0] == view.schools.standard_seats[0] == 24
    assert (view.persons.boarding_school < 0).all()


@given(
    st.lists(st.tuples(st.integers(0, 17), st.integers(0, 2)), min_size=1, max_size=60), st.integers(0, 3), st.data()
)
def test_every_child_is_counted_once_and_limits_hold(children, teachers, data):
    births = [SEPTEMBER_2020 - 12 * age - data.draw(st.integers(0, 11)) for age, _ in children]
    view = region(births, [home for _, home in children], teachers=[teachers] * 5)
    for month in (0, 1, 12, 15):
        turn(schooling, view, SEPTEMBER_2020 + month)
        view.households.home[:] = data.draw(st.lists(st.integers(0, 2), min_size=len(births), max_size=len(births)))
        view.schools.teachers_now[:] = data.draw(st.lists(st.integers(0, 3), min_size=5, max_size=5))
        assert view.schools.blocking_pairs.sum() == 0


@given(st.randoms(use_true_random=False), st.integers(1, 60))
def test_row_order_is_indifferent(shuffler, count):
    births = [SEPTEMBER_2020 - 12 * (3 + row % 12) - 1 for row in range(count)]
    homes = [row % 3 for row in range(count)]
    order = list(range(count))
    shuffler.shuffle(order)
    plain = region(births, homes, teachers=[1] * 5)
    mixed = region([births[row] for row in order], [homes[row] for row in order], teachers=[1] * 5)
    mixed.persons.uid[:] = plain.persons.uid[order]
    for view in (plain, mixed):
        turn(schooling, view, SEPTEMBER_2020)
    for column in ("school", "boarding_school", "seat_reason", "grade"):
        assert (getattr(mixed.persons, column) == getattr(plain.persons, column)[order]).all()


@pytest.mark.parametrize("pupils", [0, 1, 46, 91])
def test_classes_open_as_the_cap_asks(pupils):
    view = region([AGE_7] * pupils, [SITE] * pupils, classrooms=[9] * 5)
    turn(schooling, view, SEPTEMBER_2020)
    assert view.schools.classes[SITE_PRIMARY] == (0 if pupils == 0 else max(6, -(-pupils // 45)))
