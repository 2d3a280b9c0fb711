"""The market for school seats: what families list, and how schools rank them.

A priority is one number, lower is better, that reads from the top bit down:

    bit 63      0 if the child holds a seat there already
    bit 62      1 if it would board
    bit 61      1 if it lives outside the catchment (of a boarder: if the school isn't one of its origin)
    bit 60      1 if no member of its household holds a seat there
    bits 49-59  minutes from door to door, at most 2,047
    bits 0-48   lot of the child at this school in this school year

A cell is (place, grade): place * GRADES + grade + 2.
"""

from typing import NamedTuple

import numpy as np

from simulation.kernels.draws import exponential, logarithm, mix, unit
from simulation.kernels.jit import kernel, small
from simulation.kernels.schooling import (
    BOUND,
    EXTRA,
    FIRST_COMPULSORY,
    FIRST_GRADE,
    GRADES,
    LODGES,
    PLACE,
    teaches,
    way_to,
)

_NO_SEAT_HELD = np.uint64(1) << np.uint64(63)
HELD_BELOW = _NO_SEAT_HELD
"""Priorities below it are those of children at the school where they hold a seat."""
_BOARDS = np.uint64(1) << np.uint64(62)
_OUTSIDE = np.uint64(1) << np.uint64(61)
_ALONE = np.uint64(1) << np.uint64(60)
_MINUTES = np.uint64(49)
_LOT = np.uint64(15)
_LONGEST = 2047
LONGEST_LIST = 4096
"""Schools in a list whose turns `by_nearness` can tell apart."""


class Parts(NamedTuple):
    """What a priority is made of: see the head of this file; `lot` is scaled to [0, 1)."""

    held: bool
    boards: bool
    outside: bool
    alone: bool
    minutes: int
    lot: float


def parts_of_priority(priority: np.uint64) -> Parts:
    """Take a priority apart, for people to read."""
    rank = int(priority)
    flags = [bool(rank & int(one)) for one in (_NO_SEAT_HELD, _BOARDS, _OUTSIDE, _ALONE)]
    minutes, lots = (rank >> int(_MINUTES)) & _LONGEST, 1 << int(_MINUTES)
    return Parts(not flags[0], *flags[1:], minutes, (rank % lots) / lots)


@kernel
def link_siblings(rows, household, head, following):
    """Chain the children who hold seats by household.

    rows      int64[k]           children who hold a seat
    household int32[n]
    head      int32[households]  first link of each chain, an index of rows; -1 for none; written here
    following int32[k]           next link; written here
    """
    head[:] = -1
    for k in range(rows.size):
        following[k] = head[household[rows[k]]]
        head[household[rows[k]]] = k


@small
def _has_sibling(at, first, following, rows, kept):
    """Say whether a chain holds somebody with a seat at a school."""
    while first >= 0:
        if kept[rows[first]] == at:
            return True
        first = following[first]
    return False


@small
def _rank(held, boards, outside, alone, minutes, key, uid):
    """Priority of a child at a school, see the head of this file."""
    rank = mix(key ^ uid) >> _LOT
    rank |= np.uint64(min(max(minutes, 0), _LONGEST)) << _MINUTES
    if not held:
        rank |= _NO_SEAT_HELD
    if boards:
        rank |= _BOARDS
    if outside:
        rank |= _OUTSIDE
    if alone:
        rank |= _ALONE
    return rank


@kernel
def weigh_cells(start, middle, listed, door, worth, taste, cost):
    """Say what a day school costs all families of a cell: exp of its distance in utility from the best, in tastes.

    A Gumbel taste on top of utility is an exponential one times this cost (Luce 1959; Yellott 1977), and
    takes one logarithm less. Where families have no taste of their own the cost is the distance itself.

    start, middle, listed, door   what `list_cells` wrote
    worth     float64[schools]    what everybody thinks of a school
    taste     float64[4]          weights of a minute, the own catchment, a seat that is held, one's own taste
    cost      float64[...]        like `listed`; written here
    """
    for cell in range(middle.size):
        best = -np.inf
        for one in range(start[cell], middle[cell]):
            best = max(best, worth[listed[one]] - taste[0] * door[one])
        for one in range(start[cell], middle[cell]):
            behind = best - (worth[listed[one]] - taste[0] * door[one])
            cost[one] = exponential(behind / taste[3]) if taste[3] > 0.0 else behind


@small
def _cheaper(cost, weight, scale):
    """What a school costs a family that likes it more by a weight."""
    return cost * exponential(-weight / scale) if scale > 0.0 else cost - weight


@small
def _like(first, last, listed, cost, facts, mine, held, family, taste, tastes, score, spots):
    """Order the day schools of a cell as a family likes them; return how many: down to the one it holds, if any.

    spots int32[schools] are indexes of listed; equal ones stay in the order of the cell, nearest first.
    """
    size = 0
    for one in range(first, last):
        at = listed[one]
        if facts[at, BOUND] != 0 and at not in (mine, held):
            continue
        price = cost[one]
        if taste[3] > 0.0 and last - first > 1:
            price *= -logarithm(unit(tastes[at], family))
        if at == mine:
            price = _cheaper(price, taste[1], taste[3])
        if at == held:
            price = _cheaper(price, taste[2], taste[3])
        spot = size
        while spot > 0 and score[spot - 1] > price:
            score[spot], spots[spot] = score[spot - 1], spots[spot - 1]
            spot -= 1
        score[spot], spots[spot] = price, one
        size += 1
    if held >= 0:
        for one in range(size):
            if listed[spots[one]] == held:
                return one + 1
    return size


@small
def _add(end, at, minutes, boards, outside, held, alone, seat, lots, uid, choice, priority):
    """Write one entry of a list; return where the next one goes."""
    choice[end] = seat
    priority[end] = _rank(at == held, boards, outside, alone, minutes, lots[at], uid)
    return end + 1


HOME, ORIGIN, GRADE, HELD, CATCHMENT, CHAIN = range(6)
"""Columns of the facts of proposers: row of places of home and origin, grade, the school where a seat is held and
that of the catchment (-1 none), and the first link of the chain of siblings."""


@small
def _boarding(
    end, one, who, beds, ways, minutes, facts, offers, own_offset, own, taught_at, lots, uid, choice, priority
):
    """Add the boarding schools to a list, those of the origin first; somebody who boards ends with its own bed."""
    home, origin, grade, held = who[one, HOME], who[one, ORIGIN], who[one, GRADE], who[one, HELD]
    column = grade - FIRST_GRADE
    away = origin >= 0 and origin != home and grade >= FIRST_COMPULSORY
    for spot in range(own_offset[origin] if away else 0, own_offset[origin + 1] if away else 0):
        at = own[spot]
        if not (offers[at] and facts[at, LODGES] != 0 and teaches(facts, at, grade)):
            continue
        if way_to(minutes, home, facts, at) >= 0:
            continue
        far = minutes[home, origin] + facts[at, EXTRA] if minutes[home, origin] >= 0 else _LONGEST
        end = _add(end, at, far, True, False, held, True, taught_at[at, column], lots, uid, choice, priority)
        if at == held:
            return end
    if held >= 0:
        return _add(end, held, 0, True, True, held, True, taught_at[held, column], lots, uid, choice, priority)
    for spot in range(beds.size):
        at = beds[spot]
        if facts[at, PLACE] != origin:
            end = _add(end, at, ways[spot], True, True, held, True, taught_at[at, column], lots, uid, choice, priority)
    return end


@kernel
def propose(
    who, uid, family, minutes, facts, offers, taught_at, taste, tastes, lots,
    own_offset, own, start, middle, listed, door, cost, rows, following, kept, offset, choice, priority,
):  # fmt: skip
    """Write the proposers' lists and how the schools rank them.

    who       int32[k, 6]        HOME, ORIGIN, GRADE, HELD, CATCHMENT, CHAIN
    uid, family  uint64[k]       of the child and of its household
    minutes   int16[places, places]
    facts     int32[schools, 8]
    offers    bool[schools]      schools that offer seats at all
    taught_at int32[schools, 12] row of grades
    taste     float64[4]         weights of a minute, the own catchment, a seat that is held, one's own taste
    tastes, lots  uint64[schools]  keys of the families' tastes and of the lots
    own_offset, own  int32[places + 1], int32[schools]   the schools of each place
    start, middle, listed, door, cost   what `list_cells` and `weigh_cells` wrote
    rows, following, kept   what `link_siblings` was given and wrote
    offset    int32[k + 1]       written here
    choice    int32[...]         rows of grades, best first; written here
    priority  uint64[...]        written here
    """
    score, spots = np.empty(facts.shape[0]), np.empty(facts.shape[0], np.int32)
    # Typed at once: from a bare 0 all helpers would be compiled a second time, for the literal.
    end = np.int64(0)
    offset[0] = 0
    for one in range(uid.size):
        cell = who[one, HOME] * GRADES + who[one, GRADE] - FIRST_GRADE
        held, mine, column = who[one, HELD], who[one, CATCHMENT], who[one, GRADE] - FIRST_GRADE
        first, last, chain = start[cell], middle[cell], who[one, CHAIN]
        size = _like(first, last, listed, cost, facts, mine, held, family[one], taste, tastes, score, spots)
        for spot in range(size):
            at, way = listed[spots[spot]], door[spots[spot]]
            alone = not _has_sibling(at, chain, following, rows, kept)
            end = _add(
                end, at, way, False, at != mine, held, alone, taught_at[at, column], lots, uid[one], choice, priority
            )
        if size == 0 or held < 0 or listed[spots[size - 1]] != held:
            beds, ways = listed[middle[cell] : start[cell + 1]], door[middle[cell] : start[cell + 1]]
            end = _boarding(
                end, one, who, beds, ways, minutes, facts, offers, own_offset, own, taught_at, lots, uid[one],
                choice, priority,
            )  # fmt: skip
        offset[one + 1] = end


@small
def _nearer(one, other):
    """Say whether a priority stands for a seat that is held last, a bed later, a longer way or another catchment."""
    held, other_held = one < _NO_SEAT_HELD, other < _NO_SEAT_HELD
    if held != other_held:
        return other_held
    beds, other_beds = one & _BOARDS, other & _BOARDS
    if beds != other_beds:
        return beds < other_beds
    if beds != 0:
        return False
    way, other_way = (one >> _MINUTES) & np.uint64(_LONGEST), (other >> _MINUTES) & np.uint64(_LONGEST)
    if way != other_way:
        return way < other_way
    return (one & _OUTSIDE) < (other & _OUTSIDE)


@kernel
def by_nearness(offset, choice, priority, nearest, turn):
    """Order lists by nearness, and let each school rank by the turn in which it is asked.

    Day schools come by minutes, equally near ones the own catchment first and then as the family likes
    them; then beds as they were listed; a seat that is held comes last.

    offset    int32[k + 1]
    choice, priority  int32[m], uint64[m]   as `propose` wrote them
    nearest   int32[m]   the same rows of grades, nearest first; written here
    turn      uint64[m]  holders first, then by turn, beds after day seats, minutes, lot (39 bits of it); written here

    No list is longer than LONGEST_LIST.
    """
    lots = (np.uint64(1) << np.uint64(39)) - np.uint64(1)
    for one in range(offset.size - 1):
        for entry in range(offset[one], offset[one + 1]):
            spot = entry
            while spot > offset[one] and _nearer(priority[entry], turn[spot - 1]):
                nearest[spot], turn[spot] = nearest[spot - 1], turn[spot - 1]
                spot -= 1
            nearest[spot], turn[spot] = choice[entry], priority[entry]
        for entry in range(offset[one], offset[one + 1]):
            rank = turn[entry]
            held, beds = rank & _NO_SEAT_HELD, (rank & _BOARDS) != 0
            way = (rank >> _MINUTES) & np.uint64(_LONGEST)
            asked = np.uint64(min(entry - offset[one], LONGEST_LIST - 1))
            turn[entry] = held | (asked << np.uint64(51)) | (np.uint64(beds) << np.uint64(50)) | (way << np.uint64(39))
            turn[entry] |= rank & lots


@kernel
def count_lists(offset, choice, priority, wanted):
    """Count who wants each seat first, boarders left out: offset int32[k + 1]; wanted int32[grades] is added to."""
    for one in range(offset.size - 1):
        head = offset[one]
        if offset[one + 1] > head and priority[head] & _BOARDS == 0:
            wanted[choice[head]] += 1


@kernel
def hand_out(rows, offset, match, school_of, offer, listed):
    """Tell each proposer what came of it.

    rows      int64[k]
    offset    int32[k + 1]  of their lists
    match     int32[k]      row of grades, -1 for none
    school_of int32[grades]
    offer     int32[n]      school offered, -1 for none; written here
    listed    int16[n]      schools on the list; written here
    """
    for one in range(rows.size):
        listed[rows[one]] = offset[one + 1] - offset[one]
        offer[rows[one]] = school_of[match[one]] if match[one] >= 0 else -1
