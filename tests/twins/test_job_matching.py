"""The lazy round of jobs against a plain one that ranks everything first, and the laws of both ways to match."""

import math
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels.draws import mix
from simulation.kernels.job_matching import match_posts, take_first
from simulation.kernels.job_search import EDUCATION, PLACE, TRAINED
from tests.twins.searches import EMPLOYERS, lists, markets, meet, skill_of
from tests.twins.test_job_search import unit


def matched(s, **changed):
    """Run a round of deferred acceptance; return who got what."""
    s = {**s, **changed}
    offset, choice, _ = meet(s)
    match = np.empty(s["m"], np.int32)
    dislike = (1e4 / s["value"]) ** (1 / s["scale"])
    match_posts(
        s["traits"], s["uid"], s["working"], s["z"], offset, choice, s["vacancies"], s["idle_first"], dislike, s["sigma"],
        s["scale"], s["taste"], s["lot"], s["employer_uid"], match,
    )  # fmt: skip
    return match


def first_come(s, **changed):
    """Run a round of first offers; return who got what."""
    s = {**s, **changed}
    offset, choice, _ = meet(s)
    match, turn = np.empty(s["m"], np.int32), [unit(s["lot"][0], uid) for uid in s["uid"]]
    take_first(
        np.lexsort((s["uid"], turn)), s["uid"], offset, choice, s["vacancies"], s["taste"], s["employer_uid"], match
    )
    return match


def tastes(s, i, found):
    """Rank employers by pay net of the way and a Gumbel taste, best first."""
    place = s["traits"][i, PLACE]

    def score(one):
        sigma = s["sigma"][one]
        worth = math.log(s["value"][place, one]) + sigma * s["z"][i] - sigma**2 / 2
        return worth - s["scale"] * math.log(-math.log(unit(s["taste"][one], s["uid"][i])))

    return sorted(found, key=score, reverse=True)


def rank(s, one, i):
    """How an employer ranks a seeker: lower is better."""
    behind = bool(s["idle_first"][one]) and s["working"][i] > 0
    lot = int(mix(s["lot"][one] ^ s["uid"][i])) >> 8
    return behind, skill_of(*s["traits"][i, [EDUCATION, TRAINED]]), lot, int(s["uid"][i])


def plain_round(s, found):
    """Gale and Shapley by the book, everybody proposing at once."""
    wish = [tastes(s, i, one) for i, one in enumerate(found)]
    held = {one: [] for one in range(EMPLOYERS)}
    free = list(range(s["m"]))
    while free:
        asking = [i for i in free if wish[i]]
        free = []
        for i in asking:
            held[wish[i].pop(0)].append(i)
        for one, people in held.items():
            room = s["vacancies"][one]
            people.sort(key=lambda i: rank(s, one, i))
            if room >= 0:
                free += people[room:]
                del people[room:]
    return [next((one for one, people in held.items() if i in people), -1) for i in range(s["m"])]


@given(markets())
def test_the_lazy_round_is_the_plain_one(s):
    assert matched(s).tolist() == plain_round(s, lists(*meet(s)[:2]))


@given(markets(), st.randoms())
def test_nothing_hangs_on_the_order_of_seekers_or_of_their_lists(s, random):
    order = list(range(s["m"]))
    random.shuffle(order)
    mixed = {key: s[key][order] for key in ("traits", "uid", "working", "z", "least", "luck", "barred")}
    reverse = {"near": np.concatenate([s["near"][:6][::-1], s["near"][6:][::-1]])}
    for way in (matched, first_come):
        assert way(s)[order].tolist() == way(s, **mixed).tolist() == way(s, **mixed, **reverse).tolist()


@given(markets())
def test_first_come_by_the_book(s):
    left, expected = s["vacancies"].tolist(), [-1] * s["m"]
    found = lists(*meet(s)[:2])
    for i in sorted(range(s["m"]), key=lambda i: unit(s["lot"][0], s["uid"][i])):
        for one in sorted(found[i], key=lambda one: int(mix(s["taste"][one] ^ s["uid"][i]))):
            if left[one] != 0:
                left[one] -= left[one] > 0
                expected[i] = one
                break
    assert first_come(s).tolist() == expected


@given(markets())
def test_nobody_beyond_posts_and_nobody_outside_what_he_met(s):
    found = lists(*meet(s)[:2])
    for way in (matched, first_come):
        match = way(s)
        hired = Counter(match.tolist())
        assert all(hired[one] <= room for one, room in enumerate(s["vacancies"]) if room >= 0)
        assert all(match[i] in found[i] for i in range(s["m"]) if match[i] >= 0)
        for i in range(s["m"]):
            if match[i] < 0:
                assert all(hired[one] == s["vacancies"][one] for one in found[i]), "a free post that he would take"


@given(markets(), st.integers(0, EMPLOYERS - 1), st.integers(1, 5))
def test_more_posts_at_one_employer_never_lower_employment_and_leave_no_seeker_worse_off(s, one, more):
    """Tastes, meetings and pay are held fixed."""
    raised = s["vacancies"].copy()
    raised[one] += more if raised[one] >= 0 else 0
    found = lists(*meet(s)[:2])
    before, after = matched(s), matched(s, vacancies=raised)
    assert (after >= 0).sum() >= (before >= 0).sum()
    for i in range(s["m"]):
        liked = [*tastes(s, i, found[i]), -1]
        assert liked.index(after[i]) <= liked.index(before[i])
    assert (first_come(s, vacancies=raised) >= 0).sum() >= (first_come(s) >= 0).sum()


@given(markets(), st.integers(0, EMPLOYERS - 1))
def test_an_employer_without_posts_changes_nothing(s, one):
    shut = s["vacancies"].copy()
    shut[one] = 0
    gone = np.array([at for at in s["near"] if at != one], np.int32)
    start = np.array([0, 5, 5 + sum(at != one for at in s["near"][6:])], np.int32)
    for way in (matched, first_come):
        assert way(s, vacancies=shut).tolist() == way(s, near=gone, start=start).tolist()


def test_a_taste_is_worth_what_the_logit_says():
    """With two offers worth 1 : 2 and scale 1, two in three take the better."""
    n = 20_000
    uid = np.arange(1, n + 1, dtype=np.uint64)
    offset, choice = np.arange(0, 2 * n + 1, 2, dtype=np.int32), np.tile(np.array([0, 1], np.int32), n)
    match, nothing = np.empty(n, np.int32), np.zeros(2)
    match_posts(
        np.zeros((n, 8), np.int32), uid, np.zeros(n, np.int16), np.zeros(n), offset, choice, np.full(2, -1, np.int32),
        np.zeros(2, np.int8), np.array([[2.0, 1.0]]), nothing, 1.0, np.array([5, 6], np.uint64), np.array([7, 8], np.uint64),
        np.array([1, 2], np.uint64), match,
    )  # fmt: skip
    assert abs((match == 1).mean() - 2 / 3) < 0.01
