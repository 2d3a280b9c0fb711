"""Proof of a study: its files are those that were written, and its runs come out the same bit for bit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.months import ResultsError
from analysis.runs import Run, rows_hash, torn_runs
from analysis.study import Study
from experiments.design import Planned
from experiments.encode import content_hash, outcome_table
from experiments.identity import code_digest, run_identity
from experiments.manifest import Broken, broken_files
from experiments.source import recorded
from experiments.work import EngineRuns, RunOne, indicators_of

if TYPE_CHECKING:
    from simulation.scenario import Scenario


@dataclass(frozen=True)
class Verdict:
    """One run made again: what its file and the manifest say it recorded, and what came out now."""

    run: Run
    listed: str
    now: str
    rows_now: str

    @property
    def same(self) -> bool:
        """Say whether it is the same bits, and listed."""
        return self.run.hash == self.now == self.listed and self.run.rows_hash == self.rows_now


def sampled(runs: Sequence[Run], count: int | None) -> list[Run]:
    """Choose runs spread evenly over the study; all of them where no number is given."""
    if count is None or count >= len(runs):
        return list(runs)
    return [runs[(2 * number + 1) * len(runs) // (2 * count)] for number in range(count)]


def changed_files(study: Study) -> list[Broken]:
    """Compare every file of the folder with the manifest. Raises ResultsError if it lists none."""
    return broken_files(study.folder, _manifest(study))


def changed_rows(study: Study) -> list[str]:
    """Name the runs whose rows, or whose hash, aren't what the manifest lists."""
    listed = {one["id"]: (one["hash"], one["rows_hash"]) for one in study.manifest.get("runs", ())}
    torn = {one for file in {run.outcomes for run in study.runs} for one in torn_runs(file)}
    changed = [run.name for run in study.runs if run.id in torn or listed.get(run.id) != (run.hash, run.rows_hash)]
    return [*changed, *sorted(set(listed) - {run.id for run in study.runs})]


def _manifest(study: Study) -> dict[str, object]:
    if "months_of_file" not in study.manifest:
        raise ResultsError(
            f"{study.folder} has no manifest.json; run its scenario once more with --out to have it written"
        )
    return dict(study.manifest)


def verify(study: Study, count: int | None = None, run_one: RunOne | None = None) -> Iterator[Verdict]:
    """Run again and compare, one after another.

    Parameters
    ----------
    study
        a finished study with its manifest and inputs.
    count
        how many runs to take, spread over the study; all where left out.
    run_one
        how to make a run; by the engine where left out.

    Raises ResultsError if the scenario or the program isn't the one that made the runs.
    """
    _manifest(study)
    scenario, _, _ = recorded(study.folder, study.manifest).load()
    code = code_digest()
    make = run_one or EngineRuns(code)
    listed = {one["id"]: one["hash"] for one in study.manifest.get("runs", ())}
    for run in sampled(study.runs, count):
        drawn = scenario.with_values(run.values) if run.values else scenario
        if run.arm not in drawn.arms or run_identity(drawn, run.arm, run.draw, run.replicate, code) != run.id:
            raise ResultsError(
                f"run {run.arm} r{run.replicate} was made by another version of the scenario or the program"
            )
        yield _again(run, drawn, make, listed.get(run.id, ""))


def _again(run: Run, scenario: "Scenario", make: RunOne, listed: str) -> Verdict:
    planned = Planned(run.id, run.arm, run.replicate, run.draw, tuple(run.values.items()))
    result = make(scenario, run.arm, run.replicate)
    rows = rows_hash(outcome_table(result, planned, indicators_of(scenario)))
    return Verdict(run, listed, content_hash(result), rows)
