"""McCall's reservation wage: the least pay at which taking a post is as good as waiting for a better one.

R = home + sum over posts of rate / (discount + ending) * max(wage - R, 0): McCall (1970), "Economics of
information and job search", in continuous time with posts that end (Rogerson, Shimer and Wright 2005,
"Search-theoretic models of the labor market", section 2). The right side falls and is convex in R, so that
Newton's steps from R = home rise to the one solution and reach it.
"""

import numpy as np

from simulation.kernels.jit import kernel, small
from simulation.kernels.job_search import ON_MARKET, eligible
from simulation.kernels.jobs import own_factor

_STEPS = 200
_CLOSE = 1e-10


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


@kernel
def reservation_wages(home, people, luck, start, near, rules, rate, chance, value, sigma, nodes, patience, out):
    """Solve the reservation wage of each class of people at each place.

    home      float64[places, classes]   yuan a month that staying at home is worth
    people    int32[classes, 9]   traits of one who stands for the class
    luck      float64[classes, 2] what multiplies the class's meetings (see `profile`)
    start     int32[places + 1], near int32[...]   open employers within reach of a place
    rules     int32[e, 8]
    rate      float64[places, e]  share of seekers who meet the employer
    chance    float64[e]          share of those who ask who are hired, as people expect it
    value     float64[places, e]  yuan
    sigma     float64[e]          log SD of one's own earnings; the wage is then drawn from `nodes`
    nodes     float64[k]          standard normal numbers of equal weight
    patience  float               1 / (discount + ending), months
    out       float64[places, classes]   yuan; written here
    """
    longest = 0
    for place in range(start.size - 1):
        longest = max(longest, start[place + 1] - start[place])
    weight, wage = np.empty(longest * nodes.size), np.empty(longest * nodes.size)
    for place in range(start.size - 1):
        for kind in range(luck.shape[0]):
            count = 0
            for at in range(start[place], start[place + 1]):
                one = near[at]
                if not eligible(people[kind], rules[one]):
                    continue
                offers = min(rate[place, one] * luck[kind, rules[one, ON_MARKET]], 1.0) * chance[one] * patience
                spread = nodes.size if sigma[one] > 0.0 else 1
                for k in range(spread):
                    weight[count] = offers / spread
                    wage[count] = value[place, one] * (own_factor(sigma[one], nodes[k]) if spread > 1 else 1.0)
                    count += 1
            out[place, kind] = reservation_wage(home[place, kind], weight, wage, count)
