"""What common random numbers save: how many times more replicates would be needed if each arm had luck of its own."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from analysis.paired import LEVEL

RESAMPLES = 2_000
_AT_ONCE = 1_000_000
"""Values resampled together, a bound of memory."""
_FEWEST = 3
"""Replicates below which no interval is given: resamples of two values tell nothing."""
_ROUNDING = 1e-12
"""What varies by less of the largest value doesn't vary."""
_NOTHING = 1e-18
"""A share of variance below this is rounding."""


@dataclass(frozen=True)
class Saving:
    """The variance of a difference with independent luck over that with shared luck.

    Attributes
    ----------
    ratio
        (Var(baseline) + Var(arm)) / Var(arm - baseline): so many times more replicates would be needed without pairing;
        infinite where the difference never varies, NaN where nothing does or fewer than two pairs are defined.
    low, high
        95 % bootstrap interval; NaN with fewer than three pairs. It covers 90 to 95 % with 10 to 50 normal pairs.
    correlation
        of baseline and arm over replicates; NaN where one of them never varies.
    n
        replicates in which both are defined.
    """

    ratio: float
    low: float
    high: float
    correlation: float
    n: int

    @property
    def text(self) -> str:
        """Say it in a sentence."""
        if self.n < 2:
            return f"not defined: {'one run' if self.n else 'undefined in every run'}"
        if np.isnan(self.ratio):
            return "not defined: neither the baseline nor the arm varies from run to run"
        if np.isinf(self.ratio):
            return "exact: the difference is the same in every run, so one pair tells it all"
        if np.isnan(self.correlation):
            return "neither saves nor costs: the baseline or the arm never varies, so there is no luck to share"
        return f"{self._told}{self._between}"

    @property
    def _told(self) -> str:
        if self.ratio >= 1:
            return f"saves: without shared luck {_times(self.ratio)} times as many runs would be needed"
        opposite = f"luck moves the baseline and the arm in opposite directions (correlation {self.correlation:.2f})"
        return f"costs: without shared luck {_times(self.ratio)} times as many runs would do, since {opposite}"

    @property
    def _between(self) -> str:
        if np.isnan(self.low):
            return ""
        unsure = ", so it isn't told apart from 1" if self.low <= 1 <= self.high else ""
        return f" (95 %: {_times(self.low)} to {_times(self.high)}{unsure})"


def _times(ratio: float) -> str:
    """Three digits, and no powers of ten where a reader expects thousands."""
    return f"{ratio:,.0f}" if ratio >= 1000 else f"{ratio:.3g}"


def saving(base: ArrayLike, arm: ArrayLike, seed: int) -> Saving:
    """Compare the variance of a paired difference with that of an unpaired one.

    Parameters
    ----------
    base, arm
        float64[n], replicate by replicate; NaN pairs are left out.
    seed
        of the bootstrap over replicates.

    The interval is a percentile interval of Var(difference) / (Var(baseline) + Var(arm)), which is bounded, turned
    over. Raises ValueError for rows of unlike length.
    """
    first, second = np.asarray(base, np.float64), np.asarray(arm, np.float64)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError(f"baseline {first.shape} and arm {second.shape} should be two rows of one length")
    keep = np.isfinite(first) & np.isfinite(second)
    first, second = first[keep], second[keep]
    n = len(first)
    if n < 2 or not (_varies(first) or _varies(second)):
        return Saving(np.nan, np.nan, np.nan, np.nan, n)
    share = float(_share(first, second, axis=0))
    low, high = _interval(first, second, seed) if n >= _FEWEST else (np.nan, np.nan)
    return Saving(_turned(share), _turned(high), _turned(low), _correlation(first, second), n)


def _varies(values: NDArray[np.float64]) -> bool:
    return bool(np.ptp(values) > _ROUNDING * np.abs(values).max())


def _share(first: NDArray[np.float64], second: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Return Var(difference) / (Var(baseline) + Var(arm)); 1, which says nothing, where neither varies."""
    apart = first.var(axis) + second.var(axis)
    share = np.divide((second - first).var(axis), apart, out=np.ones_like(apart), where=apart > 0)
    return np.where(share < _NOTHING, 0.0, share)


def _interval(first: NDArray[np.float64], second: NDArray[np.float64], seed: int) -> tuple[float, float]:
    found = stats.bootstrap(
        (first, second), _share, paired=True, vectorized=True, method="percentile", n_resamples=RESAMPLES,
        batch=max(1, _AT_ONCE // len(first)),
        confidence_level=LEVEL, rng=np.random.default_rng(seed),
    )  # fmt: skip
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def _turned(share: float) -> float:
    return 1 / share if share else np.inf


def _correlation(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    both = _varies(first) and _varies(second)
    return float(np.corrcoef(first, second)[0, 1]) if both else np.nan
