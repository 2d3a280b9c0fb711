"""Many effects looked at together: what holds for all of them at once."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.paired import LEVEL

Values = NDArray[np.float64]


def p_values(estimate: Values, error: Values, freedom: Values) -> Values:
    """Return two-sided p values of a t test, float64[n]; 1 where nothing differs, 0 where all differ alike."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 2 * stats.t.sf(np.abs(estimate) / error, np.where(freedom > 0, freedom, np.nan))
    same = (error == 0) & np.isfinite(estimate)
    return np.where(same, np.where(estimate == 0, 1.0, 0.0), found)


def holm(estimate: Values, error: Values, freedom: Values) -> Values:
    """Return p values adjusted for all that are defined, float64[n]: S. Holm 1979, Scand. J. Statist. 6, 65-70.

    Below 0.05 with at most 5 % chance that any of the true nulls is; NaN where undefined.
    """
    p = p_values(estimate, error, freedom)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    steps = p[order] * (len(order) - np.arange(len(order)))
    adjusted = np.full(len(p), np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def simultaneous_ends(estimate: Values, error: Values, freedom: Values) -> tuple[Values, Values]:
    """Return ends of intervals that all hold together in 95 %, float64[n] each; NaN where undefined.

    Bonferroni: intervals that go with Holm's steps say nothing of the size of what they tell apart.
    """
    count = int(np.isfinite(error).sum())
    if not count:
        return np.full(len(estimate), np.nan), np.full(len(estimate), np.nan)
    quantile = stats.t.ppf(1 - (1 - LEVEL) / 2 / count, np.where(freedom > 0, freedom, np.nan))
    half = np.where(error == 0, 0.0, quantile * error)
    return estimate - half, estimate + half
