"""The paired difference: the same luck with and without a policy, and how sure that makes us."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.doubt import Range, Split, computing_error, range_over_draws, split_variance
from analysis.meaning import Cell, Meaning
from analysis.months import Window
from analysis.paired import Paired
from analysis.study import BASELINE, Study

if TYPE_CHECKING:
    pass  # type: ignore[import-untyped]


@dataclass(frozen=True)
class Comparison:
    """One outcome of one arm against the baseline, over a window, for some people.

    Attributes
    ----------
    baseline
        mean of the baseline's runs.
    difference
        the arm's effect, with its computing error: it shrinks with more runs.
    over_draws
        where the effect lies over the draws of uncertain parameters, which more runs don't narrow; None
        where parameters were held fixed.
    split
        luck and parameters in the variance of one run's effect; None where parameters were held fixed.
    """

    outcome: str
    arm: str
    cell: Cell
    window: Window
    meaning: Meaning
    baseline: float
    difference: Paired
    over_draws: Range | None = None
    split: Split | None = None

    @property
    def doubt_over_draws(self) -> dict[str, float]:
        """What the uncertain parameters do, for a table: draws, range, shares of the variance; NaN where held fixed."""
        over, split = self.over_draws, self.split
        return {
            "draws": over.draws if over else 1,
            "low_5_draws": over.low if over else np.nan,
            "high_95_draws": over.high if over else np.nan,
            "parameters_share": split.parameters_share if split else np.nan,
            "luck_share": split.luck_share if split else np.nan,
        }


def compare(
    study: Study,
    outcome: str,
    arm: str,
    window: Window | str | None = None,
    cell: Cell | None = None,
    interval: str = "t",
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
    interval
        `t`, or `bootstrap` for lopsided differences.

    Raises ResultsError for a name, a window or a cell that wasn't recorded.
    """
    where = cell or Cell()
    months = study.window if window is None else study.window_in(window)
    both = study.matched(outcome, arm, months, where)
    defined = both.base[np.isfinite(both.base)]
    level = float(defined.mean()) if len(defined) else np.nan
    gap = computing_error(both.differences, both.draws, interval)
    fixed = Comparison(outcome, arm, where, months, study.meaning(outcome), level, gap)
    if not study.varies:
        return fixed
    over, split = range_over_draws(both.differences, both.draws), split_variance(both.differences, both.draws)
    return replace(fixed, over_draws=over, split=split)


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
