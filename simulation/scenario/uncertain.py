"""What a study varies besides its arms: numbers that nobody knows exactly, and how they spread."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Uncertain:
    """One number that varies.

    Attributes
    ----------
    path
        its path in full, as `--set` and `Scenario.with_values` take it.
    distribution
        `uniform`, `triangular`, `normal`, `log_uniform`, or `values` for equally likely ones.
    low, high
        where it ends, both included; a normal distribution is cut off there.
    mode
        the most likely value of a triangular distribution; None for others.
    mean, sd
        of a normal distribution before it is cut off; None for others.
    values
        the equally likely values of `values`, which are the levels of a factorial design; () for others.
    whole
        whether it is a whole number, so that what is drawn has to be rounded.
    unit
        as declared; "" for none.
    """

    path: str
    distribution: str
    low: float
    high: float
    mode: float | None = None
    mean: float | None = None
    sd: float | None = None
    values: tuple[float, ...] = ()
    whole: bool = False
    unit: str = ""


@dataclass(frozen=True)
class Uncertainty:
    """Numbers that vary from draw to draw; all arms of a replicate run under the same draw.

    Attributes
    ----------
    design
        `latin_hypercube`, `sobol`, `random`, `factorial`, or `ensemble` where the draws are given.
    draws
        how many there are; replicate r runs under draw r modulo this.
    parameters
        what varies; () for an ensemble.
    ensemble
        the draws that are given, {path in full: value} each; () for a design.
    """

    design: str
    draws: int
    parameters: tuple[Uncertain, ...] = ()
    ensemble: tuple[Mapping[str, float], ...] = ()


@dataclass(frozen=True)
class Sensitivity:
    """Numbers whose share in the spread of outcomes is asked for.

    Attributes
    ----------
    method
        `sobol` (indices of variance; Saltelli 2010) or `morris` (elementary effects; Morris 1991).
    samples
        base samples of Sobol, a power of two, or trajectories of Morris.
    levels
        levels of the grid of Morris, even.
    replicates
        runs at each point.
    outcomes
        indicators that are analysed.
    parameters
        what varies.
    """

    method: str
    samples: int
    levels: int
    replicates: int
    outcomes: tuple[str, ...]
    parameters: tuple[Uncertain, ...]
