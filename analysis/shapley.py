"""Shapley values: a change shared out among the factors that made it together, whatever their order."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def coalitions(names: Sequence[str]) -> Iterator[frozenset[str]]:
    """List every set of some names, from none to all: 2^n."""
    for size in range(len(names) + 1):
        yield from map(frozenset, combinations(names, size))


def shapley(worth: Mapping[frozenset[str], Values]) -> dict[str, Values]:
    """Return each factor's part of the change from no factor to all: the mean of its step over all orders of steps.

    Parameters
    ----------
    worth
        {factors that are switched: figures, float64[n]} for every set of the factors.

    The parts add up to the change, figure by figure (Shapley 1953, Contributions to the Theory of Games II, 307-317).
    Raises ValueError if a set is missing.
    """
    names = sorted(frozenset[str]().union(*worth))
    missing = [sorted(one) for one in coalitions(names) if one not in worth]
    if missing:
        raise ValueError(f"there should be figures for every set of {', '.join(names)}; {missing[0]} is missing")
    return {name: _part(name, [one for one in names if one != name], worth) for name in names}


def _part(name: str, others: Sequence[str], worth: Mapping[frozenset[str], Values]) -> Values:
    """Average the step over the sets that may come before it: each size alike, each set of a size alike."""
    steps = [
        (worth[before | {name}] - worth[before]) / (len(others) + 1) / comb(len(others), len(before))
        for before in coalitions(others)
    ]
    return np.asarray(np.sum(steps, axis=0), np.float64)
