"""The tables of a region: what a row of each CSV file holds."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from simulation.months import month_of
from simulation.scenario.region_checks import Fault, check_region

__all__ = ["ALWAYS", "TABLES", "Fault", "check_region"]

ALWAYS = -(2**31)
"""Month of something that has stood since before the run."""

POPULATION = Literal["relocated", "stayers", "hosts"]
EDUCATION = Literal["primary or less", "junior", "senior", "tertiary"]
EMPLOYER_KIND = Literal[
    "workshop", "micro_factory", "park", "services", "public_welfare", "self_employed", "township", "coast"
]
MARGINAL = Literal[
    "households", "persons", "start_factor", "most_members", "template", "insurance_group",
    "no_labour_household_share", "labourers", "working_age_share", "unable_share", "trained_share", "kin_share",
    "savings_median_yuan", "savings_sigma", "male_share", "mortality_level", "mortality_slope", "mortality_floor",
]  # fmt: skip


def _month(value: Any) -> Any:
    if isinstance(value, str):
        return month_of(value) if value else ALWAYS
    return value


Month = Annotated[int, BeforeValidator(_month)]


def number(unit: str, low: float | None, high: float | None, doc: str, otherwise: Any = ...) -> Any:
    """Declare a number of a table: unit, allowed range (both ends included), meaning, value without the column."""
    return Field(otherwise, ge=low, le=high, description=doc, json_schema_extra={"unit": unit})


def text(doc: str, pattern: str | None = None) -> Any:
    """Declare a text of a table."""
    return Field(description=doc, pattern=pattern, json_schema_extra={"unit": ""})


def name_of(table: str, doc: str) -> Any:
    """Declare the id of a row of another table."""
    return Field(description=doc, json_schema_extra={"unit": "", "table": table})


def month(doc: str, otherwise: Any = ...) -> Any:
    """Declare a month written as YYYY-MM; left empty it is `ALWAYS`."""
    return Field(otherwise, description=doc, json_schema_extra={"unit": "month"})


ID = r"^[a-z0-9_]+$"


class Row(BaseModel):
    """A row of a table of the region; `source` is the mark of its figures."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    source: str = Field(min_length=3, description="mark of the figures in this row", json_schema_extra={"unit": ""})


class Serving(Row):
    """A row whose capacity is shared by the three populations and is scaled with them."""

    relocated_share: float = number("share", 0, 1, "share of the capacity that scales with the relocated")
    stayers_share: float = number("share", 0, 1, "share of the capacity that scales with the stayers")
    hosts_share: float = number("share", 0, 1, "share of the capacity that scales with the hosts")


class Place(Row):
    """A village (origin township), site, town or coast region, and who lives there at the start."""

    id: str = text("id, lower case", ID)
    name: str = text("name to print")
    kind: Literal["village", "site", "town", "coast", "outside"] = text("kind of place")
    homes: int = number("homes", -1, 1_000_000, "dwellings it offers; -1 where there is no limit")
    relocated_households: int = number("households", 0, 1_000_000, "households on the programme's list")
    relocated_persons: int = number("persons", 0, 10_000_000, "persons on the programme's list")
    stayers_households: int = number("households", 0, 1_000_000, "households that stay")
    stayers_persons: int = number("persons", 0, 10_000_000, "persons who stay")
    hosts_households: int = number("households", 0, 1_000_000, "households of the host town")
    hosts_persons: int = number("persons", 0, 10_000_000, "persons of the host town")
    km_to_site: float = number("km", 0, 2000, "road distance to the site")
    land_mu_per_household: float = number("mu", 0, 100, "farm land of a household")
    house_demolished_share: float = number("share", 0, 1, "share of old houses pulled down after the move")
    lon: float | None = number("degrees", -180, 180, "longitude east, WGS 84, for maps; nothing else reads it", None)
    lat: float | None = number("degrees", -90, 90, "latitude north, WGS 84, for maps; nothing else reads it", None)


class Way(Row):
    """Minutes between two places, in both directions."""

    from_place: str = name_of("places", "one end")
    to_place: str = name_of("places", "other end")
    minutes: int = number("minutes", 0, 1440, "door to door between the centres")
    mode: Literal["walk", "bus", "train"] = text("how one goes")


class School(Serving):
    """A school, or one level of a school."""

    id: str = text("id, lower case", ID)
    place: str = name_of("places", "where it stands")
    level: Literal["preschool", "primary", "junior"] = text("level taught")
    kind: Literal["site", "town", "central", "teaching_point"] = text("kind of school")
    first_grade: int = number("grade", -2, 9, "lowest grade taught")
    last_grade: int = number("grade", -2, 9, "highest grade taught")
    extra_minutes: int = number("minutes", 0, 600, "from the place's centre to the school")
    classrooms: int = number("classrooms", 0, 1000, "classrooms")
    class_cap: int = number("pupils", 1, 100, "pupils a class should have at most")
    teachers: int = number("persons", 0, 5000, "teachers it is established for, later recruits included")
    opens: Month = month("first month in which it takes pupils; empty if it stands already")
    outside_pupils: int = number("pupils", 0, 100_000, "pupils from outside the three populations")
    seats: int = number("seats", -1, 100_000, "desks of the building; -1 where they don't limit", -1)
    boards: int = number("", 0, 1, "1 if it takes boarders", 0)


class Dwellings(Row):
    """Homes of one size at a site; shares are taken of the site's homes."""

    place: str = name_of("places", "site where they stand")
    most_members: int = number("persons", 1, 30, "members of the largest household they are meant for")
    share: float = number("share", 0, 1, "share of the site's homes")


class Channel(Row):
    """By which of the six channels the teachers of one kind of school came."""

    kind: Literal["site", "town", "central", "teaching_point"] = text("kind of school")
    channel: Literal["recruitment", "introduction", "exam_transfer", "follow", "exchange", "special_post"] = text(
        "channel"
    )
    share: float = number("share", 0, 1, "share of the teachers of that kind of school")
    contract_months: int = number("months", 0, 120, "length of a contract; 0 for permanent posts")
    quality_mean: float = number("SD", -2, 2, "mean quality of those who came so, against the county's", 0.0)


class Recruits(Row):
    """Teachers of a school, out of its establishment, who start later than the school."""

    school: str = name_of("schools", "school they belong to")
    starts: Month = month("first month at work")
    teachers: int = number("persons", 1, 5000, "how many start then")


class Clinic(Serving):
    """A village clinic, health centre or hospital."""

    id: str = text("id, lower case", ID)
    place: str = name_of("places", "where it stands")
    level: Literal["primary", "county", "city"] = text("level of care")
    extra_minutes: int = number("minutes", 0, 600, "from the place's centre to the clinic")
    fte: float = number("FTE doctors", 0, 100_000, "full-time doctors")
    visits_per_fte: float = number("visits a month", 0, 10_000, "visits one full-time doctor can serve")
    outside_visits: int = number("visits a month", 0, 10_000_000, "visits by people from outside the three populations")


class Employer(Serving):
    """An employer, a trade, or the coast."""

    id: str = text("id, lower case", ID)
    place: str = name_of("places", "where the work is")
    kind: EMPLOYER_KIND = text("kind of employer")
    posts: int = number("posts", -1, 1_000_000, "posts; -1 where there is no limit")
    extra_minutes: int = number("minutes", 0, 600, "from the place's centre to the work")
    pay_month_yuan: float = number("yuan a month", 0, 100_000, "pay of a month worked, in wages of 2021")
    pay_sigma: float = number("log SD", 0, 2, "spread of pay between persons")
    months_worked: float = number("months a year", 0, 12, "months of the year in which there is paid work")
    hours_week: float = number("hours a week", 0, 100, "usual hours when at work")
    wage_series: Literal["fixed", "local", "out"] = text("wage index it follows")
    min_age: int = number("years", 15, 100, "youngest age hired")
    max_age: int = number("years", 15, 100, "oldest age hired")
    min_education: EDUCATION = text("schooling asked for")
    sex: Literal["any", "male", "female"] = text("who is hired")
    needs_training: int = number("", 0, 1, "1 if only trained persons are hired")
    zero_employment_first: int = number("", 0, 1, "1 if households without any employed member rank first")
    remitted_share: float = number("share", 0, 1, "share of pay that reaches the household")
    takes_carers: int = number("", 0, 1, "1 if hours suit those who care for a small child or an elder")
    subsidy_ends: Month = month("first month without the public support it lives on; empty if it needs none", ALWAYS)


class WageYear(Row):
    """Pay of a year against 2021."""

    year: int = number("year", 1990, 2100, "calendar year")
    fixed: float = number("ratio", 0, 10, "pay that no market moves")
    local: float = number("ratio", 0, 10, "pay of migrant workers in their county")
    out: float = number("ratio", 0, 10, "pay of migrant workers away from it")


class Batch(Row):
    """Households that the programme calls in one month."""

    month: Month = month("month of the call")
    place: str = text("origin they are called from, or `all`")
    households: int = number("households", 1, 1_000_000, "households called")


class Marginal(Row):
    """One figure that the starting population of one kind has to meet."""

    population: POPULATION = text("population it is a figure of")
    marginal: MARGINAL = text("which figure")
    category: str = text("category of a share; empty otherwise")
    value: float = number("as `unit` says", 0, 1e9, "the figure")
    unit: str = text("its unit")
    measured: Month = month("month in which it was measured; empty for the start")


class Cohort(Row):
    """People born in a span of months and alive in the month in which they were counted."""

    population: POPULATION = text("population it is a figure of")
    born_from: Month = month("first month of birth")
    born_to: Month = month("last month of birth")
    persons: int = number("persons", 0, 10_000_000, "persons alive in the month measured")
    measured: Month = month("month of the count; those of the start close the total")


class Schooling(Row):
    """Schooling of adults of one age."""

    population: POPULATION = text("population it is a figure of")
    min_age: int = number("years", 15, 120, "youngest age")
    max_age: int = number("years", 15, 120, "oldest age")
    education: EDUCATION = text("highest level finished")
    share: float = number("share", 0, 1, "share of people of that age")


class StartJobs(Row):
    """People of one population at work for one kind of employer when the run starts."""

    population: POPULATION = text("population it is a figure of")
    kind: EMPLOYER_KIND = text("kind of employer")
    place: str = text("place of the employers, or `home` for those of the place where people live")
    persons: int = number("persons", 0, 10_000_000, "persons at work")


class Target(Row):
    """A published figure that the baseline is laid beside."""

    id: str = text("id")
    indicator: str = text("what is measured")
    window_from: Month = month("first month")
    window_to: Month = month("last month")
    population: Literal["all", "relocated", "stayers", "hosts"] = text("population measured")
    value: float = number("as `unit` says", -1e9, 1e9, "the published figure")
    unit: str = text("its unit")
    band: float = number("as `band_unit` says", 0, 1e9, "how far off counts as met")
    band_unit: Literal["points", "percent", "absolute"] = text("how the band is meant")
    fitted: Literal["yes", "no"] = text("whether a parameter was fitted to it; fitted is never called validated")


TABLES: dict[str, type[BaseModel]] = {
    "places": Place,
    "travel": Way,
    "schools": School,
    "recruits": Recruits,
    "dwellings": Dwellings,
    "channels": Channel,
    "clinics": Clinic,
    "employers": Employer,
    "wage_index": WageYear,
    "batches": Batch,
    "marginals": Marginal,
    "cohorts": Cohort,
    "education": Schooling,
    "start_jobs": StartJobs,
    "targets": Target,
}
