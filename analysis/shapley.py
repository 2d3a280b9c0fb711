"""Shapley values: a change shared out among the factors that made it together, whatever their order."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray


def coalitions(names: tuple[str, ...]) -> Iterator[frozenset[str]]:
    """List every set of some names, from none to all: 2^n."""
    for size in range(len(names) + 1):
        yield from map(frozenset, combinations(names, size))


def shapley(worth: Mapping[frozenset[str], NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """Return each factor's part of the change from no factor to all: the mean of its step over all orders of steps.

    Parameters
    ----------
    worth
        {factors that are switched: figures, float64[n]} for every set of the factors.

    The parts add up to the change, case by case (Shapley 1953). Raises ValueError if a set is missing.
    """
    names = tuple(sorted(frozenset[str]().union(*worth)))
    missing = [sorted(one) for one in coalitions(names) if one not in worth]
    if missing:
        raise ValueError(f"there should be figures for every set of {', '.join(names)}; {missing[0]} is missing")
    return {name: _part(name, tuple(one for one in names if one != name), worth) for name in names}


def _part(
    name: str, others: tuple[str, ...], worth: Mapping[frozenset[str], NDArray[np.float64]]
) -> NDArray[np.float64]:
    orders = factorial(len(others) + 1)
    steps = [
        factorial(len(before))
        * factorial(len(others) - len(before))
        / orders
        * (worth[before | {name}] - worth[before])
        for before in coalitions(others)
    ]
    return np.sum(steps, axis=0)
