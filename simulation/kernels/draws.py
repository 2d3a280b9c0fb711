"""Keyed randomness: a draw is a pure function of its address, so nothing can shift it.

The hash is SplitMix64's finaliser (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
generators", figure 14); an address is folded in by mixing part after part, never by adding parts.
`logarithm` and `exponential` use IEEE + - * / only, because the last bit of a mathematical library's
own differs from processor to processor.
"""

import numpy as np

from simulation.kernels.jit import kernel, small

_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_S30, _S27, _S31, _S12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
_ONE_BITS = np.uint64(0x3FF0000000000000)  # of 1.0
_HALF_STEP = 1.0 / 9007199254740992.0  # 2 ** -53: with a 53rd bit of luck it would round up to 1

_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_SQRT_HALF = 0.7071067811865476
_INVERSE_LN2 = 1.4426950408889634
_MANTISSA = np.int64(0x000FFFFFFFFFFFFF)
_HALF_EXPONENT = np.int64(0x3FE0000000000000)
_BIAS = np.int64(1022)
_S52 = np.int64(52)


@small
def mix(z):
    """Scramble 64 bits one to one; uint64 in, uint64 out."""
    z = np.uint64(z) + _GAMMA
    z = (z ^ (z >> _S30)) * _M1
    z = (z ^ (z >> _S27)) * _M2
    return z ^ (z >> _S31)


@small
def fold(key, part):
    """Extend the address `key` by one more part; both uint64."""
    return mix(key ^ mix(part))


@small
def _one_and(key, uid):
    """Draw a number in [1, 2) in steps of 2 ** -52: luck as the mantissa, since no conversion is as quick."""
    return np.uint64((mix(key ^ uid) >> _S12) | _ONE_BITS).view(np.float64)


@small
def unit(key, uid):
    """Draw a uniform number in (0, 1), never 0 and never 1, at the address (key, uid)."""
    return (_one_and(key, uid) - 1.0) + _HALF_STEP


@small
def rest_of_unit(key, uid):
    """Return 1 - `unit`(key, uid), to the last bit."""
    return (2.0 - _one_and(key, uid)) - _HALF_STEP


@small
def logarithm(x):
    """Natural logarithm of a positive normal float64, to about 1 unit in the last place.

    Reduction x = 2**e * m with m in [sqrt(1/2), sqrt(2)), then the series of fdlibm's `e_log.c`.
    """
    bits = np.float64(x).view(np.int64)
    exponent = (bits >> _S52) - _BIAS
    m = np.int64((bits & _MANTISSA) | _HALF_EXPONENT).view(np.float64)
    if m < _SQRT_HALF:
        m = m * 2.0
        exponent -= 1
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    odd = z * (
        6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )
    half_square = 0.5 * f * f
    e = np.float64(exponent)
    return e * _LN2_HIGH - ((half_square - (s * (half_square + even + odd) + e * _LN2_LOW)) - f)


@small
def exponential(x):
    """The exponential of a float64, to about 2 units in the last place; 0 below -700, capped at 700."""
    if x < -700.0:
        return 0.0
    x = min(x, 700.0)
    n = np.floor(x * _INVERSE_LN2 + 0.5)
    high = x - n * _LN2_HIGH
    low = n * _LN2_LOW
    r = high - low
    t = r * r
    c = r - t * (
        1.66666666666666019037e-01
        + t
        * (
            -2.77777777770155933842e-03
            + t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))
        )
    )
    y = 1.0 - ((low - (r * c) / (2.0 - c)) - high)
    return y * np.int64((np.int64(n) + np.int64(1023)) << _S52).view(np.float64)


@small
def gumbel(key, uid):
    """Draw a standard Gumbel taste at the address (key, uid)."""
    return -logarithm(-logarithm(unit(key, uid)))


@small
def logistic(x):
    """1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + exponential(-x))


@small
def happens(u, v):
    """Say whether u < logistic(v), without the exponential where the answer is plain.

    exp(x) >= 1 + x + x^2/2 + x^3/6 + x^4/24 for x >= 0 bounds the chance of what is unlikely.
    """
    x = -v
    if (v < 0.0) & (u * (2.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6.0 + x * (1.0 / 24.0))))) > 1.000001):
        return False
    return u < logistic(v)


@small
def normal(key, uid):
    """Draw a standard normal number at (key, uid) by Acklam's inverse (relative error 1.2e-9)."""
    return normal_quantile(unit(key, uid))


@small
def normal_quantile(p):
    """Quantile of the standard normal distribution, p in (0, 1) (P. J. Acklam's rational fit)."""
    q = p - 0.5
    if -0.47575 < q < 0.47575:
        r = q * q
        top = (
            (((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.3577518672690) * r
            - 30.66479806614716
        ) * r + 2.506628277459239
        low = (
            (((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r
            - 13.28068155288572
        ) * r + 1.0
        return q * top / low
    tail = p if q < 0.0 else 1.0 - p
    s = np.sqrt(-2.0 * logarithm(tail))
    top = (
        (((-0.007784894002430293 * s - 0.3223964580411365) * s - 2.400758277161838) * s - 2.549732539343734) * s
        + 4.374664141464968
    ) * s + 2.938163982698783
    low = (((0.007784695709041462 * s + 0.3224671290700398) * s + 2.445134137142996) * s + 3.754408661907416) * s + 1.0
    value = top / low
    return value if q < 0.0 else -value


@small
def poisson(mean, u):
    """Invert the Poisson distribution at u: the count never falls when the mean rises."""
    term = exponential(-mean)
    total = term
    count = 0
    while u > total and count < 60:
        count += 1
        term = term * mean / count
        total += term
    return count


@kernel
def fill_units(key, uid, out):
    """Uniform draws for many rows: key uint64, uid uint64[n], out float64[n] written here."""
    for row in range(uid.size):
        out[row] = unit(key, uid[row])


@kernel
def fill_normals(key, uid, out):
    """Standard normal draws for many rows: key uint64, uid uint64[n], out float64[n] written here."""
    for row in range(uid.size):
        out[row] = normal(key, uid[row])


@kernel
def fill_folds(uid, part, out):
    """Identities derived from identities: uid uint64[n], part uint64[n], out uint64[n] written here."""
    for row in range(uid.size):
        out[row] = fold(uid[row], part[row])
