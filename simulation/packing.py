"""A past -> a header of JSON values and named arrays, and back with every type, length and row number checked."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from simulation.contract import Column
from simulation.past import ROW_OF, Past
from simulation.population import Population
from simulation.recorder import Change, keys_of
from simulation.table import Array, Table
from simulation.world import BASE, NOWHERE, World

Arrays = Mapping[str, Array]
_CHANGED = {"uid": "uint64", "old": "uint64", "new": "uint64", "reason": "int8"}


def pack(past: Past) -> tuple[dict[str, Any], dict[str, Array]]:
    """Return what a past comes to: values for a header, and arrays; columns go by their full names."""
    base = past.population.base
    about = {
        "ids": base.ids,
        "first_year": base.first_year,
        "person_months": past.person_months,
        "outcomes": list(past.outcomes),
        "changes": [[one.month, one.column, len(one.uid)] for one in past.changes],
        "starts": list(past.starts),
    }
    arrays = {
        **{f"{name}.{column}": table[column] for name, table in base.tables.items() for column in BASE[name]},
        **past.population.given,
        **{f"starts/{name}": values for name, values in past.starts.items()},
        **{f"changes/{name}": _joined(past.changes, name, dtype) for name, dtype in _CHANGED.items()},
        "outcomes": np.stack(list(past.outcomes.values())),
        "minutes": base.minutes,
        "wage_index": base.wage_index,
    }
    return about, arrays


def unpack(about: Mapping[str, Any], arrays: Arrays, owned: Mapping[str, Column], start: int, month: int) -> Past:
    """Return the past that `pack` took apart.

    Parameters
    ----------
    about, arrays
        what `pack` returned.
    owned
        the columns that processes own, by full name.
    start, month
        first month of the run, and the one that comes next.

    Raises ValueError or LookupError for anything that `pack` doesn't write.
    """
    base = _world(about, arrays, start)
    rows = {name: table.rows for name, table in base.tables.items()}
    given = {full: _column(full, one.dtype, one.unit, arrays, rows) for full, one in owned.items()}
    names = about["outcomes"]
    months = _shaped("outcomes", "float64", (len(names), month - start, len(keys_of(base).place)), arrays)
    return Past(
        Population(given, base),
        month,
        dict(zip(names, months, strict=True)),
        tuple(_changes(about, arrays)),
        {name: arrays[f"starts/{name}"] for name in about["starts"]},
        about["person_months"],
    )


def _joined(changes: Iterable[Change], name: str, dtype: str) -> Array:
    return np.concatenate([np.zeros(0, dtype), *(getattr(one, name) for one in changes)])


def _changes(about: Mapping[str, Any], arrays: Arrays) -> Iterator[Change]:
    counts = [count for _, _, count in about["changes"]]
    ends = np.cumsum([0, *counts])
    parts = {name: _shaped(f"changes/{name}", dtype, (ends[-1],), arrays) for name, dtype in _CHANGED.items()}
    for (month, column, _), first, end in zip(about["changes"], ends[:-1], ends[1:], strict=True):
        yield Change(month, column, **{name: values[first:end] for name, values in parts.items()})


def _world(about: Mapping[str, Any], arrays: Arrays, start: int) -> World:
    rows = {name: len(arrays[f"{name}.uid"]) for name in BASE}
    tables = {}
    for name, columns in BASE.items():
        tables[name] = table = Table(name, rows[name])
        for column, one in columns.items():
            values = _column(f"{name}.{column}", one.dtype, one.unit, arrays, rows)
            table.add_column(column, values, one.dtype, one.default)
    minutes = _shaped("minutes", "int16", (rows["places"], rows["places"]), arrays)
    index = _shaped("wage_index", "float64", arrays["wage_index"].shape, arrays)
    return World(tables, about["ids"], minutes, index, about["first_year"], start)


def _column(full: str, dtype: str, unit: str, arrays: Arrays, rows: Mapping[str, int]) -> Array:
    """Return a column. Raises ValueError also for rows that there aren't: kernels don't look."""
    values = _shaped(full, dtype, (rows[full.partition(".")[0]],), arrays)
    if unit.startswith(ROW_OF) and len(values):
        most = rows[unit.removeprefix(ROW_OF)]
        if values.min() < NOWHERE or values.max() >= most:
            raise ValueError(f"{full} names a row beyond the {most} of its table")
    return values


def _shaped(name: str, dtype: str, shape: tuple[int, ...], arrays: Arrays) -> Array:
    found = arrays[name]
    if found.dtype != np.dtype(dtype) or found.shape != shape:
        raise ValueError(f"{name} is {found.dtype}{list(found.shape)} and must be {dtype}{list(shape)}")
    return found
