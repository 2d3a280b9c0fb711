"""What a folder holds when a study begins or goes on: kept, joined, put aside, restored."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from analysis.months import ResultsError
from analysis.runs import OUTCOMES, Run, outcome_files, told_runs, torn_runs
from experiments.faults import LockedError, StoreError
from experiments.run_table import FAILED, Sealed

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

    `untraced` are finished ones whose unit records aren't there. `superseded` says whether runs were put aside, so that
    what was derived from the former ones tells of another study.
    """

    finished: tuple[Run, ...]
    failed: tuple["Planned", ...]
    missing: tuple["Planned", ...]
    untraced: tuple["Planned", ...]
    superseded: bool = False


def resume(
    store: "Store",
    table: "RunTable",
    runs: Sequence["Planned"],
    watch: "Watch",
    retry_failed: bool,
    listed: Mapping[str, str] | None = None,
) -> Standing:
    """Bring a folder and its table into line with a design and with each other.

    `listed` is what a manifest told of files, {name: SHA-256}: it proves them where the run table was lost.
    Files that aren't what was written are named and moved to `quarantine/`, and their runs planned anew;
    runs that aren't in the design go to `superseded/`, from where they come back when a design asks for them.
    """
    store.tidy()
    table.plan(runs)
    known = table.files() or {
        name: Sealed(name, told, 0) for name, told in (listed or {}).items() if name.startswith(f"{OUTCOMES}/")
    }
    found = store.look(known)
    _quarantine(store, table, found.spoilt, watch)
    wanted = {run.id for run in runs}
    superseded = _set_aside(store, table, found.runs, wanted)
    restored = _restore(store, wanted - {run.id for run in found.runs})
    parted = _part_twins(store, table)
    if superseded or restored or parted:
        found = store.look(table.files())
    there = {run.id: run for run in found.runs if run.id in wanted}
    if wanted - set(there):
        _name_missing(store, known, watch)
    _settle(table, found.files, there, runs)
    states = table.states()
    failed = [] if retry_failed else [run for run in runs if states.get(run.id) == FAILED and run.id not in there]
    left_alone = {run.id for run in failed}
    missing = [run for run in runs if run.id not in there and run.id not in left_alone]
    untraced = [run for run in runs if run.id in there and not store.has_units(there[run.id])]
    return Standing(tuple(there.values()), tuple(failed), tuple(missing), tuple(untraced), superseded)


def _quarantine(store: "Store", table: "RunTable", spoilt: Iterable[tuple[Path, str]], watch: "Watch") -> None:
    for file, why in spoilt:
        try:
            now = store.put_aside(file, QUARANTINE)
        except OSError as error:
            raise StoreError.of(file, error) from None
        table.replace_files([f"{file.parent.name}/{file.name}"], [])
        watch.note(f"{why}; it was put aside as {now.relative_to(store.folder)}, and its runs are made again")


def _name_missing(store: "Store", known: Mapping[str, Sealed], watch: "Watch") -> None:
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
    left = set(missing)
    for file in outcome_files(store.folder / SUPERSEDED):
        here = _whole(file, left)
        if here:
            store.join([file], here)
            left -= here
            found = True
            for run_id in here:
                _move_units(store, run_id, SUPERSEDED, "")
    return found


def _whole(file: Path, ids: set[str]) -> set[str]:
    """Return which runs a file holds whole; none of one that is torn: they are made again."""
    try:
        here = {told["id"] for told in told_runs(file)} & ids
        return here - set(torn_runs(file)) if here else here
    except ResultsError:
        return set()


def _move_units(store: "Store", run_id: str, source: str, target: str) -> None:
    for kind in ("units", "persons"):
        here = store.folder / source / kind / f"{run_id}.parquet"
        if here.exists():
            there = store.folder / target / kind / here.name
            there.parent.mkdir(parents=True, exist_ok=True)
            here.replace(there)


def _part_twins(store: "Store", table: "RunTable") -> bool:
    """Leave each run in one file alone: a stop between two steps may leave it in two. Say whether there were any."""
    held: set[str] = set()
    changed = False
    runs = {file: {told["id"] for told in told_runs(file)} for file in store.outcome_files()}
    for file, ids in sorted(runs.items(), key=lambda one: (-len(one[1]), one[0].name)):
        if ids & held:
            rest = store.join([file], ids - held)
            table.replace_files([f"{file.parent.name}/{file.name}"], [] if rest is None else [rest])
            store.drop(file)
            changed = True
        held |= ids
    return changed


def _settle(table: "RunTable", files: Iterable[Sealed], there: dict[str, Run], runs: Iterable["Planned"]) -> None:
    """Let the table say what the files say: they are the truth."""
    now = {one.name: one for one in files}
    table.replace_files([name for name in table.files() if name not in now], now.values())
    states = table.states()
    table.forget(run.id for run in runs if run.id not in there and states[run.id] != FAILED)
    table.found({run_id: run.hash for run_id, run in there.items() if states[run_id] != "done"})
