"""A disk that fills up at different moments, and one that can't be written."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from tests.faults.command import Call, Said, here
from tests.faults.finding import Bits, Finding, judged

CALL = Call(replicates=6)
ROOM_KIB = (8, 60, 100, 180, 580, 660, 740)
"""Sizes at which a study of CALL fails at the first file, the run table, a run, the joining, a table, a figure."""


class CannotMountError(Exception):
    """Mounting isn't allowed here."""


def _mount(*words: str) -> None:
    try:
        subprocess.run(["mount", *words], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotMountError(str(error)) from None


@contextmanager
def small_disk(place: Path, kib: int) -> Iterator[Path]:
    """Mount a file system of so many KiB; CannotMountError where that isn't allowed."""
    place.mkdir(parents=True)
    _mount("-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(place))
    try:
        yield place
    finally:
        with suppress(OSError, subprocess.CalledProcessError):
            subprocess.run(["umount", "-l", str(place)], check=True)


def resize(place: Path, kib: int) -> None:
    """Give the file system another size, everything on it kept."""
    _mount("-o", f"remount,size={kib}k", str(place))


def filled(kib: int, bits: Bits, place: Path, call: Call = CALL) -> Finding:
    """Make a study where it has too little room, then the same command with more."""
    with small_disk(place, kib) as disk:
        folder = disk / "study"
        full = here(folder, call)
        resize(disk, 64 * 1024)
        wrong = _unlike(full, "free some space")
        after = here(folder, replace(call, fails="", retry_failed=bool(call.fails)))
        fault = f"disk of {kib} KiB full{' when a run fails' if call.fails else ''}"
        return _judged(folder, bits, fault, full, after, wrong)


def read_only(bits: Bits, place: Path, midway: bool) -> Finding:
    """Make a study on a file system that is read-only from the start, or from a finished study on."""
    with small_disk(place, 64 * 1024) as disk:
        folder = disk / "study"
        if midway:
            here(folder, replace(CALL, replicates=2))
        _mount("-o", "remount,ro", str(disk))
        refused = here(folder, CALL)
        _mount("-o", "remount,rw", str(disk))
        after = here(folder, CALL)
        fault = "read-only folder of a smaller study" if midway else "read-only folder"
        return _judged(folder, bits, fault, refused, after, _unlike(refused, "name another folder with --out", (1, 2)))


def _unlike(said: Said, remedy: str, statuses: tuple[int, ...] = (1, 2)) -> str:
    """Say in what a refusal isn't as it should be: status, one line, what to do, no traceback."""
    faults = {
        f"exit status {said.status}": said.status not in statuses,
        f"'{remedy}' isn't said: {said.text}": remedy not in said.text,
        f"a traceback: {said.text}": not said.clean,
    }
    return "; ".join(what for what, so in faults.items() if so)


def _judged(folder: Path, bits: Bits, fault: str, met: Said, after: Said, wrong: str) -> Finding:
    found = judged(folder, bits, fault, after, status=0, wrong=wrong)
    line = met.text.strip().splitlines()[-1] if met.text.strip() else "-"
    return replace(found, said=line.replace(f"{folder}/", ""), status=f"{met.status}, then {after.status}")
