"""What it takes to open a school before its time: the teachers who work there earlier than they would have."""

from typing import Any

import numpy as np

from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.world import PROGRAMME_KINDS

_OPENING = PROGRAMME_KINDS.index("school_opening")


@process(
    phase="compete",
    reads=(
        "programmes.uid", "programmes.kind", "programmes.to_school", "schools.opens_month", "teachers.home_school",
        "teachers.school",
    ),
    owns={
        "programmes.teachers_early": Column(
            "int32", 0, "persons", "teachers at work in a school that the programme opened before its month"
        )
    },
    levers=("programmes.places",),
)  # fmt: skip
def run(world: Any, draws: Draws, clock: Moment, settings: Any) -> None:
    """Count a school's own teachers until the month in which it would have opened; of two programmes the first pays."""
    programmes, schools, teachers = world.programmes, world.schools, world.teachers
    programmes.teachers_early[:] = 0
    opening = np.flatnonzero((programmes.kind == _OPENING) & (world.levers["programmes.places"] >= 1))
    paid: set[int] = set()
    for one in opening[np.argsort(programmes.uid[opening])].tolist():
        school = int(programmes.to_school[one])
        if clock.month < schools.opens_month[school] and school not in paid:
            at_work = (teachers.home_school == school) & (teachers.school >= 0)
            programmes.teachers_early[one] = np.count_nonzero(at_work)
            paid.add(school)
