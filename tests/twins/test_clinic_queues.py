"""The kernels of queues and rationing against plain Python written from their descriptions, and the laws of a month."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels import clinic_queues as queues
from simulation.kernels.draws import mix, unit
from simulation.kernels.queues import erlang_a

MINUTES, HOURS = 174.0 * 60, 174.0
RATIO = np.array([[1.6, 1.25, 1.0], [1.2, 1.0, 0.8]])
KEY = [np.uint64(one) for one in (5, 66, 777)]


@pytest.fixture(autouse=True)
def wrapping():
    """Let 64-bit hashes wrap round quietly where nothing is compiled."""
    with np.errstate(over="ignore"):
        yield


def uids(n):
    return np.array([mix(np.uint64(at)) for at in range(n)], np.uint64)


def month(demand, outside, fte, each, again=0.8, patience=120.0, luck=0.5, scale=1.0):
    """Let a month pass at clinics of two kinds in turn; return everything that it says of them."""
    n = len(fte)
    ratio = RATIO[np.arange(n) % 2]
    out = np.empty(n, np.int8), np.empty(n, np.int32), np.empty(n + 1, np.int32)
    told = tuple(np.empty(n, np.float32) for _ in range(4))
    queues.queue_clinics(
        np.array(demand, np.int32).reshape(n, 3), np.array(outside, np.int32), np.array(fte, float), np.full(n, scale), MINUTES, HOURS,
        np.array(each, float), ratio, patience, 30.0, again, np.full(n, luck), *out, *told,
    )  # fmt: skip
    return (*out, *told)


def by_hand(demand, outside, fte, each, ratio, again, luck, scale, patience=120.0):
    """Boundary, quota, wait, over, load, used of one clinic, on paper."""
    minutes = each * ratio
    own, needed, able = sum(demand), outside * each + float((demand * minutes).sum()), fte * MINUTES
    queue, share = np.zeros(3), 1.0
    if own + outside:
        if able:
            erlang_a(fte / scale, (own + outside) / HOURS / scale, needed / (own + outside), patience, 30.0, queue)
        share = min(1 - queue[1] * (1 - again), able / needed)
    left, most = max(able - outside * share * each, 0.0), int(own * share + luck)
    spent, boundary, quota = 0.0, 3, 0
    for one in range(3):
        quota = min(demand[one], most, int((left - spent + 1e-6) / minutes[one]))
        spent, most = spent + quota * minutes[one], most - quota
        if quota < demand[one]:
            boundary = one
            break
    used = min((spent + outside * share * each) / able, 1.0) if able else 0.0
    return boundary, quota if boundary < 3 else 0, queue[0], queue[2], needed / able if able else 0.0, used


clinic = st.tuples(
    st.lists(st.integers(0, 400), min_size=3, max_size=3),
    st.one_of(st.just(0), st.integers(0, 900)),
    st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.2, 8.0]),
    st.sampled_from([30.0, 53.3, 74.0]),
)


@given(
    st.lists(clinic, min_size=1, max_size=4), st.floats(0.0, 1.0), st.floats(0.001, 0.999), st.sampled_from([0.1, 1.0])
)
def test_a_month_at_a_clinic(rows, again, luck, scale):
    found = month(*zip(*rows, strict=True), again, luck=luck, scale=scale)
    for at, (demand, outside, fte, each) in enumerate(rows):
        expected = by_hand(np.array(demand), outside, fte, each, RATIO[at % 2], again, luck, scale)
        boundary, quota, start, *told = (one[at] for one in found)
        assert (boundary, quota) == expected[:2]
        assert found[2][at + 1] - start == (demand[boundary] if boundary < 3 else 0)
        np.testing.assert_allclose(told, expected[2:], rtol=1e-5, atol=1e-6)


def served(found, demand, at=0):
    """Visits served by class at one clinic."""
    boundary = found[0][at]
    return [demand[one] if one < boundary else (int(found[1][at]) if one == boundary else 0) for one in range(3)]


@given(clinic, st.floats(0.0, 1.0))
def test_no_more_is_served_than_there_are_minutes(row, again):
    demand, _, fte, each = row
    found = month(*([one] for one in row), again)
    assert float((np.array(served(found, demand)) * each * RATIO[0]).sum()) <= fte * MINUTES + 0.01


@given(clinic, st.floats(0.0, 1.0), st.floats(0.05, 4.0))
def test_more_doctors_turn_away_nobody_of_any_class(row, again, more):
    demand, outside, fte, each = row
    before = served(month([demand], [outside], [fte], [each], again), demand)
    after = served(month([demand], [outside], [fte + more], [each], again), demand)
    assert all(now >= then for now, then in zip(after, before, strict=True))


@given(clinic, st.floats(0.0, 1.0))
def test_nobody_is_served_below_a_class_that_is_turned_away(row, again):
    demand = row[0]
    found = served(month(*([one] for one in row), again), demand)
    short = [one for one in range(3) if found[one] < demand[one]]
    assert not any(found[short[0] + 1 :]) if short else found == demand


def test_hardly_anybody_is_turned_away_where_hardly_anybody_comes():
    luck = (np.arange(1000) + 0.5) / 1000
    for visitors in (1, 2, 10):
        left = [
            visitors - sum(served(month([[0, 0, visitors]], [0], [1.0], [53.3], luck=u), [0, 0, visitors]))
            for u in luck
        ]
        assert np.mean(left) < 0.02 * visitors


def test_the_fraction_of_a_visit_is_one_by_lot():
    luck = (np.arange(200) + 0.5) / 200
    found = [sum(served(month([[0, 0, 195]], [0], [1.0], [53.3], luck=u), [0, 0, 195])) for u in luck]
    expected = erlang_share(195, 1.0, 53.3 * RATIO[0, 2])
    assert np.mean(found) == pytest.approx(195 * expected, abs=0.01)


def erlang_share(visits, fte, each):
    """Share of visits that a clinic serves if 80 % of those who leave come again."""
    queue = np.zeros(3)
    erlang_a(fte, visits / HOURS, each, 120.0, 30.0, queue)
    return min(1 - queue[1] * 0.2, fte * MINUTES / (visits * each))


def test_a_sample_of_people_and_doctors_waits_as_all_of_them_do():
    whole = month([[0, 100, 2000]], [500], [8.0], [30.0])
    sample = month([[0, 10, 200]], [50], [0.8], [30.0], scale=0.1)
    np.testing.assert_allclose([one[0] for one in sample[3:]], [one[0] for one in whole[3:]], rtol=1e-3)


def test_the_station_at_its_loads():
    each = MINUTES / 348
    # Classes in the proportions on which minutes are normed in this test: all alike.
    minor = [0, 0, 3313]
    crowded = month([[0] * 3, minor], [0, 0], [0.0, 8.0], [each, each / RATIO[1, 2]])
    assert crowded[5][1] == pytest.approx(1.19, abs=0.001)
    assert crowded[0][1] == 2
    assert 1 - crowded[1][1] / 3313 == pytest.approx(0.16, abs=0.005)
    roomy = month([[0] * 3, minor], [0, 0], [0.0, 11.2], [each, each / RATIO[1, 2]])
    assert roomy[5][1] == pytest.approx(0.85, abs=0.001)
    assert 1 - roomy[1][1] / 3313 < 0.02
    assert crowded[3][1] > 5 * roomy[3][1]


CLASS_OF = np.array([2] * 400 + [1] * 400 + [0] * 224, np.int8)
visits = st.lists(st.tuples(st.integers(-1, 3), st.sampled_from([10, 399, 400, 700, 800, 1000])), max_size=60)
room = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=4, max_size=4)


def limits(rows, bounds):
    """Boundaries as far as there are visits of the class, with a quota below their number."""
    clinic, severity = np.array([row[0] for row in rows], np.int32), np.array([row[1] for row in rows], np.int16)
    demand = np.array([[sum(c == at and CLASS_OF[s] == k for c, s in rows) for k in range(3)] for at in range(4)])
    boundary = np.array([b if b < 3 and demand[at, b] else 3 for at, (b, _) in enumerate(bounds)], np.int8)
    many = [demand[at, b] if b < 3 else 0 for at, b in enumerate(boundary)]
    quota = np.array([min(q, m - 1) if m else 0 for (_, q), m in zip(bounds, many, strict=True)], np.int32)
    start = np.concatenate([[0], np.cumsum(many)]).astype(np.int32)
    limit = np.empty(4, np.uint64)
    queues.draw_limits(
        clinic,
        uids(len(rows)),
        severity,
        CLASS_OF,
        uids(4),
        boundary,
        quota,
        start,
        np.empty(start[-1] + 1, np.uint64),
        limit,
    )
    return clinic, severity, boundary, quota, limit


@given(visits, room)
def test_lots_decide_within_the_boundary_class(rows, bounds):
    clinic, severity, boundary, quota, limit = limits(rows, bounds)
    for at in range(4):
        lots = sorted(
            int(mix(uids(4)[at] ^ name))
            for name, c, s in zip(uids(len(rows)), clinic, severity, strict=True)
            if c == at and CLASS_OF[s] == boundary[at]
        )
        assert int(limit[at]) == (lots[quota[at]] if quota[at] > 0 else 0)


@given(st.integers(1, 300), st.floats(0.0, 1.0), st.integers(0, 63))
def test_a_lot_of_any_rank_is_found_however_lots_are_spread(count, share, shift):
    lots, rank = uids(count) >> np.uint64(shift), int(share * (count - 1))
    found = queues._select_near(lots.copy(), 0, count - 1, rank, np.empty(count + 1, np.uint64))
    assert int(found) == sorted(lots.tolist())[rank]


WAITING = ("serious", "moderate", "minor")
AGAIN, LEVEL = np.array([0.9, 0.6, 0.2]), np.array([0, 1, 2, 0], np.int8)
TOLD = np.array([[7000, 90, 100], [32900, 1200, 500], [45000, 0, 0], [7000, 435, 250]], np.int32)
SMALL = ("visits", "unmet", "forgone", "serious", "moderate", "minor", "referrals", "not_seen", "primary")


def what_became(rows, bounds, people):
    """Serve the visits, dealt out in turn to so many people; return the columns of persons and clinics."""
    clinic, severity, boundary, _, limit = limits(rows, bounds)
    asked = np.bincount(np.arange(len(rows)) * people // max(len(rows), 1), minlength=people).astype(np.int8)
    out = {name: np.zeros(people, np.int8) for name in SMALL}
    wanted = asked // 2
    returning = (asked - wanted) // 2
    out |= {
        "outpatient": np.zeros(people, np.int32),
        "last": np.full(people, -1, np.int32),
        "seconds": np.zeros(people, np.int32),
        "long": np.zeros(people, np.int32),
    }
    out |= {"served_now": np.zeros(4, np.int32), "unmet_now": np.zeros(4, np.int32)}
    queues.serve_visits(
        np.flatnonzero(asked).astype(np.int32), asked, clinic, uids(len(rows)), severity, CLASS_OF, boundary, uids(4), limit,
        (LEVEL == 0).astype(np.int8), TOLD, KEY[0], AGAIN, KEY[1], 600, 0.5, 24000, wanted, returning, *(out[name] for name in SMALL),
        out["outpatient"], out["last"], out["seconds"], out["long"], out["served_now"], out["unmet_now"],
    )  # fmt: skip
    return (asked, wanted + returning), (clinic, severity, boundary, limit), out


@given(visits, room, st.integers(1, 8))
def test_what_becomes_of_visits(rows, bounds, people):
    (asked, ours), (clinic, severity, boundary, limit), out = what_became(rows, bounds, people)
    expected = {name: np.zeros_like(column) for name, column in out.items()}
    expected["last"][:] = -1
    who = np.repeat(np.arange(people), asked)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(asked) - asked, asked)
    for at, (c, s, name) in enumerate(zip(clinic, severity, uids(len(rows)), strict=True)):
        grade, one = CLASS_OF[s], who[at]
        first = c >= 0 and (
            grade < boundary[c] or (grade == boundary[c] and int(mix(uids(4)[c] ^ name)) < int(limit[c]))
        )
        if first:
            told = {"visits": 1, "outpatient": TOLD[c, 0], "primary": LEVEL[c] == 0}
            told |= {"seconds": TOLD[c, 1], "long": TOLD[c, 2]}
            told["referrals"] = LEVEL[c] == 0 and s >= 600 and unit(KEY[1], name) < 0.5
            expected["served_now"][c] += 1
        else:
            back = unit(KEY[0], name) < AGAIN[grade]
            told = {"unmet": 1, "not_seen" if nth[at] >= ours[one] else WAITING[grade]: back, "forgone": not back}
            expected["last"][one] = 24000
            if c >= 0:
                expected["unmet_now"][c] += 1
        for column, amount in told.items():
            expected[column][one] += amount
    for name, column in out.items():
        assert np.array_equal(column, expected[name]), name
    assert np.array_equal(out["visits"] + out["unmet"], asked)
    waiting = sum(out[name] for name in WAITING) + out["not_seen"]
    assert np.array_equal(waiting + out["forgone"], out["unmet"])
