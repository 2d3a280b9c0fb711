"""Print the table of faults: `python -m tests.faults 100` kills a hundred processes and does everything else once."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.faults.calls import CALL as CALLS
from tests.faults.calls import ODDITIES, met
from tests.faults.disk import CALL as DISK
from tests.faults.disk import ROOM_KIB, CannotMountError, filled, read_only
from tests.faults.files import HARMS, harmed, prepared
from tests.faults.finding import Finding, undisturbed
from tests.faults.kills import kill

SEED = 1
_SHOWN = 400


def _findings(kills: int, place: Path) -> Iterator[Finding]:
    yield kill(kills, SEED, place / "kills")
    bits = undisturbed(place / "calls", CALLS)
    yield from (met(one, bits, place / "odd") for one in ODDITIES)
    try:
        yield from _disks(place)
    except CannotMountError as error:
        Console(stderr=True).print(f"full and read-only disks left out: file systems can't be mounted here ({error})")
    peace, bits = prepared(place / "files")
    for number, harm in enumerate(HARMS):
        yield harmed(harm, peace, bits, place / f"harm-{number}")


def _disks(place: Path) -> Iterator[Finding]:
    bits = undisturbed(place / "disk", DISK)
    yield from (filled(kib, bits, place / f"disk-{kib}") for kib in ROOM_KIB)
    yield from (read_only(bits, place / f"read-only-{midway}", midway) for midway in (False, True))


def _table() -> Table:
    table = Table("fault", "times", "said", "status", "lost", "twice", "same bits", "wrong")
    for name in ("times", "lost", "twice"):
        next(one for one in table.columns if one.header == name).justify = "right"
    return table


def main(kills: int) -> int:
    """Print the table and return how many faults did harm."""
    table, harm = _table(), 0
    with tempfile.TemporaryDirectory() as place:
        for one in _findings(kills, Path(place)):
            harm += not one.good
            same = "yes" if one.same else "NO"
            wrong = one.wrong[:_SHOWN]
            table.add_row(one.fault, str(one.times), one.said, one.status, str(one.lost), str(one.twice), same, wrong)
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    return harm


if __name__ == "__main__":
    sys.exit(min(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100), 1))
