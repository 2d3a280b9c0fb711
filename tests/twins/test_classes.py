"""Seats of grades and classes against highest averages and rooms handed out one by one."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.kernels import classes as kernels

GRADES = 6
COUNTS = st.lists(st.integers(0, 60), min_size=GRADES, max_size=GRADES)


def shared(seats, outside, kept, coming, around, rooms=99, limit=10_000):
    """Share out the seats of one school of six grades."""
    taught_at = np.full((1, 12), -1, np.int32)
    taught_at[0, 3 : 3 + GRADES] = np.arange(GRADES)
    out = np.full(GRADES, -7, np.int32)
    arrays = (np.array(one, np.int32) for one in (kept, coming, around))
    school = [np.array([one], np.int32) for one in (seats, outside, rooms, limit)]
    kernels.share_seats(*school, taught_at, *arrays, out)
    return out.tolist()


def one_by_one(weight, total, floor):
    """D'Hondt on paper: the next seat goes where most pupils would share one."""
    seats = list(floor)
    while sum(seats) < total:
        best = max(range(len(weight)), key=lambda nth: (weight[nth] / (seats[nth] + 1), -nth))
        seats[best] += 1
    return seats


def on_paper(seats, outside, kept, coming, around):
    """Pupils kept, then children of the catchment, then who else could come."""
    if seats < sum(kept):
        return one_by_one(kept, seats, [0] * GRADES)
    others = [outside // GRADES + (nth < outside % GRADES) for nth in range(GRADES)]
    floor = [one + other for one, other in zip(kept, others, strict=True)]
    weight = [one + more for one, more in zip(floor, coming, strict=True)]
    if seats + outside >= sum(weight):
        rest = [max(all_there - mine, 0) for all_there, mine in zip(around, coming, strict=True)]
        floor, weight = weight, [one + more + 1 for one, more in zip(weight, rest, strict=True)]
    found = one_by_one(weight, seats + outside, floor)
    return [one - other for one, other in zip(found, others, strict=True)]


@settings(deadline=None)
@given(st.integers(0, 400), st.integers(0, 40), COUNTS, COUNTS, COUNTS)
def test_seats_are_shared_as_on_paper(seats, outside, kept, coming, around):
    found = shared(seats, outside, kept, coming, around)
    assert found == on_paper(seats, outside, kept, coming, around)
    assert sum(found) == seats
    assert min(found) >= 0


@settings(deadline=None)
@given(st.integers(0, 400), st.integers(0, 40), st.integers(0, 30), COUNTS, COUNTS, COUNTS)
def test_a_seat_more_takes_none_from_any_grade(seats, outside, more, kept, coming, around):
    """What largest remainders can't promise: the paradox of Alabama."""
    few, many = (shared(one, outside, kept, coming, around) for one in (seats, seats + more))
    assert all(one <= other for one, other in zip(few, many, strict=True))


@settings(deadline=None)
@given(st.integers(0, 400), COUNTS, COUNTS, COUNTS)
def test_whoever_keeps_a_seat_counts_before_newcomers(seats, kept, coming, around):
    found = shared(seats, 0, kept, coming, around)
    if seats >= sum(kept):
        assert all(one >= other for one, other in zip(found, kept, strict=True))
    else:
        assert all(one <= other for one, other in zip(found, kept, strict=True))


@settings(deadline=None)
@given(st.integers(0, 400), st.integers(0, 30), COUNTS, COUNTS, COUNTS, st.integers(1, 9), st.integers(30, 70))
def test_a_seat_more_takes_none_from_any_grade_where_rooms_bind(seats, more, kept, coming, around, rooms, limit):
    few, many = (shared(one, 0, kept, coming, around, rooms, limit) for one in (seats, seats + more))
    if seats >= sum(kept):
        assert all(one <= other for one, other in zip(few, many, strict=True))


@settings(deadline=None)
@given(st.integers(0, 400), COUNTS, COUNTS, COUNTS, st.integers(6, 9), st.integers(20, 70))
def test_a_room_more_takes_no_seat_from_the_school(seats, kept, coming, around, rooms, limit):
    few, many = (shared(seats, 0, kept, coming, around, one, limit) for one in (rooms, rooms + 1))
    assert sum(few) <= sum(many) <= seats


@settings(deadline=None, max_examples=300)
@given(st.data(), st.integers(0, 500), st.integers(0, 40), COUNTS, COUNTS, COUNTS, st.integers(0, 10))
def test_nobody_who_is_admitted_sits_in_a_class_beyond_the_limit(data, seats, outside, kept, coming, around, rooms):
    """However many of the seats are taken, whoever stays, and however many have stayed too many."""
    limit = data.draw(st.integers(45, 66))
    seats = min(seats, max(rooms, 1) * limit - outside) if rooms else 0
    if seats < 0:
        return
    found = shared(seats, outside, kept, coming, around, rooms, limit)
    assert sum(found) <= seats
    low = [min(one, data.draw(st.integers(0, one))) for one in kept] if data.draw(st.booleans()) else kept
    pupils = [data.draw(st.integers(one, max(one, most))) for one, most in zip(low, found, strict=True)]
    size = formed(pupils, outside, rooms, 45)[2]
    for nth in range(GRADES):
        if pupils[nth] > kept[nth]:
            assert size[nth] <= limit


def test_a_large_grade_gets_the_rooms_that_small_ones_leave():
    """Three rooms once held 180, 2 and 2 pupils: now 66 seats in each of three rooms, and 132 where one is spare."""
    none = [0] * GRADES
    assert shared(198, 0, none, none, [180, 2, 2, 0, 0, 0], 6, 66) == [66, 45, 45, 14, 14, 14]
    assert shared(300, 0, none, none, [180, 2, 2, 0, 0, 0], 7, 66)[0] == 132


def formed(pupils, outside, rooms, cap):
    """Form the classes of one school of six grades."""
    taught_at = np.full((1, 12), -1, np.int32)
    taught_at[0, 3 : 3 + GRADES] = np.arange(GRADES)
    classes, alone, size = np.zeros(GRADES, np.int32), np.zeros(GRADES, np.int8), np.zeros(GRADES, np.float32)
    held = np.zeros(1, np.int32)
    one = [np.array([value], np.int32) for value in (outside, rooms, cap)]
    kernels.form_classes(taught_at, np.array(pupils, np.int32), *one, classes, alone, size, held)
    return classes.tolist(), alone.tolist(), size.tolist(), int(held[0])


def rooms_on_paper(people, rooms, cap):
    """Groups of neighbouring grades, and classes of each: a list of (grades, classes)."""
    groups = [[nth] for nth, one in enumerate(people) if one]
    rooms = max(rooms, 1)
    if len(groups) > rooms:
        flat = [nth for (nth,) in groups]
        cuts = [[0, *one, len(flat)] for one in itertools.combinations(range(1, len(flat)), rooms - 1)]
        plans = [[flat[low:high] for low, high in itertools.pairwise(one)] for one in cuts]
        # The first of those whose largest group is smallest.
        groups = min(plans, key=lambda plan: max(sum(people[nth] for nth in one) for one in plan))
    classes = [1] * len(groups)
    while sum(classes) < rooms and groups:
        mean = [sum(people[nth] for nth in one) / many for one, many in zip(groups, classes, strict=True)]
        if max(mean) <= cap:
            break
        classes[mean.index(max(mean))] += 1
    return list(zip(groups, classes, strict=True))


@settings(deadline=None)
@given(COUNTS, st.integers(0, 40), st.integers(0, 14), st.integers(1, 50))
def test_classes_are_formed_as_on_paper(pupils, outside, rooms, cap):
    people = [one + outside // GRADES + (nth < outside % GRADES) for nth, one in enumerate(pupils)]
    classes, alone, size, held = formed(pupils, outside, rooms, cap)
    plan = rooms_on_paper(people, rooms, cap)
    assert held == sum(many for _, many in plan)
    seen = {}
    for grades, many in plan:
        for nth in grades:
            seen[nth] = many, len(grades) > 1, sum(people[one] for one in grades) / many
    for nth in range(GRADES):
        many, together, mean = seen.get(nth, (0, False, 0.0))
        assert (classes[nth], bool(alone[nth])) == (many, together)
        assert np.float32(mean) == np.float32(size[nth])


def test_pupils_are_told_the_class_they_sit_in():
    taught_at = np.full((2, 12), -1, np.int32)
    taught_at[1, 4] = 0
    size, together = np.full(3, 9, np.float32), np.full(3, 1, np.int8)
    school, grade = np.array([1, -1, 1], np.int32), np.array([2, 2, 2], np.int8)
    kernels.sit_down(
        np.array([0, 1]), school, grade, taught_at, np.array([30.5], np.float32), np.array([0], np.int8), size, together
    )
    assert size.tolist() == [30.5, 0.0, 9.0]
    assert together.tolist() == [0, 0, 1]
