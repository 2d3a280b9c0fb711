"""From the unit cube to values: ends, medians worked out by hand, shapes by a test of Kolmogorov, and refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments.designs import full_factorial, sobol_sequence
from experiments.distributions import (
    KINDS,
    Discrete,
    DistributionError,
    LogUniform,
    Triangular,
    TruncatedNormal,
    Uniform,
    quantile,
)

ALL = [
    Uniform(-1.0, 3.0),
    LogUniform(0.01, 100.0),
    Triangular(0.0, 1.0, 4.0),
    Triangular(0.0, 0.0, 4.0),
    Triangular(0.0, 4.0, 4.0),
    TruncatedNormal(1.0, 2.0, 0.0, 5.0),
    TruncatedNormal(0.0, 1.0, 20.0, 21.0),
    Discrete((1.0, 2.0, 5.0), (1.0, 1.0, 2.0)),
]


def test_medians_by_hand():
    assert quantile(Uniform(-1.0, 3.0), 0.5) == 1.0
    assert quantile(LogUniform(0.01, 100.0), 0.5) == pytest.approx(1.0)
    # The rising side holds 1/4 of the probability; (4 - x)² / (4 · 3) = 1/2 gives x = 4 - sqrt(6).
    assert quantile(Triangular(0.0, 1.0, 4.0), 0.5) == pytest.approx(4 - np.sqrt(6))
    assert quantile(TruncatedNormal(2.0, 5.0, 0.0, 4.0), 0.5) == pytest.approx(2.0)


@pytest.mark.parametrize("one", ALL, ids=str)
def test_ends_are_finite_and_values_rise(one):
    values = quantile(one, np.linspace(0, 1, 1001))
    ends = (min(one.values), max(one.values)) if isinstance(one, Discrete) else (one.low, one.high)
    assert (values[0], values[-1]) == pytest.approx(ends)
    assert ((values >= ends[0]) & (values <= ends[1])).all()
    assert (np.diff(values) >= 0).all()


@pytest.mark.parametrize(
    ("one", "reference"),
    [
        (Uniform(-1.0, 3.0), stats.uniform(-1, 4)),
        (Triangular(0.0, 1.0, 4.0), stats.triang(0.25, 0, 4)),
        (TruncatedNormal(1.0, 2.0, 0.0, 5.0), stats.truncnorm(-0.5, 2, 1, 2)),
    ],
    ids=["uniform", "triangular", "truncated normal"],
)
def test_values_are_spread_as_they_say(one, reference):
    assert stats.kstest(quantile(one, sobol_sequence(1024, 1, 1)[:, 0]), reference.cdf).statistic < 0.005


def test_log_uniform_is_uniform_in_its_logarithm():
    values = np.log10(quantile(LogUniform(0.01, 100.0), np.linspace(0, 1, 5)))
    np.testing.assert_allclose(values, [-2, -1, 0, 1, 2], atol=1e-12)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=6).filter(any))
def test_discrete_values_come_as_often_as_their_weights(weights):
    one = Discrete(tuple(float(at) for at in range(len(weights))), tuple(float(weight) for weight in weights))
    count = sum(weights) * 20
    values = quantile(one, (np.arange(count) + 0.5) / count)
    assert np.bincount(values.astype(int), minlength=len(weights)).tolist() == [20 * weight for weight in weights]
    assert all(weights[int(value)] for value in quantile(one, [0.0, 1.0]))


@given(st.integers(1, 12))
def test_as_many_levels_as_values_give_each_value_once_in_order(count):
    values = tuple(float(10 - at) for at in range(count))
    assert tuple(quantile(Discrete(values), full_factorial([count])[:, 0])) == values


@given(st.floats(0, 1, exclude_max=True))
def test_discrete_agrees_with_scipy(unit):
    reference = stats.rv_discrete(values=([0, 1, 2], [0.25, 0.25, 0.5]))
    expected = max(float(reference.ppf(unit)), 0.0)
    assert quantile(Discrete((0.0, 1.0, 2.0), (1.0, 1.0, 2.0)), unit) == expected


def test_every_kind_has_a_name():
    assert set(KINDS.values()) == {type(one) for one in ALL}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Uniform(2.0, 1.0), "low = 2 should be a number below high = 1"),
        (lambda: Uniform(0.0, np.inf), "low = 0 should be a number below high = inf"),
        (lambda: LogUniform(0.0, 1.0), "low = 0 should be above 0"),
        (lambda: Triangular(0.0, 5.0, 4.0), "mode = 5 should lie between 0 and 4"),
        (lambda: TruncatedNormal(0.0, 0.0, 0.0, 1.0), "deviation = 0 should be a number above 0"),
        (lambda: TruncatedNormal(np.nan, 1.0, 0.0, 1.0), "mean = nan should be a number"),
        (lambda: Discrete(()), "values should name at least one"),
        (lambda: Discrete((1.0,), (1.0, 2.0)), "2 weights should be 1, one for each value"),
        (lambda: Discrete((1.0, 2.0), (0.0, 0.0)), "weights = 0, 0 should be 0 or more, and one above 0"),
        (lambda: quantile(Uniform(0.0, 1.0), [0.5, 1.5]), "coordinates should lie between 0 and 1"),
        (lambda: quantile(Uniform(0.0, 1.0), np.nan), "coordinates should lie between 0 and 1"),
    ],
)
def test_what_cannot_be_is_refused(make, message):
    with pytest.raises(DistributionError, match=message):
        make()
