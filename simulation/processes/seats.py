"""How many pupils each school, and each grade of it, has room and teachers for."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import Balance, Column, process
from simulation.draws import Draws
from simulation.kernels.classes import share_seats
from simulation.kernels.school_reach import count_around
from simulation.kernels.schooling import FIRST_GRADE, GRADES, OPEN
from simulation.mechanism import Mechanism
from simulation.parameters import Settings as Base
from simulation.parameters import parameter
from simulation.processes._schools import FACTS, cells, grade_rows, school_facts, schools_of_places, taught_rooms

Ints = NDArray[np.int32]


class Settings(Base):
    """Norms of seats, and how far they may be exceeded."""

    pupils_per_teacher_preschool: float = parameter(12.0, "pupils", 7, 20, "[prior]", "staffing norm of preschools")
    pupils_per_teacher_primary: float = parameter(
        19.0, "pupils", 15, 23, "[unverified: 2014 unified norm]", "staffing norm of primary schools"
    )
    pupils_per_teacher_junior: float = parameter(
        13.5, "pupils", 11, 18, "[unverified: 2014 unified norm]", "staffing norm of junior schools"
    )
    class_limit: int = parameter(66, "pupils", 56, 80, "[syn]", "pupils that a class takes at the very most")
    teacher_stretch: float = parameter(
        1.25, "ratio", 1.0, 1.6, "[syn]", "how far pupils per teacher may exceed the norm at the very most"
    )

    @property
    def staffing(self) -> NDArray[np.float64]:
        """Pupils per teacher by level, float64[3]."""
        return np.array(
            [self.pupils_per_teacher_preschool, self.pupils_per_teacher_primary, self.pupils_per_teacher_junior]
        )


_LESS_OUTSIDE = "less those of outside pupils"
OWNS = {
    "schools.standard_seats": Column("int32", 0, "seats", f"seats within the norms, {_LESS_OUTSIDE}"),
    "schools.hard_seats": Column("int32", 0, "seats", f"seats at the hard limit, {_LESS_OUTSIDE}"),
    "schools.class_limit": Column("int32", 0, "pupils", "pupils that a class of it takes at the very most"),
    "grades.standard_seats": Column("int32", 0, "seats", f"the grade's part of the standard seats, {_LESS_OUTSIDE}"),
    "grades.hard_seats": Column("int32", 0, "seats", f"the grade's part of the hard limit, {_LESS_OUTSIDE}"),
}


MECHANISMS = (
    Mechanism(
        "teachers' limit on seats",
        "a teacher is enough for as many pupils as the ranges allow",
        {
            "pupils_per_teacher_preschool": 20.0,
            "pupils_per_teacher_primary": 23.0,
            "pupils_per_teacher_junior": 18.0,
            "teacher_stretch": 1.6,
        },
    ),
)


@process(
    phase="compete",
    reads=(
        *FACTS, "schools.uid", "schools.class_cap", "schools.seats", "schools.outside_pupils", "schools.teachers_now",
        "schools.reach_minutes", "schools.boarding_minutes", "grades.school", "grades.grade", "grades.pupils_kept",
        "persons.grade", "persons.household", "persons.seeks_seat", "persons.school_kept", "persons.catchment",
        "households.home", "households.origin",
    ),
    owns=OWNS,
    levers=("schools.classrooms", "schools.seats"),
)  # fmt: skip
def run(world: Any, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Count the seats of each school; then share them out to its grades."""
    schools, grades = world.schools, world.grades
    load = settings.staffing[schools.level]
    limit = schools.class_limit[:] = np.maximum(schools.class_cap, settings.class_limit)
    schools.standard_seats[:] = _capacity(world, schools.class_cap, load)
    schools.hard_seats[:] = _capacity(world, limit, load * settings.teacher_stretch)
    taught_at = grade_rows(world)
    coming, around = _coming(world, taught_at)
    rooms, most = taught_rooms(world), schools.class_limit
    for seats, shared in ((schools.standard_seats, grades.standard_seats), (schools.hard_seats, grades.hard_seats)):
        share_seats(seats, schools.outside_pupils, rooms, most, taught_at, grades.pupils_kept, coming, around, shared)
        # Rooms of grades that sit apart may hold less than the school's rooms together.
        seats[:] = np.bincount(grades.school, shared, schools.n)


def _capacity(world: Any, class_size: NDArray[Any], teacher_load: NDArray[np.float64]) -> Ints:
    """Return the least of rooms, teachers and desks, less pupils from outside, int32[schools]."""
    schools = world.schools
    most = np.minimum(world.levers["schools.classrooms"] * class_size, schools.teachers_now * teacher_load)
    most = np.where(schools.seats >= 0, np.minimum(most, world.levers["schools.seats"]), most)
    left = np.maximum(np.floor(most) - schools.outside_pupils, 0)
    return np.where(schools.open != 0, left, 0).astype(np.int32)


def _coming(world: Any, taught_at: Ints) -> tuple[Ints, Ints]:
    """Count who looks for a seat, int32[grades] each: children of the catchment, and all who have it in reach.

    Who holds a seat of the grade is counted among those who keep it, and not again.
    """
    p, grades = world.persons, world.grades
    rows = np.flatnonzero(p.seeks_seat)
    household, at, facts = p.household[rows], p.catchment[rows], school_facts(world)
    # Nobody has a school without any seat in reach: who has no other by day must board.
    facts[:, OPEN] &= world.schools.hard_seats > 0
    held, column = p.school_kept[rows], p.grade[rows] - np.int64(FIRST_GRADE)
    belongs = (at >= 0) & (at != held)
    coming = np.bincount(taught_at[at[belongs], column[belongs]], minlength=grades.n).astype(np.int32)
    home, origin = world.households.home[household], world.households.origin[household]
    away = (origin != home) & (origin >= 0)
    here = np.bincount(cells(world, rows, home), minlength=len(world.minutes) * GRADES).astype(np.int32)
    near, around = world.near["schools"], np.empty(grades.n, np.int32)
    offset, own = schools_of_places(world)
    count_around(
        here, origin[away], home[away], p.grade[rows[away]], world.minutes, near.offsets, near.rows, near.minutes,
        offset, own, facts, world.schools.boarding_minutes, taught_at, around,
    )  # fmt: skip
    holds = held >= 0
    again = np.bincount(taught_at[held[holds], column[holds]], minlength=grades.n)
    return coming, np.maximum(around - again, 0).astype(np.int32)


def audit(world: Any, clock: Moment, settings: Settings) -> Iterable[Balance]:
    """Say whether the seats of the grades add up to those of the schools."""
    yield Balance("standard seats", int(world.grades.standard_seats.sum()), int(world.schools.standard_seats.sum()))
    yield Balance("hard seats", int(world.grades.hard_seats.sum()), int(world.schools.hard_seats.sum()))
