"""Plain-Python twins of the kernels of homes, and laws of who gets which."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels import homes as kernels
from simulation.kernels.matching import deferred_acceptance


@st.composite
def rounds(draw: st.DrawFn) -> dict:
    """Up to 12 households at two sites, in a queue; up to 4 sizes of homes at each."""
    site = draw(st.lists(st.integers(0, 1), min_size=1, max_size=12))
    n = len(site)
    sizes = [sorted(draw(st.lists(st.integers(1, 9), max_size=4, unique=True))) for _ in range(2)]
    rows = draw(st.permutations([(at, size) for at in range(2) for size in sizes[at]]))
    stock = draw(st.lists(st.integers(0, 4), min_size=len(rows), max_size=len(rows)))
    return {
        "queue": np.array(draw(st.permutations(range(n))), np.intp),
        "site": np.array(site, np.int32),
        "members": np.array(draw(st.lists(st.integers(1, 10), min_size=n, max_size=n)), np.int16),
        "place": np.array([at for at, _ in rows], np.int32),
        "most": np.array([size for _, size in rows], np.int16),
        "stock": np.array(stock, np.int64),
        "larger": draw(st.integers(0, 3)),
        "crowding": draw(st.integers(0, 2)),
    }


def housed(r: dict, **others) -> np.ndarray:
    """The home of each household after one round."""
    r = {**r, **others}
    by_size = np.lexsort((r["most"], r["place"]))
    start = np.searchsorted(r["place"][by_size], np.arange(3))
    free, dwelling = r["stock"].copy(), np.full(len(r["site"]), -1, np.int32)
    kernels.offer_homes(
        r["queue"], r["site"], r["members"], start, by_size, r["most"], r["larger"], r["crowding"], free, dwelling
    )
    assert (free == r["stock"] - np.bincount(dwelling[dwelling >= 0], minlength=len(free))).all()
    assert (free >= 0).all()
    return dwelling


def wanted(r: dict, household: int) -> list[int]:
    """The homes that a household may have, the one it likes best first."""
    here = sorted((row for row in range(len(r["most"])) if r["place"][row] == r["site"][household]), key=r["most"].item)
    members = r["members"][household]
    fits = [row for row in here if r["most"][row] >= members]
    tight = [row for row in reversed(here) if 0 < members - r["most"][row] <= r["crowding"]]
    return fits[: r["larger"] + 1] + tight


@given(rounds())
def test_everybody_takes_the_best_that_those_before_leave(r: dict) -> None:
    free = r["stock"].tolist()
    twin = [-1] * len(r["site"])
    for household in r["queue"].tolist():
        twin[household] = next((home for home in wanted(r, household) if free[home] > 0), -1)
        if twin[household] >= 0:
            free[twin[household]] -= 1
    assert housed(r).tolist() == twin


@given(rounds())
def test_it_is_deferred_acceptance_with_one_ranking_for_all_homes(r: dict) -> None:
    lists = [wanted(r, household) for household in range(len(r["site"]))]
    rank = np.argsort(r["queue"])
    offset = np.cumsum([0, *map(len, lists)]).astype(np.int32)
    choice = np.array([home for one in lists for home in one], np.int32)
    priority = np.array([rank[at] for at, one in enumerate(lists) for _ in one], np.uint64)
    match = np.empty(len(lists), np.int32)
    deferred_acceptance(offset, choice, priority, r["stock"].astype(np.int32), match)
    assert housed(r).tolist() == match.tolist()


@given(rounds())
def test_no_pair_blocks(r: dict) -> None:
    """Nothing free is wanted, and nobody later in the queue holds what an earlier one wanted."""
    dwelling = housed(r)
    held = np.bincount(dwelling[dwelling >= 0], minlength=len(r["stock"]))
    for place, household in enumerate(r["queue"].tolist()):
        mine = wanted(r, household)
        better = mine[: mine.index(dwelling[household])] if dwelling[household] >= 0 else mine
        for home in better:
            assert held[home] == r["stock"][home]
            assert home not in dwelling[r["queue"][place + 1 :]]


@given(rounds(), st.data())
def test_one_more_home_never_harms_anybody(r: dict, data: st.DataObject) -> None:
    if not len(r["stock"]):
        return
    more = r["stock"].copy()
    more[data.draw(st.integers(0, len(more) - 1))] += 1
    before, after = housed(r), housed(r, stock=more)
    for household in range(len(before)):
        mine = [*wanted(r, household), -1]
        assert mine.index(after[household]) <= mine.index(before[household])


@given(rounds(), st.randoms())
def test_the_order_of_rows_changes_nothing(r: dict, random) -> None:
    homes = list(range(len(r["stock"])))
    random.shuffle(homes)
    moved = housed(r, **{name: r[name][homes] for name in ("place", "most", "stock")})
    assert [homes[one] if one >= 0 else -1 for one in moved] == housed(r).tolist()
    people = list(range(len(r["site"])))
    random.shuffle(people)
    queue = np.argsort(people)[r["queue"]]
    moved = housed(r, queue=queue, site=r["site"][people], members=r["members"][people])
    assert moved.tolist() == housed(r)[people].tolist()


persons = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1), st.integers(0, 99)), min_size=1, max_size=20)


@given(persons, st.integers(60, 90))
def test_elders_are_living_members_of_that_age(people: list, age: int) -> None:
    household, alive, years = (np.array(one) for one in zip(*people, strict=True))
    elders = np.zeros(5, np.bool_)
    kernels.mark_elders(household.astype(np.int32), alive.astype(np.int8), years.astype(np.int16), age, elders)
    assert elders.tolist() == [any(h == row and a and y >= age for h, a, y in people) for row in range(5)]


@given(st.lists(st.tuples(st.integers(-1, 3), st.booleans()), min_size=1, max_size=12))
def test_homes_given_back_are_free_again(households: list) -> None:
    dwelling = np.array([home for home, _ in households], np.int32)
    place = np.array([0, 1, 1, 0], np.int32)
    held = dwelling[dwelling >= 0]
    occupied = np.bincount(held, minlength=4).astype(np.int32)
    by_place = np.bincount(place[held], minlength=2).astype(np.int32)
    rows = np.array([at for at, (home, leaves) in enumerate(households) if leaves and home >= 0], np.intp)
    kernels.give_back(rows, place, dwelling, occupied, by_place)
    stays = [home for home, leaves in households if home >= 0 and not leaves]
    assert dwelling.tolist() == [-1 if leaves else home for home, leaves in households]
    assert occupied.tolist() == [stays.count(home) for home in range(4)]
    assert by_place.tolist() == [sum(place[home] == at for home in stays) for at in range(2)]
