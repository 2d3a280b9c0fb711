"""The finished runs of a folder, as the footers of its outcome files tell them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.months import ResultsError

OUTCOMES = "outcomes"
_TOLD = ("id", "arm", "draw", "replicate", "values", "start", "months", "hash", "rows", "rows_hash", "ledger")
"""What a footer says of each of its runs."""


@dataclass(frozen=True)
class Run:
    """One finished run: where its rows are, and what its file's footer says of it.

    Attributes
    ----------
    id, arm, draw, replicate
        its identity and its place in the design.
    values
        {path: value} that the draw lays over the scenario; empty where parameters are held fixed.
    start, months
        first month, absolute, and how many there are.
    hash
        SHA-256 of everything that it recorded.
    outcomes
        the file that holds its outcome rows, with those of other runs or alone.
    first_row, rows
        where they stand in that file.
    rows_hash
        SHA-256 of these rows.
    ledger
        its bookings: month, intervention, kind, amount_fen, quantity.
    circumstances
        times and host, as far as they are known; outside every hash.
    """

    id: str
    arm: str
    draw: int
    replicate: int
    values: Mapping[str, float]
    start: int
    months: int
    hash: str
    outcomes: Path
    first_row: int
    rows: int
    rows_hash: str
    ledger: tuple[Mapping[str, Any], ...] = ()
    circumstances: Mapping[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The result folder."""
        return self.outcomes.parent.parent

    @property
    def name(self) -> str:
        """Write it for people: arm, draw where parameters vary, replicate."""
        draw = f"d{self.draw:04d} " if self.values else ""
        return f"{self.arm} {draw}r{self.replicate:04d}"

    @property
    def pair(self) -> tuple[int, int]:
        """Draw and replicate: what it shares with the runs of other arms that it is compared with."""
        return self.draw, self.replicate

    def file(self, kind: str) -> Path:
        """Return its file in one of the folders `outcomes`, `units`, `persons`."""
        return self.outcomes if kind == OUTCOMES else self.folder / kind / f"{self.id}.parquet"

    @property
    def traced(self) -> bool:
        """Say whether its unit records are kept."""
        return self.file("units").exists()

    def rows_of(self, table: pa.Table) -> pa.Table:
        """Return its rows of a table that was read from its outcome file."""
        return table.slice(self.first_row, self.rows)


def outcome_files(folder: Path) -> list[Path]:
    """List the outcome files of a result folder, joined ones first; hidden ones are other programs' leavings."""
    return sorted(file for file in (folder / OUTCOMES).glob("*.parquet") if not file.name.startswith("."))


def told_runs(file: Path) -> list[dict[str, Any]]:
    """Return what the footer of an outcome file says of its runs; ResultsError if it isn't one or is torn."""
    try:
        told = pq.read_schema(file).metadata or {}
        runs = [{name: one[name] for name in _TOLD} for one in json.loads(told[b"relosim.runs"])["runs"]]
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        what = "its footer doesn't list its runs" if isinstance(error, KeyError | TypeError) else str(error)
        raise ResultsError(f"{file} is torn or not a file of this program's results: {what}") from None
    return runs


def read_runs(file: Path) -> list[Run]:
    """Return the runs of an outcome file; ResultsError if it isn't one or is torn."""
    found, first = [], 0
    for told in told_runs(file):
        found.append(_run(told, file, first))
        first += told["rows"]
    return found


def _run(told: Mapping[str, Any], file: Path, first: int) -> Run:
    return Run(
        told["id"], told["arm"], told["draw"], told["replicate"], told["values"], told["start"], told["months"],
        told["hash"], file, first, told["rows"], told["rows_hash"], tuple(told["ledger"]),
    )  # fmt: skip


def runs_of(folder: Path) -> list[Run]:
    """Return the runs of a result folder, into whose files others may be joining runs at this moment.

    Raises ResultsError for a file that is torn.
    """
    while True:
        files = outcome_files(folder)
        try:
            return runs_in(files)
        except ResultsError:
            if outcome_files(folder) == files:
                raise


def runs_in(files: Iterable[Path]) -> list[Run]:
    """Return the runs of several files, each once; where a run stands in two, the first file's counts."""
    found: dict[str, Run] = {}
    for file in files:
        for run in read_runs(file):
            found.setdefault(run.id, run)
    return list(found.values())


def rows_hash(table: pa.Table) -> str:
    """Hash outcome rows as they stand: SHA-256 over names and values, one bit pattern for every undefined value."""
    told = hashlib.sha256()
    for name in table.schema.names:
        column = table.column(name).combine_chunks()
        told.update(name.encode() + b"\0")
        if pa.types.is_string(column.type):
            coded = column.dictionary_encode()
            told.update(json.dumps(coded.dictionary.to_pylist()).encode())
            told.update(np.ascontiguousarray(coded.indices.to_numpy(zero_copy_only=False)).tobytes())
        else:
            values = column.to_numpy(zero_copy_only=False)
            told.update((np.where(np.isnan(values), np.nan, values) if values.dtype.kind == "f" else values).tobytes())
    return told.hexdigest()


def torn_runs(file: Path) -> list[str]:
    """Return the ids of the runs whose rows aren't those that the footer names; ResultsError if it can't be read."""
    runs = read_runs(file)
    try:
        table = pq.read_table(file)
    except (OSError, pa.ArrowException) as error:
        raise ResultsError(f"{file} is torn: {error}") from None
    return [run.id for run in runs if rows_hash(run.rows_of(table)) != run.rows_hash]
