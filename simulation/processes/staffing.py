"""Teachers leave for good, and the county fills the posts at the next term, if they have stood empty long enough.

Posts are those that the region gives a school and those that a recruitment programme pays. Leaving
and hiring hang on the school a teacher belongs to, not on the one it is lent to, so that a transfer neither
makes nor loses a teacher. Which posts nobody works in is counted in `teachers`, by where teachers work.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import Balance, Column, process
from simulation.draws import Draws
from simulation.kernels.draws import fill_units, fold
from simulation.kernels.staffing import POST_ENDED, leave
from simulation.mechanism import Mechanism
from simulation.months import MARCH, SEPTEMBER
from simulation.parameters import Settings as Base
from simulation.parameters import parameter
from simulation.processes._hiring import Posts, queue_teachers
from simulation.processes._staff import begun, count_by, opened_early
from simulation.world import NEVER, NOWHERE, PROGRAMME_KINDS, SCHOOL_KINDS, TEACHER_CHANNELS

LEAVE_REASONS = (
    "at work",
    "left or retired",
    "contract ended",
    "the programme that paid the post ended, or the school closed",
)
"""What teachers.leave_reason says, by code."""

_RECRUITMENT = PROGRAMME_KINDS.index("teacher_recruitment")
_RURAL_KINDS = tuple(SCHOOL_KINDS.index(kind) for kind in ("central", "teaching_point"))
_RECRUITED, _EXCHANGE, _SPECIAL_POST = (
    TEACHER_CHANNELS.index(one) for one in ("recruitment", "exchange", "special_post")
)
_TERMS = (MARCH, SEPTEMBER)

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Settings(Base):
    """Who leaves, and how the county recruits."""

    leave_permanent: float = parameter(
        0.045, "share a year", 0.0, 0.2, "[prior] 2 % retire, the rest resign", "permanent teachers who leave"
    )
    leave_under_contract: float = parameter(
        0.08, "share a year", 0.0, 0.4, "[prior] L14: turnover", "teachers under contract who leave before its end"
    )
    rural_leave_factor: float = parameter(
        1.5,
        "ratio",
        1.0,
        3.0,
        "[prior: sign by S52, location is the strongest factor]",
        "leaving of village schools against town",
    )
    special_post_stays: float = parameter(
        0.8,
        "share",
        0.3,
        1.0,
        "[unverified: ministry figures of 85 to 90 % after three years]",
        "special-post teachers who stay for good at the end of their contract",
    )
    exchange_stays: float = parameter(
        0.1, "share", 0.0, 1.0, "[prior] the others go home", "exchange teachers who stay for good at the end"
    )
    contract_stays: float = parameter(
        0.8, "share", 0.0, 1.0, "[prior]", "other teachers under contract who stay for good at its end"
    )
    vacancy_months: int = parameter(
        3, "months", 0, 24, "[prior]", "months that a post stands empty at least before it can be filled, at a term"
    )
    filled_share_town: float = parameter(
        1.0, "share a term", 0.0, 1.0, "[prior]", "open posts at the site and in town that find a candidate at a term"
    )
    filled_share_rural: float = parameter(
        0.8,
        "share a term",
        0.0,
        1.0,
        "[prior: sign by S52]",
        "open posts of village schools that find a candidate at a term",
    )
    special_post_months: int = parameter(
        36, "months", 12, 120, "[prior] three years", "contract of a special-post teacher whom the county hires"
    )


OWNS = {
    "teachers.left_month": Column(
        "int32",
        -1,
        "month",
        "first month no longer at work; -1 while employed",
        watched=True,
        reason="teachers.leave_reason",
    ),
    "teachers.leave_reason": Column(
        "int8", 0, "", ", ".join(f"{code} {name}" for code, name in enumerate(LEAVE_REASONS))
    ),
    "teachers.hired": Column("int8", 0, "", "1 if hired during the run, 0 if the region brought it", newborn=1),
    "teachers.funder": Column(
        "int32", NOWHERE, "row of programmes", "the programme that pays the post; -1 for the school's own"
    ),
    "teachers.contract_until": Column(
        "int32",
        -1,
        "month",
        "first month after the contract; who begins early with the school ends as much earlier; -1 before it begins",
    ),
    "teachers.hired_by": Column("int32", NOWHERE, "row of programmes", "the programme that hired; -1 if none did"),
    "schools.own_posts": Column(
        "int32", 0, "posts", "teachers it is established for now, those of programmes left out"
    ),
    "schools.posts": Column("int32", 0, "posts", "teachers it is established for now, a programme's included"),
    "schools.teachers_left": Column("int32", 0, "persons", "teachers who left for good this month"),
    "programmes.teachers_recruited": Column("int32", 0, "persons", "teachers at work whose posts the programme pays"),
}


MECHANISMS = (
    Mechanism(
        "teachers who leave",
        "no teacher leaves before the contract ends",
        {"leave_permanent": 0.0, "leave_under_contract": 0.0},
    ),
    Mechanism(
        "teachers' posts that stay empty",
        "every open post finds a candidate at the next term",
        {"filled_share_rural": 1.0, "vacancy_months": 0},
    ),
)


@process(
    phase="compete",
    reads=(
        "teachers.uid", "teachers.home_school", "teachers.starts_month", "teachers.channel", "teachers.contract_end",
        "schools.uid", "schools.kind", "schools.opens_month", "schools.draws_quality",
        "programmes.uid", "programmes.kind", "programmes.to_school", "programmes.channel", "programmes.contract_months",
    ),
    owns=OWNS,
    creates=("teachers",),
    streams=("leave", "stay", "candidate", "quality"),
    levers=("programmes.places",),
)  # fmt: skip
def run(world: Any, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Let teachers leave, fill posts if a term begins, count posts and those whom programmes pay."""
    employed = begun(world, clock.month) & (world.teachers.left_month < 0)
    _set_contracts(world, clock, employed)
    if clock.month > clock.start:
        _end_with_the_school(world, clock, employed)
        employed &= world.teachers.left_month < 0
        _leave(world, draws, clock, settings, employed)
        employed &= world.teachers.left_month < 0
    staff = _Staff(world, clock, employed)
    if _take_own_posts(world, clock, employed, staff):
        staff = _Staff(world, clock, employed)
    paid = np.zeros(world.programmes.n, np.int64)
    if clock.month % 12 in _TERMS:
        paid = _hire(world, draws, clock, settings, staff)
    _count(world, clock, staff, paid)


def _leave(world: Any, draws: Draws, clock: Moment, settings: Settings, employed: Flags) -> None:
    teachers = world.teachers
    keys = np.array([draws.key("leave"), draws.for_life("stay")], np.uint64)
    funded = np.append(world.levers["programmes.places"] >= 1, True)
    leave(
        clock.month, keys, teachers.uid, employed, teachers.home_school, _rural(world), teachers.channel, teachers.contract_until,
        teachers.funder, funded, hazards(settings), stays(settings), teachers.left_month, teachers.leave_reason,
    )  # fmt: skip


def _set_contracts(world: Any, clock: Moment, employed: Flags) -> None:
    """Set when contracts end: as many months after the beginning as was agreed, whenever that is."""
    teachers = world.teachers
    begins = employed & (teachers.contract_until < 0)
    early = np.maximum(teachers.starts_month[begins].astype(np.int64) - clock.month, 0)
    end = teachers.contract_end[begins]
    teachers.contract_until[begins] = np.where(end < NEVER, end - early, NEVER)
    teachers.contract_until[~employed & (teachers.left_month < 0)] = -1


def _end_with_the_school(world: Any, clock: Moment, employed: Flags) -> None:
    """End the posts of those hired by a school that closes; the staff it brought waits for its month."""
    teachers, schools = world.teachers, world.schools
    stands = (schools.opens_month <= clock.month) | opened_early(world)
    ended = employed & (teachers.hired != 0) & ~stands[teachers.home_school]
    teachers.left_month[ended] = clock.month
    teachers.leave_reason[ended] = POST_ENDED


def hazards(settings: Settings) -> NDArray[np.float64]:
    """Return the chance to leave in a month, float64[2, 2, channels]: rural, under contract."""
    year = np.array([settings.leave_permanent, settings.leave_under_contract])
    far = np.array([1.0, settings.rural_leave_factor])
    return np.repeat((far[:, None] * year[None, :])[..., None] / 12, len(TEACHER_CHANNELS), axis=2)


def stays(settings: Settings) -> NDArray[np.float64]:
    """Return the share of each channel who stay for good at the end of a contract, float64[channels]."""
    share = np.full(len(TEACHER_CHANNELS), settings.contract_stays)
    share[_EXCHANGE], share[_SPECIAL_POST] = settings.exchange_stays, settings.special_post_stays
    return share


class _Staff:
    """Heads and posts before anybody is hired.

    own, posts  int64[schools]  those at work in a school's own posts, and those posts
    paid, offered  int64[programmes]  those at work whom a programme pays, and the posts that it pays
    """

    def __init__(self, world: Any, clock: Moment, employed: Flags) -> None:
        teachers, programmes, schools = world.teachers, world.programmes, world.schools
        self.own = count_by(teachers.home_school, employed & (teachers.funder < 0), schools.n)
        came = begun(world, clock.month) & (teachers.hired == 0)
        self.posts = count_by(teachers.home_school, came, schools.n)
        self.paid = count_by(teachers.funder, employed, programmes.n)
        stands = np.append((schools.opens_month <= clock.month) | opened_early(world), False)[programmes.to_school]
        recruits = (programmes.kind == _RECRUITMENT) & stands
        self.offered = np.where(recruits, world.levers["programmes.places"], 0).astype(np.int64)
        self._to_school = programmes.to_school

    def by_school(self, of_programmes: Ints) -> Ints:
        """Add up a count of programmes by their school, int64[schools]."""
        out = np.zeros(len(self.own) + 1, np.int64)  # the last is for programmes without a school
        np.add.at(out, self._to_school, of_programmes)
        return out[:-1]

    @property
    def missing(self) -> Ints:
        """Count own posts that nobody holds, int64[schools]; whom a programme pays no more takes one up."""
        beyond = self.by_school(np.maximum(self.paid - self.offered, 0))
        return np.maximum(self.posts - self.own - beyond, 0)  # type: ignore[no-any-return]


def _take_own_posts(world: Any, clock: Moment, employed: Flags, staff: _Staff) -> int:
    """Let a school pay those for good whom a measure pays beyond its size; say how many.

    Whoever is on a running contract is paid until its end; of the others the measure keeps as many as it still
    offers posts, the last who came.
    """
    teachers, taken = world.teachers, 0
    running = (teachers.contract_until > clock.month) & (teachers.contract_until < NEVER)
    for programme in np.flatnonzero(staff.paid > staff.offered).tolist():
        mine = employed & (teachers.funder == programme)
        settled = np.flatnonzero(mine & ~running)
        beyond = len(settled) - max(int(staff.offered[programme]) - int(np.count_nonzero(mine & running)), 0)
        order = settled[np.lexsort((teachers.uid[settled], teachers.starts_month[settled]))]
        teachers.funder[order[: max(beyond, 0)]] = NOWHERE
        taken += max(beyond, 0)
    return taken


def _hire(world: Any, draws: Draws, clock: Moment, settings: Settings, staff: _Staff) -> Ints:
    """Fill own posts that stood empty long enough, and the posts of programmes; count the hired of these."""
    filled = _filled(world, draws, clock, settings, staff)
    paid = np.maximum(staff.offered - staff.paid, 0)
    key = draws.for_life("quality")
    queue_teachers(world, key, clock.month, _own_posts(world, settings, filled), filled)
    queue_teachers(world, key, clock.month, _paid_posts(world), paid)
    return paid  # type: ignore[no-any-return]


def _filled(world: Any, draws: Draws, clock: Moment, settings: Settings, staff: _Staff) -> Ints:
    """Count the own posts of each school that find a candidate now, int64[schools]."""
    schools, teachers = world.schools, world.teachers
    recent = (teachers.left_month >= 0) & (clock.month - teachers.left_month < settings.vacancy_months)
    due: Ints = np.maximum(staff.missing - count_by(teachers.home_school, recent & (teachers.funder < 0), schools.n), 0)
    share = np.where(_rural(world), settings.filled_share_rural, settings.filled_share_town)
    for school in np.flatnonzero(due).tolist():
        luck = np.empty(due[school])
        key = np.uint64(fold(draws.key("candidate"), schools.uid[school]))
        fill_units(key, np.arange(due[school], dtype=np.uint64), luck)
        due[school] = np.count_nonzero(luck < share[school])
    return due


def _own_posts(world: Any, settings: Settings, filled: Ints) -> Posts:
    rural, rows = _rural(world), np.arange(len(filled))
    ever = (world.teachers.hired != 0) & (world.teachers.hired_by < 0)
    return Posts(
        world.schools.uid,
        count_by(world.teachers.home_school, ever, len(filled)),
        rows,
        np.where(rural, _SPECIAL_POST, _RECRUITED),
        np.where(rural, settings.special_post_months, 0),
        np.full(len(filled), NOWHERE),
    )


def _paid_posts(world: Any) -> Posts:
    it, everyone = world.programmes, np.ones(world.teachers.n, np.bool_)
    ever = count_by(world.teachers.hired_by, everyone, it.n)
    return Posts(it.uid, ever, it.to_school, it.channel, it.contract_months, np.arange(it.n))


def _rural(world: Any) -> Flags:
    return np.isin(world.schools.kind, _RURAL_KINDS)


def _count(world: Any, clock: Moment, staff: _Staff, paid: Ints) -> None:
    teachers, schools = world.teachers, world.schools
    schools.own_posts[:] = staff.posts
    schools.posts[:] = staff.posts + staff.by_school(staff.offered)
    schools.teachers_left[:] = count_by(teachers.home_school, teachers.left_month == clock.month, schools.n)
    world.programmes.teachers_recruited[:] = staff.paid + paid


def audit(world: Any, clock: Moment, settings: Settings) -> Iterable[Balance]:
    """Say whether heads are start + hired - left."""
    teachers = world.teachers
    came = begun(world, clock.month)
    hired, left = teachers.hired != 0, teachers.left_month >= 0
    employed = came & ~left
    heads = int(np.count_nonzero(came & ~hired)) + int(np.count_nonzero(hired)) - int(np.count_nonzero(left & came))
    yield Balance("teachers employed", int(np.count_nonzero(employed)), heads)
    paid = count_by(teachers.funder, employed, world.programmes.n)
    yield Balance("teachers whom programmes pay", int(np.abs(paid - world.programmes.teachers_recruited).sum()), 0)
