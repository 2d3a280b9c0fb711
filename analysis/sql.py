"""SQL over a result folder through DuckDB, which reads it and nothing else."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from pyarrow.fs import LocalFileSystem

from analysis.months import ResultsError
from analysis.runs import Run, read_runs
from analysis.study import Study, load
from analysis.tables import DESIGN, ledger_table, runs_table, states

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

VIEWS = ("outcomes", "ledger", "runs", "draws", "design", "units", "persons", "names")
"""What may be asked for; the last three where unit records are kept."""
_TRIES = 3
_BATCH = 10_000
_PARQUET = ds.ParquetFileFormat()


@dataclass(frozen=True)
class Answer:
    """What a query found: the names of its columns, and its rows, read when they are asked for."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


@contextmanager
def asked(folder: Path, query: str) -> Iterator[Answer]:
    """Ask a folder in SQL, as it lies now, also while runs are made in it.

    Raises ResultsError for a folder without runs, a wrong query (in DuckDB's words), and without DuckDB.
    """
    with _opened(folder) as connection, _refusals():
        reader = pa.RecordBatchReader.from_stream(_relation(connection, query))
        yield Answer(tuple(reader.schema.names), _rows(reader))


def frame(folder: Path, query: str) -> Any:
    """Return what a query finds as a pandas frame; ResultsError as `asked`."""
    with _opened(folder) as connection, _refusals():
        return _relation(connection, query).df()


def _rows(reader: pa.RecordBatchReader) -> Iterator[tuple[Any, ...]]:
    for batch in reader:
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _relation(connection: "DuckDBPyConnection", query: str) -> "DuckDBPyRelation":
    found = connection.sql(query)
    if found is None:
        raise ResultsError(
            "the query asks for nothing: write one that begins with select, such as 'select * from runs'"
        )
    return found


@contextmanager
def _refusals() -> Iterator[None]:
    import duckdb  # noqa: PLC0415  (an extra)

    try:
        yield
    except (duckdb.Error, pa.ArrowException) as error:
        raise ResultsError(_one_line(str(error))) from None


def _one_line(said: str) -> str:
    """Leave out where in the query it is: the query is one line."""
    return "; ".join(line.strip() for line in said.partition("\n\nLINE ")[0].splitlines() if line.strip())


@contextmanager
def _opened(folder: Path) -> Iterator["DuckDBPyConnection"]:
    """Connect to a database that holds the views alone and is shut against the rest of the machine."""
    duckdb = _duckdb()
    with ExitStack() as stack:
        # What doesn't fit into memory goes there, and not into the working folder.
        spill = stack.enter_context(TemporaryDirectory(prefix="relosim-sql-"))
        connection = stack.enter_context(
            duckdb.connect(":memory:", config={"python_enable_replacements": False, "temp_directory": spill})
        )
        for name, parts in _sources(folder).items():
            _put(connection, name, parts)
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection


def _duckdb() -> Any:
    try:
        import duckdb  # noqa: PLC0415  (an extra)
    except ImportError:
        raise ResultsError('SQL needs DuckDB, which isn\'t here: pip install "relosim[sql]"') from None
    return duckdb


def _put(connection: "DuckDBPyConnection", name: str, parts: Sequence[pa.Table | ds.Dataset]) -> None:
    if len(parts) == 1:
        connection.register(name, parts[0])
        return
    for number, part in enumerate(parts):
        connection.register(f"{name}_part_{number}", part)
    whole = " union all by name ".join(f"select * from {name}_part_{number}" for number in range(len(parts)))
    connection.execute(f"create temp view {name} as {whole}")


def _sources(folder: Path) -> dict[str, list[pa.Table | ds.Dataset]]:
    """Return the parts of each view; tried anew if a file was joined into another one meanwhile."""
    for attempt in range(_TRIES):
        try:
            study = load(folder)
            return {name: parts for name, parts in _views(study).items() if parts}
        except (ResultsError, FileNotFoundError):
            if attempt == _TRIES - 1 or not (folder / "outcomes").is_dir():
                raise
    raise AssertionError


def _views(study: Study) -> dict[str, list[pa.Table | ds.Dataset]]:
    traced = [run for run in study.runs if run.traced]
    lists = {name: study.folder / f"{name}.parquet" for name in ("draws", "design")}
    return {
        "outcomes": _outcomes(study.runs),
        "ledger": [ledger_table(study.runs)],
        "runs": [_without_zone(_states(study))],
        **{name: [pq.read_table(file)] if file.exists() else [] for name, file in lists.items()},
        **{kind: _of_runs(kind, traced) for kind in ("units", "persons")},
        "names": [_names(study, traced)] if traced else [],
    }


def _outcomes(runs: Iterable[Run]) -> list[ds.Dataset]:
    """Return the outcome rows of runs: whole files together, those that hold other runs too one by one."""
    files: dict[Path, set[str]] = {}
    for run in runs:
        files.setdefault(run.outcomes, set()).add(run.id)
    whole, parts = [], []
    for file, ids in files.items():
        # Mapped, a file can be read to its end although it is joined into another one meanwhile.
        dataset = _dataset([pa.memory_map(str(file))], pq.read_schema(file))
        if {run.id for run in read_runs(file)} == ids:
            whole += list(dataset.get_fragments())
        else:
            parts.append(dataset.filter(ds.field("run").isin(sorted(ids))))
    if whole:
        schema = pq.read_schema(next(iter(files)))
        parts.insert(0, ds.FileSystemDataset(whole, schema.remove_metadata(), _PARQUET))
    return parts


def _dataset(files: Iterable[pa.NativeFile], schema: pa.Schema) -> ds.Dataset:
    return ds.FileSystemDataset([_PARQUET.make_fragment(file) for file in files], schema.remove_metadata(), _PARQUET)


def _of_runs(kind: str, runs: Sequence[Run]) -> list[ds.Dataset]:
    """Return the unit records of runs, with columns that say which run each row belongs to."""
    if not runs:
        return []
    schema = pa.schema([*DESIGN, *pq.read_schema(runs[0].file(kind))])
    marks = [_mark(run) for run in runs]
    files = [str(run.file(kind).absolute()) for run in runs]
    return [
        ds.FileSystemDataset.from_paths(
            files, schema=schema, format=_PARQUET, filesystem=LocalFileSystem(), partitions=marks
        )
    ]


def _mark(run: Run) -> ds.Expression:
    whose = {"run": run.id, "arm": run.arm, "draw": run.draw, "replicate": run.replicate}
    mark = ds.scalar(True)
    for name, value in whose.items():
        mark &= ds.field(name) == pa.scalar(value, DESIGN.field(name).type)
    return mark


def _names(study: Study, runs: Iterable[Run]) -> pa.Table:
    """Return the ids of places, employers and other facilities by their uid, of one run of each arm."""
    first = {run.arm: run for run in runs}.values()
    rows = {
        (table, uid): name for run in first for table, ids in study.all_names(run).items() for uid, name in ids.items()
    }
    schema = pa.schema([("table", pa.string()), ("uid", pa.uint64()), ("id", pa.string())])
    return pa.Table.from_pylist(
        [{"table": table, "uid": uid, "id": name} for (table, uid), name in rows.items()], schema
    )


def _states(study: Study) -> pa.Table:
    told = states(study.folder)
    if told is not None:
        return told
    rows = [
        {"id": run.id, "arm": run.arm, "draw": run.draw, "replicate": run.replicate, "state": "done", "hash": run.hash}
        for run in study.runs
    ]
    return runs_table({"started": None, "ended": None, **row} for row in rows)


def _without_zone(table: pa.Table) -> pa.Table:
    """Take the zone from moments, which are UTC: DuckDB would write them in the zone of the machine."""
    fields = [
        pa.field(one.name, pa.timestamp("ms")) if pa.types.is_timestamp(one.type) else one for one in table.schema
    ]
    return table.cast(pa.schema(fields))
