"""How the time of a mechanism grows with the size of its market: shared by the benches of this folder."""

import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from simulation.kernels.draws import fill_units

_PROBE_DRAWS = 100_000_000
_BLOCK = 1_000_000
_REPEATS = 5
_LONG_ENOUGH = 0.02  # seconds; a shorter call is repeated and its time divided


@dataclass(frozen=True)
class Timed:
    """What one size took."""

    size: int
    seconds: float
    probes: float

    @property
    def nanoseconds(self) -> float:
        """Per unit of size."""
        return 1e9 * self.seconds / self.size


def probe() -> float:
    """Return the seconds that this machine takes for 100 million compiled keyed draws."""
    uid, out = np.arange(_BLOCK, dtype=np.uint64), np.empty(_BLOCK)
    fill_units(np.uint64(1), uid, out)
    began = time.perf_counter()
    for block in range(_PROBE_DRAWS // _BLOCK):
        fill_units(np.uint64(block), uid, out)
    return time.perf_counter() - began


_probe_once = cache(probe)


def seconds_of(run: Callable[[], object]) -> float:
    """Return the least time of several calls after one that warms up (and compiles)."""
    run()
    began = time.perf_counter()
    run()
    calls = max(1, math.ceil(_LONG_ENOUGH / max(time.perf_counter() - began, 1e-9)))
    return min(_timed(run, calls) for _ in range(_REPEATS)) / calls


def _timed(run: Callable[[], object], calls: int) -> float:
    began = time.perf_counter()
    for _ in range(calls):
        run()
    return time.perf_counter() - began


def exponent(timed: Sequence[Timed]) -> float:
    """Fit seconds = a size**b by least squares in logarithms and return b: 1 is in proportion to size."""
    size, seconds = (np.log([getattr(one, name) for one in timed]) for name in ("size", "seconds"))
    return float(np.polyfit(size, seconds, 1)[0])


def scaling(name: str, sizes: Sequence[int], make: Callable[[int], Callable[[], object]]) -> list[Timed]:
    """Time `make(size)()` at each size and print a table with the fitted exponent.

    `make` builds the inputs, which isn't timed, and returns the call to time; a call must leave its inputs
    as it found them, or make them anew cheaply, since it runs many times.
    """
    found = []
    sys.stdout.write(f"\n{name}\n{'size':>14}{'seconds':>12}{'probes':>12}{'ns a unit':>12}\n")
    for size in sizes:
        seconds = seconds_of(make(size))
        found.append(Timed(size, seconds, seconds / _probe_once()))
        one = found[-1]
        sys.stdout.write(f"{size:14,}{one.seconds:12.6f}{one.probes:12.6f}{one.nanoseconds:12.1f}\n")
        sys.stdout.flush()
    if len(found) > 1:
        sys.stdout.write(f"exponent {exponent(found):.2f}\n")
    return found
