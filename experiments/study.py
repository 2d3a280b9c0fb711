"""From a scenario to a result folder: what is there is kept, the rest is made, what follows is written."""

import os
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analysis.folder import DESIGN_FILE
from analysis.months import window_of
from analysis.stopping import Rule, next_size
from analysis.study import BASELINE
from experiments.assumptions import table_marks
from experiments.branches import Branches
from experiments.design import DEFAULT_REPLICATES, Design, Planned, chosen_arms
from experiments.desk import desk_of
from experiments.draws import block_size
from experiments.engines import Engine, Here, Lanes, SchedulerGoneError
from experiments.faults import DesignError, in_words
from experiments.gauge import Gauge
from experiments.identity import code_digest
from experiments.inputs import write_inputs
from experiments.kernels import prepare, warm_mark
from experiments.manifest import announce, listed_before
from experiments.outputs import derive, drop_answers, write_design
from experiments.resume import Standing, locked, resume
from experiments.run_table import DONE, FAILED, RunTable
from experiments.runner import Runner, failure_file, join_loose
from experiments.store import Store
from experiments.watch import Report, Silent, Watch
from experiments.words import words_of
from experiments.work import EngineRuns, Job, RunOne, indicators_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.study import Study
    from simulation.scenario import Scenario

USUAL_OUTCOMES = (
    "employment_rate_3m", "zero_employment_households_count", "employed_per_employed_household",
    "net_income_per_head_yuan_year", "school_minutes_mean", "primary_unplaced_count", "primary_boarders_count",
    "junior_unplaced_count", "junior_boarders_count", "unmet_visits_share", "out_of_pocket_share",
    "settled_households_share", "returned_households_count",
)  # fmt: skip
"""What is reported of a scenario that doesn't say."""


@dataclass(frozen=True)
class Finished:
    """What a call left behind: the study (None if no run finished), this call's reports, traceback files.

    `failures` are those of every failed run of the design, of this call or an earlier one; `ended` says why
    no more replicates were made.
    """

    study: "Study | None"
    reports: tuple[Report, ...]
    kept: int
    failures: tuple[Path, ...]
    ended: str = ""


@dataclass(frozen=True)
class Options:
    """How a study is made, beside what the scenario says.

    Attributes
    ----------
    arms
        arms beside the baseline; all of them where left out.
    replicates, draws
        numbers that replace the file's.
    workers
        processes; 1 is this one; as many as processors where left out; or the address of a scheduler.
    months_of_file
        months before the scenario was cut, which a later call needs to load it again; its own where left out.
    retry_failed
        make runs again that failed in an earlier call.
    keep_units
        write unit records; as the file says where left out.
    minutes
        time budget; the file's where left out.
    from_snapshot
        folder of states that arms go on from, beside those of the result folder.
    only
        ids of the runs that this call may make, of those that aren't there or lack unit records; all where left out.
    """

    arms: Sequence[str] = ()
    replicates: int | None = None
    draws: int | None = None
    workers: int | str | None = None
    months_of_file: int | None = None
    retry_failed: bool = False
    keep_units: bool | None = None
    minutes: float | None = None
    from_snapshot: Path | None = None
    only: Collection[str] | None = None


def replicates_of(scenario: "Scenario") -> int:
    """Return how many replicates the file asks for at least; where it doesn't say, one a draw, or ten."""
    if scenario.sensitivity is not None:
        return scenario.sensitivity.replicates
    if not scenario.effective.get("replicates"):
        return DEFAULT_REPLICATES if scenario.uncertainty is None else scenario.uncertainty.draws
    return int(scenario.replicates["at_least"])


def _begun(folder: Path, plan: Design) -> int:
    """Return how many replicates to begin with: the file's, or as many as a stopping rule planned here before."""
    least, table = replicates_of(plan.scenario), folder / DESIGN_FILE
    if stopping_rule(plan.scenario, None) is None or not table.exists():
        return least
    before = pq.read_table(table)
    planned = max(before["replicate"].to_pylist(), default=-1) + 1
    same = {run.id for run in plan.runs(max(planned, 1))} & set(before["run"].to_pylist())
    return max(least, planned) if same else least


def stopping_rule(scenario: "Scenario", replicates: int | None) -> Rule | None:
    """Return when to stop, as the file says.

    None where it doesn't, where a number of replicates is asked for, and for a sensitivity design, whose points
    are fixed. Raises DesignError if replicates could outnumber the draws: runs of one draw aren't independent,
    so more of them needn't make an interval narrow.
    """
    asked, uncertainty = scenario.replicates, scenario.uncertainty
    if replicates is not None or not asked.get("until") or scenario.sensitivity is not None:
        return None
    if uncertainty is not None and uncertainty.draws < asked["at_most"]:
        raise DesignError(
            f"'replicates.until' needs a draw for each replicate: uncertainty has {uncertainty.draws} draws, and "
            f"'at_most' is {asked['at_most']}; write as many draws, or a smaller 'at_most'"
        )
    return Rule(dict(asked["until"]), max(2, int(asked["at_least"])), int(asked["at_most"]))


def reported(scenario: "Scenario") -> list[str]:
    """Return the outcomes to compare: the file's, or the usual ones, or the first with a better direction."""
    named = list(scenario.report.get("outcomes", ()))
    if named:
        return named
    known = indicators_of(scenario)
    usual = [name for name in USUAL_OUTCOMES if name in known]
    return usual or [name for name, one in known.items() if one.better][:1] or list(known)[:1]


def default_workers(runs: int) -> int:
    """Return how many processes make sense: as many as processors this process may use, or as runs."""
    return max(1, min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, runs))


def run_study(
    scenario: "Scenario",
    folder: Path,
    *,
    run_one: RunOne | None = None,
    watch: Watch | None = None,
    options: Options | None = None,
    **named: Any,
) -> Finished:
    """Make what isn't there yet and write the folder.

    Parameters
    ----------
    scenario
        a loaded scenario.
    folder
        the result folder; finished runs of the same identity in it are kept.
    run_one
        how to make a run; by the engine where left out. Must be importable by a worker process.
    watch
        who is told how it comes on.
    options, named
        how it is made: `Options`, or its fields by name.

    Raises DesignError for an unknown arm, a replicate number below 1 or an address without a scheduler, before
    anything is written; StoreError if the folder can't be written or another process makes runs in it;
    SchedulerGoneError if a scheduler doesn't come back, and KeyboardInterrupt when interrupted, both after what
    finished was made into a study.
    """
    asked = options or Options(**named)
    plan = Design(scenario, chosen_arms(scenario, asked.arms), asked.draws)
    first = plan.runs(asked.replicates if asked.replicates is not None else _begun(folder, plan))
    watch = watch or Silent()
    with _cluster_of(asked, watch) as cluster, in_words(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            return _Making(scenario, folder, plan, asked, run_one, watch, cluster).make(first)


@dataclass
class _Making:
    """A study being made."""

    scenario: "Scenario"
    folder: Path
    plan: Design
    asked: Options
    run_one: RunOne | None
    watch: Watch
    cluster: Engine | None = None
    reports: list[Report] = field(default_factory=list)
    ended: str = ""

    def __post_init__(self) -> None:
        self.store, self.table = Store(self.folder), RunTable(self.folder)
        self.listed = listed_before(self.folder)
        # A call that may make certain runs alone plans no others.
        self.rule = stopping_rule(self.scenario, self.asked.replicates) if self.asked.only is None else None
        minutes = self.asked.minutes if self.asked.minutes is not None else self.scenario.replicates.get("minutes")
        self.deadline = None if minutes is None else time.monotonic() + 60 * minutes

    def make(self, runs: list[Planned]) -> Finished:
        try:
            write_inputs(self.scenario, self.folder)
            self._write_design(runs)
            # So that a reader who comes while runs are made knows what they are of.
            announce(self.folder, self._told(runs), self.listed)
            standing = self._asked_for(
                resume(self.store, self.table, runs, self.watch, self.asked.retry_failed, self.listed)
            )
            if standing.superseded:
                drop_answers(self.folder, self.listed)
            if standing.failed:
                self.watch.note(f"{len(standing.failed)} runs failed before; --retry-failed makes them again")
            try:
                runs = self._made(runs, standing)
            except (KeyboardInterrupt, SchedulerGoneError):
                self._derived(runs)
                raise
            return self._finished(runs, len(standing.finished))
        finally:
            self.table.close()

    def _asked_for(self, standing: Standing) -> Standing:
        """Leave out what this call may not make."""
        only = self.asked.only
        if only is None:
            return standing
        missing, untraced = (
            tuple(run for run in runs if run.id in only) for runs in (standing.missing, standing.untraced)
        )
        return replace(standing, missing=missing, untraced=untraced)

    def _made(self, runs: list[Planned], standing: Standing) -> list[Planned]:
        """Make what is missing, and more replicates until a rule says when to stop; return the whole design."""
        again = standing.untraced if self._keeps_units() else ()
        missing = (*standing.missing, *again)
        self.watch.begin(len(runs), len(runs) - len(missing))
        gauge = Gauge(self._watched(), self._window())
        gauge.add_runs(standing.finished)
        if not missing and self.rule is None:
            return runs
        with self._engine(missing or runs) as engine:
            runner = self._runner(engine, gauge, runs, standing)
            self.reports += runner.run(missing)
            while self.rule is not None and not self._late(runs):
                decision = next_size(self._differences(gauge, runs), len({run.group for run in runs}), self.rule)
                self.ended = f"Stopping rule: {decision.text}."
                if decision.done:
                    break
                runs = self._planned(decision.replicates)
                self.reports += runner.run(self._not_yet(runs))
            runs = self._refilled(runner, runs)
            self._late(runs)
        if self.run_one is None and any(not report.failure for report in self.reports):
            warm_mark().touch()
        return runs

    def _write_design(self, runs: Sequence[Planned]) -> None:
        write_design(self.folder, runs, self.plan.unit())

    def _refilled(self, runner: Runner, runs: list[Planned]) -> list[Planned]:
        """Replace blocks of a sensitivity design that a failed run spoils by further ones, as many as half of it."""
        asked = self.scenario.sensitivity
        if asked is None or self.asked.only is not None:
            return runs
        samples = self.plan.draws or asked.samples
        states = self.table.states()
        while not self._late(runs):
            spoilt = {run.draw // block_size(asked) for run in runs if states.get(run.id) == FAILED}
            wanted = min(samples + len(spoilt), samples + samples // 2)
            if wanted <= (self.plan.draws or asked.samples):
                break
            self.watch.note(f"{len(spoilt)} blocks of the design have a failed run; further ones take their place")
            self.plan = replace(self.plan, draws=wanted)
            runs = self._planned(asked.replicates if self.asked.replicates is None else self.asked.replicates)
            self.reports += runner.run(self._not_yet(runs))
            states = self.table.states()
        return runs

    def _planned(self, replicates: int) -> list[Planned]:
        """Plan more replicates: the design is written before any of them is made."""
        runs = self.plan.runs(replicates)
        self._write_design(runs)
        self.table.plan(runs)
        self.watch.begin(len(runs), len(runs) - len(self._not_yet(runs)))
        return runs

    def _not_yet(self, runs: Sequence[Planned]) -> list[Planned]:
        states = self.table.states()
        return [run for run in runs if states.get(run.id) not in (DONE, FAILED)]

    def _late(self, runs: Sequence[Planned]) -> bool:
        """Say whether the time is used up; a design that it cut short is told."""
        if self.deadline is None or time.monotonic() < self.deadline:
            return False
        left = len(self._not_yet(runs))
        if not left and self.rule is None:
            return True
        self.ended = f"Stopped after the time budget; {left} planned runs weren't made: the same command goes on."
        return True

    def _runner(self, engine: Engine, gauge: Gauge, runs: Sequence[Planned], standing: Standing) -> Runner:
        job = Job(self.scenario, self.run_one or EngineRuns(code_digest()), self._keeps_units())
        branches = Branches(job, self.folder, self.asked.from_snapshot) if job.branches else None
        known = {run.id: run for run in runs}
        return Runner(
            job, engine, self.store, self.table, self.watch, gauge, self.plan.arms, self.deadline, branches,
            {(run.arm, run.hash): known[run.id] for run in standing.finished},
            {run.id: run.hash for run in standing.finished},
        )  # fmt: skip

    def _watched(self) -> list[str]:
        """Return the outcomes that are looked at while runs come in: the first reported, and those of the rule."""
        asked = self.rule.half_width if self.rule is not None else ()
        return list(dict.fromkeys([*reported(self.scenario)[:1], *asked]))

    def _differences(self, gauge: Gauge, runs: Sequence[Planned]) -> dict[tuple[str, str], NDArray[np.float64]]:
        assert self.rule is not None
        groups = list(dict.fromkeys(run.group for run in runs))
        others = [arm for arm in self.plan.arms if arm != BASELINE]
        return {(one, arm): gauge.differences(one, arm, groups) for one in self.rule.half_width for arm in others}

    @contextmanager
    def _engine(self, missing: Sequence[Planned]) -> "Iterator[Engine]":
        if self.cluster is not None:
            yield self.cluster
            return
        asked = self.asked.workers
        count = min(asked if isinstance(asked, int) else default_workers(len(missing)), len(missing))
        if self.run_one is None:
            prepare(self.scenario, missing, count, self.watch)
        with _closed(Here() if count <= 1 else Lanes(count)) as engine:
            yield engine

    def _window(self) -> tuple[int, int]:
        named = self.scenario.report.get("window", "")
        last = self.scenario.start + self.scenario.months - 1
        return window_of(named) if named else (max(self.scenario.start, last - 11), last)

    def _keeps_units(self) -> bool:
        if self.asked.keep_units is not None:
            return self.asked.keep_units
        return bool(getattr(self.scenario, "record", {}).get("units"))

    def _finished(self, runs: Sequence[Planned], kept: int) -> Finished:
        study = self._derived(runs)
        failed = {row["id"] for row in self.table.rows() if row["state"] == FAILED}
        failed |= {report.planned.id for report in self.reports if report.failure}
        failures = [failure_file(self.folder, run) for run in runs if run.id in failed]
        return Finished(study, tuple(self.reports), kept, tuple(failures), self.ended)

    def _derived(self, runs: Sequence[Planned]) -> "Study | None":
        """Join the files of single runs and write what follows from the finished ones; None if there is none."""
        join_loose(self.store, self.table, 1)
        if not any(row["state"] == DONE for row in self.table.rows()):
            drop_answers(self.folder, self.listed)
            return None
        return derive(self.folder, self._told(runs), self.scenario, self.table, self.listed)

    def _told(self, runs: Sequence[Planned]) -> Mapping[str, Any]:
        """Say what the folder is about, for its manifest."""
        scenario = self.scenario
        return {
            "format": 2,
            "code": code_digest(),
            "name": scenario.name,
            "why": scenario.why,
            "seed": scenario.seed,
            "start": scenario.start,
            "months": scenario.months,
            "months_of_file": self.asked.months_of_file or scenario.months,
            "arms": list(self.plan.arms),
            "rules": {arm: dict(rules) for arm, rules in scenario.arm_behaviour.items() if rules},
            "desk": desk_of(scenario, self.plan.arms),
            "places": _places_of(scenario),
            "words": words_of(scenario, self.plan.arms),
            "table_marks": table_marks(scenario),
            "replicates": len({run.replicate for run in runs}),
            "draws": len(self.plan.points),
            "ended": self.ended,
            **_sensitivity_of(scenario, len(self.plan.points)),
            "report": {
                "outcomes": reported(scenario),
                "window": scenario.report.get("window", ""),
                "by": list(scenario.report.get("by", ())),
            },
        }


def _places_of(scenario: "Scenario") -> dict[str, dict[str, Any]]:
    """Say what the places of the outcome files are: {id: {name, kind}}.

    Where coordinates are given also lon and lat (degrees), and `source`, the mark of the row's figures.
    """
    places = scenario.tables.get("places", {})
    told = zip(*(places.get(column, ()) for column in ("id", "name", "kind")), strict=True)
    found: dict[str, dict[str, Any]] = {str(one): {"name": str(name), "kind": str(kind)} for one, name, kind in told}
    marks = places.get("source", [""] * len(found))
    degrees = (places.get(one, ()) for one in ("lon", "lat"))
    for place, *where, mark in zip(found.values(), *degrees, marks, strict=False):
        if np.isfinite(where).all():
            place.update(lon=float(where[0]), lat=float(where[1]), source=str(mark))
    return found


def _sensitivity_of(scenario: "Scenario", points: int) -> dict[str, Any]:
    """Say how a sensitivity design is laid out, for the manifest; nothing where there is none."""
    asked = scenario.sensitivity
    if asked is None:
        return {}
    told = {
        "method": asked.method, "levels": asked.levels, "outcomes": list(asked.outcomes), "points": points,
        "parameters": [one.path for one in asked.parameters], "block": block_size(asked),
    }  # fmt: skip
    return {"sensitivity": told}


@contextmanager
def _cluster_of(asked: Options, watch: Watch) -> "Iterator[Engine | None]":
    """Find the scheduler before anything is written; None where processes of this machine make the runs."""
    if not isinstance(asked.workers, str):
        yield None
        return
    from experiments.cluster import Cluster  # noqa: PLC0415  (an extra)

    with _closed(Cluster(asked.workers, watch.note)) as cluster:
        yield cluster


@contextmanager
def _closed(engine: Engine) -> "Iterator[Engine]":
    """End an engine's workers when a study is made, or at once when it is broken off."""
    try:
        yield engine
    except BaseException:
        engine.close(at_once=True)
        raise
    engine.close(at_once=False)
