"""How long households stay where they moved to: Kaplan-Meier survival from the changes of `households.home`."""

import warnings
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy import stats

from analysis.runs import Run
from analysis.study import Study


@dataclass(frozen=True)
class Survival:
    """Share of moved households still there, `months` after the move, with a 95 % interval of the estimator."""

    arm: str
    months: NDArray[np.float64]
    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    households: int
    left: int


def _stays(study: Study, run: Run) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return how long each moved household stayed, and whether its stay was still going on at the end."""
    changes = study.changes(run, "households.home")
    first = (
        changes.filter(pc.not_equal(changes["to"], pa.scalar(0, pa.uint64())))
        .group_by("uid")
        .aggregate([("month", "min")])
    )
    order = np.argsort(first["uid"].to_numpy())
    household, moved = first["uid"].to_numpy()[order], first["month_min"].to_numpy()[order]
    end = run.start + run.months - 1
    left = np.full(len(household), end + 1, np.int64)
    uid, month = changes["uid"].to_numpy(), changes["month"].to_numpy()
    known = np.isin(uid, household)
    row = np.searchsorted(household, uid[known])
    later = month[known] > moved[row]
    np.minimum.at(left, row[later], month[known][later])
    return np.minimum(left, end) - moved.astype(float), left > end


def settlement(study: Study, arm: str) -> Survival | None:
    """Estimate how long moved households stay, all traced runs of an arm together.

    None if nobody moved or no run is traced. A stay begins with a household's first move and ends when its
    home changes again; stays that last to the end of the run are censored there.
    """
    parts = [_stays(study, run) for run in study.of_arm(arm) if run.traced]
    if not parts:
        return None
    stay, open_end = np.concatenate([one[0] for one in parts]), np.concatenate([one[1] for one in parts])
    if not len(stay):
        return None
    curve = stats.ecdf(stats.CensoredData.right_censored(stay, open_end)).sf
    with warnings.catch_warnings():
        # Before the first household leaves there is no interval; it stays undefined, and that is no news.
        warnings.filterwarnings("ignore", "The confidence interval is undefined", RuntimeWarning)
        interval = curve.confidence_interval(0.95, method="log-log")
    return Survival(
        arm, curve.quantiles, curve.probabilities, interval.low.probabilities, interval.high.probabilities,
        len(stay), int((~open_end).sum()),
    )  # fmt: skip
