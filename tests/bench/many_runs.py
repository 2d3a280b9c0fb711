"""What an experiment costs beside its runs: `python -m tests.bench many_runs`, or this file with numbers of replicates.

The relocated households alone, 60 months, figures of all of them together. Printed: time of a study against the bare
engine's in the same process, two workers against one, and the coordinator's memory with few and with many runs.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from experiments.design import Design
from experiments.identity import code_digest
from experiments.study import run_study
from experiments.work import EngineRuns
from simulation.scenario import Scenario, load

ARM = "micro_factories"
FEW, MANY = 10, 100
"""Replicates, of two arms each."""


def scenario() -> Scenario:
    """The over-50s' question for the relocated alone."""
    file = Path(__file__).parents[2] / "scenarios" / "over50_jobs.yaml"
    only = {"scale": "{relocated: 1, stayers: 0, hosts: 0}", "record": "{outcomes: overall}"}
    return load(file, only)


def bare_seconds(replicates: int) -> float:
    """Seconds of a run by the engine alone, the mean of a study's runs."""
    one, runs = scenario(), EngineRuns(code_digest())
    planned = Design(one, ("baseline", ARM)).runs(replicates)
    runs(one, ARM, 0)
    began = time.perf_counter()
    for run in planned:
        runs(one, run.arm, run.replicate)
    return (time.perf_counter() - began) / len(planned)


def study_seconds(replicates: int, workers: int) -> float:
    """Seconds of a run in a study, everything that is written included."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        done = run_study(scenario(), Path(folder), arms=(ARM,), replicates=replicates, workers=workers)
        assert done.study is not None
        return (time.perf_counter() - began) / len(done.study.runs)


def peak_megabytes(replicates: int) -> tuple[float, float]:
    """Peak memory of a study of its own in a process of its own: of the coordinator, of its largest worker."""
    call = f"from tests.bench.many_runs import tell_memory; tell_memory({replicates})"
    root = str(Path(__file__).parents[2])
    code = f"import sys; sys.path.insert(0, {root!r}); {call}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    own, worker = done.stdout.split()[-2:]
    return float(own), float(worker)


def tell_memory(replicates: int) -> None:
    """Make a study and print the peak memory of this process and of its largest child, MB."""
    study_seconds(replicates, 2)
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        print(resource.getrusage(who).ru_maxrss / 1024)


def main(few: int = FEW, many: int = MANY) -> None:
    """Print the table."""
    bare = bare_seconds(few)
    alone, two = study_seconds(few, 1), study_seconds(few, 2)
    print(f"bare engine {bare:.3f} s a run; study, one worker {alone:.3f} s ({alone / bare - 1:+.1%})")
    print(f"study, two workers {two:.3f} s a run: {alone / two:.2f} times as many an hour as one")
    small, large = peak_megabytes(few), peak_megabytes(many)
    for name, before, after in zip(("coordinator", "worker"), small, large, strict=True):
        print(
            f"{name}: {before:.0f} MB with {2 * few} runs, {after:.0f} MB with {2 * many} ({after / before - 1:+.1%})"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
