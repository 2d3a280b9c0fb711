"""Unemployment by place, and pay that gives way to it."""

import numpy as np

from simulation.kernels.draws import exponential, logarithm
from simulation.kernels.jit import kernel


@kernel
def find_unemployed(labourer, employer, place, last_farm, village, month, unemployed, labourers, without):
    """Mark labourers without a link who don't live on farming, and count both by place.

    labourer    int8[n]
    employer    int32[n]       row of employers, -1 none
    place       int32[n]       negative for nowhere
    last_farm   int32[n]       month
    village     int8[places]   1 where whoever farmed within the year isn't looking for work
    month       int
    unemployed  int8[n]        written here
    labourers   int32[places + 1]   at last those who are nowhere; start clean
    without     int32[places + 1]   the same of the unemployed; start clean
    """
    for row in range(labourer.size):
        here = place[row]
        farms = (here >= 0) & (village[here] != 0) & (last_farm[row] > month - 12)
        counts = labourer[row] != 0
        idle = counts & (employer[row] < 0) & (here >= 0) & (not farms)
        unemployed[row] = idle
        labourers[here] += counts
        without[here] += idle


@kernel
def follow_unemployment(without, labourers, observed, unemployment, usual):
    """Take a month into the smoothed rate of each market: the mean of the first 12 months, then a 12th of each new one.

    without, labourers   int64[e]   of the employer's labour market, last month
    observed      int          months taken in before
    unemployment  float32[e]   share; written here
    usual         float32[e]   share, mean of the first 12 months; written here
    """
    for one in range(without.size):
        before = np.float64(unemployment[one])
        rate = without[one] / labourers[one] if labourers[one] > 0 else before
        unemployment[one] = before + (rate - before) / min(observed + 1, 12)
        if observed < 12:
            usual[one] = unemployment[one]


@kernel
def respond(unemployment, usual, least, elasticity, out):
    """Factor by which pay answers unemployment: (rate / usual rate) ^ elasticity.

    unemployment, usual   float32[e]   shares
    least         float   share below which a rate counts as this
    elasticity    float   below 0 where unemployment lowers pay
    out           float64[e]   written here
    """
    for one in range(out.size):
        now, then = max(np.float64(unemployment[one]), least), max(np.float64(usual[one]), least)
        out[one] = exponential(elasticity * (logarithm(now) - logarithm(then))) if now != then else 1.0
