"""Sums by cell of many columns at once: no column twice, and truths sixteen at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.kernels.tabulate import MARKS, mark, tabulate, tabulate_marks
from simulation.table import Array


@dataclass(frozen=True)
class Asked:
    """A sum that is asked for: `values` of the rows `rows` (None: all) by their `cell` (negative: left out)."""

    cell: NDArray[np.int32]
    values: Array
    rows: NDArray[np.intp] | None

    @property
    def group(self) -> tuple[int, int]:
        """What those have in common that can be counted together."""
        return id(self.cell), id(self.rows)


def sums_by_cell(asked: Sequence[Asked], cells: int) -> NDArray[np.float64]:
    """Sum each column by cell, float64[asked, cells]; whole numbers and truths are summed exactly."""
    out = np.empty((len(asked), cells))
    groups: dict[tuple[int, int], dict[int, list[int]]] = {}
    for at, one in enumerate(asked):
        groups.setdefault(one.group, {}).setdefault(id(one.values), []).append(at)
    for columns in groups.values():
        first = asked[next(iter(columns.values()))[0]]
        cell = first.cell if first.rows is None else first.cell[first.rows]
        places = list(columns.values())
        truths = [ats for ats in places if asked[ats[0]].values.dtype == np.bool_]
        for start in range(0, len(truths), MARKS):
            some = truths[start : start + MARKS]
            for ats, sums in zip(some, _count(cell, [asked[ats[0]].values for ats in some], cells), strict=True):
                out[ats] = sums
        for ats in places:
            if asked[ats[0]].values.dtype != np.bool_:
                out[ats] = _sum(cell, asked[ats[0]].values, cells)
    return out


def _count(cell: NDArray[np.int32], truths: Sequence[Array], cells: int) -> NDArray[np.int32]:
    """Count up to 16 columns of truths in one pass, int32[columns, cells]."""
    marks, out = np.zeros(len(cell), np.uint16), np.zeros((cells, MARKS), np.int32)
    for bit, truth in enumerate(truths):
        mark(truth, bit, marks)
    tabulate_marks(cell, marks, out)
    return out.T[: len(truths)]


def _sum(cell: NDArray[np.int32], values: Array, cells: int) -> Array:
    sums = np.zeros(cells, np.float64 if values.dtype.kind == "f" else np.int64)
    tabulate(cell, values, sums)
    return sums
