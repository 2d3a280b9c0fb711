"""Why a number changed between two studies: its change split into data, parameters, program and seeds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.compare import of_differences
from analysis.load import BASELINE, Study
from analysis.months import ResultsError, Window
from analysis.shapley import coalitions, shapley
from experiments.mixed import (
    DATA,
    PARAMETERS,
    SEEDS,
    Case,
    common_arms,
    common_window,
    cut_for,
    in_words,
    mixed,
    recorded_as,
    replicates_of,
)
from experiments.study import run_study
from experiments.what_changed import differing
from experiments.work import indicators_of

if TYPE_CHECKING:
    from experiments.watch import Watch
    from simulation.scenario import Scenario

Values = NDArray[np.float64]
PROGRAM, WINDOW, REPLICATES = "program", "window", "replicates"
ORDER = (DATA, PARAMETERS, PROGRAM, SEEDS, WINDOW, REPLICATES)


@dataclass(frozen=True)
class Part:
    """What one factor contributed to a change: its mean over replicates and its 95 % interval.

    Attributes
    ----------
    name
        data, parameters, program, seeds, and where they differ too: window, replicates.
    mean
        its part of the change.
    low, high
        ends of the t interval over replicates; NaN with fewer than two, and for `replicates`, which is known exactly.
    """

    name: str
    mean: float
    low: float
    high: float


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
        what each factor contributed; they add up to the change.
    replicates
        how many replicates the parts are a mean of.
    """

    outcome: str
    arm: str
    first: float
    second: float
    parts: tuple[Part, ...]
    replicates: int

    @property
    def change(self) -> float:
        """The second number less the first."""
        return self.second - self.first


@dataclass(frozen=True)
class Plan:
    """What is compared, and the cases that have to be made for it.

    Attributes
    ----------
    first, second
        the studies.
    arms
        the baseline and the arms whose effects are split.
    outcomes
        what is compared.
    window
        months in which the cases are compared.
    replicates
        numbers of the replicates that both studies have.
    factors
        those of data, parameters and seeds that differ.
    """

    first: Case
    second: Case
    arms: tuple[str, ...]
    outcomes: tuple[str, ...]
    window: Window
    replicates: tuple[int, ...]
    factors: tuple[str, ...]

    @cached_property
    def corners(self) -> dict[frozenset[str], "Scenario"]:
        """{factors taken from the second study: scenario} of all 2^k cases.

        Raises ResultsError for a case that can't be run.
        """
        made = {one: mixed(self.first, self.second, one, self.arms, self.window) for one in coalitions(self.factors)}
        for switched, scenario in made.items():
            missing = [one for one in self.outcomes if one not in indicators_of(scenario)]
            if missing:
                case = in_words(self.first, self.second, switched)
                raise ResultsError(
                    f"this program doesn't record '{missing[0]}' of {case}, so its change can't be split"
                )
        return made

    def draws(self, switched: frozenset[str]) -> int:
        """Return the draws of uncertain parameters of a case."""
        return (self.second if PARAMETERS in switched else self.first).study.draws

    @cached_property
    def recorded(self) -> dict[frozenset[str], Study]:
        """The cases that one of the studies holds, as this program would make them."""
        return {
            switched: case.results
            for switched, scenario in self.corners.items()
            for case in (self.first, self.second)
            if recorded_as(case, scenario, self.arms, self.replicates, self.draws(switched))
        }

    @property
    def missing(self) -> list[frozenset[str]]:
        """The cases that have to be made."""
        return [switched for switched in self.corners if switched not in self.recorded]

    @property
    def runs(self) -> int:
        """How many runs they take."""
        return len(self.missing) * len(self.arms) * (max(self.replicates) + 1)


def planned(
    first: Case,
    second: Case,
    outcomes: Sequence[str] = (),
    arms: Sequence[str] = (),
    replicates: int | None = None,
) -> Plan:
    """Plan the split of changes between two studies.

    Parameters
    ----------
    first, second
        the studies.
    outcomes
        what is compared; the outcomes that both report where left out.
    arms
        whose effects; all that both ran where left out.
    replicates
        how many of the replicates that both have; all where left out.

    Raises ResultsError where the studies have no arm, outcome, replicate or month in common.
    """
    both = common_arms(first, second, arms)
    if BASELINE not in both:
        raise ResultsError("the studies have no baseline in common, so there is no number to compare")
    pairs = sorted(set(replicates_of(first, both)) & set(replicates_of(second, both)))[:replicates]
    if not pairs:
        raise ResultsError(f"no replicate of {', '.join(both)} is finished in both studies")
    window = common_window(first, second)
    return Plan(
        first, second, both, _outcomes(first, second, outcomes), window, tuple(pairs), differing(first, second, both)
    )


def _outcomes(first: Case, second: Case, asked: Sequence[str]) -> tuple[str, ...]:
    for outcome in asked:
        for case in (first, second):
            case.results.meaning(outcome)
    reported = [one for one in first.results.outcomes if one in second.results.outcomes]
    found = tuple(dict.fromkeys(asked or reported))
    if not found:
        raise ResultsError("the studies report no outcome in common: name one with --outcome")
    return found


def made_cases(
    plan: Plan, folder: Path, watch: "Callable[[], Watch]", workers: int | str | None = None
) -> dict[frozenset[str], Study]:
    """Make the cases that aren't recorded, each in a folder of its own below this one; return all 2^k.

    Raises ResultsError if a run fails; StoreError and KeyboardInterrupt as `run_study`.
    """
    found = dict(plan.recorded)
    for number, switched in enumerate(plan.missing):
        telling = watch()
        telling.note(f"case {number + 1} of {len(plan.missing)}: {in_words(plan.first, plan.second, switched)}")
        # What a study writes of each reported outcome nobody looks at here.
        report = {"outcomes": plan.outcomes[:1], "window": "", "by": ()}
        scenario = replace(cut_for(plan.corners[switched], plan.window), report=report)
        try:
            done = run_study(
                scenario, folder / str(number), watch=telling, arms=plan.arms, replicates=max(plan.replicates) + 1,
                draws=plan.draws(switched), workers=workers, keep_units=False,
            )  # fmt: skip
        finally:
            telling.close()
        if done.study is None or done.failures:
            last = done.failures[0].read_text("utf-8").strip().splitlines()[-1]
            case = in_words(plan.first, plan.second, switched)
            raise ResultsError(f"{len(done.failures)} runs of {case} failed, the first by: {last}")
        found[switched] = done.study
    return found


def splits(plan: Plan, cases: Mapping[frozenset[str], Study]) -> list[Split]:
    """Split the changes: of each outcome, the effect of each arm, then the level of the baseline."""
    others = [arm for arm in plan.arms if arm != BASELINE]
    return [_split(plan, cases, outcome, arm) for outcome in plan.outcomes for arm in (*others, BASELINE)]


def _split(plan: Plan, cases: Mapping[frozenset[str], Study], outcome: str, arm: str) -> Split:
    sides = plan.first.results, plan.second.results
    known = [_all_replicates(study, outcome, arm, study.window) for study in sides]
    own = [_values(study, outcome, arm, study.window, plan.replicates) for study in sides]
    here = [_values(study, outcome, arm, plan.window, plan.replicates) for study in sides]
    worth = {one: _values(study, outcome, arm, plan.window, plan.replicates) for one, study in cases.items()}
    defined = np.isfinite(np.stack([*own, *here, *worth.values()])).all(axis=0)
    own, here = ([values[defined] for values in two] for two in (own, here))
    worth = {one: values[defined] for one, values in worth.items()}
    made = worth[frozenset()], worth[frozenset(plan.factors)]
    zero = np.zeros(int(defined.sum()))
    shares = {DATA: zero, PARAMETERS: zero, SEEDS: zero} | (shapley(worth) if plan.factors else {})
    shares[PROGRAM] = (here[1] - made[1]) - (here[0] - made[0])
    if any(study.window != plan.window for study in sides):
        shares[WINDOW] = (own[1] - here[1]) - (own[0] - here[0])
    parts = {name: _part(name, values) for name, values in shares.items()}
    means = [float(np.mean(values)) if len(values) else np.nan for values in known]
    if any(not np.array_equal(one, other) for one, other in zip(known, own, strict=True)):
        rest = means[1] - means[0] - (own[1] - own[0]).mean() if len(zero) else np.nan
        parts[REPLICATES] = Part(REPLICATES, float(rest), np.nan, np.nan)
    told = tuple(parts[name] for name in ORDER if name in parts)
    return Split(outcome, arm, means[0], means[1], told, len(zero))


def _part(name: str, values: Values) -> Part:
    found = of_differences(values)
    return Part(name, found.mean, found.low, found.high)


def _values(study: Study, outcome: str, arm: str, window: Window, replicates: Sequence[int]) -> Values:
    """Return the number of replicates, float64[n]: an arm's difference from the baseline, or the baseline's level."""
    base = _pooled(study, outcome, BASELINE, window)
    other = base if arm == BASELINE else _pooled(study, outcome, arm, window)
    found = [other[one] - base[one] if arm != BASELINE else base[one] for one in replicates]
    return np.array(found, np.float64)


def _pooled(study: Study, outcome: str, arm: str, window: Window) -> dict[int, float]:
    series = study.series(outcome, arm)
    pooled = series.pooled(study.window_in(window)).tolist()
    return dict(zip(series.replicates.tolist(), pooled, strict=True))


def _all_replicates(study: Study, outcome: str, arm: str, window: Window) -> Values:
    """Return the number of every replicate that defines it, float64[n]."""
    base, other = (_pooled(study, outcome, one, window) for one in (BASELINE, arm))
    values = _values(study, outcome, arm, window, sorted(set(base) & set(other)))
    return values[np.isfinite(values)]
