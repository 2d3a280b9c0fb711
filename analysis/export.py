"""A study's tables for other programs: CSV, Parquet or Excel, with a data dictionary and a data package."""

import csv
import io
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.dictionary import Column, Handed, tables
from analysis.months import ResultsError, window_text
from analysis.reproduce import snippet
from analysis.study import Study

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

FORMATS = ("csv", "parquet", "xlsx")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SHEET_ROWS = 1_048_576
"""Rows that a sheet of Excel holds."""
PACKAGE, DICTIONARY, REPRODUCE = "datapackage.json", "dictionary.csv", "reproduce.txt"


def export(study: Study, folder: Path, kind: str = "csv") -> list[Path]:
    """Write the tables of a study into a new or empty folder; return the files.

    Parameters
    ----------
    study
        an open result folder.
    folder
        where they go.
    kind
        `csv` (a second row tells the units; a byte-order mark lets Excel read Chinese), `parquet` (units in the
        columns' metadata), or `xlsx` (one workbook, a sheet each).

    Beside them: `dictionary.csv` tells what every column means, `datapackage.json` the same for programs (Frictionless
    Data Package 1), `reproduce.txt` the command that makes the study again. Raises ResultsError for another kind and
    for a folder that holds something.
    """
    if kind not in FORMATS:
        raise ResultsError(f"'{kind}' isn't a format of tables: {', '.join(FORMATS)}")
    if folder.exists() and any(folder.iterdir()):
        raise ResultsError(f"{folder} isn't empty: name another folder with --out")
    folder.mkdir(parents=True, exist_ok=True)
    handed = tables(study)
    files = _workbook(study, handed, folder) if kind == "xlsx" else [_WRITERS[kind](one, folder) for one in handed]
    files.append(_written(folder / DICTIONARY, csv_text(_dictionary(handed))))
    files.append(_written(folder / PACKAGE, json.dumps(package(study, handed, kind), indent=1, ensure_ascii=False)))
    files.append(_written(folder / REPRODUCE, snippet(study) + "\n"))
    return files


def _written(file: Path, text: str) -> Path:
    file.write_text(text, "utf-8")
    return file


def safe(value: Any) -> Any:
    """Return a text so that no spreadsheet takes it for a formula; other values, NaN excepted, as they are."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return "" if isinstance(value, float) and math.isnan(value) else value


def csv_text(rows: Iterable[Iterable[Any]]) -> str:
    """Write rows as CSV with a byte-order mark, without which Excel takes Chinese for Latin letters."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([safe(value) for value in row] for row in rows)
    return f"\ufeff{text.getvalue()}"


def _rows(one: Handed) -> Iterable[Iterable[Any]]:
    yield (column.name for column in one.columns)
    yield (column.unit for column in one.columns)
    yield from one.frame.itertuples(index=False, name=None)


def _csv(one: Handed, folder: Path) -> Path:
    return _written(folder / f"{one.name}.csv", csv_text(_rows(one)))


def _parquet(one: Handed, folder: Path) -> Path:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    table = pa.Table.from_pandas(one.frame, preserve_index=False)
    told = {column.name: {"unit": column.unit, "meaning": column.meaning} for column in one.columns}
    fields = [field.with_metadata(told[field.name]) for field in table.schema]
    file = folder / f"{one.name}.parquet"
    pq.write_table(table.cast(pa.schema(fields)), file, compression="zstd")
    return file


_WRITERS = {"csv": _csv, "parquet": _parquet}


def _workbook(study: Study, handed: Iterable[Handed], folder: Path) -> list[Path]:
    import xlsxwriter  # noqa: PLC0415

    file = folder / "tables.xlsx"
    # Texts stay texts: no formulas, no links from whatever a scenario calls itself.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    with xlsxwriter.Workbook(str(file), options) as book:
        bold, grey = book.add_format({"bold": True}), book.add_format({"italic": True, "font_color": "#666666"})
        about = book.add_worksheet("about")
        for row, line in enumerate(_about(study)):
            about.write_string(row, 0, line, bold if row == 0 else None)
        for one in handed:
            _sheet(book.add_worksheet(one.name), one, bold, grey)
    return [file]


def _about(study: Study) -> list[str]:
    return [
        str(study.manifest.get("name", "")), str(study.manifest.get("why", "")),
        f"window {window_text(study.window)}; study {study.hash}", f"made again by: {snippet(study)}",
    ]  # fmt: skip


def _sheet(sheet: Any, one: Handed, bold: Any, grey: Any) -> None:
    if len(one.frame) + 2 > _SHEET_ROWS:
        raise ResultsError(
            f"{one.name} has {len(one.frame):,} rows, more than a sheet of Excel holds: use csv or parquet"
        )
    for number, column in enumerate(one.columns):
        sheet.write_string(0, number, column.name, bold)
        sheet.write_string(1, number, column.unit, grey)
        sheet.write_comment(0, number, column.meaning)
    for row, values in enumerate(one.frame.itertuples(index=False, name=None), start=2):
        for number, value in enumerate(values):
            _cell(sheet, row, number, value)
    sheet.freeze_panes(2, len(one.key))
    sheet.autofilter(1, 0, len(one.frame) + 1, len(one.columns) - 1)
    sheet.autofit()


def _cell(sheet: Any, row: int, number: int, value: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, number, value)
    elif not (isinstance(value, float) and math.isnan(value)):
        sheet.write_number(row, number, value)


def _dictionary(handed: Iterable[Handed]) -> Iterable[Iterable[str]]:
    yield "table", "column", "unit", "meaning"
    for one in handed:
        for column in one.columns:
            yield one.name, column.name, column.unit, column.meaning


def package(study: Study, handed: Iterable[Handed], kind: str) -> dict[str, Any]:
    """Describe the tables for programs: Frictionless Data Package 1, https://specs.frictionlessdata.io."""
    return {
        "profile": "data-package",
        "name": f"relosim-{study.hash}",
        "title": str(study.manifest.get("name", "")),
        "description": str(study.manifest.get("why", "")),
        "resources": [_resource(one, kind) for one in handed],
    }


def _resource(one: Handed, kind: str) -> dict[str, Any]:
    fields = [_field(column, one.frame) for column in one.columns]
    told = {"name": one.name, "title": one.title, "schema": {"fields": fields, "primaryKey": list(one.key)}}
    if kind == "xlsx":
        sheet = {"headerRows": [1], "commentRows": [2], "excel": {"sheet": one.name}}
        return {**told, "path": "tables.xlsx", "format": "xlsx", "dialect": sheet}
    file = {**told, "path": f"{one.name}.{kind}", "format": kind}
    if kind == "csv":
        # The second row tells the units.
        return {**file, "encoding": "utf-8-sig", "dialect": {"headerRows": [1], "commentRows": [2]}}
    return file


def _field(column: Column, frame: "pd.DataFrame") -> dict[str, Any]:
    types = {"f": "number", "i": "integer"}
    kind = types.get(frame[column.name].dtype.kind, "string")
    told = {"name": column.name, "type": kind, "description": column.meaning}
    return {**told, "unit": column.unit} if column.unit else told
