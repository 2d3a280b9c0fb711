"""Sums by cell of many columns at once: no column twice, and truths sixteen at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.kernels.tabulate import MARKS, mark, tabulate_columns, tabulate_marks
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
    """Sum each column by cell, float64[asked, cells]: in the order of rows, and exact for whole numbers below 2**53."""
    out = np.empty((len(asked), cells))
    groups: dict[tuple[int, int], dict[int, list[int]]] = {}
    for at, one in enumerate(asked):
        groups.setdefault(one.group, {}).setdefault(id(one.values), []).append(at)
    for columns in groups.values():
        first = asked[next(iter(columns.values()))[0]]
        cell = first.cell if first.rows is None else first.cell[first.rows]
        for count, wanted in ((_count, True), (_sum, False)):
            some = [ats for ats in columns.values() if (asked[ats[0]].values.dtype == np.bool_) == wanted]
            for ats, sums in zip(some, count(cell, [asked[ats[0]].values for ats in some], cells), strict=True):
                out[ats] = sums
    return out


def _count(cell: NDArray[np.int32], truths: Sequence[Array], cells: int) -> NDArray[np.int64]:
    """Count columns of truths, 16 in a pass, int64[columns, cells]."""
    out = np.zeros((len(truths) + MARKS, cells), np.int64)
    for start in range(0, len(truths), MARKS):
        marks = np.zeros(len(cell), np.uint16)
        for bit, truth in enumerate(truths[start : start + MARKS]):
            mark(truth, bit, marks)
        tabulate_marks(cell, marks, out[start : start + MARKS])
    return out[: len(truths)]


def _sum(cell: NDArray[np.int32], columns: Sequence[Array], cells: int) -> NDArray[np.float64]:
    """Sum columns of numbers in one pass, float64[columns, cells]."""
    out = np.zeros((len(columns), cells))
    if columns:
        tabulate_columns(cell, np.array(columns, np.float64), out)
    return out
