"""Rooms that keep the best of those who come: bounded heaps, side by side in flat arrays, worst on top.

Priorities are unsigned, lower is better; equal priorities go by the uid, so that the order of rows can't decide.
"""

from simulation.kernels.jit import small


@small
def ahead(priority, tie, other_priority, other_tie):
    """Say whether a (priority, uid) ranks better than another."""
    return priority < other_priority or (priority == other_priority and tie < other_tie)


@small
def _swap(priority, tie, who, one, other):
    priority[one], priority[other] = priority[other], priority[one]
    tie[one], tie[other] = tie[other], tie[one]
    who[one], who[other] = who[other], who[one]


@small
def _rise(priority, tie, who, base, at):
    """Move an entry up until no parent ranks better than it."""
    while at > 0:
        parent, here = base + (at - 1) // 2, base + at
        if not ahead(priority[parent], tie[parent], priority[here], tie[here]):
            break
        _swap(priority, tie, who, parent, here)
        at = (at - 1) // 2


@small
def sink(priority, tie, who, base, size, at):
    """Move the entry at `base + at` down until no child ranks worse than it."""
    while 2 * at + 1 < size:
        child = 2 * at + 1
        left, right = base + child, base + child + 1
        if child + 1 < size and ahead(priority[left], tie[left], priority[right], tie[right]):
            child += 1
        here, below = base + at, base + child
        if not ahead(priority[here], tie[here], priority[below], tie[below]):
            break
        _swap(priority, tie, who, here, below)
        at = child


@small
def heapify(priority, tie, who, base, size):
    """Put `size` entries from `base` on into the order of a heap."""
    at = size // 2 - 1
    while at >= 0:
        sink(priority, tie, who, base, size, at)
        at -= 1


@small
def replace_worst(priority, tie, who, base, size, entry):
    """Let `entry` (priority, uid, who) into a full heap if it beats the worst; return who goes without.

    The heap has at least one entry.
    """
    if not ahead(entry[0], entry[1], priority[base], tie[base]):
        return entry[2]
    out = who[base]
    priority[base], tie[base], who[base] = entry[0], entry[1], entry[2]
    sink(priority, tie, who, base, size, 0)
    return out


@small
def keep(priority, tie, who, base, size, entry):
    """Put `entry` (priority, uid, who) into a heap of `size` that has room for one more."""
    priority[base + size], tie[base + size], who[base + size] = entry[0], entry[1], entry[2]
    _rise(priority, tie, who, base, size)
