"""Runs on a cluster: a Dask scheduler that the user's own tools started, and whatever workers have joined it."""

import contextlib
import logging
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any, TypeVar

from experiments.engines import SchedulerGoneError, SchedulerLostError, WorkerLostError
from experiments.faults import DesignError

if TYPE_CHECKING:
    from distributed import Client

_Value = TypeVar("_Value")
_PATIENCE = 600.0
"""Seconds for which a scheduler that doesn't answer is waited for, before a study that has begun gives up."""
_FIRST_PATIENCE = 15.0
_PAUSE = 1.0


class Cluster:
    """A scheduler at an address such as `tcp://10.0.0.1:8786`.

    No file system is shared: runs travel back as bytes, and this process alone writes the folder. A run
    whose worker dies is handed to another one by the scheduler, until more workers died than its setting
    `distributed.scheduler.allowed-failures` allows (3 where nobody set it).
    """

    travels = True

    def __init__(self, address: str, say: Callable[[str], None]) -> None:
        """Find the scheduler; DesignError if there is none, or if the extra `cluster` isn't installed.

        `say` hears when it is lost and when it is found again.
        """
        self._address, self._say = address, say
        self._client = _found(address)
        self._executor = self._client.get_executor(retries=0, pure=False)
        self._deserted = False

    def slots(self) -> int:
        """Return how many threads the workers have that are there just now; say so when the last one is gone."""
        if self._client.status != "running":
            return 0
        try:
            threads: int = sum(self._client.nthreads().values())
        except (OSError, ValueError, CancelledError):
            return 0
        if not threads and not self._deserted:
            self._say(
                f"no worker has joined the scheduler at {self._address}; waiting for one: `dask worker {self._address}`"
            )
        self._deserted = not threads
        return threads

    def submit(self, do: Callable[..., _Value], /, *args: Any) -> "Future[_Value]":
        """Hand a call to the scheduler."""
        told: Future[_Value] = Future()
        try:
            started = self._executor.submit(do, *args)
        except Exception as error:  # whatever the lost connection raises
            told.set_exception(SchedulerLostError(str(error)))
            return told
        started.add_done_callback(lambda ended: _hand_on(ended, told))
        return told

    def lost(self) -> bool:
        """Say whether the scheduler went away; wait until it is back, or give up with a SchedulerGoneError."""
        if self._client.status == "running":
            return False
        self._say(f"the scheduler at {self._address} doesn't answer; waiting for it up to {_PATIENCE / 60:.0f} minutes")
        self._forget()
        self._client = self._found_again()
        self._executor = self._client.get_executor(retries=0, pure=False)
        self._say(f"the scheduler at {self._address} answers again; what was being made is made anew")
        return True

    def _found_again(self) -> "Client":
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                return _connected(self._address, _FIRST_PATIENCE)
            except OSError as error:
                if time.monotonic() > until:
                    raise SchedulerGoneError(
                        f"no scheduler answers at {self._address} ({error}); start it, then give the same command "
                        "again: what finished is kept"
                    ) from None
                time.sleep(_PAUSE)

    def _forget(self) -> None:
        with contextlib.suppress(Exception):  # a connection that is lost can't always be closed
            self._client.close(timeout=1)

    def close(self, *, at_once: bool) -> None:
        """Leave the scheduler; its workers stay. What was started is cancelled."""
        with contextlib.suppress(Exception):  # the scheduler may be gone, and what was started with it
            self._executor.shutdown(wait=False)
        self._forget()


def check_scheduler(address: str) -> None:
    """Find a scheduler and leave it again; DesignError as of `Cluster`."""
    _found(address).close(timeout=1)


def _found(address: str) -> "Client":
    try:
        return _connected(address, _FIRST_PATIENCE)
    except ImportError:
        raise DesignError(
            "--workers with an address needs Dask: install it with `pip install 'relosim[cluster]'`"
        ) from None
    except (OSError, ValueError) as error:
        raise DesignError(f"no scheduler answers at {address} ({error}); start one with `dask scheduler`") from None


def _connected(address: str, patience: float) -> "Client":
    from distributed import Client  # noqa: PLC0415  (an extra, and half a second)

    # It writes tracebacks of lost connections; we say in a line of our own what is lost and what we do.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    # Heartbeats tell within seconds that a scheduler is gone; the client's own attempts to come back would hide it.
    return Client(address, timeout=patience, set_as_default=False)


def _hand_on(ended: "Future[_Value]", told: "Future[_Value]") -> None:
    try:
        value = ended.result()
    except BaseException as error:
        told.set_exception(_meant(error))
    else:
        told.set_result(value)


def _meant(error: BaseException) -> BaseException:
    """Say what an error of Dask means for the run; any other is the run's own."""
    name = type(error).__name__
    if isinstance(error, CancelledError) or name in _LOST:
        return SchedulerLostError(str(error))
    return WorkerLostError(f"{name}: {error}") if name == "KilledWorker" else error


_LOST = frozenset({"CommClosedError", "FutureCancelledError", "CancelledError"})
"""What Dask raises for a call whose scheduler is gone."""
