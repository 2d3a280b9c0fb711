"""When an outcome gets as far as somebody wants it, and how much sooner for what an arm does."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.doubt import computing_error
from analysis.meaning import Cell
from analysis.months import ResultsError
from analysis.paired import Paired
from analysis.series import matched
from analysis.study import BASELINE, Study


@dataclass(frozen=True)
class TimeTo:
    """Months until an outcome first lies at or beyond a threshold and stays there for `lasting` months.

    Attributes
    ----------
    above
        whether beyond means at least the threshold, else at most.
    reached_share, baseline_reached_share
        of the runs of the arm and of the baseline that reach it.
    median, baseline_median
        months from the first month of the runs, 0 if it is so from the start; NaN where fewer than half reach it.
    sooner
        mean paired difference of the months up to it, at most the length of the runs (restricted mean): above 0
        the arm gets there sooner.
    """

    outcome: str
    arm: str
    threshold: float
    above: bool
    lasting: int
    reached_share: float
    baseline_reached_share: float
    median: float
    baseline_median: float
    sooner: Paired

    @property
    def text(self) -> str:
        """Say it in a sentence."""
        way = "at least" if self.above else "at most"
        what = f"{self.outcome} of {way} {self.threshold:g} is reached in {self.reached_share:.0%} of the runs"
        beside = f"baseline {self.baseline_reached_share:.0%}"
        if not self.sooner.told_apart:
            return f"{what} ({beside}); how much sooner: {self.sooner.verdict}"
        word = "sooner" if self.sooner.mean > 0 else "later"
        low, high = sorted((abs(self.sooner.low), abs(self.sooner.high)))
        return f"{what} ({beside}), {abs(self.sooner.mean):.1f} months {word} (95 %: {low:.1f} to {high:.1f})"


def months_until(values: NDArray[np.float64], threshold: float, above: bool, lasting: int = 1) -> NDArray[np.float64]:
    """Return the first month from which values lie beyond a threshold for so many months, float64[runs]; NaN if never.

    Parameters
    ----------
    values
        float64[runs, months]; an undefined month lies nowhere.
    threshold
        in the unit of the values.
    above
        whether beyond is at least the threshold, else at most.
    lasting
        months in a row, 1 or more.
    """
    with np.errstate(invalid="ignore"):
        beyond = values >= threshold if above else values <= threshold
    if lasting > beyond.shape[1]:
        return np.full(len(values), np.nan)
    kept = np.lib.stride_tricks.sliding_window_view(beyond, lasting, axis=1).all(axis=2)
    return np.where(kept.any(axis=1), kept.argmax(axis=1).astype(float), np.nan)


def time_to(
    study: Study,
    outcome: str,
    arm: str,
    threshold: float,
    *,
    above: bool | None = None,
    lasting: int = 1,
    cell: Cell | None = None,
) -> TimeTo:
    """Tell when an arm and the baseline reach a threshold.

    Parameters
    ----------
    study, outcome, arm, cell
        as those of `analysis.compare.compare`.
    threshold
        in the outcome's unit.
    above
        whether at least the threshold is wanted; the better direction of the outcome where left out.
    lasting
        months in a row that it has to last.

    Raises ResultsError for names that weren't recorded, or an outcome without a better direction and no `above`.
    """
    meaning = study.meaning(outcome)
    if above is None and not meaning.better:
        raise ResultsError(f"'{outcome}' has no better direction: say above=True or above=False")
    up = meaning.better > 0 if above is None else above
    both = matched(study.series(outcome, BASELINE, cell), study.series(outcome, arm, cell))
    base, reached = (months_until(one, threshold, up, lasting) for one in (both.base, both.arm))
    saved = np.where(np.isnan(base), study.months, base) - np.where(np.isnan(reached), study.months, reached)
    sooner = computing_error(saved, both.draws)
    shares = (float(np.isfinite(one).mean()) for one in (reached, base))
    return TimeTo(outcome, arm, threshold, up, lasting, *shares, _median(reached), _median(base), sooner)


def _median(months: NDArray[np.float64]) -> float:
    """Return the median of times some of which never come; NaN where it doesn't."""
    middle = float(np.median(np.where(np.isnan(months), np.inf, months)))
    return middle if np.isfinite(middle) else float("nan")
