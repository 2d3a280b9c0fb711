"""Deferred acceptance against Gale and Shapley on paper, and the laws of a stable matching."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.kernels.matching import deferred_acceptance, justified_envy


@st.composite
def markets(draw):
    """Draw lists, ranks (distinct) and capacities: at most 12 people and 5 facilities."""
    facilities = draw(st.integers(1, 5))
    lists = draw(st.lists(st.permutations(range(facilities)), min_size=1, max_size=12))
    lists = [list(one[: draw(st.integers(0, facilities))]) for one in lists]
    ranks = draw(st.permutations(range(len(lists) * facilities)))
    rank = np.array(ranks).reshape(len(lists), facilities)
    capacity = draw(st.lists(st.integers(-1, 4), min_size=facilities, max_size=facilities))
    return lists, rank, capacity


def arrays(lists, rank):
    """Turn lists of choices and a rank matrix into compressed rows."""
    offset = np.cumsum([0, *map(len, lists)]).astype(np.int32)
    choice = np.array([one for chosen in lists for one in chosen], np.int32)
    priority = np.array([rank[row][one] for row, chosen in enumerate(lists) for one in chosen], np.uint64)
    return offset, choice, priority


def matched(lists, rank, capacity):
    """Run the kernel."""
    match = np.empty(len(lists), np.int32)
    deferred_acceptance(*arrays(lists, rank), np.array(capacity, np.int32), match)
    return match


def on_paper(lists, rank, capacity):
    """Gale and Shapley in rounds: all free people propose, every facility keeps its best."""
    left = [list(one) for one in lists]
    kept = {one: [] for one in range(len(capacity))}
    free = set(range(len(lists)))
    while any(left[person] for person in free):
        for person in [one for one in sorted(free) if left[one]]:
            kept[left[person].pop(0)].append(person)
            free.discard(person)
        for facility, room in enumerate(capacity):
            queue = sorted(kept[facility], key=lambda person: rank[person][facility])
            last = len(queue) if room < 0 else room
            kept[facility] = queue[:last]
            free |= set(queue[last:])
    out = [-1] * len(lists)
    for facility, people in kept.items():
        for person in people:
            out[person] = facility
    return out


def place_in_list(chosen, facility):
    """Say how far down its list a person ended; nowhere is the end."""
    return chosen.index(facility) if facility in chosen else len(chosen)


def blocking(lists, rank, capacity, match):
    """Count the blocking pairs by the definition."""
    pairs = 0
    for person, chosen in enumerate(lists):
        for facility in chosen[: place_in_list(chosen, match[person])]:
            holders = [one for one, where in enumerate(match) if where == facility]
            free = capacity[facility] < 0 or len(holders) < capacity[facility]
            pairs += free or any(rank[one][facility] > rank[person][facility] for one in holders)
    return pairs


@settings(deadline=None)
@given(markets())
def test_the_kernel_agrees_with_paper(market):
    assert matched(*market).tolist() == on_paper(*market)


@settings(deadline=None)
@given(markets())
def test_nobody_has_justified_envy_and_no_seat_is_invented(market):
    lists, rank, capacity = market
    match = matched(*market)
    assert blocking(lists, rank, capacity, match.tolist()) == 0
    for facility, room in enumerate(capacity):
        assert room < 0 or (match == facility).sum() <= room


@settings(deadline=None)
@given(markets(), st.integers(0, 4), st.integers(1, 3))
def test_more_seats_never_harm_a_proposer(market, which, extra):
    lists, rank, capacity = market
    more = list(capacity)
    which %= len(capacity)
    more[which] += extra if more[which] >= 0 else 0
    before, after = matched(*market), matched(lists, rank, more)
    for chosen, old, new in zip(lists, before.tolist(), after.tolist(), strict=True):
        assert place_in_list(chosen, new) <= place_in_list(chosen, old)


@settings(deadline=None)
@given(markets(), st.randoms(use_true_random=False))
def test_row_order_is_indifferent(market, shuffler):
    lists, rank, capacity = market
    order = list(range(len(lists)))
    shuffler.shuffle(order)
    shuffled = matched([lists[row] for row in order], rank[order], capacity)
    assert shuffled.tolist() == matched(*market)[order].tolist()


@settings(deadline=None)
@given(markets(), st.data())
def test_envy_is_counted_as_defined(market, data):
    lists, rank, capacity = market
    match = [data.draw(st.sampled_from([-1, *chosen])) for chosen in lists]
    envied = np.empty(len(capacity), np.int32)
    justified_envy(*arrays(lists, rank), np.array(capacity, np.int32), np.array(match, np.int32), envied)
    assert envied.sum() == blocking(lists, rank, capacity, match)


@settings(deadline=None)
@given(markets(), st.data())
def test_no_proposer_gains_by_another_list(market, data):
    """Dubins and Freedman (1981), Roth (1982): the proposing side does best by saying what it wants."""
    lists, rank, capacity = market
    who = data.draw(st.integers(0, len(lists) - 1))
    other = list(data.draw(st.permutations(range(len(capacity)))))[: data.draw(st.integers(0, len(capacity)))]
    honest = matched(*market)[who]
    told = matched([other if row == who else one for row, one in enumerate(lists)], rank, capacity)[who]
    # A place that it doesn't want is no better than nowhere.
    assert place_in_list(lists[who], honest) <= place_in_list(lists[who], told)
