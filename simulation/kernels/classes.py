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


@small
def _fewest_together(people, grades, rooms, after):
    """Say how few pupils the largest of `rooms` groups of neighbouring grades can have.

    after int64[>= rooms, >= grades + 1]: the same for the grades from the second index on in one group more than
    the first; written here.
    """
    for start in range(grades, -1, -1):
        after[0, start] = people[start] + after[0, start + 1] if start < grades else 0
    for more in range(1, rooms):
        after[more, grades] = 0
        for start in range(grades - 1, -1, -1):
            first, best = 0, np.int64(2**62)
            for end in range(start + 1, grades + 1):
                first += people[end - 1]
                best = min(best, max(first, after[more - 1, end]))
            after[more, start] = best
    return after[rooms - 1, 0]


@small
def merge(people, group, grades, rooms, size):
    """Let neighbouring grades share a room where grades are more than rooms, so that the largest group is smallest.

    Of groupings alike in that, the one whose first group ends first, then whose second does, and so on.
    people, group  int64[>= grades]  pupils of each grade, and its group (0, 1, ...); group is written here,
    size int64[>= grades] is the pupils of each group. Returns the number of groups.
    """
    if grades <= rooms:
        for nth in range(grades):
            group[nth], size[nth] = nth, people[nth]
        return grades
    after = np.zeros((rooms, grades + 2), np.int64)
    most = _fewest_together(people, grades, rooms, after)
    start = 0
    for one in range(rooms):
        size[one] = people[start]
        group[start] = one
        start += 1
        left = rooms - one - 2
        while start < grades and (left < 0 or after[left, start] > most):
            size[one] += people[start]
            group[start] = one
            start += 1
    return rooms


@small
def _open_rooms(size, rooms, groups, total, cap):
    """Give the groups rooms where most pupils share one, until none has more than `cap` a room or all are given."""
    used = 0
    for nth in range(groups):
        used += rooms[nth]
    while used < total:
        best = 0
        for nth in range(1, groups):
            if size[nth] * rooms[best] > size[best] * rooms[nth]:
                best = nth
        if size[best] <= cap * rooms[best]:
            break
        rooms[best] += 1
        used += 1
    return used


@small
def _add_up(values, group, grades, groups, sums):
    """Add up values of grades by group: sums int64[>= groups] is written here."""
    for one in range(groups):
        sums[one] = 0
    for nth in range(grades):
        sums[group[nth]] += values[nth]


@small
def _share_rooms(need, group, grades, total, cap, most, work):
    """Share out rooms, not seats, to groups of grades, and so say how many may sit in each.

    A room goes where most pupils share one: first to those who keep their seat and sit more than `cap` to a room,
    then to the children of the catchment likewise, then to whoever could come. None of it hangs on the number of
    seats, and a room more takes none from any grade, as long as each grade has a room of its own.

    need   int64[3, >= grades]  who keeps a seat; with the catchment; with all who could come
    group  int64[>= grades]     written here
    most   int64[>= grades]     seats of each group; written here
    work   int64[2, >= grades]  room to work in
    Returns the number of groups.
    """
    rooms, size = work[0], work[1]
    groups = merge(need[2], group, grades, max(total, 1), size)
    for one in range(groups):
        rooms[one] = 1
    for turn in range(3):
        _add_up(need[turn], group, grades, groups, size)
        _open_rooms(size, rooms, groups, total, cap if turn < 2 else 0)
    for one in range(groups):
        most[one] = rooms[one] * cap
    return groups


@small
def _fill(seats, weight, floor, grades, total, group, groups, most, work, flags):
    """Share out seats by highest averages, none below its floor, no group above `most` unless its floors are.

    A group that would come out above its most gets that, and the others share the rest: as if seats had been handed
    out one by one and the group passed over from then on. Arrays as in `apportion` and `_share_rooms`;
    work int64[3, >= grades], flags bool[2, >= grades]. What all groups together can't take isn't given.
    """
    share, low, inside = work[0], work[1], work[2]
    full, fixed = flags[0], flags[1]
    full[:groups] = False
    again = True
    while again:
        again = False
        rest, open_groups = total, 0
        for one in range(groups):
            open_groups += not full[one]
        for nth in range(grades):
            shut = full[group[nth]]
            share[nth] = 0 if shut else weight[nth]
            low[nth] = 0 if shut else floor[nth]
            rest -= seats[nth] if shut else 0
        if open_groups == 0:
            break
        apportion(inside, share, grades, rest, low, fixed)
        for nth in range(grades):
            if not full[group[nth]]:
                seats[nth] = inside[nth]
        for one in range(groups):
            if full[one]:
                continue
            sat, held = 0, 0
            for nth in range(grades):
                if group[nth] == one:
                    sat += seats[nth]
                    held += floor[nth]
            limit = max(most[one], held)
            if sat > limit:
                for nth in range(grades):
                    share[nth] = weight[nth] if group[nth] == one else 0
                    low[nth] = floor[nth] if group[nth] == one else 0
                apportion(inside, share, grades, limit, low, fixed)
                for nth in range(grades):
                    if group[nth] == one:
                        seats[nth] = inside[nth]
                full[one] = again = True


@small
def _within(weight, floor, grades, group, groups, most):
    """Count the pupils for whom there is a seat in their group: as many as look for one, or as it may have."""
    out = 0
    for one in range(groups):
        wanted, held = 0, 0
        for nth in range(grades):
            if group[nth] == one:
                wanted += weight[nth]
                held += floor[nth]
        out += min(wanted, max(most[one], held))
    return out


@kernel
def share_seats(school_seats, outside, rooms, class_limit, taught_at, kept, coming, around, seats):
    """Share out the seats of each school to its grades, in three steps of which each begins where the last ends.

    Pupils who keep their seat have it as far as seats go. Next come the children of the catchment who
    look for one. Seats that are left go by who else could come, the more pupils a grade has the more; who is
    of the catchment counts once. No grade, or grades that share a room, gets more seats than its rooms hold: as
    `form_classes` gives rooms out, nobody who is admitted sits in a class beyond the limit.
    None of it hangs on what families list, so that no list can make room by what it says.

    school_seats  int32[schools]   less those of outside pupils
    outside       int32[schools]
    rooms         int32[schools]   rooms in which a teacher stands
    class_limit   int32[schools]   pupils that a class takes at the very most
    taught_at     int32[schools, 12]  row of grades, -1 where not taught
    kept, coming  int32[grades]    pupils who keep a seat; children of the catchment who look for one
    around        int32[grades]    children in reach who look for one, those of the catchment among them
    seats         int32[grades]    less those of outside pupils; written here
    """
    weight, floor, most = np.zeros(GRADES, np.int64), np.zeros(GRADES, np.int64), np.zeros(GRADES, np.int64)
    found, group, row = np.zeros(GRADES, np.int64), np.zeros(GRADES, np.int64), np.zeros(GRADES, np.int64)
    need, work = np.zeros((3, GRADES), np.int64), np.zeros((3, GRADES), np.int64)
    flags = np.zeros((2, GRADES), np.bool_)
    for school in range(school_seats.size):
        # Typed at once: from a bare 0 all helpers would be compiled a second time, for the literal.
        taught, keep = np.int64(0), 0
        for column in range(GRADES):
            if taught_at[school, column] >= 0:
                row[taught] = taught_at[school, column]
                keep += kept[row[taught]]
                taught += 1
        others, total = np.int64(outside[school]), np.int64(school_seats[school])
        for nth in range(taught):
            at = row[nth]
            need[0, nth] = kept[at] + outside_of(others, taught, nth)
            need[1, nth] = need[0, nth] + coming[at]
            # One more each: a grade without anybody isn't shut where there is room.
            need[2, nth] = need[1, nth] + max(around[at] - coming[at], 0) + 1
        groups = _share_rooms(need, group, taught, np.int64(rooms[school]), np.int64(class_limit[school]), most, work)
        if total < keep:
            for nth in range(taught):
                weight[nth], floor[nth] = kept[row[nth]], 0
            apportion(found, weight, taught, total, floor, flags[0])
            for nth in range(taught):
                seats[row[nth]] = found[nth]
            continue
        total += others
        near = min(total, _within(need[1], need[0], taught, group, groups, most))
        _fill(found, need[1], need[0], taught, near, group, groups, most, work, flags)
        crowded = False
        for one in range(groups):
            held = 0
            for nth in range(taught):
                held += need[0, nth] if group[nth] == one else 0
            crowded |= held > most[one]
        if total > near:
            for nth in range(taught):
                floor[nth] = found[nth]
            _fill(found, need[2], floor, taught, total, group, groups, most, work, flags)
        for nth in range(taught):
            # Grades that share rooms and are too many already let nobody in: whoever comes could sit among them.
            alone = need[0, nth] if crowded and groups < taught else found[nth]
            seats[row[nth]] = alone - outside_of(others, taught, nth)


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
        taught, sitting, nth = np.int64(0), np.int64(0), np.int64(0)
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
        groups = merge(people, group, sitting, max(np.int64(rooms[school]), 1), size)
        held[:groups] = 1
        school_classes[school] = _open_rooms(size, held, groups, np.int64(rooms[school]), np.int64(cap[school]))
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
