"""The kernels of need and bills against plain Python written from their descriptions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels import care
from simulation.kernels.draws import mix, normal, unit

KEY = [np.uint64(one) for one in (11, 222, 3333)]


@pytest.fixture(autouse=True)
def wrapping():
    """Let 64-bit hashes wrap round quietly where nothing is compiled."""
    with np.errstate(over="ignore"):
        yield


def uids(n):
    return np.array([mix(np.uint64(at)) for at in range(n)], np.uint64)


def inverted(mean, u):
    """Count of a Poisson distribution at u, 15 at most."""
    count, term = 0, math.exp(-mean)
    total = term
    while u >= total and count < care.MOST_NEW:
        count += 1
        term *= mean / count
        total += term
    return count


def thresholds(rates):
    steps = np.empty((rates.shape[1], care.MOST_NEW), np.uint64), np.empty(rates.shape[1], np.uint64)
    care.set_thresholds(rates, *steps)
    return steps


@given(st.floats(0.0, 6.0), st.floats(0.0, 1.0))
def test_thresholds_are_the_poisson_distribution(mean, stay):
    visits, stays = thresholds(np.array([[mean], [stay]]))
    below = np.cumsum([math.exp(-mean) * mean**k / math.factorial(k) for k in range(care.MOST_NEW)])
    np.testing.assert_allclose(visits[0].astype(float) / 2**40, np.minimum(below, 1.0), atol=1e-11)
    assert float(stays[0]) == pytest.approx(stay * 2**24, abs=1)


row = st.tuples(
    st.integers(0, 1), st.integers(-1, 2), st.integers(0, 99), st.integers(0, 2), st.integers(0, 2), st.integers(0, 1),
    st.integers(0, 2), st.integers(0, 1), st.integers(0, 1),
)  # fmt: skip
BANDS = np.array([0] * 60 + [3], np.int8)
TREATS = np.array([True, False, True])


def needs(rows, rates):
    n = len(rows)
    types = (np.int8, np.int32, np.int16, *[np.int8] * 6)
    columns = [np.array([one[at] for one in rows], dtype) for at, dtype in enumerate(types)]
    wanted, returning, referred, asked = (np.empty(n, np.int8) for _ in range(4))
    askers, many, stays, counts = *(np.empty(n, np.int32) for _ in range(3)), np.empty(3, np.int64)
    care.draw_needs(
        KEY[0], uids(n), *columns, TREATS, BANDS, *thresholds(rates), wanted, returning, referred, asked,
        askers, many, stays, counts,
    )  # fmt: skip
    return wanted, returning, referred, asked, askers[: counts[0]], stays[: counts[2]], counts


@given(st.lists(row, min_size=1, max_size=40), st.floats(0.01, 4.0), st.floats(0.0, 1.0))
def test_needs(rows, mean, stay):
    means = mean * np.array([1.0, 1.5, 2.0, 1.2, 1.8, 2.5])
    rates = np.stack([means, stay / np.arange(1.0, 7.0)])
    wanted, returning, referred, asked, askers, stays, counts = needs(rows, rates)
    who, sick = [], []
    for at, (alive, place, age, chronic, *waiting, referrals, not_seen) in enumerate(rows):
        back, sent = sum(waiting), referrals + not_seen
        there, one, h = bool(alive) and place in (0, 2), 3 * (age >= 60) + chronic, mix(KEY[0] ^ uids(len(rows))[at])
        new = inverted(means[one], float(h >> np.uint64(24)) / 2**40) * there
        assert (wanted[at], returning[at], referred[at]) == (new, back * there, sent * there)
        assert asked[at] == new + (back + sent) * there
        who += [at] * bool(asked[at])
        if there and float(h & np.uint64(0xFFFFFF)) < rates[1, one] * 2**24:
            sick.append(at)
    assert (askers.tolist(), stays.tolist()) == (who, sick)
    assert counts.tolist() == [len(who), int(asked.sum()), len(sick)]


@given(st.lists(row, min_size=1, max_size=40), st.floats(0.01, 2.0), st.floats(1.0, 3.0))
def test_more_need_only_adds_visits_and_stays(rows, mean, more):
    few, many = (needs(rows, np.full((2, 6), 0.1) * scale * mean) for scale in (1.0, more))
    assert (many[0] >= few[0]).all()
    assert set(few[5]) <= set(many[5])


def test_bills_of_stays():
    n = 400
    uid, stays, household = uids(n), np.arange(0, n, 2, dtype=np.int32), np.arange(n, dtype=np.int32) // 4
    limit = np.where(np.arange(n // 4) % 3, 2**62, 400_000).astype(np.int64)
    left = limit.copy()
    until, mu, shares = np.array([0.13, 0.93]), np.log([230_000.0, 650_000.0, 1_800_000.0]), np.array([0.05, 0.15])
    level, covered, rest = np.full(n, -1, np.int8), np.zeros(n, np.int32), np.zeros(n, np.int32)
    forgone = np.zeros(n, np.int8)
    care.bill_stays(
        stays, uid, household, left, *KEY, until, mu, 0.7, shares, level, covered, rest, forgone
    )  # fmt: skip
    for at in range(n):
        u = unit(KEY[0], uid[at])
        expected = 0 if u < 0.13 else (1 if u < 0.93 else 2)
        bill = math.exp(mu[expected] + 0.7 * normal(KEY[1], uid[at]))
        if at % 2 or bill > limit[at // 4]:
            assert (level[at], covered[at], rest[at], forgone[at]) == (-1, 0, 0, at % 2 == 0)
            continue
        limit[at // 4] -= int(covered[at]) + int(rest[at])
        share = 0.05 + 0.10 * unit(KEY[2], uid[at])
        assert (level[at], forgone[at]) == (expected, 0)
        assert abs(int(covered[at]) + int(rest[at]) - bill) <= 1
        assert abs(int(rest[at]) - bill * share) <= 2
    assert 0 < forgone.sum() < len(stays)


def test_a_limit_is_spent_once_and_none_is_asked_for_where_nothing_is_prepaid():
    n = 40
    uid, stays, household = uids(n), np.arange(n, dtype=np.int32), np.zeros(n, np.int32)

    def billed(left):
        level, forgone = np.full(n, -1, np.int8), np.zeros(n, np.int8)
        covered, rest = np.zeros((2, n), np.int32)
        care.bill_stays(
            stays, uid, household, left, *KEY, np.array([0.13, 0.93]), np.log([230_000.0, 650_000.0, 1_800_000.0]), 0.7,
            np.array([0.05, 0.15]), level, covered, rest, forgone,
        )  # fmt: skip
        return int(covered.sum()) + int(rest.sum()), int(forgone.sum())

    paid, forgone = billed(np.array([2_000_000], np.int64))
    assert 0 < paid <= 2_000_000
    assert forgone > 0
    assert billed(np.empty(0, np.int64))[1] == 0
