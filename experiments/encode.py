"""From what a run leaves behind to the bytes of its files, and the hash of what it recorded."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analysis.runs import rows_hash
from experiments.identity import STORE_FORMAT
from simulation.months import date_of
from simulation.recorder import GROUPS
from simulation.world import POPULATIONS

if TYPE_CHECKING:
    from experiments.design import Planned
    from simulation.contract import Indicator
    from simulation.engine import Result

_ALL_POPULATIONS = (*POPULATIONS, "all")
_SMALL_TABLES = ("places", "dwellings", "schools", "clinics", "employers", "programmes")
"""Tables whose ids are told in the units file; those of persons and households would outweigh it."""


@dataclass(frozen=True)
class Encoded:
    """The files of a run as bytes: outcomes always, units and persons where they are kept."""

    outcomes: bytes
    units: bytes | None = None
    persons: bytes | None = None

    def of(self, kind: str) -> bytes | None:
        """Return the file of a kind: outcomes, units or persons."""
        return {"outcomes": self.outcomes, "units": self.units, "persons": self.persons}[kind]


def encode(
    planned: "Planned", result: "Result", indicators: Mapping[str, "Indicator"], keep_units: bool
) -> tuple[str, Encoded]:
    """Return the content hash of a run and its files; each file's footer says which run it belongs to."""
    told = content_hash(result)
    table = outcome_table(result, planned, indicators)
    run = {
        "id": planned.id, "arm": planned.arm, "draw": planned.draw, "replicate": planned.replicate,
        "values": dict(planned.values), "start": result.first_month, "months": result.months, "hash": told,
        "rows": len(table), "rows_hash": rows_hash(table), "ledger": [asdict(one) for one in result.ledger],
    }  # fmt: skip
    outcomes = parquet_bytes(with_runs(table, [run]))
    if not keep_units:
        return told, Encoded(outcomes)
    mark = {"relosim.run": json.dumps({"id": planned.id, "hash": told})}
    return told, Encoded(
        outcomes, *(parquet_bytes(_marked(one, mark)) for one in (units_table(result), persons_table(result)))
    )


def with_runs(table: pa.Table, runs: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Write into a table's metadata which runs its rows are, in their order: the seal of an outcome file."""
    told = {"format": STORE_FORMAT, "runs": list(runs)}
    return table.replace_schema_metadata({"relosim.runs": json.dumps(told, ensure_ascii=False)})


def _marked(table: pa.Table, mark: Mapping[str, str]) -> pa.Table:
    return table.replace_schema_metadata({**(table.schema.metadata or {}), **mark})


def parquet_options(schema: pa.Schema) -> dict[str, Any]:
    """Say how files are written: zstd, floats split by byte (smallest and quickest of what was tried: ADR 9)."""
    floats = [column.name for column in schema if pa.types.is_floating(column.type)]
    others = [name for name in schema.names if name not in floats]
    return {"compression": "zstd", "use_dictionary": others, "use_byte_stream_split": floats or False}


def parquet_bytes(table: pa.Table) -> bytes:
    """Return a table as the bytes of a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **parquet_options(table.schema))
    return bytes(sink.getvalue())


def _repeated(names: Sequence[str], codes: NDArray[np.intp]) -> pa.Array:
    """Return a column of names by their codes, made without a Python string per row."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(names, pa.string())).cast(
        pa.string()
    )


def _key_columns(result: "Result", planned: "Planned") -> dict[str, pa.Array]:
    keys, months = result.keys, result.months
    count, rows = len(keys.place), months * len(keys.place)
    month = np.repeat(np.arange(months), count)
    dates = [date_of(result.first_month + one) for one in range(months)]
    return {
        "run": _repeated([planned.id], np.zeros(rows, np.intp)),
        "arm": _repeated([planned.arm], np.zeros(rows, np.intp)),
        "draw": pa.array(np.full(rows, planned.draw, np.int32)),
        "replicate": pa.array(np.full(rows, planned.replicate, np.int32)),
        "month": pa.array((result.first_month + month).astype(np.int32)),
        "date": _repeated(dates, month),
        "place": _repeated([*result.ids["places"], "all"], np.tile(_last_for_all(keys.place, result), months)),
        "population": _repeated(_ALL_POPULATIONS, np.tile(keys.population, months)),
        "group": _repeated(GROUPS, np.tile(keys.group, months)),
    }


def _last_for_all(places: NDArray[np.int16], result: "Result") -> NDArray[np.intp]:
    return np.where(places < 0, len(result.ids["places"]), places)


def column_metadata(name: str, indicators: Mapping[str, "Indicator"]) -> dict[str, str]:
    """Say what an outcome column means: unit, people, denominator, meaning, direction, kind."""
    base = name.removesuffix("__num").removesuffix("__den")
    one = indicators[base]
    kind = "ratio" if base != name else ("count" if one.poolable else "plain")
    return {
        "unit": one.unit, "of": one.of, "denominator": one.denominator, "meaning": one.meaning,
        "better": str(one.better), "poolable": str(one.poolable).lower(), "kind": kind,
    }  # fmt: skip


def outcome_table(result: "Result", planned: "Planned", indicators: Mapping[str, "Indicator"]) -> pa.Table:
    """Build the outcome rows, month x key, one float64 column per recorded figure."""
    keys = _key_columns(result, planned)
    fields = [pa.field(name, values.type) for name, values in keys.items()]
    arrays = list(keys.values())
    for name, values in result.outcomes.items():
        fields.append(pa.field(name, pa.float64(), metadata=column_metadata(name, indicators)))
        arrays.append(pa.array(np.ascontiguousarray(values, np.float64).ravel()))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def units_table(result: "Result") -> pa.Table:
    """Build the rows of changes: uid, month, column, from, to, reason.

    The metadata tell the ids of facilities, the kinds of employers and places ({table: {uid: kind}}), the words of
    reasons ({column: {code: words}}), and the employers without a limit of posts.
    """
    changes = result.changes
    columns = {
        "uid": _joined([one.uid for one in changes], np.uint64),
        "month": _joined([np.full(len(one.uid), one.month) for one in changes], np.int32),
        "column": pa.array([one.column for one in changes for _ in range(len(one.uid))], pa.string()),
        "from": _joined([one.old for one in changes], np.uint64),
        "to": _joined([one.new for one in changes], np.uint64),
        "reason": _joined([one.reason for one in changes], np.int8),
    }
    ids = {
        table: {str(uid): name for uid, name in zip(result.uids[table].tolist(), result.ids[table], strict=True)}
        for table in _SMALL_TABLES
        if table in result.ids
    }
    kinds = {
        table: {str(uid): kind for uid, kind in zip(result.uids[table].tolist(), names, strict=True)}
        for table, names in result.kinds.items()
    }
    told = {
        "relosim.ids": ids,
        "relosim.kinds": kinds,
        "relosim.reasons": result.reasons,
        "relosim.unlimited": list(result.unlimited),
    }
    metadata = {name: json.dumps(value, ensure_ascii=False) for name, value in told.items()}
    return pa.table(columns).replace_schema_metadata(metadata)


def _joined(parts: list[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    return np.concatenate(parts).astype(dtype) if parts else np.zeros(0, dtype)


def persons_table(result: "Result") -> pa.Table:
    """Build each person's fixed attributes, one row each."""
    return pa.table({name: pa.array(values) for name, values in result.fixed.items()})


def content_hash(result: "Result") -> str:
    """Hash what a run recorded, in key order: SHA-256; names of run and arm, times and hosts lie outside.

    Two arms that do the same have the same hash.
    """
    told = hashlib.sha256()
    _hash_outcomes(result, told)
    _hash_changes(result, told)
    order = np.argsort(result.fixed["uid"])
    for name in sorted(result.fixed):
        told.update(name.encode() + np.ascontiguousarray(result.fixed[name][order]).tobytes())
    for one in sorted(result.ledger, key=lambda entry: (entry.month, entry.intervention, entry.kind, entry.amount_fen)):
        told.update(repr((one.month, one.intervention, one.kind, one.amount_fen, float(one.quantity))).encode())
    return told.hexdigest()


def _hash_outcomes(result: "Result", told: "hashlib._Hash") -> None:
    keys = result.keys
    places = ["all" if code < 0 else result.ids["places"][code] for code in keys.place]
    order = sorted(range(len(places)), key=lambda row: (places[row], int(keys.population[row]), int(keys.group[row])))
    named = [(places[row], int(keys.population[row]), int(keys.group[row])) for row in order]
    told.update(repr((result.first_month, result.months, named)).encode())
    for name in sorted(result.outcomes):
        values = np.asarray(result.outcomes[name], "<f8")[:, order]
        # One bit pattern for every undefined value.
        told.update(name.encode() + np.where(np.isnan(values), np.nan, values).tobytes())


def _hash_changes(result: "Result", told: "hashlib._Hash") -> None:
    for one in sorted(result.changes, key=lambda change: (change.month, change.column)):
        order = np.argsort(one.uid)
        told.update(f"{one.month} {one.column}".encode())
        for values in (one.uid, one.old, one.new, one.reason):
            told.update(np.ascontiguousarray(values[order]).tobytes())
