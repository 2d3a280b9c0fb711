"""Kernels of work against plain Python, written again from their descriptions."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.draws import Luck
from simulation.kernels import coast, draws, farming, jobs, labour, training, wages

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


def released(w, it, share):
    """Run the kernel on copies; return employers and reasons."""
    employer, reason, since = it["employer"].copy(), np.zeros(w["n"], np.int8), it["since"].copy()
    jobs.release(
        it["status"],
        it["carer"],
        w["place"],
        w["uid"],
        it["reach"],
        it["coast_of"],
        np.array(share),
        KEY,
        200,
        employer,
        reason,
        since,
    )
    return employer, reason, since


@given(worlds, st.floats(0, 1))
def test_release(w, share):
    it = links(w)
    employer, reason, since = released(w, it, [share, share, 0.0])
    for i in range(w["n"]):
        old, here = it["employer"][i], w["place"][i]
        if it["status"][i] == 0 and here == 2:
            assert employer[i] == 2
            continue
        if old < 0:
            assert employer[i] == -1
            continue
        code = it["reach"][here, old]
        holds = it["status"][i] == 0 and code > 0 and not (it["carer"][i] and code == 1)
        holds = holds and unit(KEY, w["uid"][i]) >= share
        assert (employer[i] == old) == holds
        assert (reason[i] == 0) == holds
        assert since[i] == (it["since"][i] if holds else -1)


@given(worlds, st.floats(0, 1), st.floats(0, 1))
def test_raising_a_separation_share_only_adds_events(w, one, other):
    it = links(w)
    few, many = (released(w, it, [p, p, 0.0])[1] == jobs.ENDED for p in sorted((one, other)))
    assert not (few & ~many).any()


@given(worlds)
def test_count_links(w):
    it = links(w)
    jobless = np.full(w["n"], -1, np.int32)
    filled, employed = np.zeros(4, np.int32), np.zeros(w["h"], np.int16)
    jobs.count_links(it["status"], it["employer"], w["household"], 77, jobless, filled, employed)
    assert filled.tolist() == [*(int((it["employer"] == e).sum()) for e in range(3)), 0]
    assert employed.tolist() == [int(((w["household"] == h) & (it["employer"] >= 0)).sum()) for h in range(w["h"])]
    assert ((jobless == 77) == ((it["employer"] < 0) & (it["status"] == 0))).all()


@given(worlds, st.floats(0, 1))
def test_find_seekers(w, share):
    it, rng, n = links(w), w["rng"], w["n"]
    programme, last_farm = rng.integers(-1, 2, n).astype(np.int32), rng.integers(-1, 30, n).astype(np.int32)
    place, looks_out, village = (
        rng.integers(-1, 2, n).astype(np.int32),
        np.array([0, 1, 0, 1], np.int8),
        np.array([1, 0], np.int8),
    )
    rows = np.empty(n, np.int32)
    count = jobs.find_seekers(
        it["status"], it["employer"], programme, place, last_farm, w["uid"], looks_out, village, KEY, share, 30, rows
    )
    expected = []
    for i in range(n):
        if it["status"][i] == 0 and programme[i] < 0 and place[i] >= 0:
            now_and_then = unit(KEY, w["uid"][i]) < share
            if it["employer"][i] >= 0:
                looks = it["employer"][i] == 1 and now_and_then
            else:
                looks = now_and_then or not (place[i] == 0 and last_farm[i] > 18)
            expected += [i] if looks else []
    assert rows[:count].tolist() == expected


@given(worlds)
def test_own_earnings_are_drawn_for_new_links_alone(w):
    it, n = links(w), w["n"]
    before = np.where(w["rng"].random(n) < 0.5, it["employer"], -1).astype(np.int32)
    sigma, factor = np.array([0.0, 0.6, 0.0]), np.full(n, 9, np.float32)
    jobs.own_earnings(before, it["employer"], w["uid"], sigma, KEY, factor)
    for i in range(n):
        if it["employer"][i] == before[i]:
            assert factor[i] == 9
        elif it["employer"][i] == 1:
            assert math.isclose(factor[i], math.exp(0.6 * draws.normal(KEY, w["uid"][i]) - 0.18), rel_tol=1e-6)
        else:
            assert factor[i] == 1


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


@st.composite
def searches(draw):
    """Draw seekers at two places, four employers and whatever decides who meets whom."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    m, e = draw(st.integers(1, 30)), 4
    return {
        "m": m, "e": e, "rng": rng, "place": rng.integers(0, 2, m).astype(np.int32), "uid": rng.integers(1, 2**63, m).astype(np.uint64),
        "traits": np.stack([rng.integers(16, 60, m), *(rng.integers(0, top, m) for top in (2, 4, 2, 2))], 1).astype(np.int32),
        "rules": np.stack([rng.integers(16, 40, e), rng.integers(40, 60, e), rng.integers(0, 2, e), rng.integers(-1, 2, e),
                           rng.integers(0, 2, e), rng.integers(0, 2, e), rng.integers(0, 2, e)], 1).astype(np.int32),
        "luck": rng.random((m, 2)), "before": rng.integers(-1, e, m).astype(np.int32), "meet": rng.random(e) + 0.3,
        "start": np.array([0, 4, 6], np.int32), "near": np.array([2, 0, 3, 1, 3, 0], np.int32),
        "keys": rng.integers(1, 2**63, e).astype(np.uint64), "worth": rng.normal(7, 0.5, e), "sigma": np.array([0.0, 0.0, 0.5, 0.0]),
        "minutes": rng.integers(0, 60, (2, e)).astype(np.int16), "reservation": rng.normal(6.8, 0.5, m),
    }  # fmt: skip


def met(s):
    """Run the kernel `meetings`."""
    offset, choice = np.empty(s["m"] + 1, np.int32), np.empty(s["m"] * s["e"], np.int32)
    jobs.meetings(
        s["place"],
        s["uid"],
        s["traits"],
        s["luck"],
        s["before"],
        s["start"],
        s["near"],
        s["rules"],
        s["keys"],
        s["meet"],
        offset,
        choice,
    )
    return offset, choice


def lists(offset, choice):
    """Split compressed rows into lists."""
    return [choice[offset[i] : offset[i + 1]].tolist() for i in range(len(offset) - 1)]


def meets(s, i, one):
    """Say whether seeker i may be hired by an employer and hears of it."""
    age, sex, education, trained, carer = s["traits"][i]
    low, high, school, wanted, training_needed, takes_carers, market = s["rules"][one]
    fits = low <= age <= high and education >= school and wanted in (-1, sex) and trained >= training_needed
    return (
        fits
        and takes_carers >= carer
        and one != s["before"][i]
        and unit(s["keys"][one], s["uid"][i]) < s["meet"][one] * s["luck"][i, market]
    )


@given(searches())
def test_meetings(s):
    found = lists(*met(s))
    for i in range(s["m"]):
        near = s["near"][s["start"][s["place"][i]] : s["start"][s["place"][i] + 1]].tolist()
        assert found[i] == [one for one in near if meets(s, i, one)]


@given(searches())
def test_carers_never_meet_unsuited_posts(s):
    for i, found in enumerate(lists(*met(s))):
        assert all(s["rules"][one, 5] for one in found) or not s["traits"][i, 4]


@given(searches())
def test_ranking(s):
    offset, choice = met(s)
    before = lists(offset, choice)
    jobs.rank(
        s["place"], s["uid"], s["reservation"], s["minutes"], s["worth"], s["sigma"], s["keys"], KEY,
        np.array([0.006, 0.3]), np.empty(len(choice)), offset, choice,
    )  # fmt: skip
    from simulation.kernels.draws import fill_normals

    z = np.empty(s["m"])
    fill_normals(KEY, s["uid"], z)
    for i, found in enumerate(lists(offset, choice)):
        score = {}
        for one in before[i]:
            value = (
                s["worth"][one]
                + s["sigma"][one] * z[i]
                - s["sigma"][one] ** 2 / 2
                - 0.006 * s["minutes"][s["place"][i], one]
            )
            if value >= s["reservation"][i] - 1e-12:
                score[one] = value - 0.3 * math.log(-math.log(unit(s["keys"][one], s["uid"][i])))
        assert found == sorted(score, key=lambda one: -score[one])


def test_households_without_work_then_skill_come_first():
    uid = np.array([11, 12, 13, 14], np.uint64)
    offset, choice = np.arange(5, dtype=np.int32), np.zeros(4, np.int32)
    for first in (1, 0):
        priority = np.empty(4, np.uint64)
        skill, idle = np.array([1, 0, 2, 0], np.int8), np.array([0, 0, 1, 0], np.int8)
        jobs.priorities(
            uid, skill, idle, np.array([first], np.int8), np.array([9], np.uint64), offset, choice, priority
        )
        classes = (priority >> np.uint64(56)).tolist()
        assert classes == ([4, 3, 2, 3] if first else [1, 0, 2, 0])
        assert len(set(priority.tolist())) == 4


@given(st.integers(0, 40), st.integers(16, 59), st.booleans())
def test_reservation_falls_with_waiting_and_age_and_rises_with_care(waited, age, carer):
    def of(months, years, care):
        out = np.empty(1)
        jobs.reservations(
            np.array([years], np.int16), np.array([care], np.int8), np.array([100], np.int32), np.array([-1], np.int32),
            np.ones(1, np.float32), np.zeros(1), 100 + months, np.array([7.0, 0.05, 12, -0.6, 0.25, 0.2]), out,
        )  # fmt: skip
        return out[0]

    value = 7.0 - 0.05 * min(waited, 12) - (0.6 if age >= 50 else 0) + (0.25 if carer else 0)
    assert math.isclose(of(waited, age, int(carer)), value)
    assert of(waited + 1, age, int(carer)) <= of(waited, age, int(carer))


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
def test_hands_and_land_income(w):
    reach = w["rng"].integers(0, 3, w["h"]).astype(np.int8)
    hands, free = np.zeros(w["h"], np.int16), np.zeros(w["h"], np.int16)
    paid = w["rng"].integers(0, 2, w["n"]).astype(np.int8)
    farming.count_hands(
        w["alive"], w["age"], w["able"], paid, w["place"], w["household"], w["home"], reach, hands, free
    )
    use, land = w["rng"].integers(0, 3, w["h"]).astype(np.int8), (w["rng"].random(w["h"]) * 8).astype(np.float32)
    farm, rent = np.empty(w["h"], np.int32), np.empty(w["h"], np.int32)
    farming.land_income(use, land, hands, 2.0, 15000.0, 40000.0, farm, rent)
    for h in range(w["h"]):
        there = [
            i for i in range(w["n"])
            if w["household"][i] == h and w["alive"][i] and w["able"][i] and reach[h] and w["place"][i] == w["home"][h] and 16 <= w["age"][i] <= 74
        ]  # fmt: skip
        assert hands[h] == len(there) and free[h] == sum(not paid[i] for i in there)
        assert farm[h] == (math.floor(min(float(land[h]), 2.0 * len(there)) * 15000 + 0.5) if use[h] == 1 else 0)
        assert rent[h] == (math.floor(float(land[h]) * 40000 + 0.5) if use[h] == 2 else 0)


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
        completes = one >= 0 and over[i] and unit(KEY, w["uid"][i]) < (0.5, 1.0)[one]
        stays = one >= 0 and not over[i] and labourer[i] and w["place"][i] == site[one]
        assert trained[i] == completes and (programme[i] == one if stays else programme[i] == -1)
    assert count.sum() == (programme >= 0).sum() and done.sum() == trained.sum()


@given(worlds, st.floats(-4, 2))
def test_wishes(w, level):
    n, h = w["n"], w["h"]
    employer = w["rng"].integers(-1, 2, n).astype(np.int32)
    carer = w["rng"].integers(0, 2, n).astype(np.int8)
    pull, here, post = np.full(h, level), np.full(h, 6.0), np.array([7.5, 8.0])
    wish = np.full(n, 9, np.int8)
    coast.wish_to_go(w["able"], w["age"], w["sex"], carer, employer, w["household"], w["uid"], pull, here, post, KEY,
                     np.array([7.4, 1.0, -0.5, -3.0, -0.03, -1.5, 18, 55]), wish)  # fmt: skip
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
