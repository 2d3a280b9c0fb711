"""Each September everybody moves on by a school year: grades by age, and who goes on after junior school."""

from typing import Any

import numpy as np

from simulation.clock import Moment
from simulation.contract import GIVEN, Column, process
from simulation.draws import Draws
from simulation.kernels import schooling as kernels
from simulation.months import SEPTEMBER, school_year
from simulation.parameters import Settings as Base
from simulation.parameters import parameter
from simulation.processes._schools import LEFT, left_school


class Settings(Base):
    """Who goes to schools that the law doesn't ask for."""

    preschool_share: float = parameter(
        0.881, "share", 0.5, 1.0, "[S15]", "share of children of 3 to 5 who look for a preschool seat"
    )
    senior_share: float = parameter(
        0.88,
        "share",
        0.5,
        1.0,
        "[unverified: share of juniors going on]",
        "share of those leaving junior school who go on for three years",
    )
    tertiary_share: float = parameter(
        0.2, "share", 0.0, 0.7, "[prior]", "share of those leaving senior school who go on for four years"
    )


OWNS = {
    "persons.grade": Column(
        "int8", kernels.NO_GRADE, "grade", "-2 to 0 preschool, 1 to 6 primary, 7 to 9 junior, -9 none"
    ),
    "persons.studies": Column("int8", 0, "", "1 in senior school (15 to 17) or tertiary education (18 to 21)"),
    "persons.education": Column("int8", GIVEN, "", "0 primary or less, 1 junior, 2 senior, 3 tertiary", newborn=0),
}


@process(
    phase="compete",
    reads=("persons.uid", "persons.alive", "persons.birth_month"),
    lagged=("persons.school", *LEFT),
    owns=OWNS,
    streams=("preschool", "senior", "tertiary"),
)
def run(world: Any, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Begin the school year if it is time; who died or left school before its time has no grade from then on."""
    p = world.persons
    first = clock.month == clock.start
    if not (first or clock.month % 12 == SEPTEMBER):
        kernels.leave_school(p.alive, left_school(world), p.grade, p.studies)
        return
    shares = np.array([settings.preschool_share, settings.senior_share, settings.tertiary_share])
    keys = np.array([draws.for_life(purpose) for purpose in ("preschool", "senior", "tertiary")], np.uint64)
    kernels.begin_school_year(
        school_year(clock.month), first, p.alive, left_school(world), p.birth_month, p.uid, p.school, shares, keys,
        p.grade, p.studies, p.education,
    )  # fmt: skip
