"""Seats, posts and homes: deferred acceptance against `matching`, and stability of large truthful markets by a checker of its own."""

from itertools import pairwise

import numpy as np
import pytest
from matching.games import HospitalResident

from simulation.kernels.draws import unit
from simulation.kernels.homes import offer_homes
from simulation.kernels.job_matching import match_posts, priority_of
from simulation.kernels.job_search import EDUCATION, PLACE, TRAINED
from simulation.kernels.matching import deferred_acceptance
from tests.referees.finding import Finding, package

SIZES = (300,) * 6 + (60,) * 24 + (12,) * 170
"""Pupils of the 200 markets: the referee takes half a second for 300, so most are small."""


def market(rng, pupils, schools):
    """Draw a market: lists of schools best first, the rank of each pupil at each school, seats (-1 no limit)."""
    lists = [rng.permutation(schools)[: rng.integers(1, schools + 1)] for _ in range(pupils)]
    rank = np.argsort(rng.random((schools, pupils)), axis=1)
    seats = rng.integers(1, 2 * pupils // schools + 2, schools)
    seats[rng.random(schools) < 0.05] = -1
    return lists, rank, seats


def ours(lists, rank, seats):
    """Match by the kernel."""
    offset = np.cumsum([0, *map(len, lists)]).astype(np.int32)
    choice = np.concatenate(lists).astype(np.int32)
    pupil = np.repeat(np.arange(len(lists)), np.diff(offset))
    match = np.empty(len(lists), np.int32)
    deferred_acceptance(offset, choice, rank[choice, pupil].astype(np.uint64), seats.astype(np.int32), match)
    return match


def theirs(lists, rank, seats):
    """Match by the referee; a school without applicants may not enter its game."""
    pupils = {f"p{row}": [f"s{one}" for one in chosen] for row, chosen in enumerate(lists) if len(chosen)}
    wanted = {one: [] for chosen in pupils.values() for one in chosen}
    for row, chosen in enumerate(lists):
        for one in chosen:
            wanted[f"s{one}"].append(row)
    schools = {
        one: [f"p{row}" for row in sorted(rows, key=rank[int(one[1:])].__getitem__)] for one, rows in wanted.items()
    }
    room = {one: int(seats[int(one[1:])]) if seats[int(one[1:])] >= 0 else len(lists) for one in schools}
    game = HospitalResident.create_from_dictionaries(pupils, schools, room)
    match = np.full(len(lists), -1)
    for school, held in game.solve(optimal="resident").items():
        match[[int(pupil.name[1:]) for pupil in held]] = int(school.name[1:])
    return match


def compare_deferred_acceptance():
    rng = np.random.default_rng(1962)
    markets = [market(rng, pupils, int(rng.integers(1, max(pupils // 6, 3)))) for pupils in SIZES]
    elsewhere = [int((ours(*one) != theirs(*one)).sum()) for one in markets]
    return Finding("deferred acceptance", package("matching"), len(markets), max(elsewhere), "pupils elsewhere", 0)


def posts_market(rng, seekers, employers):
    """Draw a market for posts, tastes and lots by key: what `match_posts` is given, in its order, without `match`."""
    traits = np.zeros((seekers, 8), np.int64)
    for column, top in ((PLACE, 3), (EDUCATION, 4), (TRAINED, 2)):
        traits[:, column] = rng.integers(0, top, seekers)
    lists = [rng.permutation(employers)[: rng.integers(1, employers + 1)] for _ in range(seekers)]
    uid, key = (
        rng.integers(1, 2**62, seekers).astype(np.uint64),
        rng.integers(1, 2**62, (3, employers)).astype(np.uint64),
    )
    offset = np.cumsum([0, *map(len, lists)]).astype(np.int32)
    vacancies = rng.integers(0, seekers // employers + 2, employers).astype(np.int32)
    idle_first = rng.integers(0, 2, employers).astype(np.int8)
    dislike, sigma = np.exp(rng.normal(0, 1, (3, employers))), np.where(rng.random(employers) < 0.2, 0.3, 0.0)
    return (
        traits, uid, rng.integers(0, 2, seekers).astype(np.int16), rng.normal(size=seekers), offset,
        np.concatenate(lists).astype(np.int32), vacancies, idle_first, dislike, sigma, 0.5, *key,
    )  # fmt: skip


def posts_on_paper(it):
    """Turn a market for posts into lists, ranks and seats: the least -log(u) times dislike is liked best."""
    traits, uid, working, z, offset, choice, vacancies, idle_first, dislike, sigma, scale, taste, lot, _ = it
    own = np.exp(-sigma[None] * (z[:, None] - 0.5 * sigma[None]) / scale)
    tasted = np.array([[-np.log(unit(key, one)) for key in taste] for one in uid])
    score = tasted * dislike[traits[:, PLACE]] * own
    lists = [
        sorted(choice[first:last].tolist(), key=score[row].__getitem__)
        for row, (first, last) in enumerate(pairwise(offset))
    ]
    skill = np.where(traits[:, TRAINED] != 0, 0, 2 - np.minimum(traits[:, EDUCATION], 2))
    rank = np.array(
        [
            [int(priority_of(skill[row], working[row], idle_first[one], lot[one], uid[row])) for row in range(len(uid))]
            for one in range(len(vacancies))
        ]
    )
    return lists, rank, vacancies


def compare_job_round():
    rng = np.random.default_rng(1985)
    elsewhere = []
    for seekers in (200,) * 2 + (20,) * 58:
        it = posts_market(rng, seekers, int(rng.integers(1, max(seekers // 6, 3))))
        lists, rank, vacancies = posts_on_paper(it)
        match = np.empty(seekers, np.int32)
        match_posts(*it, match)
        # A game has no place for employers without an open post; nobody can be there.
        theirs_too = theirs([[one for one in chosen if vacancies[one] > 0] for chosen in lists], rank, vacancies)
        elsewhere.append(int((match != theirs_too).sum()))
    return Finding("round of job search", package("matching"), len(elsewhere), max(elsewhere), "seekers elsewhere", 0)


def homes_wanted(members, most, larger, crowding):
    """List the homes that a household may have: the smallest that fits and the next larger, then the least crowded."""
    big = [one for one in np.argsort(most, kind="stable") if most[one] >= members]
    small = [one for one in np.argsort(-most, kind="stable") if 0 < members - most[one] <= crowding]
    return big[: larger + 1] + small


def compare_homes():
    rng = np.random.default_rng(1998)
    elsewhere = []
    for households in (150,) * 5 + (15,) * 75:
        sizes, larger, crowding = int(rng.integers(1, 6)), int(rng.integers(0, 3)), int(rng.integers(0, 3))
        most = rng.choice(np.arange(1, 9), sizes, replace=False)
        free = rng.integers(1, 2 * households // sizes + 2, sizes)
        members, queue = rng.integers(1, 10, households), rng.permutation(households)
        dwelling = np.full(households, -7, np.int32)
        offer_homes(
            queue, np.zeros(households, np.int32), members.astype(np.int16), np.array([0, sizes]), np.argsort(most),
            most.astype(np.int16), larger, crowding, free.copy(), dwelling,
        )  # fmt: skip
        lists = [homes_wanted(one, most, larger, crowding) for one in members]
        alike = np.tile(np.argsort(queue), (sizes, 1))
        elsewhere.append(int((dwelling != theirs(lists, alike, free)).sum()))
    return Finding(
        "homes offered down a queue", package("matching"), len(elsewhere), max(elsewhere), "households elsewhere", 0
    )


def blocking_pairs(offset, choice, priority, seats, match):
    """Count pupils who would rather be where there is a free seat or somebody whom the school ranks below them."""
    pupil = np.repeat(np.arange(len(match)), np.diff(offset))
    own = choice == match[pupil]
    worst = np.full(len(seats), -1.0)
    np.maximum.at(worst, choice[own], priority[own])
    free = (seats < 0) | (np.bincount(choice[own], minlength=len(seats)) < seats)
    place = np.arange(len(choice)) - offset[pupil]
    got = np.full(len(match), len(choice))
    got[pupil[own]] = place[own]
    return int(((place < got[pupil]) & (free[choice] | (priority < worst[choice]))).sum())


def truthful_market(rng, pupils, schools):
    """Pupils of a plane rank the schools within reach by the way and a taste; schools take their catchment, then by lot."""
    home, site = rng.random((pupils, 2)), rng.random((schools, 2))
    way = np.hypot(*(home.T[:, :, None] - site.T[:, None]))
    reach = min(schools, 12)
    near = np.argsort(way, axis=1)[:, :reach]
    liking = rng.gumbel(size=(pupils, reach)) - 8.0 * np.take_along_axis(way, near, 1)
    choice = np.take_along_axis(near, np.argsort(-liking, axis=1), 1).ravel()
    outside = (choice != np.repeat(near[:, 0], reach)).astype(np.uint64)
    lot = np.argsort(rng.random(pupils * reach)).astype(np.uint64)
    seats = rng.multinomial(int(pupils * 0.95), np.full(schools, 1 / schools))
    offset = np.arange(pupils + 1, dtype=np.int32) * reach
    return offset.astype(np.int32), choice.astype(np.int32), outside * np.uint64(1 << 40) + lot, seats.astype(np.int32)


def compare_large_markets():
    rng = np.random.default_rng(2003)
    sizes = (200, 2_000, 20_000)
    pairs = 0
    for pupils in sizes:
        one = truthful_market(rng, pupils, max(pupils // 100, 12))
        match = np.empty(pupils, np.int32)
        deferred_acceptance(*one, match)
        pairs = max(pairs, blocking_pairs(one[0], one[1], one[2].astype(float), one[3], match))
    return Finding("deferred acceptance, up to 20,000 pupils", "definition", len(sizes), pairs, "blocking pairs", 0)


@pytest.mark.parametrize(
    "compare", [compare_deferred_acceptance, compare_homes, compare_job_round, compare_large_markets]
)
def test_seats_posts_and_homes(compare):
    found = compare()
    print(found)
    assert found.holds


def test_the_checker_finds_envy():
    rng = np.random.default_rng(7)
    offset, choice, priority, seats = truthful_market(rng, 500, 20)
    match = np.empty(500, np.int32)
    deferred_acceptance(offset, choice, priority, seats, match)
    placed = np.flatnonzero(match >= 0)
    match[placed[0]] = -1  # a seat stands empty that somebody wants
    assert blocking_pairs(offset, choice, priority.astype(float), seats, match) > 0
