"""Seats go by catchment, way and lot, are kept while they hold, and every child is counted once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.kernels import schooling as kernels
from simulation.processes import nearest_with_space, school_choice, schooling
from tests.processes.school_world import SEPTEMBER_2020, base_table, school_month, school_view, turn

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
    "classrooms": [9] * 5,
    "teachers": [9] * 5,
    "boards": [0, 1, 1, 0, 1],
}
LEVELLED = {"school_choice": {"taste_scale": 0.0}}
"""Families of one place who all want the same."""
STRICT = {**LEVELLED, "seats": {"class_limit": 56, "teacher_stretch": 1.0}}
"""And schools of one class and few teachers that hold exactly their standard seats."""
SITE_PRIMARY, TOWN_PRIMARY, VILLAGE_PRIMARY, SITE_JUNIOR, VILLAGE_JUNIOR = range(5)


def region(
    births,
    homes,
    classrooms=(1, 1, 1, 1, 1),
    teachers=(9, 9, 9, 9, 9),
    opened=(1, 1, 1, 1, 1),
    origin=VILLAGE,
    schools=SCHOOLS,
    desks=-1,
):
    """A site, a town and a village with five schools; one child a household."""
    count = len(births)
    table = base_table("schools", len(schools["place"]), **schools)
    table["seats"][:] = desks
    table.add_column("teachers_now", np.array(teachers, np.int32), np.int32, 0)
    table.add_column("open", np.array(opened, np.int8), np.int8, 0)
    households = base_table("households", count, origin=[origin] * count)
    households.add_column("home", np.array(homes, np.int32), np.int32, -1)
    persons = base_table("persons", count, household=range(count), birth_month=births)
    persons.add_column("alive", None, np.int8, 1)
    persons.add_column("education", None, np.int8, 0)
    persons["alive"][:] = 1
    tables = {"schools": table, "households": households, "persons": persons, "places": base_table("places", 3)}
    return school_view(tables, MINUTES, {"schools.classrooms": np.array(classrooms, float)})


def test_the_nearest_school_is_taken():
    view = region([AGE_7, AGE_7], [SITE, VILLAGE])
    school_month(view, SEPTEMBER_2020)
    assert view.persons.school.tolist() == [SITE_PRIMARY, VILLAGE_PRIMARY]
    assert view.persons.school_minutes.tolist() == [10, 70]
    assert view.persons.grade.tolist() == [2, 2]
    assert view.persons.student.tolist() == [1, 1]
    assert view.schools.applicants.tolist() == [1, 0, 1, 0, 0]


def test_families_share_out_equally_near_schools_and_siblings_go_together():
    schools = {**SCHOOLS, "place": [TOWN, TOWN, VILLAGE, SITE, VILLAGE]}
    view = region([AGE_7] * 80, [TOWN] * 80, classrooms=[9] * 5, schools=schools)
    view.persons.household[40:] = view.persons.household[:40]
    school_month(view, SEPTEMBER_2020)
    assert view.schools.pupils[0] > 20
    assert view.schools.pupils[1] > 20
    assert (view.persons.school[:40] == view.persons.school[40:]).all()


def test_the_own_place_comes_before_a_nearer_school_elsewhere():
    schools = {**SCHOOLS, "extra_minutes": [10, 40, 70, 10, 70]}
    view = region([AGE_7] * 30, [TOWN] * 20 + [SITE] * 10, teachers=(1, 1, 1, 1, 1), schools=schools)
    wants = {**STRICT, "school_choice": {"taste_scale": 0.0, "catchment_weight": 5.0}}
    school_month(view, SEPTEMBER_2020, settings=wants)
    assert view.schools.applicants.tolist() == [10, 20, 0, 0, 0]
    assert (view.persons.school[20:] == SITE_PRIMARY).all()


def test_the_catchment_comes_before_those_who_would_rather_be_there():
    schools = {**SCHOOLS, "extra_minutes": [10, 40, 70, 10, 70]}
    view = region([AGE_7] * 30, [TOWN] * 20 + [SITE] * 10, teachers=(1, 1, 1, 1, 1), schools=schools)
    wants = {**STRICT, "school_choice": {"taste_scale": 0.0, "catchment_weight": 0.0}}
    school_month(view, SEPTEMBER_2020, settings=wants)
    assert view.schools.applicants.tolist() == [30, 0, 0, 0, 0]
    assert (view.persons.school[20:] == SITE_PRIMARY).all()
    assert view.schools.pupils.tolist() == [19, 11, 0, 0, 0]


@pytest.mark.parametrize("seed", range(6))
def test_a_sibling_opens_the_door(seed):
    """Of two children who live outside the catchment, the one whose sister sits there has the last seat."""
    age_5 = SEPTEMBER_2020 - 12 * 5 - 3
    view = region([AGE_7] + [age_5] * 19, [SITE] * 3 + [TOWN] * 17, teachers=(0, 1, 0, 0, 0))
    view.persons.household[1] = 0
    school_month(view, SEPTEMBER_2020, settings=STRICT, seed=seed)
    assert view.persons.school.tolist() == [TOWN_PRIMARY] + [-1] * 19
    school_month(view, SEPTEMBER_2020 + 12, settings=STRICT, seed=seed)
    assert np.flatnonzero(view.persons.school < 0).tolist() == [2]


def test_the_full_school_sends_on_to_the_next_and_then_children_board():
    # One teacher is 19 seats in a primary school at the norm.
    view = region([AGE_7] * 50, [SITE] * 50, teachers=(1, 1, 1, 1, 1))
    school_month(view, SEPTEMBER_2020, settings=STRICT)
    assert view.schools.pupils.tolist() == [19, 19, 12, 0, 0]
    assert view.schools.applicants.tolist() == [50, 0, 0, 0, 0]
    boarders = np.flatnonzero(view.persons.boarding_school >= 0)
    assert set(view.persons.school[boarders].tolist()) == {VILLAGE_PRIMARY}
    assert set(view.persons.school_minutes[boarders].tolist()) == {-1}
    assert view.schools.blocking_pairs.sum() == 0


def test_who_finds_no_seat_at_all_is_told_why():
    view = region([AGE_7] * 70, [SITE] * 70, teachers=(1, 1, 1, 1, 1))
    school_month(view, SEPTEMBER_2020, settings=STRICT)
    left = np.flatnonzero(view.persons.school < 0)
    assert len(left) == 70 - 3 * 19
    assert set(view.persons.seat_reason[left].tolist()) == {kernels.NO_SEAT}
    assert view.persons.student[left].sum() == 0


def test_the_hard_limit_lets_more_in_than_the_standard():
    view = region([AGE_7] * 70, [SITE] * 70, teachers=(2, 0, 0, 0, 0))
    school_month(view, SEPTEMBER_2020)
    assert view.schools.standard_seats[SITE_PRIMARY] == 38
    assert view.schools.hard_seats[SITE_PRIMARY] == 47
    assert view.schools.pupils[SITE_PRIMARY] == 47


def test_a_boarder_comes_home_at_the_term_in_which_a_school_opens():
    view = region([AGE_12] * 3, [SITE] * 3, opened=(1, 1, 1, 0, 1))
    school_month(view, SEPTEMBER_2020)
    assert view.persons.boarding_school.tolist() == [VILLAGE_JUNIOR] * 3
    view.schools.open[SITE_JUNIOR] = 1
    school_month(view, SEPTEMBER_2020 + 5)
    assert view.persons.boarding_school.tolist() == [VILLAGE_JUNIOR] * 3
    school_month(view, SEPTEMBER_2020 + 6)
    assert view.persons.boarding_school.tolist() == [-1] * 3
    assert view.persons.school.tolist() == [SITE_JUNIOR] * 3


def test_movers_lose_the_far_school_and_take_what_is_left():
    view = region([AGE_7] * 20 + [AGE_7], [SITE] * 20 + [VILLAGE], teachers=(1, 1, 1, 1, 1))
    school_month(view, SEPTEMBER_2020, settings=STRICT)
    before = view.persons.school[:20].copy()
    view.households.home[20] = SITE
    school_month(view, SEPTEMBER_2020 + 3, settings=STRICT)
    assert view.persons.school[20] == TOWN_PRIMARY
    assert view.persons.seat_reason[20] == kernels.SEATED
    assert (view.persons.school[:20] == before).all()


def test_pupils_keep_their_seat_when_teachers_leave():
    view = region([AGE_7] * 30, [SITE] * 30, teachers=(2, 1, 1, 1, 1))
    school_month(view, SEPTEMBER_2020)
    before = view.persons.school.copy()
    view.schools.teachers_now[SITE_PRIMARY] = 1
    school_month(view, SEPTEMBER_2020 + 6)
    assert (view.persons.school == before).all()
    assert view.schools.pupils[SITE_PRIMARY] > view.schools.hard_seats[SITE_PRIMARY]


def test_links_end_with_death_age_and_closing():
    view = region([AGE_7, AGE_7, SEPTEMBER_2020 - 12 * 11 - 5], [SITE, SITE, SITE])
    school_month(view, SEPTEMBER_2020, settings=LEVELLED)
    view.persons.alive[0] = 0
    school_month(view, SEPTEMBER_2020 + 1)
    assert view.persons.school[0] == -1
    assert view.persons.seat_reason[0] == kernels.DIED
    school_month(view, SEPTEMBER_2020 + 12)
    assert view.persons.school[2] == SITE_JUNIOR
    view.schools.open[SITE_PRIMARY] = 0
    school_month(view, SEPTEMBER_2020 + 13)
    assert view.persons.school[1] == TOWN_PRIMARY


def test_who_is_fifteen_leaves_and_asks_for_no_seat():
    view = region([SEPTEMBER_2020 - 12 * 14 - 2] * 2, [SITE, VILLAGE])
    for month in (0, 12, 13):
        school_month(view, SEPTEMBER_2020 + month)
    assert view.persons.school.tolist() == [-1, -1]
    assert view.persons.seat_reason.tolist() == [kernels.OUTGREW] * 2
    assert view.schools.pupils.sum() == 0


def test_education_rises_on_leaving():
    wishes = {"school_year": {"senior_share": 1.0, "tertiary_share": 0.0}}
    view = region([SEPTEMBER_2020 - 12 * 14 - 2], [SITE])
    for year in range(5):
        school_month(view, SEPTEMBER_2020 + 12 * year, settings=wishes)
        expected = [(1, 0), (1, 1), (1, 1), (1, 1), (0, 2)][year]
        assert (view.persons.student[0], view.persons.education[0]) == expected


def test_preschools_keep_to_the_standard():
    schools = {**SCHOOLS, "level": [0, 1, 1, 2, 2], "first_grade": [-2, 1, 1, 7, 7], "last_grade": [0, 6, 6, 9, 9]}
    view = region([AGE_4] * 40, [SITE] * 40, teachers=(2, 1, 1, 1, 1), schools=schools)
    school_month(view, SEPTEMBER_2020, settings={"school_year": {"preschool_share": 1.0}})
    assert view.schools.pupils[0] == view.schools.standard_seats[0] == 24
    assert (view.persons.boarding_school < 0).all()


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 17), st.integers(0, 2)), min_size=1, max_size=60), st.integers(0, 3), st.data()
)
def test_every_child_is_counted_once_and_limits_hold(children, teachers, data):
    births = [SEPTEMBER_2020 - 12 * age - data.draw(st.integers(0, 11)) for age, _ in children]
    view = region(births, [home for _, home in children], teachers=[teachers] * 5)
    for month in (0, 1, 12, 15):
        school_month(view, SEPTEMBER_2020 + month)
        view.households.home[:] = data.draw(st.lists(st.integers(0, 2), min_size=len(births), max_size=len(births)))
        view.schools.teachers_now[:] = data.draw(st.lists(st.integers(0, 3), min_size=5, max_size=5))
        assert view.schools.blocking_pairs.sum() == 0


@settings(deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 60))
def test_row_order_is_indifferent(shuffler, count):
    births = [SEPTEMBER_2020 - 12 * (3 + row % 12) - 1 for row in range(count)]
    homes = [row % 3 for row in range(count)]
    order = list(range(count))
    shuffler.shuffle(order)
    plain = region(births, homes, teachers=[1] * 5)
    mixed = region([births[row] for row in order], [homes[row] for row in order], teachers=[1] * 5)
    mixed.persons.uid[:] = plain.persons.uid[order]
    mixed.households.uid[:] = plain.households.uid[order]
    for view in (plain, mixed):
        school_month(view, SEPTEMBER_2020)
    for column in ("school", "boarding_school", "seat_reason", "grade"):
        assert (getattr(mixed.persons, column) == getattr(plain.persons, column)[order]).all()


@pytest.mark.parametrize("pupils", [0, 1, 45, 46, 91])
def test_classes_open_as_the_cap_asks(pupils):
    view = region([AGE_7] * pupils, [SITE] * pupils, classrooms=[9] * 5)
    school_month(view, SEPTEMBER_2020, settings=LEVELLED)
    assert view.schools.classes[SITE_PRIMARY] == -(-pupils // 45)
    (second,) = np.flatnonzero((view.grades.school == SITE_PRIMARY) & (view.grades.grade == 2))
    assert view.grades.classes[second] == -(-pupils // 45)
    assert (view.persons.class_size == view.grades.class_size[second]).all()
    assert view.grades.class_size[second] == pytest.approx(pupils / max(-(-pupils // 45), 1))


def test_grades_share_a_room_where_there_are_fewer_teachers():
    births = [SEPTEMBER_2020 - 12 * (6 + grade) - 3 for grade in range(3) for _ in range(4)]
    view = region(births, [VILLAGE] * 12, teachers=(9, 9, 2, 9, 9), classrooms=[9] * 5)
    school_month(view, SEPTEMBER_2020, settings=LEVELLED)
    assert view.schools.classes[VILLAGE_PRIMARY] == 2
    assert view.persons.class_size.tolist() == [4.0] * 4 + [8.0] * 8
    assert view.persons.shares_room.tolist() == [0] * 4 + [1] * 8


def test_desks_limit_a_school():
    view = region([AGE_7] * 30, [SITE] * 30, desks=11)
    school_month(view, SEPTEMBER_2020)
    assert view.schools.hard_seats.tolist() == view.schools.standard_seats.tolist() == [11] * 5
    assert view.schools.pupils.max() == 11


def test_whoever_left_school_is_off_the_books():
    view = region([AGE_12] * 3, [SITE] * 3)
    school_month(view, SEPTEMBER_2020)
    view.persons.left_school_month[1] = SEPTEMBER_2020 + 1
    for month in (2, 12):
        school_month(view, SEPTEMBER_2020 + month)
        assert view.persons.school.tolist() == [SITE_JUNIOR, -1, SITE_JUNIOR]
        assert view.persons.student.tolist() == [1, 0, 1]
    assert view.persons.seat_reason[1] == kernels.LEFT
    assert view.persons.unplaced[1] == 0


def test_the_unplaced_are_told_by_reason():
    view = region([AGE_7] * 3 + [AGE_12] * 3, [SITE] * 6, opened=(1, 0, 0, 0, 0), teachers=(0, 9, 9, 9, 9))
    school_month(view, SEPTEMBER_2020)
    assert view.persons.unplaced.tolist() == [kernels.NONE_IN_REACH] * 6
    view.schools.open[:] = 1
    view.schools.teachers_now[:] = [1, 0, 0, 0, 0]
    more = region([AGE_7] * 30, [SITE] * 30, teachers=(1, 0, 0, 0, 0))
    school_month(more, SEPTEMBER_2020, settings=STRICT)
    assert sorted(more.persons.unplaced.tolist()) == [0] * 19 + [kernels.ALL_FULL] * 11


def test_pupils_come_back_to_a_school_that_opens_again_and_none_loses_a_seat_by_asking():
    view = region([AGE_7] * 30, [SITE] * 30, teachers=(2, 2, 2, 9, 9))
    school_month(view, SEPTEMBER_2020, settings=STRICT)
    view.schools.open[SITE_PRIMARY] = 0
    school_month(view, SEPTEMBER_2020 + 1, settings=STRICT)
    assert (view.persons.school == TOWN_PRIMARY).all()
    view.schools.open[SITE_PRIMARY] = 1
    view.schools.teachers_now[:] = [1, 1, 2, 9, 9]
    view.schools.extra_minutes[SITE_PRIMARY] = 0
    school_month(view, SEPTEMBER_2020 + 2, settings=STRICT)
    assert (view.persons.school == TOWN_PRIMARY).all()
    wants = {**STRICT, "school_choice": {"taste_scale": 0.0, "staying_weight": 0.0}}
    school_month(view, SEPTEMBER_2020 + 12, settings=wants)
    assert (view.persons.school == SITE_PRIMARY).sum() == 19
    assert (view.persons.school == TOWN_PRIMARY).sum() == 11
    assert (view.persons.school >= 0).all()


def test_a_teaching_point_takes_its_own_hamlet_alone():
    schools = {**SCHOOLS, "place": [VILLAGE, TOWN, VILLAGE, SITE, VILLAGE], "kind": [3, 1, 2, 0, 2]}
    schools |= {"extra_minutes": [20, 10, 70, 10, 70], "classrooms": [3, 9, 17, 9, 9], "teachers": [3, 9, 9, 9, 9]}
    view = region([AGE_7] * 60, [VILLAGE] * 60, schools=schools)
    school_month(view, SEPTEMBER_2020)
    inside = view.persons.catchment == 0
    assert 2 <= inside.sum() <= 20
    assert (view.persons.school[~inside] == VILLAGE_PRIMARY).all()
    assert (view.persons.school[inside] == 0).any()


def test_nearness_decides_where_no_list_is_taken():
    """Town families are nearer to the town's school than any family of the site, whatever their catchment."""
    view = region([AGE_7] * 40, [SITE] * 20 + [TOWN] * 20, teachers=(1, 1, 0, 9, 9))
    school_month(view, SEPTEMBER_2020, nearest_with_space, settings={"seats": STRICT["seats"]})
    assert (view.persons.school[:20] == SITE_PRIMARY).sum() == 19
    assert (view.persons.school[20:] == TOWN_PRIMARY).sum() == 19
    assert view.schools.pupils.tolist() == [19, 19, 0, 0, 0]


@settings(deadline=None, max_examples=20)
@given(st.data())
def test_every_rule_keeps_limits_and_takes_no_seat_away(data):
    count = data.draw(st.integers(1, 50))
    births = [SEPTEMBER_2020 - 12 * data.draw(st.integers(3, 14)) - 1 for _ in range(count)]
    view = region(births, data.draw(st.lists(st.integers(0, 2), min_size=count, max_size=count)), teachers=[1] * 5)
    rule = data.draw(st.sampled_from([school_choice, nearest_with_space]))
    school_month(view, SEPTEMBER_2020, rule)
    held, grade = view.persons.school.copy(), view.persons.grade.copy()
    school_month(view, SEPTEMBER_2020 + 12, rule)
    stays = (held >= 0) & (view.persons.grade > grade) & (view.persons.grade != 7) & (view.persons.grade != 1)
    assert (view.persons.school[stays] >= 0).all()


@pytest.mark.parametrize("origin", [VILLAGE, SITE, TOWN])
def test_free_seats_go_to_the_grade_that_sends_boarders(origin):
    """60 boarders of one grade, of the village or of elsewhere, find the seats that the village leaves over."""
    at_9, at_10 = SEPTEMBER_2020 - 12 * 13 - 3, SEPTEMBER_2020 - 12 * 14 - 3
    view = region(
        [AGE_12] * 60 + [at_9] * 20 + [at_10] * 20,
        [SITE] * 60 + [VILLAGE] * 40,
        classrooms=(0, 0, 0, 0, 3),
        teachers=(0, 0, 0, 0, 6),
        origin=origin,
        schools={**SCHOOLS, "extra_minutes": [10, 10, 70, 10, 30]},
    )
    school_month(view, SEPTEMBER_2020)
    assert view.schools.hard_seats[VILLAGE_JUNIOR] == 101
    assert (view.persons.unplaced != 0).sum() <= 2
    assert view.schools.blocking_pairs.sum() == 0


def test_who_holds_a_seat_counts_once_when_looking_for_a_better_one():
    view = region([AGE_7] * 8, [SITE] * 8, opened=(0, 1, 1, 0, 0), teachers=(9, 1, 9, 9, 9))
    school_month(view, SEPTEMBER_2020, settings=STRICT)
    school_month(view, SEPTEMBER_2020 + 12, settings=STRICT)
    third = (view.grades.school == TOWN_PRIMARY) & (view.grades.grade == 3)
    # Eight who keep their seat and one more: 9 of the weight of 14 and not 17 of 22 of the 19 seats.
    assert view.grades.hard_seats[third].tolist() == [14]


def test_no_class_passes_the_limit_however_the_grades_differ():
    """Three rooms and twenty teachers once took 180, 2 and 2 juniors in three classes."""
    ages = [AGE_12] * 180 + [AGE_12 - 12] * 2 + [AGE_12 - 24] * 2
    view = region(ages, [SITE] * 184, classrooms=(0, 0, 0, 3, 9), teachers=(0, 0, 0, 20, 20))
    school_month(view, SEPTEMBER_2020)
    juniors = view.grades.school == SITE_JUNIOR
    assert view.grades.pupils[juniors][0] == 66
    assert view.grades.class_size.max() <= 66
    assert (view.persons.school >= 0).all()


@pytest.mark.parametrize("desks", [(0, 1, 1, 10), (1, 1, 1, 10)])
def test_a_seat_more_at_a_near_boarding_school_pushes_no_roomy_one_off_the_lists(desks):
    """Five juniors without a day school; the fourth boarding school has room for all."""
    schools = {
        "place": [1, 2, 3, 4], "level": [2] * 4, "kind": [2] * 4, "first_grade": [7] * 4, "last_grade": [7] * 4,
        "class_cap": [50] * 4, "classrooms": [1] * 4, "teachers": [4] * 4, "boards": [1] * 4, "seats": desks,
    }  # fmt: skip
    table, households = base_table("schools", 4, **schools), base_table("households", 5)
    table.add_column("teachers_now", np.full(4, 4, np.int32), np.int32, 0)
    table.add_column("open", np.ones(4, np.int8), np.int8, 0)
    households.add_column("home", None, np.int32, 0)
    persons = base_table("persons", 5, household=range(5), birth_month=[AGE_12] * 5)
    persons.add_column("alive", np.ones(5, np.int8), np.int8, 1)
    persons.add_column("education", None, np.int8, 0)
    minutes = np.full((5, 5), 110)
    minutes[0, 1:] = minutes[1:, 0] = 70, 80, 90, 100
    np.fill_diagonal(minutes, 0)
    tables = {"schools": table, "households": households, "persons": persons, "places": base_table("places", 5)}
    view = school_view(tables, minutes, {"schools.classrooms": np.ones(4)})
    school_month(view, SEPTEMBER_2020)
    assert view.persons.unplaced.tolist() == [0] * 5


def test_seats_that_holders_of_an_overfull_grade_give_up_go_to_nobody():
    """Sixty site children sit in the town's school, which keeps one of four teachers: its limit is 23."""
    view = region([AGE_7] * 80, [SITE] * 60 + [VILLAGE] * 20, opened=(0, 1, 1, 1, 1), teachers=(9, 4, 9, 9, 9))
    school_month(view, SEPTEMBER_2020, settings=LEVELLED)
    assert view.schools.pupils[TOWN_PRIMARY] == 60
    view.schools.open[SITE_PRIMARY] = 1
    view.schools.teachers_now[:2] = 1
    view.households.home[60:] = TOWN
    school_month(view, SEPTEMBER_2020 + 12, settings=LEVELLED)
    assert view.schools.pupils[TOWN_PRIMARY] > view.schools.hard_seats[TOWN_PRIMARY]
    assert (view.persons.school[60:] != TOWN_PRIMARY).all()
    assert view.schools.blocking_pairs.sum() == 0


def test_a_child_of_the_catchment_asks_again_in_september_where_it_was_refused():
    """Two schools of the town: who was sent on from the full one of the own catchment gets in when it has room."""
    schools = {**SCHOOLS, "place": [TOWN, TOWN, VILLAGE, SITE, VILLAGE], "boards": [0] * 5}
    wants = {**STRICT, "school_choice": {"taste_scale": 0.0, "staying_weight": 0.0}}
    view = region([AGE_7] * 70, [TOWN] * 70, teachers=(1, 9, 9, 9, 9), schools=schools)
    school_month(view, SEPTEMBER_2020, settings=wants)
    mine = view.persons.catchment == 0
    assert mine.sum() > (view.persons.school[mine] == 0).sum() == 19
    view.schools.teachers_now[0] = 3
    school_month(view, SEPTEMBER_2020 + 12, settings=wants)
    assert (view.persons.school[mine] == 0).all()
    assert view.schools.blocking_pairs.sum() == 0


def test_a_school_with_rooms_and_no_seats_changes_nobodys_catchment():
    schools = {**SCHOOLS, "place": [TOWN, TOWN, VILLAGE, SITE, VILLAGE], "boards": [0] * 5}
    found = []
    for rooms in (0, 9):
        schools["classrooms"] = [9, rooms, 9, 9, 9]
        view = region(
            [AGE_7] * 40, [TOWN] * 40, classrooms=(1, rooms, 1, 1, 1), teachers=(1, 0, 9, 9, 9), schools=schools
        )
        school_month(view, SEPTEMBER_2020, settings=STRICT)
        found.append((view.persons.catchment.tolist(), view.persons.school.tolist()))
    assert found[0] == found[1]


def test_whoever_moves_away_and_boards_at_the_same_school_is_said_to_board():
    view = region([AGE_12] * 2, [VILLAGE] * 2, opened=(1, 1, 1, 0, 1))
    school_month(view, SEPTEMBER_2020)
    view.persons.boarding_school[:] = -1
    view.persons.school_kept[:] = view.persons.school
    view.persons.school_offer[:] = VILLAGE_JUNIOR
    view.households.home[:] = SITE
    turn(schooling, view, SEPTEMBER_2020, settings=None)
    assert view.persons.seat_reason.tolist() == [kernels.BOARDS] * 2
