"""Sums by cell of many columns: no column twice, truths many at a time, and runs of rows of one cell as one."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.kernels.tabulate import FIRST_MARKS, MARKS, find_runs, hand_out, mark, sum_by, sum_runs, tabulate_marks
from simulation.table import Array

_SHORT_RUN = 16
"""Rows of one cell that come one after another, on average, from which a run is summed as one."""


class Asked(NamedTuple):
    """A sum that is asked for: `values` of the rows `rows` (None: all) by their `cell` (negative: left out)."""

    cell: NDArray[np.int32]
    values: Array
    rows: NDArray[np.intp] | None

    @property
    def group(self) -> tuple[int, int]:
        """What those have in common that can be counted together."""
        return id(self.cell), id(self.rows)


def handed_out(values: Array, rows: NDArray[np.int32]) -> Array:
    """Return what the rows of another table have, `values[rows]`; the last value goes to those at -1, nowhere."""
    out = np.empty(len(rows), values.dtype)
    hand_out(_sealed(values), _sealed(rows), out)
    return out


def sums_by_cell(asked: Sequence[Asked], cells: int) -> NDArray[np.float64]:
    """Sum each column by cell, float64[asked, cells]: in the order of rows, and exact for whole numbers below 2**53."""
    out = np.empty((len(asked), cells))
    groups: dict[tuple[int, int], dict[int, list[int]]] = {}
    for at, one in enumerate(asked):
        groups.setdefault(one.group, {}).setdefault(id(one.values), []).append(at)
    for columns in groups.values():
        first = asked[next(iter(columns.values()))[0]]
        cell = first.cell if first.rows is None else first.cell[first.rows]
        sums = _sums(_sealed(cell), {key: _sealed(asked[ats[0]].values) for key, ats in columns.items()}, cells)
        for key, ats in columns.items():
            for at in ats:
                out[at] = sums[key]
    return out


def _sums(cell: NDArray[np.int32], columns: Mapping[int, Array], cells: int) -> dict[int, Array]:
    """Sum columns of the same rows: truths many at a time, unless rows come in runs."""
    runs = _runs(cell)
    truths = [] if len(runs) else [key for key, values in columns.items() if values.dtype == np.bool_]
    counts = _count(cell, [columns[key] for key in truths], cells)
    sums = {key: _sum(cell, runs, values, cells) for key, values in columns.items() if key not in truths}
    return {**sums, **dict(zip(truths, counts, strict=True))}


def _runs(cell: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return where runs of rows of one cell begin, int32[runs]; none unless runs are long enough to be worth it."""
    starts = np.empty(len(cell) // _SHORT_RUN, np.int32)
    return starts[: find_runs(cell, starts)]


def _count(cell: NDArray[np.int32], truths: Sequence[Array], cells: int) -> NDArray[np.int64]:
    """Count columns of truths, 15 in a pass, int64[columns, cells]."""
    out = np.zeros((len(truths) + MARKS, cells), np.int64)
    for start in range(0, len(truths), MARKS):
        low, high = _marks(truths[start : start + FIRST_MARKS]), _marks(truths[start + FIRST_MARKS : start + MARKS])
        tabulate_marks(cell, low, high, out[start : start + MARKS])
    return out[: len(truths)]


def _marks(truths: Sequence[Array]) -> NDArray[np.uint8]:
    """Note up to 8 columns of truths in the bits of a row, uint8[n]; empty without any."""
    marks = np.zeros(len(truths[0]) if truths else 0, np.uint8)
    for bit, truth in enumerate(truths):
        mark(truth, bit, marks)
    return marks


def _sum(cell: NDArray[np.int32], runs: NDArray[np.int32], values: Array, cells: int) -> Array:
    """Sum a column of numbers, int64[cells] for whole ones and float64[cells] for others."""
    out = np.zeros(cells, np.float64 if values.dtype.kind == "f" else np.int64)
    if len(runs):
        sum_runs(cell, runs, values, out)
    else:
        sum_by(cell, values, out)
    return out


def _sealed(column: Array) -> Array:
    """Return a column that is read alone: kernels are compiled for this one form of each type."""
    if column.flags.c_contiguous and not column.flags.writeable:
        return column
    sealed = np.ascontiguousarray(column).view()
    sealed.flags.writeable = False
    return sealed
