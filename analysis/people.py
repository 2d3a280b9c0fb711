"""The people of a run as its unit records tell of them, who is in two worlds, and into what groups they fall."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analysis.months import ResultsError
from analysis.runs import Run
from analysis.study import Study

POPULATIONS = ("relocated", "stayers", "hosts")
SEXES = ("male", "female")
AGE_BANDS = ("0-2", "3-5", "6-11", "12-14", "15-19", "20-29", "30-39", "40-49", "50-59", "60+")
_BAND_STARTS = (0, 3, 6, 12, 15, 20, 30, 40, 50, 60)
WORKING_AGE = 15
"""Youngest age of the first age band whose people may work."""
NO_SITE = "no site"
DIMENSIONS = ("sex", "age_band", "population", "site", "origin")
"""Into what people fall by what they are; `site` is where the programme registers them."""

Uids = NDArray[np.uint64]
Codes = NDArray[np.int64]
Held = TypeVar("Held", bound=np.generic)
Rows = NDArray[np.bool_] | NDArray[np.intp]


@dataclass(frozen=True)
class People:
    """The people of a run, one row each, by uid.

    Attributes
    ----------
    uid, household
        uint64[n]: identities, the same in every arm of a replicate.
    registered, origin
        uint64[n]: uid of the site that the household is registered at (of others, its origin), and of where it lived at
        the start.
    sex, population
        int8[n]: codes into SEXES and POPULATIONS.
    birth_month, death_month
        int32[n]: absolute months; who dies in a month no longer lives in it, -1 for the living.
    """

    uid: Uids
    household: Uids
    registered: Uids
    origin: Uids
    sex: NDArray[np.int8]
    population: NDArray[np.int8]
    birth_month: NDArray[np.int32]
    death_month: NDArray[np.int32]

    def living(self, month: int) -> NDArray[np.bool_]:
        """Say who lives in a month, bool[n]."""
        dead = (self.death_month >= 0) & (self.death_month <= month)
        return np.asarray((self.birth_month <= month) & ~dead, np.bool_)

    def age(self, month: int) -> NDArray[np.int64]:
        """Return full years of age in a month, int64[n]; below 0 before birth."""
        return np.asarray((month - self.birth_month.astype(np.int64)) // 12, np.int64)

    def take(self, rows: Rows) -> "People":
        """Return some of them, in the order of the rows."""
        return People(*(getattr(self, one.name)[rows] for one in fields(self)))


def read_people(run: Run) -> People:
    """Read the people of a run; ResultsError where an older program didn't note what is needed of them."""
    file, wanted = run.file("persons"), [one.name for one in fields(People)]
    missing = [name for name in wanted if name not in pq.read_schema(file).names]
    if missing:
        raise ResultsError(
            f"{file} was made by a program that didn't note each person's {', '.join(missing)}: run the study again"
        )
    table = pq.read_table(file, columns=wanted)
    order = np.argsort(table["uid"].to_numpy())
    return People(*(table[name].to_numpy()[order] for name in wanted))


def in_both(base: People, arm: People) -> tuple[People, People]:
    """Return those who are in two worlds, as each world has them, in the same rows."""
    _, one, other = np.intersect1d(base.uid, arm.uid, assume_unique=True, return_indices=True)
    return base.take(one), arm.take(other)


def began_with(run: Run, uid: Uids, column: str) -> Uids:
    """Return what some people held at the start in a watched column of persons, uint64[n]; 0 for who was born later.

    Parameters
    ----------
    run
        whose unit records are kept.
    uid
        uint64[n], people of the run.
    column
        such as `employer` or `place`: of a link the uid of what it leads to, 0 for nothing; else the number's bits.

    Raises ResultsError for a column that wasn't watched.
    """
    file, name = run.file("persons"), f"start_{column}"
    known = [one.removeprefix("start_") for one in pq.read_schema(file).names if one.startswith("start_")]
    if column not in known:
        raise ResultsError(f"'persons.{column}' isn't in the unit records (there are: {', '.join(known)})")
    table = pq.read_table(file, columns=["uid", name])
    order = np.argsort(table["uid"].to_numpy())
    rising = table["uid"].to_numpy()[order]
    return np.asarray(table[name].to_numpy()[order][np.searchsorted(rising, uid)], np.uint64)


def values_at(study: Study, run: Run, uid: Uids, column: str, months: Sequence[int]) -> Uids:
    """Return what some people hold in a watched column of persons at the end of some months, uint64[months, n].

    Parameters as those of `began_with`; uid and months are rising, and the month before the run's first is the start.
    Raises ResultsError for a column that wasn't watched.
    """
    changes = study.changes(run, f"persons.{column}")
    return held(changes, uid, began_with(run, uid, column), changes["to"].to_numpy(), months)


def held(changes: pa.Table, uid: Uids, start: NDArray[Held], to: NDArray[Held], months: Sequence[int]) -> NDArray[Held]:
    """Return what each of some units holds at the end of some months, [months, units] of the dtype of `start`.

    Parameters
    ----------
    changes
        of one watched column, as `Study.changes` reads them.
    uid
        uint64[units], rising; changes of others are left out.
    start
        [units], what they hold before the first change.
    to
        [changes], what each change leads to: `changes["to"]`, or codes made of it, whose dtype decides the size.
    months
        absolute, rising; before the first change everybody holds `start`, after the last one the last stays.
    """
    known = np.isin(changes["uid"].to_numpy(), uid)
    month = changes["month"].to_numpy()[known]
    order = np.argsort(month, kind="stable")
    row, new = np.searchsorted(uid, changes["uid"].to_numpy()[known])[order], to[known][order]
    ends = np.searchsorted(month[order], months, side="right")
    out, now, begin = np.empty((len(months), len(uid)), start.dtype), start.copy(), 0
    for at, end in enumerate(ends):
        now[row[begin:end]] = new[begin:end]  # of several changes of one unit the last one stays
        out[at], begin = now, end
    return out


@dataclass(frozen=True)
class Groups:
    """Into which group each person falls: `code` int64[n] into `names`."""

    names: tuple[str, ...]
    code: NDArray[np.int64]

    def rows(self, dimension: str, name: str) -> NDArray[np.bool_]:
        """Say who is in a group, bool[n]; ResultsError where there is no such group."""
        if name not in self.names:
            raise ResultsError(f"there is no {dimension} '{name}' (there are: {', '.join(self.names)})")
        return np.asarray(self.code == self.names.index(name), np.bool_)


def groups_of(study: Study, run: Run, people: People, dimension: str, month: int) -> Groups:
    """Part people along one of DIMENSIONS, by their age in a month; ResultsError for another dimension."""
    if dimension == "sex":
        return Groups(SEXES, people.sex.astype(np.int64))
    if dimension == "population":
        return Groups(POPULATIONS, people.population.astype(np.int64))
    if dimension == "age_band":
        band = np.searchsorted(_BAND_STARTS, np.maximum(people.age(month), 0), side="right") - 1
        return Groups(AGE_BANDS, band.astype(np.int64))
    if dimension == "origin":
        return _by_place(people.origin, study.names(run, "places"), "nowhere")
    if dimension == "site":
        kinds = study.kinds(run, "places")
        sites = {uid: name for uid, name in study.names(run, "places").items() if kinds[uid] == "site"}
        return _by_place(people.registered, sites, NO_SITE)
    raise ResultsError(f"people aren't told apart by '{dimension}' (there are: {', '.join(DIMENSIONS)})")


def _by_place(uid: Uids, names: Mapping[int, str], elsewhere: str) -> Groups:
    known = np.array(sorted(names), np.uint64)
    at = np.minimum(np.searchsorted(known, uid), max(len(known) - 1, 0))
    there = known[at] == uid if len(known) else np.zeros(len(uid), np.bool_)
    return Groups((*(names[int(one)] for one in known), elsewhere), np.where(there, at, len(known)).astype(np.int64))


def chosen(study: Study, run: Run, people: People, month: int, whom: Mapping[str, str]) -> NDArray[np.bool_]:
    """Say who is meant by {dimension: group}, `all` for everybody, bool[n]; ResultsError for an unknown word."""
    rows = np.ones(len(people.uid), np.bool_)
    for dimension, name in whom.items():
        if name != "all":
            rows &= groups_of(study, run, people, dimension, month).rows(dimension, name)
    return rows
