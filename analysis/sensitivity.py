"""Which uncertain parameters move an outcome: indices of Sobol' and effects of Morris, by SALib.

Values come in blocks as the design laid them out. A block with a failed point is left out whole, for its points only
speak together; what is left then speaks for where runs don't fail. All points should share their luck (the same
replicates), or luck is counted as interaction. Intervals are 95 % bootstrap intervals over blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.paired import LEVEL

RESAMPLES = 1_000
_TAILS = (0.5 - LEVEL / 2, 0.5 + LEVEL / 2)
_ROUNDING = 1e-12
"""What differs by less of the largest value doesn't differ."""
_UNIT = 1e-6
"""How far a step of Morris may be off its stride."""


@dataclass(frozen=True)
class Index:
    """Shares of an outcome's variance that one parameter has: alone, and with all its interactions.

    `first` and `total` are estimates, so either may pass 0 or 1 by its error; NaN where undefined.
    """

    name: str
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float


@dataclass(frozen=True)
class Effect:
    """How an outcome changes as one parameter crosses its whole range, in the outcome's unit; NaN where undefined.

    Attributes
    ----------
    name
        the parameter.
    mu
        mean of its elementary effects; their signs may cancel.
    mu_star, mu_star_low, mu_star_high
        mean of their absolute values: how much the parameter matters.
    sigma
        their standard deviation: far above 0 where the effect is curved or depends on other parameters.
    """

    name: str
    mu: float
    mu_star: float
    mu_star_low: float
    mu_star_high: float
    sigma: float


@dataclass(frozen=True)
class Sobol:
    """Indices by parameter, blocks that they rest on, blocks that were left out, and why they are undefined if so."""

    indices: tuple[Index, ...]
    blocks: int
    dropped: int
    undefined: str = ""

    @property
    def text(self) -> str:
        """Say what it rests on."""
        return _rests(self.blocks, self.dropped, self.undefined, "blocks")


@dataclass(frozen=True)
class Morris:
    """Effects by parameter, trajectories that they rest on, those that were left out, and why undefined if so."""

    effects: tuple[Effect, ...]
    trajectories: int
    dropped: int
    undefined: str = ""

    @property
    def text(self) -> str:
        """Say what it rests on."""
        return _rests(self.trajectories, self.dropped, self.undefined, "trajectories")


def _rests(used: int, dropped: int, undefined: str, what: str) -> str:
    told = f"undefined: {undefined}" if undefined else f"rests on {used} {what}"
    return f"{told}; {dropped} of {used + dropped} {what} left out, since a run of each failed" if dropped else told


def sobol(names: Sequence[str], values: ArrayLike, seed: int) -> Sobol:
    """Estimate Sobol' indices of first order and in total.

    Parameters
    ----------
    names
        the parameters, in the design's order.
    values
        float64[blocks, parameters + 2] at the points of `experiments.designs.saltelli`: A, A with one coordinate of B
        for each parameter in turn, B. NaN for a failed point.
    seed
        of the bootstrap.

    Estimators of Saltelli et al. (2010, doi:10.1016/j.cpc.2009.09.018); percentile intervals. Blocks of a Sobol'
    sequence are spread more evenly than chance, so the intervals are rather too wide than too narrow, but for few
    blocks (84 to 95 % cover with 32). Undefined with fewer than two blocks or if the outcome never changes. Raises
    ValueError for values of another shape.
    """
    table = np.asarray(values, np.float64)
    if table.ndim != 2 or table.shape[1] != len(names) + 2:
        raise ValueError(f"values {table.shape} should be (blocks, {len(names) + 2}) for {len(names)} parameters")
    kept = table[np.isfinite(table).all(axis=1)]
    dropped = len(table) - len(kept)
    if why := _undefined(kept, kept[:, [0, -1]]):
        return Sobol(tuple(Index(name, *[np.nan] * 6) for name in names), len(kept), dropped, why)
    return Sobol(_indices(names, kept, seed), len(kept), dropped)


def _undefined(kept: NDArray[np.float64], told: NDArray[np.float64]) -> str:
    """Say why nothing can be told from the blocks that are left; nothing if it can."""
    if len(kept) < 2:
        return f"whole blocks left: {len(kept)}, at least 2 are needed"
    constant = np.ptp(told) <= _ROUNDING * np.abs(told).max()
    return "the outcome is the same at every point, so there is nothing to share out" if constant else ""


def _indices(names: Sequence[str], kept: NDArray[np.float64], seed: int) -> tuple[Index, ...]:
    from SALib.analyze import sobol as salib  # noqa: PLC0415  (takes a second)

    # A generator, for SALib takes the seed 0 for none and then draws from NumPy's global state.
    found = salib.analyze(
        _problem(names), kept.ravel(), calc_second_order=False, num_resamples=RESAMPLES, keep_resamples=True,
        seed=np.random.default_rng(seed),
    )  # fmt: skip
    first = np.quantile(found["S1_conf_all"], _TAILS, axis=0)
    total = np.quantile(found["ST_conf_all"], _TAILS, axis=0)
    columns = (found["S1"], *first, found["ST"], *total)
    return tuple(Index(name, *map(float, row)) for name, row in zip(names, zip(*columns, strict=True), strict=True))


def morris(names: Sequence[str], points: ArrayLike, values: ArrayLike, levels: int, seed: int) -> Morris:
    """Estimate Morris's effects.

    Parameters
    ----------
    names
        the parameters, in the design's order.
    points
        float64[trajectories, parameters + 1, parameters] of the unit cube, by `experiments.designs.morris`: not the
        parameters' values, whose rounding may hide a step.
    values
        float64[trajectories, parameters + 1]; NaN for a failed point.
    levels
        of the design.
    seed
        of the bootstrap.

    Measures of Morris (1991, doi:10.1080/00401706.1991.10484804) and Campolongo et al. (2007,
    doi:10.1016/j.envsoft.2006.10.004); the interval of `mu_star` is its bootstrap error times the normal quantile, cut
    at 0. Undefined with fewer than two trajectories. Raises ValueError for other shapes, or points that aren't a
    design of so many levels.
    """
    place, table = np.asarray(points, np.float64), np.asarray(values, np.float64)
    _check_trajectories(place, table, len(names), levels)
    whole = np.isfinite(table).all(axis=1)
    dropped = int((~whole).sum())
    if whole.sum() < 2:
        why = f"whole trajectories left: {whole.sum()}, at least 2 are needed"
        return Morris(tuple(Effect(name, *[np.nan] * 5) for name in names), int(whole.sum()), dropped, why)
    return Morris(_effects(names, place[whole], table[whole], levels, seed), int(whole.sum()), dropped)


def _check_trajectories(points: NDArray[np.float64], values: NDArray[np.float64], parameters: int, levels: int) -> None:
    shape = (parameters + 1, parameters)
    if points.ndim != 3 or points.shape[1:] != shape:
        raise ValueError(f"points {points.shape} should be (trajectories, {shape[0]}, {shape[1]})")
    if values.shape != points.shape[:2]:
        raise ValueError(f"values {values.shape} should be {points.shape[:2]}, one for each point")
    stride = levels / (2 * (levels - 1))
    steps = np.sort(np.abs(np.diff(points, axis=1)), axis=2)
    if not (np.allclose(steps[..., :-1], 0, atol=_UNIT) and np.allclose(steps[..., -1], stride, atol=_UNIT)):
        raise ValueError(f"each step should move one coordinate by {stride:.4g}, which {levels} levels ask for")


def _effects(
    names: Sequence[str], points: NDArray[np.float64], values: NDArray[np.float64], levels: int, seed: int
) -> tuple[Effect, ...]:
    from SALib.analyze import morris as salib  # noqa: PLC0415  (takes a second)

    found = salib.analyze(
        _problem(names), points.reshape(-1, len(names)), values.ravel(), num_resamples=RESAMPLES, num_levels=levels,
        conf_level=LEVEL, seed=np.random.default_rng(seed),
    )  # fmt: skip
    star, error = np.asarray(found["mu_star"]), np.asarray(found["mu_star_conf"])
    columns = (np.asarray(found["mu"]), star, np.maximum(star - error, 0), star + error, np.asarray(found["sigma"]))
    return tuple(Effect(name, *map(float, row)) for name, row in zip(names, zip(*columns, strict=True), strict=True))


def _problem(names: Sequence[str]) -> dict[str, Any]:
    """Describe the unit cube to SALib, which changes what it is handed."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
