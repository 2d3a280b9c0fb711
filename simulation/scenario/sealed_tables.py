"""The tables of a region as a scenario holds them: read-only, with what follows from them found once."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from simulation.scenario import region
from simulation.scenario.arms import row_identities, rows_by_id

Columns = Mapping[str, NDArray[Any]]


def sealed_array(values: NDArray[Any]) -> NDArray[Any]:
    """Return an array that can't be written to: this one if it is sealed already, or a copy."""
    sealed = values.copy() if values.flags.writeable else values
    sealed.flags.writeable = False
    return sealed


def digest(value: Any) -> str:
    """Hash what JSON can say: SHA-256, 64 hex digits."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class SealedTables(Mapping[str, Columns]):
    """{table: {column: int64, float64 or str [rows]}}; scenarios that differ in other values share it."""

    def __init__(self, tables: Mapping[str, Mapping[str, NDArray[Any]]]) -> None:
        """Seal every column."""
        self._tables = {
            name: MappingProxyType({column: sealed_array(values) for column, values in columns.items()})
            for name, columns in tables.items()
        }

    def __getitem__(self, name: str) -> Columns:
        """Return the columns of one table."""
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        """Go over the tables' names."""
        return iter(self._tables)

    def __len__(self) -> int:
        """Count the tables."""
        return len(self._tables)

    def __reduce__(self) -> Any:
        """Pickle the columns, and the digests if they were asked for."""
        known = {"digests": self.digests} if "digests" in self.__dict__ else {}
        return _revived, ({name: dict(columns) for name, columns in self._tables.items()}, known)

    @cached_property
    def digests(self) -> dict[str, str]:
        """SHA-256 of each table's values, marks of sources left out."""
        return {name: _table_digest(columns) for name, columns in self._tables.items()}

    @cached_property
    def rows(self) -> dict[str, dict[str, Any]]:
        """The rows of each table that names its rows, {table: {id: row}}."""
        return rows_by_id(self._lines)

    @cached_property
    def row_identities(self) -> frozenset[str]:
        """The identity strings of the region's own facilities."""
        return row_identities(self._lines)

    def ids(self, table: str) -> tuple[str, ...] | None:
        """Return the ids of a table's rows; None if it names none."""
        columns = self._tables.get(table)
        return tuple(columns["id"].tolist()) if columns and "id" in columns else None

    @cached_property
    def _lines(self) -> dict[str, list[tuple[int, Any]]]:
        return {name: list(enumerate(_rows(name, columns))) for name, columns in self._tables.items()}


def _rows(name: str, columns: Columns) -> Iterator[Any]:
    """Make the rows again that the columns were taken from; they were found right when they were read."""
    values = zip(*(column.tolist() for column in columns.values()), strict=True)
    return (region.TABLES[name].model_construct(**dict(zip(columns, row, strict=True))) for row in values)


def _table_digest(columns: Columns) -> str:
    return digest({name: column.tolist() for name, column in columns.items() if name != "source"})


def _revived(tables: Mapping[str, Mapping[str, NDArray[Any]]], known: Mapping[str, Any]) -> SealedTables:
    made = SealedTables(tables)
    made.__dict__.update(known)
    return made
