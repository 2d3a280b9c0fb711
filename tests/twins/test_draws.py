"""Plain-Python twins of the draws: unbounded integers and the mathematical library."""

import math

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from simulation.kernels import draws

WORD = 2**64 - 1
keys = st.integers(0, WORD)
uids = st.lists(st.integers(0, WORD), max_size=20)


def mix_twin(z):
    """SplitMix64 on paper: add the golden gamma, then shift, xor and multiply twice."""
    z = (z + 0x9E3779B97F4A7C15) & WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return z ^ (z >> 31)


def fold_twin(key, part):
    return mix_twin(key ^ mix_twin(part))


def unit_twin(key, uid):
    return ((mix_twin(key ^ uid) >> 12) + 0.5) / 2**52


def quantile_twin(p):
    """Bisect the normal distribution function, which knows nothing of a rational fit."""
    if p > 0.5:
        return -quantile_twin(1 - p)  # the upper tail has no digits left near 1
    low, high = -40.0, 40.0
    for _ in range(200):
        middle = (low + high) / 2
        below = math.erfc(-middle / math.sqrt(2)) / 2 < p
        low, high = (middle, high) if below else (low, middle)
    return low


def poisson_twin(mean, u):
    """Add up probabilities, each from its own formula, until they pass u."""
    count, total = 0, math.exp(-mean)
    while u > total and count < 60:
        count += 1
        total += math.exp(count * math.log(mean) - mean - math.lgamma(count + 1)) if mean > 0 else 0.0
    return count


@given(keys)
def test_mix(z):
    assert int(draws.mix(np.uint64(z))) == mix_twin(z)


@given(keys, keys)
def test_fold(key, part):
    assert int(draws.fold(np.uint64(key), np.uint64(part))) == fold_twin(key, part)


@given(keys, keys)
def test_unit(key, uid):
    drawn = draws.unit(np.uint64(key), np.uint64(uid))
    assert drawn == unit_twin(key, uid)
    assert 0.0 < drawn < 1.0


@given(keys, keys)
def test_gumbel(key, uid):
    assert math.isclose(
        draws.gumbel(np.uint64(key), np.uint64(uid)),
        -math.log(-math.log(unit_twin(key, uid))),
        rel_tol=1e-12,
        abs_tol=1e-12,
    )


@given(st.floats(1e-300, 1e300))
def test_logarithm(x):
    assert math.isclose(draws.logarithm(np.float64(x)), math.log(x), rel_tol=1e-15)


@given(st.floats(-690.0, 690.0))
def test_exponential(x):
    assert math.isclose(draws.exponential(np.float64(x)), math.exp(x), rel_tol=1e-15)


@given(st.floats(-600.0, 600.0))
def test_logistic(x):
    expected = 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
    assert math.isclose(draws.logistic(np.float64(x)), expected, rel_tol=1e-14)


@given(st.floats(-10.0, 10.0), st.floats(1e-9, 1 - 1e-9), st.booleans())
@example(-1.0, 0.5, True)
@example(-2.0, 0.5, True)
@example(-3.0, 0.5, True)
def test_happens_is_a_draw_below_the_logistic(x, u, at_the_edge):
    chance = draws.logistic(np.float64(x))
    u = float(np.nextafter(chance, 0)) if at_the_edge else u
    assert draws.happens(u, np.float64(x)) == (u < chance)


@given(st.floats(1e-12, 1 - 1e-12))
@example(1 - 1e-12)
def test_normal_quantile(p):
    assert math.isclose(draws.normal_quantile(np.float64(p)), quantile_twin(p), rel_tol=3e-9, abs_tol=1e-9)


@given(keys, keys)
def test_normal(key, uid):
    p = unit_twin(key, uid)
    assert math.isclose(draws.normal(np.uint64(key), np.uint64(uid)), quantile_twin(p), rel_tol=3e-9, abs_tol=1e-8)


@given(st.floats(0.0, 12.0), st.floats(0.0, 1 - 1e-9))
def test_poisson(mean, u):
    count = draws.poisson(np.float64(mean), np.float64(u))
    assert count in {poisson_twin(mean, u * (1 - 1e-12)), poisson_twin(mean, min(1.0, u * (1 + 1e-12)))}


@given(keys, uids)
def test_fill_units(key, uid):
    out = np.empty(len(uid))
    draws.fill_units(np.uint64(key), np.array(uid, np.uint64), out)
    assert out.tolist() == [unit_twin(key, one) for one in uid]


@given(keys, uids)
def test_fill_normals(key, uid):
    out = np.empty(len(uid))
    draws.fill_normals(np.uint64(key), np.array(uid, np.uint64), out)
    np.testing.assert_allclose(out, [quantile_twin(unit_twin(key, one)) for one in uid], rtol=3e-9, atol=1e-8)


@given(st.lists(st.tuples(keys, keys), max_size=20))
def test_fill_folds(pairs):
    uid, part = (np.array([pair[side] for pair in pairs], np.uint64) for side in (0, 1))
    out = np.empty(len(pairs), np.uint64)
    draws.fill_folds(uid, part, out)
    assert out.tolist() == [fold_twin(*pair) for pair in pairs]
