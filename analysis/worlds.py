"""The same people in two worlds that share their luck: the baseline and an arm of one replicate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.income_years import income_per_head
from analysis.inequality import quantile_groups
from analysis.months import ResultsError
from analysis.people import DIMENSIONS, Groups, People, Rows, chosen, groups_of, in_both, read_people
from analysis.runs import Run
from analysis.study import Study

DECILE = "decile"
DECILES = tuple(str(one) for one in range(1, 11))
"""Tenths of people by income, 1 the poorest."""
RANKS = ("baseline", "mean")
"""Incomes by which people are ranked: in the baseline, or the mean of both worlds."""
Pair = tuple[Run, Run]


@dataclass(frozen=True)
class Worlds:
    """People who are in both worlds, in the same rows of both.

    Attributes
    ----------
    study
        whose runs they are.
    runs
        of the baseline and the arm.
    base, arm
        the people as each world has them.
    """

    study: Study
    runs: Pair
    base: People
    arm: People

    def take(self, rows: Rows) -> "Worlds":
        """Return some of the people."""
        return Worlds(self.study, self.runs, self.base.take(rows), self.arm.take(rows))

    def living(self, month: int) -> NDArray[np.bool_]:
        """Say who lives in both worlds in a month, bool[n]."""
        return self.base.living(month) & self.arm.living(month)

    def among(self, month: int, whom: Mapping[str, str]) -> NDArray[np.bool_]:
        """Say who is meant by {dimension: group}, `all` for everybody, bool[n]."""
        return chosen(self.study, self.runs[0], self.base, month, whom)

    def groups(self, dimension: str, month: int) -> Groups:
        """Part people along one of `analysis.people.DIMENSIONS`."""
        return groups_of(self.study, self.runs[0], self.base, dimension, month)

    def incomes(self, months: Sequence[int]) -> NDArray[np.float64]:
        """Return yearly income a head in both worlds, float64[2, n] yuan; see `analysis.income_years`."""
        both = zip(self.runs, (self.base, self.arm), strict=True)
        return np.array([income_per_head(self.study, run, people, months) for run, people in both])

    @property
    def household(self) -> NDArray[np.int64]:
        """Number of each person's household, int64[n] from 0 on."""
        return np.asarray(np.unique(self.base.household, return_inverse=True)[1], np.int64)


def worlds_of(study: Study, both: Pair) -> Worlds:
    """Read who is in both worlds; ResultsError where an older program made the records."""
    return Worlds(study, both, *in_both(*(read_people(run) for run in both)))


def ranked_by(incomes: NDArray[np.float64], rank_by: str) -> NDArray[np.float64]:
    """Return the income that people are ranked by, float64[n], of float64[2, n]; ResultsError for another word.

    Who is poor in the baseline by bad luck that only the baseline had gains in the arm whatever it does (regression to
    the mean). Both worlds' mean has no such bias.
    """
    if rank_by not in RANKS:
        raise ResultsError(f"people aren't ranked by '{rank_by}' (there are: {', '.join(RANKS)})")
    return np.asarray(incomes[0] if rank_by == "baseline" else incomes.mean(axis=0), np.float64)


def deciles(income: NDArray[np.float64]) -> Groups:
    """Part people into tenths by income, equals together."""
    return Groups(DECILES, quantile_groups(income, np.ones(len(income)), len(DECILES)) if len(income) else _NOBODY)


_NOBODY = np.zeros(0, np.int64)


def check_dimensions(by: Sequence[str], known: Sequence[str] = DIMENSIONS) -> None:
    """Raise ResultsError for a dimension along which nobody is parted."""
    for one in by:
        if one not in known:
            raise ResultsError(f"people aren't told apart by '{one}' (there are: {', '.join(known)})")
