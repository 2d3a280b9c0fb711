"""What may go wrong with the folder while a study runs, in words that say what to do."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_REMEDIES = {
    errno.ENOSPC: "the disk is full: free some space",
    errno.EDQUOT: "the quota is used up: free some space",
    errno.EACCES: "it may not be written: change its permissions, or name another folder with --out",
    errno.EPERM: "it may not be written: change its permissions, or name another folder with --out",
    errno.EROFS: "it lies on a read-only file system: name another folder with --out",
}
_NO_ROOM_BYTES = 2**17
"""With less room than that, a database that can't write has none: SQLite calls it an I/O error."""
_WORDS = {"full": errno.ENOSPC, "readonly": errno.EACCES, "read-only": errno.EACCES, "unable to open": errno.EACCES}


class DesignError(ValueError):
    """A design that can't be made: says what was asked and what there is."""


class StoreError(Exception):
    """A result folder that can't be written: says which file, why, and what to do."""

    @classmethod
    def of(cls, file: Path, error: OSError | str) -> "StoreError":
        """Say why a file can't be written."""
        if isinstance(error, OSError):
            code, said = error.errno or 0, error.strerror or str(error)
        else:
            code, said = next((number for word, number in _WORDS.items() if word in error), 0), error
            if _no_room(file.parent):
                code = errno.ENOSPC
        remedy = _REMEDIES.get(code, f"{said}: mend it")
        return cls(f"{file} can't be written; {remedy}, then give the same command again: what finished is kept")


def _no_room(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _NO_ROOM_BYTES
    except OSError:
        return False


@contextmanager
def in_words(folder: Path) -> Iterator[None]:
    """Turn an operating system's refusal to write somewhere in a result folder into a StoreError."""
    try:
        yield
    except OSError as error:
        file = Path(error.filename) if isinstance(error.filename, str | Path) else folder
        if error.errno in _REMEDIES or folder in file.parents:
            raise StoreError.of(file, error) from None
        raise


class LockedError(StoreError):
    """A result folder in which another process is making runs."""


class RunsFailedError(Exception):
    """Runs without which a question can't be answered have failed: says which, and by what."""
