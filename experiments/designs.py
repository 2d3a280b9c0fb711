"""Where to look in the space of uncertain parameters: points of the unit cube, float64[points, dimensions].

Every design but the factorial starts with its smaller ones, so a study can be enlarged without a run lost.
`experiments.distributions` turns the coordinates into values of parameters.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from experiments.faults import DesignError

Points = NDArray[np.float64]


def latin_hypercube(count: int, dimensions: int, seed: int, block: int | None = None) -> Points:
    """Return a Latin hypercube: in each block of points, each dimension has one point in each of equal strata.

    Parameters
    ----------
    count
        points.
    dimensions
        uncertain parameters.
    seed
        of the study; each block has a key of its own.
    block
        points of one block, all where left out. A study is enlarged by a larger `count` with the `block` that it began
        with; a last block that is cut short isn't balanced.
    """
    size = count if block is None else block
    _check(count=count, dimensions=dimensions, block=size)
    blocks = [_hypercube(size, dimensions, seed, one) for one in range(math.ceil(count / size))]
    return np.concatenate(blocks)[:count]


def _hypercube(size: int, dimensions: int, seed: int, block: int) -> Points:
    sampler = qmc.LatinHypercube(dimensions, rng=np.random.default_rng([seed, block]))
    return np.asarray(sampler.random(size), np.float64)


def sobol_sequence(count: int, dimensions: int, seed: int) -> Points:
    """Return the first points of a scrambled Sobol' sequence; a power of two of them is balanced."""
    _check(count=count, dimensions=dimensions)
    sampler = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    return np.asarray(sampler.random_base2(_exponent(count)), np.float64)[:count]


def _exponent(count: int) -> int:
    """Return the exponent of the least power of two that is as large: SciPy warns of any other number of points."""
    return (count - 1).bit_length()


def full_factorial(levels: Sequence[int]) -> Points:
    """Return each combination of levels once, the last dimension changing fastest.

    The levels of a dimension lie evenly from 0 to 1, so they include both ends; a single level lies at 0.5.
    """
    _check(dimensions=len(levels), **{f"levels of dimension {at}": one for at, one in enumerate(levels, 1)})
    axes = [np.linspace(0, 1, one) if one > 1 else np.array([0.5]) for one in levels]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(levels))


def saltelli(blocks: int, dimensions: int, seed: int) -> Points:
    """Return Saltelli's design for Sobol' indices of first order and in total, by SALib.

    Each block has dimensions + 2 points: A, then A with one coordinate of B for each dimension in turn, then B.
    A power of two of blocks is balanced. Reshape the values to float64[blocks, dimensions + 2] for the analysis.
    """
    from SALib.sample import sobol  # noqa: PLC0415  (SALib takes a second to import)

    _check(blocks=blocks, dimensions=dimensions)
    rounded = 2 ** _exponent(blocks)
    points = sobol.sample(_problem(dimensions), rounded, calc_second_order=False, seed=np.random.default_rng(seed))
    return np.asarray(points, np.float64)[: blocks * (dimensions + 2)]


def morris(trajectories: int, dimensions: int, levels: int, seed: int) -> Points:
    """Return Morris's trajectories of dimensions + 1 points, each step moving one coordinate, by SALib.

    `levels` is the even number of values that a coordinate may take, evenly from 0 to 1. Reshape points and values to
    float64[trajectories, dimensions + 1, ...] for the analysis.
    """
    from SALib.sample import morris as salib  # noqa: PLC0415  (SALib takes a second to import)

    _check(trajectories=trajectories, dimensions=dimensions)
    if levels < 2 or levels % 2:
        raise DesignError(f"levels = {levels} should be an even number above 0, such as 4")
    points = salib.sample(_problem(dimensions), trajectories, num_levels=levels, seed=np.random.default_rng(seed))
    # Snapped to the levels, which SALib reaches by adding steps, so that one level is one value of the parameter.
    return np.asarray(np.round(points * (levels - 1)) / (levels - 1), np.float64)


def _problem(dimensions: int) -> dict[str, Any]:
    """Describe the unit cube to SALib."""
    names = [f"x{one}" for one in range(dimensions)]
    return {"num_vars": dimensions, "names": names, "bounds": [[0.0, 1.0]] * dimensions}


def _check(**numbers: int) -> None:
    for name, number in numbers.items():
        if number < 1:
            raise DesignError(f"{name.replace('_', ' ')} = {number} should be at least 1")
