"""Makes recorded runs again and compares what they record, bit for bit."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.load import Run, Study
from analysis.months import ResultsError
from experiments.identity import code_digest, run_identity
from experiments.runner import EngineRuns, RunOne
from experiments.source import recorded
from experiments.tables import content_hash


@dataclass(frozen=True)
class Verdict:
    """One run made again: what was recorded, and what came out now."""

    run: Run
    now: str

    @property
    def same(self) -> bool:
        """Say whether it is the same bits."""
        return self.run.hash == self.now


def sampled(runs: Sequence[Run], count: int | None) -> list[Run]:
    """Choose runs spread evenly over the study; all of them where no number is given."""
    if count is None or count >= len(runs):
        return list(runs)
    return [runs[(2 * number + 1) * len(runs) // (2 * count)] for number in range(count)]


def verify(study: Study, count: int | None = None, run_one: RunOne | None = None) -> list[Verdict]:
    """Run again and compare.

    Parameters
    ----------
    study
        a finished study whose manifest says where its scenario came from.
    count
        how many runs to take; all where left out.
    run_one
        how to make a run; by the engine where left out.

    Raises ResultsError if the scenario or the program isn't the one that made the runs.
    """
    if "months_of_file" not in study.manifest:
        raise ResultsError(
            f"{study.folder} has no manifest.json; run its scenario once more with --out to have it written"
        )
    scenario, _, _ = recorded(study.folder, study.manifest).load()
    code = code_digest()
    make = run_one or EngineRuns(code)
    verdicts = []
    for run in sampled(study.runs, count):
        if run.arm not in scenario.arms or run_identity(scenario, run.arm, run.replicate, code) != run.id:
            raise ResultsError(
                f"run {run.arm} r{run.replicate} was made by another version of the scenario or the program"
            )
        verdicts.append(Verdict(run, content_hash(make(scenario, run.arm, run.replicate))))
    return verdicts
