"""School years, school links and lists of schools: the passes over children.

Grades run from -2 to 0 (preschool), 1 to 6 (primary) and 7 to 9 (junior); NO_GRADE is outside. A
cell is (place, grade): place * GRADES + grade + 2.
"""

import numpy as np

from simulation.kernels.draws import fold, unit
from simulation.kernels.jit import kernel, small

NO_GRADE = -9
GRADES = 12
FIRST_GRADE, FIRST_COMPULSORY, LAST_GRADE = -2, 1, 9

NEVER, SEATED, BOARDS, NO_SEAT, NO_SCHOOL, MOVED, CLOSED, OUTGREW, DIED = range(9)

_LOTS = 4503599627370496.0  # 2 ** 52
_MINUTES_SHIFT = np.uint64(52)


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
def _studies(years, first, student, held_seat, senior, tertiary):
    """Say whether somebody of 15 or more is in school: senior until 17, tertiary until 21.

    In the run's first month the draws decide alone; later one must have been there the year before.
    """
    if years < 18:
        if first:
            return senior
        return senior and held_seat if years == 15 else student != 0
    if years < 22:
        if first:
            return senior and tertiary
        return tertiary and student != 0 if years == 18 else student != 0
    return False


@kernel
def begin_school_year(september, first, alive, birth_month, uid, school, shares, keys, grade, student, education):
    """Move everybody on by a school year.

    september     int         month in which the school year begins
    first         bool        True in the run's first month: nobody has left a school yet
    alive         int8[n]
    birth_month   int32[n]
    uid           uint64[n]
    school        int32[n]    last year's school, -1 without
    shares        float64[3]  of children in preschool, of juniors going on to senior, of seniors to tertiary
    keys          uint64[3]   of the three draws, for life
    grade, student, education  int8[n]   written here
    """
    for row in range(grade.size):
        if alive[row] == 0:
            grade[row] = NO_GRADE
            student[row] = 0
            continue
        years = age_at_start(birth_month[row], september)
        held = school[row] >= 0 and grade[row] == LAST_GRADE
        if not first:
            if held and years > 14:
                education[row] = max(education[row], 1)
            elif years == 18 and student[row] != 0:
                education[row] = max(education[row], 2)
            elif years == 22 and student[row] != 0:
                education[row] = 3
        if years < 15:
            grade[row] = _grade(years, unit(keys[0], uid[row]), shares[0]) if years >= 3 else NO_GRADE
            student[row] = 0
            continue
        grade[row] = NO_GRADE
        if years < 22:
            senior = unit(keys[1], uid[row]) < shares[1]
            tertiary = unit(keys[2], uid[row]) < shares[2]
            student[row] = _studies(years, first, student[row], held, senior, tertiary)
        else:
            student[row] = 0


@small
def _lost(alive, grade, lowest, highest, opened, boards, way):
    """Why a link to a school no longer holds; NEVER if it does."""
    if alive == 0:
        return DIED
    if grade < lowest or grade > highest:
        return OUTGREW
    if opened == 0:
        return CLOSED
    if way < 0 and not boards:
        return MOVED
    return NEVER


@kernel
def keep_links(rows, alive, grade, home, span, door, school, boarding, minutes, reason):
    """Drop the school links that no longer hold and refresh the way of those that do.

    rows      int64[k]             rows of the children and of everybody with a school
    alive, grade  int8[n]
    home      int32[k]             row of places of their home
    span      int8[schools, 3]     lowest grade, highest grade, open
    door      int16[places, schools]  minutes from door to door, -1 where out of reach
    school    int32[n]             written here, as are
    boarding  int32[n]             (a boarder whose family now lives within reach becomes a day pupil),
    minutes   int16[n]             way to a day school, else -1
    reason    int8[n]              why a link was dropped
    """
    for k in range(rows.size):
        row = rows[k]
        at = school[row]
        if at < 0:
            continue
        way = door[home[k], at]
        boards = boarding[row] >= 0
        why = _lost(alive[row], grade[row], span[at, 0], span[at, 1], span[at, 2], boards, way)
        if why != NEVER:
            school[row] = -1
            boarding[row] = -1
            minutes[row] = -1
            reason[row] = why
        elif way >= 0:
            boarding[row] = -1
            minutes[row] = way


@small
def _offers(place, school, grade, door, span):
    """Say whether a school is open to a grade and within reach of a place."""
    return span[school, 0] <= grade <= span[school, 1] and span[school, 2] != 0 and door[place, school] >= 0


@kernel
def list_schools(offset, near, door, span, school_place, start, listed):
    """List the schools that each place offers to each grade: its own ones first, then others, nearest first.

    offset    int32[places + 1]  near[offset[p]:offset[p + 1]] are the schools around p, nearest first
    near      int32[...]         rows of schools
    door      int16[places, schools]  minutes, -1 where not on offer
    span      int8[schools, 3]   lowest grade, highest grade, open
    school_place  int32[schools]
    start     int32[cells + 1]   written here
    listed    int32[GRADES * near.size]  listed[start[c]:start[c + 1]] is the list of cell c; written here
    """
    end = 0
    start[0] = 0
    for place in range(offset.size - 1):
        for grade in range(FIRST_GRADE, LAST_GRADE + 1):
            for own in (True, False):
                for one in range(offset[place], offset[place + 1]):
                    school = near[one]
                    if (school_place[school] == place) == own and _offers(place, school, grade, door, span):
                        listed[end] = school
                        end += 1
            start[place * GRADES + grade - FIRST_GRADE + 1] = end


@kernel
def count_choices(cell, start, offset):
    """Lay out the proposers' lists: cell int32[k], start int32[cells + 1], offset int32[k + 1] written here."""
    offset[0] = 0
    for k in range(cell.size):
        offset[k + 1] = offset[k] + start[cell[k] + 1] - start[cell[k]]


@small
def _rank(place, school, door, school_place):
    """How near a school is, as whole numbers below 4,096: those of one's own place come before all others."""
    return np.uint64(door[place, school]) + (np.uint64(0) if school_place[school] == place else np.uint64(2048))


@kernel
def propose(uid, family, cell, start, listed, door, school_place, keys, school_uid, offset, choice, priority):
    """Fill the proposers' lists and how the schools rank them: own place, then minutes, then lot.

    Of equally near schools a family takes the one whose catchment it lives in, drawn once for life.

    uid, family  uint64[k]    of the proposers and of their households
    cell         int32[k]     cell of each proposer
    start, listed             as `list_schools` wrote them
    door         int16[places, schools]  below 2,048
    school_place int32[schools]
    keys         uint64[2]    of the lot, one a school year, and of the catchment
    school_uid   uint64[schools]
    offset       int32[k + 1]
    choice       int32[m]     written here
    priority     uint64[m]    other place and minutes in the top 12 bits, lot below; lower is better; written here
    """
    for k in range(cell.size):
        place = cell[k] // GRADES
        end = offset[k]
        for one in range(start[cell[k]], start[cell[k] + 1]):
            school = listed[one]
            rank = _rank(place, school, door, school_place)
            taste = unit(fold(keys[1], school_uid[school]), family[k])
            at = end
            while at > offset[k]:
                before = choice[at - 1]
                if priority[at - 1] >> _MINUTES_SHIFT != rank:
                    break
                if unit(fold(keys[1], school_uid[before]), family[k]) <= taste:
                    break
                choice[at] = before
                priority[at] = priority[at - 1]
                at -= 1
            choice[at] = school
            lot = np.uint64(unit(fold(keys[0], school_uid[school]), uid[k]) * _LOTS)
            priority[at] = (rank << _MINUTES_SHIFT) | lot
            end += 1


@kernel
def take_seats(rows, match, home, door, school, boarding, minutes, reason):
    """Give the matched their day seats; boarders who found one come home.

    rows, match, home  int64[k], int32[k], int32[k]
    door               int16[places, schools]
    school, boarding, minutes, reason  [n], written here
    """
    for k in range(rows.size):
        if match[k] >= 0:
            row = rows[k]
            school[row] = match[k]
            boarding[row] = -1
            minutes[row] = door[home[k], match[k]]
            reason[row] = SEATED


@kernel
def take_beds(rows, match, school, boarding, reason):
    """Let the matched board: rows int64[k], match int32[k]; school, boarding, reason [n] written here."""
    for k in range(rows.size):
        if match[k] >= 0:
            row = rows[k]
            school[row] = match[k]
            boarding[row] = match[k]
            reason[row] = BOARDS


@kernel
def explain_unplaced(rows, offset, school, reason):
    """Say why the rest has no seat: rows int64[k], offset int32[k + 1] of their lists; reason int8[n] written."""
    for k in range(rows.size):
        row = rows[k]
        if school[row] < 0:
            reason[row] = NO_SEAT if offset[k + 1] > offset[k] else NO_SCHOOL
