"""How far an outcome moves between a low and a high value of each uncertain parameter, by regression over the draws."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from analysis.doubt import RANGE
from analysis.months import ResultsError
from analysis.paired import LEVEL
from analysis.study import BASELINE, Study
from analysis.trajectories import by_draw

Values = NDArray[np.float64]
_SPARE = 3
"""Draws beyond the number of parameters that a regression needs at least: two for its error."""


@dataclass(frozen=True)
class Swing:
    """How an outcome moves with one parameter while the others stand in their middle.

    Attributes
    ----------
    name
        the parameter.
    low_value, high_value
        its 5 % and 95 % quantile over the draws.
    at_low, at_high
        the outcome there, in its own unit.
    low, high
        ends of the 95 % t interval of `at_high - at_low`.
    """

    name: str
    low_value: float
    high_value: float
    at_low: float
    at_high: float
    low: float
    high: float

    @property
    def swing(self) -> float:
        """What the outcome gains from the low value to the high one."""
        return self.at_high - self.at_low

    @property
    def told_apart(self) -> bool:
        """Say whether the interval keeps clear of 0."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Metamodel:
    """A regression of an outcome on the parameters.

    Attributes
    ----------
    swings
        of each parameter, in the order given.
    middle
        the outcome with all parameters in their middle: the mean of the draws.
    explained
        share of the draws' variance that it explains, R squared; what is left is luck, curvature and interaction.
    draws
        that it rests on.
    """

    swings: tuple[Swing, ...]
    middle: float
    explained: float
    draws: int


def metamodel(study: Study, outcome: str, arm: str = BASELINE) -> Metamodel:
    """Fit the baseline's level of an outcome, or an arm's effect on it, to the parameters that were drawn.

    A draw's value is the mean of its runs over the report's window. Raises ResultsError for unknown names, for a study
    whose parameters were held fixed, and for too few draws.
    """
    if not study.varies:
        raise ResultsError(f"parameters were held fixed in {study.folder}: a block 'uncertainty:' draws them")
    if arm == BASELINE:
        found = study.pooled(outcome, BASELINE)
        values, draws = found.values, found.draws
    else:
        both = study.matched(outcome, arm)
        values, draws = both.differences, both.draws
    of_draw = {run.draw: run.values for run in study.runs}
    names = list(next(iter(of_draw.values())))
    points = np.array([[of_draw[int(draw)][name] for name in names] for draw in np.unique(draws)])
    return fit(names, points, by_draw(values[:, None], draws)[:, 0])


def fit(names: Sequence[str], points: ArrayLike, values: ArrayLike) -> Metamodel:
    """Fit values to points, both of draws.

    Parameters
    ----------
    names
        the parameters.
    points
        float64[draws, parameters], their values.
    values
        float64[draws]; NaN is left out.

    Ordinary least squares on each parameter's rank, scaled to 0..1, in place of its value: a straight line fits what
    rises or falls in any curve better so, and a long tail has no leverage (Iman and Conover 1979, Technometrics 21,
    499-509). What the line says at the 5 % and 95 % quantile with the others in the middle is the parameter's bar in a
    tornado (Jalal et al. 2013, Medical Decision Making 33, 880-890). A parameter that never varies has no swing. Raises
    ResultsError for fewer draws than parameters and three, and for parameters that move together.
    """
    place, outcome = np.asarray(points, np.float64), np.asarray(values, np.float64)
    known = np.isfinite(outcome)
    place, outcome = place[known], outcome[known]
    moves = np.ptp(place, axis=0) > 0
    if len(outcome) < moves.sum() + _SPARE:
        raise ResultsError(
            f"{len(outcome)} draws are too few to tell {moves.sum()} parameters apart: {moves.sum() + _SPARE} at least"
        )
    ranks = (stats.rankdata(place[:, moves], axis=0) - 0.5) / len(place) - 0.5
    slope, error, left = _least_squares(ranks, outcome)
    reach = np.zeros((2, len(names)))
    reach[:, moves] = slope, error * stats.t.ppf((1 + LEVEL) / 2, len(outcome) - moves.sum() - 1)
    total = float(((outcome - outcome.mean()) ** 2).sum())
    explained = 1 - left / total if total > 0 else np.nan
    return Metamodel(_swings(names, place, outcome.mean(), *reach), float(outcome.mean()), explained, len(outcome))


def _least_squares(ranks: Values, outcome: Values) -> tuple[Values, Values, float]:
    """Return slopes and their standard errors, float64[parameters], and what they leave, a sum of squares."""
    design = np.column_stack([np.ones(len(ranks)), ranks])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ResultsError("some parameters move together in every draw, so they can't be told apart")
    slope = np.linalg.lstsq(design, outcome)[0]
    left = float(((outcome - design @ slope) ** 2).sum())
    spread = left / (len(outcome) - design.shape[1]) * np.diag(np.linalg.inv(design.T @ design))
    return slope[1:], np.sqrt(spread[1:]), left


def _swings(names: Sequence[str], place: Values, middle: float, slope: Values, half: Values) -> tuple[Swing, ...]:
    ends = np.quantile(place, RANGE, axis=0)
    low, high = (one - 0.5 for one in RANGE)
    wide = high - low
    return tuple(
        Swing(
            name, *map(float, ends[:, at]), float(middle + low * slope[at]), float(middle + high * slope[at]),
            float(wide * (slope[at] - half[at])), float(wide * (slope[at] + half[at])),
        )
        for at, name in enumerate(names)
    )  # fmt: skip
