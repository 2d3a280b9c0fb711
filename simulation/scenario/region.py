"""The tables of a region: what a row of each CSV file holds, and what must agree between them."""

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from simulation.months import month_of

ALWAYS = -(2**31)
"""Month of something that has stood since before the run."""

POPULATION = Literal["relocated", "stayers", "hosts"]
EDUCATION = Literal["primary or less", "junior", "senior", "tertiary"]
EMPLOYER_KIND = Literal[
    "workshop", "micro_factory", "park", "services", "public_welfare", "self_employed", "township", "coast"
]
MARGINAL = Literal[
    "households", "persons", "start_factor", "most_members", "template", "insurance_group", "no_labour_household_share", "labourers",
    "working_age_share", "unable_share", "trained_share", "kin_share", "savings_median_yuan", "savings_sigma",
    "male_share", "mortality_level", "mortality_slope", "mortality_floor",
]  # fmt: skip
GRADES = {"preschool": (-2, 0), "primary": (1, 6), "junior": (7, 9)}


def _month(value: Any) -> Any:
    if isinstance(value, str):
        return month_of(value) if value else ALWAYS
    return value


Month = Annotated[int, BeforeValidator(_month)]


def number(unit: str, low: float | None, high: float | None, doc: str) -> Any:
    """Declare a number of a table: unit, allowed range (both ends included) and meaning."""
    return Field(ge=low, le=high, description=doc, json_schema_extra={"unit": unit})


def text(doc: str, pattern: str | None = None) -> Any:
    """Declare a text of a table."""
    return Field(description=doc, pattern=pattern, json_schema_extra={"unit": ""})


def name_of(table: str, doc: str) -> Any:
    """Declare the id of a row of another table."""
    return Field(description=doc, json_schema_extra={"unit": "", "table": table})


def month(doc: str) -> Any:
    """Declare a month written as YYYY-MM; left empty it is `ALWAYS`."""
    return Field(description=doc, json_schema_extra={"unit": "month"})


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


@dataclass(frozen=True)
class Fault:
    """Something wrong in a table: which file, line and column, and what would be right."""

    table: str
    line: int
    column: str
    message: str


Lines = list[tuple[int, Any]]
Region = Mapping[str, Lines]


def check_region(tables: Region) -> list[Fault]:
    """Find everything in which the tables of a region disagree.

    Parameters
    ----------
    tables
        rows of each table with their line in the file: {table: [(line, row model), ...]}.
        A table that couldn't be read is left out, and the checks that need it are skipped.
    """
    checks = (
        _twice, _unknown_places, _unknown_schools, _lonely_villages, _grades, _recruits, _shares, _ages, _totals,
        _category_shares, _batches, _cohorts,
    )  # fmt: skip
    return [fault for check in checks for fault in check(tables)]


def _lines(tables: Region, name: str) -> Lines:
    return list(tables.get(name, ()))


_KEYS = {
    "places": ("id",), "schools": ("id",), "clinics": ("id",), "employers": ("id",), "wage_index": ("year",), "targets": ("id",),
    "travel": ("from_place", "to_place"), "marginals": ("population", "marginal", "category"),
    "education": ("population", "min_age", "education"), "start_jobs": ("population", "kind", "place"),
}  # fmt: skip


def _twice(tables: Region) -> Iterator[Fault]:
    for table, columns in _KEYS.items():
        seen: dict[tuple[Any, ...], int] = {}
        for line, row in _lines(tables, table):
            key = tuple(getattr(row, column) for column in columns)
            if key in seen:
                named = " ".join(str(part) for part in key if part != "")
                yield Fault(table, line, columns[0], f"'{named}' stands in line {seen[key]} already")
            seen.setdefault(key, line)


def _nearest(name: str, known: Iterable[str]) -> str:
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.0)
    return f"; did you mean '{found[0]}'?" if found else ""


_PLACE_COLUMNS = (
    ("travel", "from_place", ()), ("travel", "to_place", ()), ("schools", "place", ()), ("clinics", "place", ()),
    ("employers", "place", ()), ("batches", "place", ("all",)), ("start_jobs", "place", ("home",)),
)  # fmt: skip


def _unknown_places(tables: Region) -> Iterator[Fault]:
    if "places" not in tables:
        return
    places = [row.id for _, row in tables["places"]]
    for table, column, also in _PLACE_COLUMNS:
        for line, row in _lines(tables, table):
            name = getattr(row, column)
            if name not in places and name not in also:
                yield Fault(table, line, column, f"place '{name}' is not in the table of places{_nearest(name, [*places, *also])}")


def _unknown_schools(tables: Region) -> Iterator[Fault]:
    if "schools" not in tables:
        return
    schools = [row.id for _, row in tables["schools"]]
    for line, row in _lines(tables, "recruits"):
        if row.school not in schools:
            yield Fault("recruits", line, "school", f"school '{row.school}' is not in the table of schools{_nearest(row.school, schools)}")


def _lonely_villages(tables: Region) -> Iterator[Fault]:
    sites = {row.id for _, row in _lines(tables, "places") if row.kind == "site"}
    ways = [(row.from_place, row.to_place) for _, row in _lines(tables, "travel")]
    reached = {one for way in ways for one, other in (way, way[::-1]) if other in sites}
    for line, row in _lines(tables, "places"):
        if row.kind == "village" and row.id not in reached:
            yield Fault("places", line, "id", f"village '{row.id}' has no way to any site in the table of travel times")


def _grades(tables: Region) -> Iterator[Fault]:
    for line, row in _lines(tables, "schools"):
        low, high = GRADES[row.level]
        if not low <= row.first_grade <= row.last_grade <= high:
            said = f"grades {row.first_grade} to {row.last_grade}"
            yield Fault("schools", line, "first_grade", f"{said} don't fit level {row.level}, which has {low} to {high}")


def _recruits(tables: Region) -> Iterator[Fault]:
    established = {row.id: row.teachers for _, row in _lines(tables, "schools")}
    so_far: Counter[str] = Counter()
    for line, row in _lines(tables, "recruits"):
        so_far[row.school] += row.teachers
        if row.school in established and so_far[row.school] > established[row.school]:
            posts = established[row.school]
            yield Fault("recruits", line, "teachers", f"{so_far[row.school]} recruits exceed the {posts} teachers of '{row.school}'")


def _shares(tables: Region) -> Iterator[Fault]:
    for table in ("schools", "clinics", "employers"):
        for line, row in _lines(tables, table):
            total = row.relocated_share + row.stayers_share + row.hosts_share
            if abs(total - 1) > 1e-6:
                yield Fault(table, line, "relocated_share", f"shares of the three populations sum to {total:g}, not to 1")


def _ages(tables: Region) -> Iterator[Fault]:
    for table in ("employers", "education"):
        for line, row in _lines(tables, table):
            if row.min_age > row.max_age:
                yield Fault(table, line, "min_age", f"min_age {row.min_age} lies above max_age {row.max_age}")


def _totals(tables: Region) -> Iterator[Fault]:
    for line, row in _lines(tables, "marginals"):
        if row.marginal not in ("households", "persons") or "places" not in tables:
            continue
        total = sum(getattr(place, f"{row.population}_{row.marginal}") for _, place in tables["places"])
        if total != row.value:
            said = f"{row.value:g} {row.population} {row.marginal}"
            yield Fault("marginals", line, "value", f"{said} don't agree with the {total} in the table of places")


def _category_shares(tables: Region) -> Iterator[Fault]:
    sums: dict[tuple[str, str, str], tuple[int, str, float]] = {}
    for line, row in _lines(tables, "marginals"):
        if row.category:
            key = ("marginals", row.population, row.marginal)
            sums[key] = (line, "value", sums.get(key, (0, "", 0.0))[2] + row.value)
    for line, row in _lines(tables, "education"):
        key = ("education", row.population, f"{row.min_age} to {row.max_age} years")
        sums[key] = (line, "share", sums.get(key, (0, "", 0.0))[2] + row.share)
    for (table, population, what), (line, column, total) in sums.items():
        if abs(total - 1) > 1e-6:
            yield Fault(table, line, column, f"shares of {population}, {what}, sum to {total:g}, not to 1")


def _batches(tables: Region) -> Iterator[Fault]:
    if "places" not in tables:
        return
    listed = {row.id: row.relocated_households for _, row in tables["places"]}
    listed["all"] = sum(listed.values())
    called: Counter[str] = Counter()
    for line, row in _lines(tables, "batches"):
        for name in {row.place, "all"}:
            called[name] += row.households
        for name in (row.place, "all"):
            if called[name] > listed.get(name, called[name]):
                said = f"{called[name]} households are called by then"
                yield Fault("batches", line, "households", f"{said} from '{name}', where only {listed[name]} are on the list")
                break


def _cohorts(tables: Region) -> Iterator[Fault]:
    last: dict[str, int] = {}
    for line, row in _lines(tables, "cohorts"):
        if row.born_from > row.born_to:
            yield Fault("cohorts", line, "born_from", "the first month of birth lies after the last")
        if row.population in last and row.born_from != last[row.population] + 1:
            yield Fault("cohorts", line, "born_from", f"the cohorts of {row.population} must follow one another without gap, oldest first")
        last[row.population] = row.born_to
