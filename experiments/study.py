"""From a scenario to a result folder: what is there is kept, the rest is run, what follows is written."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.design import DEFAULT_REPLICATES, Planned, chosen_arms, design
from experiments.identity import code_digest
from experiments.outputs import derive
from experiments.runner import EngineRuns, Report, RunOne, Silent, Watch, Worker, execute, write_failures
from experiments.store import Store
from simulation.engine import Engine
from simulation.kernels.cache import use_keyed_cache

if TYPE_CHECKING:
    from analysis.load import Study
    from simulation.contract import Indicator
    from simulation.scenario import Scenario

USUAL_OUTCOMES = (
    "employment_rate_3m", "zero_employment_households_count", "employed_per_employed_household",
    "net_income_per_head_yuan_year", "school_minutes_mean", "primary_unplaced_count", "primary_boarders_count",
    "junior_unplaced_count", "junior_boarders_count", "unmet_visits_share", "out_of_pocket_share",
    "settled_households_share", "returned_households_count",
)  # fmt: skip
"""What is reported of a scenario that doesn't say."""
_WARM_MONTHS = 13
"""Long enough that every process of the calendar has run once."""
_WARM_MARK = "warm"


@dataclass(frozen=True)
class Finished:
    """What a call left behind: the study (None if no run finished), this call's reports, traceback files."""

    study: "Study | None"
    reports: tuple[Report, ...]
    kept: int
    failures: tuple[Path, ...]


def indicators_of(scenario: "Scenario") -> dict[str, "Indicator"]:
    """Return every indicator of the catalogue by name."""
    return {name: one for family in scenario.catalogue.outcomes.values() for name, one in family.indicators.items()}


def replicates_of(scenario: "Scenario") -> int:
    """Return how many replicates the file asks for, or ten if it doesn't say."""
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


def _told(scenario: "Scenario", runs: Sequence[Planned], months_of_file: int) -> dict[str, Any]:
    """Say what the folder is about, for its manifest."""
    return {
        "format": 1,
        "name": scenario.name,
        "why": scenario.why,
        "seed": scenario.seed,
        "start": scenario.start,
        "months": scenario.months,
        "months_of_file": months_of_file,
        "arms": list(dict.fromkeys(run.arm for run in runs)),
        "rules": {arm: dict(rules) for arm, rules in scenario.arm_behaviour.items() if rules},
        "replicates": len({run.replicate for run in runs}),
        "report": {
            "outcomes": reported(scenario),
            "window": scenario.report.get("window", ""),
            "by": list(scenario.report.get("by", ())),
        },
    }


def default_workers(runs: int) -> int:
    """Return how many processes make sense: as many as processors this process may use, or as runs."""
    return max(1, min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, runs))


def warm(scenario: "Scenario", arm: str, watch: Watch) -> None:
    """Compile the kernels once, here, so that workers find them ready; a note says so."""
    mark = _warm_mark()
    if mark.exists():
        return
    watch.note("compiling the kernels (once for this version; about a minute)")
    try:
        _turn_months(scenario, arm)
    except Exception:
        # The runs meet the same, and each keeps its traceback.
        watch.note("the trial run failed; the runs will tell why")
    else:
        mark.touch()


def _turn_months(scenario: "Scenario", arm: str) -> None:
    engine = Engine(scenario, arm, 0)
    for _ in range(min(_WARM_MONTHS, scenario.months)):
        engine.step()


def _warm_mark() -> Path:
    return use_keyed_cache() / _WARM_MARK


def _prepare_kernels(scenario: "Scenario", runs: Sequence[Planned], workers: int, watch: Watch) -> None:
    """Warm the kernels where several processes would each compile them; else say that the first run does."""
    if workers > 1:
        busiest = max({run.arm for run in runs}, key=lambda arm: (len(scenario.arms[arm]), arm))
        warm(scenario, busiest, watch)
    elif not _warm_mark().exists():
        watch.note("the first run compiles the kernels (once for this version; about a minute)")


def run_study(
    scenario: "Scenario",
    folder: Path,
    *,
    arms: Sequence[str] = (),
    replicates: int | None = None,
    workers: int | None = None,
    months_of_file: int | None = None,
    run_one: RunOne | None = None,
    watch: Watch | None = None,
) -> Finished:
    """Run what isn't there yet and write the folder.

    Parameters
    ----------
    scenario
        a loaded scenario.
    folder
        the result folder; finished runs of the same identity in it are kept.
    arms
        arms beside the baseline; all of them where left out.
    replicates
        number of replicates; the file's, or 10.
    workers
        processes; 1 is this one; as many as processors where left out.
    months_of_file
        months before the scenario was cut, which `verify` needs to load it again; its own where left out.
    run_one
        how to make a run; by the engine where left out. Must be importable by a worker process.
    watch
        who is told how it comes on.

    Raises DesignError for an unknown arm or a replicate number below 1 before anything is written;
    KeyboardInterrupt when interrupted, after what finished was made into a study.
    """
    watch = watch or Silent()
    runs = design(
        scenario, chosen_arms(scenario, arms), replicates if replicates is not None else replicates_of(scenario)
    )
    told = _told(scenario, runs, months_of_file or scenario.months)
    store = Store(folder)
    store.prepare(runs)
    missing = [run for run in runs if store.finished(run) is None]
    for run in missing:
        store.discard(run)
    watch.begin(len(runs), len(runs) - len(missing))
    worker = Worker(scenario, run_one or EngineRuns(code_digest()), store, indicators_of(scenario))
    count = min(workers if workers is not None else default_workers(len(missing)), max(1, len(missing)))
    try:
        if missing and run_one is None:
            _prepare_kernels(scenario, missing, count, watch)
        reports = execute(worker, missing, count, watch)
    except KeyboardInterrupt:
        _derived(folder, told, scenario)
        raise
    failures = write_failures(folder, reports)
    if run_one is None and any(not report.failure for report in reports):
        _warm_mark().touch()
    return Finished(_derived(folder, told, scenario), tuple(reports), len(runs) - len(missing), tuple(failures))


def _derived(folder: Path, told: Mapping[str, Any], scenario: "Scenario") -> "Study | None":
    """Write what follows from the finished runs; None if there is none."""
    return derive(folder, told, scenario) if any((folder / "outcomes").glob("*.parquet")) else None
