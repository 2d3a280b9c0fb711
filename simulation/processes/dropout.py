"""Who drops out of school: the way, boarding, cost, grade, sex, what was learnt, and what work would pay.

A logit a month for pupils from grade 4 on and for those in senior school (domain 2.4). Whoever has
left doesn't come back; the processes of schools take them off their books in the month after.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import Balance, Column, process
from simulation.draws import Draws
from simulation.kernels import dropout as kernels
from simulation.kernels.tabulate import sum_by
from simulation.mechanism import Mechanism
from simulation.months import school_year
from simulation.parameters import Settings as Base
from simulation.parameters import parameter
from simulation.world import EMPLOYER_KINDS

_COAST = EMPLOYER_KINDS.index("coast")
_CERTIFICATES = (0, 1)
"""Education with which those of each stage would look for work: none, junior school."""


class Settings(Base):
    """The monthly logit; effects are logits."""

    level_compulsory: float = parameter(
        -8.44,
        "logit",
        -14.0,
        0.0,
        "[derived] fitted: 95.4 % of those who enter finish nine years [S15]",
        "grade 6, boy, at home, before all else",
    )
    level_senior: float = parameter(
        -8.1,
        "logit",
        -14.0,
        0.0,
        "[prior] fitted to 4 % of those who enter in three years",
        "senior school, before all else",
    )
    grade_effect: float = parameter(
        0.25, "logit a grade", 0.0, 1.0, "[prior] domain 2.4", "added by grade beyond grade 6"
    )
    girl_effect: float = parameter(
        0.0, "logit", -1.0, 1.0, "[prior] parity where the school is near", "added for girls"
    )
    hour_effect: float = parameter(
        0.15,
        "logit an hour",
        0.0,
        2.0,
        "[prior: sign by domain 2.4; S27, closures cost boys about nothing]",
        "an hour on the way to school, one way",
    )
    hour_girl_effect: float = parameter(
        0.6,
        "logit an hour",
        0.0,
        3.0,
        "[prior: S27, closures cost girls 0.60 years of schooling]",
        "added to that for girls",
    )
    boarding_effect: float = parameter(0.2, "logit", -1.0, 2.0, "[prior: sign by S65]", "boarding at school")
    boarding_girl_effect: float = parameter(0.2, "logit", -1.0, 2.0, "[prior: S27]", "added to that for girls")
    early_boarding_effect: float = parameter(
        0.3, "logit", 0.0, 2.0, "[prior: S65, boarding too early harms]", "added to that in primary school"
    )
    no_seat_effect: float = parameter(1.5, "logit", 0.0, 5.0, "[prior]", "a month without a school seat")
    poverty_effect: float = parameter(
        1.0,
        "logit",
        0.0,
        4.0,
        "[prior: cost, domain 2.4]",
        "a household without any income, against one at the line or above it",
    )
    line_yuan: float = parameter(
        6_000.0, "yuan a head and year", 3_000.0, 12_000.0, "[S17]", "income from which on cost keeps nobody at home"
    )
    achievement_effect: float = parameter(
        -0.5, "logit a SD", -2.0, 0.0, "[prior: sign by domain 2.4]", "what a pupil knows"
    )
    work_effect: float = parameter(
        0.3,
        "logit a thousand yuan",
        0.0,
        2.0,
        "[prior: sign by S28]",
        "what a young worker could earn in a month, from 14 on",
    )
    under_age_share: float = parameter(
        0.4, "share", 0.0, 1.0, "[prior] work before 16 is unlawful", "weight of that before 16"
    )
    first_job_age: int = parameter(
        18,
        "years",
        16,
        20,
        "[syn] youngest age that most employers take",
        "posts open to this age count as within sight",
    )
    search_minutes: int = parameter(60, "minutes", 15, 120, "[prior]", "way within which a family hears of posts")
    search_months: float = parameter(
        12.0, "months", 1.0, 36.0, "[prior]", "months of open posts that young people reckon with"
    )
    work_taste_yuan: float = parameter(1_000.0, "yuan a month", 200.0, 3_000.0, "[prior]", "spread of tastes for work")

    @property
    def weights(self) -> NDArray[np.float64]:
        """Return the effects in the kernel's order, float64[14]."""
        return np.array(
            [
                self.level_compulsory, self.level_senior, self.grade_effect, self.girl_effect, self.hour_effect,
                self.hour_girl_effect, self.boarding_effect, self.boarding_girl_effect, self.early_boarding_effect,
                self.no_seat_effect, self.poverty_effect, self.achievement_effect, self.work_effect, self.under_age_share,
            ]
        )  # fmt: skip


MECHANISMS = (
    Mechanism("dropping out of school", "hardly anybody drops out", {"level_compulsory": -14.0, "level_senior": -14.0}),
)


@process(
    phase="decide",
    reads=(
        "persons.uid", "persons.alive", "persons.birth_month", "persons.sex", "persons.grade", "persons.student",
        "persons.school", "persons.boarding_school", "persons.school_minutes", "persons.household",
        "households.home", "households.income_12m", "households.members", "households.labourers",
        "employers.kind", "employers.place", "employers.posts_now", "employers.vacancies", "employers.pay_now_fen",
        "employers.months_worked", "employers.min_age", "employers.min_education", "employers.sex",
    ),
    lagged=("persons.achievement",),
    owns={
        "persons.left_school_month": Column(
            "int32", -1, "month", "month in which it dropped out of school; -1 if it didn't", watched=True
        )
    },
    streams=("leave",),
)  # fmt: skip
def run(world: Any, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Look at what work would pay, then let those leave whose draw lies below their chance."""
    p, homes = world.persons, world.households
    kernels.drop_out(
        clock.month, school_year(clock.month), draws.key("leave"), settings.weights, settings.line_yuan * 100,
        p.alive, p.birth_month, p.uid, p.sex, p.grade, p.student, p.school, p.boarding_school, p.school_minutes,
        p.achievement, p.household, homes.home, homes.income_12m, homes.members,
        options(world, clock, settings), p.left_school_month,
    )  # fmt: skip


def options(world: Any, clock: Moment, settings: Settings) -> NDArray[np.float64]:
    """Return what a young worker could earn, float64[places, 2, 2] in yuan a month by home, sex and stage."""
    it, near = world.employers, world.near["employers"]
    yuan = it.pay_now_fen * it.months_worked.astype(np.float64) / 1200
    out = np.empty((world.places.n, 2, 2))
    kernels.work_options(
        near.offsets, near.rows, near.minutes, settings.search_minutes, yuan, _chance(world, clock, settings),
        _suits(it, settings), it.kind == _COAST, settings.work_taste_yuan, out,
    )  # fmt: skip
    return out


def _chance(world: Any, clock: Moment, settings: Settings) -> NDArray[np.float64]:
    """Say how likely a post at each employer is: its open posts against the labourers around, float64[employers]."""
    it, near = world.employers, world.near["employers"]
    labourers, pool = np.zeros(world.places.n, np.int64), np.zeros(it.n, np.int64)
    sum_by(world.households.home, world.households.labourers, labourers)
    kernels.labourers_around(near.offsets, near.rows, near.minutes, settings.search_minutes, labourers, pool)
    chance = np.minimum(it.vacancies * settings.search_months / np.maximum(pool, 1), 1.0)
    without_limit = np.where(it.kind == _COAST, 1.0 if clock.coast_open else 0.0, 1.0)
    return np.where(it.posts_now < 0, without_limit, chance)


def _suits(employers: Any, settings: Settings) -> NDArray[np.bool_]:
    """Say which employers take the young of each sex and stage, bool[employers, 2, 2]."""
    young = employers.min_age <= settings.first_job_age
    sex = (employers.sex[:, None] < 0) | (employers.sex[:, None] == np.arange(2))
    stage = employers.min_education[:, None] <= np.array(_CERTIFICATES)
    return young[:, None, None] & sex[:, :, None] & stage[:, None, :]  # type: ignore[no-any-return]


def audit(world: Any, clock: Moment, settings: Settings) -> Iterable[Balance]:
    """Say whether whoever left this month was a pupil from grade 4 on, or a student."""
    p = world.persons
    left = p.left_school_month == clock.month
    at_school = (p.grade >= kernels.FIRST_GRADE) | (p.student != 0)
    yield Balance("dropouts who were at no school", int(np.count_nonzero(left & ~at_school)), 0)
