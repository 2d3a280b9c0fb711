"""Kernels of employers' lives against plain Python, written again from their descriptions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.draws import Luck
from simulation.kernels import enterprises, pay
from simulation.kernels.draws import fill_normals, fill_units

LUCK = Luck(5, 0)
COMMON, OWN = LUCK.key("twin.common", 3), LUCK.key("twin.own", 3)
VOLATILITY = np.array([0.15, 0.25, 0.0])
shares = st.floats(0, 1)


def drawn(fill, key, uid):
    """Draw as the door to luck does, one by one."""
    out = np.empty(1)
    fill(key, np.array([uid], np.uint64), out)
    return float(out[0])


def employers(seed, n=8):
    rng = np.random.default_rng(seed)
    return {
        "uid": rng.integers(1, 2**63, n).astype(np.uint64), "kind": rng.integers(0, 3, n).astype(np.int8),
        "orders": np.exp(rng.normal(0, 0.2, n)).astype(np.float32), "posts": rng.integers(0, 90, n).astype(float),
        "base": np.where(rng.random(n) < 0.2, -1, 5).astype(np.int32), "ends": rng.integers(0, 4, n).astype(np.int32),
        "closed": np.where(rng.random(n) < 0.3, 0, -1).astype(np.int32), "rng": rng, "n": n,
    }  # fmt: skip


worlds = st.builds(employers, st.integers(0, 10_000))


@given(worlds, st.floats(0, 0.95), shares, st.booleans())
def test_orders_drift(w, persistence, common, first):
    orders = w["orders"].copy()
    enterprises.drift_orders(w["uid"], w["kind"], VOLATILITY, persistence, common, COMMON, OWN, first, orders)
    for i in range(w["n"]):
        spread = VOLATILITY[w["kind"][i]]
        shock = math.sqrt(common) * drawn(fill_normals, COMMON, int(w["kind"][i]))
        shock += math.sqrt(1 - common) * drawn(fill_normals, OWN, w["uid"][i])
        before = 0.0 if first else persistence * (math.log(w["orders"][i]) + spread**2 / 2)
        width = spread * (1.0 if first else math.sqrt(1 - persistence**2))
        wanted = math.exp(before + width * shock - spread**2 / 2) if spread else 1.0
        assert orders[i] == pytest.approx(wanted, rel=1e-5)


def test_orders_keep_their_spread_and_their_mean_of_one():
    uid = np.arange(1, 4001).astype(np.uint64)
    orders = np.ones(len(uid), np.float32)
    for month in range(40):
        keys = LUCK.key("twin.common", month), LUCK.key("twin.own", month)
        enterprises.drift_orders(
            uid, np.ones(len(uid), np.int8), VOLATILITY, 0.8, 0.0, *keys, month == 0, orders
        )  # fmt: skip
    assert orders.mean() == pytest.approx(1.0, abs=0.02)
    assert np.log(orders).std() == pytest.approx(0.25, abs=0.02)


def test_all_of_a_kind_share_the_common_shock():
    uid = np.arange(1, 9).astype(np.uint64)
    orders = np.ones(8, np.float32)
    enterprises.drift_orders(uid, np.ones(8, np.int8), VOLATILITY, 0.8, 1.0, COMMON, OWN, True, orders)
    assert len(set(orders.tolist())) == 1 and orders[0] != 1.0


@given(worlds, shares, st.integers(0, 4))
def test_closures(w, yearly, month):
    closed = w["closed"].copy()
    enterprises.close_down(w["uid"], w["posts"], w["ends"], np.full(w["n"], yearly), OWN, month, closed)
    for i in range(w["n"]):
        at_risk = w["closed"][i] < 0 and month >= w["ends"][i] and w["posts"][i] > 0
        u, p = drawn(fill_units, OWN, w["uid"][i]), 1 - (1 - yearly) ** (1 / 12)
        if abs(u - p) > 1e-9:
            assert closed[i] == (month if at_risk and u < p else w["closed"][i])


@given(worlds, st.integers(0, 4), shares, shares)
def test_a_higher_hazard_only_adds_closures(w, month, one, other):
    few, many = w["closed"].copy(), w["closed"].copy()
    for yearly, closed in zip(sorted((one, other)), (few, many), strict=True):
        enterprises.close_down(w["uid"], w["posts"], w["ends"], np.full(w["n"], yearly), OWN, month, closed)
    assert (many[few >= 0] >= 0).all()


@given(worlds, shares)
def test_a_slump_costs_posts_and_days(w, as_days):
    posts, days = np.empty(w["n"], np.int32), np.empty(w["n"], np.float32)
    enterprises.share_slump(
        w["base"], w["posts"], w["orders"], np.full(w["n"], as_days), w["closed"], posts, days
    )  # fmt: skip
    for i in range(w["n"]):
        slump = min(float(w["orders"][i]), 1.0)
        assert days[i] == pytest.approx(slump**as_days, rel=1e-6)
        wanted = w["posts"][i] * slump ** (1 - as_days)
        if w["base"][i] < 0:
            assert posts[i] == -1
        elif w["closed"][i] >= 0:
            assert posts[i] == 0
        elif abs(wanted - round(wanted)) > 1e-3:
            assert posts[i] == math.floor(wanted)


@given(worlds, shares)
def test_more_orders_than_usual_change_nothing(w, as_days):
    posts, days = np.empty(w["n"], np.int32), np.empty(w["n"], np.float32)
    orders, standing = np.maximum(w["orders"], np.float32(1.0)), np.full(w["n"], -1, np.int32)
    enterprises.share_slump(w["base"], w["posts"], orders, np.full(w["n"], as_days), standing, posts, days)
    assert (days == 1).all()
    assert posts.tolist() == np.where(w["base"] < 0, -1, w["posts"]).astype(int).tolist()


@given(st.integers(0, 10_000))
def test_who_is_unemployed(seed):
    rng, n = np.random.default_rng(seed), 40
    labourer, employer = rng.integers(0, 2, n).astype(np.int8), rng.integers(-1, 2, n).astype(np.int32)
    place, last_farm = rng.integers(-1, 3, n).astype(np.int32), rng.integers(-1, 31, n).astype(np.int32)
    village, unemployed = np.array([1, 0, 0], np.int8), np.full(n, 9, np.int8)
    labourers, without = np.zeros(4, np.int32), np.zeros(4, np.int32)
    pay.find_unemployed(labourer, employer, place, last_farm, village, 30, unemployed, labourers, without)
    idle = [
        bool(labourer[i] and employer[i] < 0 and place[i] >= 0 and not (place[i] == 0 and last_farm[i] > 18))
        for i in range(n)
    ]
    assert unemployed.tolist() == [int(one) for one in idle]
    for where in range(3):
        assert labourers[where] == sum(int(labourer[i]) for i in range(n) if place[i] == where)
        assert without[where] == sum(idle[i] for i in range(n) if place[i] == where)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=30))
def test_the_smoothed_rate(counts):
    now, usual = np.zeros(1, np.float32), np.zeros(1, np.float32)
    level, first = 0.0, 0.0
    for observed, (one, other) in enumerate(counts):
        without, labourers = np.array([min(one, other)]), np.array([other])
        pay.follow_unemployment(without, labourers, observed, now, usual)
        rate = min(one, other) / other if other else level
        level += (rate - level) / min(observed + 1, 12)
        first = level if observed < 12 else first
        assert now[0] == pytest.approx(level, abs=1e-5)
        assert usual[0] == pytest.approx(first, abs=1e-5)


def test_the_first_year_is_a_plain_mean():
    now, usual = np.zeros(1, np.float32), np.zeros(1, np.float32)
    for observed in range(12):
        pay.follow_unemployment(np.array([observed]), np.array([100]), observed, now, usual)
    assert now[0] == usual[0] == pytest.approx(0.055)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(-1, 0))
def test_pay_answers_unemployment(now, usual, elasticity):
    out = np.empty(1)
    pay.respond(np.array([now], np.float32), np.array([usual], np.float32), 0.005, elasticity, out)
    assert out[0] == pytest.approx((max(now, 0.005) / max(usual, 0.005)) ** elasticity, rel=1e-5)


def test_pay_is_a_tenth_as_elastic_as_unemployment():
    out = np.empty(1)
    pay.respond(np.array([0.11], np.float32), np.array([0.1], np.float32), 0.005, -0.1, out)
    assert out[0] == pytest.approx(1.1**-0.1, rel=1e-6) == pytest.approx(0.9905, abs=1e-4)
