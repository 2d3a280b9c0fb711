"""The tables of a study beside its outcomes: what the arms cost, and what became of each run."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.folder import RUN_TABLE
from analysis.months import date_of
from analysis.runs import Run

DESIGN = pa.schema([("run", pa.string()), ("arm", pa.string()), ("draw", pa.int32()), ("replicate", pa.int32())])
_LEDGER = pa.schema(
    [
        *DESIGN,
        pa.field("month", pa.int32(), metadata={"unit": "12 * year + month - 1"}), ("date", pa.string()),
        ("intervention", pa.string()), ("kind", pa.string()),
        pa.field("amount_fen", pa.int64(), metadata={"unit": "fen"}), ("quantity", pa.float64()),
    ]
)  # fmt: skip
_SECONDS = {"unit": "seconds"}
_RUNS = pa.schema(
    [
        *DESIGN, ("state", pa.string()), ("tries", pa.int32()), ("hash", pa.string()),
        pa.field("synthesis", pa.float64(), metadata=_SECONDS), pa.field("simulation", pa.float64(), metadata=_SECONDS),
        pa.field("recording", pa.float64(), metadata=_SECONDS), ("person_months", pa.int64()),
        pa.field("started", pa.timestamp("ms", "UTC")), pa.field("ended", pa.timestamp("ms", "UTC")),
        ("host", pa.string()), ("failure", pa.string()),
    ]
)  # fmt: skip


def ledger_table(runs: Iterable[Run]) -> pa.Table:
    """Build the bookings of runs, told as in their files: month, date, intervention, kind, amount in fen, quantity."""
    rows = [
        {
            "run": run.id, "arm": run.arm, "draw": run.draw, "replicate": run.replicate,
            "date": date_of(entry["month"]), **entry,
        }
        for run in runs
        for entry in run.ledger
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, _LEDGER)


def runs_table(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Build the table of what became of each run from rows of the run table; `started` and `ended` in seconds."""
    told = [{**row, "run": row["id"], **{at: _moment(row[at]) for at in ("started", "ended")}} for row in rows]
    return pa.Table.from_pylist(told, _RUNS)


def _moment(seconds: float | None) -> int | None:
    return None if seconds is None else round(1000 * seconds)


def states(folder: Path) -> pa.Table | None:
    """Return what became of each run, also while runs are made; None where nothing tells.

    The run table tells it first: what is derived from it comes at the end.
    """
    try:
        with closing(sqlite3.connect(f"{(folder / RUN_TABLE).absolute().as_uri()}?mode=ro", uri=True)) as connection:
            asked = connection.execute("select * from runs where state <> 'superseded' order by replicate, draw, arm")
            names = [one[0] for one in asked.description]
            return runs_table(dict(zip(names, row, strict=True)) for row in asked.fetchall())
    except sqlite3.Error:
        file = folder / "runs.parquet"
        return pq.read_table(file) if file.exists() else None
