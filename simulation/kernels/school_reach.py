"""Which schools are there for whom: whom a catchment holds, what is in reach of a place, and who could come.

A cell is (place, grade): place * GRADES + grade + 2.
"""

import numpy as np

from simulation.kernels.draws import logarithm, unit
from simulation.kernels.jit import kernel, small
from simulation.kernels.schooling import (
    BOUND,
    EXTRA,
    FIRST_COMPULSORY,
    FIRST_GRADE,
    GRADES,
    LIMIT,
    LODGES,
    PLACE,
    teaches,
    way_to,
)


@kernel
def catchments(rows, grade, home, family, offset, own, facts, weight, key, catchment):
    """Find the school in whose catchment each child lives: the one of its place that wins a race drawn for life.

    The chance to win is in proportion to weight; a school that opens or closes moves only families
    who win or lose it.

    rows      int64[k]
    grade     int8[n]
    home, family  int32[k], uint64[k]    row of places and uid of their households
    offset    int32[places + 1]  own[offset[p]:offset[p + 1]] are the schools of place p
    own       int32[schools]
    facts     int32[schools, 8]
    weight    float64[schools]   how much of a place a school serves; 0 has no catchment
    key       uint64[schools]    of the draw, for life
    catchment int32[n]           written here; -1 if no school of the place teaches the grade
    """
    for k in range(rows.size):
        first, found = np.inf, -1
        for one in range(offset[home[k]], offset[home[k] + 1]):
            at = own[one]
            if weight[at] > 0.0 and teaches(facts, at, grade[rows[k]]):
                comes = -logarithm(unit(key[at], family[k])) / weight[at]
                if comes < first:
                    first, found = comes, at
        catchment[rows[k]] = found


@kernel
def list_cells(used, offset, near, way, facts, offers, limit, start, middle, listed, door):
    """List what each place offers to each grade: day schools in reach, then schools that board, both nearest first.

    All that board within the limit are listed: a seat more at one of them can then push none off a list.

    used      bool[cells]        cells that somebody asks for
    offset    int32[places + 1]  near[offset[p]:offset[p + 1]] are the schools around place p, nearest first
    near, way int32[...], int16[...]   rows of schools, and minutes from door to door
    facts     int32[schools, 8]
    offers    bool[schools]      schools that offer seats at all
    limit     int32[schools]     longest way of a boarder who doesn't come from there, in minutes
    start     int32[cells + 1]   written here
    middle    int32[cells]       listed[start[c]:middle[c]] are the day schools of cell c; those up to
                                 start[c + 1] take boarders; written here
    listed, door  int32[...], int16[...]   schools and minutes; returned length in start[-1]; written here
    """
    end = 0
    start[0] = 0
    for cell in range(used.size):
        place, grade = cell // GRADES, cell % GRADES + FIRST_GRADE
        for lodging in (False, True):
            middle[cell] = end if lodging else middle[cell]
            for one in range(offset[place], offset[place + 1]):
                if not used[cell] or (lodging and grade < FIRST_COMPULSORY):
                    break
                at = near[one]
                day = facts[at, PLACE] == place or way[one] <= facts[at, LIMIT]
                wanted = not day and facts[at, LODGES] != 0 and way[one] <= limit[at] if lodging else day
                if wanted and offers[at] and teaches(facts, at, grade):
                    listed[end] = at
                    door[end] = way[one]
                    end += 1
        start[cell + 1] = end


@small
def _reaches_bed(minutes, place, facts, at, limit):
    """Say whether a school lies near enough to a place to board there, whether or not one comes from there."""
    way = minutes[place, facts[at, PLACE]]
    return way >= 0 and way + facts[at, EXTRA] <= limit[at]


@small
def _count_day(cell, pupils, offset, near, way, facts, taught_at, around):
    """Count the pupils of a cell at each school that they reach by day; say whether there is any for them."""
    place, grade, found = cell // GRADES, cell % GRADES + FIRST_GRADE, False
    for one in range(offset[place], offset[place + 1]):
        at = near[one]
        own = facts[at, PLACE] == place
        if not ((own or way[one] <= facts[at, LIMIT]) and teaches(facts, at, grade)):
            continue
        # A teaching point takes its own hamlet alone, and who lives at a place of one has a hamlet.
        found |= own or facts[at, BOUND] == 0
        if facts[at, BOUND] == 0:
            around[taught_at[at, cell % GRADES]] += pupils
    return found


@kernel
def count_around(
    here, away, home, grade, minutes, offset, near, way, own_offset, own, facts, limit, taught_at, around
):  # fmt: skip
    """Count, for each grade of each school, the children who look for a seat and have it in reach.

    Those whom no school takes by day are counted at every school that boards within the limit: they have to
    board, and the rooms of a grade mustn't be given away to grades whose pupils have other schools.

    here      int32[cells]   those who look for a seat, by home
    away, home, grade  int32[m], int32[m], int8[m]   those of them who live elsewhere: origin, home and grade
    minutes   int16[places, places]
    offset, near, way  int32[places + 1], int32[...], int16[...]   schools around each place, minutes from door to door
    own_offset, own    int32[places + 1], int32[schools]   the schools of each place
    facts     int32[schools, 8]
    limit     int32[schools]   longest way of a boarder who doesn't come from there, in minutes
    taught_at int32[schools, 12]
    around    int32[grades]   day pupils, boarders of the origin and those who have to board, each once; written here
    """
    around[:] = 0
    must_board = np.zeros(here.size, np.bool_)
    for cell in range(here.size):
        if here[cell] == 0:
            continue
        place, wanted = cell // GRADES, cell % GRADES + FIRST_GRADE
        by_day = _count_day(cell, here[cell], offset, near, way, facts, taught_at, around)
        must_board[cell] = not by_day and wanted >= FIRST_COMPULSORY
        for one in range(offset[place], offset[place + 1] if must_board[cell] else offset[place]):
            at = near[one]
            lodges = facts[at, LODGES] != 0 and teaches(facts, at, wanted)
            if lodges and way[one] <= limit[at] and way_to(minutes, place, facts, at) < 0:
                around[taught_at[at, cell % GRADES]] += here[cell]
    for k in range(away.size):
        if grade[k] < FIRST_COMPULSORY:
            continue
        counted = must_board[home[k] * GRADES + grade[k] - FIRST_GRADE]
        for one in range(own_offset[away[k]], own_offset[away[k] + 1]):
            at = own[one]
            lodges = facts[at, LODGES] != 0 and teaches(facts, at, grade[k])
            if not lodges or (counted and _reaches_bed(minutes, home[k], facts, at, limit)):
                continue
            if way_to(minutes, home[k], facts, at) < 0:
                around[taught_at[at, grade[k] - FIRST_GRADE]] += 1
