"""Matching people to facilities with room for some of them: deferred acceptance.

Gale and Shapley (1962), "College admissions and the stability of marriage", the side of the people
proposing: nobody who holds a worse place could have had a better one, and telling the truth is best.
"""

import numpy as np

from simulation.kernels.jit import kernel, small

NOBODY_SURE = np.uint64(0)
"""No priority lies below it: nobody has a place for sure."""
_NO_BAR = np.uint64(0xFFFFFFFFFFFFFFFF)
"""Nobody ranks behind it: a facility with room refuses nobody."""


@small
def _behind(rank, row, other_rank, other, uid):
    """Say whether the first of two ranks worse; whoever ranks alike goes by uid, so that no row decides."""
    if rank == other_rank:
        return uid[row] > uid[other]
    return rank > other_rank


@small
def _rise(rank, row, base, at, mine, who, uid):
    """Put an entry at the free end `base + at` of a max-heap and move it up until no parent ranks better than it."""
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
def _lay_out(choice, priority, capacity, sure):
    """Give each facility as much of the common heap as it may hold, no more than want it, and a bar that lets all in.

    Returns where each one's heap begins, int64[s + 1], and bars, uint64[s]: who ranks behind its bar is refused.
    """
    base, bar = np.zeros(capacity.size + 1, np.int64), np.empty(capacity.size, np.uint64)
    secured = np.zeros(capacity.size, np.int64)
    for entry in range(choice.size):
        base[choice[entry] + 1] += 1
        secured[choice[entry]] += priority[entry] < sure
    for facility in range(capacity.size):
        room = max(np.int64(capacity[facility]), 0) + (secured[facility] if capacity[facility] >= 0 else 0)
        base[facility + 1] = base[facility] + min(base[facility + 1], room)
        bar[facility] = sure if capacity[facility] == 0 else _NO_BAR
    return base, bar


@small
def _propose(offset, choice, priority, capacity, sure, uid, match):
    """Let everybody propose down the list until held or at its end."""
    base, bar = _lay_out(choice, priority, capacity, sure)
    held = np.zeros(capacity.size, np.int64)
    # Ranks and rows lie side by side in the heap: a comparison doesn't fetch a line of the long lists. The worst
    # rank is on top, so that one look decides: who is sure of a place ranks before all others. What a facility
    # does with a proposal stands in the loop: a call would hand on a dozen arguments and cost as much as the heap.
    rank, row = np.empty(base[capacity.size], np.uint64), np.empty(base[capacity.size], np.int32)
    following = offset[:-1].copy()
    match[:] = -1
    for one in range(match.size):
        free = np.int64(one)
        while free >= 0:
            entry, last = following[free], offset[free + 1]
            while entry < last and priority[entry] > bar[choice[entry]]:
                entry += 1
            following[free] = entry + 1
            if entry >= last:
                break
            facility, mine, gone = choice[entry], priority[entry], np.int64(-1)
            start, size, room = base[facility], held[facility], capacity[facility]
            full = 0 <= room <= size
            if full and size > 0 and rank[start] >= sure:
                gone = np.int64(row[start])
                if not _behind(rank[start], gone, mine, free, uid):
                    continue
                _sink(rank, row, start, size, mine, free, uid)
                match[gone] = -1
            elif full and mine >= sure:
                continue
            elif room >= 0:
                _rise(rank, row, start, size, mine, free, uid)
                held[facility] = size + 1
            if 0 <= room <= held[facility]:
                bar[facility] = max(rank[start], sure)
            match[free] = facility
            free = gone


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
