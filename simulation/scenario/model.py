"""What a scenario file may say, outside the parts that interventions and behaviours declare themselves."""

from typing import Any, Literal

from pydantic import Field, model_validator

from simulation.months import date_of
from simulation.parameters import Settings
from simulation.scenario.study_model import SensitivityBlock, UncertaintyBlock

MONTH: dict[str, Any] = {"unit": "month"}
LARGEST_SEED = 2**63 - 1


class Scale(Settings):
    """How many households of each population are made, against the region's tables."""

    relocated: float = Field(1.0, ge=0, le=10, description="relocated households, times the tables' number")
    stayers: float = Field(1.0, ge=0, le=10, description="households that stay, times the tables' number")
    hosts: float = Field(1.0, ge=0, le=10, description="host households, times the tables' number")


class Epidemic(Settings):
    """Months in which fewer people see a doctor and the way to the coast may be closed."""

    first: int = Field(alias="from", description="first month", json_schema_extra=MONTH)
    last: int = Field(alias="to", description="last month, included", json_schema_extra=MONTH)
    visit_scale: float = Field(1.0, ge=0, le=2, description="the wish to see a doctor is multiplied by it")
    coast_open: bool = Field(True, description="false closes the way to work on the coast")

    @model_validator(mode="after")
    def _forward(self) -> "Epidemic":
        if self.last < self.first:
            raise ValueError(f"'to' ({date_of(self.last)}) lies before 'from' ({date_of(self.first)})")
        return self


class Events(Settings):
    """What happens to the region from outside, alike in every arm."""

    epidemic: Epidemic | None = Field(None, description="an epidemic and its restrictions")


class Replicates(Settings):
    """How many replicates are run before the answer counts."""

    at_least: int = Field(20, ge=1, le=100_000, description="replicates that are always run")
    at_most: int = Field(400, ge=1, le=100_000, description="replicates after which it stops in any case")
    until: dict[str, float] = Field(
        default_factory=dict,
        description="half the width of its interval, in its unit, that an indicator's difference should come down to",
    )
    minutes: float | None = Field(
        None,
        gt=0,
        le=100_000,
        description="time after which no replicate is begun",
        json_schema_extra={"unit": "minutes"},
    )

    @model_validator(mode="after")
    def _in_order(self) -> "Replicates":
        if self.at_most < self.at_least:
            raise ValueError(f"'at_most' ({self.at_most}) is less than 'at_least' ({self.at_least}); write both")
        return self


class Report(Settings):
    """What the comparison is about."""

    outcomes: list[str] = Field(default_factory=list, description="indicators compared, the first the main one")
    window: str = Field("", description="months averaged, '2021-01..2021-12', both included; the last 12 if left out")
    by: list[Literal["place", "population", "sex", "age_band"]] = Field(
        default_factory=list, description="what the comparison is broken down by"
    )


class Record(Settings):
    """What is kept of each run besides the outcomes."""

    units: Literal["allow", "keep"] | None = Field(
        None, description="keep: write every change of single persons and posts; allow: those of a user's microdata too"
    )
    outcomes: Literal["all", "overall"] = Field(
        "all", description="overall: record outcomes for all places together, by population; quick, and small files"
    )


class ScenarioFile(Settings):
    """A scenario file after its base was laid under it."""

    format: Any = Field(description="version of this format: 1")
    name: str = Field(min_length=1, max_length=200, description="what the scenario is called in reports")
    why: str = Field("", description="the question it answers, printed in every report")
    names: dict[str, dict[Literal["en", "zh"], str]] = Field(
        default_factory=dict,
        description="what arms, indicators and places are called in reports, by language; also 'scenario' and 'why'",
    )
    start: int = Field(description="first month, written 2020-01", json_schema_extra=MONTH)
    months: int = Field(ge=1, le=600, description="months to run", json_schema_extra={"unit": "months"})
    branch_at: int | None = Field(
        None,
        description="month up to which the baseline is run once for all arms; none of them does anything before",
        json_schema_extra=MONTH,
    )
    seed: int = Field(0, ge=0, le=LARGEST_SEED, description="luck of the study; replicates draw from it")
    scale: Scale = Field(default_factory=Scale, description="size of the populations")
    tables: dict[str, str] = Field(default_factory=dict, description="CSV files of the region, from this file's folder")
    parameters: dict[str, dict[str, Any]] = Field(default_factory=dict, description="values other than those declared")
    behaviour: dict[str, str] = Field(default_factory=dict, description="which of rival behaviours runs")
    events: Events = Field(default_factory=Events, description="what happens to the region from outside")
    plugins: list[str] = Field(default_factory=list, description="Python files with further declarations")
    arms: dict[str, Any] = Field(default_factory=dict, description="what is compared; 'baseline' is always among them")
    replicates: Replicates = Field(default_factory=Replicates, description="how many runs of each arm")
    report: Report = Field(default_factory=Report, description="what the comparison is about")
    record: Record = Field(default_factory=Record, description="what is kept of each run")
    uncertainty: UncertaintyBlock | None = Field(
        None, description="numbers that nobody knows exactly, and their spread"
    )
    sensitivity: SensitivityBlock | None = Field(None, description="numbers whose share in the outcomes is asked for")


KEYS = (
    "format", "name", "why", "names", "base", "start", "months",
    "branch_at", "seed", "scale", "tables", "parameters", "behaviour", "events",
    "arms", "replicates", "report", "plugins", "record",
    "uncertainty", "sensitivity",
)  # fmt: skip

LATER = {
    "match_cost": "write the size at which an arm costs the same as a number; 'relosim check' prints what each costs",
    "decompose": "write an arm for each measure alone, and one for all of them",
    "until": "write 'ends: YYYY-MM'",
    "when": "write 'starts: YYYY-MM' and, where it should stop, 'ends: YYYY-MM'",
}
"""Keys of later versions, and what to write instead."""

SOLVE = "write a number, and an arm for each size you want to compare"
"""What is said of a value `solve` where a number belongs."""
