"""Kernels of work against plain Python, written again from their descriptions."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.draws import Luck
from simulation.kernels import coast, draws, labour, training, wages

LUCK = Luck(3, 0)
KEY = LUCK.key("twin.work", 5)


def people(n, seed):
    """Draw columns of people at random but repeatably."""
    rng = np.random.default_rng(seed)
    households = max(n // 3, 1)
    return {
        "n": n, "h": households, "rng": rng,
        "alive": (rng.random(n) < 0.95).astype(np.int8), "age": rng.integers(0, 90, n).astype(np.int16),
        "student": (rng.random(n) < 0.1).astype(np.int8), "uid": rng.integers(1, 2**63, n).astype(np.uint64),
        "household": rng.integers(0, households, n).astype(np.int32), "place": rng.integers(0, 3, n).astype(np.int32),
        "home": rng.integers(0, 3, households).astype(np.int32), "sex": rng.integers(0, 2, n).astype(np.int8),
        "school": rng.integers(-1, 2, n).astype(np.int32), "able": (rng.random(n) < 0.9).astype(np.int8),
    }  # fmt: skip


def unit(key, uid):
    """Draw as the door to luck does, one by one."""
    from simulation.kernels.draws import fill_units

    out = np.empty(1)
    fill_units(key, np.array([uid], np.uint64), out)
    return float(out[0])


worlds = st.builds(people, st.integers(1, 60), st.integers(0, 10_000))


@given(worlds)
def test_labour_status(w):
    able, status, labourer = (np.empty(w["n"], np.int8) for _ in range(3))
    labour.labour_status(w["alive"], w["age"], w["student"], w["uid"], KEY, 0.02, 0.12, able, status, labourer)
    for i in range(w["n"]):
        beyond = max(int(w["age"][i]) - 16, 0) / 43
        unable = unit(KEY, w["uid"][i]) < min(0.02 + 0.10 * beyond**2, 0.9)
        assert able[i] == (not unable)
        working_age = 16 <= w["age"][i] <= 59
        assert labourer[i] == bool(w["alive"][i] and working_age and not w["student"][i] and not unable)
        assert (status[i] == 0) == (labourer[i] == 1)


@given(worlds)
def test_one_carer_at_most_and_only_where_care_is_due(w):
    duty = np.zeros(w["h"], np.int8)
    labour.care_duty(
        w["alive"], w["age"], w["able"], w["place"], w["school"], w["household"], w["home"], w["uid"], KEY, 0.35, duty
    )
    labourer = ((w["alive"] == 1) & (w["age"] >= 16) & (w["age"] < 60)).astype(np.int8)
    carer = np.empty(w["n"], np.int8)
    labour.choose_carers(
        labourer, w["sex"], w["place"], w["household"], w["home"], duty, w["uid"], KEY, 0.5,
        np.empty(w["h"]), np.empty(w["h"], np.int32), carer,
    )  # fmt: skip
    for h in range(w["h"]):
        there = [i for i in range(w["n"]) if w["household"][i] == h and w["alive"][i] and w["place"][i] == w["home"][h]]
        child = any(w["age"][i] < 3 or (w["age"][i] < 6 and w["school"][i] < 0) for i in there)
        frail = any(w["age"][i] >= 75 and unit(KEY, w["uid"][i]) < 0.35 for i in there)
        relief = any(60 <= w["age"][i] <= 70 and w["able"][i] for i in there)
        adults = [i for i in there if labourer[i]]
        effort = {i: unit(KEY, w["uid"][i]) + (0.5 if w["sex"][i] == 0 else 0) for i in adults}
        expected = [min(adults, key=effort.__getitem__)] if adults and (child or frail) and not relief else []
        assert [i for i in range(w["n"]) if w["household"][i] == h and carer[i]] == expected


def links(w):
    """Draw links with three employers: 0 at hand and not for carers, 1 near places 0 and 1, 2 on the coast (place 2)."""
    rng, n = w["rng"], w["n"]
    return {
        "status": rng.integers(0, 2, n).astype(np.int8) * 4, "carer": (rng.random(n) < 0.3).astype(np.int8),
        "employer": rng.integers(-1, 3, n).astype(np.int32), "since": rng.integers(0, 100, n).astype(np.int32),
        "reach": np.array([[1, 2, -1], [0, 2, -1], [0, 0, -1]], np.int8), "coast_of": np.array([-1, -1, 2], np.int32),
    }  # fmt: skip


@given(worlds)
def test_census(w):
    it, rng, n, h = links(w), w["rng"], w["n"], w["h"]
    labourer, place = rng.integers(0, 2, n).astype(np.int8), rng.integers(-1, 3, n).astype(np.int32)
    origin, population = rng.integers(0, 3, h).astype(np.int32), rng.integers(0, 3, h).astype(np.int8)
    value, home = np.array([1, 10, 100, 0]), w["household"]
    away, labourers = np.zeros((3, 3), np.int64), np.zeros((3, 3), np.int64)
    earned, present = np.zeros(3, np.int64), np.zeros(3, np.int64)
    coast.census(
        labourer, place, it["employer"], home, origin, population, np.array([0, 0, 1], np.int8), value,
        away, labourers, earned, present,
    )  # fmt: skip
    counted = [i for i in range(n) if labourer[i] and place[i] >= 0]
    for who in range(3):
        for where in range(3):
            from_there = [i for i in counted if population[home[i]] == who and origin[home[i]] == where]
            assert labourers[who, where] == len(from_there)
            assert away[who, where] == sum(int(place[i] == 2) for i in from_there)
    for where in range(3):
        here = [i for i in counted if place[i] == where and where != 2]
        assert present[where] == len(here)
        assert earned[where] == sum(int(value[it["employer"][i]]) for i in here)


@given(worlds)
def test_pay(w):
    it = links(w)
    n, h = w["n"], w["h"]
    paid, last, hours = np.empty(n, np.int8), np.full(n, -1, np.int32), np.empty(n, np.float32)
    share = np.array([0.0, 0.5, 1.0, 0.0])
    wages.work_a_month(it["employer"], w["uid"], share, np.full(4, 40, np.float32), KEY, 9, 8, paid, last, hours)
    factor, remitted = w["rng"].random(n).astype(np.float32), np.array([1.0, 1.0, 0.58, 0.0], np.float32)
    wage, of_wage, of_own = np.empty(n, np.int32), np.zeros(h, np.int32), np.zeros(h, np.int32)
    wages.pay_out(it["employer"], paid, w["household"], np.array([100, 2000, 300000, 0], np.int32), factor, remitted,
                  np.array([0, 1, 0, 0], np.int8), wage, of_wage, of_own)  # fmt: skip
    total = 0
    for i in range(n):
        e = it["employer"][i]
        works = e >= 0 and unit(KEY, w["uid"][i]) < share[e]
        assert paid[i] == works and hours[i] == 40 * works
        assert last[i] == (9 if works else 8 if e >= 0 else -1)
        amount = math.floor([100, 2000, 300000][e] * float(factor[i]) * float(remitted[e]) + 0.5) if works else 0
        assert wage[i] == (0 if e == 1 else amount)
        total += amount
    assert int(of_wage.sum() + of_own.sum()) == total


@given(worlds)
def test_course_ends(w):
    programme = w["rng"].integers(-1, 2, w["n"]).astype(np.int32)
    until, trained = w["rng"].integers(4, 7, w["n"]).astype(np.int32), np.zeros(w["n"], np.int8)
    before = programme.copy()
    site, count, done = np.array([0, 1], np.int32), np.zeros(2, np.int32), np.zeros(2, np.int32)
    labourer = w["able"]
    over = until <= 5
    training.finish(
        labourer,
        w["place"],
        w["uid"],
        site,
        np.array([0.5, 1.0], np.float32),
        KEY,
        5,
        programme,
        until,
        trained,
        count,
        done,
    )
    for i in range(w["n"]):
        one = before[i]
        there = one >= 0 and labourer[i] and w["place"][i] == site[one]
        completes = there and over[i] and unit(KEY, w["uid"][i]) < (0.5, 1.0)[one]
        stays = there and not over[i]
        assert trained[i] == completes and (programme[i] == one if stays else programme[i] == -1)
    assert count.sum() == (programme >= 0).sum() and done.sum() == trained.sum()


@given(worlds, st.floats(-4, 2))
def test_wishes(w, level):
    n, h = w["n"], w["h"]
    employer = w["rng"].integers(-1, 2, n).astype(np.int32)
    carer = w["rng"].integers(0, 2, n).astype(np.int8)
    pull, here, post = np.full(h, level + 7.4), np.full(h, 6.0), np.array([7.5, 8.0])
    wish = np.full(n, 9, np.int8)
    coast.wish_to_go(w["able"], w["age"], w["sex"], carer, employer, w["household"], w["uid"], pull, here, post, KEY,
                     np.array([1.0, -0.5, -3.0, -0.03, -1.5, 18, 55]), wish)  # fmt: skip
    for i in range(n):
        earns = 6.0 if employer[i] < 0 else post[employer[i]]
        v = (
            level
            + 7.4
            - earns
            - 0.5 * w["sex"][i]
            - 3 * carer[i]
            - 0.03 * max(int(w["age"][i]) - 30, 0)
            - 1.5 * (employer[i] >= 0)
        )
        p = 1 / (1 + math.exp(-v))
        u = unit(KEY, w["uid"][i])
        if abs(u - p) > 1e-9:
            assert wish[i] == int(bool(w["able"][i]) and 18 <= w["age"][i] <= 55 and u < p)


@given(st.floats(1e-9, 1 - 1e-9), st.floats(-40, 40))
def test_the_short_cut_past_the_exponential_changes_no_event(u, v):
    p = 1 / (1 + math.exp(-v))
    if abs(u - p) > 1e-9 * p:
        assert draws.happens(u, v) == (u < p)


@given(worlds)
def test_who_minds_the_children(w):
    n, h = w["n"], w["h"]
    alive, age = w["rng"].integers(0, 2, n).astype(np.int8), w["rng"].integers(0, 90, n).astype(np.int16)
    place, home = w["rng"].integers(-1, 3, n).astype(np.int32), w["rng"].integers(0, 3, h).astype(np.int32)
    adults, children = np.zeros(h, np.int16), np.zeros(h, np.int16)
    coast.minders(alive, age, place, w["household"], home, adults, children)
    for here in range(h):
        there = [i for i in range(n) if w["household"][i] == here and alive[i] and place[i] == home[here]]
        assert adults[here] == sum(age[i] >= 16 for i in there)
        assert children[here] == sum(age[i] < 12 for i in there)


@given(worlds)
def test_job_changes(w):
    """Employers 0 and 1 are near home, 2 is the coast."""
    employer, before = (w["rng"].integers(-1, 3, w["n"]).astype(np.int32) for _ in range(2))
    kept, change = before.copy(), np.full(w["n"], 9, np.int8)
    labour.note_changes(employer, np.array([1, 1, 0, 0], np.int8), kept, change)
    for i in range(w["n"]):
        now, then = employer[i] in (0, 1), before[i] in (0, 1)
        wanted = {(True, False): 1, (True, True): 2, (False, True): 3, (False, False): 0}[now, then]
        assert change[i] == (wanted if employer[i] != before[i] else 0)
    assert kept.tolist() == employer.tolist()
