"""Draws that are given in a file: a column for each number that varies, a row for each draw."""

# ruff: noqa: PLC0415  (pyarrow is imported where a file of draws is read, so that other scenarios load without it)

import io
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.catalogue import Catalogue
from simulation.scenario.errors import shown
from simulation.scenario.inherit import beside
from simulation.scenario.items import Faults, Item, Path_, Spot
from simulation.scenario.numbers import Number, find_number
from simulation.scenario.paths import PathError
from simulation.scenario.study_model import MOST_DRAWS
from simulation.scenario.validate import allowed_range
from simulation.scenario.yaml_source import decoded, read_bytes

if TYPE_CHECKING:
    import pyarrow as pa

LARGEST_FILE = 64_000_000
SUFFIXES = (".csv", ".parquet")
_MOST_TOLD = 10

Draws = tuple[Mapping[str, float], ...]


def read_ensemble(item: Item, path: Path_, tree: Item, catalogue: Catalogue, faults: Faults) -> Draws:
    """Read the file of draws that a scenario names; every mistake in it goes to `faults`.

    Parameters
    ----------
    item
        the file's path, from the folder of the scenario that names it.
    path
        where that stands.
    tree, catalogue
        the scenario's values and what declares them: each column is the path of a number of it.
    faults
        where mistakes go.
    """
    file = item.spot.folder / item.value
    if file.suffix.lower() not in SUFFIXES:
        faults.add(item.spot, path, f"must be a file of draws, got '{item.value}'; its name ends in .csv or .parquet")
        return ()
    raw = read_bytes(file, item.spot, path, faults)
    label = str(file) if item.spot.file == "--set" else beside(item.spot.file, item.value)
    top = Spot(label, 0, 0, file.parent)
    if raw is not None and len(raw) > LARGEST_FILE:
        faults.add(top, "", f"is {len(raw):,} bytes long; allowed: {LARGEST_FILE:,}")
        raw = None
    table = _read(raw, file, top, faults) if raw is not None else None
    return _draws(table, top, tree, catalogue, faults) if table is not None else ()


def _read(raw: bytes, file: Path, top: Spot, faults: Faults) -> "pa.Table | None":
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    is_parquet = file.suffix.lower() == ".parquet"
    text = "" if is_parquet else decoded(raw, top, faults)
    if text is None:
        return None
    try:
        if is_parquet:
            table = pyarrow.parquet.read_table(io.BytesIO(raw))
        else:
            # An empty line is a draw without values, which is told; left out, rows would be miscounted.
            parsing = pyarrow.csv.ParseOptions(ignore_empty_lines=False)
            table = pyarrow.csv.read_csv(io.BytesIO(text.encode()), parse_options=parsing)
        table.validate(full=True)
        return table.rename_columns(table.column_names)  # names that aren't UTF-8 are told here
    except (pa.ArrowException, OSError, ValueError) as error:
        said = " ".join(str(error).split())
        kind = "Parquet" if is_parquet else "CSV with a line of paths above the draws"
        faults.add(top, "", f"can't be read as {kind}: {said}")
        return None


def _draws(table: "pa.Table", top: Spot, tree: Item, catalogue: Catalogue, faults: Faults) -> Draws:
    if not 1 <= table.num_rows <= MOST_DRAWS:
        faults.add(top, "", f"holds {table.num_rows:,} draws; allowed: 1 to {MOST_DRAWS:,} rows below the names")
        return ()
    numbers = _numbers(table.column_names, top, tree, catalogue, faults)
    columns = {
        number.path: _Column(number, name, top, faults).read(_cells(table.column(at), name, top, faults))
        for at, (name, number) in numbers.items()
    }
    return tuple(dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))


def _numbers(
    names: Iterable[str], top: Spot, tree: Item, catalogue: Catalogue, faults: Faults
) -> dict[int, tuple[str, Number]]:
    """Find the number of each column; columns that name none, or one that another names, are mistakes."""
    found: dict[int, tuple[str, Number]] = {}
    for at, name in enumerate(names):
        try:
            number = find_number(name, tree, catalogue)
        except PathError as error:
            faults.add(top, f"column '{name}'", str(error))
            continue
        other = next((before for before, known in found.values() if known.path == number.path), None)
        if other is not None:
            faults.add(top, f"column '{name}'", f"stands for {number.path}, like the column '{other}'; keep one")
        found[at] = name, number
    return found


def _cells(column: "pa.ChunkedArray", name: str, top: Spot, faults: Faults) -> list[Any]:
    """Return a column's cells; dates and whatever else is neither number nor text is refused as a whole."""
    from pyarrow import types

    kinds = (types.is_integer, types.is_floating, types.is_decimal, types.is_string, types.is_large_string)
    if any(fits(column.type) for fits in (*kinds, types.is_boolean, types.is_null)):
        cells: list[Any] = column.to_pylist()
        return cells
    faults.add(top, f"column '{name}'", f"holds values of the type {column.type}; write numbers")
    return []


class _Column:
    """One column of draws being read."""

    def __init__(self, number: Number, name: str, top: Spot, faults: Faults) -> None:
        self._number, self._name, self._top, self._faults = number, name, top, faults

    def read(self, cells: Iterable[Any]) -> list[float]:
        values, wrong = [], []
        for row, cell in enumerate(cells, 1):
            value = _number_in(cell)
            what = self._wrong(value, cell)
            values.append(int(value) if self._number.whole and value.is_integer() else value)
            wrong += [(row, what)] if what else []
        self._tell(wrong)
        return values

    def _wrong(self, value: float, cell: Any) -> str:
        got = f"got {shown(cell)}"
        if not math.isfinite(value):
            return f"must be a number, {got}"
        if self._number.whole and not value.is_integer():
            return f"must be a whole number, {got}"
        return "" if self._number.allows(value) else f"lies outside its range, {got}"

    def _tell(self, wrong: list[tuple[int, str]]) -> None:
        range_ = allowed_range(self._number.field)
        for row, what in wrong[:_MOST_TOLD]:
            self._faults.add(self._top, f"row {row}, column '{self._name}'", what + range_)
        if len(wrong) > _MOST_TOLD:
            what = f"{len(wrong) - _MOST_TOLD:,} more rows are wrong"
            self._faults.add(self._top, f"column '{self._name}'", what + range_)


def _number_in(cell: Any) -> float:
    """Return the number in a cell; NaN for anything else."""
    if cell is None or isinstance(cell, bool) or (isinstance(cell, str) and "_" in cell):
        return math.nan
    try:
        return float(cell)
    except (ValueError, OverflowError):
        return math.nan
