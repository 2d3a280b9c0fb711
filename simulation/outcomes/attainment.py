"""What pupils know: the mean, the spread, and what the relocated know less than the hosts."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.contract import Indicator, outcome
from simulation.recorder import Tally
from simulation.world import POPULATIONS

Flags = NDArray[np.bool_]
_RELOCATED, _HOSTS = POPULATIONS.index("relocated"), POPULATIONS.index("hosts")

INDICATORS = {
    "achievement_mean": Indicator("SD", "registered", "children of compulsory grades", "what they know", 1),
    "achievement_sd": Indicator(
        "SD", "registered", "children of compulsory grades", "spread of what they know", poolable=False
    ),
    "achievement_gap": Indicator(
        "SD",
        "registered",
        "children of compulsory grades",
        "what the relocated know less what the hosts know",
        1,
        poolable=False,
    ),
}


@outcome(reads=("persons.alive", "persons.grade", "persons.achievement", "persons.population"), indicators=INDICATORS)
def measure(world: Any, tally: Tally, month: int, settings: Any) -> None:
    """Look at the children of compulsory grades."""
    p = world.persons
    rows = np.flatnonzero((p.alive != 0) & (p.grade >= 1))
    known = p.achievement
    tally.ratio("achievement_mean", "persons", known[rows].astype(np.float64), np.ones(len(rows), np.bool_), rows)
    tally.plain("achievement_sd", "persons", _spread(known), rows)
    relocated, hosts = p.population == _RELOCATED, p.population == _HOSTS
    tally.plain("achievement_gap", "persons", _gap(known, relocated, hosts), rows)


def _spread(values: NDArray[Any]) -> Callable[[NDArray[np.intp]], float]:
    def statistic(rows: NDArray[np.intp]) -> float:
        return float(values[rows].std(dtype=np.float64)) if len(rows) > 1 else float("nan")

    return statistic


def _gap(values: NDArray[Any], these: Flags, those: Flags) -> Callable[[NDArray[np.intp]], float]:
    """Return the mean of these less the mean of those; NaN where either are missing."""

    def statistic(rows: NDArray[np.intp]) -> float:
        one, other = values[rows][these[rows]], values[rows][those[rows]]
        return (
            float(one.mean(dtype=np.float64) - other.mean(dtype=np.float64))
            if len(one) and len(other)
            else float("nan")
        )

    return statistic
