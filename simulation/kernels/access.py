"""Access to doctors by floating catchments: who shares a doctor with how many, near and far.

2SFCA (Luo and Wang 2003, "Measures of spatial accessibility to health care in a GIS environment") and E2SFCA (Luo and
Qi 2009, "An enhanced two-step floating catchment area method"), which weighs zones of travel time; with one zone of
weight 1 the second is the first.
"""

import numpy as np

from simulation.kernels.jit import kernel, small


@kernel
def count_present(alive, place, people):
    """Count the living by place, odd rows apart: neighbours are counted at one place without waiting for each other.

    alive int8[n], place int32[n] (negative for nowhere); people float64[places], whole numbers, written here
    """
    counts = np.zeros((2, people.size), np.int64)
    for row in range(alive.size):
        if alive[row] != 0 and place[row] >= 0:
            counts[row & 1, place[row]] += 1
    for at in range(people.size):
        people[at] = counts[0, at] + counts[1, at]


@small
def _weight_of(minutes, until, weight):
    """Weight of the zone that a way of some minutes ends in; 0 beyond the last."""
    for zone in range(until.size):
        if minutes <= until[zone]:
            return weight[zone]
    return 0.0


@kernel
def floating_catchment(people, doctors, offsets, rows, minutes, until, weight, demand, access):
    """Share each clinic's doctors among all people in its zones, and add up what comes to each place.

    With W the weight of the way, demand_j = sum_k P_k W_kj and A_i = sum_j S_j W_ij / demand_j, so that
    sum_i P_i A_i is the number of doctors whom anybody can reach.

    people   float64[places]
    doctors  float64[c]                 at each clinic
    offsets int32[places + 1], rows int32[e], minutes int16[e]   clinics within reach of each place, nearest first
    until    float64[zones]             minutes at which each zone ends (inclusive), rising
    weight   float64[zones]
    demand   float64[c]                 people in the zones, weighted; written here
    access   float64[places]            doctors a person; written here
    """
    for clinic in range(doctors.size):
        demand[clinic] = 0.0
    for place in range(people.size):
        for edge in range(offsets[place], offsets[place + 1]):
            demand[rows[edge]] += people[place] * _weight_of(minutes[edge], until, weight)
    for place in range(people.size):
        access[place] = 0.0
        for edge in range(offsets[place], offsets[place + 1]):
            near = _weight_of(minutes[edge], until, weight)
            if near > 0.0 and demand[rows[edge]] > 0.0:
                access[place] += doctors[rows[edge]] * near / demand[rows[edge]]
