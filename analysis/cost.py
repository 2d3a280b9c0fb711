"""What an arm costs, and what one more unit of an outcome costs."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.doubt import computing_error
from analysis.meaning import Cell
from analysis.months import window_text
from analysis.paired import LEVEL, Paired
from analysis.runs import Run
from analysis.series import matched
from analysis.study import BASELINE, Study
from analysis.trajectories import by_draw
from analysis.words import number

FEN = 100.0
COUNTS = "persons"
"""Unit-years are written as things that are counted are."""
YEAR = 12.0


@dataclass(frozen=True)
class Cost:
    """Programme cost of an arm over the whole run, yuan, mean of the replicates."""

    arm: str
    total: float
    by_kind: dict[str, float]
    by_intervention: dict[str, float]


@dataclass(frozen=True)
class UnitCost:
    """Cost of one more unit-year of an outcome (one more person at work for a year), in yuan.

    Where less of the outcome is better, `fewer` is set and the gain counts unit-years fewer.

    `cost` and `gain` are means over the replicates; `per_year` is their ratio, whose interval is a
    paired BCa bootstrap and NaN with fewer than two replicates or when the gain isn't told apart
    from none.
    """

    outcome: str
    arm: str
    unit: str
    cost: float
    gain: Paired
    per_year: float
    low: float
    high: float
    fewer: bool = False

    @property
    def unit_year(self) -> str:
        """Name one of what is gained: `person-year`."""
        return f"{self.unit}-year"

    @property
    def wanted(self) -> str:
        """Say in which direction it gets better."""
        return "fewer" if self.fewer else "more"

    @property
    def unwanted(self) -> str:
        """Say in which direction it gets worse."""
        return "more" if self.fewer else "fewer"

    @property
    def text(self) -> str:
        """Say it in words."""
        years = self.unit_year
        if not self.gain.told_apart:
            return f"cost per {years} {self.wanted} is undefined: the effect is {self.gain.short}"
        if self.gain.mean < 0:
            lost = number(-self.gain.mean, COUNTS)
            return f"costs {number(self.cost)} yuan for {lost} {years}s {self.unwanted}"
        interval = f"95 % bootstrap {number(self.low)} to {number(self.high)}"
        return f"{number(self.per_year)} yuan per {years} {self.wanted} ({interval})"


def _sums(run: Run, column: str) -> dict[str, float]:
    sums: Counter[str] = Counter()
    for entry in run.ledger:
        sums[entry[column]] += entry["amount_fen"]
    return {name: fen / FEN for name, fen in sums.items()}


def spent(run: Run) -> float:
    """Add up what a run's interventions cost, yuan."""
    return float(sum(entry["amount_fen"] for entry in run.ledger) / FEN)


def _mean(parts: list[dict[str, float]]) -> dict[str, float]:
    names = sorted({name for part in parts for name in part})
    return {name: float(np.mean([part.get(name, 0.0) for part in parts])) for name in names}


def cost(study: Study, arm: str) -> Cost:
    """Add up the ledger of an arm; ResultsError if it has no finished run."""
    runs = study.of_arm(arm)
    total = float(np.mean([spent(run) for run in runs]))
    return Cost(
        arm, total, _mean([_sums(run, "kind") for run in runs]), _mean([_sums(run, "intervention") for run in runs])
    )


def _ratio(cost: NDArray[np.float64], gain: NDArray[np.float64], axis: int = -1) -> NDArray[np.float64]:
    return np.asarray(cost.mean(axis=axis) / gain.mean(axis=axis), np.float64)


def _of_units(values: NDArray[np.float64], draws: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what is independent of each other: means of draws, or the runs of the only draw."""
    return by_draw(values[:, None], draws)[:, 0]


def _ratio_interval(
    cost: NDArray[np.float64], gain: NDArray[np.float64], draws: NDArray[np.int64]
) -> tuple[float, float]:
    paid, gained = _of_units(cost, draws), _of_units(gain, draws)
    alike = float(paid.sum() / gained.sum())
    if np.allclose(paid, alike * gained, rtol=1e-12, atol=0.0):
        return alike, alike
    # A fixed generator: the same study prints the same interval.
    found = stats.bootstrap(
        (paid, gained), _ratio, paired=True, vectorized=True, confidence_level=LEVEL, rng=np.random.default_rng(0)
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def cost_per_gain(study: Study, outcome: str, arm: str, cell: Cell | None = None) -> UnitCost:
    """Divide an arm's cost over the whole run by what it adds to an outcome over the whole run (O34).

    The gain is in unit-years: the paired difference of a monthly count, or of a share's numerator, added up over the
    months and divided by 12. Raises ResultsError for unknown names, and for what can't be added up, such as an index.
    """
    meaning, whole = study.meaning(outcome), (study.start, study.start + study.months - 1)
    better = -1.0 if meaning.better < 0 else 1.0
    both = matched(*(study.totals(outcome, one, whole, cell) for one in (BASELINE, arm)))
    gained = better * both.differences / YEAR
    paid = np.array([spent(run) for _, run in study.pairs(arm)])
    gain = computing_error(gained, both.draws)
    low, high = _ratio_interval(paid, gained, both.draws) if gain.told_apart else (np.nan, np.nan)
    mean = float(_of_units(paid, both.draws).mean())
    each = mean / gain.mean if gain.mean else np.nan
    return UnitCost(outcome, arm, meaning.one, mean, gain, each, low, high, better < 0)


def covers(study: Study) -> str:
    """Say which months a cost covers."""
    return window_text((study.start, study.start + study.months - 1))
