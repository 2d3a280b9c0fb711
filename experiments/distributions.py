"""How an uncertain parameter is spread: from a coordinate of the unit cube to its value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats


class DistributionError(ValueError):
    """A distribution that can't be: says which number is wrong and what would be right."""


class Distribution(Protocol):
    """Anything with a quantile function."""

    def quantile(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values at probabilities float64[n] of 0 to 1, both ends included."""


@dataclass(frozen=True)
class Uniform:
    """Every value between two alike."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _rising(low=self.low, high=self.high)

    def quantile(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values at probabilities float64[n]."""
        return _within(stats.uniform.ppf(unit, self.low, self.high - self.low), self.low, self.high)


@dataclass(frozen=True)
class LogUniform:
    """Every order of magnitude between two values above 0 alike."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low > 0:
            raise DistributionError(f"low = {self.low:g} should be above 0: it is a logarithm that is spread evenly")
        _rising(low=self.low, high=self.high)

    def quantile(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values at probabilities float64[n]."""
        return _within(stats.loguniform.ppf(unit, self.low, self.high), self.low, self.high)


@dataclass(frozen=True)
class Triangular:
    """Most likely at a mode, falling evenly to nothing at both ends."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        _rising(low=self.low, high=self.high)
        if not self.low <= self.mode <= self.high:
            raise DistributionError(f"mode = {self.mode:g} should lie between {self.low:g} and {self.high:g}")

    def quantile(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values at probabilities float64[n]."""
        width = self.high - self.low
        found = stats.triang.ppf(unit, (self.mode - self.low) / width, self.low, width)
        return _within(found, self.low, self.high)


@dataclass(frozen=True)
class TruncatedNormal:
    """Normal with a mean and a standard deviation before both tails are cut off at the ends."""

    mean: float
    deviation: float
    low: float
    high: float

    def __post_init__(self) -> None:
        _rising(low=self.low, high=self.high)
        if not 0 < self.deviation < np.inf:
            raise DistributionError(f"deviation = {self.deviation:g} should be a number above 0")
        if not np.isfinite(self.mean):
            raise DistributionError(f"mean = {self.mean:g} should be a number")

    def quantile(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values at probabilities float64[n]."""
        ends = (np.array([self.low, self.high]) - self.mean) / self.deviation
        return _within(stats.truncnorm.ppf(unit, *ends, self.mean, self.deviation), self.low, self.high)


@dataclass(frozen=True)
class Discrete:
    """One of several values, in the order given; all alike where no weights are given."""

    values: tuple[float, ...]
    weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not self.values:
            raise DistributionError("values should name at least one")
        if self.weights and len(self.weights) != len(self.values):
            raise DistributionError(f"{len(self.weights)} weights should be {len(self.values)}, one for each value")
        if self.weights and not (min(self.weights) >= 0 and 0 < sum(self.weights) < np.inf):
            raise DistributionError(f"weights = {_listed(self.weights)} should be 0 or more, and one above 0")

    def quantile(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values at probabilities float64[n]."""
        weights = np.array(self.weights or [1.0] * len(self.values))
        # Not rv_discrete: its ppf of 0 lies below the first value. What has no weight is never taken, even at an end.
        taken = np.flatnonzero(weights)
        bounds = np.cumsum(weights[taken])[:-1] / weights.sum()
        return np.array(self.values, np.float64)[taken][np.searchsorted(bounds, unit)]


KINDS: Mapping[str, type[Distribution]] = {
    "uniform": Uniform,
    "log_uniform": LogUniform,
    "triangular": Triangular,
    "truncated_normal": TruncatedNormal,
    "discrete": Discrete,
}
"""Every kind by its name."""


def quantile(distribution: Distribution, unit: ArrayLike) -> NDArray[np.float64]:
    """Return the values at coordinates of the unit cube, float64[n]; whole-number parameters are rounded by the caller.

    Raises DistributionError for a coordinate that isn't between 0 and 1.
    """
    coordinates = np.asarray(unit, np.float64)
    if not ((coordinates >= 0) & (coordinates <= 1)).all():
        raise DistributionError("coordinates should lie between 0 and 1")
    return distribution.quantile(coordinates)


def _within(found: ArrayLike, low: float, high: float) -> NDArray[np.float64]:
    """Keep values from passing an end by their last digit."""
    return np.clip(np.asarray(found, np.float64), low, high)


def _listed(numbers: Sequence[float]) -> str:
    return ", ".join(f"{one:g}" for one in numbers)


def _rising(low: float, high: float) -> None:
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise DistributionError(f"low = {low:g} should be a number below high = {high:g}")
