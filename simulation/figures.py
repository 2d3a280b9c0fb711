"""What the tables of a region say of one population: its totals, its shares, its cohorts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.kernels.synthesis import survivors
from simulation.raking import apportion
from simulation.table import Array

Tables = Mapping[str, Mapping[str, Array]]


@dataclass(frozen=True)
class Figures:
    """The figures of one population, read from `marginals` and `cohorts`."""

    population: str
    values: Mapping[tuple[str, str], float]
    births: NDArray[np.int64]
    """int64[bands, 2]: first and last month of birth of each cohort, oldest first."""
    weights: NDArray[np.float64]
    """float64[bands]: persons of each cohort alive at the start."""

    def value(self, marginal: str, otherwise: float = 0.0) -> float:
        """Return one figure; `otherwise` where the region doesn't give it."""
        return self.values.get((marginal, ""), otherwise)

    def shares(self, marginal: str, names: Sequence[str]) -> NDArray[np.float64]:
        """Return a marginal's shares in the order of `names`, 0 where the region gives none."""
        return np.array([self.values.get((marginal, name), 0.0) for name in names])

    def has(self, marginal: str) -> bool:
        """Say whether the region gives the figure."""
        return (marginal, "") in self.values


def read_figures(tables: Tables, population: str, start: int) -> Figures:
    """Read the figures of a population; cohorts counted later than the start are cast back to it."""
    marginals = tables["marginals"]
    values = {
        (str(name), str(category)): float(value)
        for whose, name, category, value in zip(
            marginals["population"], marginals["marginal"], marginals["category"], marginals["value"], strict=True
        )
        if whose == population
    }
    births, weights = _cast_back(tables["cohorts"], population, start, values)
    return Figures(population, values, births, weights)


def _cast_back(
    cohorts: Mapping[str, Array], population: str, start: int, values: Mapping[tuple[str, str], float]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Count each cohort at the start: those measured later lose the dead; the others close the total."""
    own = (cohorts["population"] == population) & (np.asarray(cohorts["born_from"], np.int64) < start)
    first, last = (np.asarray(cohorts[name], np.int64)[own] for name in ("born_from", "born_to"))
    born = np.minimum(last, start - 1)
    persons = np.asarray(cohorts["persons"], np.float64)[own] * (born - first + 1) / (last - first + 1)
    later = np.maximum(np.asarray(cohorts["measured"], np.int64)[own] - start, 0)
    alive = np.empty(len(first))
    level, slope, floor = (values.get((f"mortality_{part}", ""), 0.0) for part in ("level", "slope", "floor"))
    survivors(start - (first + born) / 2, later, level, slope, floor, alive)
    weights = persons / np.maximum(alive, 1e-9)
    total = values.get(("persons", ""), 0.0) * values.get(("start_factor", ""), 1.0)
    closing = later == 0
    left = total - weights[~closing].sum()
    if closing.any() and left > 0:
        weights[closing] *= left / weights[closing].sum()
    return np.stack([first, born], axis=1), weights


def head_counts(figures: Figures, persons: int) -> NDArray[np.int64]:
    """Split a population's persons over its cohorts, int64[bands], exactly."""
    return apportion(figures.weights, persons)
