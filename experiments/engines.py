"""Where runs are made: in this process, or in worker processes that may die without harm."""

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.reduction import ForkingPickler
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from experiments.faults import DesignError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

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


class _Lane:
    """One worker process of its own, so that its death costs only the run it was making.

    Process and pipe are ours: a `ProcessPoolExecutor` keeps the worker's end of its result pipe open too, and so
    waits for ever for the rest of an answer in whose midst the worker was killed.
    """

    def __init__(self) -> None:
        self.busy: Future[Any] | None = None
        self._thread = ThreadPoolExecutor(1)
        self.open()

    def open(self) -> None:
        """Start the process, by `spawn`: a fork after threads may hang."""
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with _deaf_to_interrupt(), _no_script():
            self.process.start()
        # With the worker's end closed here, its death is an end of file.
        theirs.close()

    def submit(self, do: Callable[..., _Value], args: tuple[Any, ...]) -> "Future[_Value]":
        """Start a call; one process makes one at a time."""
        started = self._thread.submit(self._call, do, args)
        self.busy = started
        return started

    def _call(self, do: Callable[..., _Value], args: tuple[Any, ...]) -> _Value:
        # Pickled apart from sending, so that what can't travel isn't taken for a dead worker.
        content = ForkingPickler.dumps((do, args))
        try:
            self._pipe.send_bytes(content)
            answer = self._pipe.recv_bytes()
        except (EOFError, OSError):
            self.process.join()
            raise WorkerLostError(f"it ended with status {self.process.exitcode}") from None
        good, value = pickle.loads(answer)
        if not good:
            raise RuntimeError(value)
        return value  # type: ignore[no-any-return]

    def close(self, *, at_once: bool) -> None:
        """End the process: by itself when it reads that nothing more comes, or at once."""
        if at_once:
            self.process.kill()
        self._thread.shutdown(wait=True)
        self._pipe.close()
        self.process.join()

    def reopen(self) -> None:
        """Start another process in place of one that is gone."""
        self._pipe.close()
        self.open()

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
        if not lane.process.is_alive():
            with one_thread_each():
                lane.reopen()
        return lane.submit(do, args)

    def lost(self) -> bool:
        """Return false: each process is started again by itself."""
        return False

    def close(self, *, at_once: bool) -> None:
        """End the processes."""
        for lane in self._lanes:
            lane.close(at_once=at_once)


@contextlib.contextmanager
def _no_script() -> Iterator[None]:
    """Keep a worker from running the user's script once more, which would begin the study again in each of them.

    `multiprocessing` asks `__main__` what it is; what workers make comes from modules alone.
    """
    script = sys.modules["__main__"]
    kept: dict[str, Any] = {name: script.__dict__[name] for name in ("__file__", "__spec__") if name in script.__dict__}
    script.__dict__.pop("__file__", None)
    script.__spec__ = None
    try:
        yield
    finally:
        script.__dict__.update(kept)


def _serve(pipe: "Connection") -> None:
    """Answer calls until no more come: (true, value), or (false, traceback)."""
    _begin_worker()
    while True:
        try:
            content = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        answer = _answered(content)
        try:
            pipe.send_bytes(answer)
        except OSError:
            return


def _answered(content: bytes) -> "bytes | memoryview":
    try:
        do, args = pickle.loads(content)
        return ForkingPickler.dumps((True, do(*args)))
    except Exception:
        return ForkingPickler.dumps((False, traceback.format_exc()))


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
