"""A table of rows that never move: named columns of one length, with room to grow."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Table:
    """Struct of arrays. Rows are appended, never moved, never reused within a run.

    Growth doubles the room and detaches every view taken before: no step may keep an array beyond
    its call.
    """

    def __init__(self, name: str, rows: int) -> None:
        """Make a table of `rows` rows and no columns."""
        self.name = name
        self.rows = rows
        self.room = rows
        self.version = 0
        """Rises whenever views taken before are no longer those of the whole table."""
        self._columns: dict[str, Array] = {}
        self._defaults: dict[str, Any] = {}

    def __contains__(self, column: str) -> bool:
        """Say whether the column exists."""
        return column in self._columns

    def __getitem__(self, column: str) -> Array:
        """Return the writable view of a column, [rows]."""
        return self._columns[column][: self.rows]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in the order in which they were added."""
        return tuple(self._columns)

    def add_column(self, name: str, values: Array | None, dtype: Any, default: Any) -> None:
        """Add a column.

        Parameters
        ----------
        name
            its name; taken names raise ValueError.
        values
            [rows] starting values, or None for `default` in every row.
        dtype
            NumPy type of the column.
        default
            value of a row appended later that brings none.
        """
        if name in self._columns:
            raise ValueError(f"{self.name}.{name} exists already")
        column = np.empty(self.room, dtype)
        column[: self.rows] = default if values is None else values
        self._columns[name] = column
        self._defaults[name] = default
        self.version += 1

    def append(self, count: int, values: Mapping[str, Array]) -> slice:
        """Append `count` rows and return their slice; columns not given take their default."""
        new = slice(self.rows, self.rows + count)
        self._make_room(new.stop)
        self.rows = new.stop
        self.version += 1
        for name, column in self._columns.items():
            column[new] = values.get(name, self._defaults[name])
        return new

    def view(self, column: str, *, writable: bool) -> Array:
        """Return a view of a column, [rows], sealed unless `writable`."""
        view = self[column]
        view.flags.writeable = writable
        return view

    def _make_room(self, rows: int) -> None:
        if rows <= self.room:
            return
        self.room = max(rows, 2 * self.room)
        for name, old in self._columns.items():
            new = np.empty(self.room, old.dtype)
            new[: self.rows] = old[: self.rows]
            self._columns[name] = new
