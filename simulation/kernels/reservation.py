"""McCall's reservation wage: the least pay at which taking a post is as good as waiting for a better one.

R = home + sum over posts of rate / (discount + ending) * max(wage - R, 0): McCall (1970), "Economics of
information and job search", in continuous time with posts that end (Rogerson, Shimer and Wright 2005,
"Search-theoretic models of the labor market", section 2). The right side falls and is convex in R, so that
Newton's steps from R = home rise to the one solution and reach it.
"""

import numpy as np

from simulation.kernels.jit import kernel, small
from simulation.kernels.job_search import (
    AGE,
    AGES,
    BEFORE,
    CARER,
    EDUCATION,
    GROUPS,
    MAX_AGE,
    MIN_AGE,
    OLDER,
    PLACE,
    SEX,
    TRAINED,
    YOUNGEST,
    eligible,
    group_of,
    stays,
)
from simulation.kernels.jobs import own_factor

_STEPS = 200
_CLOSE = 1e-10
_UNSOLVED = -1.0
"""What no reservation wage is: being at home is worth 0 yuan or more."""


@small
def reservation_wage(home, weight, wage, count):
    """Solve the fixed point for posts of `wage` (yuan) with `weight` (rate / (discount + ending)), [count] each."""
    level = home
    for _step in range(_STEPS):
        gap, slope = home - level, 1.0
        for k in range(count):
            if wage[k] > level:
                gap += weight[k] * (wage[k] - level)
                slope += weight[k]
        step = gap / slope
        level += step
        if step <= _CLOSE * max(level, 1.0):
            break
    return level


@small
def _cut(cell, age):
    if 0 < age - YOUNGEST < AGES:
        cell[age - YOUNGEST] = 1


@kernel
def age_cells(near, rules, cell):
    """Number the cells of ages, such that neither an open employer's window nor turning 50 divides one.

    near   int32[...]     open employers, each as often as one likes
    rules  int32[e, 8]
    cell   int32[AGES]    of each age from YOUNGEST on, rising from 0; written here
    """
    cell[:] = 0
    _cut(cell, OLDER)
    for one in near:
        _cut(cell, rules[one, MIN_AGE])
        _cut(cell, rules[one, MAX_AGE] + 1)
    for age in range(1, AGES):
        cell[age] += cell[age - 1]


@small
def list_offers(mine, luck, near, rules, rate, chance, value, sigma, nodes, patience, weight, wage):
    """List what people of these traits may be offered; return how many `weight` and `wage` were written.

    near, rate [e] and value [e] are those of a place; for the rest see `reservation_wages`.
    """
    count = 0
    for one in near:
        if not eligible(mine, rules[one]):
            continue
        offers = min(rate[one] * luck, 1.0) * chance[one] * patience
        spread = nodes.size if sigma[one] > 0.0 else 1
        for k in range(spread):
            weight[count] = offers / spread
            wage[count] = value[one] * (own_factor(sigma[one], nodes[k]) if spread > 1 else 1.0)
            count += 1
    return count


@kernel
def reservation_wages(
    rows, traits, leaves, luck, home, start, near, rules, rate, chance, value, sigma, nodes, patience, out
):
    """Solve the reservation wage of each seeker without a post to compare with.

    At one place people of one group and one cell of ages have all in common that is asked here, so that each such
    class is solved once, for whoever of it comes first.

    rows      int32[m]
    traits    int32[m, 8]
    leaves    int8[n]             reason to leave last month's employer, 0 stays
    luck      float64[m, 2]       what multiplies meetings (see `profile`); what having moved does is left to `rate`
    home      float64[places, 4]  yuan a month that staying at home is worth, by (50 and more) * 2 + carer
    start     int32[places + 1], near int32[...]   open employers within reach of a place
    rules     int32[e, 8]
    rate      float64[places, e]  share of seekers who meet the employer
    chance    float64[e]          share of those who ask who are hired, as people expect it
    value     float64[places, e]  yuan
    sigma     float64[e]          log SD of one's own earnings; the wage is then drawn from `nodes`
    nodes     float64[k]          standard normal numbers of equal weight
    patience  float               1 / (discount + ending), months
    out       float64[m]          yuan a month, 0 for who has a post; written here
    """
    cell, longest = np.empty(AGES, np.int32), 0
    age_cells(near, rules, cell)
    for place in range(start.size - 1):
        longest = max(longest, start[place + 1] - start[place])
    weight, wage = np.empty(longest * nodes.size), np.empty(longest * nodes.size)
    solved = np.full((start.size - 1, GROUPS, cell[-1] + 1), _UNSOLVED)
    for i in range(rows.size):
        mine = traits[i]
        place, out[i] = mine[PLACE], 0.0
        if stays(mine[BEFORE], leaves[rows[i]]):
            continue
        group = group_of(mine[SEX], mine[EDUCATION], mine[TRAINED], mine[CARER])
        at = cell[mine[AGE] - YOUNGEST]
        if solved[place, group, at] == _UNSOLVED:
            count = list_offers(
                mine, luck[i, 0], near[start[place] : start[place + 1]], rules, rate[place], chance, value[place],
                sigma, nodes, patience, weight, wage,
            )  # fmt: skip
            worth = home[place, (2 if mine[AGE] >= OLDER else 0) + (mine[CARER] != 0)]
            solved[place, group, at] = reservation_wage(worth, weight, wage, count)
        out[i] = solved[place, group, at]
