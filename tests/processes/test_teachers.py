"""Transfers take from one school what they give to another; nothing is made or lost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.processes import teachers
from simulation.world import PROGRAMME_KINDS, SCHOOL_KINDS, TEACHER_SELECTIONS
from tests.processes.school_world import SEPTEMBER_2020, base_table, turn, view_of

SITE, TOWN, CENTRAL, POINT = range(len(SCHOOL_KINDS))
TRANSFER = PROGRAMME_KINDS.index("teacher_transfer")
OUTSTANDING, RANDOM = range(len(TEACHER_SELECTIONS))


def county(homes, quality, programmes=(), starts=None, opens=None, left=None):
    """Four primary schools of one place (site, town, central, teaching point) and their teachers."""
    schools = base_table("schools", 4, level=[1] * 4, kind=[SITE, TOWN, CENTRAL, POINT], opens_month=opens or [0] * 4)
    rows = len(homes)
    staff = base_table("teachers", rows, home_school=homes, quality=quality, starts_month=starts or [0] * rows)
    staff.add_column("school", np.array(homes, np.int32), np.int32, -1)
    schools.add_column("own_posts", np.bincount(homes, minlength=4), np.int32, 0)
    staff.add_column("hired", None, np.int8, 0)
    staff.add_column("left_month", np.array(left or [-1] * rows, np.int32), np.int32, -1)
    columns = {
        name: [one.get(name, default) for one in programmes]
        for name, default in (
            ("kind", TRANSFER),
            ("from_school", -1),
            ("from_kind", -1),
            ("to_school", SITE),
            ("select", OUTSTANDING),
            ("months", 0),
        )
    }
    tables = {
        "schools": schools,
        "teachers": staff,
        "programmes": base_table("programmes", len(programmes), **columns),
        "places": base_table("places", 1),
    }
    return view_of(
        tables, teachers.OWNS, [[0]], {"programmes.places": np.array([one["places"] for one in programmes], float)}
    )


def at(view):
    """Say where each teacher works."""
    return view.teachers.school.tolist()


def test_the_outstanding_go_first_and_come_home():
    view = county([CENTRAL] * 3, [0.1, 1.5, -0.2], [{"from_school": CENTRAL, "places": 1}])
    turn(teachers, view, SEPTEMBER_2020)
    assert at(view) == [CENTRAL, SITE, CENTRAL]
    assert view.programmes.teachers_moved.tolist() == [1]
    assert view.schools.teachers_now.tolist() == [1, 0, 2, 0]
    view.levers["programmes.places"] = np.zeros(1)
    turn(teachers, view, SEPTEMBER_2020 + 5)
    assert at(view) == [CENTRAL] * 3


def test_the_sending_school_loses_what_the_receiving_one_gains():
    homes, quality = [SITE, CENTRAL, CENTRAL, CENTRAL], [0.0, 2.0, 1.0, -1.0]
    before = county(homes, quality, [{"from_school": CENTRAL, "places": 0}])
    after = county(homes, quality, [{"from_school": CENTRAL, "places": 2}])
    for view in (before, after):
        turn(teachers, view, SEPTEMBER_2020)
    gain = after.schools.quality_micro - before.schools.quality_micro
    assert gain.tolist() == [3_000_000, 0, -3_000_000, 0]
    assert (after.schools.teachers_now - before.schools.teachers_now).tolist() == [2, 0, -2, 0]
    assert after.schools.quality_mean[SITE] == 1.0
    assert after.schools.quality_mean[CENTRAL] == -1.0


def test_a_transfer_waits_for_the_next_term():
    view = county([CENTRAL] * 2, [0.0, 1.0], [{"from_school": CENTRAL, "places": 1}])
    for month in range(SEPTEMBER_2020 + 1, SEPTEMBER_2020 + 6):
        turn(teachers, view, month)
        assert at(view) == [CENTRAL, CENTRAL]
    turn(teachers, view, SEPTEMBER_2020 + 6)
    assert at(view) == [CENTRAL, SITE]
    assert view.teachers.since_month.tolist() == [-1, SEPTEMBER_2020 + 6]
    assert view.schools.newcomer_share[SITE] == 1.0


def test_no_more_move_than_there_are():
    view = county([CENTRAL, TOWN], [0.0, 1.0], [{"from_kind": CENTRAL, "places": 9}])
    turn(teachers, view, SEPTEMBER_2020)
    assert at(view) == [SITE, TOWN]


@pytest.mark.parametrize("kind", [TOWN, CENTRAL, POINT])
def test_a_school_of_any_kind_closes_with_its_last_teacher_and_reopens(kind):
    view = county([kind], [0.3], [{"from_school": kind, "places": 1}])
    turn(teachers, view, SEPTEMBER_2020)
    assert view.schools.open.tolist() == [1, 0, 0, 0]
    view.levers["programmes.places"] = np.zeros(1)
    turn(teachers, view, SEPTEMBER_2020 + 6)
    assert np.flatnonzero(view.schools.open).tolist() == [kind]


def test_recruits_come_when_they_start_and_schools_open_in_their_month():
    late = SEPTEMBER_2020 + 12
    view = county([SITE, SITE], [0.0, 0.0], starts=[0, late], opens=[late, 0, 0, 0])
    turn(teachers, view, SEPTEMBER_2020)
    assert at(view) == [SITE, -1]
    assert view.schools.open[SITE] == 0
    turn(teachers, view, late)
    assert at(view) == [SITE, SITE]
    assert view.schools.open[SITE] == 1
    assert view.schools.newcomer_share[SITE] == 0.5


def test_a_school_that_is_not_open_yet_borrows_nobody():
    view = county([CENTRAL], [0.0], [{"from_school": CENTRAL, "places": 1}], opens=[SEPTEMBER_2020 + 12, 0, 0, 0])
    turn(teachers, view, SEPTEMBER_2020)
    assert at(view) == [CENTRAL]


def test_after_a_term_of_office_the_next_goes_and_the_first_rests():
    view = county([CENTRAL] * 3, [2.0, 1.0, 0.0], [{"from_school": CENTRAL, "places": 1, "months": 12}])
    where = []
    for term in range(6):
        turn(teachers, view, SEPTEMBER_2020 + 6 * term)
        where.append(view.teachers.school.tolist().index(SITE))
    assert where == [0, 0, 1, 1, 0, 0]


def test_nobody_goes_while_all_rest():
    view = county([CENTRAL], [2.0], [{"from_school": CENTRAL, "places": 1, "months": 12}])
    where = []
    for term in range(5):
        turn(teachers, view, SEPTEMBER_2020 + 6 * term)
        where += at(view)
    assert where == [SITE, SITE, CENTRAL, CENTRAL, SITE]


def test_who_left_is_nowhere_and_the_programme_lends_another_at_the_next_term():
    view = county([CENTRAL] * 2, [2.0, 1.0], [{"from_school": CENTRAL, "places": 1}])
    turn(teachers, view, SEPTEMBER_2020)
    assert at(view) == [SITE, CENTRAL]
    view.teachers.left_month[0] = SEPTEMBER_2020 + 2
    turn(teachers, view, SEPTEMBER_2020 + 2)
    assert at(view) == [-1, CENTRAL]
    assert view.programmes.teachers_moved.tolist() == [0]
    turn(teachers, view, SEPTEMBER_2020 + 6)
    assert at(view) == [-1, SITE]
    assert view.schools.quality_micro.tolist() == [1_000_000, 0, 0, 0]


def test_a_school_that_a_programme_opens_early_begins_with_its_own_staff():
    late = SEPTEMBER_2020 + 24
    opening = {"kind": PROGRAMME_KINDS.index("school_opening"), "to_school": SITE, "places": 0}
    lending = {"from_school": CENTRAL, "places": 1}
    homes, quality, starts = [SITE, SITE, CENTRAL], [0.0, 0.0, 1.0], [late, late + 12, 0]
    view = county(homes, quality, [opening, lending], starts, [late, 0, 0, 0])
    turn(teachers, view, SEPTEMBER_2020)
    assert at(view) == [-1, -1, CENTRAL]
    view.levers["programmes.places"] = np.array([1.0, 1.0])
    turn(teachers, view, SEPTEMBER_2020 + 6)
    assert at(view) == [SITE, -1, SITE]
    assert view.schools.open[SITE] == 1


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_heads_and_quality_are_conserved_whatever_is_transferred(data):
    schools = st.integers(0, 3)
    homes = data.draw(st.lists(schools, min_size=1, max_size=20))
    quality = data.draw(st.lists(st.floats(-3, 3, width=32), min_size=len(homes), max_size=len(homes)))
    programme = st.fixed_dictionaries(
        {
            "from_school": st.integers(-1, 3),
            "from_kind": schools,
            "to_school": schools,
            "select": st.sampled_from([OUTSTANDING, RANDOM]),
            "places": st.integers(0, 12),
        }
    )
    programmes = data.draw(st.lists(programme, max_size=3))
    view = county(homes, quality, programmes)
    exact = sum(round(float(one) * 1_000_000) for one in np.array(quality, np.float32))
    for term in range(4):
        places = [data.draw(st.integers(0, 12)) for _ in programmes]
        view.levers["programmes.places"] = np.array(places, float)
        turn(teachers, view, SEPTEMBER_2020 + 6 * term)
        assert view.schools.teachers_now.sum() == len(homes)
        assert view.schools.quality_micro.sum() == exact
        assert (view.programmes.teachers_moved <= places).all()


@settings(deadline=None, max_examples=30)
@given(st.randoms(use_true_random=False), st.integers(1, 5), st.sampled_from([OUTSTANDING, RANDOM]))
def test_row_order_of_teachers_is_indifferent(shuffler, places, select):
    programmes = [{"from_kind": CENTRAL, "places": places, "select": select}]
    order = list(range(8))
    shuffler.shuffle(order)
    homes, quality = [CENTRAL] * 6 + [TOWN] * 2, [1.0, 1.0, 0.5, 0.2, 1.0, -1.0, 3.0, 0.0]
    plain, mixed = (
        county(homes, quality, programmes),
        county([homes[k] for k in order], [quality[k] for k in order], programmes),
    )
    mixed.teachers.uid[:] = plain.teachers.uid[order]
    for view in (plain, mixed):
        turn(teachers, view, SEPTEMBER_2020)
    assert mixed.teachers.school.tolist() == plain.teachers.school[order].tolist()
    assert mixed.schools.quality_mean.tolist() == plain.schools.quality_mean.tolist()


def test_a_transfer_leaves_a_gap_where_it_takes_and_fills_one_where_it_gives():
    view = county([CENTRAL] * 3 + [SITE], [0.0] * 4, [{"from_school": CENTRAL, "places": 2}])
    view.schools.own_posts[SITE] = 2
    for month in range(SEPTEMBER_2020, SEPTEMBER_2020 + 3):
        turn(teachers, view, month)
    assert view.schools.vacancies.tolist() == [0, 0, 2, 0]
    assert view.schools.teachers_beyond.tolist() == [1, 0, 0, 0]
    assert view.schools.vacant_months.tolist() == [0, 0, 6, 0]
    view.levers["programmes.places"] = np.zeros(1)
    turn(teachers, view, SEPTEMBER_2020 + 12)
    assert view.schools.vacancies.tolist() == [1, 0, 0, 0]
    assert view.schools.vacant_months.tolist() == [1, 0, 0, 0]
