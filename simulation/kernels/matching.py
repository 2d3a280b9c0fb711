"""Matching people to facilities with room for some of them: deferred acceptance.

Gale and Shapley (1962), "College admissions and the stability of marriage", the side of the people
proposing: nobody who holds a worse place could have had a better one, and telling the truth is best.
"""

import numpy as np

from simulation.kernels.jit import kernel, small

NOBODY_SURE = np.uint64(0)
"""No priority lies below it: nobody has a place for sure."""


@small
def _behind(rank, row, other_rank, other, uid):
    """Say whether the first of two ranks worse; whoever ranks alike goes by uid, so that no row decides."""
    return rank > other_rank or (rank == other_rank and uid[row] > uid[other])


@small
def _rise(rank, row, base, at, uid):
    """Move the entry at `base + at` up its max-heap until no parent ranks better than it."""
    mine, who = rank[base + at], row[base + at]
    while at > 0:
        parent = (at - 1) >> 1
        if not _behind(mine, who, rank[base + parent], row[base + parent], uid):
            break
        rank[base + at], row[base + at] = rank[base + parent], row[base + parent]
        at = parent
    rank[base + at], row[base + at] = mine, who


@small
def _sink(rank, row, base, size, mine, who, uid):
    """Put an entry in the place of the worst of a max-heap of `size` and move it down to where it belongs."""
    at = 0
    child = 1
    while child < size:
        next_one = base + child + 1
        if child + 1 < size and _behind(rank[next_one], row[next_one], rank[base + child], row[base + child], uid):
            child += 1
        if not _behind(rank[base + child], row[base + child], mine, who, uid):
            break
        rank[base + at], row[base + at] = rank[base + child], row[base + child]
        at = child
        child = 2 * at + 1
    rank[base + at], row[base + at] = mine, who


@small
def _hold(who, mine, room, facility, base, held, rank, row, sure, uid):
    """Let a facility hold somebody; return whom it lets go for that (perhaps the same), or -1.

    The heap keeps the worst rank on top, so that one look decides: who is sure of a place ranks before all others.
    """
    if room < 0:
        return -1
    size = held[facility]
    if size >= room and (size == 0 or rank[base] < sure):
        if mine >= sure:
            return who
    elif size >= room:
        if not _behind(rank[base], row[base], mine, who, uid):
            return who
        worst = row[base]
        _sink(rank, row, base, size, mine, who, uid)
        return worst
    rank[base + size], row[base + size] = mine, who
    _rise(rank, row, base, size, uid)
    held[facility] += 1
    return -1


@small
def _lay_out(choice, priority, capacity, sure, base):
    """Give each facility as much of the common heap as it may hold, no more than want it."""
    secured = np.zeros(capacity.size, np.int64)
    for entry in range(choice.size):
        base[choice[entry] + 1] += 1
        secured[choice[entry]] += priority[entry] < sure
    for facility in range(capacity.size):
        room = max(np.int64(capacity[facility]), 0) + (secured[facility] if capacity[facility] >= 0 else 0)
        base[facility + 1] = base[facility] + min(base[facility + 1], room)


@small
def _propose(offset, choice, priority, capacity, sure, uid, match):
    """Let everybody propose down the list until held or at its end; return the entry after the last one asked for."""
    base = np.zeros(capacity.size + 1, np.int64)
    _lay_out(choice, priority, capacity, sure, base)
    held = np.zeros(capacity.size, np.int64)
    # Ranks and rows lie side by side in the heap: a comparison doesn't fetch a line of the long lists.
    rank, row = np.empty(base[capacity.size], np.uint64), np.empty(base[capacity.size], np.int64)
    following = np.empty(match.size, np.int32)
    for one in range(match.size):
        following[one] = offset[one]
        match[one] = -1
    for one in range(match.size):
        free = np.int64(one)
        while free >= 0 and following[free] < offset[free + 1]:
            entry = following[free]
            following[free] += 1
            facility, mine = choice[entry], priority[entry]
            refused = _hold(free, mine, capacity[facility], facility, base[facility], held, rank, row, sure, uid)
            if refused == free:
                continue
            match[free] = facility
            free = refused
            if refused >= 0:
                match[refused] = -1
    return following


@kernel
def deferred_acceptance(offset, choice, priority, capacity, match):
    """Match proposers to facilities, stably and as well for the proposers as stability allows.

    offset    int32[n + 1]   proposer i lists choice[offset[i]:offset[i + 1]], best first
    choice    int32[m]       rows of facilities; a facility at most once in a list
    priority  uint64[m]      how the chosen facility ranks this proposer, lower is better; distinct
                             within a facility
    capacity  int32[s]       places of each facility, negative for no limit
    match     int32[n]       facility, or -1 for none; written here
    """
    _propose(offset, choice, priority, capacity, NOBODY_SURE, np.arange(match.size).astype(np.uint64), match)


@kernel
def seat_acceptance(offset, choice, priority, capacity, sure, uid, match):
    """Match as `deferred_acceptance` does, but keep all who are sure of a place, however many they are.

    A facility chooses, of any who ask, all whose priority lies below `sure`, and the best of the others as far as
    `capacity` reaches beyond those. Whom it refuses it refuses from any larger crowd too (the choice is
    substitutable), and a larger crowd never leaves it with fewer (the law of aggregate demand): so the
    matching is stable, best for the proposers, and telling the truth is best (Hatfield and Milgrom 2005).

    offset, choice, priority, capacity, match   as in `deferred_acceptance`; ranks may be equal
    sure      uint64         priorities below it are those of people who have a place for sure
    uid       uint64[n]      who ranks alike goes by uid
    """
    _propose(offset, choice, priority, capacity, sure, uid, match)


@kernel
def justified_envy(offset, choice, priority, capacity, match, envied, sure=NOBODY_SURE):
    """Count the blocking pairs of a matching: someone would rather be at a facility that would rather have them.

    Arguments as in `seat_acceptance`; `envied` int32[s] counts the pairs at each facility and is
    written here. A pair blocks if the facility has a free place, holds somebody of worse priority, or owes a place.
    """
    taken = np.zeros(capacity.size, np.int64)
    worst = np.zeros(capacity.size, np.uint64)
    for row in range(match.size):
        for entry in range(offset[row], offset[row + 1]):
            if choice[entry] == match[row]:
                taken[match[row]] += 1
                worst[match[row]] = max(worst[match[row]], priority[entry])
    for facility in range(capacity.size):
        envied[facility] = 0
    for row in range(match.size):
        for entry in range(offset[row], offset[row + 1]):
            facility = choice[entry]
            if facility == match[row]:
                break
            free = capacity[facility] < 0 or taken[facility] < capacity[facility]
            passed_over = taken[facility] > 0 and sure <= worst[facility] and priority[entry] < worst[facility]
            if free or passed_over or priority[entry] < sure:
                envied[facility] += 1
