"""Waiting for a doctor: the queue M/M/c+M, in which people leave when their patience ends (Erlang A).

Palm (1957); Baccelli and Hebuterne (1981), "On queues with impatient customers"; Zeltyn and Mandelbaum (2005). With
a = c mu / theta, y = lambda / theta and S(z) = sum over k of z^k / ((a + 1) ... (a + k)), the queue behind busy doctors
has the weights of S(y), and the wait that service would take, V, has P(V > t) / P(V > 0) = gamma(a, y x) / gamma(a, y)
with x = exp(-theta t). The lower incomplete gamma function is z^a exp(-z) S(z) / a, so that S is all that is needed:
its series where z <= a + 1 and Legendre's continued fraction of the upper function beyond, some square root of a steps.
Without patience it is Erlang C.
"""

import numpy as np

from simulation.kernels.draws import exponential, logarithm
from simulation.kernels.jit import kernel, small

_SMALLEST = 1e-17  # a term below this share of the sum changes no bit of it
_CLOSE = 1e-15  # some last places wide, so that rounding can't keep a loop alive
_STIRLING_FROM = 13.0
_HALF_LOG_2PI = 0.9189385332046727
_LONGEST_PATIENCE = 1e8  # minutes; it bounds the number of terms


@small
def _series(a, z):
    """Return S(z) and the sum of k times its terms, for z up to about a."""
    term, total, weighted = 1.0, 1.0, 0.0
    k = 0.0
    while term * (k + 1.0) > _SMALLEST * total:
        k += 1.0
        term = term * z / (a + k)
        total += term
        weighted += k * term
    return total, weighted


@small
def _log_gamma(b):
    """Logarithm of the gamma function at b > 0: Stirling's series, after steps up to where it is exact."""
    product = 1.0
    while b < _STIRLING_FROM:
        product = product * b
        b += 1.0
    r = 1.0 / (b * b)
    rest = (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r / 1188.0)))) / b
    return (b - 0.5) * logarithm(b) - b + _HALF_LOG_2PI + rest - logarithm(product)


@small
def _fraction(a, z):
    """Upper incomplete gamma function times exp(z) z^-a, for z > a + 1 (Legendre's fraction, Lentz's way)."""
    b = z + 1.0 - a
    d = 1.0 / b
    c = 1e300
    found = d
    k = 0.0
    change = 2.0
    while change > 1.0 + _CLOSE or change < 1.0 - _CLOSE:
        k += 1.0
        top = k * (a - k)
        b += 2.0
        d = 1.0 / (b + top * d)
        c = b + top / c
        change = c * d
        found = found * change
    return found


@small
def _log_sum(a, z):
    """Logarithm of S(z)."""
    if z <= a + 1.0:
        total, _ = _series(a, z)
        return logarithm(total)
    whole = z - a * logarithm(z) + _log_gamma(a + 1.0)
    return whole + logarithm(1.0 - a * _fraction(a, z) * exponential(-whole))


@small
def _one_minus_exp(x):
    """1 - exp(-x) for x >= 0, to the last places where x is small too."""
    if x > 0.3:
        return 1.0 - exponential(-x)
    term = x
    total = x
    k = 1.0
    while term > 1e-18 * total:
        k += 1.0
        term = term * x / k
        total += term  # exp(x) - 1
    return total / (1.0 + total)


@small
def _erlang_b(servers, work):
    """Chance that all of `servers` doctors are busy where nobody waits; `work` is lambda / mu."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = work * blocked / (n + work * blocked)
    return blocked


@small
def _erlang_c(servers, work, minutes, limit):
    """Mean wait, 0, share over the limit; without end where the doctors can't keep up."""
    if work >= servers:
        return np.inf, 0.0, 1.0
    blocked = _erlang_b(servers, work)
    idle = 1.0 - work / servers
    waits = blocked / (idle + (1.0 - idle) * blocked)
    rate = (servers - work) / minutes
    return waits / rate, 0.0, waits * exponential(-rate * limit)


@small
def _erlang_a(servers, work, minutes, patience, limit):
    """Mean wait in minutes, share who leave, share over the limit, for a whole number of doctors."""
    patient = exponential(-limit / patience)
    if servers == 0:
        return patience, 1.0, patient
    a = servers * patience / minutes
    y = work * patience / minutes
    blocked = _erlang_b(servers, work)
    if y <= a + 1.0:
        total, weighted = _series(a, y)
        log_sum = logarithm(total)
        inverse = 1.0 / total
        leaves = weighted * inverse / y
    else:
        log_sum = _log_sum(a, y)
        inverse = exponential(-log_sum)
        leaves = (y - a + a * inverse) / y
    waits = blocked / ((1.0 - blocked) * inverse + blocked)
    fall = y * _one_minus_exp(limit / patience)
    later = exponential(fall - servers * limit / minutes + _log_sum(a, y - fall) - log_sum)
    return waits * leaves * patience, waits * leaves, waits * min(later, 1.0) * patient


@small
def _whole(servers, work, minutes, patience, limit):
    """Steady state for a whole number of doctors, with or without patience."""
    if 0.0 < patience < np.inf:
        return _erlang_a(servers, work, minutes, min(patience, _LONGEST_PATIENCE), limit)
    return _erlang_c(servers, work, minutes, limit)


@small
def erlang_a(servers, offered_hour, minutes, patience_minutes, limit_minutes, out):
    """Steady state of a queue before `servers` doctors who all see whoever has waited longest.

    servers           float64     doctors at work; between whole numbers it is linear, so with fewer than one
                                  part of the time nobody is there
    offered_hour      float64     people who come in an hour
    minutes           float64     mean length of a consultation (exponential)
    patience_minutes  float64     mean patience (exponential); 0, negative, infinite or NaN: nobody leaves
    limit_minutes     float64
    out               float64[3]  mean wait in minutes of all who come (of those who leave, until they do; infinite
                                  where nobody leaves and doctors can't keep up), share who leave without service,
                                  share who still wait at the limit; written here
    """
    out[0], out[1], out[2] = 0.0, 0.0, 0.0
    if offered_hour <= 0.0 or minutes <= 0.0:
        return
    work = offered_hour * minutes / 60.0
    limit = max(limit_minutes, 0.0)
    below = np.int64(max(servers, 0.0))
    part = max(servers, 0.0) - below
    out[0], out[1], out[2] = _whole(below, work, minutes, patience_minutes, limit)
    if part > 0.0:
        wait, leave, over = _whole(below + 1, work, minutes, patience_minutes, limit)
        out[0] += part * (wait - out[0]) if out[0] < np.inf else 0.0
        out[1] += part * (leave - out[1])
        out[2] += part * (over - out[2])


@kernel
def queue_all(servers, offered_hour, minutes, patience_minutes, limit_minutes, out):
    """Steady state of many queues.

    servers, offered_hour, minutes  float64[n]
    patience_minutes, limit_minutes float64
    out                             float64[n, 3]  as of `erlang_a`; written here
    """
    for row in range(servers.size):
        erlang_a(servers[row], offered_hour[row], minutes[row], patience_minutes, limit_minutes, out[row])
