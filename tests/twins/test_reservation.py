"""McCall's reservation wage against closed forms, a bisection, and what the theory says."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels import job_search as search
from simulation.kernels.reservation import reservation_wage, reservation_wages
from tests.twins.searches import EMPLOYERS, PLACES, rules_of
from tests.twins.test_job_search import fits, own

wages = st.lists(st.floats(1.0, 5000.0), max_size=12)
weights = st.floats(0.0, 5.0)


def solve(home, weight, posts):
    """Run the kernel for posts of one weight."""
    return reservation_wage(home, np.full(len(posts), weight), np.array(posts, np.float64), len(posts))


def excess(level, home, weight, posts):
    """What waiting for a better post is worth beyond `level`; 0 at the reservation wage."""
    return home + weight * sum(max(wage - level, 0.0) for wage in posts) - level


@given(st.floats(0.0, 3000.0), weights, wages)
def test_waiting_and_taking_are_worth_the_same(home, weight, posts):
    level = solve(home, weight, posts)
    assert abs(excess(level, home, weight, posts)) < 1e-5
    low, high = 0.0, max([home, *posts]) + 1.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle, home, weight, posts) > 0 else (low, middle)
    assert math.isclose(level, low, abs_tol=1e-5)


def test_uniform_offers_have_a_closed_form():
    """For w uniform on (0, 1): k (1 - R)^2 / 2 = R - b with k = f / (r + delta)."""
    posts = (np.arange(4000) + 0.5) / 4000
    for b, k in ((0.0, 1.0), (0.2, 3.0), (0.5, 20.0), (0.9, 0.1)):
        level = reservation_wage(b, np.full(len(posts), k / len(posts)), posts, len(posts))
        exact = 1 + 1 / k - math.sqrt((1 + 1 / k) ** 2 - 1 - 2 * b / k)
        assert math.isclose(level, exact, abs_tol=1e-6), (b, k)


def test_one_post_has_a_closed_form():
    assert math.isclose(solve(500.0, 2.0, [2000.0]), (500.0 + 2.0 * 2000.0) / 3.0)
    assert solve(500.0, 2.0, [400.0]) == 500.0
    assert solve(500.0, 2.0, []) == 500.0


@given(st.floats(0.0, 3000.0), weights, wages, st.floats(0.0, 500.0), st.floats(0.0, 2.0))
def test_more_at_home_and_more_offers_raise_it(home, weight, posts, more, faster):
    level = solve(home, weight, posts)
    assert solve(home + more, weight, posts) >= level - 1e-6
    assert solve(home, weight + faster, posts) >= level - 1e-6
    assert solve(home, weight, [*posts, 6000.0]) >= level - 1e-6
    assert home <= level + 1e-9
    assert level <= max([home, *posts]) + 1e-6


@given(st.integers(0, 10_000))
def test_wages_of_all_classes_at_all_places(seed):
    rng = np.random.default_rng(seed)
    rules, sigma = rules_of(rng), np.array([0.0, 0.0, 0.5, 0.0, 0.0, 0.0])
    people = np.zeros((4, 9), np.int32)
    people[:, search.AGE], people[:, search.CARER] = (20, 30, 54, 40), (0, 1, 0, 0)
    luck, home = rng.random((4, 2)) + 0.2, rng.random((PLACES, 4)) * 1500
    start, near = np.array([0, 6, 9], np.int32), np.array([0, 1, 2, 3, 4, 5, 2, 4, 1], np.int32)
    rate, value = rng.random((PLACES, EMPLOYERS)), rng.random((PLACES, EMPLOYERS)) * 3000
    chance, nodes, patience, out = rng.random(EMPLOYERS), np.array([-1.0, 0.0, 1.0]), 4.0, np.empty((PLACES, 4))
    reservation_wages(
        home, people, luck, start, near, rules, rate, chance, value, sigma, nodes, patience, out
    )  # fmt: skip
    for place in range(PLACES):
        for kind in range(4):
            weight, posts = [], []
            for one in near[start[place] : start[place + 1]]:
                if fits(people[kind, :5], rules[one]):
                    offers = (
                        min(rate[place, one] * luck[kind, rules[one, search.ON_MARKET]], 1) * chance[one] * patience
                    )
                    spread = [own(0.5, z) for z in nodes] if sigma[one] else [1.0]
                    weight += [offers / len(spread)] * len(spread)
                    posts += [value[place, one] * factor for factor in spread]
            level = out[place, kind]
            worth = home[place, kind] + sum(k * max(w - level, 0) for k, w in zip(weight, posts, strict=True))
            assert math.isclose(level, worth, rel_tol=1e-7, abs_tol=1e-6)
