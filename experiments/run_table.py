"""The run table: every run that was ever planned in a folder, what became of it, and the files that hold it."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from analysis.folder import RUN_TABLE
from experiments.faults import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from experiments.design import Planned

PLANNED, RUNNING, DONE, FAILED, SUPERSEDED = "planned", "running", "done", "failed", "superseded"
STATES = (PLANNED, RUNNING, DONE, FAILED, SUPERSEDED)
"""A superseded run belongs to an earlier version of the scenario, the program or the design."""

_SCHEMA = """
create table if not exists runs (
    id text primary key, arm text not null, draw integer not null, replicate integer not null, parameters text not null,
    state text not null, tries integer not null default 0, started real, ended real, host text,
    synthesis real, simulation real, recording real, person_months integer, hash text, failure text
);
create table if not exists files (name text primary key, sha256 text not null, bytes integer not null);
"""
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Sealed:
    """A file as it was when it was written: its name in the folder, its SHA-256, its size."""

    name: str
    sha256: str
    bytes: int


class RunTable:
    """The run table of a folder. One process writes, any number may read.

    The result files are the truth: what they hold is done, whatever the table says, and a table that was lost
    is made again from them.
    """

    def __init__(self, folder: Path) -> None:
        """Open the table of a folder, or make it; StoreError if it can't be written."""
        self.file = folder / RUN_TABLE
        self._connection = self._guarded(self._opened)

    def _opened(self) -> sqlite3.Connection:
        try:
            return _open(self.file)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            # Not a database, or a torn one: the files tell again what it told.
            for part in self.file.parent.glob(f"{RUN_TABLE}*"):
                part.unlink()
            return _open(self.file)

    def _guarded(self, do: Callable[[], _Value]) -> _Value:
        try:
            return do()
        except sqlite3.OperationalError as error:
            raise StoreError.of(self.file, str(error)) from None

    @contextmanager
    def _change(self) -> "Iterator[sqlite3.Connection]":
        try:
            with self._connection as connection:
                yield connection
        except sqlite3.OperationalError as error:
            raise StoreError.of(self.file, str(error)) from None

    def plan(self, runs: Iterable["Planned"]) -> None:
        """Make the present design's runs the planned ones, keep what is known of them, set all others aside."""
        rows = [(run.id, run.arm, run.draw, run.replicate, json.dumps(dict(run.values))) for run in runs]
        with self._change() as change:
            change.execute("update runs set state = ?", (SUPERSEDED,))
            change.executemany(
                "insert into runs (id, arm, draw, replicate, parameters, state) "
                "values (?, ?, ?, ?, ?, 'planned') "
                "on conflict (id) do update set state = case "
                "when hash is not null then 'done' when failure is not null then 'failed' else 'planned' end",
                rows,
            )

    def begin(self, run_id: str) -> None:
        """Note that a run is being made."""
        with self._change() as change:
            change.execute(
                "update runs set state = ?, started = ?, ended = null, failure = null, tries = tries + 1 where id = ?",
                (RUNNING, time.time(), run_id),
            )

    def done(self, run_id: str, told_hash: str, circumstances: Mapping[str, Any], file: Sealed | None = None) -> None:
        """Note that a run is finished, and the file that holds it if that is new."""
        known = {name: circumstances.get(name) for name in _CIRCUMSTANCES}
        with self._change() as change:
            change.execute(
                f"update runs set state = 'done', failure = null, hash = :hash, "
                f"{', '.join(f'{name} = coalesce(:{name}, {name})' for name in _CIRCUMSTANCES)} where id = :id",
                {"id": run_id, "hash": told_hash, **known},
            )
            if file is not None:
                _seal(change, file)

    def failed(self, run_id: str, failure: str, circumstances: Mapping[str, Any]) -> None:
        """Note that a run failed, and where its traceback lies."""
        with self._change() as change:
            change.execute(
                "update runs set state = 'failed', hash = null, failure = ?, ended = ?, host = ? where id = ?",
                (failure, time.time(), circumstances.get("host"), run_id),
            )

    def forget(self, ids: Iterable[str]) -> None:
        """Plan runs anew: those whose file is gone, and those that were stopped midway."""
        with self._change() as change:
            change.executemany(
                "update runs set state = 'planned', hash = null, failure = null where id = ?", [(one,) for one in ids]
            )

    def found(self, hashes: Mapping[str, str]) -> None:
        """Note runs that the files hold and the table didn't know to be done."""
        with self._change() as change:
            change.executemany(
                "update runs set state = 'done', hash = ?, failure = null where id = ?",
                [(told, run_id) for run_id, told in hashes.items()],
            )

    def replace_files(self, old: Iterable[str], new: Iterable[Sealed]) -> None:
        """Note at one stroke that files were joined or put aside."""
        with self._change() as change:
            change.executemany("delete from files where name = ?", [(one,) for one in old])
            for file in new:
                _seal(change, file)

    def files(self) -> dict[str, Sealed]:
        """Return every sealed file by its name."""
        rows = self._connection.execute("select name, sha256, bytes from files").fetchall()
        return {row[0]: Sealed(*row) for row in rows}

    def states(self) -> dict[str, str]:
        """Return {run: state}."""
        return dict(self._connection.execute("select id, state from runs").fetchall())

    def rows(self) -> list[dict[str, Any]]:
        """Return every run of the present design, as a plain map."""
        asked = self._connection.execute("select * from runs where state <> 'superseded' order by replicate, draw, arm")
        names = [one[0] for one in asked.description]
        return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]

    def close(self) -> None:
        """Close it as one plain file that can be read where nothing can be written.

        Without room for that it stays in two, which the next opening brings together.
        """
        with closing(self._connection), suppress(sqlite3.OperationalError):
            self._connection.execute("pragma journal_mode = delete")


_CIRCUMSTANCES = ("started", "ended", "host", "synthesis", "simulation", "recording", "person_months")


def _open(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=30)
    # A commit that a loss of power takes away is told again by the files, so it needn't wait for the disk.
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")
    connection.executescript(_SCHEMA)
    try:
        _check(connection)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection) -> None:
    """Raise DatabaseError for a table that opens but is torn inside, or isn't this program's."""
    columns = {row[1] for row in connection.execute("pragma table_info(runs)").fetchall()}
    said = connection.execute("pragma integrity_check(1)").fetchone()[0]
    if said != "ok" or not {"id", "state", "hash", "failure", *_CIRCUMSTANCES} <= columns:
        raise sqlite3.DatabaseError(said)


def _seal(change: sqlite3.Connection, file: Sealed) -> None:
    change.execute("insert or replace into files values (?, ?, ?)", (file.name, file.sha256, file.bytes))
