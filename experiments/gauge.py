"""How the named outcomes stand while runs come in: the values that progress and the stopping rule look at."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analysis.months import Window
from analysis.paired import of_differences
from analysis.study import BASELINE
from analysis.words import signed

if TYPE_CHECKING:
    from analysis.runs import Run

Pair = tuple[int, int]
_CELL = ("place", "population", "group")


class Gauge:
    """Outcomes of finished runs over the report's window, everybody together: one value per run."""

    def __init__(self, outcomes: Sequence[str], window: Window) -> None:
        """Watch some outcomes; months are absolute, both ends included."""
        self._outcomes, self._window = tuple(outcomes), window
        self._values: dict[tuple[str, str], dict[Pair, float]] = {}

    def add_bytes(self, arm: str, pair: Pair, outcomes: bytes) -> None:
        """Read a run that has just been made."""
        self._add(arm, pair, pq.ParquetFile(pa.BufferReader(outcomes)))

    def add_runs(self, runs: Iterable["Run"]) -> None:
        """Read runs that were there already."""
        for run in runs:
            self._add(run.arm, run.pair, pq.ParquetFile(run.outcomes), run)

    def _add(self, arm: str, pair: Pair, file: pq.ParquetFile, run: "Run | None" = None) -> None:
        there = set(file.schema_arrow.names)
        wanted = {
            one: [name for name in (one, f"{one}__num", f"{one}__den") if name in there] for one in self._outcomes
        }
        table = file.read(columns=["month", *_CELL, *(name for names in wanted.values() for name in names)])
        rows = (table if run is None else run.rows_of(table)).filter(self._chosen())
        for outcome, names in wanted.items():
            if names:
                self._values.setdefault((outcome, arm), {})[pair] = _pooled(rows, names)

    def _chosen(self) -> pc.Expression:
        first, last = self._window
        chosen = (pc.field("month") >= first) & (pc.field("month") <= last)
        for name in _CELL:
            chosen &= pc.field(name) == "all"
        return chosen

    def differences(self, outcome: str, arm: str, pairs: Sequence[Pair] | None = None) -> NDArray[np.float64]:
        """Return the paired differences from the baseline, float64[pairs].

        Of these draws and replicates, in their order and NaN where a run isn't there; of all that are there
        where none are named.
        """
        base, other = (self._values.get((outcome, one), {}) for one in (BASELINE, arm))
        wanted = sorted(set(base) & set(other)) if pairs is None else pairs
        return np.array([other.get(pair, np.nan) - base.get(pair, np.nan) for pair in wanted])

    def standing(self, arms: Sequence[str]) -> str:
        """Say how the first outcome of the first arm stands: mean difference and its 95 % interval so far."""
        others = [arm for arm in arms if arm != BASELINE]
        if not others or not self._outcomes:
            return ""
        gap = of_differences(self.differences(self._outcomes[0], others[0]))
        if gap.n < 2:
            return ""
        return (
            f"{others[0]}: {self._outcomes[0]} {signed(gap.mean)} ({signed(gap.low)} to {signed(gap.high)}, "
            f"{gap.n} pairs)"
        )


def _columns(outcome: str) -> tuple[str, str, str]:
    return outcome, f"{outcome}__num", f"{outcome}__den"


def _pooled(rows: pa.Table, names: Sequence[str]) -> float:
    """Return a ratio as the sum of its numerators over that of its denominators, a count as the mean of its months."""
    if len(names) == 1:
        return float(rows[names[0]].to_numpy().mean()) if len(rows) else float("nan")
    top, low = (rows[name].to_numpy().sum() for name in names)
    return float(top / low) if low else float("nan")
