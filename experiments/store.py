"""The result folder: one finished set of files per run, written whole or not at all."""

import json
import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.load import Run, read_run
from analysis.months import ResultsError
from experiments.design import Planned
from experiments.identity import STORE_FORMAT
from experiments.tables import content_hash, ledger_table, outcome_table, persons_table, units_table

if TYPE_CHECKING:
    from simulation.contract import Indicator
    from simulation.engine import Result

KINDS = ("units", "persons", "ledger", "outcomes")
"""Folders of a run's files in the order of writing: the outcome file comes last and seals the run."""
TEMPORARY = ".tmp"


@dataclass(frozen=True)
class Store:
    """A result folder and what may be done to the files of a run."""

    folder: Path

    def file(self, run_id: str, kind: str) -> Path:
        """Return the file of a run in one of KINDS."""
        return self.folder / kind / f"{run_id}.parquet"

    def prepare(self, runs: Iterable[Planned]) -> None:
        """Make the folders, drop what a killed writer left, put aside what isn't in the present design.

        Files put aside come back when a design asks for them again.
        """
        for kind in KINDS:
            (self.folder / kind).mkdir(parents=True, exist_ok=True)
            for left in (self.folder / kind).glob(f".*{TEMPORARY}"):
                left.unlink(missing_ok=True)
        wanted = {run.id for run in runs}
        for run_id in self._ids("outcomes", ""):
            if run_id not in wanted:
                self._move(run_id, "", "superseded", reversed(KINDS))
        for run_id in wanted & set(self._ids("outcomes", "superseded")):
            self._move(run_id, "superseded", "", KINDS)

    def _ids(self, kind: str, under: str) -> list[str]:
        return [file.stem for file in sorted((self.folder / under / kind).glob("*.parquet"))]

    def _move(self, run_id: str, source: str, target: str, kinds: Iterable[str]) -> None:
        # The seal goes first and comes back last, so that no half-moved run looks finished.
        for kind in kinds:
            there = self.folder / target / kind / f"{run_id}.parquet"
            there.parent.mkdir(parents=True, exist_ok=True)
            here = self.folder / source / kind / f"{run_id}.parquet"
            if here.exists():
                here.replace(there)

    def finished(self, planned: Planned) -> Run | None:
        """Return a run that is complete and is the planned one; None if a file is missing, torn or another's."""
        try:
            run = read_run(self.file(planned.id, "outcomes"))
            others = [pq.read_schema(self.file(planned.id, kind)).metadata or {} for kind in KINDS[:-1]]
        except (ResultsError, OSError, pa.ArrowInvalid):
            return None
        told = [json.loads(one.get(b"relosim.run", b"{}")) for one in others]
        same = run.id == planned.id and all(one.get("id") == planned.id and one.get("hash") == run.hash for one in told)
        return run if same else None

    def discard(self, planned: Planned) -> None:
        """Remove what is left of a run that isn't finished: torn files, another run's under its name."""
        for kind in reversed(KINDS):
            self.file(planned.id, kind).unlink(missing_ok=True)

    def write(self, planned: Planned, result: "Result", indicators: Mapping[str, "Indicator"]) -> str:
        """Write the files of a finished run and return its content hash."""
        told = content_hash(result)
        run = {
            "format": STORE_FORMAT, "id": planned.id, "arm": planned.arm, "replicate": planned.replicate,
            "start": result.first_month, "months": result.months, "hash": told,
        }  # fmt: skip
        circumstances = {**asdict(result.timings), "person_months": result.person_months, "host": platform.node()}
        tables = {
            "units": units_table(result),
            "persons": persons_table(result),
            "ledger": ledger_table(result, planned),
            "outcomes": outcome_table(result, planned, indicators),
        }
        for kind in KINDS:
            metadata = {"relosim.run": json.dumps(run)}
            if kind == "ledger":
                # Times and host stand in one file alone, so that the others are the same bytes everywhere.
                metadata["relosim.circumstances"] = json.dumps(circumstances)
            table = tables[kind].replace_schema_metadata({**(tables[kind].schema.metadata or {}), **metadata})
            write_parquet(table, self.file(planned.id, kind))
        return told


def write_parquet(table: pa.Table, file: Path) -> None:
    """Write a table under a temporary name in the same folder, flush it to the disk, then rename it."""
    floats = [column.name for column in table.schema if pa.types.is_floating(column.type)]
    others = [name for name in table.schema.names if name not in floats]
    temporary = _temporary(file)
    with temporary.open("wb") as sink:
        pq.write_table(
            table, sink, compression="zstd", use_dictionary=others,
            use_byte_stream_split=floats or False,
        )  # fmt: skip
        sink.flush()
        os.fsync(sink.fileno())
    temporary.replace(file)


def write_text(text: str, file: Path) -> None:
    """Write a text file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(file)
    temporary.write_text(text, "utf-8")
    temporary.replace(file)


def _temporary(file: Path) -> Path:
    return file.with_name(f".{file.name}.{os.getpid()}{TEMPORARY}")
