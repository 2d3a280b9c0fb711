"""Matching people to facilities with room for some of them: deferred acceptance.

Gale and Shapley (1962), "College admissions and the stability of marriage", the side of the people
proposing: nobody who holds a worse place could have had a better one, and telling the truth is best.
"""

import numpy as np

from simulation.kernels.jit import kernel, small


@small
def _rise(rank, row, base, at):
    """Move the entry at `base + at` up its max-heap until no parent ranks better than it."""
    mine, who = rank[base + at], row[base + at]
    while at > 0:
        parent = (at - 1) >> 1
        if rank[base + parent] >= mine:
            break
        rank[base + at], row[base + at] = rank[base + parent], row[base + parent]
        at = parent
    rank[base + at], row[base + at] = mine, who


@small
def _sink(rank, row, base, size, mine, who):
    """Put an entry in the place of the worst of a max-heap of `size` and move it down to where it belongs."""
    at = 0
    child = 1
    while child < size:
        if child + 1 < size and rank[base + child + 1] > rank[base + child]:
            child += 1
        if mine >= rank[base + child]:
            break
        rank[base + at], row[base + at] = rank[base + child], row[base + child]
        at = child
        child = 2 * at + 1
    rank[base + at], row[base + at] = mine, who


@small
def _hold(who, mine, room, facility, base, held, rank, row):
    """Let a facility hold somebody; return whom it lets go for that (perhaps the same), or -1.

    The heap keeps the worst rank on top, so that one look decides.
    """
    if room < 0:
        return -1
    if held[facility] < room:
        rank[base + held[facility]], row[base + held[facility]] = mine, who
        _rise(rank, row, base, held[facility])
        held[facility] += 1
        return -1
    if room == 0 or mine >= rank[base]:
        return who
    worst = row[base]
    _sink(rank, row, base, room, mine, who)
    return worst


@small
def _lay_out(choice, capacity, base):
    """Give each facility as much of the common heap as it may hold, no more than want it."""
    for entry in range(choice.size):
        base[choice[entry] + 1] += 1
    for facility in range(capacity.size):
        wanted = base[facility + 1]
        base[facility + 1] = base[facility] + max(min(wanted, np.int64(capacity[facility])), 0)


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
    base = np.zeros(capacity.size + 1, np.int64)
    _lay_out(choice, capacity, base)
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
            facility = choice[entry]
            refused = _hold(free, priority[entry], capacity[facility], facility, base[facility], held, rank, row)
            if refused == free:
                continue
            match[free] = facility
            free = refused
            if refused >= 0:
                match[refused] = -1


@kernel
def justified_envy(offset, choice, priority, capacity, match, envied):
    """Count the blocking pairs of a matching: someone would rather be at a facility that would rather have them.

    Arguments as in `deferred_acceptance`; `envied` int32[s] counts the pairs at each facility and is
    written here. A pair blocks if the facility has a free place or holds somebody of worse priority.
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
            if free or (taken[facility] > 0 and priority[entry] < worst[facility]):
                envied[facility] += 1
