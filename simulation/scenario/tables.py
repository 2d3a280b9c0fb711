"""CSV files -> rows of the region's tables: every cell checked, every mistake at its line and column."""

import csv
import io
import math
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from simulation.months import month_of
from simulation.scenario import region
from simulation.scenario.errors import Fault, hint, listed, nearest, shown
from simulation.scenario.inherit import beside
from simulation.scenario.items import Faults, Item, Spot
from simulation.scenario.validate import allowed_range, is_month, unit_of
from simulation.scenario.yaml_source import decoded, read_bytes

OPTIONAL = ("recruits", "dwellings", "channels", "batches", "targets")
"""Tables that a region may do without; they are then empty."""
LARGEST_TABLE = 64_000_000

Lines = list[tuple[int, Any]]
Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Tables:
    """The rows of every table that holds no mistake, what mistakes call its file, the ids that could be read."""

    rows: Mapping[str, Lines]
    files: Mapping[str, str]
    read: Mapping[str, tuple[str, ...]]

    def ids(self, table: str) -> tuple[str, ...] | None:
        """Return the ids of a table's rows, also where other cells are wrong; None if they couldn't be read."""
        return self.read.get(table)

    def columns(self) -> dict[str, Columns]:
        """Return {table: {column: array}}: int64, float64 or str, one value a row."""
        return {name: _columns(region.TABLES[name], lines) for name, lines in self.rows.items()}


def read_tables(named: Item, whole: bool, faults: Faults) -> Tables:
    """Read the tables that a scenario names.

    Parameters
    ----------
    named
        the `tables:` map, {table: path from the folder of the file that names it}.
    whole
        False if a base couldn't be read, so that nothing is said of tables that are missing.
    faults
        where mistakes go.
    """
    rows: dict[str, Lines] = {}
    files: dict[str, str] = {}
    texts: dict[str, list[str]] = {}
    ids: dict[str, tuple[str, ...]] = {}
    for name, item in named.value.items():
        if name not in region.TABLES:
            faults.add(item.named_at, ("tables", name), f"unknown table '{name}'" + hint(name, region.TABLES))
        elif isinstance(item.value, str):
            files[name] = _label(item)
            _read(name, item, rows, texts, ids, faults)
    for name in region.TABLES:
        if name in OPTIONAL and name not in named.value:
            rows[name] = []
            ids[name] = ()
        elif name not in named.value and whole:
            faults.add(named.named_at, "tables", f"the table '{name}' is missing; write '{name}: {name}.csv'")
    for one in region.check_region(rows):
        faults.found.append(_of_region(one, files, texts))
    return Tables(rows, files, ids)


def _label(item: Item) -> str:
    return str(item.spot.folder / item.value) if item.spot.file == "--set" else beside(item.spot.file, item.value)


def _of_region(one: Any, files: Mapping[str, str], texts: Mapping[str, list[str]]) -> Fault:
    text = texts.get(one.table, [])
    header = next(csv.reader(text[:1]), [])
    column = _starts(text, one.line)
    number = header.index(one.column) if one.column in header else 0
    return Fault(files.get(one.table, one.table), one.line, _at(column, number), one.column, one.message)


def _read(
    name: str,
    item: Item,
    rows: dict[str, Lines],
    texts: dict[str, list[str]],
    ids: dict[str, tuple[str, ...]],
    faults: Faults,
) -> None:
    path = item.spot.folder / item.value
    raw = read_bytes(path, item.spot, ("tables", name), faults)
    if raw is None:
        return
    top = Spot(_label(item), 0, 0, path.parent)
    if len(raw) > LARGEST_TABLE:
        faults.add(top, "", f"is {len(raw):,} bytes long; allowed: {LARGEST_TABLE:,}")
        return
    text = decoded(raw, top, faults)
    if text is None:
        return
    texts[name] = [line.removesuffix("\r") for line in text.split("\n")]
    before = len(faults.found)
    sheet = _Sheet(top, region.TABLES[name], texts[name], faults)
    lines = sheet.lines(text)
    if sheet.ids is not None and "id" in region.TABLES[name].model_fields:
        ids[name] = tuple(sheet.ids)
    if len(faults.found) == before:
        rows[name] = lines


class _Sheet:
    """One CSV file being read against its row model."""

    def __init__(self, top: Spot, model: type[BaseModel], text: list[str], faults: Faults) -> None:
        self._top, self._model, self._text, self._faults = top, model, text, faults
        self._header: list[str] = []
        self.ids: list[str] | None = None
        """What stands under `id`; None if the sheet could not be read to its end."""

    def lines(self, text: str) -> Lines:
        out: Lines = []
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        begins = 1
        ids: list[str] = []
        try:
            for cells in reader:
                if not self._header:
                    self._header = cells
                    if not self._header_holds(begins):
                        return []
                elif cells:
                    ids += [cell for name, cell in zip(self._header, cells, strict=False) if name == "id"]
                    row = self._row(begins, cells)
                    out += [(begins, row)] if row is not None else []
                begins = reader.line_num + 1
            self.ids = ids
        except csv.Error as error:
            what = f"can't be read as CSV: {error}; close every quote, and double a quote within quotes"
            self._say(begins, 1, "", what)
        if not self._header:
            self._say(0, 0, "", f"is empty; its first line names the columns{listed(self._model.model_fields)}")
        return out

    def _say(self, line: int, column: int, where: str, what: str) -> None:
        self._faults.add(Spot(self._top.file, line, column, self._top.folder), where, what)

    def _header_holds(self, line: int) -> bool:
        fields, starts, before = self._model.model_fields, _starts(self._text, line), len(self._faults.found)
        for number, name in enumerate(self._header):
            if name not in fields:
                self._say(line, _at(starts, number), name, "unknown column" + hint(name, fields))
            elif name in self._header[:number]:
                self._say(line, _at(starts, number), name, "this column stands here a second time; keep one")
        for name, field in fields.items():
            if name not in self._header and field.is_required():
                close = nearest(name, [one for one in self._header if one not in fields])
                self._say(line, 1, name, f"the column is missing; it says: {field.description}{close}")
        return len(self._faults.found) == before

    def _row(self, line: int, cells: list[str]) -> Any:
        if len(cells) != len(self._header):
            sizes = f"the row has {len(cells)} cells, the header {len(self._header)}"
            what = f"{sizes}; put a text that holds a comma in quotes"
            self._say(line, 1, "", what)
            return None
        values, bad = self._values(line, cells)
        try:
            made = self._model.model_validate(values)
        except ValidationError as error:
            for one in error.errors(include_url=False):
                name = str(one["loc"][0]) if one["loc"] else ""
                if name not in bad:
                    bad.add(name)
                    self._cell(line, name, _wrong(one, self._model.model_fields.get(name)))
            return None
        return None if bad else made

    def _values(self, line: int, cells: list[str]) -> tuple[dict[str, Any], set[str]]:
        values: dict[str, Any] = {}
        bad: set[str] = set()
        for name, cell in zip(self._header, cells, strict=True):
            field = self._model.model_fields[name]
            try:
                values[name] = _typed(cell, field)
            except ValueError as error:
                bad.add(name)
                self._cell(line, name, f"{error}, got {shown(cell)}{allowed_range(field)}")
        return values, bad

    def _cell(self, line: int, name: str, what: str) -> None:
        number = self._header.index(name) if name in self._header else 0
        self._say(line, _at(_starts(self._text, line), number), name, what)


def _typed(cell: str, field: FieldInfo) -> Any:
    if is_month(field):
        return _month(cell)
    wanted = _plain_type(field.annotation)
    if not cell and wanted is not str and wanted is not field.annotation:
        return None
    return _READERS.get(wanted, str)(cell)


def _plain_type(annotation: Any) -> Any:
    parts = [one for one in typing.get_args(annotation) if one is not type(None)]
    if typing.get_origin(annotation) is Literal:
        return str
    return parts[0] if type(None) in typing.get_args(annotation) and len(parts) == 1 else annotation


def _month(cell: str) -> str:
    if cell:
        try:
            month_of(cell)
        except ValueError:
            raise ValueError("must be a month written YYYY-MM, such as 2020-04") from None
    return cell


def _whole(cell: str) -> int:
    if not (cell.isascii() and cell.removeprefix("-").isdigit() and len(cell) < 19):
        raise ValueError("must be a whole number")
    return int(cell)


def _number(cell: str) -> float:
    try:
        value = float(cell) if cell.isascii() and "_" not in cell and cell == cell.strip() else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError("must be a finite number")
    return value


def _truth(cell: str) -> bool:
    if cell not in ("true", "false"):
        raise ValueError("must be true or false")
    return cell == "true"


_READERS: Mapping[Any, Callable[[str], Any]] = {int: _whole, float: _number, bool: _truth}


def _wrong(one: Any, field: FieldInfo | None) -> str:
    kind, got = one["type"], f"got {shown(one['input'])}"
    if kind == "literal_error" and field is not None:
        options = typing.get_args(field.annotation)
        return f"is not known, {got}{listed(options)}{nearest(one['input'], options)}"
    if kind.startswith(("greater_than", "less_than")):
        return f"lies outside its range, {got}{allowed_range(field)}"
    if kind == "string_too_short":
        return f"must not be empty, {got}" + (f"; it says: {field.description}" if field else "")
    if kind == "string_pattern_mismatch":
        return f"must look like {one['ctx']['pattern']}, {got}"
    if kind == "value_error":
        return f"{one['ctx']['error']}"
    return f"{one['msg']}, {got} {unit_of(field)}".rstrip()


def _starts(text: list[str], line: int) -> list[int]:
    """Return the columns, from 1, at which the cells of a line begin."""
    starts, quoted = [1], False
    for column, one in enumerate(text[line - 1] if 0 < line <= len(text) else "", 1):
        if one == '"':
            quoted = not quoted
        elif one == "," and not quoted:
            starts.append(column + 1)
    return starts


def _at(starts: list[int], number: int) -> int:
    return starts[number] if number < len(starts) else 1


_DTYPES = {int: np.int64, float: np.float64, bool: np.bool_}


def _columns(model: type[BaseModel], lines: Lines) -> Columns:
    out: Columns = {}
    for name, field in model.model_fields.items():
        values = [getattr(row, name) for _, row in lines]
        other = np.str_ if _all_text(values) else object
        out[name] = np.array(values, _DTYPES.get(_plain_type(field.annotation), other))
    return out


def _all_text(values: Iterable[Any]) -> bool:
    return all(isinstance(one, str) for one in values)
