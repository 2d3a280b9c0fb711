"""McCall's reservation wage against closed forms, a bisection, and what the theory says."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels import job_search as search
from simulation.kernels.jobs import own_factor
from simulation.kernels.reservation import age_cells, reservation_wage, reservation_wages
from tests.twins.searches import EMPLOYERS, PLACES, markets
from tests.twins.test_job_search import fits, near_of

NODES, PATIENCE = np.array([-1.0, 0.0, 1.0]), 4.0
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


def luck_of(traits):
    """What multiplies meetings, by the traits of a class; whoever moved has less of it with the market's employers."""
    age, trained, carer, origin = traits[:, [search.AGE, search.TRAINED, search.CARER, search.ORIGIN]].T
    here = np.where(age >= 50, 0.5, 1.0) * np.where(carer, 0.6, 1.0) * np.where(trained, 1.25, 1.0)
    return np.stack([here, here * np.where(origin, 1.0, 0.4)], axis=1)


@st.composite
def waiting(draw):
    """Draw a market whose windows cut at any age and education, and what people there expect."""
    s = draw(markets(most=200))
    rng = s["rng"]
    s["rules"][:, [search.MIN_AGE, search.MAX_AGE]] = np.sort(rng.integers(15, 66, (EMPLOYERS, 2)), axis=1)
    s["rules"][:, search.MIN_EDUCATION] = rng.integers(0, 4, EMPLOYERS)
    return s | {
        "rows": rng.permutation(s["m"]).astype(np.int32), "leaves": rng.integers(0, 2, s["m"]).astype(np.int8),
        "luck": luck_of(s["traits"]), "home": rng.random((PLACES, 4)) * 1500, "chance": rng.random(EMPLOYERS),
    }  # fmt: skip


def least(s, **changed):
    """Run the kernel for all seekers; return the reservation wage of each."""
    s = {**s, **changed}
    out = np.empty(len(s["rows"]))
    reservation_wages(
        s["rows"], s["traits"], s["leaves"], s["luck"], s["home"], s["start"], s["near"], s["rules"], s["rate"],
        s["chance"], s["value"], s["sigma"], NODES, PATIENCE, out,
    )  # fmt: skip
    return out


def own_least(s, i):
    """Solve for one seeker by his own traits, whatever others are like."""
    mine, weight, posts = s["traits"][i], [], []
    place = mine[search.PLACE]
    for one in near_of(s, i):
        if fits(mine[:5], s["rules"][one]):
            offers = min(s["rate"][place, one] * s["luck"][i, 0], 1.0) * s["chance"][one] * PATIENCE
            spread = [own_factor(s["sigma"][one], z) for z in NODES] if s["sigma"][one] else [1.0]
            weight += [offers / len(spread)] * len(spread)
            posts += [s["value"][place, one] * factor for factor in spread]
    home = s["home"][place, 2 * (mine[search.AGE] >= 50) + mine[search.CARER]]
    return reservation_wage(home, np.array(weight), np.array(posts), len(posts))


@given(waiting())
def test_the_wage_of_a_class_is_each_members_own(s):
    found = least(s)
    for i in range(s["m"]):
        has_a_post = s["traits"][i, search.BEFORE] >= 0 and not s["leaves"][s["rows"][i]]
        assert found[i] == (0.0 if has_a_post else own_least(s, i))


@given(waiting(), st.randoms())
def test_wages_hang_on_no_order_of_seekers(s, random):
    order = list(range(s["m"]))
    random.shuffle(order)
    mixed = {key: s[key][order] for key in ("rows", "traits", "luck")}
    assert least(s)[order].tolist() == least(s, **mixed).tolist()


@given(waiting(), st.integers(0, EMPLOYERS - 1), st.integers(0, 1))
def test_an_employer_beyond_reach_changes_nobodys_wage(s, one, place):
    begin, end = s["start"][place], s["start"][place + 1]
    kept = np.ones(len(s["near"]), bool)
    kept[begin:end] = s["near"][begin:end] != one
    start = s["start"] - np.where(np.arange(3) > place, (~kept).sum(), 0).astype(np.int32)
    elsewhere = s["traits"][:, search.PLACE] != place
    assert least(s)[elsewhere].tolist() == least(s, near=s["near"][kept], start=start)[elsewhere].tolist()


@given(waiting(), st.integers(0, EMPLOYERS - 1), st.sampled_from(["age", "education", "training"]))
def test_an_employer_whose_posts_nobody_could_take_changes_nobodys_wage(s, one, asks):
    traits, rules = s["traits"].copy(), s["rules"].copy()
    traits[:, search.EDUCATION], traits[:, search.TRAINED] = np.minimum(traits[:, search.EDUCATION], 2), 0
    if asks == "age":
        rules[one, [search.MIN_AGE, search.MAX_AGE]] = 60, 75
    elif asks == "education":
        rules[one, search.MIN_EDUCATION] = 3
    else:
        rules[one, search.NEEDS_TRAINING] = 1
    kept = s["near"] != one
    start = np.array([0, kept[:6].sum(), kept.sum()], np.int32)
    s = s | {"traits": traits, "luck": luck_of(traits), "rules": rules}
    assert least(s).tolist() == least(s, near=s["near"][kept], start=start).tolist()


@given(waiting())
def test_no_window_divides_a_cell_of_ages(s):
    cell = np.empty(search.AGES, np.int32)
    age_cells(s["near"], s["rules"], cell)
    assert cell[0] == 0
    for age in range(search.YOUNGEST + 1, search.YOUNGEST + search.AGES):
        windows = [s["rules"][one, [search.MIN_AGE, search.MAX_AGE]] for one in s["near"]]
        divided = any((low <= age <= high) != (low <= age - 1 <= high) for low, high in windows)
        assert cell[age - search.YOUNGEST] - cell[age - search.YOUNGEST - 1] == (divided or age == 50)
