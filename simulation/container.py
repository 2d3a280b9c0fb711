"""A header and arrays as one string of bytes that is the same everywhere and runs no code when it is read.

The layout is three lines, `relosim snapshot`, the SHA-256 of what follows, the header as JSON, and a ZIP of NumPy
files (`.npz`), each deflated. The hash finds what was torn or changed, not who wrote it.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from simulation.table import Array

FORMAT = 1
"""Version of the layout and of what it holds."""
_MAGIC = b"relosim snapshot\n"
_LINE = 65
"""Digits of the hash, and the end of its line."""
_LEVEL = 1
"""Of compression: a fifth of the size in a third of the time of the usual level, which saves a tenth more."""


class SnapshotError(Exception):
    """A snapshot that can't be used: says what it is and what would be right."""


def seal(header: Mapping[str, Any], arrays: Mapping[str, Array]) -> bytes:
    """Write a header of JSON values, which names FORMAT as its `format`, and arrays of numbers."""
    line = json.dumps(header, ensure_ascii=True, separators=(",", ":")).encode()
    body = line + b"\n" + _packed(arrays)
    return _MAGIC + _hash_line(body) + body


def header_of(content: bytes) -> dict[str, Any]:
    """Read the header. Raises SnapshotError if the content isn't whole, or of another format."""
    return _split(content)[0]


def unseal(content: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    """Read header and arrays. Raises SnapshotError as `header_of` does, and for arrays that aren't numbers."""
    header, packed = _split(content)
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as file:
            return header, dict(file.items())
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        raise SnapshotError(f"the snapshot holds no arrays of numbers ({error}); burn in again") from None


def _hash_line(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode() + b"\n"


def _packed(arrays: Mapping[str, Array]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, values in arrays.items():
            array = io.BytesIO()
            np.lib.format.write_array(array, np.ascontiguousarray(values), allow_pickle=False)
            # A date of its own keeps the clock out: the same run is the same bytes.
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, array.getbuffer(), zipfile.ZIP_DEFLATED, _LEVEL)
    return file.getvalue()


def _split(content: bytes) -> tuple[dict[str, Any], bytes]:
    if not content.startswith(_MAGIC):
        raise SnapshotError("this is no snapshot of relosim; simulation.snapshot.burn_in makes one")
    told, body = content[len(_MAGIC) : len(_MAGIC) + _LINE], content[len(_MAGIC) + _LINE :]
    if told != _hash_line(body):
        raise SnapshotError("the snapshot is torn or was changed: it differs from its SHA-256; burn in again")
    line, _, packed = body.partition(b"\n")
    header = _json(line)
    if header.get("format") != FORMAT:
        what = f"the snapshot is of format {header.get('format')}, this relosim reads format {FORMAT}"
        raise SnapshotError(f"{what}; burn in again")
    return header, packed


def _json(line: bytes) -> dict[str, Any]:
    try:
        header = json.loads(line)
    except ValueError:
        header = None
    if not isinstance(header, dict):
        raise SnapshotError("the snapshot has no header of JSON; burn in again")
    return header
