"""Has the runs of a design made: hands them to an engine, stores what comes back, tries again what a worker lost."""

import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.design import Planned
from experiments.engines import Engine, SchedulerLostError, WorkerLostError
from experiments.store import KINDS
from experiments.watch import Report, Watch
from experiments.work import Burned, Job, Made, burn_in, make

if TYPE_CHECKING:
    from experiments.branches import Branches
    from experiments.gauge import Gauge
    from experiments.run_table import RunTable
    from experiments.store import Store

_TRIES = 2
_LOOK = 2.0
"""Seconds after which an engine is asked whether it is still there, when nothing ends."""
_LOOSE = 64
"""Files of single runs at which they are joined while a study goes on."""
Group = tuple[int, int]


class Queue:
    """Hands out runs so that the arms of a draw and replicate come one after another."""

    def __init__(self, runs: Iterable[Planned]) -> None:
        """Group the runs, in order."""
        self._of: dict[Group, deque[Planned]] = {}
        for run in runs:
            self._of.setdefault(run.group, deque()).append(run)
        self._untouched = deque(self._of)
        self._held: set[Group] = set()

    def __len__(self) -> int:
        """Return how many runs are left."""
        return sum(map(len, self._of.values()))

    def left(self, group: Group) -> int:
        """Return how many runs of a group are left."""
        return len(self._of.get(group, ()))

    def take(self, group: Group | None = None, *, new: bool = True) -> Planned | None:
        """Return the next run: of this group, else of an untouched one if `new`, else of the longest rest."""
        if group is not None and group not in self._held and self._of.get(group):
            return self._of[group].popleft()
        while new and self._untouched:
            rest = self._of[self._untouched.popleft()]
            if rest:
                return rest.popleft()
        waiting = {*self._untouched, *self._held}
        begun = [rest for at, rest in self._of.items() if rest and at not in waiting]
        return max(begun, key=len).popleft() if begun else None

    def hold(self, run: Planned) -> None:
        """Take back a run, and hand out none of its group until `release`."""
        self._of.setdefault(run.group, deque()).appendleft(run)
        self._held.add(run.group)

    def release(self, group: Group) -> None:
        """Hand out a group's runs again."""
        self._held.discard(group)


@dataclass(frozen=True)
class _Task:
    """Something that an engine makes: a run, or the state that a run's group goes on from."""

    planned: Planned
    burns_in: bool = False
    tries: int = 1

    def again(self, *, blamed: bool) -> "_Task":
        return replace(self, tries=self.tries + blamed)


@dataclass
class Runner:
    """Makes runs and stores them, one study at a time.

    Attributes
    ----------
    job
        scenario and how to make a run.
    engine
        where runs are made.
    store, table
        where they are kept, and where their states are told.
    watch
        who is told of each end.
    gauge
        the outcomes that are looked at while runs come in.
    arms
        names in order, for what is told of the outcomes.
    deadline
        `time.monotonic()` after which no draw and replicate is begun; None for none.
    branches
        the states that arms go on from; None where each run is made from its first month.
    """

    job: Job
    engine: Engine
    store: "Store"
    table: "RunTable"
    watch: Watch
    gauge: "Gauge"
    arms: Sequence[str]
    deadline: float | None = None
    branches: "Branches | None" = None
    recorded: dict[tuple[str, str], Planned] = field(default_factory=dict)
    """{(arm, hash): run}: what every finished run recorded, so that no two replicates are the same luck."""
    there: Mapping[str, str] = field(default_factory=dict)
    """{id: hash} of finished runs that are made once more for their unit records alone."""

    def __post_init__(self) -> None:
        """Pack the job once, however many runs it has."""
        self._make: Callable[..., Any] = self.job.make
        self._burn_in: Callable[..., Any] = self.job.burn_in
        if self.engine.travels:
            packed = self.job.packed()
            self._make, self._burn_in = partial(make, packed), partial(burn_in, packed)
        self._at_work: dict[Future[Any], _Task] = {}
        self._again: deque[_Task] = deque()
        self._queue = Queue(())
        self._group: Group | None = None
        self._loose = 0

    def run(self, runs: Sequence[Planned]) -> list[Report]:
        """Make runs and return a report of each that ended, in order of their ends.

        Those that the deadline left out have no report. Raises KeyboardInterrupt and StoreError; what
        finished before is kept.
        """
        self._queue, reports = Queue(runs), list[Report]()
        self._fill()
        while self._at_work or self._again or (len(self._queue) and not self._late()):
            ended, _ = wait(self._at_work, timeout=_LOOK, return_when=FIRST_COMPLETED)
            for one in ended:
                report = self._ended(one)
                if report is not None:
                    reports.append(report)
                if not self._again:
                    # What was lost is handed out when it is known that the engine is still there.
                    self._fill()
            if not ended or self._again:
                self._look_after()
            self._fill()
        return reports

    def _late(self) -> bool:
        return self.deadline is not None and time.monotonic() >= self.deadline

    def _fill(self) -> None:
        """Keep every worker at work, the one that is free with the group it was at."""
        while len(self._at_work) < self.engine.slots():
            task = self._again.popleft() if self._again else self._next()
            if task is None:
                return
            self._start(task)

    def _next(self) -> _Task | None:
        run = self._queue.take(self._group, new=not self._late())
        if run is None:
            return None
        if self.branches is not None and self.branches.needed(run, self._queue.left(run.group) + 1):
            self._queue.hold(run)
            return _Task(run, burns_in=True)
        return _Task(run)

    def _start(self, task: _Task) -> None:
        run = task.planned
        if task.burns_in:
            self._at_work[self.engine.submit(self._burn_in, run)] = task
            return
        self.table.begin(run.id)
        state = None if self.branches is None else self.branches.state(run)
        more = () if state is None else (state,)
        self._at_work[self.engine.submit(self._make, run, *more)] = task

    def _look_after(self) -> None:
        """Ask an engine of which nothing is heard whether it is still there."""
        if self.engine.lost():
            self._again.extend(self._at_work.values())
            self._at_work.clear()
        elif not self._at_work and not self.engine.slots():
            # No worker is there; one may join.
            time.sleep(_LOOK)

    def _ended(self, one: "Future[Any]") -> Report | None:
        """Keep what was made; None if it is a state, or if its worker died and it is tried once more."""
        task = self._at_work.pop(one)
        try:
            made = one.result()
        except SchedulerLostError:
            self._again.append(task.again(blamed=False))
            return None
        except WorkerLostError as error:
            if task.tries < _TRIES:
                self.watch.note(f"the worker of {task.planned.name} died; trying it once more")
                self._again.append(task.again(blamed=True))
                return None
            made = _failed(task, f"its worker died each of {_TRIES} times: {error}\n")
        except Exception:
            made = _failed(task, traceback.format_exc())
        if isinstance(made, Burned):
            self._burned(made)
            return None
        return self._kept(made)

    def _burned(self, burned: Burned) -> None:
        """Keep a state and let the runs of its group go on; without one they are made from their first month."""
        assert self.branches is not None
        if burned.failure:
            self.branches.give_up(burned.planned)
        else:
            self.branches.keep(burned.planned, burned.state)
        self._queue.release(burned.planned.group)
        self._group = burned.planned.group

    def _kept(self, made: Made) -> Report:
        self._group = made.planned.group
        refused = self._refused(made)
        if refused:
            made = Made(made.planned, failure=refused, circumstances=made.circumstances)
        if made.failure:
            file = write_failure(self.store.folder, made)
            self.table.failed(made.planned.id, file.relative_to(self.store.folder).as_posix(), made.circumstances)
            if made.planned.id in self.there:
                # What it recorded at first is there all the same; only its unit records are not.
                self.table.found({made.planned.id: self.there[made.planned.id]})
        else:
            self._store(made)
        report = Report(made.planned, made.hash, made.failure, made.circumstances)
        self.watch.done(report, self.gauge.standing(self.arms))
        return report

    def _store(self, made: Made) -> None:
        assert made.files is not None
        planned = made.planned
        failure_file(self.store.folder, planned).unlink(missing_ok=True)
        if planned.id in self.there:
            self.store.write(made, KINDS[:-1])
            self.table.done(planned.id, made.hash, made.circumstances)
            return
        sealed = self.store.write(made)
        self.table.done(planned.id, made.hash, made.circumstances, sealed)
        self.recorded[planned.arm, made.hash] = planned
        self.gauge.add_bytes(planned.arm, planned.group, made.files.outcomes)
        self._loose += 1
        if self._loose >= _LOOSE:
            join_loose(self.store, self.table, _LOOSE)
            self._loose = 0

    def _refused(self, made: Made) -> str:
        """Say why a run that was made can't count: it differs from what it recorded before, or repeats another."""
        if made.failure:
            return ""
        if self.there.get(made.planned.id, made.hash) != made.hash:
            return f"{made.planned.name} came out otherwise than is recorded: `relosim verify` tells more\n"
        twin = self.recorded.get((made.planned.arm, made.hash))
        return _same_luck(made.planned, twin) if twin and twin.replicate != made.planned.replicate else ""


def _failed(task: _Task, failure: str) -> Made | Burned:
    return Burned(task.planned, failure=failure) if task.burns_in else Made(task.planned, failure=failure)


def _same_luck(run: Planned, twin: Planned) -> str:
    return (
        f"{run.name} recorded exactly what {twin.name} did, under another seed: no figure depends on luck, so an "
        "interval over replicates would say that the answer is exact. Run one replicate (--replicates 1), or check "
        "that the population isn't empty.\n"
    )


def join_loose(store: "Store", table: "RunTable", least: int) -> None:
    """Join the files of single runs into few; at every moment each run stands in a file that is whole."""
    for files in store.joinable(least):
        joined = store.join(files)
        if joined is None:
            continue
        table.replace_files([f"{file.parent.name}/{file.name}" for file in files], [joined])
        for file in files:
            if f"{file.parent.name}/{file.name}" != joined.name:
                store.drop(file)


def failure_file(folder: Path, planned: Planned) -> Path:
    """Return where the traceback of a run would lie."""
    return folder / "failures" / f"{planned.name}.txt"


def write_failure(folder: Path, made: Made) -> Path:
    """Write the traceback of a failed run to `failures/<run>.txt`."""
    file = failure_file(folder, made.planned)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"run {made.planned.id}\n{made.failure}", "utf-8")
    return file
