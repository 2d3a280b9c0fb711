"""The manifest and the lists that lie beside the runs of a folder."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.folder import MANIFEST
from analysis.months import ResultsError

SHARED = "shared"
"""Key of the manifest of a copy to hand on, which lacks inputs and unit records."""
AGAIN = "run the scenario once more with --out {} to have it written"
"""What mends a list of a folder that is torn."""


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a folder, nothing where there is none; ResultsError for one that is torn."""
    file = folder / MANIFEST
    try:
        told = json.loads(file.read_text("utf-8")) if file.exists() else {}
    except ValueError as error:
        raise ResultsError(f"{file} is torn ({error}): {AGAIN.format(folder)}") from None
    if not isinstance(told, dict):
        raise ResultsError(f"{file} tells no design: {AGAIN.format(folder)}")
    return told


def read_list(file: Path, columns: list[str] | None = None) -> pa.Table:
    """Read one of a folder's lists, such as `design.parquet`; ResultsError for one that is torn."""
    try:
        return pq.read_table(file, columns=columns)
    except (OSError, pa.ArrowException) as error:
        raise ResultsError(f"{file} is torn ({error}): {AGAIN.format(file.parent)}") from None
