"""Runs of a finished study made once more, so that their unit records are kept too."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.months import ResultsError
from analysis.study import BASELINE
from experiments.study import Options

if TYPE_CHECKING:
    from experiments.recorded import Recorded
    from simulation.scenario import Scenario


def units_options(
    study: "Recorded",
    scenario: "Scenario",
    arms: Sequence[str] = (),
    replicates: int | None = None,
    workers: int | str | None = None,
) -> Options:
    """Say how a study is made again for its unit records.

    Parameters
    ----------
    study
        what lies in the folder.
    scenario
        loaded from it.
    arms
        arms whose records are wanted, with the baseline's beside them; all where left out.
    replicates
        how many replicates, the first ones; all where left out.
    workers
        as of `Options`.

    Raises ResultsError where there is no such run, or this program or these inputs didn't make the runs.
    """
    study.check_same(scenario)
    for arm in arms:
        if not any(run.arm == arm for run in study.finished):
            there = ", ".join(dict.fromkeys(run.arm for run in study.finished))
            raise ResultsError(f"no finished run of arm '{arm}' (there are: {there})")
    first = sorted({run.replicate for run in study.finished})[:replicates]
    only = {
        run.id
        for run in study.finished
        if run.replicate in first and (not arms or run.arm == BASELINE or run.arm in arms)
    }
    return Options(
        study.arms,
        study.replicates,
        study.draws,
        workers,
        study.months_of_file,
        keep_units=True,
        only=frozenset(only),
    )
