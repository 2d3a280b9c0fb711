"""Files of a finished study lost, torn, altered, or dropped in from elsewhere."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.folder import RUN_TABLE
from analysis.runs import read_runs, told_runs
from experiments.encode import parquet_bytes, with_runs
from experiments.store import LOOSE
from tests.faults.command import Call, here
from tests.faults.finding import Bits, Finding, judged, undisturbed

CALL = Call(replicates=4)


@dataclass(frozen=True)
class Harm:
    """Something done to the folder of a finished study; `about` is a word of the line that should tell of it."""

    name: str
    do: Callable[[Path], None]
    about: str = ""


def _outcomes(folder: Path) -> Path:
    return next((folder / "outcomes").glob("*.parquet"))


def _truncated(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def _flipped(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 1
    file.write_bytes(content)


def _foreign(folder: Path) -> None:
    pq.write_table(pa.table({"a": [1, 2]}), folder / "outcomes" / "a foreign file.parquet")


def _of_another_study(folder: Path) -> None:
    other = folder.with_name(f"{folder.name} of another name")
    undisturbed(other, replace(CALL, name="another", replicates=2))
    shutil.copy(_outcomes(other), folder / "outcomes" / "another.parquet")


def _without_outcomes(folder: Path) -> None:
    shutil.rmtree(folder / "outcomes")


def _leftovers(folder: Path) -> None:
    for place in (folder, folder / "outcomes", folder / "units", folder / "figures", folder / "inputs"):
        place.mkdir(exist_ok=True)
        (place / ".something.parquet.4711.tmp").write_bytes(b"half of a fil")


def _loose_beside_joined(folder: Path) -> None:
    """As a stop between the writing of a joined file and the removal of its sources leaves it."""
    kept = pq.read_table(_outcomes(folder))
    told = told_runs(_outcomes(folder))
    for run, one in list(zip(read_runs(_outcomes(folder)), told, strict=True))[:5]:
        alone = with_runs(run.rows_of(kept).replace_schema_metadata(None), [one])
        (folder / "outcomes" / f"{LOOSE}{run.id}.parquet").write_bytes(parquet_bytes(alone))


def _garbage(file: Path) -> None:
    file.write_bytes(b"not what it was " * 200)


def _on(name: str, do: Callable[[Path], None]) -> Callable[[Path], None]:
    return lambda folder: do(folder / name)


def _one_unit_file(folder: Path) -> None:
    _flipped_footer(next((folder / "units").glob("*.parquet")))


def _flipped_footer(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-20] ^= 1
    file.write_bytes(content)


def _torn_inside(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096 + 8 : 4096 + 200] = bytes(192)
    file.write_bytes(content)


def _anothers_table(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as other:
        other.execute("create table runs (name text)")
        other.commit()


HARMS = (
    Harm("outcome file removed", lambda folder: _outcomes(folder).unlink(), "is gone"),
    Harm("outcomes/ removed", _without_outcomes, "is gone"),
    Harm("outcome file truncated", lambda folder: _truncated(_outcomes(folder)), "put aside"),
    Harm("outcome file empty", lambda folder: _outcomes(folder).write_bytes(b""), "put aside"),
    Harm("one bit of an outcome file flipped", lambda folder: _flipped(_outcomes(folder)), "put aside"),
    Harm(
        "one bit flipped, run table gone too",
        lambda folder: (_flipped(_outcomes(folder)), (folder / RUN_TABLE).unlink())[1], "put aside",
    ),
    Harm("a foreign Parquet file in outcomes/", _foreign, "put aside"),
    Harm("another study's file in outcomes/", _of_another_study),
    Harm("unit file with a bad footer", _one_unit_file),
    Harm("run table removed", lambda folder: (folder / RUN_TABLE).unlink()),
    Harm("run table truncated", _on(RUN_TABLE, _truncated)),
    Harm("run table empty", lambda folder: (folder / RUN_TABLE).write_bytes(b"")),
    Harm("run table garbage", _on(RUN_TABLE, _garbage)),
    Harm("one bit of the run table flipped", _on(RUN_TABLE, _flipped)),
    Harm("garbage beside the run table (-wal)", lambda folder: _garbage(folder / f"{RUN_TABLE}-wal")),
    Harm("run table torn inside", _on(RUN_TABLE, _torn_inside)),
    Harm("run table of another program", _on(RUN_TABLE, _anothers_table)),
    Harm("design.parquet removed", lambda folder: (folder / "design.parquet").unlink()),
    Harm("design.parquet garbage", _on("design.parquet", _garbage)),
    Harm("manifest.json removed", lambda folder: (folder / "manifest.json").unlink()),
    Harm("manifest.json garbage", _on("manifest.json", _garbage)),
    Harm("runs.parquet garbage", _on("runs.parquet", _garbage)),
    Harm("leftover temporary files", _leftovers),
    Harm("single-run files beside the joined one", _loose_beside_joined),
)  # fmt: skip


def harmed(harm: Harm, peace: Path, bits: Bits, folder: Path) -> Finding:
    """Copy an undisturbed study, harm it, and give the same command again."""
    shutil.copytree(peace, folder)
    harm.do(folder)
    said = here(folder, CALL)
    return judged(folder, bits, harm.name, said, status=0, about=harm.about)


def prepared(place: Path) -> tuple[Path, Bits]:
    """Make the undisturbed study that is copied."""
    return place / "peace", undisturbed(place / "peace", CALL)
