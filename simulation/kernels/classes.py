"""Seats of a school shared out to its grades, and the classes that their pupils form.

Seats go by highest averages (D'Hondt 1878; Balinski and Young 1982): one seat more for the school
takes none from any grade, which largest remainders can't promise.
"""

import numpy as np

from simulation.kernels.jit import kernel, small
from simulation.kernels.schooling import FIRST_GRADE, GRADES


@small
def outside_of(outside, taught, nth):
    """Pupils from outside in the nth of the grades taught: spread evenly, the first grades have what is left over."""
    return outside // taught + (1 if nth < outside % taught else 0)


@small
def _start_near(seats, weight, grades, total, floor, fixed):
    """Put the seats a little below what highest averages come to, so that few are handed out one by one.

    Above their floors the grades share in proportion to weight: those whose share lies below the floor
    are set aside until none does. Returns the seats given.
    """
    rest, mass = float(total), 0.0
    for nth in range(grades):
        fixed[nth] = False
        mass += weight[nth]
    again = True
    while again:
        again = False
        for nth in range(grades):
            if not fixed[nth] and weight[nth] * rest < floor[nth] * mass:
                fixed[nth] = again = True
                rest -= floor[nth]
                mass -= weight[nth]
    given = 0
    for nth in range(grades):
        seats[nth] = floor[nth]
        if not fixed[nth] and mass > 0.0:
            seats[nth] = max(floor[nth], np.int64(weight[nth] * rest / mass) - 1)
        given += seats[nth]
    return given


@small
def apportion(seats, weight, grades, total, floor, fixed):
    """Share out whole seats by highest averages, none below its floor; ties go to the lower grade.

    seats     int64[>= grades]  written here
    weight, floor  int64[>= grades]   some weight above 0 if there is anything to share; floors sum to total at most
    grades, total  int
    fixed     bool[>= grades]   room to work in
    """
    given = _start_near(seats, weight, grades, total, floor, fixed)
    while given < total:
        best = 0
        for nth in range(1, grades):
            if weight[nth] * (seats[best] + 1) > weight[best] * (seats[nth] + 1):
                best = nth
        seats[best] += 1
        given += 1


@kernel
def share_seats(school_seats, outside, taught_at, kept, coming, around, seats):
    """Share out the seats of each school to its grades, in three steps of which each begins where the last ends.

    Pupils who keep their seat have it as far as seats go. Next come the children of the catchment who
    look for one. Seats that are left go by who else could come, the more pupils a grade has the more; who is
    of the catchment counts once.
    None of it hangs on what families list, so that no list can make room by what it says.

    school_seats  int32[schools]   less those of outside pupils
    outside       int32[schools]
    taught_at     int32[schools, 12]  row of grades, -1 where not taught
    kept, coming  int32[grades]    pupils who keep a seat; children of the catchment who look for one
    around        int32[grades]    children in reach who look for one, those of the catchment among them
    seats         int32[grades]    less those of outside pupils; written here
    """
    weight, floor = np.zeros(GRADES, np.int64), np.zeros(GRADES, np.int64)
    found, fixed, row = np.zeros(GRADES, np.int64), np.zeros(GRADES, np.bool_), np.zeros(GRADES, np.int64)
    for school in range(school_seats.size):
        taught, here = 0, 0
        for column in range(GRADES):
            if taught_at[school, column] >= 0:
                row[taught] = taught_at[school, column]
                weight[taught] = kept[row[taught]]
                floor[taught] = 0
                here += weight[taught]
                taught += 1
        total, others = np.int64(school_seats[school]), 0
        if total >= here:
            others = np.int64(outside[school])
            total += others
            here = 0
            for nth in range(taught):
                floor[nth] = weight[nth] + outside_of(others, taught, nth)
                weight[nth] = floor[nth] + coming[row[nth]]
                here += weight[nth]
            if total >= here:
                for nth in range(taught):
                    floor[nth] = weight[nth]
                    # One more each: a grade without anybody isn't shut where there is room.
                    weight[nth] += max(around[row[nth]] - coming[row[nth]], 0) + 1
        apportion(found, weight, taught, total, floor, fixed)
        for nth in range(taught):
            seats[row[nth]] = found[nth] - outside_of(others, taught, nth)


@small
def _merge(people, group, groups, rooms, size):
    """Let neighbouring grades share a room until there are as many groups as rooms: always the two smallest together.

    people, group  int64[groups]  pupils of each grade, and its group (first come 0, 1, ...); group is
    written here, size int64[groups] is the pupils of each group. Returns the groups that are left.
    """
    for nth in range(groups):
        group[nth] = nth
        size[nth] = people[nth]
    grades = groups
    while groups > rooms:
        least = 0
        for nth in range(1, groups - 1):
            if size[nth] + size[nth + 1] < size[least] + size[least + 1]:
                least = nth
        size[least] += size[least + 1]
        for nth in range(least + 1, groups - 1):
            size[nth] = size[nth + 1]
        for nth in range(grades):
            if group[nth] > least:
                group[nth] -= 1
        groups -= 1
    return groups


@small
def _open_classes(size, groups, rooms, cap, classes):
    """Open a class for each group, then one more where they are largest, while they exceed the cap and rooms last."""
    for nth in range(groups):
        classes[nth] = 1
    used = groups
    while used < rooms:
        best = 0
        for nth in range(1, groups):
            if size[nth] * classes[best] > size[best] * classes[nth]:
                best = nth
        if size[best] <= cap * classes[best]:
            break
        classes[best] += 1
        used += 1
    return used


@kernel
def form_classes(taught_at, pupils, outside, rooms, cap, classes, shared, class_size, school_classes):
    """Form the classes of each school, grade by grade; grades share a room where rooms are fewer than grades.

    taught_at int32[schools, 12]  row of grades, -1 where not taught
    pupils    int32[grades]       of the three populations
    outside   int32[schools]      pupils from outside
    rooms     int32[schools]      classes that can be held: rooms in which a teacher stands
    cap       int32[schools]      pupils a class should have at most
    classes   int32[grades]       classes in which the grade sits; written here, as are
    shared    int8[grades]        1 if it sits with another grade in one room
    class_size  float32[grades]   pupils in a class of it, those of other grades and from outside included; 0 if empty
    school_classes  int32[schools]
    """
    row, people, group = np.empty(GRADES, np.int64), np.empty(GRADES, np.int64), np.empty(GRADES, np.int64)
    size, held = np.empty(GRADES, np.int64), np.empty(GRADES, np.int64)
    for school in range(rooms.size):
        taught, sitting, nth = 0, 0, 0
        for column in range(GRADES):
            taught += taught_at[school, column] >= 0
        for column in range(GRADES):
            at = taught_at[school, column]
            if at < 0:
                continue
            classes[at], shared[at], class_size[at] = 0, 0, 0.0
            people[sitting] = pupils[at] + outside_of(outside[school], taught, nth)
            nth += 1
            if people[sitting] > 0:
                row[sitting] = at
                sitting += 1
        school_classes[school] = 0
        if sitting == 0:
            continue
        # A school with pupils and without a room or a teacher is reckoned as if it had one of each.
        groups = _merge(people, group, sitting, max(rooms[school], 1), size)
        school_classes[school] = _open_classes(size, groups, rooms[school], cap[school], held)
        for one in range(sitting):
            classes[row[one]] = held[group[one]]
            class_size[row[one]] = size[group[one]] / held[group[one]]
            shared[row[one]] = size[group[one]] > people[one]


@kernel
def sit_down(rows, school, grade, taught_at, class_size, shared, own_size, own_shared):
    """Tell each pupil the class it sits in.

    rows      int64[k]           children, and everybody who had a class last month
    school, grade  int32[n], int8[n]
    taught_at int32[schools, 12]
    class_size, shared  float32[grades], int8[grades]
    own_size, own_shared  float32[n], int8[n]   0 without a seat; written here
    """
    for row in rows:
        at = -1 if school[row] < 0 else taught_at[school[row], grade[row] - FIRST_GRADE]
        own_size[row] = class_size[at] if at >= 0 else 0.0
        own_shared[row] = shared[at] if at >= 0 else 0
