"""The months that a run has behind it, as data: whoever holds them goes on without running them again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulation.contract import Column, ContractError
from simulation.population import Population
from simulation.recorder import Change
from simulation.table import Array, Table
from simulation.world import BASE, World

Rows = NDArray[np.intp]
ROW_OF = "row of "
"""How the unit of a column begins whose values are rows of a table, -1 for none."""


@dataclass(frozen=True)
class Past:
    """A run of the baseline up to the beginning of a month.

    Attributes
    ----------
    population
        the tables as they stand; `given` holds all columns that processes own.
    month
        the month that comes next, absolute.
    outcomes
        {column: float64[months, keys]}.
    changes
        changes of watched columns.
    starts
        {watched column of persons: uint64[persons of the start]}, by full name.
    person_months
        months lived so far, over all persons.
    """

    population: Population
    month: int
    outcomes: Mapping[str, NDArray[np.float64]]
    changes: tuple[Change, ...]
    starts: Mapping[str, NDArray[np.uint64]]
    person_months: int


def keeping(past: Past, kept: Mapping[str, Rows], owned: Mapping[str, Column]) -> Past:
    """Return a past without the rows that other arms bring.

    Parameters
    ----------
    past
        with the rows of all arms.
    kept
        {table: intp[rows kept]}, rising; tables not named keep all rows.
    owned
        the columns that processes own, by full name.

    Raises ContractError if something that stays names a row that goes, or if nobody can say whose change
    it was: a row that is idle until its intervention works has no part in anything.
    """
    base = past.population.base
    units = {f"{table}.{name}": one.unit for table in BASE for name, one in BASE[table].items()}
    units |= {full: one.unit for full, one in owned.items()}
    columns = {f"{name}.{column}": table[column] for name, table in base.tables.items() for column in BASE[name]}
    columns |= past.population.given
    numbers = {name: _numbers(table.rows, kept.get(name)) for name, table in base.tables.items()}
    stay = {full: _stay(full, values, units[full], kept, numbers) for full, values in columns.items()}
    changes = tuple(one for change in past.changes if len((one := _own(change, base.tables, kept)).uid))
    given = {full: stay[full] for full in past.population.given}
    return replace(past, population=Population(given, _world(base, stay, kept)), changes=changes)


def _numbers(rows: int, kept: Rows | None) -> NDArray[np.int64]:
    """Return the new number of each old row, int64[rows]; -1 for one that goes."""
    if kept is None:
        return np.arange(rows)
    out = np.full(rows, -1)
    out[kept] = np.arange(len(kept))
    return out


def _stay(
    full: str, values: Array, unit: str, kept: Mapping[str, Rows], numbers: Mapping[str, NDArray[np.int64]]
) -> Array:
    rows = kept.get(full.partition(".")[0])
    values = values if rows is None else values[rows]
    if not unit.startswith(ROW_OF):
        return values
    new = numbers[unit.removeprefix(ROW_OF)]
    named = values >= 0
    out = values.copy()
    out[named] = new[values[named]]
    if (out[named] < 0).any():
        raise ContractError(f"{full} names a row that another arm brings, which is idle until that arm's month")
    return out


def _own(change: Change, tables: Mapping[str, Table], kept: Mapping[str, Rows]) -> Change:
    """Drop what changed in rows that go."""
    table = change.column.partition(".")[0]
    if table not in kept:
        return change
    uid = tables[table]["uid"]
    goes = np.isin(change.uid, np.delete(uid, kept[table]))
    if (goes & np.isin(change.uid, uid[kept[table]])).any():
        what = f"{change.column} changes in a row that two arms bring with different values"
        raise ContractError(f"{what}; give it a 'name:' in one of them")
    columns = {name: getattr(change, name)[~goes] for name in ("uid", "old", "new", "reason")}
    return replace(change, **columns)


def _world(base: World, stay: Mapping[str, Array], kept: Mapping[str, Rows]) -> World:
    tables, ids = {}, {}
    for name in base.tables:
        table = Table(name, len(stay[f"{name}.uid"]))
        for column, one in BASE[name].items():
            table.add_column(column, stay[f"{name}.{column}"], one.dtype, one.default)
        tables[name] = table
        names = base.ids[name]
        ids[name] = [names[row] for row in kept[name]] if name in kept else list(names)
    return World(tables, ids, base.minutes, base.wage_index, base.first_year, base.start)
