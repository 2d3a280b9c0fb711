"""What pupils know: the entry draw and the value added by a year, one pass over children."""

import numpy as np

from simulation.kernels.draws import normal
from simulation.kernels.jit import kernel


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


@kernel
def learn(rows, uid, household_uid, school, boarding, effect, weights, family_key, year_key, achievement):
    """Add the value of a school year (domain 2.4).

    rows           int64[k]     children of compulsory grades
    uid            uint64[n]    of all persons
    household_uid  uint64[k]
    school, boarding  int32[n]  row of schools, -1 for none
    effect         float64[schools]  SD added by the school: teachers, class size, change
    weights        float64[5]   persistence, family, boarding, noise, and what a year without school adds
    family_key, year_key  uint64
    achievement    float32[n]   SD; written here
    """
    for k in range(rows.size):
        row = rows[k]
        value = weights[0] * achievement[row]
        value += weights[1] * normal(family_key, household_uid[k]) + weights[3] * normal(year_key, uid[row])
        if school[row] >= 0:
            value += effect[school[row]]
        else:
            value += weights[4]
        if boarding[row] >= 0:
            value += weights[2]
        achievement[row] = value
