"""The paired difference: the same luck with and without a policy, and how sure that makes us."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.load import BASELINE, Cell, Meaning, Series, Study
from analysis.months import Window

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

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
    """

    mean: float
    low: float
    high: float
    same_sign: float
    n: int

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


@dataclass(frozen=True)
class Comparison:
    """One outcome of one arm against the baseline, over a window, for some people."""

    outcome: str
    arm: str
    cell: Cell
    window: Window
    meaning: Meaning
    baseline: float
    difference: Paired


def paired(base: NDArray[np.float64], arm: NDArray[np.float64]) -> Paired:
    """Compare two rows of values replicate by replicate, float64[n] each; NaN pairs are left out."""
    return of_differences(arm - base)


def of_differences(values: NDArray[np.float64]) -> Paired:
    """Return the mean of paired differences and its 95 % t interval, float64[n]; NaN is left out."""
    difference = values[np.isfinite(values)]
    n = len(difference)
    if n == 0:
        return Paired(np.nan, np.nan, np.nan, np.nan, 0)
    mean = float(difference.mean())
    same = float((np.sign(difference) == np.sign(mean)).mean())
    if n == 1:
        return Paired(mean, np.nan, np.nan, same, 1)
    error = stats.sem(difference)
    low, high = stats.t.interval(LEVEL, n - 1, loc=mean, scale=error) if error > 0 else (mean, mean)
    return Paired(mean, float(low), float(high), same, n)


def compare(
    study: Study, outcome: str, arm: str, window: Window | str | None = None, cell: Cell | None = None
) -> Comparison:
    """Compare an arm with the baseline.

    Parameters
    ----------
    study
        an open result folder.
    outcome
        a recorded outcome (a ratio by its name without `__num`).
    arm
        an arm other than the baseline.
    window
        months pooled: a ratio is the sum of its numerators over the sum of its denominators, a count
        the mean of its months; the report's window where left out.
    cell
        whom it counts; everybody where left out.

    Raises ResultsError for a name, a window or a cell that wasn't recorded.
    """
    where = cell or Cell()
    months = study.window if window is None else study.window_in(window)
    base, other = study.series(outcome, BASELINE, where), study.series(outcome, arm, where)
    in_base, in_arm = shared_runs(base, other)
    values = base.pooled(months)[in_base]
    difference = paired(values, other.pooled(months)[in_arm])
    defined = values[np.isfinite(values)]
    level = float(defined.mean()) if len(defined) else np.nan
    return Comparison(outcome, arm, where, months, base.meaning, level, difference)


def shared_runs(base: Series, arm: Series) -> tuple[list[int], list[int]]:
    """Return the rows of two series that are the same draw and replicate, in the order of the arm's."""
    known = {pair: row for row, pair in enumerate(base.pairs)}
    both = [(known[pair], row) for row, pair in enumerate(arm.pairs) if pair in known]
    return [row for row, _ in both], [row for _, row in both]


def compare_all(study: Study, outcomes: Iterable[str] | None = None, by: Iterable[str] = ()) -> list[Comparison]:
    """Compare every arm in every asked outcome and cell, in that order: outcome, cell, arm."""
    cells = study.cells(by)
    arms = [arm for arm in study.arms if arm != BASELINE]
    return [
        compare(study, outcome, arm, cell=cell)
        for outcome in outcomes or study.outcomes
        for cell in cells
        for arm in arms
    ]


def differences(study: Study, outcomes: Iterable[str] | None = None, by: Iterable[str] | None = None) -> "pd.DataFrame":
    """Return every comparison as one pandas frame, a row per outcome, cell and arm.

    Parameters
    ----------
    study
        an open result folder.
    outcomes
        recorded outcomes; those of the report where left out.
    by
        `population`, `place`, `sex`, `age_band`; the report's and the populations where left out.

    Columns: outcome, arm, place, population, group, unit, baseline, difference, low_95, high_95 (computing
    error), same_sign (share), runs, verdict. Raises ResultsError for a name that wasn't recorded.
    """
    import pandas as pd  # noqa: PLC0415  (half a second that a command line needn't spend)

    found = compare_all(study, outcomes, study.by if by is None else by)
    return pd.DataFrame([_as_row(one) for one in found])


def _as_row(one: Comparison) -> dict[str, Any]:
    gap, cell = one.difference, one.cell
    return {
        "outcome": one.outcome, "arm": one.arm, "place": cell.place, "population": cell.population,
        "group": cell.group, "unit": one.meaning.unit, "baseline": one.baseline, "difference": gap.mean,
        "low_95": gap.low, "high_95": gap.high, "same_sign": gap.same_sign, "runs": gap.n, "verdict": gap.verdict,
    }  # fmt: skip
