"""What people have learnt and where they work when the run starts."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulation.draws import Luck
from simulation.facilities import codes
from simulation.figures import Tables
from simulation.raking import apportion
from simulation.table import Array, Table
from simulation.world import EDUCATION_LEVELS, EMPLOYER_KINDS, NOWHERE, POPULATIONS, World

_YOUNGEST, _OLDEST = 18, 59
_COAST = EMPLOYER_KINDS.index("coast")
# Taking up work far away gets rarer from this age on, and for women [prior; migrants' mean age 41.7, 30 % women S10].
_COAST_UNTIL, _OLDER, _WOMEN = 45, 0.4, 0.55


class Setting(Protocol):
    """What the synthesis needs of a scenario."""

    @property
    def start(self) -> int:
        """First month."""

    @property
    def scale(self) -> Mapping[str, float]:
        """Size of each population against the tables."""

    @property
    def tables(self) -> Tables:
        """The tables of the region."""


def ages(persons: Table, start: int) -> NDArray[np.int64]:
    """Return the age of each person at the start, int64[n] full years."""
    return (start - persons["birth_month"].astype(np.int64)) // 12


def education(table: Mapping[str, Array], persons: Table, start: int, luck: Luck) -> NDArray[np.int8]:
    """Draw the highest level finished, int8[n]; 0 below the youngest age of the table."""
    age, population = ages(persons, start), persons["population"]
    lot = luck.uniform("population.education", persons["uid"])
    oldest = int(np.max(table["max_age"])) if len(table["max_age"]) else 0
    below = np.full((len(POPULATIONS), oldest + 1, len(EDUCATION_LEVELS)), 2.0)
    level = codes(table["education"], EDUCATION_LEVELS)
    for number, name in enumerate(POPULATIONS):
        for row in np.flatnonzero(np.asarray(table["population"]) == name):
            at = slice(int(table["min_age"][row]), int(table["max_age"][row]) + 1)
            below[number, at, level[row]] = table["share"][row]
    known = below[:, :, 0] <= 1.0
    ends = np.cumsum(np.where(below > 1.0, 0.0, below), axis=2)
    year = np.clip(age, 0, oldest)
    passed = np.zeros(len(age), np.int8)
    for one in range(len(EDUCATION_LEVELS) - 1):
        passed += lot >= ends[population, year, one]
    return np.where(known[population, year], passed, 0).astype(np.int8)


def trained(persons: Table, share: NDArray[np.float64], start: int, luck: Luck) -> NDArray[np.int8]:
    """Draw who has been trained for a trade before the start, int8[n]; people of 16 to 59."""
    age = ages(persons, start)
    lot = luck.uniform("population.trained", persons["uid"])
    return ((age >= 16) & (age <= 59) & (lot < share[persons["population"]])).astype(np.int8)


def at_coast(employer: NDArray[np.int32], employers: Table) -> NDArray[np.bool_]:
    """Say who works on the coast, bool[n]."""
    if not employers.rows:
        return np.zeros(len(employer), np.bool_)
    return np.asarray((employer >= 0) & (employers["kind"][employer] == _COAST))


def employers(
    scenario: Setting,
    world: World,
    home: NDArray[np.int32],
    schooling: NDArray[np.int8],
    practised: NDArray[np.int8],
    head: NDArray[np.bool_],
    luck: Luck,
) -> NDArray[np.int32]:
    """Hand out the start's jobs, int32[n] row of employers; -1 for people who farm, learn or have no work.

    Parameters
    ----------
    home
        int32[n] place where each person's household lives.
    schooling, practised
        int8[n] level of education; 1 if trained.
    head
        bool[n] heads of household, who take up work first.
    """
    hire = _Hiring(world, home, schooling, practised, head, scenario.start, luck)
    table = scenario.tables["start_jobs"]
    kind = codes(table["kind"], EMPLOYER_KINDS)
    for row in range(len(kind)):
        name = str(table["population"][row])
        number = int(np.floor(float(table["persons"][row]) * scenario.scale[name] + 0.5))
        hire.fill(POPULATIONS.index(name), int(kind[row]), str(table["place"][row]), number)
    return hire.employer


class _Hiring:
    """Fills one kind of employers after the other; a lot decides among those whom it would take."""

    def __init__(
        self,
        world: World,
        home: NDArray[np.int32],
        schooling: NDArray[np.int8],
        practised: NDArray[np.int8],
        head: NDArray[np.bool_],
        start: int,
        luck: Luck,
    ) -> None:
        self.world, self.home, self.schooling, self.practised = world, home, schooling, practised
        persons = world.tables["persons"]
        self.age, self.sex, self.population = ages(persons, start), persons["sex"], persons["population"]
        self.free = (self.age >= _YOUNGEST) & (self.age <= _OLDEST)
        self.employer = np.full(persons.rows, NOWHERE, np.int32)
        self.lot = luck.uniform("population.employer", persons["uid"]) / np.where(head, 1.6, 1.0)
        self.filled = np.zeros(world.tables["employers"].rows, np.int64)

    def fill(self, population: int, kind: int, place: str, number: int) -> None:
        """Put `number` people of a population to work for a kind of employer at a place (or `home`)."""
        table = self.world.tables["employers"]
        rows = np.flatnonzero(table["kind"] == kind)
        pool = np.flatnonzero((self.population == population) & self.free)
        if place != "home":
            rows = rows[table["place"][rows] == self.world.row("places", place)]
        if not len(rows) or number <= 0 or not len(pool):
            return
        pool = pool[np.argsort(self._rank(pool, kind), kind="stable")]
        living = np.bincount(self.home[pool], minlength=len(self.world.minutes))
        weights = self._weights(rows, living[table["place"][rows]], at_home=place == "home")
        if not weights.sum():
            return
        for row, wanted in zip(rows.tolist(), apportion(weights, number).tolist(), strict=True):
            self._hire(row, pool, wanted, at_home=place == "home")

    def _weights(self, rows: NDArray[np.int64], living: NDArray[np.int64], *, at_home: bool) -> NDArray[np.int64]:
        """Share people out by open posts; employers without a limit by the people who live there, or evenly."""
        posts = self.world.tables["employers"]["posts"][rows].astype(np.int64)
        without = living if at_home else np.ones(len(rows), np.int64)
        return np.where(posts < 0, without, np.maximum(posts - self.filled[rows], 0) * ((living > 0) | (not at_home)))

    def _rank(self, pool: NDArray[np.int64], kind: int) -> NDArray[np.float64]:
        if kind != _COAST:
            return self.lot[pool]
        keen = np.where(self.age[pool] < _COAST_UNTIL, 1.0, _OLDER) * np.where(self.sex[pool] == 1, _WOMEN, 1.0)
        return np.asarray(self.lot[pool] / keen)

    def _hire(self, row: int, pool: NDArray[np.int64], wanted: int, *, at_home: bool) -> None:
        table = self.world.tables["employers"]
        posts = int(table["posts"][row])
        room = wanted if posts < 0 else min(wanted, posts - int(self.filled[row]))
        fits = self._fits(row, pool)
        if at_home:
            fits &= self.home[pool] == table["place"][row]
        taken = pool[fits][: max(0, room)]
        self.employer[taken] = row
        self.free[taken] = False
        self.filled[row] += len(taken)

    def _fits(self, row: int, pool: NDArray[np.int64]) -> NDArray[np.bool_]:
        table = self.world.tables["employers"]
        age, sex = self.age[pool], table["sex"][row]
        fits = self.free[pool] & (age >= table["min_age"][row]) & (age <= table["max_age"][row])
        fits &= self.schooling[pool] >= table["min_education"][row]
        if sex >= 0:
            fits &= self.sex[pool] == sex
        if table["needs_training"][row]:
            fits &= self.practised[pool] == 1
        return np.asarray(fits)
