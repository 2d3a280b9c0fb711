"""One outcome of one arm, month by month."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.meaning import Meaning


@dataclass(frozen=True)
class Series:
    """One outcome of one arm month by month: `top` and `low` are float64[runs, months].

    `low` is None for a count. `draws` and `replicates` int64[runs] say which runs; months start at `start`.
    """

    meaning: Meaning
    start: int
    draws: NDArray[np.int64]
    replicates: NDArray[np.int64]
    top: NDArray[np.float64]
    low: NDArray[np.float64] | None

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """(draw, replicate) of each run."""
        return list(zip(self.draws.tolist(), self.replicates.tolist(), strict=True))

    def monthly(self) -> NDArray[np.float64]:
        """Return the value of every month, float64[runs, months]; NaN where undefined."""
        if self.low is None:
            return self.top
        return ratio(self.top, self.low)


@dataclass(frozen=True)
class Pooled:
    """One outcome of one arm over a window, a value per run: float64[runs]; NaN where undefined.

    A ratio is the sum of its numerators over the sum of its denominators, anything else the mean of its months.
    """

    meaning: Meaning
    draws: NDArray[np.int64]
    replicates: NDArray[np.int64]
    values: NDArray[np.float64]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """(draw, replicate) of each run."""
        return list(zip(self.draws.tolist(), self.replicates.tolist(), strict=True))

    @property
    def mean(self) -> float:
        """Mean of the runs in which it is defined; NaN if it is in none."""
        known = self.values[np.isfinite(self.values)]
        return float(known.mean()) if len(known) else float("nan")


@dataclass(frozen=True)
class Matched:
    """The baseline's and an arm's values of the same draws and replicates: float64[n] each, int64[n] the draws."""

    base: NDArray[np.float64]
    arm: NDArray[np.float64]
    draws: NDArray[np.int64]
    replicates: NDArray[np.int64]

    @property
    def differences(self) -> NDArray[np.float64]:
        """Paired differences, float64[n, ...]; NaN where either is undefined."""
        return self.arm - self.base


def matched(base: Series | Pooled, arm: Series | Pooled) -> Matched:
    """Keep the draws and replicates that both have, in the order of the arm's; of a series its monthly values."""
    known = {pair: row for row, pair in enumerate(base.pairs)}
    both = [(known[pair], row) for row, pair in enumerate(arm.pairs) if pair in known]
    in_base, in_arm = [row for row, _ in both], [row for _, row in both]
    before, after = (one.monthly() if isinstance(one, Series) else one.values for one in (base, arm))
    return Matched(before[in_base], after[in_arm], arm.draws[in_arm], arm.replicates[in_arm])


def pool(sums: NDArray[np.float64], months: int) -> NDArray[np.float64]:
    """Turn sums over a window into values: numerators over denominators, or the mean of the months.

    Parameters
    ----------
    sums
        float64[runs, columns]: two columns of a ratio, one of anything else.
    months
        of the window.
    """
    return ratio(sums[:, 0], sums[:, 1]) if sums.shape[1] > 1 else sums[:, 0] / months


def ratio(top: NDArray[np.float64], low: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide, NaN where there is nothing to divide by."""
    return np.asarray(np.divide(top, low, out=np.full_like(top, np.nan), where=low != 0), np.float64)
