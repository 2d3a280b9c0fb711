"""The care kernels against plain Python written from their descriptions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels import care
from simulation.kernels.draws import fold, mix, normal, unit

KEY = [np.uint64(one) for one in (11, 222, 3333)]


@pytest.fixture(autouse=True)
def wrapping():
    """Let 64-bit hashes wrap round quietly where nothing is compiled."""
    with np.errstate(over="ignore"):
        yield


def uids(n):
    return np.array([mix(np.uint64(at)) for at in range(n)], np.uint64)


def inverted(mean, u):
    count, term = 0, math.exp(-mean)
    total = term
    while u > total and count < 60:
        count += 1
        term *= mean / count
        total += term
    return count


people = st.lists(st.tuples(st.integers(0, 1), st.integers(-1, 2), st.integers(0, 99)), min_size=1, max_size=40)


@given(people, st.floats(0.01, 4.0), st.floats(0.0, 1.0))
def test_needs(rows, mean, stay):
    n = len(rows)
    alive, place, age = (
        np.array([row[at] for row in rows], dtype) for at, dtype in enumerate((np.int8, np.int32, np.int16))
    )
    treats, bands = np.array([True, False, True]), np.array([0] * 60 + [1], np.int8)
    means = np.array([mean, 2 * mean])
    rates = np.stack([means, np.exp(-means), [stay, stay / 2]])
    wanted, stays, uid = np.empty(n, np.int16), np.empty(n, np.int32), uids(n)
    total, count = care.draw_needs(KEY[0], KEY[1], uid, alive, place, age, treats, bands, rates, wanted, stays)
    there = [bool(a) and p >= 0 and bool(treats[p]) for a, p, _ in rows]
    old = [int(years >= 60) for *_, years in rows]
    expected = [inverted(means[old[at]], unit(KEY[0], uid[at])) if there[at] else 0 for at in range(n)]
    assert wanted.tolist() == expected
    assert total == sum(expected)
    assert stays[:count].tolist() == [at for at in range(n) if there[at] and unit(KEY[1], uid[at]) < rates[2, old[at]]]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=20))
def test_visits_are_listed_person_by_person(counts):
    wanted, uid = np.array(counts, np.int16), uids(len(counts))
    m = sum(counts)
    person, visit, severity = np.empty(m, np.int32), np.empty(m, np.uint64), np.empty(m)
    care.list_visits(KEY[0], uid, wanted, person, visit, severity)
    expected = [(row, fold(uid[row], np.uint64(k))) for row, count in enumerate(counts) for k in range(count)]
    assert list(zip(person.tolist(), visit, strict=True)) == expected
    assert severity.tolist() == [unit(KEY[0], name) for name in visit]


clinics = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(0, 2), st.sampled_from([0.0, 1.0, 8.0]), st.integers(0, 40), st.floats(0.0, 2.0)
    ),
    min_size=1,
    max_size=8,
)


def world_of(rows):
    """Three places 25 minutes apart; every clinic is within reach of each."""
    order = [sorted(range(len(rows)), key=lambda c: (25 * (rows[c][0] != here) + rows[c][3], c)) for here in range(3)]
    offsets = np.arange(4, dtype=np.int32) * np.int32(len(rows))
    near = np.array([c for one in order for c in one], np.int32)
    minutes = np.array([25 * (rows[c][0] != here) + rows[c][3] for here in range(3) for c in order[here]], np.int16)
    place, level = np.array([row[0] for row in rows], np.int32), np.array([row[1] for row in rows], np.int8)
    fte, load = np.array([row[2] for row in rows]), np.array([row[4] for row in rows], np.float32)
    return offsets, near, minutes, place, level, fte, fte, load


def utility(row, here, rows, taste, bonus):
    """Log weight of a clinic for a place, or None if it isn't considered there."""
    place, level, fte, extra, load = row
    minutes = extra + 25 * (place != here)
    local = [one for one in rows if one[0] == here and one[1] == 0 and one[2] > 0]
    if fte <= 0 or minutes > taste[5] or (local and level == 0 and place != here):
        return None
    alike = sum(one[3] == extra for one in local) if level == 0 and place == here else 1
    pull = taste[1 if level else 0] * math.log(max(fte, 1.0)) - taste[2] * math.log(minutes + taste[3])
    return pull - taste[4] * max(float(np.float32(load)) - 1.0, 0.0) + bonus[level] - math.log(alike)


TASTE, BONUS = np.array([0.4, 0.8, 0.7, 30.0, 0.5, 60.0]), np.array([0.0, -1.0, -2.0])


@given(clinics)
def test_weights(rows):
    world = world_of(rows)
    offsets, near, weight = np.empty_like(world[0]), np.empty_like(world[1]), np.empty(len(world[1]))
    care.weigh_clinics(*world, TASTE, BONUS, offsets, near, weight)
    for here in range(3):
        edges = range(offsets[here], offsets[here + 1])
        expected = {c: utility(row, here, rows, TASTE, BONUS) for c, row in enumerate(rows)}
        expected = {c: v for c, v in expected.items() if v is not None}
        assert {int(near[edge]) for edge in edges} == set(expected)
        for edge in edges:
            assert math.log(weight[edge]) == pytest.approx(expected[int(near[edge])], abs=1e-9)


@given(clinics, st.integers(1, 30), st.floats(0.0, 20.0))
def test_the_highest_utility_with_its_gumbel_taste_wins(rows, m, slope):
    world = world_of(rows)
    offsets, near, weight = np.empty_like(world[0]), np.empty_like(world[1]), np.empty(len(world[1]))
    care.weigh_clinics(*world, TASTE, BONUS, offsets, near, weight)
    person, visit, place = np.arange(m, dtype=np.int32), uids(m), np.arange(m, dtype=np.int32) % 3
    severity, keys = np.array([unit(KEY[1], one) for one in visit]), uids(len(rows))
    clinic = np.empty(m, np.int32)
    care.choose_clinics(person, visit, severity, place, offsets, near, weight, world[4], keys, slope, clinic)
    for at in range(m):
        scores = {}
        for edge in range(offsets[place[at]], offsets[place[at] + 1]):
            c = int(near[edge])
            taste = -math.log(-math.log(unit(keys[c], visit[at])))
            scores[c] = math.log(weight[edge]) + (slope * (severity[at] - 0.5) if rows[c][1] else 0.0) + taste
        assert clinic[at] == (max(scores, key=scores.get) if scores else -1)


CUTS = np.array([0.9, 0.6])
queues = st.tuples(
    st.lists(st.tuples(st.integers(-1, 3), st.sampled_from([0.1, 0.3, 0.6, 0.7, 0.9, 0.95])), max_size=60),
    st.lists(st.integers(0, 15), min_size=4, max_size=4),
)


def ration(queue):
    rows, room = queue
    clinic, severity = np.array([row[0] for row in rows], np.int32), np.array([row[1] for row in rows])
    visit, keys = uids(len(rows)), uids(4)
    demand = np.zeros((4, 3), np.int32)
    care.count_demand(clinic, severity, CUTS, demand)
    boundary, quota, start = np.empty(4, np.int8), np.empty(4, np.int32), np.empty(5, np.int32)
    care.find_boundaries(demand, np.array(room, np.int32), boundary, quota, start)
    limit, served, lots = np.empty(4, np.uint64), np.empty(len(rows), np.int8), np.empty(start[-1], np.uint64)
    care.draw_limits(clinic, visit, severity, CUTS, keys, boundary, quota, start, lots, limit)
    care.serve_visits(clinic, visit, severity, CUTS, keys, boundary, limit, served)
    return served.tolist(), visit, keys


@given(queues)
def test_the_grave_come_first_and_lots_decide_among_equals(queue):
    rows, room = queue
    served, visit, keys = ration(queue)
    expected = [0] * len(rows)
    for c in range(4):
        wish = [at for at, row in enumerate(rows) if row[0] == c]
        rank = {at: 0 if rows[at][1] >= 0.9 else (1 if rows[at][1] >= 0.6 else 2) for at in wish}
        for at in sorted(wish, key=lambda at: (rank[at], mix(keys[c] ^ visit[at])))[: room[c]]:
            expected[at] = 1
    assert served == expected


@given(queues, st.integers(0, 3), st.integers(1, 5))
def test_more_room_turns_nobody_away(queue, clinic, extra):
    rows, room = queue
    more = [left + extra * (at == clinic) for at, left in enumerate(room)]
    assert all(now >= before for now, before in zip(ration((rows, more))[0], ration(queue)[0], strict=True))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(0, 1)), max_size=30))
def test_what_became_of_visits(rows):
    person, clinic, served = (
        np.array([row[at] for row in rows], dtype) for at, dtype in enumerate((np.int32, np.int32, np.int8))
    )
    level, bill = np.array([0, 1, 2], np.int8), np.array([7000, 32900, 45000])
    visits, unmet, primary = (np.zeros(5, np.int16) for _ in range(3))
    outpatient, last, served_now = np.zeros(5, np.int32), np.full(5, -1, np.int32), np.zeros(3, np.int32)
    care.record_visits(person, clinic, served, level, bill, 24000, visits, unmet, primary, outpatient, last, served_now)
    for who in range(5):
        own = [(c, s) for p, c, s in rows if p == who]
        got = [c for c, s in own if s]
        assert (visits[who], unmet[who], primary[who]) == (len(got), len(own) - len(got), got.count(0))
        assert outpatient[who] == sum(int(bill[c]) for c in got)
        assert last[who] == (24000 if len(got) < len(own) else -1)
    assert served_now.tolist() == [sum(s for _, c, s in rows if c == one) for one in range(3)]


def test_bills_of_stays():
    n = 400
    uid, stays = uids(n), np.arange(0, n, 2, dtype=np.int32)
    until, mu, shares = np.array([0.13, 0.93]), np.log([230_000.0, 650_000.0, 1_800_000.0]), np.array([0.05, 0.15])
    level, covered, rest = np.full(n, -1, np.int8), np.zeros(n, np.int32), np.zeros(n, np.int32)
    care.bill_stays(stays, uid, *KEY, until, mu, 0.7, shares, level, covered, rest)
    for at in range(n):
        if at % 2:
            assert (level[at], covered[at], rest[at]) == (-1, 0, 0)
            continue
        u = unit(KEY[0], uid[at])
        expected = 0 if u < 0.13 else (1 if u < 0.93 else 2)
        bill = math.exp(mu[expected] + 0.7 * normal(KEY[1], uid[at]))
        share = 0.05 + 0.10 * unit(KEY[2], uid[at])
        assert level[at] == expected
        assert abs(int(covered[at]) + int(rest[at]) - bill) <= 1
        assert abs(int(rest[at]) - bill * share) <= 1
