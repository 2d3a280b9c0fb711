"""What makes a run the run it is: a hash of everything that decides its figures."""

import hashlib
import json
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numba
import numpy as np

import simulation

if TYPE_CHECKING:
    from simulation.scenario import Scenario

STORE_FORMAT = 2
"""Version of the result files; part of every identity, so that an older file is never taken for a new one."""
_DIGITS = 24


def _folder(package: ModuleType) -> Path:
    return Path(next(iter(package.__path__)))


@cache
def code_digest() -> str:
    """Hash every source file of the simulation, the store's format and the versions of what computes.

    Times, hosts and worker counts lie outside; an edit that can't change a figure (a comment) counts
    as a change all the same.
    """
    told = hashlib.sha256(repr((STORE_FORMAT, np.__version__, numba.__version__)).encode())
    root = _folder(simulation)
    for source in sorted(root.rglob("*.py")):
        told.update(source.relative_to(root).as_posix().encode() + b"\0" + source.read_bytes() + b"\0")
    return told.hexdigest()


def run_identity(scenario: "Scenario", arm: str, draw: int, replicate: int, code: str) -> str:
    """Name a run: the first 24 digits of a SHA-256 over scenario, arm, draw, replicate, months and code.

    `scenario` is the one with the draw's values laid over it.
    """
    known = scenario.arm_fingerprint(arm), arm, scenario.seed, draw, replicate, scenario.start, scenario.months, code
    return hashlib.sha256(json.dumps(known, default=str).encode()).hexdigest()[:_DIGITS]
