"""School years, the way to school, and who keeps or takes a seat: the passes over children.

Grades run from -2 to 0 (preschool), 1 to 6 (primary) and 7 to 9 (junior); NO_GRADE is outside.
"""

import numpy as np

from simulation.kernels.draws import unit
from simulation.kernels.jit import kernel, small

NO_GRADE = -9
GRADES = 12
FIRST_GRADE, FIRST_COMPULSORY, LAST_GRADE = -2, 1, 9

NEVER, SEATED, BOARDS, NO_SEAT, NO_SCHOOL, MOVED, CLOSED, OUTGREW, DIED, LEFT = range(10)
"""Codes of persons.seat_reason."""
NONE_IN_REACH, ALL_FULL = 1, 2
"""Codes of persons.unplaced."""

NOBODY, BOARDERS, EVERYBODY = range(3)
"""Who among those with a seat may choose again in a month."""

PLACE, EXTRA, LIMIT, LOWEST, HIGHEST, OPEN, LODGES, BOUND = range(8)
"""Columns of the facts of schools: its place, minutes from the place's centre, longest way from another place,
lowest and highest grade, 1 if open, 1 if it takes boarders, 1 if it takes its own catchment alone."""


@small
def age_at_start(birth_month, september):
    """Full years on 31 August before the school year that begins in `september`."""
    return (september - 1 - birth_month) // 12


@small
def _grade(years, wish, share):
    """Grade of an age; before compulsory school only those whose wish lies below the share."""
    grade = years - 5
    if grade < FIRST_GRADE or grade > LAST_GRADE or (grade < FIRST_COMPULSORY and wish >= share):
        return NO_GRADE
    return grade


@small
def _studies(years, first, studied, held_seat, senior, tertiary):
    """Say whether somebody of 15 or more goes on learning: senior school until 17, tertiary until 21.

    In the run's first month the draws decide alone; later one must have been there the year before.
    """
    if years < 18:
        if first:
            return senior
        return senior and held_seat if years == 15 else studied != 0
    if years < 22:
        if first:
            return senior and tertiary
        return tertiary and studied != 0 if years == 18 else studied != 0
    return False


@kernel
def begin_school_year(september, first, alive, left, birth_month, uid, school, shares, keys, grade, studies, education):
    """Move everybody on by a school year.

    september     int         month in which the school year begins
    first         bool        True in the run's first month: nobody has left a school yet
    alive         int8[n]
    left          int32[n]    month in which it left school before its time; -1 never
    birth_month   int32[n]
    uid           uint64[n]
    school        int32[n]    last year's school, -1 without
    shares        float64[3]  of children in preschool, of juniors going on to senior, of seniors to tertiary
    keys          uint64[3]   of the three draws, for life
    grade, studies, education  int8[n]   written here; studies is 1 in senior school or tertiary education
    """
    for row in range(grade.size):
        if alive[row] == 0 or left[row] >= 0:
            grade[row] = NO_GRADE
            studies[row] = 0
            continue
        years = age_at_start(birth_month[row], september)
        held = school[row] >= 0 and grade[row] == LAST_GRADE
        if not first:
            if held and years > 14:
                education[row] = max(education[row], 1)
            elif years == 18 and studies[row] != 0:
                education[row] = max(education[row], 2)
            elif years == 22 and studies[row] != 0:
                education[row] = 3
        if years < 15:
            grade[row] = _grade(years, unit(keys[0], uid[row]), shares[0]) if years >= 3 else NO_GRADE
            studies[row] = 0
            continue
        grade[row] = NO_GRADE
        if years < 22:
            senior = unit(keys[1], uid[row]) < shares[1]
            tertiary = unit(keys[2], uid[row]) < shares[2]
            studies[row] = _studies(years, first, studies[row], held, senior, tertiary)
        else:
            studies[row] = 0


@kernel
def leave_school(alive, left, grade, studies):
    """Take out who died or left school: alive int8[n], left int32[n] (-1 never); grade, studies int8[n] written."""
    for row in range(grade.size):
        if left[row] >= 0 or alive[row] == 0:
            grade[row] = NO_GRADE
            studies[row] = 0


@small
def door(way, own, extra, limit):
    """Minutes from door to door, -1 out of reach; a school of one's own place always is in reach.

    way is the minutes between the places (-1 where there is none), own True within one place.
    """
    if way < 0:
        return -1
    total = way + extra
    return total if own or total <= limit else -1


@small
def way_to(minutes, place, facts, at):
    """Minutes from a place to a school, as `door` counts: minutes int16[places, places], facts int32[schools, 8]."""
    stands = facts[at, PLACE]
    return door(np.int64(minutes[place, stands]), place == stands, facts[at, EXTRA], facts[at, LIMIT])


@small
def teaches(facts, at, grade):
    """Say whether a school is open and teaches a grade."""
    return facts[at, OPEN] != 0 and facts[at, LOWEST] <= grade <= facts[at, HIGHEST]


@small
def _lost(alive, left, grade, facts, at, boards, way):
    """Why a link to a school no longer holds; NEVER if it does."""
    if alive == 0:
        return DIED
    if left >= 0:
        return LEFT
    if grade < facts[at, LOWEST] or grade > facts[at, HIGHEST]:
        return OUTGREW
    if facts[at, OPEN] == 0:
        return CLOSED
    if way < 0 and not boards:
        return MOVED
    return NEVER


@kernel
def keep_seats(
    rows, alive, left, grade, home, minutes, facts, school, boarding, taught_at, catchment, choosing, kept, lost, seeks,
    by_grade,
):  # fmt: skip
    """Say whose link to a school still holds, why the others' doesn't, and who looks for a seat.

    rows      int64[k]          rows of the children and of everybody with a school
    alive, grade  int8[n]
    left      int32[n]          month in which it left school, -1 never
    home      int32[k]          row of places of their home
    minutes   int16[places, places]
    facts     int32[schools, 8]
    school, boarding  int32[n]  as last month left them
    taught_at int32[schools, 12]  row of grades
    catchment int32[n]          the school in whose catchment it lives, -1 none
    choosing  int               who may choose again this month: NOBODY, BOARDERS, or EVERYBODY who boards or doesn't
                                sit in the school of the own catchment
    kept      int32[n]          the school where the seat still holds, -1 without; written here, as are
    lost      int8[n]           why a seat was lost this month, 0 if none was,
    seeks     int8[n]           1 of who looks for a seat or a better one; the others' must be 0 before,
    by_grade  int32[grades]     seats that hold
    """
    by_grade[:] = 0
    for k in range(rows.size):
        row = rows[k]
        at = school[row]
        kept[row] = -1
        lost[row] = NEVER
        if at >= 0:
            way = way_to(minutes, home[k], facts, at)
            lost[row] = _lost(alive[row], left[row], grade[row], facts, at, boarding[row] >= 0, way)
        if at < 0 or lost[row] != NEVER:
            seeks[row] = alive[row] != 0 and grade[row] != NO_GRADE
            continue
        kept[row] = at
        elsewhere = choosing == EVERYBODY and at != catchment[row]
        seeks[row] = elsewhere or (choosing != NOBODY and boarding[row] >= 0)
        by_grade[taught_at[at, grade[row] - FIRST_GRADE]] += 1


@kernel
def take_seats(
    rows, grade, home, minutes, facts, taught_at, kept, lost, offer, listed,
    school, boarding, way, reason, unplaced, by_grade,
):  # fmt: skip
    """Carry out what was decided of seats: keep, change, take, board, or go without.

    rows      int64[k]           rows of the children, of everybody with a school and of who went without
    grade     int8[n]
    home      int32[k]           row of places of their home
    minutes   int16[places, places]
    facts     int32[schools, 8]
    taught_at int32[schools, 12]  row of grades
    kept, offer  int32[n]        the school where it keeps a seat, and the one it is offered; -1 none
    lost      int8[n]            why a seat was lost, 0 if none was
    listed    int16[n]           schools on the list of who looked for a seat
    school, boarding  int32[n]   written here, as are
    way       int16[n]           minutes to a day school, -1 for boarders and without,
    reason    int8[n]            why the link is what it is
    unplaced  int8[n]            NONE_IN_REACH or ALL_FULL of those who looked in vain, else 0
    by_grade  int32[grades]      pupils of each grade
    """
    by_grade[:] = 0
    for k in range(rows.size):
        row = rows[k]
        before, bed = school[row], boarding[row]
        at = offer[row] if offer[row] >= 0 else kept[row]
        school[row] = at
        boarding[row] = -1
        way[row] = -1
        unplaced[row] = 0
        if at >= 0:
            by_grade[taught_at[at, grade[row] - FIRST_GRADE]] += 1
            way[row] = way_to(minutes, home[k], facts, at)
            if way[row] < 0:
                boarding[row] = at
            if at != before or boarding[row] != bed:
                reason[row] = SEATED if way[row] >= 0 else BOARDS
        elif grade[row] != NO_GRADE:
            unplaced[row] = NONE_IN_REACH if listed[row] == 0 else ALL_FULL
            reason[row] = NO_SCHOOL if listed[row] == 0 else NO_SEAT
        elif before >= 0:
            reason[row] = lost[row]
