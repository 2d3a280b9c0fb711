"""Open and compare a large study: `python -m tests.bench large_study`, or this file with a folder that is kept.

1,000 runs x 120 months x 200 places x 4 populations are 96 million rows, written by the program's own writer from
figures that a random walk makes. Opening and comparing are timed in a process of their own each.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments.study import run_study
from simulation.contract import Indicator
from simulation.engine import Result
from simulation.recorder import Keys
from tests.experiments.fakes import JOBS, Catalogue, FakeScenario, Family, fake_run

REPLICATES, MONTHS, PLACES, POPULATIONS = 500, 120, 200, 4
COUNTS = ("employed", "residents", "pupils", "patients", "vacancies", "households")
RATIOS = ("employed_share", "enrolled_share", "treated_share", "settled_share")
INDICATORS = {
    **{name: Indicator("persons", "registered", "", name, 1) for name in COUNTS},
    **{name: Indicator("share", "registered", "adults", name, 1) for name in RATIOS},
}
ARM = "jobs"


def scenario(replicates: int = REPLICATES) -> FakeScenario:
    """Baseline and an arm, everything recorded by place and population."""
    return FakeScenario(
        months=MONTHS,
        arms={"baseline": (), ARM: JOBS},
        replicates={"at_least": replicates, "at_most": replicates},
        report={"outcomes": ["employed_share"], "window": "2028-01..2028-12"},
        record={},
        catalogue=Catalogue({"all": Family(INDICATORS)}),
    )


def keys() -> Keys:
    """All places together and each of the others, by population."""
    rows = np.array([(place, population) for place in range(-1, PLACES - 1) for population in range(POPULATIONS)])
    return Keys(rows[:, 0].astype(np.int16), rows[:, 1].astype(np.int8), np.zeros(len(rows), np.int8))


def _walk(rng: np.random.Generator, cells: int) -> NDArray[np.float64]:
    return 500.0 + np.cumsum(rng.integers(-3, 4, (MONTHS, cells)), axis=0).astype(float)


def large_run(scenario: FakeScenario, arm: str, replicate: int) -> Result:
    """Let every figure walk at random, alike in both arms but for one more person in work from the third year on."""
    rng, told = np.random.default_rng(replicate), keys()
    cells = len(told.place)
    outcomes = {name: _walk(rng, cells) for name in COUNTS}
    outcomes |= {f"{name}__{part}": _walk(rng, cells) for name in RATIOS for part in ("num", "den")}
    if arm == ARM:
        outcomes["employed_share__num"][24:] += rng.integers(0, 3, (MONTHS - 24, cells))
    small = fake_run(scenario, "baseline", replicate)
    ids = {**small.ids, "places": [f"place{one}" for one in range(PLACES - 1)]}
    return Result(
        small.first_month, MONTHS, told, outcomes, [], small.fixed, [], ids, small.uids, small.timings,
        small.person_months, small.unlimited,
    )  # fmt: skip


def write(folder: Path, replicates: int = REPLICATES) -> None:
    """Make the study; goes on where it was stopped."""
    run_study(scenario(replicates), folder, workers=1, run_one=large_run, keep_units=False)


QUESTIONS = {
    "load": "load(folder)",
    "compare by population": "load(folder).compare(window='2028-01..2028-12').by('population')",
    "compare by place and population": "load(folder).compare(window='2028-01..2028-12').by('place', 'population')",
    "course of a place": "load(folder).series('employed_share', 'jobs', Cell('place7', 'hosts'))",
}


def ask(folder: Path, question: str) -> None:
    """Answer one question in a fresh process; print seconds, imports not counted, and peak memory in MB."""
    code = f"""
import time, resource, pandas
from pathlib import Path
from analysis import load
from analysis.meaning import Cell
import analysis.effect_table, analysis.effects
folder = Path({str(folder)!r})
idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.perf_counter()
answer = {QUESTIONS[question]}
seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(f"{{seconds:6.2f}} s  {{peak / 1024:6.0f}} MB, of which {{idle / 1024:.0f}} MB before")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    sys.stdout.write(f"{question:<34}{done.stdout}")


def main(kept: str = "") -> None:
    """Make the study and ask; print a table."""
    with tempfile.TemporaryDirectory() as spare:
        folder, began = Path(kept or spare), time.perf_counter()
        write(folder)
        files = list((folder / "outcomes").glob("*.parquet"))
        size, peak = sum(file.stat().st_size for file in files), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        rows = 2 * REPLICATES * MONTHS * PLACES * POPULATIONS
        seconds = time.perf_counter() - began
        print(
            f"{rows:,} rows, {size / 1e9:.1f} GB in {len(files)} files; made in {seconds:.0f} s, {peak / 1024:.0f} MB"
        )
        for question in QUESTIONS:
            ask(folder, question)


if __name__ == "__main__":
    main(*sys.argv[1:])
