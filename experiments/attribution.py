"""Why a number changed between two studies: its change split into data, parameters, program and seeds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.compare import compare
from analysis.doubt import computing_error
from analysis.months import Window
from analysis.paired import Paired
from analysis.shapley import Values, shapley
from analysis.study import BASELINE, Study
from experiments.diff_plan import Plan, Switched
from experiments.mixed import DATA, PARAMETERS, SEEDS

PROGRAM, WINDOW, REPLICATES = "program", "window", "replicates"
_ROUNDING = 1e-9
"""What is less of the largest figure is the rounding of sums."""


@dataclass(frozen=True)
class Split:
    """The change of one number between two studies.

    Attributes
    ----------
    outcome
        what it is a number of.
    arm
        whose effect, or `baseline` for its level.
    first, second
        the number in each study, as it reports it: over all its replicates and its own window.
    parts
        {factor: what it contributed, with its 95 % interval over replicates}: data, parameters, program and seeds, and
        the window where it differs. They are means over the replicates that both studies have.
    rest
        what replicates and draws contribute that only one of the studies has.
    """

    outcome: str
    arm: str
    first: float
    second: float
    parts: Mapping[str, Paired]
    rest: float

    @property
    def change(self) -> float:
        """The second number less the first: the sum of the parts and the rest."""
        return self.second - self.first


def splits(plan: Plan, cases: Mapping[Switched, Study]) -> list[Split]:
    """Split the changes: of each outcome, the effect of each arm, then the level of the baseline."""
    others = [arm for arm in plan.arms if arm != BASELINE]
    return [_split(plan, cases, outcome, arm) for outcome in plan.outcomes for arm in (*others, BASELINE)]


def _split(plan: Plan, cases: Mapping[Switched, Study], outcome: str, arm: str) -> Split:
    first, second = (_reported(one.results, outcome, arm) for one in (plan.first, plan.second))
    parts = {name: _over_replicates(values, plan) for name, values in _shares(plan, cases, outcome, arm).items()}
    told = [part.mean for part in parts.values()]
    rest = second - first - sum(told)
    largest = max(map(abs, (first, second, *told)))
    return Split(outcome, arm, first, second, parts, 0.0 if abs(rest) <= _ROUNDING * largest else rest)


def _reported(study: Study, outcome: str, arm: str) -> float:
    found = compare(study, outcome, arm)
    return found.baseline if arm == BASELINE else found.difference.mean


def _shares(plan: Plan, cases: Mapping[Switched, Study], outcome: str, arm: str) -> dict[str, Values]:
    """Return {factor: its part in every replicate, float64[n]}; NaN in all where one case leaves it undefined."""

    def number(study: Study, window: Window) -> Values:
        return _numbers(study, outcome, arm, window)[list(plan.replicates)]

    one, other = plan.first.results, plan.second.results
    recorded = number(other, plan.window) - number(one, plan.window)
    reported = number(other, other.window) - number(one, one.window)
    worth = {switched: number(study, plan.window) for switched, study in cases.items()}
    zero = np.zeros(len(plan.replicates))
    # Where this program makes the change of both cases otherwise than it was recorded, the program has changed it.
    made = worth[frozenset(plan.factors)] - worth[frozenset()] if worth else zero
    shares = {DATA: zero, PARAMETERS: zero, PROGRAM: recorded - made, SEEDS: zero} | (shapley(worth) if worth else {})
    if {one.window, other.window} != {plan.window}:
        shares[WINDOW] = reported - recorded
    undefined = np.isnan(sum(shares.values()))
    return {name: np.where(undefined, np.nan, values) for name, values in shares.items()}


def _numbers(study: Study, outcome: str, arm: str, window: Window) -> Values:
    """Return the number of every replicate, float64[replicates]: an arm's effect or the baseline's level, or NaN."""
    base = _by_replicate(study, outcome, BASELINE, window)
    return base if arm == BASELINE else _by_replicate(study, outcome, arm, window) - base


def _by_replicate(study: Study, outcome: str, arm: str, window: Window) -> Values:
    pooled = study.pooled(outcome, arm, window)
    found = np.full(max(run.replicate for run in study.runs) + 1, np.nan)
    found[pooled.replicates] = pooled.values
    return found


def _over_replicates(values: Values, plan: Plan) -> Paired:
    """Return the mean and its interval, in which replicates of one draw aren't independent."""
    error = computing_error(values, [plan.unit(one) for one in plan.replicates])
    return replace(error, n=error.units)
