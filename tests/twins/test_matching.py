"""Deferred acceptance against Gale and Shapley on paper, and the laws of a stable matching."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.kernels.matching import deferred_acceptance, justified_envy, seat_acceptance


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


@st.composite
def markets_with_holders(draw):
    """Draw a market in which some hold a place already: their lists end there, and they rank before all others."""
    lists, rank, capacity = draw(markets())
    rank = rank + 1000
    for person, chosen in enumerate(lists):
        if chosen and draw(st.booleans()):
            rank[person, chosen[-1]] -= 1000
    return lists, rank, [max(one, 0) for one in capacity]


def seated(lists, rank, capacity):
    """Run the kernel that keeps holders, by rank below 1,000."""
    match, uid = np.empty(len(lists), np.int32), np.arange(len(lists)).astype(np.uint64)
    seat_acceptance(*arrays(lists, rank), np.array(capacity, np.int32), np.uint64(1000), uid, match)
    return match


def chosen_by(facility, people, rank, capacity):
    """What a facility chooses on paper: its holders, and the best of the others up to its places."""
    holders = [one for one in people if rank[one][facility] < 1000]
    others = sorted((one for one in people if rank[one][facility] >= 1000), key=lambda one: rank[one][facility])
    return {*holders, *others[: max(capacity[facility] - len(holders), 0)]}


@settings(deadline=None)
@given(markets_with_holders())
def test_holders_are_kept_and_others_come_up_to_the_limit(market):
    lists, rank, capacity = market
    match = seated(*market)
    for person, chosen in enumerate(lists):
        if chosen and rank[person][chosen[-1]] < 1000:
            assert match[person] >= 0
        for facility in chosen[: place_in_list(chosen, match[person])]:
            people = [*np.flatnonzero(match == facility).tolist(), person]
            assert person not in chosen_by(facility, people, rank, capacity)
    for facility in range(len(capacity)):
        people = np.flatnonzero(match == facility).tolist()
        assert chosen_by(facility, people, rank, capacity) == set(people)
    envied = np.zeros(len(capacity), np.int32)
    justified_envy(*arrays(lists, rank), np.array(capacity, np.int32), match, envied, np.uint64(1000))
    assert envied.sum() == 0


@settings(deadline=None)
@given(markets_with_holders(), st.data())
def test_more_places_harm_nobody_where_holders_are_kept(market, data):
    lists, rank, capacity = market
    more = list(capacity)
    more[data.draw(st.integers(0, len(more) - 1))] += 1
    few, many = seated(lists, rank, capacity), seated(lists, rank, more)
    for person, chosen in enumerate(lists):
        assert place_in_list(chosen, many[person]) <= place_in_list(chosen, few[person])


@settings(deadline=None)
@given(st.permutations(range(6)), st.integers(0, 6))
def test_equal_ranks_go_by_uid_and_not_by_row(uids, places):
    offset, match = np.arange(7, dtype=np.int32), np.empty(6, np.int32)
    uid, one = np.array(uids, np.uint64), np.zeros(6, np.int32)
    seat_acceptance(offset, one, np.full(6, 7, np.uint64), np.array([places], np.int32), np.uint64(0), uid, match)
    assert sorted(uid[match == 0].tolist()) == list(range(places))
