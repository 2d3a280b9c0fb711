"""Region -> the tables of places, schools, teachers, clinics and employers that a run starts with."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from simulation.draws import Luck, descend, identity
from simulation.raking import apportion
from simulation.table import Array, Table
from simulation.world import (
    BASE,
    CLINIC_LEVELS,
    EDUCATION_LEVELS,
    EMPLOYER_KINDS,
    NEVER,
    NOWHERE,
    PLACE_KINDS,
    POPULATIONS,
    SCHOOL_KINDS,
    SCHOOL_LEVELS,
    SEXES,
    TEACHER_CHANNELS,
    WAGE_SERIES,
)

_ANY_SIZE = 30
"""Members of the largest household that a home of no particular size is meant for."""

Columns = Mapping[str, Array]
Rows = Mapping[str, int]


def codes(values: Array, names: Sequence[str]) -> NDArray[np.int8]:
    """Turn names into their codes, int8[n]; KeyError for a name that isn't in the list."""
    known = {name: code for code, name in enumerate(names)}
    return np.array([known[str(value)] for value in values], np.int8)


def rows_of(values: Array, known: Rows) -> NDArray[np.int32]:
    """Turn ids into rows, int32[n]; KeyError for an unknown id."""
    return np.array([known[str(value)] for value in values], np.int32)


def base_table(name: str, rows: int, values: Mapping[str, Array]) -> Table:
    """Make a table with all base columns; those not given take their default."""
    table = Table(name, rows)
    for column, base in BASE[name].items():
        table.add_column(column, values.get(column), base.dtype, base.default)
    return table


def shared(table: Columns, scale: Mapping[str, float]) -> NDArray[np.float64]:
    """Return what each row's capacity is scaled by, float64[n]: the populations it serves, by share."""
    total = np.zeros(len(table["id"]))
    for population in POPULATIONS:
        total += np.asarray(table[f"{population}_share"], np.float64) * scale[population]
    return total


def scaled(values: Array, factor: NDArray[np.float64]) -> NDArray[np.int64]:
    """Scale whole capacities; one that stands keeps at least 1 while anybody it serves is left."""
    whole = np.asarray(values, np.int64)
    made = np.floor(whole * factor + 0.5 + 1e-9).astype(np.int64)
    made = np.where((whole > 0) & (factor > 0), np.maximum(made, 1), made)
    return np.where(whole < 0, whole, made)


def _uids(table: str, region: Columns) -> NDArray[np.uint64]:
    places = region["place"] if "place" in region else [""] * len(region["id"])
    named = zip(places, region["id"], strict=True)
    names = [f"{table}/{place}/{one}" if place else f"{table}/{one}" for place, one in named]
    return np.array([identity(name) for name in names], np.uint64)


def places(region: Columns, scale: Mapping[str, float]) -> Table:
    """Make the table of places; a site's homes scale with the relocated."""
    factor = np.full(len(region["id"]), scale["relocated"])
    values: dict[str, Array] = {
        "uid": _uids("place", region),
        "kind": codes(region["kind"], PLACE_KINDS),
        "homes": scaled(region["homes"], factor),
    }
    return base_table("places", len(factor), values)


def ways(region: Columns, known: Rows) -> NDArray[np.int16]:
    """Return int16[places, places] minutes, in both directions; -1 where there is no way."""
    minutes = np.full((len(known), len(known)), -1, np.int16)
    np.fill_diagonal(minutes, 0)
    here, there = rows_of(region["from_place"], known), rows_of(region["to_place"], known)
    minutes[here, there] = region["minutes"]
    minutes[there, here] = region["minutes"]
    return minutes


def schools(region: Columns, known: Rows, scale: Mapping[str, float]) -> Table:
    """Make the table of schools."""
    factor = shared(region, scale)
    plain = ("first_grade", "last_grade", "extra_minutes", "class_cap", "boards")
    values: dict[str, Array] = {name: np.asarray(region[name]) for name in plain}
    values |= {name: scaled(region[name], factor) for name in ("classrooms", "teachers", "outside_pupils", "seats")}
    values |= {
        "uid": _uids("school", region),
        "place": rows_of(region["place"], known),
        "level": codes(region["level"], SCHOOL_LEVELS),
        "kind": codes(region["kind"], SCHOOL_KINDS),
        "opens_month": np.asarray(region["opens"], np.int64),
    }
    return base_table("schools", len(factor), values)


def draw_quality(made: Table, channels: Columns) -> None:
    """Tell each school how good the teachers are whom its kind draws: the mean of the kind's channels, in their shares.

    Whoever is hired later comes from there too, so that the better teachers go on teaching in town (location is
    the strongest factor, [S52]) and turnover alone moves no mean; 0 for a kind that the table doesn't name.
    """
    share, better = (np.asarray(channels[name], np.float64) for name in ("share", "quality_mean"))
    kind, size = codes(channels["kind"], SCHOOL_KINDS), len(SCHOOL_KINDS)
    heads = np.bincount(kind, share, size)
    mean = np.bincount(kind, share * better, size) / np.where(heads > 0, heads, 1.0)
    made["draws_quality"][:] = mean[made["kind"]]


def grades(made: Table) -> tuple[Table, list[str]]:
    """Make a row for each grade of each school, in the schools' order; returns the table and its ids."""
    taught = made["last_grade"].astype(np.int64) - made["first_grade"] + 1
    school = np.repeat(np.arange(made.rows, dtype=np.int32), taught)
    grade = np.arange(len(school)) - np.repeat(np.cumsum(taught) - taught, taught) + made["first_grade"][school]
    # A uid's ordinal isn't negative; preschool grades begin at -2.
    uid = descend(made["uid"][school], "grade", grade + 2)
    values: dict[str, Array] = {"uid": uid, "school": school, "grade": grade}
    return base_table("grades", len(school), values), [f"{at}/{one}" for at, one in zip(school, grade, strict=True)]


def dwellings(region: Columns, made: Table, known: Rows) -> tuple[Table, list[str]]:
    """Share out each site's homes among sizes, to the whole home; returns the table and its ids.

    A site that the table doesn't name has homes of one size, which suit every household.
    """
    stated = [str(one) for one in region["place"]]
    plain = [name for name, row in known.items() if made["homes"][row] >= 0 and name not in stated]
    place = rows_of(np.array([*stated, *plain], object), known)
    most = np.concatenate([np.asarray(region["most_members"], np.int64), np.full(len(plain), _ANY_SIZE)])
    share = np.concatenate([np.asarray(region["share"], np.float64), np.ones(len(plain))])
    names = [f"{at}/{size}" for at, size in zip([*stated, *plain], most, strict=True)]
    homes = np.zeros(len(place), np.int64)
    for site in np.unique(place):
        homes[place == site] = apportion(share[place == site], max(int(made["homes"][site]), 0))
    uid = np.array([identity(f"dwelling/{name}") for name in names], np.uint64)
    values: dict[str, Array] = {"uid": uid, "place": place, "most_members": most, "homes": homes}
    return base_table("dwellings", len(place), values), names


def clinics(region: Columns, known: Rows, scale: Mapping[str, float]) -> Table:
    """Make the table of clinics."""
    factor = shared(region, scale)
    values: dict[str, Array] = {
        "uid": _uids("clinic", region),
        "place": rows_of(region["place"], known),
        "level": codes(region["level"], CLINIC_LEVELS),
        "extra_minutes": region["extra_minutes"],
        "fte": np.asarray(region["fte"], np.float64) * factor,
        "visits_per_fte": region["visits_per_fte"],
        "scale": np.where(factor > 0, factor, 1.0),
        "outside_visits": np.floor(np.asarray(region["outside_visits"]) * factor + 0.5),
    }
    return base_table("clinics", len(factor), values)


_AS_THEY_ARE = (
    "extra_minutes", "pay_sigma", "months_worked", "hours_week", "min_age", "max_age", "needs_training",
    "zero_employment_first", "remitted_share", "takes_carers",
)  # fmt: skip


def _or_never(months: Array) -> NDArray[np.int64]:
    """Read a month that is left empty as never, int64[n]."""
    given = np.asarray(months, np.int64)
    return np.where(given < 0, NEVER, given)


def employers(region: Columns, known: Rows, scale: Mapping[str, float]) -> Table:
    """Make the table of employers; pay is in fen."""
    factor = shared(region, scale)
    values: dict[str, Array] = {name: np.asarray(region[name]) for name in _AS_THEY_ARE}
    values |= {
        "uid": _uids("employer", region),
        "place": rows_of(region["place"], known),
        "kind": codes(region["kind"], EMPLOYER_KINDS),
        "posts": scaled(region["posts"], factor),
        "pay_month_fen": np.floor(np.asarray(region["pay_month_yuan"], np.float64) * 100 + 0.5),
        "wage_series": codes(region["wage_series"], WAGE_SERIES),
        "min_education": codes(region["min_education"], EDUCATION_LEVELS),
        "sex": codes(region["sex"], ("any", *SEXES)) - 1,
        "subsidy_ends": _or_never(region["subsidy_ends"]),
    }
    return base_table("employers", len(factor), values)


def teachers(
    made: Table, region: Columns, recruits: Columns, channels: Columns, start: int, luck: Luck
) -> tuple[Table, list[str]]:
    """Make a teacher for each post of each school; quality is drawn, the last posts go to later recruits.

    Parameters
    ----------
    made
        the table of schools, scaled.
    region
        the region's schools, whose establishments are not scaled.
    recruits
        who starts later than the school does.
    channels
        by which channels the teachers of each kind of school came.

    Returns the table and the teachers' ids.
    """
    names = named(region)
    posts = made["teachers"].astype(np.int64)
    school = np.repeat(np.arange(made.rows, dtype=np.int32), posts)
    ordinal = np.arange(len(school)) - np.repeat(np.cumsum(posts) - posts, posts)
    uid = descend(made["uid"][school], "teacher", ordinal)
    starts = _starts(made, np.asarray(region["teachers"], np.int64), index(names), recruits)
    channel, months, better = _channels(made["kind"][school], channels, luck.uniform("population.teacher_channel", uid))
    # Contracts of those at work since before the run end at any month of their length.
    left = np.floor(months * luck.uniform("population.teacher_contract", uid)).astype(np.int64) + 1
    values: dict[str, Array] = {
        "uid": uid,
        "quality": luck.normal("population.teacher_quality", uid) + better,
        "home_school": school,
        "starts_month": starts,
        "channel": channel,
        "contract_end": np.where(months == 0, NEVER, np.where(starts > start, starts + months, start + left)),
    }
    ids = [f"{names[at]}/teacher_{number + 1}" for at, number in zip(school.tolist(), ordinal.tolist(), strict=True)]
    return base_table("teachers", len(school), values), ids


def _channels(
    kind: Array, region: Columns, lot: NDArray[np.float64]
) -> tuple[NDArray[np.int8], NDArray[np.int64], NDArray[np.float64]]:
    """Give the teachers of each kind of school their channels in the table's shares.

    Returns the channel, the contract in months and the mean quality of those who came so.
    """
    of_kind, of_channel = codes(region["kind"], SCHOOL_KINDS), codes(region["channel"], TEACHER_CHANNELS)
    months = np.asarray(region["contract_months"], np.int64)
    picked = np.zeros(len(kind), np.int64)
    if not len(of_kind):  # a region that doesn't say has permanent staff
        return np.zeros(len(kind), np.int8), np.zeros(len(kind), np.int64), np.zeros(len(kind))
    for one in np.unique(of_kind):
        rows, lines = np.flatnonzero(kind == one), np.flatnonzero(of_kind == one)
        counts = apportion(np.asarray(region["share"], np.float64)[lines], len(rows))
        picked[rows[np.argsort(lot[rows], kind="stable")]] = np.repeat(lines, counts)
    return of_channel[picked], months[picked], np.asarray(region["quality_mean"], np.float64)[picked]


def _starts(made: Table, established: NDArray[np.int64], known: Rows, recruits: Columns) -> NDArray[np.int64]:
    posts = made["teachers"].astype(np.int64)
    starts = np.repeat(made["opens_month"].astype(np.int64), posts)
    first = np.cumsum(posts) - posts
    school = rows_of(recruits["school"], known)
    month, count = np.asarray(recruits["starts"], np.int64), np.asarray(recruits["teachers"], np.int64)
    for row in np.unique(school):
        later = np.sort(np.repeat(month[school == row], count[school == row]))
        everybody = np.concatenate([np.full(established[row] - len(later), made["opens_month"][row], np.int64), later])
        # A scaled establishment keeps the shares of those who come later.
        picks = (2 * np.arange(posts[row]) + 1) * len(everybody) // (2 * max(posts[row], 1))
        starts[first[row] : first[row] + posts[row]] = everybody[picks]
    return starts


def at_work(made: Table, start: int) -> NDArray[np.int32]:
    """Return the school at which each teacher works at the start, int32[n]; -1 if not at work yet."""
    return np.where(made["starts_month"] <= start, made["home_school"], NOWHERE).astype(np.int32)


def wages(region: Columns) -> tuple[NDArray[np.float64], int]:
    """Return the wage index float64[years, series] and its first year; years in between must be there."""
    order = np.argsort(np.asarray(region["year"]))
    years = np.asarray(region["year"], np.int64)[order]
    if not np.array_equal(years, np.arange(years[0], years[0] + len(years))):
        raise ValueError("the wage index must name every year between its first and its last")
    index = np.stack([np.asarray(region[series], np.float64)[order] for series in WAGE_SERIES], axis=1)
    return np.ascontiguousarray(index), int(years[0])


def named(region: Columns) -> list[str]:
    """Return the ids of a table's rows."""
    return [str(one) for one in region["id"]]


def index(names: Sequence[str]) -> dict[str, int]:
    """Return the row of each id."""
    return {name: row for row, name in enumerate(names)}
