"""What a settled household has: work, day seats for its children, care when it is needed; and counts for audits."""

import numpy as np

from simulation.kernels.jit import kernel


@kernel
def work_signs(household, alive, last_paid, last_farm, since, works):
    """Mark households with a living member who worked for pay or on the land since a month.

    household int32[n], alive int8[n], last_paid int32[n] month, last_farm int32[n] month
    since int month; works bool[households], starts clean; written here
    """
    for row in range(household.size):
        works[household[row]] |= (alive[row] != 0) & ((last_paid[row] >= since) | (last_farm[row] >= since))


@kernel
def need_signs(household, alive, grade, minutes, last_unmet, limit, since, schooled, cared):
    """Unmark households whose child lacks a day seat within reach, or whose member went without care.

    household  int32[n], alive int8[n]
    grade      int8[n]     1 to 9 in compulsory age
    minutes    int16[n]    daily way to school, -1 for boarders and those without a seat
    last_unmet int32[n]    month of the last visit that wasn't served
    limit      int         minutes that a day seat may be away
    since      int         month from which care forgone counts
    schooled, cared  bool[households], start True; written here
    """
    for row in range(household.size):
        here = household[row]
        dead = alive[row] == 0
        schooled[here] &= dead | (grade[row] < 1) | ((minutes[row] >= 0) & (minutes[row] <= limit))
        cared[here] &= dead | (last_unmet[row] < since)


@kernel
def count_deprivations(lives, works, schooled, cared, earns, cutoff, lacks, poor, censored):
    """Count what each household lacks (Alkire and Foster 2011).

    lives, works, schooled, cared, earns  bool[h]
    cutoff    int        lacks from which a household is deprived
    lacks     int8[h], poor bool[h], censored int8[h] (lacks of the deprived, else 0); written here
    """
    for row in range(lacks.size):
        has = (
            np.int8(lives[row])
            + np.int8(works[row])
            + np.int8(schooled[row])
            + np.int8(cared[row])
            + np.int8(earns[row])
        )
        lacks[row] = 5 - has
        poor[row] = lacks[row] >= cutoff
        censored[row] = lacks[row] if poor[row] else 0


@kernel
def count_at(index, counts, out):
    """Add 1 at each index where `counts` isn't 0; index int32[n] (negative left out), counts [n], out int64[m]."""
    for row in range(index.size):
        if index[row] >= 0:
            out[index[row]] += counts[row] != 0
