"""What is compared between two studies, and the mixed cases that have to be made for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import gcd
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.months import ResultsError, Window, window_text
from analysis.shapley import coalitions
from analysis.study import BASELINE, Study
from experiments.design import Design
from experiments.faults import RunsFailedError
from experiments.mixed import PARAMETERS, Case, in_words, mixed
from experiments.study import run_study
from experiments.what_changed import differing
from experiments.work import indicators_of

if TYPE_CHECKING:
    from experiments.watch import Watch
    from simulation.scenario import Scenario

Switched = frozenset[str]
"""The factors of a mixed case that are the second study's; the others are the first's."""


@dataclass(frozen=True)
class Plan:
    """What is compared.

    Attributes
    ----------
    first, second
        the studies.
    arms
        the baseline and the arms whose effects are split.
    outcomes
        names of outcomes that both recorded.
    window
        months in which cases are compared.
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
    def corners(self) -> dict[Switched, "Scenario"]:
        """The 2^k cases of k factors; none where no factor differs, since the program is all that is left.

        Raises ResultsError for a case that can't be run, or that doesn't record an outcome any more.
        """
        cases = coalitions(self.factors) if self.factors else ()
        made = {switched: mixed(self.first, self.second, switched, self.arms) for switched in cases}
        for scenario in made.values():
            for outcome in set(self.outcomes) - set(indicators_of(scenario)):
                raise ResultsError(f"this program doesn't record '{outcome}' any more, so its change can't be split")
        return made

    @cached_property
    def recorded(self) -> dict[Switched, Study]:
        """The cases whose runs one of the studies holds as this program would make them.

        Where one program made both studies and one factor differs, that is their difference, whatever program this is.
        """
        if len(self.factors) == 1 and self.first.code == self.second.code:
            return {frozenset(): self.first.results, frozenset(self.factors): self.second.results}
        return {
            switched: case.results
            for switched in self.corners
            for case in (self.first, self.second)
            if self._holds(case, switched)
        }

    def _holds(self, case: Case, switched: Switched) -> bool:
        scenario, months = self.corners[switched], case.results.months
        if months > scenario.months:
            return False
        there = {run.id for run in case.study.finished}
        return there.issuperset(self._wanted(scenario.truncated(months)[0], switched))

    def _wanted(self, scenario: "Scenario", switched: Switched) -> list[str]:
        """List the identities of the runs that are compared."""
        planned = Design(scenario, self.arms, self._draws(switched)).runs(max(self.replicates) + 1)
        return [run.id for run in planned if run.replicate in self.replicates]

    def _draws(self, switched: Switched) -> int:
        return (self.second if PARAMETERS in switched else self.first).study.draws

    @property
    def missing(self) -> list[Switched]:
        """The cases that have to be made."""
        return [switched for switched in self.corners if switched not in self.recorded]

    @property
    def runs_each(self) -> int:
        """How many runs a case takes."""
        return len(self.arms) * len(self.replicates)

    def unit(self, replicate: int) -> int:
        """Return what a replicate is independent with: itself, or the draws of uncertain parameters that it shares."""
        draws = [case.study.draws for case in (self.first, self.second) if case.results.varies]
        return replicate % gcd(*draws) if draws else replicate

    def make(
        self, folder: Path, watch: "Callable[[], Watch]", workers: int | str | None = None
    ) -> dict[Switched, Study]:
        """Return all cases; those that aren't recorded are made, or found, in folders of their own below this one.

        Raises RunsFailedError if a run fails; StoreError, SchedulerGoneError, KeyboardInterrupt as `run_study`.
        """
        found = dict(self.recorded)
        for number, switched in enumerate(self.missing):
            telling = watch()
            words = in_words(self.first, self.second, switched)
            telling.note(f"case {number + 1} of {len(self.missing)}: {words}")
            try:
                found[switched] = self._made(
                    switched, folder / ("-".join(sorted(switched)) or "first"), telling, workers
                )
            finally:
                telling.close()
        return found

    def _made(self, switched: Switched, folder: Path, watch: "Watch", workers: int | str | None) -> Study:
        # What a study writes of each outcome that it reports, nobody looks at here.
        scenario = replace(self.corners[switched], report={"outcomes": self.outcomes[:1], "window": "", "by": ()})
        cut, _ = scenario.truncated(self.window[1] - scenario.start + 1)
        done = run_study(
            cut, folder, watch=watch, arms=self.arms, replicates=max(self.replicates) + 1, workers=workers,
            draws=self._draws(switched), keep_units=False, only=set(self._wanted(cut, switched)), retry_failed=True,
        )  # fmt: skip
        if done.study is None or done.failures:
            reason = done.failures[0].read_text("utf-8").strip().splitlines()[-1]
            words = in_words(self.first, self.second, switched)
            raise RunsFailedError(f"{len(done.failures)} runs of {words} failed, the first by: {reason}")
        return done.study


def planned(
    first: Case, second: Case, outcomes: Sequence[str] = (), arms: Sequence[str] = (), replicates: int | None = None
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
    both = _common_arms(first, second, arms)
    shared = sorted(_replicates(first, both) & _replicates(second, both))[:replicates]
    if not shared:
        raise ResultsError(f"no replicate of {', '.join(both)} is finished in both studies")
    window, factors = _common_window(first, second), differing(first, second, both)
    return Plan(first, second, both, _common_outcomes(first, second, outcomes), window, tuple(shared), factors)


def _common_arms(first: Case, second: Case, asked: Sequence[str]) -> tuple[str, ...]:
    both = tuple(arm for arm in first.results.arms if arm in second.results.arms)
    if BASELINE not in both:
        raise ResultsError("the studies have no finished baseline in common, so there is no number to compare")
    for arm in asked:
        if arm not in both:
            raise ResultsError(f"arm '{arm}' wasn't run in both studies (both ran: {', '.join(both)})")
    return tuple(arm for arm in both if arm == BASELINE or not asked or arm in asked)


def _replicates(case: Case, arms: Sequence[str]) -> set[int]:
    """Return the replicates of which every arm is finished."""
    return set.intersection(*({run.replicate for run in case.results.of_arm(arm)} for arm in arms))


def _common_window(first: Case, second: Case) -> Window:
    """Return a report's window that both cover, or else all months that both cover."""
    spans = [(one.start, one.start + one.months - 1) for one in (first.results, second.results)]
    low, high = max(start for start, _ in spans), min(last for _, last in spans)
    if low > high:
        raise ResultsError(f"the studies have no month in common: {window_text(spans[0])} and {window_text(spans[1])}")
    for window in (second.results.window, first.results.window):
        if low <= window[0] and window[1] <= high:
            return window
    return low, high


def _common_outcomes(first: Case, second: Case, asked: Sequence[str]) -> tuple[str, ...]:
    for outcome in asked:
        for case in (first, second):
            case.results.meaning(outcome)
    reported = [one for one in first.results.outcomes if one in second.results.outcomes]
    if not asked and not reported:
        raise ResultsError("the studies report no outcome in common: name one with --outcome")
    return tuple(dict.fromkeys(asked or reported))
