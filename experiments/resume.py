"""What a folder holds when a study begins or goes on: kept, joined, put aside, restored."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from analysis.months import ResultsError
from analysis.runs import OUTCOMES, Run, read_runs, told_runs
from experiments.faults import LockedError, StoreError
from experiments.run_table import FAILED, Sealed
from experiments.store import LOOSE

if TYPE_CHECKING:
    from experiments.design import Planned
    from experiments.run_table import RunTable
    from experiments.store import Store
    from experiments.watch import Watch

LOCK = ".lock"
SUPERSEDED, QUARANTINE = "superseded", "quarantine"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep a folder to this process; LockedError if another one makes runs in it. A killed process holds nothing."""
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise LockedError(
            f"another process is making runs in {folder}: wait for it, or name another folder with --out"
        ) from None
    except OSError as error:
        raise StoreError.of(folder / LOCK, error) from None
    try:
        yield
    finally:
        lock.release()


@dataclass(frozen=True)
class Standing:
    """What is there of a design: finished runs, those that failed before, those still to be made.

    `untraced` are finished ones whose unit records aren't there.
    """

    finished: tuple[Run, ...]
    failed: tuple["Planned", ...]
    missing: tuple["Planned", ...]
    untraced: tuple["Planned", ...]


def resume(
    store: "Store", table: "RunTable", runs: Sequence["Planned"], watch: "Watch", retry_failed: bool
) -> Standing:
    """Bring a folder and its table into line with a design and with each other.

    Files that aren't what was written are named and moved to `quarantine/`, and their runs planned anew;
    runs that aren't in the design go to `superseded/`, from where they come back when a design asks for them.
    """
    store.tidy()
    table.plan(runs)
    known = table.files() or _listed(store.folder)
    found = store.look(known)
    _quarantine(store, table, found.spoilt, watch)
    _name_missing(store, known, watch)
    wanted = {run.id for run in runs}
    there = {run.id: run for run in found.runs if run.id in wanted}
    changed = _set_aside(store, table, found.runs, wanted)
    changed |= _restore(store, wanted - set(there))
    if changed or _drop_twice(store, found.runs):
        found = store.look(table.files())
        there = {run.id: run for run in found.runs if run.id in wanted}
    _settle(table, found.files, there, runs)
    states = table.states()
    failed = [] if retry_failed else [run for run in runs if states.get(run.id) == FAILED and run.id not in there]
    left_alone = {run.id for run in failed}
    missing = [run for run in runs if run.id not in there and run.id not in left_alone]
    untraced = [run for run in runs if run.id in there and not store.has_units(there[run.id])]
    return Standing(tuple(there.values()), tuple(failed), tuple(missing), tuple(untraced))


def _listed(folder: Path) -> dict[str, Sealed]:
    """Return what the manifest of an earlier end lists of outcome files, for a run table that was lost."""
    try:
        listed = json.loads((folder / "manifest.json").read_text("utf-8"))["outputs"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {name: Sealed(name, told, 0) for name, told in listed.items() if name.startswith(f"{OUTCOMES}/")}


def _quarantine(store: "Store", table: "RunTable", spoilt: Iterable[tuple[Path, str]], watch: "Watch") -> None:
    for file, why in spoilt:
        try:
            now = store.put_aside(file, QUARANTINE)
        except OSError as error:
            raise StoreError.of(file, error) from None
        table.replace_files([f"{file.parent.name}/{file.name}"], [])
        watch.note(f"{why}; it was put aside as {now.relative_to(store.folder)}, and its runs are made again")


def _name_missing(store: "Store", known: dict[str, Sealed], watch: "Watch") -> None:
    for name in sorted(known):
        if not (store.folder / name).exists():
            watch.note(f"{store.folder / name} is gone; its runs are made again")


def _set_aside(store: "Store", table: "RunTable", runs: Iterable[Run], wanted: set[str]) -> bool:
    """Move files of superseded runs away; a file that holds others too is cut in two."""
    files: dict[Path, set[str]] = {}
    for run in runs:
        files.setdefault(run.outcomes, set()).add(run.id)
    changed = False
    for file, ids in files.items():
        if ids <= wanted:
            continue
        rest = store.join([file], wanted)
        store.put_aside(file, SUPERSEDED)
        table.replace_files([f"{file.parent.name}/{file.name}"], [] if rest is None else [rest])
        for run_id in ids - wanted:
            _move_units(store, run_id, "", SUPERSEDED)
        changed = True
    return changed


def _restore(store: "Store", missing: set[str]) -> bool:
    """Bring back runs that were superseded and are asked for again."""
    found = False
    for file in sorted((store.folder / SUPERSEDED / OUTCOMES).glob("*.parquet")):
        try:
            here = {told["id"] for told in told_runs(file)} & missing
        except ResultsError:
            continue
        if here:
            store.join([file], here)
            found = True
            for run_id in here:
                _move_units(store, run_id, SUPERSEDED, "")
    return found


def _move_units(store: "Store", run_id: str, source: str, target: str) -> None:
    for kind in ("units", "persons"):
        here = store.folder / source / kind / f"{run_id}.parquet"
        if here.exists():
            there = store.folder / target / kind / here.name
            there.parent.mkdir(parents=True, exist_ok=True)
            here.replace(there)


def _drop_twice(store: "Store", runs: Iterable[Run]) -> bool:
    """Drop files of single runs that a joined file holds too, which a stop between two steps leaves."""
    place = {run.id: run.outcomes for run in runs}
    dropped = False
    for file in store.outcome_files():
        if file.name.startswith(LOOSE) and all(place.get(run.id) != file for run in read_runs(file)):
            store.drop(file)
            dropped = True
    return dropped


def _settle(table: "RunTable", files: Iterable[Sealed], there: dict[str, Run], runs: Iterable["Planned"]) -> None:
    """Let the table say what the files say: they are the truth."""
    now = {one.name: one for one in files}
    table.replace_files([name for name in table.files() if name not in now], now.values())
    states = table.states()
    table.forget(run.id for run in runs if run.id not in there and states[run.id] != FAILED)
    table.found({run_id: run.hash for run_id, run in there.items() if states[run_id] != "done"})
