"""What the theory of stable matching promises of deferred acceptance, on markets small enough to try everything.

Gale and Shapley (1962), Dubins and Freedman (1981), Roth (1984, 1986), Balinski and Sonmez (1999).
"""

from itertools import chain, permutations, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.twins.test_matching import blocking, matched, place_in_list


@st.composite
def small_markets(draw, people=4, facilities=3):
    """Draw lists, ranks (distinct) and capacities: every pair has a rank, listed or not."""
    n, schools = draw(st.integers(1, people)), draw(st.integers(1, facilities))
    lists = [list(draw(st.permutations(range(schools))))[: draw(st.integers(0, schools))] for _ in range(n)]
    rank = np.array(draw(st.permutations(range(n * schools)))).reshape(n, schools)
    return lists, rank, draw(st.lists(st.integers(-1, 2), min_size=schools, max_size=schools))


def reports(facilities):
    """Every list that one person could hand in: each choice of facilities in each order."""
    return chain.from_iterable(permutations(range(facilities), length) for length in range(facilities + 1))


def stable_matchings(lists, rank, capacity):
    """Find all stable matchings by trying every assignment."""
    for match in product(*[[-1, *chosen] for chosen in lists]):
        fits = all(room < 0 or match.count(one) <= room for one, room in enumerate(capacity))
        if fits and blocking(lists, rank, capacity, match) == 0:
            yield match


@given(small_markets(people=6, facilities=4), st.data())
def test_nobody_gains_by_misreporting(market, data):
    lists, rank, capacity = market
    liar = data.draw(st.integers(0, len(lists) - 1))
    honest = place_in_list(lists[liar], matched(*market)[liar])
    for report in reports(len(capacity)):
        told = [*lists[:liar], list(report), *lists[liar + 1 :]]
        assert place_in_list(lists[liar], matched(told, rank, capacity)[liar]) >= honest


@given(small_markets())
def test_the_matching_is_stable_and_no_stable_one_is_better_for_anybody(market):
    lists = market[0]
    ours, stable = matched(*market).tolist(), list(stable_matchings(*market))
    assert tuple(ours) in stable
    for other in stable:
        for chosen, mine, theirs in zip(lists, ours, other, strict=True):
            assert place_in_list(chosen, mine) <= place_in_list(chosen, theirs)


@given(small_markets())
def test_all_stable_matchings_place_the_same_people_and_fill_the_same_seats(market):
    capacity = market[2]
    ours = matched(*market).tolist()
    for other in stable_matchings(*market):
        assert [one >= 0 for one in other] == [one >= 0 for one in ours]
        for facility, room in enumerate(capacity):
            assert other.count(facility) == ours.count(facility)
            if room < 0 or ours.count(facility) < room:  # the rural hospitals theorem
                assert [one == facility for one in other] == [one == facility for one in ours]


def test_the_rural_hospitals_theorem_has_something_to_say():
    lists, capacity = [[0, 1, 2], [1, 0, 2], [2]], [1, 1, 2]
    rank = np.array([[4, 1, 6], [2, 3, 7], [8, 9, 5]])  # facilities 0 and 1 would rather have each other's
    assert sorted(stable_matchings(lists, rank, capacity)) == [(0, 1, 2), (1, 0, 2)]
    assert matched(lists, rank, capacity).tolist() == [0, 1, 2]


def promoted(rank, person, steps):
    """Let one person pass some others at each facility, where the others keep their order."""
    better = np.empty_like(rank)
    for facility, up in enumerate(steps):
        order = np.argsort(rank[:, facility]).tolist()
        at = order.index(person)
        order.insert(max(at - up, 0), order.pop(at))
        better[order, facility] = np.arange(len(order)) + facility * len(order)
    return better


@given(small_markets(people=8, facilities=4), st.data())
def test_whoever_rises_in_a_facilitys_eyes_never_loses(market, data):
    lists, rank, capacity = market
    person = data.draw(st.integers(0, len(lists) - 1))
    steps = data.draw(st.lists(st.integers(0, 8), min_size=len(capacity), max_size=len(capacity)))
    before = matched(*market)[person]
    after = matched(lists, promoted(rank, person, steps), capacity)[person]
    assert place_in_list(lists[person], after) <= place_in_list(lists[person], before)


@given(small_markets(people=8, facilities=4), st.data())
def test_whoever_stays_away_harms_nobody_else(market, data):
    lists, rank, capacity = market
    person = data.draw(st.integers(0, len(lists) - 1))
    without = [chosen if row != person else [] for row, chosen in enumerate(lists)]
    before, after = matched(*market), matched(without, rank, capacity)
    for row in set(range(len(lists))) - {person}:
        assert place_in_list(lists[row], after[row]) <= place_in_list(lists[row], before[row])
