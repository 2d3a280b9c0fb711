"""What is kept of a run: outcomes by place, population and group, and every change of a watched column."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.contract import Column, ContractError, Indicator, Outcome
from simulation.kernels.tabulate import changed_rows, person_cells
from simulation.kernels.totals import add_up_groups, add_up_places
from simulation.sums import Asked, sums_by_cell
from simulation.table import Array
from simulation.world import NOWHERE, PLACE_KINDS, SEXES, View, World

AGE_BANDS = ("0-2", "3-5", "6-11", "12-14", "15-19", "20-29", "30-39", "40-49", "50-59", "60+")
_BAND_STARTS = (0, 3, 6, 12, 15, 20, 30, 40, 50, 60)
BAND_OF_AGE = (np.searchsorted(_BAND_STARTS, np.arange(61), side="right") - 1).astype(np.int8)
GROUPS = ("all", *(f"sex={one}" for one in SEXES), *(f"age_band={one}" for one in AGE_BANDS))
_SITE = PLACE_KINDS.index("site")

RECORDER_READS = (
    "persons.alive", "persons.place", "persons.population", "persons.sex", "persons.age", "persons.household",
    "households.registered", "households.home", "households.population", "households.members", "places.kind",
)  # fmt: skip


@dataclass(frozen=True)
class Keys:
    """The rows of a month's record: (place, population, group), each a code; -1 place is all, population 3 is all."""

    place: NDArray[np.int16]
    population: NDArray[np.int8]
    group: NDArray[np.int8]

    @property
    def overall(self) -> bool:
        """Whether none is of a single place or group."""
        return bool((self.place < 0).all() and (self.group == 0).all())


def keys_of(world: World, overall: bool = False) -> Keys:
    """List the keys: every place x population, and for `all` and for sites the groups too.

    `overall` lists those of all places and everybody alone: each population, and all of them.
    """
    kinds = world.tables["places"]["kind"]
    places = [-1] if overall else [-1, *range(len(kinds))]
    rows = []
    for place in places:
        grouped = not overall and (place < 0 or kinds[place] == _SITE)
        groups = len(GROUPS) if grouped else 1
        rows += [(place, population, group) for population in range(4) for group in range(groups)]
    table = np.array(rows)
    return Keys(table[:, 0].astype(np.int16), table[:, 1].astype(np.int8), table[:, 2].astype(np.int8))


def _by_key(cells: NDArray[np.float64], keys: Keys) -> NDArray[np.float64]:
    """[k, place, population, group] -> [k, keys]: the totals too, first over places and last over populations.

    Totals are added up in the same order whether single places are asked for or not.
    """
    kinds, places, populations, groups = cells.shape
    wheres = 1 if keys.overall else 1 + places
    full = np.empty((kinds, wheres, populations + 1, groups))
    add_up_places(cells, full)
    key = (keys.place.astype(np.intp) + 1) * (populations + 1) + keys.population
    key = key * groups + keys.group if groups > 1 else key
    found: NDArray[np.float64] = full.reshape(kinds, wheres * (populations + 1) * groups).take(key, axis=1)
    return found


class Tally:
    """The counting of one month: outcomes call `count`, `ratio` and `plain`; the recorder keeps the sums."""

    def __init__(
        self, view: View, keys: Keys, outcome: Outcome, cells: Mapping[tuple[str, str], NDArray[np.int32]]
    ) -> None:
        """Count for one outcome family, into the cells of this month."""
        self._view = view
        self._keys = keys
        self._outcome = outcome
        self._cells = cells
        self._asked: dict[str, tuple[str, Asked]] = {}
        self._plain: dict[str, NDArray[np.float64]] = {}

    def count(self, name: str, table: str, values: Array, rows: NDArray[np.intp] | None = None) -> None:
        """Record a count or sum: `values`, bool or number, of every row of the table or of `rows` alone."""
        self._add(name, name, table, values, rows)

    def ratio(self, name: str, table: str, top: Array, low: Array, rows: NDArray[np.intp] | None = None) -> None:
        """Record a ratio as its two sums, `<name>__num` and `<name>__den`."""
        self._add(name, f"{name}__num", table, top, rows)
        self._add(name, f"{name}__den", table, low, rows)

    def plain(
        self,
        name: str,
        table: str,
        statistic: Callable[[NDArray[np.intp]], float],
        rows: NDArray[np.intp] | None = None,
    ) -> None:
        """Record a figure that can't be pooled: `statistic(rows)` for `all`, each site, each population.

        `statistic` gets the rows of the table in question (of `rows`, if given) and returns NaN where
        it is undefined.
        """
        self.plains((name,), table, lambda chosen: (statistic(chosen),), rows)

    def plains(
        self,
        names: tuple[str, ...],
        table: str,
        statistics: Callable[[NDArray[np.intp]], tuple[float, ...]],
        rows: NDArray[np.intp] | None = None,
    ) -> None:
        """Record several figures that are taken together, as `plain` records one."""
        cell, population = self._cells[(table, self._indicator(names[0]).of)], self._cells[(table, "population")]
        if rows is not None:
            cell, population = cell[rows], population[rows]
        place = cell // _cells_of_place(table)
        self._plain |= {name: np.full(len(self._keys.place), np.nan) for name in names}
        known: list[tuple[NDArray[np.intp], tuple[float, ...]]] = []
        for key in self._keys_of_figures():
            where, who = self._keys.place[key], self._keys.population[key]
            chosen = (place >= 0) if where < 0 else (place == where)
            if who < 3:
                chosen &= population == who
            some = np.flatnonzero(chosen) if rows is None else rows[chosen]
            figures = next((found for them, found in known if np.array_equal(them, some)), None)
            if figures is None:
                # Where all of a population are registered at one site, two keys have the same rows.
                figures = statistics(some)
                known.append((some, figures))
            for name, figure in zip(names, figures, strict=True):
                self._plain[name][key] = figure

    @property
    def found(self) -> dict[str, NDArray[np.float64]]:
        """Return every column counted so far, float64[keys]."""
        persons = [name for name, (table, _) in self._asked.items() if table == "persons"]
        others = [name for name in self._asked if name not in persons]
        sums = {**self._of_persons(persons), **self._of_others(others)}
        return {**self._plain, **{name: sums[name] for name in self._asked}}

    def _of_persons(self, names: list[str]) -> dict[str, NDArray[np.float64]]:
        shape = (len(names), self._view.places.n, 3, 1 if self._keys.overall else len(GROUPS))
        groups = np.empty(shape)
        cells = self._cells_with(names, len(SEXES) * len(AGE_BANDS))
        add_up_groups(cells.reshape(-1, len(SEXES), len(AGE_BANDS)), groups.reshape(-1, shape[-1]))
        return dict(zip(names, _by_key(groups, self._keys), strict=True))

    def _of_others(self, names: list[str]) -> dict[str, NDArray[np.float64]]:
        """Households and facilities have no sex or age, facilities no population."""
        keys = self._keys
        values = _by_key(self._cells_with(names, 1), keys)
        values[:, keys.group > 0] = np.nan
        facilities = np.array([self._indicator(name.partition("__")[0]).of == "place" for name in names], np.bool_)
        values[facilities[:, None] & (keys.population < 3)] = np.nan
        return dict(zip(names, values, strict=True))

    def _cells_with(self, names: list[str], groups: int) -> NDArray[np.float64]:
        """Sum by cell, float64[names, places, populations, groups]."""
        shape = (self._view.places.n, 3, groups)
        return sums_by_cell([self._asked[name][1] for name in names], math.prod(shape)).reshape(len(names), *shape)

    def _keys_of_figures(self) -> NDArray[np.intp]:
        """Keys for which figures are taken: no group, everywhere or a site."""
        where = self._keys.place
        taken = (where < 0) | (self._view.places.kind[where] == _SITE)
        return np.flatnonzero(taken & (self._keys.group == 0))

    def _indicator(self, name: str) -> Indicator:
        if name not in self._outcome.indicators:
            raise ContractError(f"{self._outcome.name} measures '{name}' without declaring it among its indicators")
        return self._outcome.indicators[name]

    def _add(self, name: str, column: str, table: str, values: Array, rows: NDArray[np.intp] | None) -> None:
        self._asked[column] = (table, Asked(self._cells[(table, self._indicator(name).of)], values, rows))


def _cells_of_place(table: str) -> int:
    """Return how many cells a place has: persons are told apart by population, sex and age, others by population."""
    return 3 * len(SEXES) * len(AGE_BANDS) if table == "persons" else 3


def month_cells(view: View) -> dict[tuple[str, str], NDArray[np.int32]]:
    """Find the cell of every person, household and facility this month, and the population they belong to."""
    persons, households = view.persons, view.households
    bands = len(AGE_BANDS)
    registered, present = np.empty(persons.n, np.int32), np.empty(persons.n, np.int32)
    person_cells(
        persons.alive, persons.household, households.registered, persons.place, persons.population, persons.sex,
        persons.age, BAND_OF_AGE, bands, registered, present,
    )  # fmt: skip
    cells: dict[tuple[str, str], NDArray[np.int32]] = {
        ("persons", "registered"): registered,
        ("persons", "present"): present,
    }
    cells[("persons", "population")] = persons.population
    for of, place in (("registered", households.registered), ("present", households.home)):
        living = (households.members > 0) & (place >= 0)
        cells[("households", of)] = np.where(living, place * 3 + households.population, -1).astype(np.int32)
    cells[("households", "population")] = households.population
    cells[("households", "ever registered")] = (households.registered * 3 + households.population).astype(np.int32)
    for table in ("places", "dwellings", "schools", "grades", "clinics", "employers", "teachers", "programmes"):
        place = view.facility_place(table)
        cells[(table, "place")] = np.where(place >= 0, place * 3, -1).astype(np.int32)
        cells[(table, "population")] = np.full(len(place), -1, np.int8)  # a facility belongs to no population
    return cells


@dataclass(frozen=True)
class Change:
    """A block of changes of one column in one month."""

    month: int
    column: str
    uid: NDArray[np.uint64]
    old: NDArray[np.uint64]
    new: NDArray[np.uint64]
    reason: NDArray[np.int8]


class UnitRecorder:
    """Watches columns and keeps every change as (uid, month, column, from, to, reason).

    A column in `row of T` is kept as the uid of that row (0 for nowhere), others as the value itself.
    What a row that came during the run begins with is a change from nowhere, in its first month.
    """

    def __init__(self, world: World, owned: Mapping[str, Column]) -> None:
        """Start watching: the values of now are the ones that later ones are compared with."""
        self._world = world
        self._watched = {name: column for name, column in owned.items() if column.watched}
        self._before = {name: self._now(name).copy() for name in self._watched}
        self._start = {name: self._named(column, self._before[name]) for name, column in self._watched.items()}
        self.changes: list[Change] = []

    def go_on(self, starts: Mapping[str, NDArray[np.uint64]], changes: Iterable[Change]) -> None:
        """Go on with the record of the months before: what people began with, and what changed since."""
        self._start.update(starts)
        self.changes = list(changes)

    def began_with(self) -> dict[str, NDArray[np.uint64]]:
        """Return what each watched column of persons held at the start, by full name, uint64[persons of the start]."""
        return {name: values for name, values in self._start.items() if name.startswith("persons.")}

    def _now(self, name: str) -> Array:
        table, _, column = name.partition(".")
        return self._world.tables[table][column]

    def starts(self, rows: int) -> dict[str, NDArray[np.uint64]]:
        """Return what each watched column of persons held at the start, `start_<column>` uint64[rows].

        People born later have 0.
        """
        out = {}
        for name, values in self.began_with().items():
            born = np.zeros(rows - len(values), np.uint64)
            out[f"start_{name.removeprefix('persons.')}"] = np.append(values, born)
        return out

    def record(self, month: int) -> None:
        """Keep what changed since the last call."""
        for name, column in self._watched.items():
            now = self._now(name)
            before = self._before[name]
            if len(before) < len(now):
                before = self._before[name] = self._with_new_rows(column, before, len(now))
            rows = np.empty(len(before), np.int32)
            rows = rows[: changed_rows(before, now, rows)]
            if len(rows):
                self.changes.append(self._change(month, name, column, rows))
                before[rows] = now[rows]

    @staticmethod
    def _with_new_rows(column: Column, before: Array, rows: int) -> Array:
        """Let rows that came since the last call come from nowhere, so that what they begin with is a change."""
        nothing = NOWHERE if column.unit.startswith("row of ") else column.default
        return np.append(before, np.full(rows - len(before), nothing, before.dtype))

    def _change(self, month: int, name: str, column: Column, rows: NDArray[np.int32]) -> Change:
        table = self._world.tables[name.partition(".")[0]]
        now, before = self._now(name), self._before[name]
        reason = self._now(column.reason)[rows] if column.reason else np.zeros(len(rows), np.int8)
        return Change(
            month,
            name,
            table["uid"][rows],
            self._named(column, before[rows]),
            self._named(column, now[rows]),
            reason.astype(np.int8),
        )

    def _named(self, column: Column, values: Array) -> NDArray[np.uint64]:
        if not column.unit.startswith("row of "):
            return values.astype(np.int64).view(np.uint64)
        uid = np.append(self._world.tables[column.unit.removeprefix("row of ")]["uid"], np.uint64(0))
        return uid[np.where(values >= 0, values, -1)]


def record_names(outcomes: Iterable[Outcome]) -> list[str]:
    """List the columns that a set of outcome families records."""
    names: list[str] = []
    for one in outcomes:
        for name, indicator in one.indicators.items():
            pooled = indicator.denominator and indicator.poolable
            names += [f"{name}__num", f"{name}__den"] if pooled else [name]
    return names
