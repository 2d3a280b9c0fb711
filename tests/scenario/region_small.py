"""A region of three small tables and a catalogue of a few declarations: enough to see every refusal."""

from types import ModuleType
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from simulation import contract
from simulation.catalogue import Catalogue, as_intervention, as_outcome, as_process
from simulation.contract import Column, Indicator, NewRow, Phasing
from simulation.ledger import Costs
from simulation.months import month_of
from simulation.parameters import Settings, option, parameter, quantity, reference
from simulation.scenario.region import Fault

Month = Annotated[int, BeforeValidator(lambda value: month_of(value) if value else -1)]


class Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(Row):
    id: str = Field(pattern=r"^[a-z_]+$", description="id of the place")
    kind: Literal["village", "site"] = Field(description="kind of place")
    homes: int = Field(ge=0, le=1000, description="dwellings", json_schema_extra={"unit": "homes"})
    lon: float = Field(0.0, ge=-180, le=180, description="longitude")


class Employer(Row):
    id: str = Field(description="id of the employer")
    place: str = Field(description="where it stands", json_schema_extra={"table": "places"})
    opens: Month = Field(description="first month", json_schema_extra={"unit": "month"})
    hires: bool = Field(description="whether it hires")
    notes: str | None = Field(None, description="remarks")


class Target(Row):
    id: str = Field(description="id of the target")


TABLES = {"places": Place, "employers": Employer, "targets": Target}


def check_region(tables):
    faults = []
    for name, lines in tables.items():
        seen = {}
        for line, row in lines:
            if row.id in seen:
                faults.append(Fault(name, line, "id", f"'{row.id}' stands in line {seen[row.id]} already"))
            seen.setdefault(row.id, line)
    places = [row.id for _, row in tables.get("places", ())]
    for line, row in tables.get("employers", ()):
        if "places" in tables and row.place not in places:
            faults.append(Fault("employers", line, "place", f"place '{row.place}' is not in the table of places"))
    return faults


class BirthSettings(Settings):
    fertility: float = parameter(1.7, "children", 0.0, 8.0, "[S12]", "children a woman has")
    gap: int = parameter(15, "months", 9, 60, "[prior]", "least gap between births")
    first: int | None = Field(None, description="first month of births", json_schema_extra={"unit": "month"})
    ward: str = reference("places", "where mothers go", "")


class MoveSettings(Settings):
    pace: float = parameter(0.5, "share", 0.0, 1.0, "[prior]", "share that moves")


class WorkSettings(Settings):
    poverty_line_yuan: float = parameter(4000.0, "yuan", 0.0, 20000.0, "[article]", "line")


class WorkshopSettings(Phasing):
    place: str = reference("places", "where it stands")
    posts: int = quantity("posts", 0, 500, "posts offered")
    pay: Literal["piece", "hour"] = option("hour", "how it pays")
    serves: tuple[str, ...] = reference("places", "villages that it serves", ())
    delay_months: int = parameter(2, "months", 0, 24, "[prior]", "from decision to opening")


class LendingSettings(Phasing):
    origin: str = Field(alias="from", description="who lends", json_schema_extra={"table": "employers", "unit": ""})
    to: str = reference("employers", "who borrows")


def _module(name, **parts):
    module = ModuleType(name, f"What {name} does.")
    for key, value in parts.items():
        setattr(module, key, value)
    return module


@contract.process(phase="arrive", owns={"persons.born": Column("int8", 0, "", "x")})
def births(world, draws, clock, settings):
    """Nothing."""


@contract.process(phase="decide", slot="moving")
def moving(world, draws, clock, settings):
    """Nothing."""


@contract.process(phase="decide", slot="moving")
def moving_by_rank(world, draws, clock, settings):
    """Nothing."""


@contract.outcome(
    reads=(),
    indicators={
        "employed_share": Indicator("share", "registered", "persons", "share with work", 1),
        "poor_count": Indicator("households", "registered", "", "households below the line", -1),
    },
)
def measure(world, tally, month, settings):
    """Nothing."""


@contract.intervention
def contribute(levers, clock, settings, row):
    """Nothing."""


def costs(settings):
    return Costs(units=1)


def describe(settings):
    return "does something"


def workshop_rows(settings):
    yield NewRow("employers", "/".join(x for x in ("employer", settings.place, "workshop", settings.name) if x), {})


def fixed_rows(settings):
    yield NewRow("employers", "employer/jinxiu/mill", {})


def catalogue(plugins=()):
    """Stand in for `discover`: the declarations above, and those of plugins."""
    processes = {
        "births": as_process(_module("births", run=births, Settings=BirthSettings)),
        "moving": as_process(_module("moving", run=moving, Settings=MoveSettings)),
        "moving_by_rank": as_process(_module("moving_by_rank", run=moving_by_rank)),
    }
    policy = {"contribute": contribute, "costs": costs, "describe": describe}
    interventions = {
        "workshop": as_intervention(_module("workshop", Settings=WorkshopSettings, rows=workshop_rows, **policy)),
        "second_mill": as_intervention(_module("second_mill", Settings=WorkshopSettings, rows=fixed_rows, **policy)),
        "lending": as_intervention(_module("lending", Settings=LendingSettings, **policy)),
    }
    outcomes = {"work": as_outcome(_module("work", measure=measure, Settings=WorkSettings))}
    for one in plugins:
        name = one.__name__.rpartition(".")[2]
        if name in interventions:
            raise contract.ContractError(f"two files in interventions are named '{name}'; rename one")
        interventions[name] = as_intervention(one)
    return Catalogue(processes, interventions, outcomes)


PLACES = "id,kind,homes,lon\nupper_village,village,0,107.1\njinxiu,site,40,107.2\n"
EMPLOYERS = 'id,place,opens,hires,notes\nmill,jinxiu,,true,\nquarry,upper_village,2019-05,false,"dust, noise"\n'
REGION = """\
format: 1
name: a small region
start: 2018-01
months: 60
seed: 11
tables:
  places: places.csv
  employers: employers.csv
parameters:
  births: {fertility: 2}
"""
