"""What pupils know: the entry draw and the value added by a year, one pass over children."""

import numpy as np

from simulation.kernels.draws import normal
from simulation.kernels.jit import kernel, small

(
    PERSISTENCE, FAMILY, BOARDING, EARLY_BOARDING, NOISE, NO_SEAT, CLASS_SIZE, CLASS_NORM, CLASS_FLOOR, SHARED_ROOM,
) = range(10)  # fmt: skip
"""Where each weight stands in `weights`."""

LAST_PRIMARY_GRADE = 6


@kernel
def enter(rows, uid, household_uid, family_share, family_key, own_key, achievement):
    """Draw what children know when they enter school: mean 0, SD 1, alike within a family.

    rows           int64[k]     children who enter
    uid            uint64[n]    of all persons
    household_uid  uint64[k]
    family_share   float64      weight of the family's draw, 0 to 1
    family_key, own_key  uint64 of the two draws, for life
    achievement    float32[n]   SD; written here
    """
    own_share = np.sqrt(1.0 - family_share * family_share)
    for k in range(rows.size):
        family, own = normal(family_key, household_uid[k]), normal(own_key, uid[rows[k]])
        achievement[rows[k]] = family_share * family + own_share * own


@small
def _of_class(weights, size, shared):
    """Add what the own class does: its size, down to a floor, and sharing the room with another grade."""
    return weights[CLASS_SIZE] * (max(size, weights[CLASS_FLOOR]) - weights[CLASS_NORM]) + weights[SHARED_ROOM] * shared


@kernel
def learn(
    rows, uid, household_uid, grade, school, boarding_share, unplaced_share, class_size, shares_room, effect, weights,
    family_key, year_key, achievement,
):  # fmt: skip
    """Add the value of a school year (domain 2.4): months without a seat weigh as such, the others as July's school.

    Months of a school that a child without a seat in July has left count neither way.

    rows           int64[k]     children of compulsory grades
    uid            uint64[n]    of all persons
    household_uid  uint64[k]
    grade          int8[n]
    school         int32[n]     row of schools, -1 for none
    boarding_share, unplaced_share  float64[n]  of the months since September in which it boarded, or had no seat
    class_size     float32[n]   pupils of the class it sits in
    shares_room    int8[n]      1 if another grade sits in the same room
    effect         float64[schools]  SD added by the school: teachers, load, change, vacancies
    weights        float64[10]  by PERSISTENCE to SHARED_ROOM
    family_key, year_key  uint64
    achievement    float32[n]   SD; written here
    """
    for k in range(rows.size):
        row = rows[k]
        value = weights[PERSISTENCE] * achievement[row]
        value += weights[FAMILY] * normal(family_key, household_uid[k]) + weights[NOISE] * normal(year_key, uid[row])
        value += weights[NO_SEAT] * unplaced_share[row]
        if school[row] >= 0:
            taught = effect[school[row]] + _of_class(weights, np.float64(class_size[row]), shares_room[row])
            value += taught * (1.0 - unplaced_share[row])
        boards = weights[BOARDING] + (weights[EARLY_BOARDING] if grade[row] <= LAST_PRIMARY_GRADE else 0.0)
        value += boards * boarding_share[row]
        achievement[row] = value
