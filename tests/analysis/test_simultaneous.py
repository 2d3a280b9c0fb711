"""Holm's steps against statsmodels, and what simultaneous intervals promise."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from analysis.simultaneous import holm, p_values, simultaneous_ends

EFFECTS = st.lists(st.tuples(st.floats(-5, 5), st.floats(0.1, 3), st.integers(1, 60)), min_size=1, max_size=12)


def columns(rows):
    return (np.array(column, float) for column in zip(*rows, strict=True))


@given(EFFECTS)
def test_holm_as_statsmodels_has_it(rows):
    estimate, error, freedom = columns(rows)
    reference = multipletests(p_values(estimate, error, freedom), method="holm")[1]
    np.testing.assert_allclose(holm(estimate, error, freedom), reference, rtol=1e-12)


@given(EFFECTS)
def test_one_effect_alone_keeps_its_interval_and_more_make_it_wider(rows):
    estimate, error, freedom = columns(rows)
    low, high = simultaneous_ends(estimate, error, freedom)
    single = simultaneous_ends(estimate[:1], error[:1], freedom[:1])
    alone = stats.t.interval(0.95, freedom[0], estimate[0], error[0])
    np.testing.assert_allclose([one[0] for one in single], alone, rtol=1e-9)
    assert low[0] <= single[0][0] + 1e-12
    assert high[0] >= single[1][0] - 1e-12


def test_exact_and_undefined_effects():
    nan = np.nan
    estimate, error = np.array([0.0, 2.0, nan, 1.0, 3.0]), np.array([0.0, 0.0, nan, nan, 0.5])
    freedom = np.array([9.0, 9.0, 0.0, 0.0, 9.0])
    found = holm(estimate, error, freedom)
    assert found[:2].tolist() == [1.0, 0.0]
    assert np.isnan(found[2:4]).all()
    assert found[4] == 2 * 2 * stats.t.sf(6.0, 9)
    low, high = simultaneous_ends(estimate, error, freedom)
    assert (low[:2].tolist(), high[:2].tolist()) == ([0.0, 2.0], [0.0, 2.0])
    assert np.isnan(low[2:4]).all()


def test_all_intervals_hold_together_in_95_of_100():
    rng = np.random.default_rng(1)
    together = 0
    for _ in range(2000):
        values = rng.normal(size=(6, 12))
        ends = simultaneous_ends(values.mean(axis=1), stats.sem(values, axis=1), np.full(6, 11.0))
        together += bool(((ends[0] <= 0) & (ends[1] >= 0)).all())
    # Bonferroni of six independent effects holds with 0.951; the bound is its 1e-6 quantile.
    assert together >= stats.binom.ppf(1e-6, 2000, 0.95)
