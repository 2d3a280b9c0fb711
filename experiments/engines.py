"""Where runs are made: in this process, or in worker processes that may die without harm."""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from experiments.faults import DesignError

_Value = TypeVar("_Value")
_THREADS = {"NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class WorkerLostError(RuntimeError):
    """The worker that was making a run is gone; the run may be tried elsewhere."""


class SchedulerLostError(WorkerLostError):
    """The scheduler went away with what it was told; none of its runs is to blame."""


class SchedulerGoneError(RuntimeError):
    """A scheduler that didn't come back in time."""


class Engine(Protocol):
    """What makes runs: `submit` as of a `concurrent.futures` executor, and how many at a time.

    `travels` says whether what is submitted goes to another process.
    """

    travels: bool

    def slots(self) -> int:
        """Return how many runs can be made at a time just now; 0 while no worker is there."""

    def submit(self, do: Callable[..., _Value], /, *args: Any) -> "Future[_Value]":
        """Start a call somewhere; its future raises WorkerLostError if the worker died."""

    def lost(self) -> bool:
        """Say whether everything that was started is lost, and starts anew when it is submitted again."""

    def close(self, *, at_once: bool) -> None:
        """End the workers: when they have finished, or at once."""


class Here:
    """Makes each run in this process, one after another: the engine for one worker, and for debugging."""

    travels = False

    def slots(self) -> int:
        """Return 1."""
        return 1

    def submit(self, do: Callable[..., _Value], /, *args: Any) -> "Future[_Value]":
        """Call it now; Ctrl-C ends it."""
        future: Future[_Value] = Future()
        try:
            future.set_result(do(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def lost(self) -> bool:
        """Return false: nothing outlives this process, and nothing is lost before it."""
        return False

    def close(self, *, at_once: bool) -> None:
        """Nothing to end."""


@dataclass
class _Lane:
    """One worker process of its own, so that its death costs only the run it was making."""

    pool: ProcessPoolExecutor = field(init=False)
    pid: "Future[int]" = field(init=False)
    busy: "Future[Any] | None" = None

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """Start the process, by `spawn`: a fork after threads may hang."""
        self.pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _begin_worker)
        with _deaf_to_interrupt():
            self.pid = self.pool.submit(os.getpid)

    def kill(self) -> None:
        """End the process at once."""
        self.pool.shutdown(wait=False, cancel_futures=True)
        with contextlib.suppress(Exception):
            os.kill(self.pid.result(timeout=5), signal.SIGTERM)

    @property
    def idle(self) -> bool:
        """Say whether it makes nothing just now."""
        return self.busy is None or self.busy.done()


class Lanes:
    """Worker processes on this machine, one thread each; one that dies is started again."""

    travels = True

    def __init__(self, count: int) -> None:
        """Start the processes."""
        with one_thread_each():
            self._lanes = [_Lane() for _ in range(count)]

    def slots(self) -> int:
        """Return the number of processes."""
        return len(self._lanes)

    def submit(self, do: Callable[..., _Value], /, *args: Any) -> "Future[_Value]":
        """Start a call on a process that makes nothing; there is one as long as no more than `slots` are at work."""
        lane = next(one for one in self._lanes if one.idle)
        told: Future[_Value] = Future()
        try:
            started = lane.pool.submit(do, *args)
        except BrokenProcessPool:
            # It died while it made nothing.
            self._reopen(lane)
            started = lane.pool.submit(do, *args)
        lane.busy = told
        started.add_done_callback(lambda ended: self._hand_on(lane, ended, told))
        return told

    def _hand_on(self, lane: _Lane, ended: "Future[_Value]", told: "Future[_Value]") -> None:
        try:
            value = ended.result()
        except BrokenProcessPool as error:
            told.set_exception(WorkerLostError(str(error)))
        except BaseException as error:
            told.set_exception(error)
        else:
            told.set_result(value)

    def _reopen(self, lane: _Lane) -> None:
        lane.pool.shutdown(wait=False)
        with one_thread_each():
            lane.open()

    def lost(self) -> bool:
        """Return false: each process is started again by itself."""
        return False

    def close(self, *, at_once: bool) -> None:
        """End the processes."""
        for lane in self._lanes:
            if at_once:
                lane.kill()
            else:
                lane.pool.shutdown()


def _begin_worker() -> None:
    # The parent alone answers Ctrl-C: it decides what is kept.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when the process that started it is gone, killed or not, so that none is left behind."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


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
def one_thread_each() -> Iterator[None]:
    """Let processes that start now keep to one thread: runs side by side are quicker than threads within a run."""
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


def workers_of(asked: str | None) -> int | str | None:
    """Read `--workers`: a number of processes or a scheduler's address; DesignError for anything else."""
    if asked is None or "://" in asked:
        return asked
    if not asked.isdigit() or int(asked) < 1:
        raise DesignError(
            f"--workers {asked}: write a number of processes from 1, or an address such as tcp://host:8786"
        )
    return int(asked)
