"""Calls that meet something odd: a run that raises, one that kills its worker, a second command, a clock set back."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.faults.command import Call, Said, ended, here, start
from tests.faults.finding import Bits, Finding, judged

CALL = Call(replicates=4)
_HOUR = 3600.0


@dataclass(frozen=True)
class Oddity:
    """Something that a call meets: `meet` returns what that call said, and what else was wrong."""

    name: str
    meet: Callable[[Path], tuple[Said, str]]
    about: str
    status: int
    then: Call = CALL


def _told(file: Path, name: str) -> str:
    """Say what is wrong with the traceback file of the only run that failed."""
    if not file.exists():
        return f"no traceback of {name}"
    return "" if len(list(file.parent.iterdir())) == 1 else "more than one run failed"


def _raising(folder: Path) -> tuple[Said, str]:
    said = here(folder, replace(CALL, fails="jobs-r0002"))
    again = here(folder, CALL)
    left_alone = "" if "--retry-failed makes them again" in again.text else "a failed run wasn't left alone"
    return said, left_alone or _told(folder / "failures" / "jobs-r0002.txt", "jobs-r0002")


def _deadly(folder: Path) -> tuple[Said, str]:
    said = ended(start(folder, replace(CALL, dies="jobs-r0002", workers=2)))
    return said, _told(folder / "failures" / "jobs-r0002.txt", "jobs-r0002")


def _second(folder: Path) -> tuple[Said, str]:
    """Give the command while it is at work already; the first one goes on undisturbed."""
    first = start(folder, replace(CALL, seconds=0.4))
    while first.poll() is None and not list((folder / "outcomes").glob("*.parquet")):
        time.sleep(0.01)
    second = here(folder, CALL)
    status = ended(first).status
    return second, f"the first command ended with status {status}" if status else ""


def _clock_back(folder: Path) -> tuple[Said, str]:
    """Set the clock back by an hour before each run, then by a year between two calls."""
    here(folder, replace(CALL, replicates=2, back=_HOUR))
    return here(folder, replace(CALL, back=24 * 365 * _HOUR)), ""


def _edited_and_back(folder: Path) -> tuple[Said, str]:
    """Overwrite a study by another one, twice, and ask for the first again."""
    here(folder, replace(CALL, replicates=2))
    here(folder, replace(CALL, name="another", replicates=1))
    here(folder, replace(CALL, replicates=1))
    here(folder, replace(CALL, name="another"))
    return here(folder, CALL), ""


ODDITIES = (
    Oddity("a run that raises", _raising, "failed: jobs-r0002", 1, replace(CALL, retry_failed=True)),
    Oddity("a run that kills its worker twice", _deadly, "failed: jobs-r0002", 1, replace(CALL, retry_failed=True)),
    Oddity("a second command in the same folder", _second, "another process is making runs", 1),
    Oddity("a clock set back", _clock_back, "", 0),
    Oddity("the scenario edited and edited back", _edited_and_back, "", 0),
)


def met(oddity: Oddity, bits: Bits, folder: Path) -> Finding:
    """Meet it, then give the command once more in peace."""
    said, wrong = oddity.meet(folder)
    if said.status != oddity.status:
        wrong += f"; exit status {said.status} instead of {oddity.status}"
    if oddity.about not in said.text or not said.clean:
        wrong += f"; said: {said.text}"
    after = here(folder, oddity.then)
    found = judged(folder, bits, oddity.name, after, status=0, wrong=wrong.strip("; "))
    line = next((one for one in said.text.splitlines() if oddity.about and oddity.about in one), "-")
    shutil.rmtree(folder)
    return replace(
        found, said=line.replace(f"{folder}/", "").replace(str(folder), "the folder"), status=str(said.status)
    )
