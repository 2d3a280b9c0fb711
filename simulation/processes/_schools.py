"""Where the grades of the schools stand in their table; shared by the processes of schools."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.kernels.schooling import FIRST_GRADE, GRADES
from simulation.world import NOWHERE


def grade_rows(world: Any) -> NDArray[np.int32]:
    """Return the row of `grades` of each school and grade + 2, int32[schools, 12]; -1 where it isn't taught.

    The step that calls it reads `grades.school` and `grades.grade`.
    """
    rows = np.full((world.schools.n, GRADES), NOWHERE, np.int32)
    rows[world.grades.school, world.grades.grade - FIRST_GRADE] = np.arange(world.grades.n, dtype=np.int32)
    return rows
