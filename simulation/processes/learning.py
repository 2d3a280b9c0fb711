"""What pupils have learnt by each July: teachers, the own class, change, empty posts, boarding, family and luck.

The value-added equation of domain 2.4; achievement is in SD of the county's entry year.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.kernels.learning import enter, learn
from simulation.mechanism import Mechanism
from simulation.months import JULY, SEPTEMBER
from simulation.parameters import Settings as Base
from simulation.parameters import parameter
from simulation.world import SCHOOL_LEVELS

_JUNIOR = SCHOOL_LEVELS.index("junior")
_MONTHS_TO_JULY = 11
"""Months of a school year by its July, in which posts may have stood empty."""


class Settings(Base):
    """The value-added equation of a school year; all effects in SD of pupils."""

    persistence: float = parameter(
        0.8,
        "share",
        0.5,
        0.95,
        "[unverified: value-added literature, 0.7 to 0.9]",
        "share of what a pupil knew that is still there a year later",
    )
    teacher_effect: float = parameter(
        0.12,
        "SD per SD",
        0.05,
        0.20,
        "[unverified: Hanushek and Rivkin 2010; Chetty et al. 2014, 0.10 to 0.15]",
        "gain from teachers who are 1 SD better",
    )
    class_size_effect: float = parameter(
        -0.004,
        "SD per pupil",
        -0.03,
        0.0,
        "[unverified: STAR, Krueger 1999, and Angrist and Lavy 1999 up to -0.03; China mixed, so near 0]",
        "gain from one more pupil in the class",
    )
    class_size_norm: float = parameter(
        45.0, "pupils", 30, 55, "[unverified: MOE standard class]", "class size without gain or loss"
    )
    class_size_floor: float = parameter(
        35.0,
        "pupils",
        10,
        45,
        "[prior] the small classes of villages are no choice of anybody and show no gain",
        "class size below which nothing more is gained",
    )
    shared_room_effect: float = parameter(
        -0.08, "SD", -0.30, 0.0, "[prior] multi-grade teaching", "gain where pupils of several grades sit in one room"
    )
    teacher_load_effect: float = parameter(
        -0.005, "SD per pupil", -0.02, 0.0, "[prior]", "gain from one more pupil per teacher"
    )
    teacher_load_primary: float = parameter(
        16.33, "pupils", 12, 20, "[S15]", "pupils per teacher of a primary school without gain or loss"
    )
    teacher_load_junior: float = parameter(
        12.64,
        "pupils",
        9,
        18,
        "[unverified: national 2021]",
        "pupils per teacher of a junior school without gain or loss",
    )
    vacancy_effect: float = parameter(
        -0.20,
        "SD",
        -0.60,
        0.0,
        "[prior] lessons that nobody or a stranger to the subject gives, besides fewer teachers",
        "gain in a year in which all own posts stand empty",
    )
    common_effect: float = parameter(
        -0.005,
        "SD",
        -0.3,
        0.3,
        "[derived] fitted: scores are relative, so that the county's mean stays near 0 in the baseline",
        "added at every school; it moves no difference between arms or schools",
    )
    disruption_effect: float = parameter(
        -0.07,
        "SD",
        -0.10,
        0.0,
        "[unverified: Ronfeldt et al. 2013, 0.05 to 0.10]",
        "gain in a year in which all teachers are new",
    )
    boarding_effect: float = parameter(-0.03, "SD", -0.10, 0.0, "[prior: sign by S65]", "gain from boarding")
    early_boarding_effect: float = parameter(
        -0.05, "SD", -0.20, 0.0, "[prior: S65, boarding too early harms]", "added to that in primary school"
    )
    unplaced_effect: float = parameter(-0.30, "SD", -0.60, 0.0, "[prior]", "gain in a year without a school seat")
    family_effect: float = parameter(
        0.10, "SD per SD", 0.0, 0.20, "[prior]", "gain from a family that is 1 SD more supportive"
    )
    entry_family_share: float = parameter(
        0.5,
        "weight",
        0.0,
        0.9,
        "[derived: family_effect / (1 - persistence)]",
        "weight of the family in what a child knows at entry",
    )
    noise: float = parameter(0.52, "SD", 0.0, 0.8, "[derived: keeps the spread at 1 SD]", "luck of a year")

    @property
    def weights(self) -> NDArray[np.float64]:
        """Return what counts for a pupil beside the school, in the kernel's order, float64[10]."""
        return np.array(
            [
                self.persistence, self.family_effect, self.boarding_effect, self.early_boarding_effect, self.noise,
                self.unplaced_effect, self.class_size_effect, self.class_size_norm, self.class_size_floor,
                self.shared_room_effect,
            ]
        )  # fmt: skip


MECHANISMS = (
    Mechanism(
        "quality of teachers in learning",
        "better teachers teach little more, the end of the range",
        {"teacher_effect": 0.05},
    ),
    Mechanism(
        "size of classes in learning",
        "classes, shared rooms and pupils per teacher don't matter",
        {"class_size_effect": 0.0, "shared_room_effect": 0.0, "teacher_load_effect": 0.0},
    ),
    Mechanism(
        "turnover of teachers in learning",
        "new teachers and empty posts cost nothing",
        {"disruption_effect": 0.0, "vacancy_effect": 0.0},
    ),
    Mechanism(
        "boarding and missing seats in learning",
        "boarding and years without a seat cost nothing",
        {"boarding_effect": 0.0, "early_boarding_effect": 0.0, "unplaced_effect": 0.0},
    ),
)


@process(
    phase="settle",
    reads=(
        "persons.uid", "persons.alive", "persons.household", "persons.grade", "persons.school",
        "persons.boarding_school", "persons.class_size", "persons.shares_room", "households.uid",
        "schools.level", "schools.pupils", "schools.outside_pupils", "schools.teachers_now", "schools.quality_mean",
        "schools.newcomer_share", "schools.own_posts", "schools.vacant_months",
    ),
    owns={
        "persons.achievement": Column("float32", 0.0, "SD", "what a pupil knows; 0 before school"),
        "persons.months_boarding": Column("int8", 0, "months", "months since September in which it boarded"),
        "persons.months_unplaced": Column("int8", 0, "months", "months since September without a school seat"),
    },
    streams=("family", "entry", "year"),
)  # fmt: skip
def run(world: Any, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Let children enter in September (all pupils in the first month) and add the year's value in July."""
    p = world.persons
    _count_months(p, clock)
    if clock.month == clock.start:
        _enter(world, draws, np.flatnonzero((p.grade >= 1) & (p.alive != 0)), settings)
    elif clock.month % 12 == SEPTEMBER:
        _enter(world, draws, np.flatnonzero((p.grade == 1) & (p.alive != 0)), settings)
    elif clock.month % 12 == JULY:
        _learn(world, draws, clock, np.flatnonzero((p.grade >= 1) & (p.alive != 0)), settings)


def _count_months(p: Any, clock: Moment) -> None:
    """Count the months of a school year in a bed or without a seat: a year isn't what its July is."""
    if clock.month % 12 == SEPTEMBER:
        p.months_boarding[:] = p.months_unplaced[:] = 0
    pupils = (p.grade >= 1) & (p.alive != 0)
    p.months_boarding[:] += pupils & (p.boarding_school >= 0)
    p.months_unplaced[:] += pupils & (p.school < 0)


def _families(world: Any, rows: NDArray[np.intp]) -> NDArray[np.uint64]:
    return world.households.uid[world.persons.household[rows]]  # type: ignore[no-any-return]


def _enter(world: Any, draws: Draws, rows: NDArray[np.intp], settings: Settings) -> None:
    p = world.persons
    family, own = draws.for_life("family"), draws.for_life("entry")
    enter(rows, p.uid, _families(world, rows), settings.entry_family_share, family, own, p.achievement)


def school_effect(schools: Any, settings: Settings) -> NDArray[np.float64]:
    """Return what a year at each school adds whatever the class, float64[schools] in SD."""
    # A school without any teacher is reckoned as if one stood before all its pupils.
    load = (schools.pupils + schools.outside_pupils) / np.maximum(schools.teachers_now, 1)
    norm = np.where(schools.level == _JUNIOR, settings.teacher_load_junior, settings.teacher_load_primary)
    vacant = schools.vacant_months / (np.maximum(schools.own_posts, 1) * _MONTHS_TO_JULY)
    return (  # type: ignore[no-any-return]
        settings.common_effect
        + settings.teacher_effect * schools.quality_mean
        + settings.teacher_load_effect * (load - norm)
        + settings.disruption_effect * schools.newcomer_share
        + settings.vacancy_effect * np.minimum(vacant, 1.0)
    ).astype(np.float64)


def _learn(world: Any, draws: Draws, clock: Moment, rows: NDArray[np.intp], settings: Settings) -> None:
    p, months = world.persons, min(_MONTHS_TO_JULY, clock.month - clock.start + 1)
    learn(
        rows, p.uid, _families(world, rows), p.grade, p.school, p.months_boarding / months, p.months_unplaced / months,
        p.class_size, p.shares_room,
        school_effect(world.schools, settings), settings.weights, draws.for_life("family"), draws.key("year"),
        p.achievement,
    )  # fmt: skip
