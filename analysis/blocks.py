"""One outcome of one arm in every cell, read from the files of its runs a group of rows at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analysis.meaning import Cell
from analysis.months import ResultsError
from analysis.runs import Run

Months = tuple[int, int]
"""First and last row of months, counted from the first month of the runs, both included."""


@dataclass(frozen=True)
class Sums:
    """One outcome of one arm added up over a window: rows of cells, values float64[runs, columns, cells]."""

    rows: Mapping[Cell, int]
    values: NDArray[np.float64]


def read_sums(runs: Sequence[Run], columns: Sequence[str], months: Months) -> Sums:
    """Add up some columns of the runs of an arm over a window, in every cell."""
    cells = cells_of(runs[0])
    values = np.empty((len(runs), len(columns), len(cells)))
    part = slice(months[0], months[1] + 1)
    for at, column, monthly in _by_run(runs, columns, len(cells)):
        values[at, column] = monthly[part].sum(axis=0)
    return Sums({cell: row for row, cell in enumerate(cells)}, values)


def read_months(runs: Sequence[Run], columns: Sequence[str], rows: Sequence[int], cells: int) -> NDArray[np.float64]:
    """Return some of the `cells` of each month, month by month: float64[runs, columns, months, rows]."""
    values = np.empty((len(runs), len(columns), runs[0].months, len(rows)))
    for at, column, monthly in _by_run(runs, columns, cells):
        values[at, column] = monthly[:, rows]
    return values


def _by_run(runs: Sequence[Run], columns: Sequence[str], cells: int) -> Iterator[tuple[int, int, NDArray[np.float64]]]:
    """Yield number of the run, number of the column and its values, float64[months, cells]."""
    place = {run.id: number for number, run in enumerate(runs)}
    for run, table in read_rows(runs, columns):
        for number, column in enumerate(columns):
            yield place[run.id], number, table[column].to_numpy().reshape(-1, cells)


def read_rows(runs: Iterable[Run], columns: Iterable[str]) -> Iterator[tuple[Run, pa.Table]]:
    """Yield each run with its rows of some columns; of a file no more is held than the groups that a run lies in."""
    names = list(columns)
    for file, together in groupby(
        sorted(runs, key=lambda run: (run.outcomes, run.first_row)), lambda run: run.outcomes
    ):
        try:
            with pq.ParquetFile(file) as source:
                yield from _rows_of(source, list(together), names)
        except FileNotFoundError:
            raise ResultsError(f"{file} was joined with others since the study was opened: open it again") from None


def _rows_of(source: pq.ParquetFile, runs: Sequence[Run], names: list[str]) -> Iterator[tuple[Run, pa.Table]]:
    counts = [source.metadata.row_group(number).num_rows for number in range(source.num_row_groups)]
    starts = np.concatenate([[0], np.cumsum(counts)])
    held: tuple[int, int] = (0, 0)
    table: pa.Table | None = None
    for run in runs:
        first = int(np.searchsorted(starts, run.first_row, "right")) - 1
        last = int(np.searchsorted(starts, run.first_row + run.rows))
        if table is None or held != (first, last):
            held, table = (first, last), source.read_row_groups(list(range(first, last)), columns=names)
        yield run, table.slice(run.first_row - int(starts[first]), run.rows)


def cells_of(run: Run) -> list[Cell]:
    """List the cells of a run in the order of its rows, which is the same every month."""
    ((_, keys),) = read_rows([run], ["place", "population", "group"])
    return [Cell(*key.values()) for key in keys.slice(0, run.rows // run.months).to_pylist()]
