"""Where compiled kernels are kept: a user folder named by what they were compiled from."""

import getpass
import hashlib
import os
import platform
import sys
import tempfile
from pathlib import Path

import llvmlite
import numba
import numpy as np
import platformdirs

JIT_OPTIONS = {"cache": True, "nogil": True, "error_model": "numpy"}
"""Options of every kernel. No `fastmath`: it changes results with the processor."""


def digest() -> str:
    """Name everything that decides the machine code: sources and their place, options, versions, processor.

    Returns
    -------
    str
        the first 16 hexadecimal digits of a SHA-256.
    """
    sources = sorted(Path(__file__).parent.glob("*.py"))
    versions = (sys.version, numba.__version__, llvmlite.__version__, np.__version__)
    # The place counts too: Numba files compiled code under the path of its source, so that another
    # copy of the same kernels compiles anew and must not pass for warm.
    place = str(Path(__file__).parent.resolve())
    told = hashlib.sha256(repr((place, versions, platform.machine(), sorted(JIT_OPTIONS))).encode())
    for source in sources:
        told.update(source.name.encode() + b"\0" + source.read_bytes())
    return told.hexdigest()[:16]


def _usable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def use_keyed_cache() -> Path:
    """Point Numba at the folder of this digest and return it.

    A home that can't be written falls back to the folder for temporary files, so that a read-only
    installation works. Set `RELOSIM_CACHE` to choose the folder above it.
    """
    chosen = os.environ.get("RELOSIM_CACHE") or platformdirs.user_cache_dir("relosim")
    folder = Path(chosen) / "kernels" / digest()
    if not _usable(folder):
        folder = Path(tempfile.gettempdir()) / f"relosim-{getpass.getuser()}" / "kernels" / digest()
        folder.mkdir(parents=True, exist_ok=True)
    numba.config.CACHE_DIR = str(folder)
    return folder
