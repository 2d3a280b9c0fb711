"""Matching people to facilities with room for some of them: deferred acceptance.

Gale and Shapley (1962), "College admissions and the stability of marriage", the side of the people
proposing: nobody who holds a worse place could have had a better one, and telling the truth is best.
"""

import numpy as np

from simulation.kernels.jit import kernel, small


@small
def _rise(heap, priority, base, at):
    """Move the entry at `base + at` up its max-heap until no parent ranks better than it."""
    while at > 0:
        parent = (at - 1) // 2
        if priority[heap[base + parent]] >= priority[heap[base + at]]:
            break
        heap[base + parent], heap[base + at] = heap[base + at], heap[base + parent]
        at = parent


@small
def _sink(heap, priority, base, size):
    """Move the entry at `base` down its max-heap of `size` entries until no child ranks worse."""
    at = 0
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and priority[heap[base + child + 1]] > priority[heap[base + child]]:
            child += 1
        if priority[heap[base + at]] >= priority[heap[base + child]]:
            break
        heap[base + at], heap[base + child] = heap[base + child], heap[base + at]
        at = child


@small
def _hold(entry, facility, priority, capacity, base, held, heap):
    """Let a facility hold an entry; return the entry that it lets go for it, or -1.

    The heap keeps the worst held entry on top, so that one look decides.
    """
    room = capacity[facility]
    if room < 0:
        return -1
    if held[facility] < room:
        heap[base + held[facility]] = entry
        _rise(heap, priority, base, held[facility])
        held[facility] += 1
        return -1
    if room == 0 or priority[entry] >= priority[heap[base]]:
        return entry
    worst = heap[base]
    heap[base] = entry
    _sink(heap, priority, base, room)
    return worst


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
    for entry in range(choice.size):
        base[choice[entry] + 1] += 1
    for facility in range(capacity.size):
        base[facility + 1] += base[facility]
    held = np.zeros(capacity.size, np.int64)
    heap = np.empty(choice.size, np.int64)
    proposer = np.empty(choice.size, np.int64)
    following = np.empty(match.size, np.int64)
    for row in range(match.size):
        following[row] = offset[row]
        match[row] = -1
        for entry in range(offset[row], offset[row + 1]):
            proposer[entry] = row
    for row in range(match.size):
        free = row
        while free >= 0 and following[free] < offset[free + 1]:
            entry = following[free]
            following[free] += 1
            facility = choice[entry]
            refused = _hold(entry, facility, priority, capacity, base[facility], held, heap)
            if refused == entry:
                continue
            match[free] = facility
            free = -1
            if refused >= 0:
                free = proposer[refused]
                match[free] = -1


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
