"""What medical spending does to a household: catastrophic shares of its budget, and poverty."""

import numpy as np

from simulation.kernels.draws import exponential, logarithm
from simulation.kernels.jit import kernel


@kernel
def sizes_alike(exponent, out):
    """Equivalent size of a household of 0, 1, 2, ... members, members ** exponent (Xu et al. 2003: 0.56).

    exponent float; out float64[sizes] written here; larger households count as the last
    """
    for members in range(out.size):
        out[members] = 0.0 if members == 0 else exponential(exponent * logarithm(np.float64(members)))


@kernel
def capacity_to_pay(members, consumption, care, sizes, food_share, subsistence, capacity):
    """Capacity to pay (Xu et al. 2003): all spending less subsistence food, or less actual food where that is lower.

    members      int16[h]
    consumption  int64[h] fen of 12 months, without care; care int64[h] fen of 12 months
    sizes        float64[sizes]   equivalent size by members
    food_share   float            food in consumption (Engel's share)
    subsistence  float            fen of food a year that one equivalent person needs
    capacity     float64[h] fen; written here
    """
    for row in range(members.size):
        size = sizes[min(np.int64(members[row]), np.int64(sizes.size - 1))]
        food = min(food_share * consumption[row], subsistence * size)
        capacity[row] = np.float64(consumption[row] + max(np.int64(0), care[row])) - food


@kernel
def catastrophic(counted, care, budget, share, flag, excess):
    """Flag households whose spending on care reaches a share of a budget, and by how much it overshoots.

    counted  bool[h]
    care     int64[h] fen of 12 months
    budget   float64[h] fen of 12 months
    share    float
    flag     bool[h]; excess float64[h] care / budget - share where flagged, at most 1 - share, else 0; written here
    """
    for row in range(counted.size):
        flag[row] = counted[row] and care[row] > 0 and care[row] >= share * budget[row]
        excess[row] = 0.0
        if flag[row]:
            part = 1.0 if budget[row] <= care[row] else care[row] / budget[row]
            excess[row] = part - share


@kernel
def impoverished(counted, members, income, care, line, people):
    """Count the members of households that care pushes below a line: not poor before paying, poor after.

    counted  bool[h]
    members  int16[h]
    income, care  int64[h] fen of 12 months
    line     int fen a head and year
    people   int32[h]; written here
    """
    for row in range(counted.size):
        needed = np.int64(members[row]) * line
        falls = counted[row] and income[row] >= needed and income[row] - care[row] < needed
        people[row] = members[row] if falls else 0
