"""Runs on a cluster: a Dask scheduler that the user's own tools started, and whatever workers have joined it."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any, TypeVar

from experiments.engines import SchedulerGoneError, SchedulerLostError
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
    whose worker dies is tried on another one by the scheduler, three times in all.
    """

    travels = True

    def __init__(self, address: str, say: Callable[[str], None]) -> None:
        """Find the scheduler; DesignError if there is none, or if the extra `cluster` isn't installed.

        `say` hears when it is lost and when it is found again.
        """
        self._address, self._say = address, say
        try:
            self._client = _connected(address, _FIRST_PATIENCE)
        except ImportError:
            raise DesignError(
                "--workers with an address needs Dask: install it with `pip install 'relosim[cluster]'`"
            ) from None
        except (OSError, ValueError) as error:
            raise DesignError(f"no scheduler answers at {address} ({error}); start one with `dask scheduler`") from None
        self._executor = self._client.get_executor(retries=0, pure=False)

    def slots(self) -> int:
        """Return how many threads the workers have that are there just now."""
        try:
            return sum(self._client.nthreads().values())
        except (OSError, ValueError, CancelledError):
            return 0

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
        """Say whether the scheduler went away; wait until it is back, or give up with a StoreError."""
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
        try:
            self._client.close(timeout=1)
        except Exception:  # a connection that is lost can't always be closed
            return

    def close(self, *, at_once: bool) -> None:
        """Leave the scheduler; its workers stay. What was started is cancelled."""
        self._executor.shutdown(wait=False)
        self._forget()


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
        lost = isinstance(error, (CancelledError, OSError)) or type(error).__name__ in _LOST
        told.set_exception(SchedulerLostError(str(error)) if lost else error)
    else:
        told.set_result(value)


_LOST = frozenset({"CommClosedError", "FutureCancelledError", "CancelledError"})
"""What Dask raises for a call whose scheduler is gone. A run that killed three workers is a KilledWorker: it failed."""
