"""School seats are shared out each September: the own place's schools first, then the nearest; then by lot.

Those who have a seat keep it. Children of compulsory age are placed up to the hard limit of a
school, then board at the school of their origin, and only then are without a seat; movers take
what is left in other months. Deferred acceptance (Gale and Shapley 1962; domain 2.3).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import GIVEN, Balance, Column, process
from simulation.draws import Draws
from simulation.kernels import schooling as kernels
from simulation.kernels.matching import deferred_acceptance, justified_envy
from simulation.months import SEPTEMBER, school_year
from simulation.parameters import Settings as Base
from simulation.parameters import parameter
from simulation.world import NOWHERE, SCHOOL_KINDS, SCHOOL_LEVELS

SEAT_REASONS = (
    "never had a seat", "took a seat", "boards for want of a seat", "all schools in reach are full",
    "no school in reach", "moved out of reach", "the school closed", "outgrew the school", "died",
)  # fmt: skip
"""What persons.seat_reason says, by code."""

_PRESCHOOL = SCHOOL_LEVELS.index("preschool")
_TEACHING_POINT = SCHOOL_KINDS.index("teaching_point")

Ints = NDArray[np.int32]
Rows = NDArray[np.intp]
Keys = NDArray[np.uint64]
"""Of the lot of the school year and of the catchment."""


class Settings(Base):
    """Norms of seats, limits of the way to school, and who goes on to schools that aren't rationed."""

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
    minutes_limit_preschool: int = parameter(
        40, "minutes", 15, 90, "[prior]", "longest daily way to a preschool of another place"
    )
    minutes_limit_primary: int = parameter(
        60, "minutes", 20, 120, "[prior]", "longest daily way to a primary school of another place"
    )
    minutes_limit_junior: int = parameter(
        60, "minutes", 20, 120, "[prior]", "longest daily way to a junior school of another place"
    )
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

    @property
    def staffing(self) -> NDArray[np.float64]:
        """Pupils per teacher by level, float64[3]."""
        return np.array(
            [self.pupils_per_teacher_preschool, self.pupils_per_teacher_primary, self.pupils_per_teacher_junior]
        )

    @property
    def reach(self) -> Ints:
        """Longest daily way by level, int32[3]."""
        return np.array([self.minutes_limit_preschool, self.minutes_limit_primary, self.minutes_limit_junior], np.int32)


OWNS = {
    "persons.school": Column(
        "int32",
        NOWHERE,
        "row of schools",
        "where it holds a seat, as a day pupil or a boarder; -1 without",
        watched=True,
        reason="persons.seat_reason",
    ),
    "persons.grade": Column(
        "int8", kernels.NO_GRADE, "grade", "-2 to 0 preschool, 1 to 6 primary, 7 to 9 junior, -9 none"
    ),
    "persons.boarding_school": Column(
        "int32", NOWHERE, "row of schools", "the school at which it boards; -1 does not board"
    ),
    "persons.seat_reason": Column("int8", 0, "", ", ".join(f"{code} {name}" for code, name in enumerate(SEAT_REASONS))),
    "persons.school_minutes": Column(
        "int16", -1, "minutes", "daily way to school; -1 for boarders and those without a seat"
    ),
    "persons.student": Column(
        "int8", 0, "", "1 if in school: a seat, or senior school (15 to 17) or tertiary (18 to 21)"
    ),
    "persons.education": Column("int8", GIVEN, "", "0 primary or less, 1 junior, 2 senior, 3 tertiary", newborn=0),
    "schools.pupils": Column("int32", 0, "pupils", "pupils of the three populations who hold a seat"),
    "schools.pupils_kept": Column("int32", 0, "pupils", "those of them who held it before this month's round"),
    "schools.classes": Column(
        "int32", 0, "classes", "classes held: one a grade, more as the cap asks, as rooms and teachers allow"
    ),
    "schools.standard_seats": Column("int32", 0, "seats", "seats within the norms, less those of outside pupils"),
    "schools.hard_seats": Column("int32", 0, "seats", "seats at the hard limit, less those of outside pupils"),
    "schools.applicants": Column(
        "int32", 0, "pupils", "who wanted it first in the last September round: its own pupils and newcomers"
    ),
    "schools.blocking_pairs": Column(
        "int32", 0, "pairs", "pupils with justified envy of a seat here after the last round"
    ),
}


@process(
    phase="compete",
    reads=(
        "persons.uid", "persons.alive", "persons.birth_month", "persons.household", "households.uid",
        "households.home", "households.origin", "schools.uid", "schools.place",
        "schools.level", "schools.kind", "schools.first_grade", "schools.last_grade",
        "schools.extra_minutes", "schools.class_cap", "schools.outside_pupils", "schools.teachers_now", "schools.open",
    ),
    owns=OWNS,
    streams=("lot", "catchment", "preschool", "senior", "tertiary"),
    levers=("schools.classrooms",),
)  # fmt: skip
def run(world: Any, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Count seats, begin the school year if it is time, drop links that ended, share out what is free."""
    round_of_year = clock.month % 12 == SEPTEMBER or clock.month == clock.start
    _count_seats(world, settings)
    if round_of_year:
        _begin_year(world, draws, clock, settings)
    children = np.flatnonzero((world.persons.grade != kernels.NO_GRADE) | (world.persons.school >= 0))
    home = world.households.home[world.persons.household[children]]
    span, door = _span(world), _door(world, settings)
    p = world.persons
    kernels.keep_links(
        children, p.alive, p.grade, home, span, door, p.school, p.boarding_school, p.school_minutes, p.seat_reason
    )
    world.schools.pupils_kept[:] = _by_school(world, children)
    _place(world, draws, clock, _Reach(span, door), children, home, round_of_year)
    _close_books(world, children)


def _capacity(world: Any, class_size: NDArray[Any], teacher_load: NDArray[np.float64]) -> Ints:
    rooms = world.levers["schools.classrooms"] * class_size
    seats = np.floor(np.minimum(rooms, world.schools.teachers_now * teacher_load)) - world.schools.outside_pupils
    return np.where(world.schools.open != 0, np.maximum(seats, 0), 0).astype(np.int32)


def _count_seats(world: Any, settings: Settings) -> None:
    load = settings.staffing[world.schools.level]
    limit = np.maximum(world.schools.class_cap, settings.class_limit)
    world.schools.standard_seats[:] = _capacity(world, world.schools.class_cap, load)
    world.schools.hard_seats[:] = _capacity(world, limit, load * settings.teacher_stretch)


def _begin_year(world: Any, draws: Draws, clock: Moment, settings: Settings) -> None:
    p = world.persons
    shares = np.array([settings.preschool_share, settings.senior_share, settings.tertiary_share])
    keys = np.array([draws.for_life(purpose) for purpose in ("preschool", "senior", "tertiary")], np.uint64)
    september, first = school_year(clock.month), clock.month == clock.start
    kernels.begin_school_year(
        september, first, p.alive, p.birth_month, p.uid, p.school, shares, keys, p.grade, p.student, p.education
    )


def _span(world: Any) -> NDArray[np.int8]:
    """Return lowest grade, highest grade and open of each school, int8[schools, 3]."""
    return np.column_stack([world.schools.first_grade, world.schools.last_grade, world.schools.open]).astype(np.int8)


def _door(world: Any, settings: Settings) -> NDArray[np.int16]:
    """Return minutes from door to door, int16[places, schools], -1 beyond the limit; one's own place always counts."""
    schools = world.schools
    way = world.minutes[:, schools.place].astype(np.int32)
    total = way + schools.extra_minutes
    own = np.arange(len(way))[:, None] == schools.place
    within = (way >= 0) & (own | (total <= settings.reach[schools.level]))
    return np.where(within, total, -1).astype(np.int16)


def _beds(world: Any) -> NDArray[np.int16]:
    """Return 0 where a school takes boarders of an origin, int16[places, schools], else -1."""
    own = np.arange(len(world.minutes))[:, None] == world.schools.place
    takes = (world.schools.level != _PRESCHOOL) & (world.schools.kind != _TEACHING_POINT)
    return np.where(own & takes, 0, -1).astype(np.int16)


def _by_school(world: Any, rows: Rows) -> NDArray[np.intp]:
    """Count the pupils of each school among some persons, int[schools]."""
    at = world.persons.school[rows]
    return np.bincount(at[at >= 0], minlength=world.schools.n)


@dataclass(frozen=True)
class _Reach:
    """What is open to whom: span int8[schools, 3] and door int16[places, schools]."""

    span: NDArray[np.int8]
    door: NDArray[np.int16]


@dataclass(frozen=True)
class _Round:
    """The lists of one round of proposals and what came of it."""

    offset: Ints
    choice: Ints
    match: Ints
    envied: Ints


def _match(world: Any, keys: Keys, reach: _Reach, rows: Rows, place: Ints, capacity: Ints) -> _Round:
    """Let `rows` propose from `place` to the schools in reach that have room."""
    near = world.near["schools"]
    start = np.empty(len(world.minutes) * kernels.GRADES + 1, np.int32)
    listed = np.empty(kernels.GRADES * len(near.rows), np.int32)
    kernels.list_schools(near.offsets, near.rows, reach.door, reach.span, world.schools.place, start, listed)
    cell = place * np.int32(kernels.GRADES) + world.persons.grade[rows] - np.int32(kernels.FIRST_GRADE)
    offset = np.empty(len(rows) + 1, np.int32)
    kernels.count_choices(cell, start, offset)
    choice, priority = np.empty(offset[-1], np.int32), np.empty(offset[-1], np.uint64)
    uid, family = world.persons.uid[rows], world.households.uid[world.persons.household[rows]]
    where, names = world.schools.place, world.schools.uid
    kernels.propose(uid, family, cell, start, listed, reach.door, where, keys, names, offset, choice, priority)
    match, envied = np.empty(len(rows), np.int32), np.empty(world.schools.n, np.int32)
    deferred_acceptance(offset, choice, priority, capacity, match)
    justified_envy(offset, choice, priority, capacity, match, envied)
    return _Round(offset, choice, match, envied)


def _place(
    world: Any, draws: Draws, clock: Moment, reach: _Reach, children: Rows, home: Ints, round_of_year: bool
) -> None:
    p = world.persons
    seeking = (p.school[children] < 0) | (round_of_year & (p.boarding_school[children] >= 0))
    seeking &= (p.alive[children] != 0) & (p.grade[children] != kernels.NO_GRADE)
    rows, place = children[seeking], home[seeking]
    # The hard limit is for those who must be in school; preschools keep to the standard.
    limit = np.where(world.schools.level == _PRESCHOOL, world.schools.standard_seats, world.schools.hard_seats)
    keys = np.array([draws.key("lot", school_year(clock.month)), draws.for_life("catchment")], np.uint64)
    left = np.maximum(limit - world.schools.pupils_kept, 0).astype(np.int32)
    found = _match(world, keys, reach, rows, place, left)
    if round_of_year:
        world.schools.applicants[:] = _wanted_first(world, children, found)
    world.schools.blocking_pairs[:] = found.envied
    kernels.take_seats(
        rows, found.match, place, reach.door, p.school, p.boarding_school, p.school_minutes, p.seat_reason
    )
    _board(world, keys, reach.span, rows[p.school[rows] < 0], children)
    kernels.explain_unplaced(rows, found.offset, p.school, p.seat_reason)


def _wanted_first(world: Any, children: Rows, found: _Round) -> NDArray[np.intp]:
    """Count who wants a school first: day pupils who keep it, and proposers at the head of whose list it stands."""
    keepers = children[world.persons.boarding_school[children] < 0]
    heads = found.choice[found.offset[:-1][np.diff(found.offset) > 0]]
    return _by_school(world, keepers) + np.bincount(heads, minlength=world.schools.n)


def _board(world: Any, keys: Keys, span: NDArray[np.int8], rows: Rows, children: Rows) -> None:
    """Let those of compulsory age whom no day school took board at the school of their origin."""
    p = world.persons
    rows = rows[p.grade[rows] >= kernels.FIRST_COMPULSORY]
    origin = world.households.origin[p.household[rows]]
    left = np.maximum(world.schools.hard_seats - _by_school(world, children), 0).astype(np.int32)
    found = _match(world, keys, _Reach(span, _beds(world)), rows, origin, left)
    kernels.take_beds(rows, found.match, p.school, p.boarding_school, p.seat_reason)


def _close_books(world: Any, children: Rows) -> None:
    p, schools = world.persons, world.schools
    pupils = children[p.grade[children] != kernels.NO_GRADE]
    p.student[pupils] = p.school[pupils] >= 0
    schools.pupils[:] = _by_school(world, children)
    everyone = (schools.pupils + schools.outside_pupils) * (schools.open != 0)
    asked = np.maximum(schools.last_grade - schools.first_grade + 1, -(-everyone // np.maximum(schools.class_cap, 1)))
    held = np.minimum(np.minimum(asked, world.levers["schools.classrooms"]), schools.teachers_now)
    schools.classes[:] = np.where(everyone > 0, np.maximum(held, 1), 0)


def audit(world: Any, clock: Moment, settings: Settings) -> Iterable[Balance]:
    """Say whether seats and pupils agree, limits hold and every child of compulsory age is counted once."""
    p, schools = world.persons, world.schools
    linked = np.flatnonzero(p.school >= 0)
    at, grade = p.school[linked], p.grade[linked]
    limit = np.where(schools.level == _PRESCHOOL, schools.standard_seats, schools.hard_seats)
    excess = schools.pupils - np.maximum(limit, schools.pupils_kept)
    yield Balance("pupils by school", int(schools.pupils.sum()), len(linked))
    yield Balance("dead pupils", int((p.alive[linked] == 0).sum()), 0)
    yield Balance(
        "pupils of another grade", int(((grade < schools.first_grade[at]) | (grade > schools.last_grade[at])).sum()), 0
    )
    yield Balance("pupils beyond every limit", int(np.maximum(excess, 0).sum()), 0)
    yield Balance("children of compulsory age", _accounted_for(p), _of_compulsory_age(p, school_year(clock.month)))


def _accounted_for(p: Any) -> int:
    """Count the children in a compulsory grade who are placed, board, or are unplaced for a stated reason."""
    rows = np.flatnonzero((p.grade >= kernels.FIRST_COMPULSORY) & (p.alive != 0))
    at, bed = p.school[rows], p.boarding_school[rows]
    placed, boarding = (at >= 0) & (bed < 0), (at >= 0) & (bed == at)
    unplaced = (at < 0) & (bed < 0) & np.isin(p.seat_reason[rows], (kernels.NO_SEAT, kernels.NO_SCHOOL))
    return int(placed.sum() + boarding.sum() + unplaced.sum())


def _of_compulsory_age(p: Any, september: int) -> int:
    """Count the living who were 6 to 14 on 31 August, by their month of birth alone."""
    oldest, youngest = september - 12 * 15, september - 12 * 6 - 1
    return int(((p.birth_month >= oldest) & (p.birth_month <= youngest) & (p.alive != 0)).sum())
