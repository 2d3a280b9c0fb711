"""How unequal incomes are, and how equally a gain is spread; people are weights, so a household may be one row.

Arguments are float64[n] of equal length: `income` or `gain` per head, `people` in the row. What isn't defined is NaN.
"""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def gini(income: Values, people: Values) -> float:
    """Gini coefficient; incomes below 0 count as 0, as in the outcome `income_gini`."""
    return concentration(np.maximum(income, 0.0), np.maximum(income, 0.0), people)


def concentration(gain: Values, rank_by: Values, people: Values) -> float:
    """Concentration index of a gain over people ranked by something else, such as income before: -1 to 1.

    Below 0 the poorer get more than their share of people. Twice the covariance of gain and fractional rank over the
    mean gain (Kakwani, Wagstaff and van Doorslaer 1997, J. Econometrics 77, 87-103); people of one rank share their
    middle. NaN where gains and losses add up to 0.
    """
    whole = float(people.sum())
    mean = float(gain @ people) / whole if whole else 0.0
    if mean == 0.0:
        return float("nan")
    return absolute_concentration(gain, rank_by, people) / mean


def absolute_concentration(gain: Values, rank_by: Values, people: Values) -> float:
    """Twice the covariance of gain and fractional rank, in the unit of the gain: `concentration` times the mean gain.

    Defined where the mean gain is 0, and its mean over runs is too; NaN without people.
    """
    whole = float(people.sum())
    if not whole:
        return float("nan")
    rank = fractional_rank(rank_by, people)
    return float(2.0 * ((gain - gain @ people / whole) * (rank - 0.5)) @ people / whole)


def fractional_rank(values: Values, people: Values) -> Values:
    """Share of people below, half of one's equals included, float64[n]: 0.5 for everybody if all are equal."""
    distinct, at = np.unique(values, return_inverse=True)
    there = np.bincount(at, weights=people, minlength=len(distinct))
    below = np.cumsum(there) - there
    return np.asarray(((below + there / 2) / there.sum())[at], np.float64)


def quantile_groups(values: Values, people: Values, groups: int = 10) -> NDArray[np.int64]:
    """Part people into equal groups by their fractional rank, 0 for the lowest, int64[n]; equals stay together."""
    return np.minimum((fractional_rank(values, people) * groups).astype(np.int64), groups - 1)


def share_to_poorest(gain: Values, rank_by: Values, people: Values, share: float = 0.4) -> float:
    """Share of a gain that goes to the poorest `share` of people; a row on the border is split.

    NaN where gains and losses add up to 0.
    """
    total = float(gain @ people)
    if total == 0.0:
        return float("nan")
    return gain_of_poorest(gain, rank_by, people, share) / total


def gain_of_poorest(gain: Values, rank_by: Values, people: Values, share: float = 0.4) -> float:
    """Sum of what the poorest `share` of people gain; a row on the border is split."""
    # People of one rank are one row: who of them is counted first must not matter.
    distinct, at = np.unique(rank_by, return_inverse=True)
    there = np.bincount(at, weights=people, minlength=len(distinct))
    gained = np.bincount(at, weights=gain * people, minlength=len(distinct))
    room = np.clip(share * there.sum() - (np.cumsum(there) - there), 0.0, there)
    return float((gained * room / there).sum())


def theil(income: Values, people: Values) -> float:
    """Theil's T: 0 where all are equal, log n where one has all; an income of 0 or less adds nothing."""
    total, whole = float(np.maximum(income, 0.0) @ people), float(people.sum())
    if total <= 0.0:
        return float("nan")
    ratio = np.maximum(income, 0.0) / (total / whole)
    known = ratio > 0
    return float((ratio[known] * np.log(ratio[known])) @ people[known] / whole)


def theil_parts(income: Values, people: Values, group: NDArray[np.int64]) -> tuple[float, float]:
    """Return Theil's T between groups (int64[n], from 0 on) and within them; they add up to `theil`."""
    each = np.bincount(group, weights=people)
    there = each > 0
    mean = np.bincount(group, weights=np.maximum(income, 0.0) * people)[there] / each[there]
    between = theil(mean, each[there])
    return between, theil(income, people) - between
