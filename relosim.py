"""The notebook's door: run a scenario, open its results."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.study import Study, load
from experiments.source import Source
from experiments.study import run_study

__all__ = ["load", "run"]


def run(
    scenario: str | Path | Mapping[str, Any],
    *,
    arms: Sequence[str] = (),
    replicates: int | None = None,
    seed: int | None = None,
    months: int | None = None,
    settings: Mapping[str, Any] | None = None,
    out: str | Path | None = None,
    workers: int | str | None = 1,
    **options: Any,
) -> Study:
    """Run a scenario and return its results; what is in the folder already is kept.

    Parameters
    ----------
    scenario
        a YAML file, or a mapping of the same form whose paths start from the working folder.
    arms
        arms beside the baseline; all of them where left out.
    replicates
        runs of each arm; the file's number, or 10.
    seed, months
        replace the file's seed, cut the run to its first months.
    settings
        {path: value} laid over the file, such as {"parameters.job_search.look_on_job": 0.2}.
    out
        result folder; `results/<file stem>` (or the scenario's name) where left out.
    workers
        processes; None for as many as processors; or the address of a scheduler, `tcp://host:port`. With more
        than one process, a script calls this under `if __name__ == "__main__":`.
    options
        further fields of `experiments.study.Options`: draws, keep_units, minutes, retry_failed, from_snapshot.

    Raises ScenarioError for a scenario that can't be used, RuntimeError if a run fails.
    """
    what = scenario if isinstance(scenario, Mapping) else Path(scenario)
    texts = {path: str(value) for path, value in (settings or {}).items()}
    loaded, _, whole = Source(what, texts, seed, months).load()
    name = what.stem if isinstance(what, Path) else loaded.name
    folder = Path(out) if out is not None else Path("results") / name
    done = run_study(loaded, folder, arms=arms, replicates=replicates, workers=workers, months_of_file=whole, **options)
    if done.study is None or done.failures:
        raise RuntimeError(f"{len(done.failures)} runs failed; their tracebacks are in {folder / 'failures'}")
    return done.study
