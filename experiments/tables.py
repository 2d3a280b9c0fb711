"""From what a run leaves behind to the tables that are stored, and their hash."""

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from simulation.months import date_of
from simulation.recorder import GROUPS
from simulation.world import POPULATIONS

if TYPE_CHECKING:
    from experiments.design import Planned
    from simulation.contract import Indicator
    from simulation.engine import Result

_ALL_POPULATIONS = (*POPULATIONS, "all")
_SMALL_TABLES = ("places", "schools", "clinics", "employers", "programmes")
"""Tables whose ids are told in the units file; those of persons and households would outweigh it."""


def _repeated(names: list[str], times: int) -> pa.Array:
    return pa.array(names * times, pa.string())


def _key_columns(result: "Result", planned: "Planned") -> dict[str, pa.Array]:
    keys, months = result.keys, result.months
    count = len(keys.place)
    places = ["all" if code < 0 else result.ids["places"][code] for code in keys.place]
    dates = np.arange(result.first_month, result.first_month + months)
    return {
        "run": pa.array([planned.id] * (months * count), pa.string()),
        "arm": pa.array([planned.arm] * (months * count), pa.string()),
        "replicate": pa.array(np.full(months * count, planned.replicate, np.int32)),
        "month": pa.array(np.repeat(dates.astype(np.int32), count)),
        "date": pa.array([date_of(int(month)) for month in dates for _ in range(count)], pa.string()),
        "place": _repeated(places, months),
        "population": _repeated([_ALL_POPULATIONS[code] for code in keys.population], months),
        "group": _repeated([GROUPS[code] for code in keys.group], months),
    }


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

    The metadata tell the ids of facilities and the employers without a limit of posts.
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
    told = {"relosim.ids": ids, "relosim.unlimited": list(result.unlimited)}
    metadata = {name: json.dumps(value, ensure_ascii=False) for name, value in told.items()}
    return pa.table(columns).replace_schema_metadata(metadata)


def _joined(parts: list[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    return np.concatenate(parts).astype(dtype) if parts else np.zeros(0, dtype)


def persons_table(result: "Result") -> pa.Table:
    """Build each person's fixed attributes, one row each."""
    return pa.table({name: pa.array(values) for name, values in result.fixed.items()})


def ledger_table(result: "Result", planned: "Planned") -> pa.Table:
    """Build the bookings: month, date, intervention, kind, amount in fen, quantity."""
    entries = result.ledger
    return pa.table(
        {
            "run": pa.array([planned.id] * len(entries), pa.string()),
            "arm": pa.array([planned.arm] * len(entries), pa.string()),
            "replicate": pa.array([planned.replicate] * len(entries), pa.int32()),
            "month": pa.array([one.month for one in entries], pa.int32()),
            "date": pa.array([date_of(one.month) for one in entries], pa.string()),
            "intervention": pa.array([one.intervention for one in entries], pa.string()),
            "kind": pa.array([one.kind for one in entries], pa.string()),
            "amount_fen": pa.array([one.amount_fen for one in entries], pa.int64()),
            "quantity": pa.array([one.quantity for one in entries], pa.float64()),
        }
    )


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
