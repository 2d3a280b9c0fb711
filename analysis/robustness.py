"""Whether an answer holds however the uncertain parameters turn out: regret, satisficing, and where it turns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.cost_effectiveness import FIXED
from analysis.meaning import Cell
from analysis.months import ResultsError, Window
from analysis.study import BASELINE, Study

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

Values = NDArray[np.float64]
REGRET_QUANTILE = 0.9


@dataclass(frozen=True)
class Levels:
    """Each arm's level of an outcome under each draw: float64[draws, arms], a mean of the replicates.

    `parameters` are the drawn values by path, float64[draws] each.
    """

    arms: tuple[str, ...]
    values: Values
    parameters: Mapping[str, Values]


def levels(study: Study, outcome: str, window: str | Window | None = None, cell: Cell | None = None) -> Levels:
    """Read every arm's level by draw; ResultsError saying FIXED where parameters were held fixed."""
    if not study.varies:
        raise ResultsError(FIXED)
    found = {arm: study.pooled(outcome, arm, window, cell) for arm in study.arms}
    shared = sorted(set.intersection(*(set(one.pairs) for one in found.values())))
    draws = sorted({draw for draw, _ in shared})
    columns = []
    for one in found.values():
        known = dict(zip(one.pairs, one.values, strict=True))
        columns.append([np.mean([known[pair] for pair in shared if pair[0] == draw]) for draw in draws])
    values_of = {run.draw: run.values for run in study.runs}
    paths = sorted({path for draw in draws for path in values_of[draw]})
    parameters = {path: np.array([values_of[draw].get(path, np.nan) for draw in draws]) for path in paths}
    return Levels(tuple(found), np.array(columns).T, parameters)


def regrets(values: Values, better: int) -> Values:
    """Return how far each option falls short of the best one in the same draw, float64[draws, options], 0 or more.

    Savage 1951, JASA 46, 55-67. `better` is 1 or -1.
    """
    good = better * values
    return np.asarray(good.max(axis=1, keepdims=True) - good, np.float64)


def robustness(
    study: Study,
    outcome: str,
    wanted: float | None = None,
    window: str | Window | None = None,
    cell: Cell | None = None,
) -> "pd.DataFrame":
    """Lay out how each arm does over the draws: a row per arm, the baseline included.

    Parameters
    ----------
    study
        with parameter draws; ResultsError saying so otherwise.
    outcome, window, cell
        as those of `analysis.compare.compare`; ResultsError for an outcome without a better direction.
    wanted
        level that counts as good enough.

    Columns: arm, unit, mean, worst, regret_max, regret_90 (90 % of the draws have less), best_share, good_enough_share
    (NaN without `wanted`), draws.
    """
    import pandas as pd  # noqa: PLC0415

    better = _direction(study, outcome)
    found = levels(study, outcome, window, cell)
    good, short = better * found.values, regrets(found.values, better)
    best = good == good.max(axis=1, keepdims=True)
    enough = (good >= better * wanted).mean(axis=0) if wanted is not None else np.full(len(found.arms), np.nan)
    return pd.DataFrame(
        {
            "arm": found.arms, "unit": study.meaning(outcome).unit, "mean": found.values.mean(axis=0),
            "worst": better * good.min(axis=0), "regret_max": short.max(axis=0),
            "regret_90": np.quantile(short, REGRET_QUANTILE, axis=0, method="median_unbiased"),
            "best_share": (best / best.sum(axis=1, keepdims=True)).mean(axis=0), "good_enough_share": enough,
            "draws": len(found.values),
        }
    )  # fmt: skip


def _direction(study: Study, outcome: str) -> int:
    better = study.meaning(outcome).better
    if not better:
        raise ResultsError(f"'{outcome}' has no better direction, so that no arm is better or worse in it")
    return better


@dataclass(frozen=True)
class Turn:
    """Where along one parameter an answer turns.

    Attributes
    ----------
    path
        of the parameter.
    above
        whether the answer holds above the value, else below.
    value
        the border, midway between two draws.
    inside_share, outside_share
        share of the draws on that side, and on the other, in which the answer holds.
    draws_inside, draws
        on that side, and in all.
    """

    path: str
    above: bool
    value: float
    inside_share: float
    outside_share: float
    draws_inside: int
    draws: int

    @property
    def text(self) -> str:
        """Say it in a sentence."""
        side = "above" if self.above else "below"
        return (
            f"holds in {self.inside_share:.0%} of the draws with {self.path} {side} {self.value:.4g} "
            f"({self.draws_inside} of {self.draws}), in {self.outside_share:.0%} of the others"
        )


def turns(parameters: Mapping[str, Values], holds: Sequence[bool] | NDArray[np.bool_]) -> list[Turn]:
    """Find for each parameter the border that best parts draws in which an answer holds from the others, best first.

    The border is where the two shares differ most in relation to chance (largest Pearson chi-squared); a parameter
    that doesn't vary is left out. Nothing where the answer holds in all draws or in none.
    """
    answer = np.asarray(holds, bool)
    if answer.all() or not answer.any():
        return []
    found = [_turn(path, values, answer) for path, values in parameters.items() if np.ptp(values) > 0]
    return [turn for _, turn in sorted(found, key=lambda one: -one[0])]


def _turn(path: str, values: Values, answer: NDArray[np.bool_]) -> tuple[float, Turn]:
    order = np.argsort(values, kind="stable")
    ordered, held = values[order], np.cumsum(answer[order])
    count, total = len(ordered), int(held[-1])
    cuts = np.flatnonzero(np.diff(ordered) > 0)
    below = cuts + 1
    expected = total / count
    # Chi-squared of the two by two table: n (p1 - p2)^2 n1 n2 / (n^2 p (1 - p)).
    apart = held[cuts] / below - (total - held[cuts]) / (count - below)
    score = apart**2 * below * (count - below) / (count * expected * (1 - expected))
    at = int(score.argmax())
    cut, size = int(cuts[at]), int(below[at])
    low_share, high_share = float(held[cut] / size), float((total - held[cut]) / (count - size))
    above = high_share > low_share
    inside, outside = (high_share, low_share) if above else (low_share, high_share)
    border = float((ordered[cut] + ordered[cut + 1]) / 2)
    return float(score[at]), Turn(path, above, border, inside, outside, count - size if above else size, count)


def where_it_holds(
    study: Study, outcome: str, arm: str, window: str | Window | None = None, cell: Cell | None = None
) -> list[Turn]:
    """Find along which parameters an arm stops being better than the baseline; nothing where it always or never is.

    Raises ResultsError as `robustness` does, and for an unknown arm.
    """
    better = _direction(study, outcome)
    found = levels(study, outcome, window, cell)
    if arm not in found.arms:
        study.of_arm(arm)
    gain = better * (found.values[:, found.arms.index(arm)] - found.values[:, found.arms.index(BASELINE)])
    return turns(found.parameters, gain > 0)
