"""Teachers work at their school, are lent to others by transfer programmes and come home again.

A transfer takes from one school what it gives to another: heads and quality are conserved exactly.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import GIVEN, Balance, Column, process
from simulation.draws import Draws
from simulation.kernels.draws import fill_units, fold
from simulation.mechanism import Mechanism
from simulation.months import MARCH, SEPTEMBER
from simulation.parameters import Settings as Base
from simulation.parameters import parameter
from simulation.processes._experience import quality_at
from simulation.processes._staff import MICRO, begun, count_by, opened_early
from simulation.world import NOWHERE, PROGRAMME_KINDS, TEACHER_SELECTIONS

_TRANSFER = PROGRAMME_KINDS.index("teacher_transfer")
_OUTSTANDING = TEACHER_SELECTIONS.index("outstanding")
_TERMS = (MARCH, SEPTEMBER)

Rows = NDArray[np.intp]
Flags = NDArray[np.bool_]


class Settings(Base):
    """How long a teacher counts as new, and what the newly hired still have to learn."""

    newcomer_months: int = parameter(
        12,
        "months",
        1,
        36,
        "[unverified: Ronfeldt et al. 2013, effect of the year of change]",
        "how long a teacher who came to a school counts as new there",
    )
    novice_shortfall: float = parameter(
        0.3,
        "SD",
        0.0,
        1.0,
        "[unverified: Rockoff 2004, first years; L14 inexperience]",
        "what a teacher just hired lacks of what he or she can once experienced",
    )
    experience_months: int = parameter(
        60,
        "months",
        12,
        120,
        "[unverified: returns to experience flatten after about five years]",
        "time in which the newly hired make up for that, most of it in the first half",
    )


OWNS = {
    "teachers.school": Column(
        "int32", GIVEN, "row of schools", "the school it works at; -1 not at work", newborn=NOWHERE, watched=True
    ),
    "teachers.since_month": Column("int32", -1, "month", "month in which it came to this school; -1 before the run"),
    "teachers.programme": Column("int32", NOWHERE, "row of programmes", "the transfer that lends it out; -1 at home"),
    "teachers.back_month": Column("int32", -1, "month", "month in which it last came home from a transfer; -1 never"),
    "teachers.quality_micro": Column("int64", 0, "millionths of an SD", "its effect on pupils this month"),
    "schools.teachers_now": Column("int32", 0, "persons", "teachers at work there"),
    "schools.quality_micro": Column("int64", 0, "millionths of an SD", "sum of its teachers' quality"),
    "schools.quality_mean": Column("float32", 0.0, "SD", "mean quality of its teachers; 0 without teachers"),
    "schools.newcomer_share": Column("float32", 0.0, "share", "share of its teachers who came within the last year"),
    "schools.vacancies": Column("int32", 0, "posts", "own posts in which nobody works, whoever holds them"),
    "schools.teachers_beyond": Column(
        "int32", 0, "persons", "teachers at work beyond the own posts: vacancies less these balance over the county"
    ),
    "schools.vacant_months": Column("int32", 0, "post-months", "own posts in which nobody worked, since September"),
    "schools.open": Column("int8", 0, "", "1 if it takes pupils this month; without any teacher it doesn't"),
    "programmes.teachers_moved": Column("int32", 0, "persons", "teachers whom the programme lends out now"),
}


MECHANISMS = (
    Mechanism(
        "inexperience of new teachers", "the newly hired teach as well as the experienced", {"novice_shortfall": 0.0}
    ),
)


@process(
    phase="compete",
    reads=(
        "teachers.uid", "teachers.quality", "teachers.home_school", "teachers.starts_month",
        "teachers.left_month", "teachers.hired", "schools.kind", "schools.level", "schools.opens_month",
        "schools.own_posts", "programmes.uid", "programmes.kind", "programmes.from_school", "programmes.from_kind",
        "programmes.to_school", "programmes.select", "programmes.months",
    ),
    owns=OWNS,
    streams=("lot",),
    levers=("programmes.places",),
)  # fmt: skip
def run(world: Any, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Take up work and leave it, let transfers chase their size, then count heads and quality by school."""
    _take_up_work(world, clock)
    _learn_to_teach(world, clock, settings)
    transfers = np.flatnonzero(world.programmes.kind == _TRANSFER)
    transfers = transfers[np.argsort(world.programmes.uid[transfers])]
    for programme in transfers.tolist():
        _send_home(world, draws, clock, programme)
    if clock.month % 12 in _TERMS:
        for programme in transfers.tolist():
            _end_terms(world, clock, programme)
            _lend(world, draws, clock, programme)
    _count(world, clock, settings)


def _employed(world: Any, clock: Moment) -> Flags:
    return begun(world, clock.month) & (world.teachers.left_month < 0)  # type: ignore[no-any-return]


def _take_up_work(world: Any, clock: Moment) -> None:
    teachers, employed = world.teachers, _employed(world, clock)
    teachers.school[~employed] = NOWHERE
    teachers.programme[~employed] = NOWHERE
    beginning = employed & (teachers.school < 0)
    teachers.school[beginning] = teachers.home_school[beginning]
    if clock.month > clock.start:
        teachers.since_month[beginning] = clock.month


def _learn_to_teach(world: Any, clock: Moment, settings: Settings) -> None:
    it = world.teachers
    it.quality_micro[:] = quality_at(
        clock.month, it.quality, it.hired, it.starts_month, settings.novice_shortfall, settings.experience_months
    )


def _ranked(world: Any, draws: Draws, programme: int, rows: Rows) -> Rows:
    """Order teachers as the programme selects them, first choice first; ties by uid."""
    uid = world.teachers.uid[rows]
    if world.programmes.select[programme] == _OUTSTANDING:
        return rows[np.lexsort((uid, -world.teachers.quality_micro[rows]))]
    lot = np.empty(len(rows), np.float64)
    fill_units(np.uint64(fold(draws.for_life("lot"), world.programmes.uid[programme])), uid, lot)
    return rows[np.lexsort((uid, lot))]


def _wanted(world: Any, programme: int) -> int:
    return int(world.levers["programmes.places"][programme])


def _send_home(world: Any, draws: Draws, clock: Moment, programme: int) -> None:
    """Send home whom the programme lends beyond its size, the last chosen first."""
    away = np.flatnonzero(world.teachers.programme == programme)
    if len(away) <= _wanted(world, programme):
        return
    _bring_back(world, clock, _ranked(world, draws, programme, away)[_wanted(world, programme) :])


def _end_terms(world: Any, clock: Moment, programme: int) -> None:
    """Send home those who have been away for as long as the programme keeps one of them."""
    term = int(world.programmes.months[programme])
    away = (world.teachers.programme == programme) & (clock.month - world.teachers.since_month >= term)
    if term:
        _bring_back(world, clock, np.flatnonzero(away))


def _bring_back(world: Any, clock: Moment, back: Rows) -> None:
    world.teachers.school[back] = world.teachers.home_school[back]
    world.teachers.programme[back] = NOWHERE
    world.teachers.since_month[back] = clock.month
    world.teachers.back_month[back] = clock.month


def _lend(world: Any, draws: Draws, clock: Moment, programme: int) -> None:
    """Lend out teachers up to the programme's size, as far as there are any to lend."""
    goal = world.programmes.to_school[programme]
    missing = _wanted(world, programme) - int((world.teachers.programme == programme).sum())
    if missing <= 0 or not _stands(world, clock)[goal]:
        return
    chosen = _ranked(world, draws, programme, _lendable(world, clock, programme, goal))[:missing]
    world.teachers.school[chosen] = goal
    world.teachers.programme[chosen] = programme
    world.teachers.since_month[chosen] = clock.month


def _stands(world: Any, clock: Moment) -> Flags:
    return (world.schools.opens_month <= clock.month) | opened_early(world)  # type: ignore[no-any-return]


def _lendable(world: Any, clock: Moment, programme: int, goal: int) -> Rows:
    """Find the teachers at work at home in a school that the programme takes from; who was away rests as long."""
    teachers, schools, programmes = world.teachers, world.schools, world.programmes
    giver = programmes.from_school[programme]
    if giver >= 0:
        gives = np.arange(schools.n) == giver
    else:
        # A kind of school stands at several levels; a primary teacher is no match for a junior post.
        gives = (schools.kind == programmes.from_kind[programme]) & (schools.level == schools.level[goal])
    gives[goal] = False
    rests = (teachers.back_month >= 0) & (clock.month - teachers.back_month < programmes.months[programme])
    free = (teachers.school >= 0) & (teachers.programme < 0) & ~rests
    return np.flatnonzero(free & gives[teachers.home_school])


def _by_school(world: Any, values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Add up whole numbers by the school of the teachers at work, int64[schools]."""
    sums = np.zeros(world.schools.n + 1, np.int64)  # the last is for those who aren't at work
    np.add.at(sums, world.teachers.school, values)
    return sums[:-1]


def _count(world: Any, clock: Moment, settings: Settings) -> None:
    teachers, schools = world.teachers, world.schools
    heads = count_by(teachers.school, np.ones(teachers.n, np.bool_), schools.n)
    new = (teachers.since_month >= 0) & (clock.month - teachers.since_month < settings.newcomer_months)
    schools.teachers_now[:] = heads
    schools.quality_micro[:] = _by_school(world, teachers.quality_micro)
    schools.quality_mean[:] = schools.quality_micro / (MICRO * np.maximum(heads, 1))
    schools.newcomer_share[:] = count_by(teachers.school, new, schools.n) / np.maximum(heads, 1)
    schools.open[:] = _stands(world, clock) & (heads > 0)
    _count_gaps(schools, heads, clock)
    world.programmes.teachers_moved[:] = count_by(teachers.programme, teachers.programme >= 0, world.programmes.n)


def _count_gaps(schools: Any, heads: NDArray[np.int64], clock: Moment) -> None:
    """Count own posts in which nobody works: whoever is lent out leaves a gap and whoever is lent fills one.

    A post that a programme offers on top takes no lesson from anybody while it stands empty; recruits fill gaps.
    """
    schools.vacancies[:] = np.maximum(schools.own_posts - heads, 0)
    schools.teachers_beyond[:] = np.maximum(heads - schools.own_posts, 0)
    if clock.month % 12 == SEPTEMBER:
        schools.vacant_months[:] = 0
    schools.vacant_months[:] += schools.vacancies


def audit(world: Any, clock: Moment, settings: Settings) -> Iterable[Balance]:
    """Say whether heads and quality add up to what the county has, whoever works where."""
    teachers, schools = world.teachers, world.schools
    employed = _employed(world, clock)
    lent = employed & (teachers.school != teachers.home_school)
    recounted = _by_school(world, np.ones(teachers.n, np.int64))
    yield Balance("teachers at work", int(schools.teachers_now.sum()), int(employed.sum()))
    yield Balance("teachers by school", int(np.abs(recounted - schools.teachers_now).sum()), 0)
    yield Balance(
        "teacher quality in millionths of an SD",
        int(schools.quality_micro.sum()),
        int(teachers.quality_micro[employed].sum()),
    )
    gaps = int(schools.vacancies.sum()) - int(schools.teachers_beyond.sum())
    yield Balance("own posts without a teacher", gaps, int(schools.own_posts.sum()) - int(employed.sum()))
    yield Balance("teachers lent out", int(world.programmes.teachers_moved.sum()), int(lent.sum()))
