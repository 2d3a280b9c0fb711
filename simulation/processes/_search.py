"""What every way of looking for work shares: who looks, whom he meets, and the least that he accepts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import Column
from simulation.draws import Draws, folded
from simulation.kernels import job_search as kernels
from simulation.kernels.draws import exponential
from simulation.kernels.jobs import own_earnings
from simulation.months import is_spring_festival
from simulation.processes._market import Market, Search, brokered, market_of, settling
from simulation.processes._reservation import reservation_wages_of
from simulation.world import EMPLOYER_KINDS, NOWHERE, PLACE_KINDS, View

READS = (
    "persons.uid", "persons.household", "persons.sex", "persons.age", "persons.place", "persons.labour_status",
    "persons.carer", "persons.education", "persons.trained", "persons.programme", "persons.flair", "persons.leaves_job",
    "households.origin", "households.home", "households.labourers", "households.moved_month", "places.kind",
    "employers.uid", "employers.place", "employers.kind", "employers.posts", "employers.extra_minutes",
    "employers.posts_now", "employers.staying", "employers.pay_now_fen", "employers.pay_sigma",
    "employers.months_worked", "employers.remitted_share", "employers.min_age", "employers.max_age",
    "employers.min_education", "employers.sex", "employers.needs_training", "employers.takes_carers",
    "employers.zero_employment_first", "employers.longest_way",
)  # fmt: skip
LAGGED = (
    "persons.last_farm_month",
    "persons.employer",
    "persons.jobless_since",
    "persons.pay_factor",
    "persons.last_contract",
    "persons.contract_ended",
)
LEVERS = ("places.matching_efficiency",)
OWNS = {
    "persons.job_offer": Column("int32", NOWHERE, "row of employers", "the post that the person takes this month; -1 none"),
    "employers.seekers_eligible": Column("int32", 0, "persons", "labourers elsewhere who fit the window; 0 without limited open posts, as below"),
    "employers.seekers_near": Column("int32", 0, "persons", "of these, within reach"),
    "employers.seekers_searching": Column("int32", 0, "persons", "of these, who look for work this month"),
    "employers.seekers_accepting": Column("int32", 0, "persons", "of these, to whom the post is worth it"),
    "employers.seekers_met": Column("int32", 0, "persons", "of these, who met it this month"),
    "employers.last_met": Column("int32", -1, "persons", "who met it in the last month in which it had limited open posts; -1 before any"),
}  # fmt: skip
_COUNTS = ("seekers_eligible", "seekers_near", "seekers_searching", "seekers_accepting", "seekers_met")
"""In the order of the rows of `counts` in `simulation.kernels.job_search`."""


@dataclass(frozen=True)
class Seekers:
    """Who looks for work this month, [m] each, and which posts they met as compressed rows."""

    rows: NDArray[np.int32]
    uid: NDArray[np.uint64]
    traits: NDArray[np.int32]
    z: NDArray[np.float64]
    working: NDArray[np.int16]
    offset: NDArray[np.int32]
    choice: NDArray[np.int32]


@dataclass(frozen=True)
class Meetings:
    """Whom seekers meet this month, before anybody is hired, and what decided it.

    Attributes
    ----------
    market, seekers
        posts, and who looks for one.
    luck, least
        what multiplies the meetings of each seeker, float64[m, 2], and the least yuan that he accepts, float64[m].
    barred
        employer that doesn't take a person back yet, int32[n]; -1 none.
    kin
        what kin at each employer multiply meetings by for people of each origin, float64[places, e].
    keys
        of this month's meetings, by employer, uint64[e].
    counts
        how far those got who might have come to each employer, int32[5, e].
    """

    market: Market
    seekers: Seekers
    luck: NDArray[np.float64]
    least: NDArray[np.float64]
    barred: NDArray[np.int32]
    kin: NDArray[np.float64]
    keys: NDArray[np.uint64]
    counts: NDArray[np.int32]


def search(world: View, draws: Draws, clock: Moment, settings: Search) -> tuple[Market, Seekers]:
    """Survey the posts, list seekers and what they meet, and count why posts may stay open."""
    met = meet(world, draws, clock, settings)
    _note(world, met.market, met.barred, met.counts)
    return met.market, met.seekers


def meet(world: View, draws: Draws, clock: Moment, settings: Search) -> Meetings:
    """Survey the posts, and list seekers and what they meet; nothing is written."""
    market = market_of(world, settings)
    working, staff = _take_stock(world)
    rows = _seekers(world, draws, clock, settings)
    persons, counts = world.persons, np.zeros((len(_COUNTS), world.employers.n), np.int32)
    traits, luck = _profile(world, clock, settings, rows)
    wages = reservation_wages_of(world, clock, settings, market, rows, traits, luck)
    least, z = _least(world, clock, settings, market, rows, traits, wages)
    uid, barred = persons.uid[rows], _barred(world, clock, settings)
    offset = np.empty(len(rows) + 1, np.int32)
    choice = np.empty(int(np.diff(market.start)[traits[:, kernels.PLACE]].sum()), np.int32)
    kin, keys = _kin(world, settings, market, staff), folded(draws.key("meet"), world.employers.uid)
    kernels.meetings(
        traits, uid, luck, least, z, barred[rows], market.start, market.near, market.rules, market.rate,
        kin, market.value, market.sigma, keys, counts, offset, choice,
    )  # fmt: skip
    seekers = Seekers(rows, uid, traits, z, working[persons.household[rows]], offset, choice)
    return Meetings(market, seekers, luck, least, barred, kin, keys, counts)


def offer(world: View, seekers: Seekers, match: NDArray[np.int32]) -> None:
    """Note who takes which post."""
    world.persons.job_offer[:] = NOWHERE
    world.persons.job_offer[seekers.rows] = match


def _kin(world: View, settings: Search, market: Market, staff: NDArray[np.int32]) -> NDArray[np.float64]:
    """What kin at each employer multiply meetings by for people of each origin, float64[places, e].

    One of a person's ties works there with the chance that a labourer of the same origin does.
    """
    households = world.households
    labourers = np.bincount(households.origin, households.labourers, world.places.n)
    elsewhere = 1.0 - np.minimum(staff / np.maximum(labourers, 1.0)[:, None], 1.0)
    nobody = np.ones(staff.shape)
    for _tie in range(settings.kin_ties):  # the same bits on every machine, which a power would not be
        nobody *= elsewhere
    return np.where(market.vacancies < 0, 1.0, 1.0 + settings.kin_effect * (1.0 - nobody))


def _barred(world: View, clock: Moment, settings: Search) -> NDArray[np.int32]:
    """Employer to which each person can't go back yet because it didn't renew his contract, int32[n]; -1 none."""
    persons = world.persons
    waits = (persons.contract_ended >= 0) & (clock.month - persons.contract_ended <= settings.bar_months)
    return np.where(waits, persons.last_contract, NOWHERE).astype(np.int32)


def _take_stock(world: View) -> tuple[NDArray[np.int16], NDArray[np.int32]]:
    persons, households = world.persons, world.households
    working, staff = np.zeros(households.n, np.int16), np.zeros((world.places.n, world.employers.n), np.int32)
    kernels.take_stock(persons.employer, persons.leaves_job, persons.household, households.origin, working, staff)
    return working, staff


def _seekers(world: View, draws: Draws, clock: Moment, settings: Search) -> NDArray[np.int32]:
    persons = world.persons
    rows = np.empty(persons.n, np.int32)
    count = kernels.find_seekers(
        persons.labour_status, persons.employer, persons.leaves_job, persons.programme, persons.place,
        persons.last_farm_month, persons.uid, looking(world, clock, settings),
        (world.places.kind == PLACE_KINDS.index("village")).astype(np.int8), draws.key("look"), clock.month, rows,
    )  # fmt: skip
    return rows[:count].copy()


def looking(world: View, clock: Moment, settings: Search) -> NDArray[np.float64]:
    """Share of those at each employer who look for something better, and at last, of farmers: float64[e + 1]."""
    kind = world.employers.kind
    on_job = min(settings.look_on_job * (settings.festival_look if is_spring_festival(clock.month) else 1.0), 1.0)
    share = np.where(kind == EMPLOYER_KINDS.index("self_employed"), settings.look_out, on_job)
    return np.append(np.where(kind == EMPLOYER_KINDS.index("coast"), 0.0, share), settings.look_out)


def _profile(
    world: View, clock: Moment, settings: Search, rows: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    persons, households = world.persons, world.households
    traits, luck = np.empty((len(rows), 8), np.int32), np.empty((len(rows), 2))
    kernels.profile(
        rows, persons.age, persons.sex, persons.education, persons.trained, persons.carer, persons.place, persons.employer,
        persons.household, households.origin, households.moved_month,
        np.array([settings.meeting_over_50, settings.meeting_carers, settings.meeting_trained]),
        settling(settings), clock.month, traits, luck,
    )  # fmt: skip
    return traits, luck


def _least(
    world: View,
    clock: Moment,
    settings: Search,
    market: Market,
    rows: NDArray[np.int32],
    traits: NDArray[np.int32],
    wages: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least yuan a month that each seeker accepts, and his flair."""
    persons = world.persons
    months = range(settings.reservation_fall_months + 1)
    falls = np.array([exponential(-settings.reservation_fall * month) for month in months])
    least, z = np.empty((2, len(rows)))
    factor = persons.pay_factor
    if clock.month == clock.start:
        # What whoever starts with a business of his own earns in it is set only later in the month, by `jobs`.
        factor = factor.copy()
        own_earnings(np.full(persons.n, NOWHERE, np.int32), persons.employer, persons.flair, market.sigma, factor)
    kernels.least_accepted(
        rows, traits, persons.leaves_job, persons.jobless_since, factor, persons.flair, market.value, wages,
        falls, exponential(settings.gain_wanted), clock.month, least, z,
    )  # fmt: skip
    return least, z


def _note(world: View, market: Market, barred: NDArray[np.int32], counts: NDArray[np.int32]) -> None:
    """Count, for each employer with limited open posts, who might have come and where that ended."""
    persons, employers = world.persons, world.employers
    groups = np.zeros((world.places.n, kernels.GROUPS, kernels.AGES), np.int32)
    only_at = np.where(brokered(world), employers.place, NOWHERE).astype(np.int32)
    kernels.count_labourers(
        persons.labour_status, persons.age, persons.sex, persons.education, persons.trained, persons.carer, persons.place,
        persons.employer, barred, market.rules, only_at, market.reach, groups, counts,
    )  # fmt: skip
    kernels.count_eligible(groups, market.rules, only_at, market.vacancies, market.reach, counts)
    for column, row in zip(_COUNTS, counts, strict=True):
        getattr(employers, column)[:] = row
    employers.last_met[:] = np.where(market.vacancies > 0, counts[kernels.MET], employers.last_met)
