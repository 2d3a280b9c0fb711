"""Where schools and their grades stand in their tables; shared by the processes of schools."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.kernels.schooling import FIRST_GRADE, GRADES
from simulation.world import NOWHERE, SCHOOL_KINDS, SCHOOL_LEVELS

PRESCHOOL = SCHOOL_LEVELS.index("preschool")
_TEACHING_POINT = SCHOOL_KINDS.index("teaching_point")

FACTS = (
    "schools.place", "schools.extra_minutes", "schools.first_grade", "schools.last_grade", "schools.open",
    "schools.boards", "schools.level", "schools.kind",
)  # fmt: skip
"""What `school_facts` reads."""
LEFT = ("persons.left_school_month",)
"""What `left_school` reads as last month left it."""


def left_school(world: Any) -> NDArray[np.int32]:
    """Return the month in which each person left school before its time, int32[persons]; -1 never."""
    return world.persons.left_school_month  # type: ignore[no-any-return]


def grade_rows(world: Any) -> NDArray[np.int32]:
    """Return the row of `grades` of each school and grade + 2, int32[schools, 12]; -1 where it isn't taught.

    The step that calls it reads `grades.school` and `grades.grade`.
    """
    rows = np.full((world.schools.n, GRADES), NOWHERE, np.int32)
    rows[world.grades.school, world.grades.grade - FIRST_GRADE] = np.arange(world.grades.n, dtype=np.int32)
    return rows


def school_facts(world: Any) -> NDArray[np.int32]:
    """Return what kernels ask of schools, int32[schools, 8]: the columns PLACE to BOUND of `kernels.schooling`.

    Small children don't board. A teaching point belongs to its hamlet: the families whose catchment it
    is have it near, for the rest of the township the way leads past it.
    """
    s = world.schools
    lodges = (s.boards != 0) & (s.level != PRESCHOOL)
    bound = s.kind == _TEACHING_POINT
    facts = (s.place, s.extra_minutes, s.reach_minutes, s.first_grade, s.last_grade, s.open, lodges, bound)
    return np.ascontiguousarray(np.column_stack(facts).astype(np.int32))


def taught_rooms(world: Any) -> NDArray[np.int32]:
    """Return the rooms of each school in which a teacher stands, int32[schools].

    The step that calls it reads `schools.teachers_now` and the lever `schools.classrooms`.
    """
    rooms = np.minimum(world.levers["schools.classrooms"], world.schools.teachers_now)
    return rooms.astype(np.int32)  # type: ignore[no-any-return]


def schools_of_places(world: Any) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the schools of each place in the order of uids: offsets int32[places + 1], rows int32[schools]."""
    place = world.schools.place
    rows = np.lexsort((world.schools.uid, place)).astype(np.int32)
    offset = np.searchsorted(place[rows], np.arange(len(world.minutes) + 1)).astype(np.int32)
    return offset, rows


def cells(world: Any, rows: NDArray[np.intp], place: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the cell (place, grade) of persons, int64[k]."""
    return place.astype(np.int64) * GRADES + world.persons.grade[rows] - FIRST_GRADE  # type: ignore[no-any-return]
