"""What an experiment costs beside its runs: `python -m tests.bench many_runs`, or this file with numbers of replicates.

The relocated households alone, 60 months, figures of all of them together. Printed: time of a study against the bare
engine's in the same process, two workers against one, and peak memory with few and with many runs. One worker makes
the few runs only, so that its fixed costs weigh more on it than on two workers' many: compare the few with the few too.
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


def apart(replicates: int) -> tuple[float, float, float]:
    """Seconds of a run, peak MB of the coordinator and of its largest worker: a study in a process of its own."""
    call = f"from tests.bench.many_runs import tell; tell({replicates})"
    root = str(Path(__file__).parents[2])
    code = f"import sys; sys.path.insert(0, {root!r}); {call}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    seconds, own, worker = map(float, done.stdout.split()[-3:])
    return seconds, own, worker


def tell(replicates: int) -> None:
    """Make a study with two workers; print seconds of a run, peak memory of this process and its largest child, MB."""
    print(study_seconds(replicates, 2))
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        print(resource.getrusage(who).ru_maxrss / 1024)


def main(few: int = FEW, many: int = MANY) -> None:
    """Print the table."""
    bare, alone = bare_seconds(few), study_seconds(few, 1)
    print(f"bare engine {bare:.3f} s a run; study, one worker {alone:.3f} s ({alone / bare - 1:+.1%})", flush=True)
    (short, *small), (long, *large) = apart(few), apart(many)
    for runs, seconds in ((2 * few, short), (2 * many, long)):
        print(f"two workers, {runs} runs: {seconds:.3f} s a run, {alone / seconds:.2f} times as many an hour as one")
    for name, before, after in zip(("coordinator", "worker"), small, large, strict=True):
        print(
            f"{name}: {before:.0f} MB with {2 * few} runs, {after:.0f} MB with {2 * many} ({after / before - 1:+.1%})"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
