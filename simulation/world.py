"""The tables of the world, the columns that never change, and what one step may see of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.contract import INHERIT, Column, ContractError, NewRow
from simulation.draws import identity
from simulation.table import Array, Table

POPULATIONS = ("relocated", "stayers", "hosts")
PLACE_KINDS = ("village", "site", "town", "coast", "outside")
SCHOOL_LEVELS = ("preschool", "primary", "junior")
SCHOOL_KINDS = ("site", "town", "central", "teaching_point")
CLINIC_LEVELS = ("primary", "county", "city")
EMPLOYER_KINDS = (
    "workshop", "micro_factory", "park", "services", "public_welfare", "self_employed", "township", "coast",
)  # fmt: skip
EDUCATION_LEVELS = ("primary or less", "junior", "senior", "tertiary")
INSURANCE_GROUPS = ("ordinary", "poverty_exited", "monitored", "dibao", "tekun")
PROGRAMME_KINDS = (
    "skills_training", "teacher_transfer", "teacher_recruitment", "school_opening", "one_stop_settlement", "premium_subsidy",
)  # fmt: skip
TEACHER_CHANNELS = ("recruitment", "introduction", "exam_transfer", "follow", "exchange", "special_post")
TEACHER_SELECTIONS = ("outstanding", "random")
UNFILLED_REASONS = ("nobody_eligible", "too_far", "nobody_searching", "pay_too_low", "not_met", "chose_another")
"""Why a post stays open: how far the people it lacked came on their way to it, in the order of that way."""
WAGE_SERIES = ("fixed", "local", "out")
SEXES = ("male", "female")
NOWHERE = -1
NEVER = 2**31 - 1
"""Month of something that doesn't end."""
_NAMED = {"place": "places", "from_school": "schools", "to_school": "schools"}
"""Columns for which an intervention's row may give an id, and the table whose row it names."""


@dataclass(frozen=True)
class Base:
    """A column that nobody owns and that never changes within a run."""

    dtype: str
    unit: str
    meaning: str
    default: Any = 0


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"{code} {name}" for code, name in enumerate(names))


BASE: dict[str, dict[str, Base]] = {
    "persons": {
        "uid": Base("uint64", "", "identity, stable over arms and replicates"),
        "household": Base("int32", "row of households", "the household the person belongs to"),
        "sex": Base("int8", "", _codes(SEXES)),
        "birth_month": Base("int32", "month", "absolute month of birth"),
        "population": Base("int8", "", _codes(POPULATIONS)),
    },
    "households": {
        "uid": Base("uint64", "", "identity, stable over arms and replicates"),
        "origin": Base("int32", "row of places", "where the household lives at the start"),
        "registered": Base("int32", "row of places", "the programme's site; for the others, their origin"),
        "population": Base("int8", "", _codes(POPULATIONS)),
        "batch_month": Base("int32", "month", "month in which the programme calls the household; -1 never", -1),
        "land_mu": Base("float32", "mu", "farm land held at the origin"),
        "house_demolished": Base("int8", "", "1 if the old house is pulled down after the move"),
        "kin_share": Base("float32", "share", "share of kin who stay at the origin"),
        "attachment": Base("float32", "share", "attachment to the origin at the start, 0 to 1"),
        "insurance_group": Base("int8", "", _codes(INSURANCE_GROUPS)),
        "template": Base("int8", "", "household template it was made from"),
    },
    "places": {
        "uid": Base("uint64", "", "identity"),
        "kind": Base("int8", "", _codes(PLACE_KINDS)),
        "homes": Base("int32", "homes", "dwellings a site offers; villages have no limit"),
        "matching_efficiency": Base("float32", "ratio", "how many more meetings of seekers and posts service staff bring about", 1.0),
    },
    "dwellings": {
        "uid": Base("uint64", "", "identity"),
        "place": Base("int32", "row of places", "site where they stand"),
        "most_members": Base("int16", "persons", "members of the largest household they are meant for"),
        "homes": Base("int32", "homes", "dwellings of this size at this site"),
    },
    "schools": {
        "uid": Base("uint64", "", "identity"),
        "place": Base("int32", "row of places", "where it stands"),
        "level": Base("int8", "", _codes(SCHOOL_LEVELS)),
        "kind": Base("int8", "", _codes(SCHOOL_KINDS)),
        "first_grade": Base("int8", "grade", "lowest grade taught (-2 to 0 preschool, 1 to 6 primary, 7 to 9 junior)"),
        "last_grade": Base("int8", "grade", "highest grade taught"),
        "extra_minutes": Base("int16", "minutes", "from the place's centre to the school"),
        "classrooms": Base("int32", "classrooms", "classrooms before any policy"),
        "class_cap": Base("int16", "pupils", "pupils a class should have at most"),
        "teachers": Base("int32", "persons", "teachers it is established for before any policy"),
        "opens_month": Base("int32", "month", "first month in which it takes pupils", -(2**31)),
        "outside_pupils": Base("int32", "pupils", "pupils from outside the three populations who hold seats"),
        "seats": Base("int32", "seats", "desks of the building; -1 where they don't limit", -1),
        "boards": Base("int8", "", "1 if it takes boarders"),
        "draws_quality": Base("float32", "SD", "mean quality of the teachers whom a school of its kind comes to have"),
    },
    "grades": {
        "uid": Base("uint64", "", "identity"),
        "school": Base("int32", "row of schools", "the school that teaches it"),
        "grade": Base("int8", "grade", "-2 to 0 preschool, 1 to 6 primary, 7 to 9 junior"),
    },
    "teachers": {
        "uid": Base("uint64", "", "identity"),
        "quality": Base("float32", "SD", "what a teacher can once experienced, mean 0 and SD 1 over the county"),
        "home_school": Base("int32", "row of schools", "the school it belongs to when no programme sends it elsewhere"),
        "starts_month": Base("int32", "month", "first month at work (later recruits)", -(2**31)),
        "channel": Base("int8", "", "how the teacher came: " + _codes(TEACHER_CHANNELS)),
        "contract_end": Base("int32", "month", "first month after the contract; never for permanent staff", NEVER),
    },
    "clinics": {
        "uid": Base("uint64", "", "identity"),
        "place": Base("int32", "row of places", "where it stands"),
        "level": Base("int8", "", _codes(CLINIC_LEVELS)),
        "extra_minutes": Base("int16", "minutes", "from the place's centre to the clinic"),
        "fte": Base("float32", "FTE doctors", "full-time doctors before any policy"),
        "visits_per_fte": Base("float32", "visits a month", "visits one full-time doctor can serve"),
        "scale": Base("float64", "share", "simulated part of its people and doctors", 1.0),
        "outside_visits": Base("int32", "visits a month", "visits by people from outside the three populations"),
    },
    "employers": {
        "uid": Base("uint64", "", "identity"),
        "place": Base("int32", "row of places", "where the work is"),
        "kind": Base("int8", "", _codes(EMPLOYER_KINDS)),
        "posts": Base("int32", "posts", "posts before any policy; -1 where there is no limit"),
        "extra_minutes": Base("int16", "minutes", "from the place's centre to the work"),
        "pay_month_fen": Base("int32", "fen a month", "pay of a month worked, in prices of the base year"),
        "pay_sigma": Base("float32", "log SD", "spread of pay between persons (self-employment)"),
        "months_worked": Base("float32", "months a year", "months of the year in which there is paid work"),
        "hours_week": Base("float32", "hours a week", "usual hours when at work"),
        "wage_series": Base("int8", "", _codes(WAGE_SERIES)),
        "min_age": Base("int16", "years", "youngest age hired"),
        "max_age": Base("int16", "years", "oldest age hired"),
        "min_education": Base("int8", "", _codes(EDUCATION_LEVELS)),
        "sex": Base("int8", "", "-1 any, " + _codes(SEXES), -1),
        "needs_training": Base("int8", "", "1 if only trained persons are hired"),
        "zero_employment_first": Base("int8", "", "1 if members of households without any employed member rank first"),
        "remitted_share": Base("float32", "share", "share of pay that reaches the household", 1.0),
        "takes_carers": Base("int8", "", "1 if hours suit those who care for a small child or an elder"),
        "subsidy_ends": Base("int32", "month", "first month without the public support it lives on; never if it needs none", NEVER),
    },
    "programmes": {
        "uid": Base("uint64", "", "identity"),
        "kind": Base("int8", "", _codes(PROGRAMME_KINDS)),
        "place": Base("int32", "row of places", "whom it serves: people who are there; -1 for schools", -1),
        "places": Base("int32", "places", "places before any policy"),
        "months": Base("int16", "months", "how long a participation lasts"),
        "days_month": Base("int16", "days a month", "days of training a participant gets a month"),
        "allowance_day_fen": Base("int32", "fen a day", "what a participant gets for a day of training"),
        "min_age": Base("int16", "years", "youngest participant"),
        "max_age": Base("int16", "years", "oldest participant"),
        "only_without_work": Base("int8", "", "1 if only people without work are admitted"),
        "completion_share": Base("float32", "share", "share of participants who complete"),
        "from_school": Base("int32", "row of schools", "school that gives teachers; -1 where a kind of school gives", -1),
        "from_kind": Base("int8", "", "kind of school that gives teachers: -1 none, " + _codes(SCHOOL_KINDS), -1),
        "to_school": Base("int32", "row of schools", "school that receives teachers", -1),
        "select": Base("int8", "", _codes(TEACHER_SELECTIONS)),
        "channel": Base("int8", "", "how recruited teachers come: " + _codes(TEACHER_CHANNELS)),
        "contract_months": Base("int32", "months", "length of a recruit's contract; 0 for permanent posts"),
        "insurance_group": Base("int8", "", "whom it serves: -1 everybody, " + _codes(INSURANCE_GROUPS), -1),
        "subsidy_year_fen": Base("int32", "fen a person and year", "what it pays towards the premium of a person"),
    },
}  # fmt: skip


@dataclass(frozen=True)
class Near:
    """For each place the rows of one table within reach, nearest first (compressed rows).

    offsets int32[places + 1], rows int32[...], minutes int16[...]; ties in minutes go by uid.
    """

    offsets: NDArray[np.int32]
    rows: NDArray[np.int32]
    minutes: NDArray[np.int16]


@dataclass
class World:
    """All tables of one run, and the ids that name their rows in files."""

    tables: dict[str, Table]
    ids: dict[str, list[str]]
    minutes: NDArray[np.int16]
    """int16[places, places], minutes from a place to another, -1 where there is no way."""
    wage_index: NDArray[np.float64]
    """float64[years, 3]: pay of a year against the base year, by WAGE_SERIES; row 0 is `first_year`."""
    first_year: int
    start: int
    near: dict[str, Near] = field(default_factory=dict)
    _rows: dict[str, dict[str, int]] = field(default_factory=dict)

    def row(self, table: str, name: str) -> int:
        """Return the row of an id; KeyError if there is none."""
        known = self._rows.get(table)
        if known is None or len(known) != len(self.ids[table]):
            known = {one: row for row, one in enumerate(self.ids[table])}
            self._rows[table] = known
        return known[name]

    def reach(self) -> None:
        """Derive, for every facility kind, what is within reach of each place."""
        self.near = {kind: self._near(kind) for kind in ("schools", "clinics", "employers")}

    def _near(self, kind: str) -> Near:
        table = self.tables[kind]
        way = self.minutes[:, table["place"]].astype(np.int32)
        total = np.where(way >= 0, way + table["extra_minutes"], -1)
        offsets, rows, minutes = [0], [], []
        for place in range(len(self.minutes)):
            within = np.flatnonzero(total[place] >= 0)
            nearest = within[np.lexsort((table["uid"][within], total[place, within]))]
            rows.append(nearest)
            minutes.append(total[place, nearest])
            offsets.append(offsets[-1] + len(nearest))
        return Near(
            _sealed(np.array(offsets, np.int32)),
            _sealed(np.concatenate(rows).astype(np.int32)),
            _sealed(np.concatenate(minutes).astype(np.int16)),
        )

    def bring(self, row: NewRow) -> None:
        """Append a row that an intervention brings; ids of places and schools become rows."""
        values = {
            name: self.row(_NAMED[name], value) if name in _NAMED and isinstance(value, str) else value
            for name, value in row.values.items()
        }
        self.append(row.table, row.identity, values)

    def append(self, table: str, name: str, values: Mapping[str, Any]) -> None:
        """Append one row named by its identity string; base columns not given take their default."""
        self.ids[table].append(name)
        columns = {column: np.array([value]) for column, value in values.items()}
        self.tables[table].append(1, {"uid": np.array([identity(name)], np.uint64), **columns})


class Rows:
    """The columns of one table that a step declared; what it reads is sealed, what it owns is not."""

    def __init__(self, step: str, table: Table, readable: Iterable[str], writable: Iterable[str]) -> None:
        """Take the views; they are taken anew whenever the table may have grown."""
        self._step = step
        self._table = table.name
        self.n = table.rows
        for column in readable:
            setattr(self, column, table.view(column, writable=False))
        for column in writable:
            setattr(self, column, table.view(column, writable=True))

    def __getattr__(self, column: str) -> Any:
        """Refuse a column that the step didn't declare (only missing attributes come here)."""
        if column.startswith("__"):
            raise AttributeError(column)  # Python asking what it can do with this object, as copying does
        raise ContractError(
            f"{self._step} uses {self._table}.{column} without declaring it: add '{self._table}.{column}' to its reads"
        )


class Turned(dict[str, NDArray[np.float64]]):
    """The levers that a step declared, as they stand this month."""

    def __init__(self, step: str, levers: Mapping[str, NDArray[np.float64]]) -> None:
        """Hold the declared levers."""
        super().__init__(levers)
        self._step = step

    def __missing__(self, lever: str) -> NDArray[np.float64]:
        """Refuse a lever that the step didn't declare."""
        raise ContractError(f"{self._step} reads the lever {lever} without declaring it: add '{lever}' to its levers")


class View:
    """What a step sees of the world: `world.persons.age`, `world.levers[...]`, `world.near[...]`."""

    def __init__(
        self,
        world: World,
        step: str,
        reads: Iterable[str],
        owns: Iterable[str],
        creates: Iterable[str] = (),
        levers: Iterable[str] = (),
    ) -> None:
        """Prepare a view; `refresh` fills it before each call of the step."""
        self._lever_names = tuple(levers)
        self._world = world
        self._step = step
        self._reads = _by_table(reads)
        self._owns = _by_table(owns)
        self._creates = tuple(creates)
        self._versions: dict[str, int] = {}
        self._queue: list[tuple[str, dict[str, Array], NDArray[np.int32]]] = []

        self.minutes = _sealed(world.minutes)
        self.near = world.near
        self.wage_index = _sealed(world.wage_index)
        self.first_year = world.first_year
        self.start = world.start
        self.ids = world.ids

    def __getstate__(self) -> dict[str, Any]:
        """Forget which views are fresh when the run is copied: the copy has tables of its own."""
        return {**self.__dict__, "_versions": {}}

    def refresh(self, levers: Mapping[str, NDArray[np.float64]]) -> None:
        """Take fresh views of the declared columns of every table that has changed its rows since the last call."""
        self.levers = Turned(self._step, {name: levers[name] for name in self._lever_names if name in levers})
        for name, table in self._world.tables.items():
            if self._versions.get(name) == table.version:
                continue
            self._versions[name] = table.version
            setattr(self, name, Rows(self._step, table, self._reads.get(name, ()), self._owns.get(name, ())))

    def create(self, table: str, parents: NDArray[np.int32], values: Mapping[str, Array]) -> None:
        """Queue new rows, which appear after the step.

        Parameters
        ----------
        table
            a table that the step declares in `creates`.
        parents
            int32[new] row of the parent in the same table, from which INHERIT columns are taken.
        values
            base columns of the new rows, [new] each; those left out are the parent's.
        """
        if table not in self._creates:
            raise ContractError(f"{self._step} creates rows of {table} without declaring it: add creates=('{table}',)")
        self._queue.append((table, dict(values), parents))

    def facility_place(self, table: str) -> NDArray[np.int32]:
        """Return the place of each row of a facility table, int32[rows]; a teacher's and a grade's is the school's, a place's itself."""
        tables = self._world.tables
        if table == "places":
            return np.arange(tables["places"].rows, dtype=np.int32)
        if table in ("teachers", "grades"):
            school = tables[table]["school"]
            return np.where(school >= 0, tables["schools"]["place"][school], NOWHERE)
        return tables[table].view("place", writable=False)

    def take_queue(self) -> list[tuple[str, dict[str, Array], NDArray[np.int32]]]:
        """Hand over the queued rows and empty the queue."""
        queue, self._queue = self._queue, []
        return queue

    def __getattr__(self, name: str) -> Any:
        """Types for readers: tables are attributes set by `refresh`."""
        raise AttributeError(name)


def _sealed(array: Array) -> Array:
    """Return a view of what all steps share, which none may write."""
    view = array.view()
    view.flags.writeable = False
    return view


def _by_table(columns: Iterable[str]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for full in columns:
        table, _, column = full.partition(".")
        out.setdefault(table, []).append(column)
    return out


def append_created(
    world: World,
    owned: Mapping[str, Mapping[str, Column]],
    queue: list[tuple[str, dict[str, Array], NDArray[np.int32]]],
) -> None:
    """Append queued rows: given values, then INHERIT and base columns from the parent, then newborn values."""
    for name, values, parents in queue:
        if not len(parents):
            continue
        table = world.tables[name]
        filled = {column: table[column][parents] for column in BASE[name] if column not in values}
        for column, declared in owned.get(name, {}).items():
            if declared.newborn is INHERIT:
                filled[column] = table[column][parents]
        given = {**filled, **values}
        names = world.ids.get(name, [])
        if len(names) == table.rows:  # rows of this table go by names in files
            names += [f"{name}/{uid:016x}" for uid in given["uid"].tolist()]
        table.append(len(parents), given)
