"""Time a September in which everybody looks for a seat: 3,000 to 300,000 pupils, 7 to 700 schools, lists of up to 10.

Run it with `python -m tests.bench.schools`. The whole path is timed: lists by tastes, priorities by catchment,
siblings, way and lot, deferred acceptance, justified envy, applicants; then deferred acceptance alone. The seats
are 98 in 100 pupils, so that refusals run through the market.
"""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from simulation import facilities
from simulation.clock import Moment
from simulation.draws import identity
from simulation.kernels.matching import deferred_acceptance
from simulation.months import month_of
from simulation.processes import school_choice
from simulation.processes._school_market import open_market
from simulation.table import Table
from simulation.world import BASE, World
from tests.bench.scaling import scaling

_PUPILS_A_SCHOOL = 3_000 // 7
_TOWN = 10
"""Schools of a town: those in reach of a family of it."""
_SEPTEMBER = month_of("2018-09")


def _table(name: str, rows: int, **columns: np.ndarray) -> Table:
    table = Table(name, rows)
    uid = np.array([int(identity(f"{name}/{one}")) for one in range(rows)], np.uint64)
    for column, base in BASE[name].items():
        table.add_column(column, columns.get(column, uid if column == "uid" else None), base.dtype, base.default)
    return table


def _schools(count: int) -> Table:
    """Primary schools of towns of ten, five minutes apart."""
    rows = np.arange(count)
    return _table(
        "schools",
        count,
        place=rows // _TOWN,
        level=np.ones(count),
        first_grade=np.ones(count),
        last_grade=np.full(count, 6),
        extra_minutes=5 + 5 * (rows % _TOWN),
    )


def _own(table: Table, columns: dict[str, np.ndarray]) -> None:
    for name, values in columns.items():
        table.add_column(name, values, values.dtype, 0)


def view_of_pupils(count: int) -> SimpleNamespace:
    """Make what the market of a September sees: pupils of six grades, two a household, and their schools."""
    rows, schools = np.arange(count), max(count // _PUPILS_A_SCHOOL, 1)
    facility = _schools(schools)
    places = int(facility["place"][-1]) + 1
    grades, _ = facilities.grades(facility)
    seats = np.full(grades.rows, max(98 * count // (100 * grades.rows), 1), np.int32)
    home = rows * places // count
    inside = np.minimum(_TOWN, schools - home * _TOWN)
    persons, households = _table("persons", count, household=rows // 2), _table("households", count // 2 + 1)
    first = np.minimum(2 * np.arange(count // 2 + 1), count - 1)
    _own(households, {"home": home[first].astype(np.int32)})
    households["origin"][:] = households["home"]
    _own(persons, {
        "grade": (1 + rows % 6).astype(np.int8), "school_kept": np.full(count, -1, np.int32),
        "seeks_seat": np.ones(count, np.int8), "school_offer": np.full(count, -1, np.int32),
        "catchment": (home * _TOWN + rows // 2 % inside).astype(np.int32), "schools_listed": np.zeros(count, np.int16),
    })  # fmt: skip
    none = np.zeros(grades.rows, np.int32)
    names = ("pupils_kept", "applicants", "blocking_pairs")
    _own(grades, {"standard_seats": seats, "hard_seats": seats, **{name: none.copy() for name in names}})
    total = np.bincount(grades["school"], seats).astype(np.int32)
    zero = {name: np.zeros(schools, np.int32) for name in ("pupils", "applicants", "blocking_pairs")}
    _own(facility, {
        "open": np.ones(schools, np.int8), "reach_minutes": np.full(schools, 60, np.int32),
        "boarding_minutes": np.full(schools, 120, np.int32), "hard_seats": total,
        "standard_seats": total, "quality_mean": np.zeros(schools, np.float32), "lot_key": facility["uid"] * 3,
        "taste_key": facility["uid"] * 5, **zero,
    })  # fmt: skip
    tables = {"persons": persons, "households": households, "schools": facility, "grades": grades}
    tables |= {name: _table(name, 0) for name in BASE if name not in tables}
    minutes = np.full((places, places), -1, np.int16)
    np.fill_diagonal(minutes, 0)
    world = World(tables, {}, minutes, np.ones((1, 3)), 2018, _SEPTEMBER)
    world.reach()
    view = {name: SimpleNamespace(n=one.rows, **{key: one[key] for key in one.columns}) for name, one in tables.items()}
    return SimpleNamespace(minutes=minutes, near=world.near, **view)


def whole(count: int) -> Callable[[], None]:
    """Return a September of so many pupils."""
    view, settings, clock = view_of_pupils(count), school_choice.Settings(), Moment(_SEPTEMBER, _SEPTEMBER)
    return lambda: school_choice.run(view, None, clock, settings)


def match_alone(count: int) -> Callable[[], None]:
    """Return the matching alone, the lists being written."""
    market = open_market(view_of_pupils(count), school_choice.Settings())
    match = np.empty(count, np.int32)
    return lambda: deferred_acceptance(market.offset, market.choice, market.priority, market.capacity, match)


def main() -> None:
    """Print both tables."""
    sizes = (3_000, 30_000, 300_000)
    scaling("schools: pupils of a September, lists, priorities and matching", sizes, whole)
    scaling("schools: pupils of a September, matching alone", sizes, match_alone)


if __name__ == "__main__":
    main()
