"""Two kinds of doubt kept apart: luck, which more runs average away, and uncertain parameters, which they don't.

Values are paired differences or levels, one a run, each with the draw of uncertain parameters that it ran under.
Runs of one draw differ by luck (their replicate) alone.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats

from analysis.paired import LEVEL, Paired, of_differences

RANGE = (0.05, 0.95)
"""Quantiles over draws."""
_TAILS = (0.5 + LEVEL / 2, 0.5 - LEVEL / 2)
_ROUNDING = 1e-12
"""What differs by less of the largest value doesn't differ."""


@dataclass(frozen=True)
class Range:
    """Where the result lies over what the parameters might be.

    Attributes
    ----------
    low, high
        5 % and 95 % quantile of the draws' means; NaN with fewer than two draws.
    draws
        draws with a defined value; with fewer than twenty the quantiles are about the lowest and the highest mean.
    fewest, most
        defined runs of a draw.
    """

    low: float
    high: float
    draws: int
    fewest: int
    most: int

    @property
    def luck_included(self) -> bool:
        """Say whether some draw ran once, so that its mean is as lucky as its run."""
        return self.fewest == 1

    @property
    def text(self) -> str:
        """Say what the range is of."""
        if self.draws < 2:
            return "no range: the parameters were drawn once" if self.draws else "undefined in every run"
        of = f"5 to 95 % of {self.draws} draws of the uncertain parameters"
        if self.luck_included:
            return f"{of}; includes luck, since {'each' if self.most == 1 else 'some'} ran once"
        return f"{of}, each a mean of {_span(self.fewest, self.most)} runs"


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


@dataclass(frozen=True)
class Split:
    """The variance of one run, taken apart.

    Attributes
    ----------
    luck
        variance between runs of one draw; NaN where no draw has two.
    parameters
        variance of the draws' true means, 0 where its estimate is below 0; NaN where it can't be told.
    low, high
        95 % interval of the parameters' share.
    draws, runs
        defined draws and runs.
    truncated
        the estimate of `parameters` was below 0, which says that it is small beside luck.
    """

    luck: float
    parameters: float
    low: float
    high: float
    draws: int
    runs: int
    truncated: bool

    @property
    def parameters_share(self) -> float:
        """Share of the uncertain parameters, 0 to 1; NaN where undefined."""
        total = self.luck + self.parameters
        return self.parameters / total if total > 0 else np.nan

    @property
    def luck_share(self) -> float:
        """Share of luck, 0 to 1; NaN where undefined."""
        return 1 - self.parameters_share

    @property
    def text(self) -> str:
        """Say it in a sentence, or why it can't be said."""
        if self.runs == self.draws:
            reason = "each draw ran once, so luck and parameters can't be told apart: two or more runs a draw would do"
            return reason if self.runs else "undefined in every run"
        if self.draws == 1:
            return "the parameters were drawn once: all variance is luck"
        if self.luck + self.parameters == 0:
            return "no two runs differ: there is no variance to share out"
        share, low, high = (round(100 * one) for one in (self.parameters_share, self.low, self.high))
        told = f"parameters {share} % (95 %: {low} to {high} %) and luck {100 - share} % of the variance of a run"
        return f"{told}; the estimate for parameters was below 0 and is shown as 0" if self.truncated else told


@dataclass(frozen=True)
class _Groups:
    """Values by draw: float64[draws] means, int64[draws] runs, and the sum of squares around those means."""

    means: NDArray[np.float64]
    runs: NDArray[np.int64]
    within: float

    @property
    def total(self) -> int:
        return int(self.runs.sum())


def computing_error(values: ArrayLike, draws: ArrayLike, interval: str = "t") -> Paired:
    """Return the mean of paired differences and its 95 % interval: of the draws' means, or the runs of the only draw.

    Runs of one draw share its parameters, so they aren't independent of one another: the draw is the unit.

    Parameters
    ----------
    values
        float64[n]; NaN is left out.
    draws
        int[n], the draw of each.
    interval
        as that of `analysis.paired.of_differences`.

    `n` counts the values, `units` what is independent: draws, or the runs of the only draw. Each draw counts alike.
    """
    defined, which = _defined(values, draws)
    groups = _grouped(defined, which)
    one = of_differences(groups.means if len(groups.means) > 1 else defined, interval)
    same = float((np.sign(defined) == np.sign(one.mean)).mean()) if len(defined) else np.nan
    return replace(one, same_sign=same, n=len(defined))


def range_over_draws(values: ArrayLike, draws: ArrayLike) -> Range:
    """Return the 5 to 95 % range of the draws' means: values float64[n], NaN left out; draws int[n].

    Quantiles are median-unbiased (Hyndman and Fan 1996, definition 8).
    """
    groups = _grouped(*_defined(values, draws))
    count = len(groups.means)
    low, high = np.quantile(groups.means, RANGE, method="median_unbiased") if count > 1 else (np.nan, np.nan)
    fewest, most = (int(groups.runs.min()), int(groups.runs.max())) if count else (0, 0)
    return Range(float(low), float(high), count, fewest, most)


def split_variance(values: ArrayLike, draws: ArrayLike) -> Split:
    """Part the variance of a run into luck and uncertain parameters: one-way random effects, unbalanced allowed.

    The law of total variance: Var(y) = E Var(y | draw) + Var E(y | draw). Estimates equate mean squares and their
    expectations (Searle, Casella and McCulloch 1992, Variance Components, 3.6); the interval of the share is Wald's
    (1940, Annals of Mathematical Statistics 11, 96-100), exact for normal values in groups of any size.

    Parameters
    ----------
    values
        float64[n]; NaN is left out.
    draws
        int[n], the draw of each; a draw with one run tells nothing of luck.
    """
    groups = _grouped(*_defined(values, draws))
    draw_count, runs = len(groups.means), groups.total
    if runs == draw_count:
        return Split(np.nan, np.nan, np.nan, np.nan, draw_count, runs, False)
    luck = groups.within / (runs - draw_count)
    if draw_count == 1:
        return Split(luck, np.nan, np.nan, np.nan, 1, runs, False)
    effective = (runs - float((groups.runs**2).sum()) / runs) / (draw_count - 1)
    between = _spread(groups, groups.runs.astype(float)) / (draw_count - 1)
    parameters = (between - luck) / effective
    low, high = _share_interval(groups, luck)
    return Split(luck, max(parameters, 0.0), low, high, draw_count, runs, parameters < 0)


def _defined(values: ArrayLike, draws: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    value, draw = np.asarray(values, np.float64), np.asarray(draws)
    if value.shape != draw.shape or value.ndim != 1:
        raise ValueError(f"values {value.shape} and draws {draw.shape} should be two rows of one length")
    keep = np.isfinite(value)
    return value[keep], draw[keep]


def _grouped(values: NDArray[np.float64], draws: NDArray[np.int64]) -> _Groups:
    _, place, runs = np.unique(draws, return_inverse=True, return_counts=True)
    means = np.bincount(place, weights=values) / runs
    apart = values - means[place]
    apart[np.abs(apart) <= _ROUNDING * np.abs(values).max(initial=0)] = 0
    return _Groups(means, runs, float((apart**2).sum()))


def _spread(groups: _Groups, weights: NDArray[np.float64]) -> float:
    """Return the weighted sum of squares of the draws' means around their weighted mean."""
    apart = groups.means - np.average(groups.means, weights=weights)
    apart[np.abs(apart) <= _ROUNDING * np.abs(groups.means).max()] = 0
    return float((weights * apart**2).sum())


def _share_interval(groups: _Groups, luck: float) -> tuple[float, float]:
    """Return Wald's 95 % interval of the parameters' share; (1, 1) without luck, NaN where nothing varies."""
    if luck == 0:
        alone = 1.0 if _spread(groups, groups.runs.astype(float)) > 0 else np.nan
        return alone, alone
    count = len(groups.means)
    bounds = stats.f.ppf(_TAILS, count - 1, groups.total - count)
    return _share_at(groups, luck, float(bounds[0])), _share_at(groups, luck, float(bounds[1]))


def _share_at(groups: _Groups, luck: float, quantile: float) -> float:
    """Return the share at which Wald's ratio, which falls with it, equals a quantile of F; 0 where it is below."""

    def excess(share: float) -> float:
        # A draw's mean of n runs has variance luck (1/n + share / (1 - share)).
        weights = groups.runs * (1 - share) / (1 - share + groups.runs * share)
        ratio = _spread(groups, weights) / (len(groups.means) - 1) / luck if share < 1 else 0.0
        return ratio - quantile

    return float(optimize.brentq(excess, 0.0, 1.0)) if excess(0.0) > 0 else 0.0
