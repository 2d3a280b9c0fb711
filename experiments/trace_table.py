"""`trace/`: a row for each option of each decision that a traced run tells of, of two runs side by side."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from simulation.months import date_of

if TYPE_CHECKING:
    from analysis.runs import Run
    from simulation.tracing import Told

COLUMNS = pa.schema(
    [
        ("run", pa.string()), ("arm", pa.string()), ("month", pa.int32()), ("date", pa.string()),
        ("process", pa.string()), ("household", pa.uint64()), ("person", pa.uint64()), ("option", pa.string()),
        ("utility", pa.float64()), ("threshold", pa.float64()), ("draw", pa.float64()), ("chosen", pa.bool_()),
        ("changes", pa.bool_()),
        ("reason", pa.string()),
    ]
)  # fmt: skip
_MARK_DIGITS = 12


def trace_rows(run: "Run", told: Iterable["Told"]) -> list[dict[str, Any]]:
    """Return the rows of one run, in the order in which they were told; person 0 is the household as a whole."""
    return [
        {
            "run": run.id, "arm": run.arm, "month": one.month, "date": date_of(one.month), "process": one.process,
            "household": one.household, "person": one.person, "option": one.account.option,
            "utility": one.account.utility, "threshold": one.account.threshold, "draw": one.account.draw,
            "chosen": one.account.chosen, "changes": one.account.news, "reason": one.account.reason,
        }
        for one in told
    ]  # fmt: skip


def trace_table(rows: list[dict[str, Any]], about: Mapping[str, Any]) -> pa.Table:
    """Make the table; `about` (the runs with their hashes, what is told of, households) goes to its metadata."""
    return pa.Table.from_pylist(rows, COLUMNS).replace_schema_metadata({"relosim.trace": json.dumps(about)})


def file_name(run: "Run", households: Collection[int]) -> str:
    """Name the file of some households of one pair of runs; the same question has the same name."""
    draw = f"-d{run.draw:04d}" if run.values else ""
    uids = sorted(households)
    many = hashlib.sha256(repr(uids).encode()).hexdigest()[:_MARK_DIGITS]
    who = f"household-{uids[0]}" if len(uids) == 1 else f"{len(uids)}-households-{many}"
    return f"{run.arm}{draw}-r{run.replicate:04d}-{who}.parquet"
