"""Who keeps a school seat, who looks for one, and in whose catchment each child lives.

A seat is kept while the child belongs to the grades taught, the school is open and the way to it is
short enough, or the child boards. In September all who don't sit in the school of their own catchment may
look for a better one, so that nobody envies anybody across years; in March, when schools open too, those who
board may. They keep what they have until they are offered it.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import Balance, Column, process
from simulation.draws import Draws, folded
from simulation.kernels import schooling as kernels
from simulation.kernels.school_reach import catchments
from simulation.mechanism import Mechanism
from simulation.months import MARCH, SEPTEMBER, school_year
from simulation.parameters import Settings as Base
from simulation.parameters import parameter
from simulation.processes._schools import (
    FACTS,
    LEFT,
    grade_rows,
    left_school,
    school_facts,
    schools_of_places,
    taught_rooms,
)
from simulation.world import NOWHERE


class Settings(Base):
    """Limits of the way to school, daily or to board."""

    minutes_limit_preschool: int = parameter(
        40, "minutes", 15, 90, "[prior]", "longest daily way to a preschool of another place"
    )
    minutes_limit_primary: int = parameter(
        60, "minutes", 20, 120, "[prior]", "longest daily way to a primary school of another place"
    )
    minutes_limit_junior: int = parameter(
        45,
        "minutes",
        20,
        120,
        "[prior] beyond it boarding is the rule; at 60 the nearest township's juniors fill some 90 seats of the town",
        "longest daily way to a junior school of another place",
    )
    boarding_minutes_limit: int = parameter(
        120, "minutes", 60, 300, "[prior]", "longest way to a boarding school other than that of the origin"
    )

    @property
    def reach(self) -> NDArray[np.int32]:
        """Longest daily way by level, int32[3]."""
        return np.array([self.minutes_limit_preschool, self.minutes_limit_primary, self.minutes_limit_junior], np.int32)


OWNS = {
    "schools.reach_minutes": Column("int32", 0, "minutes", "longest daily way to it from another place"),
    "schools.boarding_minutes": Column(
        "int32", 0, "minutes", "longest way to it of a boarder who comes from elsewhere"
    ),
    "schools.lot_key": Column("uint64", 0, "", "key of the lots drawn for its seats in this school year"),
    "schools.taste_key": Column("uint64", 0, "", "key of the tastes that families have for it, for life"),
    "persons.school_kept": Column(
        "int32", NOWHERE, "row of schools", "where the seat of last month still holds; -1 without"
    ),
    "persons.seat_lost": Column("int8", 0, "", "why the seat of last month was lost; 0 if it wasn't"),
    "persons.seeks_seat": Column("int8", 0, "", "1 if the family looks for a seat, or a better one, this month"),
    "persons.catchment": Column(
        "int32", NOWHERE, "row of schools", "in whose catchment the child lived when it last looked for a seat"
    ),
    "grades.pupils_kept": Column("int32", 0, "pupils", "those who keep their seat this month"),
}


MECHANISMS = (
    Mechanism(
        "limits of the way to school",
        "children go as far to school as the ranges allow",
        {
            "minutes_limit_preschool": 90,
            "minutes_limit_primary": 120,
            "minutes_limit_junior": 120,
            "boarding_minutes_limit": 300,
        },
    ),
)


@process(
    phase="compete",
    reads=(
        *FACTS, "schools.uid", "schools.classrooms", "schools.class_cap", "schools.teachers", "schools.seats",
        "schools.teachers_now", "grades.school", "grades.grade", "persons.uid", "persons.alive", "persons.household", "persons.grade",
        "households.uid", "households.home",
    ),
    lagged=("persons.school", "persons.boarding_school", *LEFT),
    owns=OWNS,
    streams=("lot", "taste", "catchment"),
    levers=("schools.classrooms", "schools.seats"),
)  # fmt: skip
def run(world: Any, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Look at every link to a school; then find the catchment of those who look for a seat."""
    p = world.persons
    _set_keys(world, draws, clock, settings)
    rows = np.flatnonzero((p.grade != kernels.NO_GRADE) | (p.school >= 0))
    home, facts = world.households.home[p.household[rows]], school_facts(world)
    p.seeks_seat[:] = 0
    choosing = {SEPTEMBER: kernels.EVERYBODY, MARCH: kernels.BOARDERS}.get(clock.month % 12, kernels.NOBODY)
    if choosing == kernels.EVERYBODY:
        pupils = p.grade[rows] != kernels.NO_GRADE
        _find_catchments(world, draws, rows[pupils], home[pupils], facts)
    kernels.keep_seats(
        rows, p.alive, left_school(world), p.grade, home, world.minutes, facts, p.school, p.boarding_school,
        grade_rows(world), p.catchment, choosing, p.school_kept, p.seat_lost, p.seeks_seat,
        world.grades.pupils_kept,
    )  # fmt: skip
    if choosing == kernels.EVERYBODY:
        return
    seeking = p.seeks_seat[rows] != 0
    _find_catchments(world, draws, rows[seeking], home[seeking], facts)


def _set_keys(world: Any, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Keys stand with the schools, so that rival rules of choice share their luck."""
    schools = world.schools
    schools.reach_minutes[:] = settings.reach[schools.level]
    schools.boarding_minutes[:] = settings.boarding_minutes_limit
    schools.lot_key[:] = folded(draws.key("lot", school_year(clock.month)), schools.uid)
    schools.taste_key[:] = folded(draws.for_life("taste"), schools.uid)


def served(world: Any) -> NDArray[np.float64]:
    """Return how much of its place a school is built to serve, float64[schools]: its pupils a grade before any policy.

    What policy adds or takes away doesn't redraw catchments, as long as there is a room with a teacher.
    """
    s = world.schools
    built = (s.classrooms > 0) & (s.teachers > 0) & (s.seats != 0)
    # A school that can seat nobody now has no catchment: it mustn't change who is seated elsewhere.
    built &= (taught_rooms(world) > 0) & (world.levers["schools.seats"] != 0)
    return np.where(built, s.classrooms * s.class_cap / (s.last_grade - s.first_grade + 1.0), 0.0)


def _find_catchments(world: Any, draws: Draws, rows: NDArray[np.intp], home: NDArray[np.int32], facts: Any) -> None:
    p, schools = world.persons, world.schools
    key = folded(draws.for_life("catchment"), schools.uid)
    offset, own = schools_of_places(world)
    family = world.households.uid[p.household[rows]]
    catchments(rows, p.grade, home, family, offset, own, facts, served(world), key, p.catchment)


def audit(world: Any, clock: Moment, settings: Settings) -> Iterable[Balance]:
    """Say whether those who keep a seat are as many by grade as one by one."""
    kept = int((world.persons.school_kept >= 0).sum())
    yield Balance("seats that are kept", int(world.grades.pupils_kept.sum()), kept)
