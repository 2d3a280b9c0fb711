"""What `uncertainty:` and `sensitivity:` may say."""

from typing import Any, Literal

from pydantic import Field

from simulation.parameters import Settings

MOST_DRAWS = 100_000


class Spread(Settings):
    """How a number spreads; `{}` spreads it evenly over the range that it declares."""

    distribution: Literal["uniform", "triangular", "normal", "log_uniform"] | None = Field(
        None, description="uniform if left out; a normal one is cut off at low and high"
    )
    low: float | None = Field(None, description="least value; the declared one if both ends are left out")
    high: float | None = Field(None, description="greatest value; the declared one if both ends are left out")
    mode: float | None = Field(None, description="most likely value of a triangular distribution")
    mean: float | None = Field(None, description="mean of a normal distribution before it is cut off")
    sd: float | None = Field(None, gt=0, description="standard deviation of a normal distribution before it is cut off")
    values: list[float] | None = Field(
        None, min_length=1, description="equally likely values instead of a distribution; the levels of a factorial"
    )
    levels: int | None = Field(
        None, ge=2, le=1000, description="evenly spaced values from low to high, of a factorial design"
    )


class UncertaintyBlock(Settings):
    """Numbers that nobody knows exactly: replicate r runs every arm under draw r modulo `draws`."""

    design: Literal["latin_hypercube", "sobol", "random", "factorial"] = Field(
        "latin_hypercube", description="how draws are spread; factorial takes every combination of values"
    )
    draws: int | None = Field(
        None, ge=1, le=MOST_DRAWS, description="how many draws; a factorial and an ensemble know it themselves"
    )
    parameters: dict[str, Any] = Field(
        default_factory=dict,
        description="what varies, by path: parameters.job_search.look_on_job: {low: 0.02, high: 0.2}",
    )
    ensemble: str | None = Field(
        None, min_length=1, description="CSV or Parquet file of draws: a column for each path, a row for each draw"
    )


class SensitivityBlock(Settings):
    """Numbers whose share in the spread of outcomes is asked for."""

    method: Literal["sobol", "morris"] = Field(
        description="sobol: shares of variance; morris: elementary effects, for many numbers and few runs"
    )
    samples: int = Field(
        64, ge=2, le=MOST_DRAWS, description="base samples of sobol, a power of two; trajectories of morris"
    )
    levels: int = Field(4, ge=2, le=100, description="levels of morris' grid, an even number")
    replicates: int = Field(1, ge=1, le=MOST_DRAWS, description="runs at each point")
    outcomes: list[str] = Field(
        default_factory=list, description="indicators analysed; those of the report if left out"
    )
    parameters: dict[str, Any] = Field(
        default_factory=dict,
        description="what varies, by path: parameters.job_search.look_on_job: {low: 0.02, high: 0.2}",
    )
