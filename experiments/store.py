"""The result folder: files written whole or not at all, found again by their hash, joined into few."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.months import ResultsError
from analysis.runs import OUTCOMES, Run, read_runs, told_runs, torn_runs
from experiments.encode import parquet_bytes, parquet_options, with_runs
from experiments.faults import StoreError
from experiments.run_table import Sealed

if TYPE_CHECKING:
    from experiments.work import Made

KINDS = ("units", "persons", OUTCOMES)
"""Folders of a run's files in the order of writing: the outcome file comes last and seals the run."""
TEMPORARY = ".tmp"
LOOSE, JOINED = "run-", "batch-"
BATCH_BYTES, BATCH_RUNS = 64 * 2**20, 500
"""Files of single runs are joined up to this size."""


def write_bytes(content: bytes | memoryview, file: Path) -> Sealed:
    """Write a file under a temporary name in the same folder, flush it to the disk, then rename it.

    Raises StoreError with what to do if the folder can't take it; nothing is left of it then.
    """
    temporary = _temporary(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as sink:
            sink.write(content)
            sink.flush()
            os.fsync(sink.fileno())
        temporary.replace(file)
        _flush_folder(file.parent)
    except OSError as error:
        _drop(temporary)
        raise StoreError.of(file, error) from None
    return Sealed(f"{file.parent.name}/{file.name}", hashlib.sha256(content).hexdigest(), len(content))


def write_text(text: str, file: Path) -> None:
    """Write a text file whole or not at all."""
    write_bytes(text.encode(), file)


def write_parquet(table: pa.Table, file: Path) -> None:
    """Write a table whole or not at all."""
    write_bytes(parquet_bytes(table), file)


def _temporary(file: Path) -> Path:
    return file.with_name(f".{file.name}.{os.getpid()}{TEMPORARY}")


def _flush_folder(folder: Path) -> None:
    """Make a rename last through a loss of power, where folders can be flushed."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


def _drop(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError:
        return  # a folder that can't be written can't be tidied either


def sha256_of(file: Path) -> str:
    """Hash a file's bytes."""
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


@dataclass(frozen=True)
class Found:
    """What lies in the folder: runs whose rows are what their footers say, and files that aren't results."""

    runs: tuple[Run, ...]
    files: tuple[Sealed, ...]
    spoilt: tuple[tuple[Path, str], ...]


@dataclass(frozen=True)
class Store:
    """A result folder and what may be done to the files of runs."""

    folder: Path

    def file(self, run_id: str, kind: str) -> Path:
        """Return the file of a single run in one of KINDS."""
        return self.folder / kind / (f"{LOOSE if kind == OUTCOMES else ''}{run_id}.parquet")

    def outcome_files(self) -> list[Path]:
        """List the outcome files, joined ones first."""
        return sorted((self.folder / OUTCOMES).glob("*.parquet"))

    def tidy(self) -> None:
        """Drop what a killed writer left under a temporary name."""
        for place in (self.folder, *(self.folder / kind for kind in KINDS)):
            for left in place.glob(f".*{TEMPORARY}"):
                _drop(left)

    def write(self, made: "Made", kinds: Iterable[str] = KINDS) -> Sealed | None:
        """Write the files of a finished run; the outcome file comes last and seals it. Return its seal."""
        assert made.files is not None
        sealed = None
        for kind in kinds:
            content = made.files.of(kind)
            if content is not None:
                sealed = write_bytes(content, self.file(made.planned.id, kind))
        return sealed if OUTCOMES in kinds else None

    def has_units(self, run: Run) -> bool:
        """Say whether the unit records of a run are there, whole and its own."""
        try:
            told = [pq.read_schema(self.file(run.id, kind)).metadata or {} for kind in KINDS[:-1]]
            marks = [json.loads(one[b"relosim.run"]) for one in told]
        except (OSError, pa.ArrowException, KeyError, ValueError):
            return False
        return all(one == {"id": run.id, "hash": run.hash} for one in marks)

    def look(self, known: dict[str, Sealed]) -> Found:
        """Look at every outcome file: a known one by its SHA-256, another one by the hashes of its runs' rows.

        A run that stands in two files is told of the first, which is the joined one.
        """
        runs: dict[str, Run] = {}
        files, spoilt = [], []
        for file in self.outcome_files():
            try:
                sealed = _sealed(file, known)
                for run in read_runs(file):
                    runs.setdefault(run.id, run)
                files.append(sealed)
            except (ResultsError, OSError) as error:
                spoilt.append((file, str(error)))
        return Found(tuple(runs.values()), tuple(files), tuple(spoilt))

    def put_aside(self, file: Path, under: str) -> Path:
        """Move a file to a folder beside the results, never over another one; return where it is now."""
        place = self.folder / under / file.parent.name
        place.mkdir(parents=True, exist_ok=True)
        target, number = place / file.name, 0
        while target.exists():
            number += 1
            target = place / f"{file.stem}-{number}{file.suffix}"
        file.replace(target)
        return target

    def joinable(self, least: int) -> list[list[Path]]:
        """Group the files of single runs into batches; fewer than `least` in all are left as they are."""
        loose = [file for file in self.outcome_files() if file.name.startswith(LOOSE)]
        return list(_batches(loose)) if len(loose) >= least else []

    def join(self, files: Sequence[Path], wanted: set[str] | None = None) -> Sealed | None:
        """Write the runs of some files into one; the caller drops them when it has noted the new one.

        Runs outside `wanted` are left out; None if nothing is left.
        """
        sources = [pq.ParquetFile(file) for file in files]
        runs = [told for file in files for told in told_runs(file) if wanted is None or told["id"] in wanted]
        if not runs:
            return None
        name = hashlib.sha256("".join(told["id"] for told in runs).encode()).hexdigest()[:16]
        schema = with_runs(sources[0].schema_arrow.empty_table(), runs).schema
        sink = pa.BufferOutputStream()
        with pq.ParquetWriter(sink, schema, **parquet_options(schema)) as writer:
            for part in _parts(files, sources, {told["id"] for told in runs}):
                writer.write_table(part.replace_schema_metadata(schema.metadata))
        return write_bytes(memoryview(sink.getvalue()), self.folder / OUTCOMES / f"{JOINED}{name}.parquet")

    def drop(self, file: Path) -> None:
        """Remove a file whose runs stand elsewhere."""
        _drop(file)


_GROUP_ROWS = 2**17


def _parts(files: Iterable[Path], sources: Iterable[pq.ParquetFile], wanted: set[str]) -> Iterator[pa.Table]:
    """Yield the rows of runs, runs of few rows together, so that a row group is worth its header."""
    waiting: list[pa.Table] = []
    for file, source in zip(files, sources, strict=True):
        table = source.read().replace_schema_metadata(None)
        source.close()
        waiting += [run.rows_of(table) for run in read_runs(file) if run.id in wanted]
        if sum(map(len, waiting)) >= _GROUP_ROWS:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)


def _batches(files: Iterable[Path]) -> Iterator[list[Path]]:
    """Cut a list of files where a batch would grow too large."""
    total = count = batch = 0

    def number(file: Path) -> int:
        nonlocal total, count, batch
        size = file.stat().st_size
        if count and (total + size > BATCH_BYTES or count >= BATCH_RUNS):
            total, count, batch = 0, 0, batch + 1
        total, count = total + size, count + 1
        return batch

    for _, together in groupby(files, key=number):
        yield list(together)


def _sealed(file: Path, known: dict[str, Sealed]) -> Sealed:
    """Return a file's seal; ResultsError if it isn't what was written, or, of an unknown one, isn't what it says."""
    name, told = f"{file.parent.name}/{file.name}", sha256_of(file)
    before = known.get(name)
    if before is not None and before.sha256 != told:
        raise ResultsError(f"{file} isn't the file that was written: its SHA-256 differs")
    if before is None:
        torn = torn_runs(file)
        if torn:
            raise ResultsError(f"{file} holds rows that aren't those of its runs: {', '.join(torn)}")
    return Sealed(name, told, file.stat().st_size)
