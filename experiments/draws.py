"""The draws of a study: points in the space of its uncertain parameters, by number."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from experiments import designs
from experiments.designs import Points
from experiments.distributions import Discrete, Distribution, LogUniform, Triangular, TruncatedNormal, Uniform, quantile
from experiments.faults import DesignError

if TYPE_CHECKING:
    from simulation.scenario import Scenario
    from simulation.scenario.uncertain import Sensitivity, Uncertain, Uncertainty

Draw = Mapping[str, float]
_FIXED: tuple[Draw, ...] = ({},)


def draws_of(scenario: "Scenario", asked: int | None = None) -> tuple[Draw, ...]:
    """Return {path: value} of every draw; one empty draw for parameters held fixed.

    Parameters
    ----------
    scenario
        a loaded scenario.
    asked
        number of draws instead of the file's; of a sensitivity design, of its base samples. Draw d is the
        same whatever the number, so a study can be enlarged: sequences go on, a Latin hypercube begins a
        further block of the file's size.

    Raises DesignError where a factorial or an ensemble has fewer than are asked for.
    """
    uncertainty, sensitivity = scenario.uncertainty, scenario.sensitivity
    if sensitivity is not None:
        return points_of(sensitivity, scenario.seed, asked or sensitivity.samples)
    if uncertainty is None:
        return _FIXED
    count = asked or uncertainty.draws
    if count > uncertainty.draws and uncertainty.design in ("ensemble", "factorial"):
        raise DesignError(
            f"--draws {count}: this {uncertainty.design} has {uncertainty.draws}; more replicates go round them again"
        )
    if uncertainty.design == "ensemble":
        return tuple(uncertainty.ensemble[:count])
    return _drawn(uncertainty, scenario.seed, count)


@lru_cache(maxsize=4)
def _drawn(uncertainty: "Uncertainty", seed: int, count: int) -> tuple[Draw, ...]:
    return _valued(uncertainty.parameters, _cube(uncertainty, seed, count))


def _cube(uncertainty: "Uncertainty", seed: int, count: int) -> Points:
    """Return the points of a design in the unit cube."""
    dimensions = len(uncertainty.parameters)
    if uncertainty.design == "sobol":
        return designs.sobol_sequence(count, dimensions, seed)
    if uncertainty.design == "random":
        return np.array([np.random.default_rng([seed, draw]).random(dimensions) for draw in range(count)])
    if uncertainty.design == "factorial":
        return designs.full_factorial([len(one.values) for one in uncertainty.parameters])[:count]
    return designs.latin_hypercube(count, dimensions, seed, block=uncertainty.draws)


@lru_cache(maxsize=4)
def points_of(sensitivity: "Sensitivity", seed: int, samples: int) -> tuple[Draw, ...]:
    """Return the points of a sensitivity design block by block; a larger number begins with the smaller one's."""
    return _valued(sensitivity.parameters, cube_of(sensitivity, seed, samples))


def cube_of(sensitivity: "Sensitivity", seed: int, samples: int) -> Points:
    """Return the same points in the unit cube, float64[points, parameters]."""
    dimensions = len(sensitivity.parameters)
    if sensitivity.method == "morris":
        return designs.morris(samples, dimensions, sensitivity.levels, seed)
    return designs.saltelli(samples, dimensions, seed)


def block_size(sensitivity: "Sensitivity") -> int:
    """Return how many points belong together: a row of both matrices with its mixtures, or a trajectory."""
    return len(sensitivity.parameters) + (1 if sensitivity.method == "morris" else 2)


def _valued(parameters: Sequence["Uncertain"], cube: Points) -> tuple[Draw, ...]:
    columns = [_column(one, cube[:, number]) for number, one in enumerate(parameters)]
    return tuple(
        {one.path: column[row] for one, column in zip(parameters, columns, strict=True)} for row in range(len(cube))
    )


def _column(one: "Uncertain", unit: Points) -> list[float]:
    if not one.whole:
        return [float(value) for value in quantile(_distribution(one), unit)]
    # Rounded, the ends of an even spread would get half the weight of a number between.
    spread = replace(one, low=one.low - 0.5, high=one.high + 0.5) if one.distribution == "uniform" else one
    values = np.clip(np.rint(quantile(_distribution(spread), unit)), one.low, one.high)
    return [int(value) for value in values]


def _distribution(one: "Uncertain") -> Distribution:
    if one.distribution == "values":
        return Discrete(one.values)
    if one.distribution == "triangular":
        assert one.mode is not None
        return Triangular(one.low, one.mode, one.high)
    if one.distribution == "normal":
        assert one.mean is not None
        assert one.sd is not None
        return TruncatedNormal(one.mean, one.sd, one.low, one.high)
    return LogUniform(one.low, one.high) if one.distribution == "log_uniform" else Uniform(one.low, one.high)
