"""Who is on the staff of which school; shared by the processes of teachers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.kernels.settling import count_at
from simulation.world import PROGRAMME_KINDS

_OPENING = PROGRAMME_KINDS.index("school_opening")
MICRO = 1_000_000
"""Quality is summed in whole millionths of an SD, so that sums don't hang on the order of rows."""

Flags = NDArray[np.bool_]


def opened_early(world: Any) -> Flags:
    """Say which schools a programme opens before their month, bool[schools].

    The step that calls it reads `programmes.kind`, `programmes.to_school` and the lever `programmes.places`.
    """
    early = np.zeros(world.schools.n, np.bool_)
    opening = (world.programmes.kind == _OPENING) & (world.levers["programmes.places"] >= 1)
    early[world.programmes.to_school[opening]] = True
    return early


def begun(world: Any, month: int) -> Flags:
    """Say whose first month at work has come, bool[teachers]; a school that opens early brings its own staff along.

    The step that calls it reads what `opened_early` does, `teachers.home_school`, `teachers.starts_month`
    and `schools.opens_month`.
    """
    teachers = world.teachers
    come = teachers.starts_month <= month
    early = opened_early(world)
    if early.any():
        with_the_school = teachers.starts_month == world.schools.opens_month[teachers.home_school]
        come |= early[teachers.home_school] & with_the_school
    return come  # type: ignore[no-any-return]


def count_by(rows: NDArray[np.int32], chosen: Flags, size: int) -> NDArray[np.int64]:
    """Count the chosen by the row that they name, int64[size]; those who name none are left out."""
    out = np.zeros(size, np.int64)
    count_at(rows, chosen.astype(np.int8), out)
    return out


def micro(quality: NDArray[np.float32]) -> NDArray[np.int64]:
    """Turn quality in SD into whole millionths, int64[n], exact to add up."""
    return np.rint(quality.astype(np.float64) * MICRO).astype(np.int64)
