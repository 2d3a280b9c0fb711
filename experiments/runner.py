"""Makes the runs of a design: in this process, or in worker processes that may die without harm."""

import contextlib
import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from experiments.design import Planned
from experiments.identity import code_digest
from experiments.store import Store
from simulation.draws import Luck
from simulation.engine import Engine
from simulation.population import populate

if TYPE_CHECKING:
    from simulation.contract import Indicator
    from simulation.engine import Result
    from simulation.scenario import Scenario

RunOne = Callable[["Scenario", str, int], "Result"]
_THREADS = {"NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_TRIES = 2


class EditedError(RuntimeError):
    """A worker started from other source files than its study."""


class EngineRuns:
    """Makes a run with the engine; the arms of one replicate share its starting population."""

    def __init__(self, code: str) -> None:
        """Start with no population at hand; `code` is the digest that the runs' identities name."""
        self._code = code
        self._at: tuple[int, int] | None = None
        self._population: Any = None

    def __call__(self, scenario: "Scenario", arm: str, replicate: int) -> "Result":
        """Run one arm of one replicate from its first month to its last.

        Raises EditedError if the program isn't the one that the digest names.
        """
        if code_digest() != self._code:
            raise EditedError("the program's files were edited after the study began: run it again")
        began = time.perf_counter()
        at = (id(scenario), replicate)
        if self._at != at:
            self._population, self._at = populate(scenario, Luck(scenario.seed, replicate)), at
        made = time.perf_counter() - began
        engine = Engine(scenario, arm, replicate, self._population)
        engine.timings.synthesis += made
        return engine.run()

    def __reduce__(self) -> tuple[type["EngineRuns"], tuple[str]]:
        """Travel to a worker without the population."""
        return EngineRuns, (self._code,)


@dataclass(frozen=True)
class Report:
    """What became of one run: its hash, or the traceback of what stopped it."""

    planned: Planned
    hash: str = ""
    person_months: int = 0
    seconds: float = 0.0
    failure: str = ""


class Watch(Protocol):
    """Someone who is told how the runs come on."""

    def begin(self, total: int, kept: int) -> None:
        """Hear how many runs there are, and how many of them were finished before."""

    def note(self, text: str) -> None:
        """Hear something worth a line."""

    def done(self, report: Report) -> None:
        """Hear of a run that ended."""

    def close(self) -> None:
        """Take away what was put up to show progress."""


class Silent:
    """A watch that says nothing."""

    def begin(self, total: int, kept: int) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""

    def done(self, report: Report) -> None:
        """Say nothing."""

    def close(self) -> None:
        """Nothing to take away."""


@dataclass(frozen=True)
class Worker:
    """What every process needs: the scenario, how to make a run, where to put it."""

    scenario: "Scenario"
    run_one: RunOne
    store: Store
    indicators: Mapping[str, "Indicator"]

    def do(self, planned: Planned) -> Report:
        """Make one run and store it; an exception becomes a report of failure."""
        try:
            result = self.run_one(self.scenario, planned.arm, planned.replicate)
            told = self.store.write(planned, result, self.indicators)
        except Exception:
            return Report(planned, failure=traceback.format_exc())
        spent = result.timings.synthesis + result.timings.simulation + result.timings.recording
        return Report(planned, told, result.person_months, spent)


_here: list[Worker] = []
"""The worker of this process, put here when the process starts."""


def _start_worker(worker: Worker) -> None:
    # The parent alone answers Ctrl-C: it decides what is kept.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _here.append(worker)


def _do(planned: Planned) -> Report:
    return _here[0].do(planned)


class Queue:
    """Hands out runs so that one lane keeps to one replicate while others remain."""

    def __init__(self, runs: Iterable[Planned]) -> None:
        """Group the runs by replicate, in order."""
        self._of: dict[int, deque[Planned]] = {}
        for run in runs:
            self._of.setdefault(run.replicate, deque()).append(run)
        self._untouched = deque(self._of)

    def take(self, replicate: int | None) -> Planned | None:
        """Return the next run: of this replicate, else of an untouched one, else of the longest rest."""
        if replicate is not None and self._of.get(replicate):
            return self._of[replicate].popleft()
        if self._untouched:
            return self._of[self._untouched.popleft()].popleft()
        rest = max(self._of.values(), key=len, default=None)
        return rest.popleft() if rest else None


@dataclass
class _Lane:
    """One worker process of its own, so that its death costs only the run it was making."""

    worker: Worker
    replicate: int | None = None
    pool: ProcessPoolExecutor = field(init=False)
    pid: Future[int] = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """Start the process."""
        context = multiprocessing.get_context("spawn")
        self.pool = ProcessPoolExecutor(1, context, _start_worker, (self.worker,))
        with _deaf_to_interrupt():
            self.pid = self.pool.submit(os.getpid)

    def kill(self) -> None:
        """End the process at once."""
        self.pool.shutdown(wait=False, cancel_futures=True)
        with contextlib.suppress(Exception):
            os.kill(self.pid.result(timeout=5), signal.SIGTERM)


@contextlib.contextmanager
def _deaf_to_interrupt() -> Iterator[None]:
    """Let a child that starts now inherit that it ignores Ctrl-C."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(_THREADS)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def execute(worker: Worker, runs: Sequence[Planned], workers: int, watch: Watch) -> list[Report]:
    """Make runs and return a report of each, in order of their ends.

    Parameters
    ----------
    worker
        scenario, store and how to make a run; must travel to another process if `workers` > 1.
    runs
        what to make.
    workers
        1 for this process, more for as many processes of one thread each.
    watch
        who is told of each end.

    Raises KeyboardInterrupt after the worker processes are gone; what finished is kept.
    """
    if workers <= 1:
        return [_told(watch, worker.do(run)) for run in runs]
    with _one_thread_each():
        return _in_lanes(worker, runs, min(workers, len(runs)), watch)


def _told(watch: Watch, report: Report) -> Report:
    watch.done(report)
    return report


def _in_lanes(worker: Worker, runs: Sequence[Planned], count: int, watch: Watch) -> list[Report]:
    queue = Queue(runs)
    lanes = [_Lane(worker) for _ in range(count)]
    at_work: dict[Future[Report], tuple[_Lane, Planned, int]] = {}
    reports = []
    try:
        for lane in lanes:
            _give(lane, queue.take(None), 1, at_work)
        while at_work:
            ended, _ = wait(at_work, return_when=FIRST_COMPLETED)
            for one in ended:
                lane, planned, tries = at_work.pop(one)
                report = _outcome(one, lane, planned, tries, watch)
                if report is None:
                    _give(lane, planned, tries + 1, at_work)
                    continue
                reports.append(_told(watch, report))
                _give(lane, queue.take(planned.replicate), 1, at_work)
    except BaseException:
        for lane in lanes:
            lane.kill()
        raise
    for lane in lanes:
        lane.pool.shutdown()
    return reports


def _give(
    lane: _Lane, planned: Planned | None, tries: int, at_work: dict[Future[Report], tuple[_Lane, Planned, int]]
) -> None:
    if planned is not None:
        at_work[lane.pool.submit(_do, planned)] = (lane, planned, tries)


def _outcome(ended: Future[Report], lane: _Lane, planned: Planned, tries: int, watch: Watch) -> Report | None:
    """Return what became of a run; None if its worker died and it should be tried once more."""
    try:
        return ended.result()
    except BrokenProcessPool as error:
        lane.pool.shutdown(wait=False)
        lane.open()
        if tries < _TRIES:
            watch.note(f"the worker of {planned.name} died; trying it once more")
            return None
        return Report(planned, failure=f"its worker process died {_TRIES} times: {error}\n")
    except Exception:
        return Report(planned, failure=traceback.format_exc())


def write_failures(folder: Path, reports: Iterable[Report]) -> list[Path]:
    """Write the traceback of each failed run to `failures/<arm>-r<replicate>.txt`; drop those of good runs."""
    place = folder / "failures"
    written = []
    for report in reports:
        file = place / f"{report.planned.name}.txt"
        if report.failure:
            place.mkdir(parents=True, exist_ok=True)
            file.write_text(f"run {report.planned.id}\n{report.failure}", "utf-8")
            written.append(file)
        else:
            file.unlink(missing_ok=True)
    return written
