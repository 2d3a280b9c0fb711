"""Rooms that keep the best of those who come: bounded heaps, side by side in flat arrays, worst on top.

Priorities are unsigned, lower is better; equal priorities go by the uid, so that the order of rows can't decide.
`priority` uint64[...] and `who` int64[...] hold the entries of all rooms, a room from `base` on; `uid` uint64[n]
is that of whom `who` names.
"""

from simulation.kernels.jit import small


@small
def _ahead(priority, person, other_priority, other, uid):
    """Say whether a person ranks better than another."""
    return priority < other_priority or (priority == other_priority and uid[person] < uid[other])


@small
def _sink(priority, who, uid, base, size, at, rank, person):
    """Put an entry into the hole at `base + at`, letting those who rank worse rise through it."""
    while 2 * at + 1 < size:
        child = base + 2 * at + 1
        if child + 1 < base + size and _ahead(priority[child], who[child], priority[child + 1], who[child + 1], uid):
            child += 1
        if not _ahead(rank, person, priority[child], who[child], uid):
            break
        priority[base + at], who[base + at] = priority[child], who[child]
        at = child - base
    priority[base + at], who[base + at] = rank, person


@small
def heapify(priority, who, uid, base, size):
    """Put `size` entries from `base` on into the order of a heap."""
    at = size // 2 - 1
    while at >= 0:
        _sink(priority, who, uid, base, size, at, priority[base + at], who[base + at])
        at -= 1


@small
def replace_worst(priority, who, uid, base, size, rank, person):
    """Let a person into a full heap who ranks better than the worst there; return who goes without.

    The heap has at least one entry.
    """
    worst = who[base]
    if not _ahead(rank, person, priority[base], worst, uid):
        return person
    _sink(priority, who, uid, base, size, 0, rank, person)
    return worst


@small
def keep(priority, who, uid, base, size, rank, person):
    """Put a person into a heap of `size` that has room for one more."""
    at = size
    while at > 0:
        parent = (at - 1) // 2
        if not _ahead(priority[base + parent], who[base + parent], rank, person, uid):
            break
        priority[base + at], who[base + at] = priority[base + parent], who[base + parent]
        at = parent
    priority[base + at], who[base + at] = rank, person
