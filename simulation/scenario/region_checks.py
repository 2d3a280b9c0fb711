"""What must agree between the tables of a region."""

import difflib
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

GRADES = {"preschool": (-2, 0), "primary": (1, 6), "junior": (7, 9)}


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
        _category_shares, _batches, _cohorts, _dwelling_sites, _dwelling_shares, _largest_dwellings,
        _one_coast, _coordinates,
    )  # fmt: skip
    return [fault for check in checks for fault in check(tables)]


def _lines(tables: Region, name: str) -> Lines:
    return list(tables.get(name, ()))


_KEYS = {
    "places": ("id",), "schools": ("id",), "clinics": ("id",), "employers": ("id",), "targets": ("id",),
    "wage_index": ("year",),
    "travel": ("from_place", "to_place"), "marginals": ("population", "marginal", "category"),
    "education": ("population", "min_age", "education"), "start_jobs": ("population", "kind", "place"),
    "dwellings": ("place", "most_members"),
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
    ("dwellings", "place", ()),
)  # fmt: skip


def _unknown_places(tables: Region) -> Iterator[Fault]:
    if "places" not in tables:
        return
    places = [row.id for _, row in tables["places"]]
    for table, column, also in _PLACE_COLUMNS:
        for line, row in _lines(tables, table):
            name = getattr(row, column)
            if name not in places and name not in also:
                near = _nearest(name, [*places, *also])
                yield Fault(table, line, column, f"place '{name}' is not in the table of places{near}")


def _unknown_schools(tables: Region) -> Iterator[Fault]:
    if "schools" not in tables:
        return
    schools = [row.id for _, row in tables["schools"]]
    for line, row in _lines(tables, "recruits"):
        if row.school not in schools:
            near = _nearest(row.school, schools)
            yield Fault("recruits", line, "school", f"school '{row.school}' is not in the table of schools{near}")


def _lonely_villages(tables: Region) -> Iterator[Fault]:
    if "travel" not in tables:
        return
    sites = {row.id for _, row in _lines(tables, "places") if row.kind == "site"}
    ways = [(row.from_place, row.to_place) for _, row in _lines(tables, "travel")]
    reached = {one for way in ways for one, other in (way, way[::-1]) if other in sites}
    for line, row in _lines(tables, "places"):
        if row.kind == "village" and row.id not in reached:
            yield Fault("places", line, "id", f"village '{row.id}' has no way to any site in the table of travel times")


def _coordinates(tables: Region) -> Iterator[Fault]:
    """Coordinates are given for every place or for none: half a map misleads."""
    places = _lines(tables, "places")
    without = {one: [line for line in places if _undefined(getattr(line[1], one))] for one in ("lon", "lat")}
    if sum(map(len, without.values())) == 2 * len(places):
        return
    for column, lines in without.items():
        # A column that isn't there is one mistake.
        for line, row in lines[:1] if len(lines) == len(places) else lines:
            said = f"place '{row.id}' has no {column}, though coordinates are given"
            yield Fault("places", line, column, f"{said}; give lon and lat to every place or to none")


def _undefined(value: float | None) -> bool:
    return value is None or math.isnan(value)


def _grades(tables: Region) -> Iterator[Fault]:
    for line, row in _lines(tables, "schools"):
        low, high = GRADES[row.level]
        if not low <= row.first_grade <= row.last_grade <= high:
            said = f"grades {row.first_grade} to {row.last_grade} don't fit level {row.level}"
            yield Fault("schools", line, "first_grade", f"{said}, which has {low} to {high}")


def _recruits(tables: Region) -> Iterator[Fault]:
    established = {row.id: row.teachers for _, row in _lines(tables, "schools")}
    so_far: Counter[str] = Counter()
    for line, row in _lines(tables, "recruits"):
        so_far[row.school] += row.teachers
        if row.school in established and so_far[row.school] > established[row.school]:
            said = f"{so_far[row.school]} recruits exceed the {established[row.school]} teachers of '{row.school}'"
            yield Fault("recruits", line, "teachers", said)


def _shares(tables: Region) -> Iterator[Fault]:
    for table in ("schools", "clinics", "employers"):
        for line, row in _lines(tables, table):
            total = row.relocated_share + row.stayers_share + row.hosts_share
            if abs(total - 1) > 1e-6:
                said = f"shares of the three populations sum to {total:g}, not to 1"
                yield Fault(table, line, "relocated_share", said)


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
                said = f"{called[name]} households are called by then from '{name}'"
                yield Fault("batches", line, "households", f"{said}, where only {listed[name]} are listed")
                break


def _cohorts(tables: Region) -> Iterator[Fault]:
    last: dict[str, int] = {}
    for line, row in _lines(tables, "cohorts"):
        if row.born_from > row.born_to:
            yield Fault("cohorts", line, "born_from", "the first month of birth lies after the last")
        if row.population in last and row.born_from != last[row.population] + 1:
            said = f"the cohorts of {row.population} must follow one another without gap, oldest first"
            yield Fault("cohorts", line, "born_from", said)
        last[row.population] = row.born_to


def _dwelling_sites(tables: Region) -> Iterator[Fault]:
    places = {row.id: row for _, row in _lines(tables, "places")}
    for line, row in _lines(tables, "dwellings"):
        at = places.get(row.place)
        if at is not None and (at.kind != "site" or at.homes < 0):
            said = f"'{row.place}' is a {at.kind} with {'no limit of' if at.homes < 0 else at.homes} homes"
            yield Fault("dwellings", line, "place", f"{said}; sizes are for sites whose number of homes is given")


def _dwelling_shares(tables: Region) -> Iterator[Fault]:
    sums: dict[str, tuple[int, float]] = {}
    for line, row in _lines(tables, "dwellings"):
        sums[row.place] = (line, sums.get(row.place, (0, 0.0))[1] + row.share)
    for place, (line, total) in sums.items():
        if abs(total - 1) > 1e-6:
            yield Fault("dwellings", line, "share", f"shares of the homes of '{place}' sum to {total:g}, not to 1")


_MOST_MEMBERS = 10
"""Members of the largest household where the table of marginals doesn't say."""


def _largest_dwellings(tables: Region) -> Iterator[Fault]:
    """Refuse a site whose homes are all too small for the largest of the households on the programme's list."""
    if not any(row.relocated_households for _, row in _lines(tables, "places")):
        return
    of_list = [row for _, row in _lines(tables, "marginals") if row.population == "relocated"]
    members = next((int(row.value) for row in of_list if row.marginal == "most_members"), _MOST_MEMBERS)
    largest: dict[str, tuple[int, int]] = {}
    for line, row in _lines(tables, "dwellings"):
        if row.share > 0:
            largest[row.place] = max(largest.get(row.place, (0, 0)), (row.most_members, line))
    for place, (size, line) in largest.items():
        if size < members:
            said = f"the largest homes of '{place}' are meant for {size} members"
            remedy = f"households of {members} could never be housed; give some homes {members} members or more"
            yield Fault("dwellings", line, "most_members", f"{said}, so {remedy}")


def _one_coast(tables: Region) -> Iterator[Fault]:
    """Refuse a second employer of kind coast: whoever is on the coast works for the one there is."""
    coast = [(line, row) for line, row in _lines(tables, "employers") if row.kind == "coast"]
    for line, row in coast[1:]:
        said = f"'{row.id}' is a second employer of kind coast beside '{coast[0][1].id}' in line {coast[0][0]}"
        yield Fault("employers", line, "kind", f"{said}; one stands for all of the coast, so merge the two")
