"""The paired difference: the same luck with and without a policy, and how sure that makes us."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.doubt import Range, Split, computing_error, range_over_draws, split_variance
from analysis.load import BASELINE, Cell, Meaning, Series, Study
from analysis.months import Window
from analysis.paired import Paired, of_differences

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


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
    differences, draws = other.pooled(months)[in_arm] - values, other.draws[in_arm]
    defined = values[np.isfinite(values)]
    level = float(defined.mean()) if len(defined) else np.nan
    fixed = Comparison(outcome, arm, where, months, base.meaning, level, of_differences(differences))
    return _with_draws(fixed, differences, draws) if study.varies else fixed


def _with_draws(one: Comparison, differences: NDArray[np.float64], draws: NDArray[np.int64]) -> Comparison:
    """Tell computing error and the range over draws apart; runs of one draw aren't independent of each other."""
    error = computing_error(differences, draws)
    return replace(
        one,
        difference=replace(one.difference, mean=error.mean, low=error.low, high=error.high),
        over_draws=range_over_draws(differences, draws),
        split=split_variance(differences, draws),
    )


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
    error), same_sign (share), runs, verdict, draws, low_5_draws, high_95_draws (range over the draws of uncertain
    parameters), parameters_share, luck_share (of the variance of one run). Raises ResultsError for a name that
    wasn't recorded.
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
        **one.doubt_over_draws,
    }  # fmt: skip
