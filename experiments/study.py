"""From a scenario to a result folder: what is there is kept, the rest is made, what follows is written."""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.months import window_of
from experiments.design import DEFAULT_REPLICATES, Design, Planned, chosen_arms
from experiments.engines import Engine, Here, Lanes
from experiments.gauge import Gauge
from experiments.identity import code_digest
from experiments.inputs import write_inputs
from experiments.kernels import prepare, warm_mark
from experiments.outputs import derive, write_design
from experiments.resume import Standing, locked, resume
from experiments.run_table import RunTable
from experiments.runner import Runner, failure_file, join_loose
from experiments.store import Store
from experiments.watch import Report, Silent, Watch
from experiments.work import EngineRuns, Job, RunOne, indicators_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.load import Study
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
    only: Collection[str] | None = None


def replicates_of(scenario: "Scenario") -> int:
    """Return how many replicates the file asks for at least, or ten if it doesn't say."""
    if not scenario.effective.get("replicates"):
        return DEFAULT_REPLICATES
    return int(scenario.replicates["at_least"])


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

    Raises DesignError for an unknown arm or a replicate number below 1 before anything is written;
    StoreError if the folder can't be written or another process makes runs in it; KeyboardInterrupt when
    interrupted, after what finished was made into a study.
    """
    asked = options or Options(**named)
    plan = Design(scenario, chosen_arms(scenario, asked.arms), asked.draws)
    first = plan.runs(asked.replicates if asked.replicates is not None else replicates_of(scenario))
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        return _Making(scenario, folder, plan, asked, run_one, watch or Silent()).make(first)


@dataclass
class _Making:
    """A study being made."""

    scenario: "Scenario"
    folder: Path
    plan: Design
    asked: Options
    run_one: RunOne | None
    watch: Watch
    reports: list[Report] = field(default_factory=list)

    def make(self, runs: list[Planned]) -> Finished:
        store, table = Store(self.folder), RunTable(self.folder)
        try:
            write_inputs(self.scenario, self.folder)
            write_design(self.folder, runs)
            standing = self._asked_for(resume(store, table, runs, self.watch, self.asked.retry_failed))
            again = len(standing.untraced) if self._keeps_units() else 0
            self.watch.begin(len(runs), len(runs) - len(standing.missing) - again)
            if standing.failed:
                self.watch.note(f"{len(standing.failed)} runs failed before; --retry-failed makes them again")
            if standing.missing or (self._keeps_units() and standing.untraced):
                self._run(store, table, runs, standing)
            return self._finished(store, table, runs, len(standing.finished), "")
        except KeyboardInterrupt:
            self._derived(store, table, runs)
            raise
        finally:
            table.close()

    def _asked_for(self, standing: Standing) -> Standing:
        """Leave out what this call may not make."""
        only = self.asked.only
        if only is None:
            return standing
        missing, untraced = (
            tuple(run for run in runs if run.id in only) for runs in (standing.missing, standing.untraced)
        )
        return replace(standing, missing=missing, untraced=untraced)

    def _run(self, store: Store, table: RunTable, runs: Sequence[Planned], standing: Standing) -> None:
        again = standing.untraced if self._keeps_units() else ()
        missing = (*standing.missing, *again)
        with self._engine(missing) as engine:
            gauge = Gauge(reported(self.scenario)[:1], self._window())
            gauge.add_runs(standing.finished)
            job = Job(self.scenario, self.run_one or EngineRuns(code_digest()), self._keeps_units())
            runner = Runner(job, engine, store, table, self.watch, gauge, self.plan.arms)
            known = {run.id: run for run in runs}
            runner.there = {run.id: run.hash for run in standing.finished}
            runner.recorded = {(run.arm, run.hash): known[run.id] for run in standing.finished}
            self.reports += runner.run(missing)
        if self.run_one is None and any(not report.failure for report in self.reports):
            warm_mark().touch()

    @contextmanager
    def _engine(self, missing: Sequence[Planned]) -> "Iterator[Engine]":
        asked = self.asked.workers
        engine: Engine
        if isinstance(asked, str):
            engine = _cluster(asked, self.watch.note)
        else:
            count = min(asked if asked is not None else default_workers(len(missing)), len(missing))
            if self.run_one is None:
                prepare(self.scenario, missing, count, self.watch)
            engine = Here() if count <= 1 else Lanes(count)
        try:
            yield engine
        except BaseException:
            engine.close(at_once=True)
            raise
        engine.close(at_once=False)

    def _window(self) -> tuple[int, int]:
        named = self.scenario.report.get("window", "")
        last = self.scenario.start + self.scenario.months - 1
        return window_of(named) if named else (max(self.scenario.start, last - 11), last)

    def _keeps_units(self) -> bool:
        if self.asked.keep_units is not None:
            return self.asked.keep_units
        return bool(getattr(self.scenario, "record", {}).get("units"))

    def _finished(self, store: Store, table: RunTable, runs: Sequence[Planned], kept: int, ended: str) -> Finished:
        study = self._derived(store, table, runs)
        failed = {row["id"] for row in table.rows() if row["state"] == "failed"}
        failed |= {report.planned.id for report in self.reports if report.failure}
        failures = [failure_file(self.folder, run) for run in runs if run.id in failed]
        return Finished(study, tuple(self.reports), kept, tuple(failures), ended)

    def _derived(self, store: Store, table: RunTable, runs: Sequence[Planned]) -> "Study | None":
        """Join the files of single runs and write what follows from the finished ones; None if there is none."""
        join_loose(store, table, 1)
        if not any(row["state"] == "done" for row in table.rows()):
            return None
        return derive(self.folder, self._told(runs), self.scenario, table)

    def _told(self, runs: Sequence[Planned]) -> Mapping[str, Any]:
        """Say what the folder is about, for its manifest."""
        scenario = self.scenario
        return {
            "format": 2,
            "name": scenario.name,
            "why": scenario.why,
            "seed": scenario.seed,
            "start": scenario.start,
            "months": scenario.months,
            "months_of_file": self.asked.months_of_file or scenario.months,
            "arms": list(self.plan.arms),
            "rules": {arm: dict(rules) for arm, rules in scenario.arm_behaviour.items() if rules},
            "replicates": len({run.replicate for run in runs}),
            "draws": self.plan.points,
            "report": {
                "outcomes": reported(scenario),
                "window": scenario.report.get("window", ""),
                "by": list(scenario.report.get("by", ())),
            },
        }


def _cluster(address: str, say: Callable[[str], None]) -> Engine:
    from experiments.cluster import Cluster  # noqa: PLC0415  (an extra)

    return Cluster(address, say)
