"""Seats are taken and given up, children board or go without, and pupils are put into classes."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import Balance, Column, process
from simulation.draws import Draws
from simulation.kernels import schooling as kernels
from simulation.kernels.classes import form_classes, sit_down
from simulation.months import school_year
from simulation.processes._schools import FACTS, LEFT, PRESCHOOL, grade_rows, left_school, school_facts, taught_rooms
from simulation.world import NOWHERE

SEAT_REASONS = (
    "never had a seat", "took a seat", "boards for want of a seat", "all schools in reach are full",
    "no school in reach", "moved out of reach", "the school closed", "outgrew the school", "died", "dropped out",
)  # fmt: skip
"""What persons.seat_reason says, by code."""
UNPLACED = ("has a seat or needs none", "no school in reach", "all schools in reach are full")
"""What persons.unplaced says, by code."""


def _codes(names: tuple[str, ...]) -> str:
    return ", ".join(f"{code} {name}" for code, name in enumerate(names))


OWNS = {
    "persons.school": Column(
        "int32",
        NOWHERE,
        "row of schools",
        "where it holds a seat, as a day pupil or a boarder; -1 without",
        watched=True,
        reason="persons.seat_reason",
    ),
    "persons.boarding_school": Column(
        "int32",
        NOWHERE,
        "row of schools",
        "the school at which it boards; -1 does not board",
        watched=True,
        reason="persons.seat_reason",
    ),
    "persons.seat_reason": Column("int8", 0, "", _codes(SEAT_REASONS)),
    "persons.unplaced": Column("int8", 0, "", _codes(UNPLACED)),
    "persons.school_minutes": Column(
        "int16", -1, "minutes", "daily way to school; -1 for boarders and those without a seat"
    ),
    "persons.student": Column(
        "int8", 0, "", "1 if in school: a seat, or senior school (15 to 17) or tertiary (18 to 21)"
    ),
    "persons.class_size": Column(
        "float32", 0.0, "pupils", "pupils of the class it sits in, those from outside included; 0 without a seat"
    ),
    "persons.shares_room": Column("int8", 0, "", "1 if its class holds pupils of more than one grade"),
    "schools.pupils": Column("int32", 0, "pupils", "pupils of the three populations who hold a seat"),
    "schools.classes": Column("int32", 0, "classes", "classes held, as rooms and teachers allow"),
    "grades.pupils": Column("int32", 0, "pupils", "pupils of the three populations who hold a seat"),
    "grades.classes": Column(
        "int32", 0, "classes", "classes in which the grade sits; grades of one room count it each"
    ),
    "grades.shares_room": Column("int8", 0, "", "1 if the grade sits with another one in one room"),
    "grades.class_size": Column(
        "float32", 0.0, "pupils", "pupils of a class, those of other grades of the room and from outside included"
    ),
}


@process(
    phase="compete",
    reads=(
        *FACTS, "schools.reach_minutes", "schools.class_cap", "schools.outside_pupils", "schools.teachers_now",
        "schools.standard_seats", "schools.hard_seats", "schools.class_limit", "grades.school", "grades.grade", "grades.standard_seats",
        "grades.hard_seats", "grades.pupils_kept", "persons.alive", "persons.birth_month", "persons.household",
        "persons.grade", "persons.studies", "persons.school_kept", "persons.seat_lost", "persons.school_offer",
        "persons.schools_listed", "households.home",
    ),
    lagged=LEFT,
    owns=OWNS,
    levers=("schools.classrooms",),
)  # fmt: skip
def run(world: Any, draws: Draws, clock: Moment, settings: Any) -> None:
    """Carry out what was decided, then form classes."""
    p = world.persons
    rows = np.flatnonzero((p.grade != kernels.NO_GRADE) | (p.school >= 0) | (p.unplaced != 0))
    home, taught_at = world.households.home[p.household[rows]], grade_rows(world)
    kernels.take_seats(
        rows, p.grade, home, world.minutes, school_facts(world), taught_at, p.school_kept, p.seat_lost,
        p.school_offer, p.schools_listed, p.school, p.boarding_school, p.school_minutes, p.seat_reason, p.unplaced,
        world.grades.pupils,
    )  # fmt: skip
    np.maximum(p.studies, p.school >= 0, out=p.student)
    grades = world.grades
    world.schools.pupils[:] = np.bincount(grades.school, grades.pupils, world.schools.n)
    _form_classes(world, taught_at)
    sit_down(rows, p.school, p.grade, taught_at, grades.class_size, grades.shares_room, p.class_size, p.shares_room)


def _form_classes(world: Any, taught_at: NDArray[np.int32]) -> None:
    schools, grades = world.schools, world.grades
    outside = schools.outside_pupils * (schools.open != 0).astype(np.int32)
    cap = np.maximum(schools.class_cap, 1).astype(np.int32)
    form_classes(
        taught_at, grades.pupils, outside, taught_rooms(world), cap, grades.classes, grades.shares_room, grades.class_size,
        schools.classes,
    )  # fmt: skip


def audit(world: Any, clock: Moment, settings: Any) -> Iterable[Balance]:
    """Say whether seats and pupils agree, limits hold and every child of compulsory age is counted once."""
    p, schools, grades = world.persons, world.schools, world.grades
    linked = np.flatnonzero(p.school >= 0)
    at, grade = p.school[linked], p.grade[linked]
    small = schools.level[grades.school] == PRESCHOOL
    limit = np.where(small, grades.standard_seats, grades.hard_seats)
    yield Balance("pupils by school", int(schools.pupils.sum()), len(linked))
    yield Balance("pupils by grade", int(grades.pupils.sum()), len(linked))
    yield Balance("dead pupils", int((p.alive[linked] == 0).sum()), 0)
    yield Balance(
        "pupils of another grade", int(((grade < schools.first_grade[at]) | (grade > schools.last_grade[at])).sum()), 0
    )
    # Who sits there already stays, however many they are; nobody comes beyond the limit.
    new = linked[at != p.school_kept[linked]]
    came = np.bincount(grade_rows(world)[p.school[new], p.grade[new] + np.int64(2)], minlength=grades.n)
    yield Balance("newcomers beyond the limit", int(np.minimum(np.maximum(grades.pupils - limit, 0), came).sum()), 0)
    crammed = p.class_size[new] > schools.class_limit[p.school[new]]
    yield Balance("newcomers in a class beyond the limit", int(crammed.sum()), 0)
    yield Balance("children of compulsory age", _accounted_for(p), _of_compulsory_age(world, clock))


def _accounted_for(p: Any) -> int:
    """Count the children in a compulsory grade who are placed, board, or are unplaced for a stated reason."""
    rows = np.flatnonzero((p.grade >= kernels.FIRST_COMPULSORY) & (p.alive != 0))
    at, bed, unplaced = p.school[rows], p.boarding_school[rows], p.unplaced[rows] != 0
    placed, boarding, without = (at >= 0) & (bed < 0), (at >= 0) & (bed == at), (at < 0) & (bed < 0)
    return int((placed & ~unplaced).sum() + (boarding & ~unplaced).sum() + (without & unplaced).sum())


def _of_compulsory_age(world: Any, clock: Moment) -> int:
    """Count the living who were 6 to 14 on 31 August, by their month of birth alone, and hadn't left school by then."""
    p, september, left = world.persons, school_year(clock.month), left_school(world)
    oldest, youngest = september - 12 * 15, september - 12 * 6 - 1
    # Who leaves this month is out of school from the next one on.
    there = (p.alive != 0) & ((left < 0) | (left >= clock.month))
    return int(((p.birth_month >= oldest) & (p.birth_month <= youngest) & there).sum())
