"""Which parameters move an outcome of a study: its sensitivity design read, and its indices estimated."""

from dataclasses import dataclass

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analysis.months import ResultsError
from analysis.sensitivity import Morris, Sobol, morris, sobol
from analysis.study import BASELINE, Study

UNIT = "unit."
"""Columns of `draws.parquet` that hold a point's coordinate in the unit cube begin with it."""


@dataclass(frozen=True)
class Sensitivity:
    """What moves one outcome: the baseline's level, or what an arm changes of it (`arm` is the baseline or an arm)."""

    outcome: str
    arm: str
    found: Sobol | Morris


def sensitivity(study: Study, outcome: str, arm: str = BASELINE, seed: int = 0) -> Sensitivity:
    """Estimate how much each parameter matters for the baseline's level of an outcome, or for an arm's effect on it.

    Parameters
    ----------
    study
        a study whose scenario has a block `sensitivity`.
    outcome
        a recorded outcome, over the report's window.
    arm
        the baseline for the level, another arm for its paired difference from the baseline.
    seed
        of the bootstrap.

    A point's value is the mean of its replicates. Raises ResultsError for another study or unknown names.
    """
    told = study.manifest.get("sensitivity")
    if not told:
        raise ResultsError(f"{study.folder} has no sensitivity design: write a block 'sensitivity:' into the scenario")
    names = [str(name) for name in told["parameters"]]
    values = _values(study, outcome, arm, int(told["points"])).reshape(-1, int(told["block"]))
    if told["method"] == "morris":
        points = _points(study, names).reshape(*values.shape, len(names))
        return Sensitivity(outcome, arm, morris(names, points, values, int(told["levels"]), seed))
    return Sensitivity(outcome, arm, sobol(names, values, seed))


def _values(study: Study, outcome: str, arm: str, points: int) -> NDArray[np.float64]:
    """Return the mean of each point's replicates, float64[points]; NaN where a run of it failed."""
    if arm == BASELINE:
        level = study.pooled(outcome, BASELINE)
        values, draws = level.values, level.draws
    else:
        both = study.matched(outcome, arm)
        values, draws = both.differences, both.draws
    found = np.full(points, np.nan)
    replicates = int(study.manifest["replicates"])
    for draw in np.unique(draws):
        of_draw = values[draws == draw]
        found[draw] = of_draw.mean() if len(of_draw) == replicates else np.nan
    return found


def _points(study: Study, names: list[str]) -> NDArray[np.float64]:
    """Return the design in the unit cube, float64[points, parameters]."""
    table = pq.read_table(study.folder / "draws.parquet", columns=[f"{UNIT}{name}" for name in names])
    return np.column_stack([column.to_numpy() for column in table.columns])
