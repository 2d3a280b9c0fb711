"""Kernels of the search for jobs against plain Python, written again from their descriptions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.draws import Luck
from simulation.kernels import job_search as search
from simulation.kernels.draws import fill_units
from tests.twins.searches import EMPLOYERS, PLACES, lists, markets, meet, rules_of

KEY = Luck(3, 0).key("twin.search", 5)


def unit(key, uid):
    """Draw as the door to luck does, one by one."""
    out = np.empty(1)
    fill_units(np.uint64(key), np.array([uid], np.uint64), out)
    return float(out[0])


def fits(person, rule):
    """Say whether an age, sex, education, training and care fit a window."""
    age, sex, education, trained, carer = person
    low, high, school, wanted, training, carers = rule[:6]
    hours = carers or not carer
    return low <= age <= high and education >= school and wanted in (-1, sex) and (trained or not training) and hours


def own(sigma, z):
    return math.exp(sigma * z - sigma * sigma / 2)


def near_of(s, i):
    place = s["traits"][i, search.PLACE]
    return s["near"][s["start"][place] : s["start"][place + 1]].tolist()


@given(markets())
def test_meetings(s):
    offset, choice, counts = meet(s)
    found, expected = lists(offset, choice), np.zeros((5, EMPLOYERS), int)
    for i, mine in enumerate(s["traits"].tolist()):
        place, before, origin = mine[search.PLACE], mine[search.BEFORE], mine[search.ORIGIN]
        wanted = []
        for one in near_of(s, i):
            if one in (before, s["barred"][i]) or not fits(mine[:5], s["rules"][one]):
                continue
            worth = s["value"][place, one] * own(s["sigma"][one], s["z"][i])
            chance = s["rate"][place, one] * s["luck"][i, s["rules"][one, search.ON_MARKET]] * s["kin"][origin, one]
            accepts = worth >= s["least"][i]
            meets = accepts and unit(s["meet"][one], s["uid"][i]) < chance
            expected[2:, one] += [1, accepts, meets]
            wanted += [one] if meets else []
        assert found[i] == wanted
    assert counts.tolist() == expected.tolist()


@given(markets())
def test_carers_never_meet_posts_whose_hours_do_not_suit_them(s):
    offset, choice, _ = meet(s)
    for i, found in enumerate(lists(offset, choice)):
        assert all(s["rules"][one, search.TAKES_CARERS] for one in found) or not s["traits"][i, search.CARER]


@given(markets(), st.floats(1.0, 3.0))
def test_better_luck_or_more_kin_only_add_meetings(s, factor):
    few = [set(one) for one in lists(*meet(s)[:2])]
    luckier = [set(one) for one in lists(*meet({**s, "luck": s["luck"] * factor})[:2])]
    known = [set(one) for one in lists(*meet({**s, "kin": s["kin"] * factor})[:2])]
    assert all(a <= b and a <= c for a, b, c in zip(few, luckier, known, strict=True))


def crowd(n, seed):
    """Draw people, employed or not, for what is counted over all of them."""
    rng = np.random.default_rng(seed)
    columns = {
        name: rng.integers(0, top, n).astype(np.int8) for name, top in (("sex", 2), ("education", 4), ("trained", 2))
    }
    return {
        **columns, "n": n, "rng": rng, "uid": rng.integers(1, 2**63, n).astype(np.uint64),
        "status": rng.integers(0, 2, n).astype(np.int8), "age": rng.integers(16, 60, n).astype(np.int16),
        "carer": (rng.random(n) < 0.3).astype(np.int8), "place": rng.integers(-1, PLACES, n).astype(np.int32),
        "employer": rng.integers(-1, EMPLOYERS, n).astype(np.int32), "leaves": (rng.random(n) < 0.3).astype(np.int8),
        "household": rng.integers(0, 9, n).astype(np.int32), "origin": rng.integers(0, PLACES, 9).astype(np.int32),
        "moved": rng.integers(-1, 2, 9).astype(np.int32), "jobless": rng.integers(-1, 60, n).astype(np.int32),
    }  # fmt: skip


crowds = st.builds(crowd, st.integers(1, 60), st.integers(0, 10_000))


@given(crowds, st.floats(0, 1))
def test_find_seekers(w, share):
    n, rng = w["n"], w["rng"]
    programme, last_farm = rng.integers(-1, 2, n).astype(np.int32), rng.integers(-1, 30, n).astype(np.int32)
    shares = np.array([0.0, share, 0.5, 0.0, 1.0, 0.1, share])
    rows = np.empty(n, np.int32)
    count = search.find_seekers(
        w["status"], w["employer"], w["leaves"], programme, w["place"], last_farm, w["uid"], shares,
        np.array([1, 0], np.int8), KEY, 30, rows,
    )  # fmt: skip
    expected = []
    for i in range(n):
        link = w["employer"][i] if not w["leaves"][i] else -1
        farms = w["place"][i] == 0 and last_farm[i] > 18
        sure = link < 0 and not farms
        ready = w["status"][i] == 0 and programme[i] < 0 and w["place"][i] >= 0
        expected += [i] if ready and (sure or unit(KEY, w["uid"][i]) < shares[link]) else []
    assert rows[:count].tolist() == expected


@given(crowds)
def test_take_stock(w):
    working, staff = np.zeros(9, np.int16), np.zeros((PLACES, EMPLOYERS), np.int32)
    search.take_stock(w["employer"], w["leaves"], w["household"], w["origin"], working, staff)
    stay = [i for i in range(w["n"]) if w["employer"][i] >= 0 and not w["leaves"][i]]
    assert working.tolist() == [sum(w["household"][i] == h for i in stay) for h in range(9)]
    for place in range(PLACES):
        from_there = [w["employer"][i] for i in stay if w["origin"][w["household"][i]] == place]
        assert staff[place].tolist() == [from_there.count(one) for one in range(EMPLOYERS)]


@given(crowds)
def test_profile(w):
    rows = np.arange(w["n"], dtype=np.int32)[::-1].copy()
    traits, luck = np.empty((w["n"], 8), np.int32), np.empty((w["n"], 2))
    search.profile(
        rows, w["age"], w["sex"], w["education"], w["trained"], w["carer"], w["place"], w["employer"], w["household"],
        w["origin"], w["moved"], np.array([0.5, 0.6, 1.25]), np.array([0.4, 0.7, 1.0]), 2, traits, luck,
    )  # fmt: skip
    for i, row in enumerate(rows):
        mine = [int(w[name][row]) for name in ("age", "sex", "education", "trained", "carer")]
        rest = [w["place"][row], w["employer"][row], w["origin"][w["household"][row]]]
        assert traits[i].tolist() == [*mine, *rest]
        here = (0.5 if mine[0] >= 50 else 1) * (0.6 if mine[4] else 1) * (1.25 if mine[3] else 1)
        home, since = w["household"][row], 2 - w["moved"][w["household"][row]]
        new = w["moved"][home] >= 0 and w["place"][row] != w["origin"][home]
        market = here * ([0.4, 0.7, 1.0][min(since, 2)] if new else 1)
        assert luck[i].tolist() == pytest.approx([here, market])


@given(crowds, st.integers(0, 70))
def test_least_accepted(w, month):
    n, rng = w["n"], w["rng"]
    place = np.maximum(w["place"], 0)
    rows, traits = np.arange(n, dtype=np.int32), np.zeros((n, 8), np.int32)
    traits[:, search.PLACE], traits[:, search.BEFORE] = place, w["employer"]
    factor, flair = rng.random(n).astype(np.float32), rng.normal(size=n).astype(np.float32)
    value, wages = rng.random((PLACES, EMPLOYERS)) * 3000, rng.random(n) * 2000
    falls, least, z = np.array([1.0, 0.9, 0.8]), np.empty(n), np.empty(n)
    search.least_accepted(
        rows, traits, w["leaves"], w["jobless"], factor, flair, value, wages, falls, 1.2, month, least, z
    )
    for i in range(n):
        if w["employer"][i] >= 0 and not w["leaves"][i]:
            expected = value[place[i], w["employer"][i]] * float(factor[i]) * 1.2
        else:
            waited = max(month - w["jobless"][i], 0) if w["jobless"][i] >= 0 else 0
            expected = wages[i] * falls[min(waited, 2)]
        assert math.isclose(least[i], expected)
        assert z[i] == flair[i]


@given(st.integers(0, 10_000), st.floats(0.05, 2.0))
def test_values_of_posts(seed, scale):
    rng = np.random.default_rng(seed)
    pay, months, kept = rng.integers(1, 900_000, 5).astype(float), rng.random(5) * 12, rng.random(5)
    minutes = rng.integers(-1, 60, (3, 5)).astype(np.int16)
    value, dislike = np.empty((3, 5)), np.empty((3, 5))
    search.values_of_posts(pay, months, kept, minutes, 0.006, scale, 1e4, value, dislike)
    for place in range(3):
        for one in range(5):
            way = minutes[place, one]
            worth = max(pay[one] / 100 * months[one] / 12 * kept[one], 0.01) * math.exp(-0.006 * way)
            assert math.isclose(value[place, one], worth if way >= 0 else 0.0, rel_tol=1e-9)
            log = math.log(1e4 / worth) / scale
            assert math.isclose(dislike[place, one], math.exp(min(log, 700)) if way >= 0 else 0.0, rel_tol=1e-6)


@given(crowds)
def test_counts_of_who_might_have_come(w):
    rng = w["rng"]
    rules = rules_of(rng)
    rules[2, search.LIMITED] = 0
    only_at = rng.integers(-1, PLACES, EMPLOYERS).astype(np.int32)
    vacancies = np.array([3, 0, -1, 1, 5, 9], np.int32)
    reach = rng.integers(0, 2, (PLACES, EMPLOYERS)).astype(np.int8)
    barred = rng.integers(-1, EMPLOYERS, w["n"]).astype(np.int32)
    groups, counts = np.zeros((PLACES, search.GROUPS, search.AGES), np.int32), np.zeros((5, EMPLOYERS), np.int32)
    counts[search.SEARCHING] = 7
    search.count_labourers(
        w["status"], w["age"], w["sex"], w["education"], w["trained"], w["carer"], w["place"], w["employer"], barred,
        rules, only_at, reach, groups, counts,
    )  # fmt: skip
    search.count_eligible(groups, rules, only_at, vacancies, reach, counts)
    for one in range(EMPLOYERS):
        others = [
            i for i in range(w["n"])
            if w["status"][i] == 0 and w["place"][i] >= 0 and one not in (w["employer"][i], barred[i])
            and only_at[one] in (-1, w["place"][i])
            and fits([w[name][i] for name in ("age", "sex", "education", "trained", "carer")], rules[one])
        ]  # fmt: skip
        near = sum(int(reach[w["place"][i], one]) for i in others)
        expected = [len(others), near, 7] if vacancies[one] > 0 else [0, 0, 0]
        assert counts[:3, one].tolist() == expected


@given(markets())
def test_expected_meetings(s):
    unknown, expected = s["rng"].integers(0, 2, EMPLOYERS).astype(np.int8), np.zeros(EMPLOYERS, np.int64)
    search.expected_meetings(s["traits"], s["luck"], s["start"], s["near"], s["rules"], s["rate"], unknown, expected)
    found = np.zeros(EMPLOYERS)
    for i, mine in enumerate(s["traits"].tolist()):
        for one in near_of(s, i):
            if unknown[one] and one != mine[search.BEFORE] and fits(mine[:5], s["rules"][one]):
                luck = s["luck"][i, s["rules"][one, search.ON_MARKET]]
                found[one] += min(s["rate"][mine[search.PLACE], one] * luck, 1.0)
    assert expected / search.PARTS == pytest.approx(found, abs=1e-3)
