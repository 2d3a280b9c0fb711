"""A ratio of two means over the same runs, such as the poorest's part of a gain, and how sure it is."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.paired import LEVEL, Paired

Values = NDArray[np.float64]


def ratio_error(top: Values, bottom: Values, draws: NDArray[np.int64]) -> Paired:
    """Return the mean of `top` over the mean of `bottom` and its 95 % interval.

    Each draw of uncertain parameters counts alike, and is the unit where there are several, as in
    `analysis.doubt.computing_error`. The interval is Fieller's (1954, J. Royal Statistical Society B 16, 175-185): the
    ratios r for which a t test doesn't tell the mean of top - r bottom from 0. A mean of ratios would hang on the runs
    whose bottom is nearest to 0.

    Parameters
    ----------
    top, bottom
        float64[n], a value a run; pairs with a NaN are left out.
    draws
        int64[n], the draw of each.

    The ratio is NaN where the mean of `bottom` is 0; the ends are NaN with fewer than two units, and where `bottom`
    isn't told apart from 0, so that no ratio can be excluded. `error` is NaN: the interval isn't symmetric.
    """
    defined = np.isfinite(top) & np.isfinite(bottom)
    above, below = _units(top[defined], draws[defined]), _units(bottom[defined], draws[defined])
    n = int(defined.sum())
    if not n or below.mean() == 0:
        return Paired(np.nan, np.nan, np.nan, np.nan, n if len(below) else 0)
    mean = float(above.mean() / below.mean())
    same = float((np.sign(top[defined] * bottom[defined]) == np.sign(mean)).mean())
    low, high = _fieller(above, below) if len(above) > 1 else (np.nan, np.nan)
    return Paired(mean, low, high, same, n, np.nan, len(above))


def mean_of(values: Values, draws: NDArray[np.int64]) -> float:
    """Return the mean of float64[n], each draw counting alike, without NaN; NaN where nothing is left."""
    defined = np.isfinite(values)
    return float(_units(values[defined], draws[defined]).mean()) if defined.any() else float("nan")


def _units(values: Values, draws: NDArray[np.int64]) -> Values:
    """Return what is independent: the draws' means, or the runs of the only draw."""
    _, place, runs = np.unique(draws, return_inverse=True, return_counts=True)
    return np.asarray(np.bincount(place, weights=values) / runs if len(runs) > 1 else values, np.float64)


def _fieller(top: Values, bottom: Values) -> tuple[float, float]:
    """Return the roots of Fieller's quadratic; NaN where it excludes no ratio, or only some in the middle."""
    n = len(top)
    squared = float(stats.t.ppf(0.5 + LEVEL / 2, n - 1)) ** 2
    covariance = np.cov(top, bottom) / n
    above, below = float(top.mean()), float(bottom.mean())
    leading = below**2 - squared * covariance[1, 1]
    if leading <= 0:
        return float("nan"), float("nan")
    middle = above * below - squared * covariance[0, 1]
    last = above**2 - squared * covariance[0, 0]
    half = float(np.sqrt(max(middle**2 - leading * last, 0.0)))
    return float((middle - half) / leading), float((middle + half) / leading)
