"""What a folder holds in the end beside an undisturbed study, and a line of the table about it."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from analysis.folder import RUN_TABLE
from analysis.runs import read_runs, torn_runs
from experiments.run_table import RunTable
from tests.faults.command import Call, Said, here

Bits = dict[str, tuple[str, str]]
"""{run: (hash of everything it recorded, hash of its outcome rows)}."""


@dataclass(frozen=True)
class Finding:
    """What became of a study that met a fault.

    `said` is the first line about the fault, `status` the exit status of the call that met it; `lost` and
    `twice` count runs in the end; `same` says whether every run has the bits of an undisturbed study;
    `wrong` is whatever else isn't as it should be.
    """

    fault: str
    times: int
    said: str
    status: str
    lost: int
    twice: int
    same: bool
    wrong: str = ""

    @property
    def good(self) -> bool:
        return self.lost == 0 and self.twice == 0 and self.same and not self.wrong


def bits_of(folder: Path) -> Bits:
    """Hashes of every run in a folder's outcome files."""
    return {run.id: (run.hash, run.rows_hash) for file in _files(folder) for run in read_runs(file)}


def undisturbed(folder: Path, call: Call) -> Bits:
    """Make a study in peace and return its hashes."""
    said = here(folder, call)
    assert said.status == 0, said.text
    return bits_of(folder)


def judged(
    folder: Path, bits: Bits, fault: str, said: Said, *, status: int, times: int = 1, wrong: str = "", about: str = ""
) -> Finding:
    """Compare a folder with an undisturbed study.

    Parameters
    ----------
    folder, bits
        the folder in the end, and what it should hold.
    fault, times, said
        what was done to it, how often, and what the call that met it said.
    status
        the exit status that this call should have.
    wrong
        what is known to be wrong already.
    about
        a word of the line that should tell the fault.
    """
    count = Counter(run.id for file in _files(folder) for run in read_runs(file))
    faults = [wrong, *_inconsistent(folder, set(bits))]
    if said.status != status:
        faults.append(f"exit status {said.status} instead of {status}")
    if not said.clean:
        faults.append("a traceback")
    line = next((one for one in said.text.splitlines() if about in one), "") if about else ""
    if about and not line:
        faults.append(f"nothing said of '{about}'")
    shown = line.replace(f"{folder}/", "").replace(str(folder), "the folder") or "-"
    return Finding(
        fault, times, shown, str(said.status), len(set(bits) - set(count)), sum(n > 1 for n in count.values()),
        bits_of(folder) == bits, "; ".join(one for one in faults if one) or (said.text if not said.clean else ""),
    )  # fmt: skip


def _files(folder: Path) -> list[Path]:
    return sorted((folder / "outcomes").glob("*.parquet"))


def _inconsistent(folder: Path, wanted: set[str]) -> list[str]:
    """Say where tables, files and derived files of a finished study disagree."""
    table = RunTable(folder)
    states, sealed = table.states(), set(table.files())
    table.close()
    told = {row["run"]: row["state"] for row in pq.read_table(folder / "runs.parquet").to_pylist()}
    design = set(pq.read_table(folder / "design.parquet")["run"].to_pylist())
    faults = {
        f"{RUN_TABLE} isn't all done": any(states.get(one) != "done" for one in wanted),
        f"{RUN_TABLE} lists other files": sealed != {f"outcomes/{file.name}" for file in _files(folder)},
        "runs.parquet isn't all done": {one for one, state in told.items() if state == "done"} != wanted,
        "design.parquet isn't the design": design != wanted,
        "rows aren't what footers say": any(torn_runs(file) for file in _files(folder)),
        "temporary files are left": any(folder.rglob("*.tmp")),
    }
    return [what for what, so in faults.items() if so]
