"""A mean of paired differences, and how sure a finite number of runs makes us of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

LEVEL = 0.95
INTERVAL = "95 % t interval of the mean paired difference: computing error, shrinks with more runs"


@dataclass(frozen=True)
class Paired:
    """A mean of paired differences.

    Attributes
    ----------
    mean
        mean difference; NaN where no replicate defines it.
    low, high
        ends of the interval; NaN with fewer than two replicates.
    same_sign
        share of replicates whose difference has the sign of the mean.
    n
        number of replicates in which both are defined.
    error
        standard error of the mean; NaN with fewer than two replicates.
    units
        what counts as independent in it: replicates, or the draws that they ran under.
    """

    mean: float
    low: float
    high: float
    same_sign: float
    n: int
    error: float = np.nan
    units: int = 0

    @property
    def told_apart(self) -> bool:
        """Say whether the interval keeps clear of 0."""
        return self.n > 1 and (self.low > 0 or self.high < 0)

    @property
    def nothing(self) -> bool:
        """Say whether every replicate is exactly as its baseline."""
        return self.n > 0 and self.mean == 0 and (self.n == 1 or self.low == self.high == 0)

    @property
    def short(self) -> str:
        """Say it in two words, for a table."""
        if self.nothing:
            return "no difference"
        if self.n < 2:
            return "undefined" if self.n == 0 else "one run"
        return ("higher" if self.mean > 0 else "lower") if self.told_apart else "within its error"

    @property
    def verdict(self) -> str:
        """Say in words how sure it is."""
        if self.n == 0:
            return "undefined in every run"
        if self.nothing:
            return "no difference in any run"
        if self.n == 1:
            return "one run only: no interval can be given"
        if not self.told_apart:
            return f"smaller than its computing error with {self.n} runs: not told apart from no effect"
        return "higher than the baseline" if self.mean > 0 else "lower than the baseline"


def paired(base: NDArray[np.float64], arm: NDArray[np.float64]) -> Paired:
    """Compare two rows of values replicate by replicate, float64[n] each; NaN pairs are left out."""
    return of_differences(arm - base)


def of_differences(values: NDArray[np.float64], interval: str = "t") -> Paired:
    """Return the mean of paired differences and its 95 % interval, float64[n]; NaN is left out.

    The interval is `t` or `bootstrap`: bias-corrected and accelerated, Efron 1987, JASA 82, 171-185.
    """
    difference = values[np.isfinite(values)]
    n = len(difference)
    if n == 0:
        return Paired(np.nan, np.nan, np.nan, np.nan, 0)
    mean = float(difference.mean())
    same = float((np.sign(difference) == np.sign(mean)).mean())
    if n == 1:
        return Paired(mean, np.nan, np.nan, same, 1, np.nan, 1)
    error = float(stats.sem(difference))
    low, high = _ENDS[interval](difference, mean, error) if error > 0 else (mean, mean)
    return Paired(mean, float(low), float(high), same, n, error, n)


def _t(difference: NDArray[np.float64], mean: float, error: float) -> tuple[float, float]:
    low, high = stats.t.interval(LEVEL, len(difference) - 1, loc=mean, scale=error)
    return low, high


def _bootstrap(difference: NDArray[np.float64], mean: float, error: float) -> tuple[float, float]:
    # A fixed generator: the same study prints the same interval.
    rng = np.random.default_rng(0)
    found = stats.bootstrap((difference,), np.mean, vectorized=True, confidence_level=LEVEL, rng=rng)
    return found.confidence_interval.low, found.confidence_interval.high


_ENDS = {"t": _t, "bootstrap": _bootstrap}
