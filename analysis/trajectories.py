"""The course of levels and effects, month by month."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.meaning import Cell
from analysis.months import date_of
from analysis.paired import LEVEL
from analysis.series import matched
from analysis.study import BASELINE, Study

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Course:
    """A middle and two ends for each month, float64[months] each; NaN where undefined."""

    middle: Values
    low: Values
    high: Values


def mean_course(values: Values, draws: NDArray[np.int64]) -> Course:
    """Return the mean and its 95 % t interval, month by month: computing error, shrinks with more runs.

    Each month's interval holds by itself, not all of them together. Runs of one draw aren't independent: with
    several draws their means are what is counted.

    Parameters
    ----------
    values
        float64[runs, months]; NaN is left out.
    draws
        int64[runs], the draw of each run.
    """
    independent = by_draw(values, draws)
    known = np.isfinite(independent)
    count = known.sum(axis=0)
    total = np.where(known, independent, 0.0).sum(axis=0)
    mean = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
    apart = (np.where(known, independent - mean, 0.0) ** 2).sum(axis=0)
    error = np.sqrt(np.divide(apart, (count - 1.0) * count, out=np.full(len(count), np.nan), where=count > 1))
    half = error * stats.t.ppf((1 + LEVEL) / 2, np.where(count > 1, count - 1, np.nan))
    return Course(mean, mean - half, mean + half)


def spread_course(values: Values) -> Course:
    """Return the median and the 5 to 95 % range of runs or draws, month by month, from float64[n, months]."""
    defined = np.isfinite(values).any(axis=0)
    found = np.full((3, values.shape[1]), np.nan)
    found[:, defined] = np.nanquantile(values[:, defined], (0.5, 0.05, 0.95), axis=0)
    return Course(*found)


def by_draw(values: Values, draws: NDArray[np.int64]) -> Values:
    """Return the means of draws, which are independent of each other, float64[draws, months]; runs if there is one."""
    known = np.unique(draws)
    return np.array([values[draws == draw].mean(axis=0) for draw in known]) if len(known) > 1 else values


def trajectory(study: Study, outcome: str, arms: Iterable[str], cell: Cell | None = None) -> "pd.DataFrame":
    """Lay out the course of an outcome: a row per arm and month.

    Columns: outcome, arm, month, date, unit, baseline (mean of its runs), level (mean of the arm's), estimate, low,
    high (95 % interval of the mean paired difference, each month by itself), replicates (in which the month is
    defined). Raises ResultsError for names that weren't recorded.
    """
    import pandas as pd  # noqa: PLC0415

    rows = []
    for arm in arms:
        both = matched(study.series(outcome, BASELINE, cell), study.series(outcome, arm, cell))
        effect = mean_course(both.differences, both.draws)
        columns = {
            "outcome": outcome, "arm": arm, "month": np.arange(study.start, study.start + study.months),
            "date": [date_of(study.start + one) for one in range(study.months)], "unit": study.meaning(outcome).unit,
            "baseline": mean_course(both.base, both.draws).middle, "level": mean_course(both.arm, both.draws).middle,
            "estimate": effect.middle, "low": effect.low, "high": effect.high,
            "replicates": np.isfinite(both.differences).sum(axis=0),
        }  # fmt: skip
        rows.append(pd.DataFrame(columns))
    return pd.concat(rows, ignore_index=True)
