"""What a query found, written as CSV, as JSON, or as a table to look at."""

import csv
import io
import itertools
import json
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import typer
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from analysis.sql import Answer

_DIGITS = 6
_GAP = 2


def write_csv(answer: Answer) -> None:
    """Write all rows with a header; nothing for what is undefined."""
    _csv_line(answer.columns)
    for row in answer.rows:
        _csv_line(["" if _undefined(value) else value for value in row])


def _csv_line(values: Sequence[Any]) -> None:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    typer.echo(line.getvalue(), nl=False)


def write_json(answer: Answer) -> None:
    """Write all rows as a JSON array with an object a line; null for what is undefined."""
    before = "[\n"
    for row in answer.rows:
        told = {name: _for_json(value) for name, value in zip(answer.columns, row, strict=True)}
        typer.echo(before + json.dumps(told, ensure_ascii=False, default=str), nl=False)
        before = ",\n"
    typer.echo("\n]" if before != "[\n" else "[]")


def _undefined(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _for_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write_table(answer: Answer, most: int) -> None:
    """Print the first rows as a table, as many columns as there is room for, and say what isn't shown."""
    rows = list(itertools.islice(answer.rows, most + 1 if most else None))
    shown = rows[:most] if most else rows
    console = Console()
    columns = [[str(name), *(_written(row[number]) for row in shown)] for number, name in enumerate(answer.columns)]
    fitting = _fitting(columns, console.width) if console.is_terminal else len(columns)
    if not console.is_terminal:
        console.width = max(console.width, sum(_width(column) for column in columns))
    console.print(_table(columns[:fitting], shown))
    for line in _left_out(len(rows) > len(shown), len(shown), len(columns) - fitting):
        typer.echo(line)


def _written(value: Any) -> str:
    if _undefined(value):
        return ""
    return f"{value:.{_DIGITS}g}" if isinstance(value, float) else str(value)


def _width(column: Sequence[str]) -> int:
    return max(cell_len(line) for text in column for line in text.splitlines() or [""]) + _GAP


def _fitting(columns: Sequence[Sequence[str]], width: int) -> int:
    """Return how many columns fit; one at least."""
    room = itertools.accumulate(map(_width, columns))
    return max(1, sum(used <= width for used in room))


def _table(columns: Sequence[Sequence[str]], rows: Sequence[Sequence[Any]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for number, (name, *_) in enumerate(columns):
        figures = any(
            isinstance(row[number], (int, float, Decimal)) and not isinstance(row[number], bool) for row in rows
        )
        table.add_column(escape(name), justify="right" if figures else "left", no_wrap=True)
    for row in zip(*(column[1:] for column in columns), strict=True):
        table.add_row(*map(escape, row))
    return table


def _left_out(more: bool, rows: int, columns: int) -> list[str]:
    told = []
    if more:
        told.append(
            f"the first {rows} rows; there are more: --rows N shows N, --rows 0 all, --csv and --json write all"
        )
    if columns:
        told.append(f"{columns} more columns don't fit: name those that you want, or use --csv")
    return told or ([] if rows else ["no rows"])
