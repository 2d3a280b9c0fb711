"""What a policy does in lucky and in unlucky worlds: effects on the quantiles of an outcome over runs."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.meaning import Cell
from analysis.months import Window
from analysis.paired import LEVEL
from analysis.study import Study

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

PROBABILITIES = (0.05, 0.25, 0.5, 0.75, 0.95)
_TIMES = 2000


def quantile_effects(
    study: Study,
    outcome: str,
    arm: str,
    probabilities: Iterable[float] = PROBABILITIES,
    window: str | Window | None = None,
    cell: Cell | None = None,
) -> "pd.DataFrame":
    """Compare quantiles of an outcome over the runs: the arm's less the baseline's.

    Two worlds need not be the same world at a quantile: it compares distributions, where the paired difference compares
    each world with itself. Columns: outcome, arm, probability, unit, baseline, level, estimate, low, high (95 %
    percentile bootstrap over pairs), replicates. Raises ResultsError for names that weren't recorded.
    """
    import pandas as pd  # noqa: PLC0415

    both = study.matched(outcome, arm, window, cell)
    known = np.isfinite(both.base) & np.isfinite(both.arm)
    head = {"outcome": outcome, "arm": arm, "unit": study.meaning(outcome).unit, "replicates": int(known.sum())}
    rows = [{**head, **_at(both.base[known], both.arm[known], one)} for one in probabilities]
    order = ["outcome", "arm", "probability", "unit", "baseline", "level", "estimate", "low", "high", "replicates"]
    return pd.DataFrame(rows)[order]


def _quantile(values: NDArray[np.float64], probability: float, axis: int = -1) -> NDArray[np.float64]:
    return np.asarray(np.quantile(values, probability, axis=axis, method="median_unbiased"), np.float64)


def _at(base: NDArray[np.float64], arm: NDArray[np.float64], probability: float) -> dict[str, Any]:
    nan = float("nan")
    if not len(base):
        return {"probability": probability, **dict.fromkeys(("baseline", "level", "estimate", "low", "high"), nan)}
    before, after = float(_quantile(base, probability)), float(_quantile(arm, probability))
    low, high = _interval(base, arm, probability) if len(base) > 1 else (nan, nan)
    told = {"baseline": before, "level": after, "estimate": after - before, "low": low, "high": high}
    return {"probability": probability, **told}


def _interval(base: NDArray[np.float64], arm: NDArray[np.float64], probability: float) -> tuple[float, float]:
    def difference(one: NDArray[np.float64], other: NDArray[np.float64], axis: int = -1) -> NDArray[np.float64]:
        return _quantile(other, probability, axis) - _quantile(one, probability, axis)

    # A fixed generator: the same study prints the same interval.
    found = stats.bootstrap(
        (base, arm), difference, paired=True, vectorized=True, n_resamples=_TIMES, confidence_level=LEVEL,
        method="percentile", rng=np.random.default_rng(0),
    ).confidence_interval  # fmt: skip
    return float(found.low), float(found.high)
