"""Jobs: links that end, seekers who meet vacancies, and one round of matching a month."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import GIVEN, Balance, Column, process
from simulation.draws import Draws
from simulation.kernels import jobs as kernels
from simulation.kernels.draws import fill_folds, fill_units
from simulation.kernels.matching import deferred_acceptance
from simulation.months import is_spring_festival
from simulation.parameters import Settings as Parameters
from simulation.parameters import parameter
from simulation.processes._work import log_yuan, reach_of, worth_of_posts
from simulation.world import EMPLOYER_KINDS, NOWHERE, PLACE_KINDS, View

LEFT_REASONS = (
    "took the job", "died", "reached 60", "became a student", "unable or too young", "out of reach", "care at home",
    "quit or dismissed", "post lost", "went to the coast", "came home from the coast",
)  # fmt: skip
BROKERED = ("workshop", "micro_factory", "public_welfare")
"""Kinds of employers whose posts community workers bring to the door."""


class Settings(Parameters):
    """How links end, how seekers meet employers and what they accept."""

    leave_workshop: float = parameter(
        0.045, "share a month", 0.0, 0.5, "[prior] 3-6 %", "links with a workshop that end"
    )
    leave_micro_factory: float = parameter(
        0.035, "share a month", 0.0, 0.5, "[prior] 2-5 %", "links with a micro-factory that end"
    )
    leave_park: float = parameter(0.03, "share a month", 0.0, 0.5, "[prior]", "links with a park firm that end")
    leave_services: float = parameter(
        0.03, "share a month", 0.0, 0.5, "[prior]", "links in services and building that end"
    )
    leave_public_welfare: float = parameter(
        0.02, "share a month", 0.0, 0.5, "[prior] contracts of 12-36 months", "public posts that end"
    )
    leave_self_employed: float = parameter(
        0.02, "share a month", 0.0, 0.5, "[prior]", "people who give up their own business"
    )
    leave_township: float = parameter(0.02, "share a month", 0.0, 0.5, "[prior]", "links in the home township that end")
    festival_peak: float = parameter(
        2.0, "factor", 1.0, 6.0, "[prior]", "what the month of the Spring Festival multiplies endings by"
    )
    commute_limit: int = parameter(60, "minutes", 10, 240, "[prior]", "longest way to work, one way")
    meeting_market: float = parameter(
        0.14, "share a month", 0.0, 1.0, "[prior] fitted to C03", "seekers who meet a firm with very many vacancies"
    )
    meeting_brokered: float = parameter(
        0.4,
        "share a month",
        0.0,
        1.0,
        "[prior]",
        "seekers who meet a workshop, micro-factory or public post brought to their door",
    )
    meeting_half: float = parameter(
        5.0, "vacancies", 0.1, 500.0, "[prior]", "vacancies at which half of that many meet it"
    )
    meeting_newcomers: float = parameter(
        0.43,
        "factor",
        0.0,
        1.0,
        "[prior] fitted to 28 % of relocated labourers in town posts",
        "what having moved multiplies meetings by",
    )
    meeting_own: float = parameter(
        0.04,
        "share a month",
        0.0,
        1.0,
        "[prior] fitted to about 1,200 self-employed movers",
        "seekers who find an opening to work for themselves",
    )
    meeting_over_50: float = parameter(
        0.5, "factor", 0.0, 1.0, "[prior]", "what being 50 or more multiplies meetings by"
    )
    meeting_carers: float = parameter(0.6, "factor", 0.0, 1.0, "[prior]", "what care at home multiplies meetings by")
    meeting_trained: float = parameter(
        1.25,
        "factor",
        1.0,
        2.0,
        "[prior] small effects of training on finding work [S33]",
        "what a completed course multiplies meetings by",
    )
    look_out: float = parameter(
        0.05, "share a month", 0.0, 1.0, "[prior]", "farmers in villages and self-employed who look round"
    )
    gain_wanted: float = parameter(
        0.2, "log points", 0.0, 2.0, "[prior]", "by how much a new post must beat one's own business"
    )
    reservation_yuan: float = parameter(
        1400.0, "yuan a month of the year", 0.0, 10000.0, "[prior]", "least pay accepted at once"
    )
    reservation_fall: float = parameter(
        0.06, "log points a month", 0.0, 0.5, "[prior]", "its fall with each month without work"
    )
    reservation_fall_months: int = parameter(12, "months", 0, 60, "[prior]", "after which it falls no further")
    reservation_over_50: float = parameter(-0.6, "log points", -3.0, 0.0, "[prior]", "added for those of 50 and more")
    reservation_carers: float = parameter(0.25, "log points", 0.0, 3.0, "[prior]", "added for carers")
    minute_cost: float = parameter(
        0.006, "log points a minute", 0.0, 0.1, "[prior]", "what a minute of the way to work is worth"
    )
    taste_scale: float = parameter(
        0.3, "log points", 0.0, 5.0, "[prior]", "scale of tastes for one employer over another"
    )


@process(
    phase="compete",
    reads=(
        "persons.uid", "persons.household", "persons.sex", "persons.age", "persons.place", "persons.labour_status",
        "persons.carer", "persons.education", "persons.trained", "persons.programme", "households.moved_month",
        "places.kind", "employers.uid", "employers.place", "employers.kind", "employers.posts",
        "employers.extra_minutes",
        "employers.posts_now", "employers.pay_now_fen", "employers.pay_sigma", "employers.months_worked", "employers.remitted_share",
        "employers.min_age", "employers.max_age", "employers.min_education", "employers.sex",
        "employers.needs_training", "employers.zero_employment_first", "employers.takes_carers",
    ),
    lagged=("persons.last_farm_month",),
    owns={
        "persons.employer": Column(
            "int32", GIVEN, "row of employers", "where the person works; -1 nowhere", newborn=NOWHERE,
            watched=True, reason="persons.left_job_reason",
        ),
        "persons.left_job_reason": Column(
            "int8", 0, "", "why the link last changed: " + ", ".join(f"{code} {why}" for code, why in enumerate(LEFT_REASONS))
        ),
        "persons.job_since": Column("int32", -1, "month", "month in which the link began; -1 before the start, or none"),
        "persons.jobless_since": Column("int32", -1, "month", "first month in which a labourer was without a link; -1 otherwise"),
        "persons.pay_factor": Column("float32", 1.0, "factor", "own earnings against the employer's pay; 1 where all are paid alike"),
        "employers.filled": Column("int32", 0, "posts", "posts held by members of the three populations"),
        "employers.vacancies": Column("int32", 0, "posts", "posts that stayed open; 0 where there is no limit"),
        "households.employed": Column("int16", 0, "persons", "members with an employer, away ones included"),
    },
    streams=("leave", "stay", "look", "meet", "taste", "flair", "lot"),
)  # fmt: skip
def run(world: View, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Release, count, dismiss beyond the posts, search, match."""
    posts, before = world.employers.posts_now, world.persons.employer.copy()
    _release(world, draws, clock, settings)
    _count(world, clock)
    if _dismiss(world, draws, posts):
        _count(world, clock)
    _search(world, draws, clock, settings, posts, before)
    world.employers.vacancies[:] = np.maximum(posts - world.employers.filled, 0)
    _own_earnings(world, draws, np.full_like(before, NOWHERE) if clock.month == clock.start else before)


def audit(world: View, clock: Moment, settings: Settings) -> Iterable[Balance]:
    """Count links by person and by employer, and posts filled beyond the posts there are."""
    persons, employers = world.persons, world.employers
    links = int(np.count_nonzero(persons.employer >= 0))
    posts = employers.posts_now
    yield Balance("links counted by person and by employer", int(employers.filled.sum()), links)
    yield Balance("links counted by person and by household", int(world.households.employed.sum(dtype=np.int64)), links)
    yield Balance(
        "posts filled beyond the posts there are", int(np.count_nonzero((posts >= 0) & (employers.filled > posts))), 0
    )
    yield Balance(
        "links of people outside the labour force",
        int(np.count_nonzero((persons.employer >= 0) & (persons.labour_status != 0))),
        0,
    )


def _sigma(world: View) -> NDArray[np.float64]:
    return world.employers.pay_sigma.astype(np.float64)  # type: ignore[no-any-return]


def leave_shares(settings: Settings, month: int) -> NDArray[np.float64]:
    """Share of the links that end this month, by kind of employer; the coast's end by coming home."""
    by_kind = np.array([getattr(settings, f"leave_{kind}", 0.0) for kind in EMPLOYER_KINDS])
    return np.minimum(by_kind * (settings.festival_peak if is_spring_festival(month) else 1.0), 1.0)


def _release(world: View, draws: Draws, clock: Moment, settings: Settings) -> None:
    persons, employers = world.persons, world.employers
    coast = employers.kind == EMPLOYER_KINDS.index("coast")
    near = reach_of(world, settings.commute_limit)
    reach = np.where(
        near, np.where(employers.takes_carers != 0, kernels.OPEN_TO_CARERS, kernels.CLOSED_TO_CARERS), kernels.OUTSIDE
    )
    reach = np.where(coast, kernels.ON_THE_COAST, reach).astype(np.int8)
    coast_of = np.full(world.places.n, NOWHERE, np.int32)
    coast_of[employers.place[coast]] = np.flatnonzero(coast)
    kernels.release(
        persons.labour_status, persons.carer, persons.place, persons.uid, reach, coast_of,
        leave_shares(settings, clock.month)[employers.kind], draws.key("leave"), clock.month,
        persons.employer, persons.left_job_reason, persons.job_since,
    )  # fmt: skip


def _count(world: View, clock: Moment) -> None:
    persons, employers, households = world.persons, world.employers, world.households
    filled = np.zeros(employers.n + 1, np.int32)
    households.employed[:] = 0
    kernels.count_links(
        persons.labour_status, persons.employer, persons.household, clock.month, persons.jobless_since,
        filled, households.employed,
    )  # fmt: skip
    employers.filled[:] = filled[:-1]


def _own_earnings(world: View, draws: Draws, before: NDArray[np.int32]) -> None:
    persons = world.persons
    kernels.own_earnings(
        before, persons.employer, persons.uid, _sigma(world), draws.for_life("flair"), persons.pay_factor
    )


def _dismiss(world: View, draws: Draws, posts: NDArray[np.int32]) -> bool:
    """Where more posts are filled than there are, those with the longest tenure stay, then by lot.

    Says whether anybody was dismissed.
    """
    persons, employers = world.persons, world.employers
    beyond = np.flatnonzero((posts >= 0) & (employers.filled > posts))
    for one in beyond:
        rows = np.flatnonzero(persons.employer == one)
        lot = np.empty(len(rows))
        fill_units(_folded(draws, "stay", employers.uid[one : one + 1])[0], persons.uid[rows], lot)
        gone = rows[np.argsort(persons.job_since[rows] + lot, kind="stable")[posts[one] :]]
        persons.employer[gone] = NOWHERE
        persons.left_job_reason[gone] = kernels.POST_LOST
        persons.job_since[gone] = -1
    return len(beyond) > 0


def _folded(draws: Draws, purpose: str, uids: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return this month's key of a stream for each employer, uint64[e]."""
    out = np.empty(len(uids), np.uint64)
    fill_folds(np.full(len(uids), draws.key(purpose), np.uint64), uids, out)
    return out


def _search(
    world: View, draws: Draws, clock: Moment, settings: Settings, posts: NDArray[np.int32], before: NDArray[np.int32]
) -> None:
    """List who looks for work, whom they meet and what they accept, then match once.

    Nobody goes back at once to the employer that he or she left this month (`before`).
    """
    persons = world.persons
    rows = _seekers(world, draws, clock, settings)
    vacancies = np.where(posts < 0, -1, np.maximum(posts - world.employers.filled, 0)).astype(np.int32)
    offset, choice = _offers(world, draws, clock, settings, rows, before[rows], vacancies)
    priority = np.empty(len(choice), np.uint64)
    kernels.priorities(
        persons.uid[rows], _skill(world, rows), (world.households.employed[persons.household[rows]] == 0).astype(np.int8),
        world.employers.zero_employment_first, _folded(draws, "lot", world.employers.uid), offset, choice, priority,
    )  # fmt: skip
    match = np.empty(len(rows), np.int32)
    deferred_acceptance(offset, choice, priority, vacancies, match)
    kernels.hire(
        rows, match, clock.month, persons.household, persons.employer, persons.left_job_reason, persons.job_since,
        persons.jobless_since, world.employers.filled, world.households.employed,
    )  # fmt: skip


def _seekers(world: View, draws: Draws, clock: Moment, settings: Settings) -> NDArray[np.int32]:
    persons = world.persons
    rows = np.empty(persons.n, np.int32)
    count = kernels.find_seekers(
        persons.labour_status, persons.employer, persons.programme, persons.place, persons.last_farm_month, persons.uid,
        np.append(world.employers.kind == EMPLOYER_KINDS.index("self_employed"), True).astype(np.int8),
        (world.places.kind == PLACE_KINDS.index("village")).astype(np.int8),
        draws.key("look"), settings.look_out, clock.month, rows,
    )  # fmt: skip
    return rows[:count].copy()


def _skill(world: View, rows: NDArray[np.int32]) -> NDArray[np.int8]:
    """Class in which employers rank a seeker: 0 trained or senior school, 1 junior school, 2 less."""
    education, trained = world.persons.education[rows], world.persons.trained[rows]
    by_school = np.array([2, 1, 0, 0], np.int8)[education]
    return np.where(trained != 0, 0, by_school).astype(np.int8)


def _offers(
    world: View,
    draws: Draws,
    clock: Moment,
    settings: Settings,
    rows: NDArray[np.int32],
    before: NDArray[np.int32],
    vacancies: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return each seeker's list of acceptable employers, best first, as compressed rows."""
    persons, employers = world.persons, world.employers
    place, uid = persons.place[rows], persons.uid[rows]
    start, near = _open_near(world, settings, vacancies)
    choice = np.empty(int((start[place + 1] - start[place]).sum()), np.int32)
    offset = np.empty(len(rows) + 1, np.int32)
    kernels.meetings(
        place, uid, _traits(world, rows), _luck(world, settings, rows), before, start, near, _rules(world),
        _folded(draws, "meet", employers.uid), _meeting(world, settings, vacancies), offset, choice,
    )  # fmt: skip
    worth = worth_of_posts(world)
    kernels.rank(
        place, uid, _reservations(world, clock, settings, rows, worth), _minutes(world), worth, _sigma(world),
        _folded(draws, "taste", employers.uid), draws.for_life("flair"),
        np.array([settings.minute_cost, settings.taste_scale]), np.empty(len(choice)), offset, choice,
    )  # fmt: skip
    return offset, choice[: offset[-1]].copy()


def _open_near(
    world: View, settings: Settings, vacancies: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Employers that would hire, within the commute of each place: offsets int32[places + 1], rows.

    Community workers bring their posts to the door of residents alone.
    """
    near = world.near["employers"]
    kept = (near.minutes <= settings.commute_limit) & (vacancies[near.rows] != 0)
    kept &= world.employers.kind[near.rows] != EMPLOYER_KINDS.index("coast")
    resident = world.employers.place[near.rows] == np.repeat(np.arange(world.places.n), np.diff(near.offsets))
    kept &= resident | ~_brokered(world)[near.rows]
    before = np.concatenate([np.zeros(1, np.int32), np.cumsum(kept, dtype=np.int32)])
    return before[near.offsets], near.rows[kept]


def _brokered(world: View) -> NDArray[np.bool_]:
    return np.isin(world.employers.kind, [EMPLOYER_KINDS.index(kind) for kind in BROKERED])


def _on_market(world: View) -> NDArray[np.bool_]:
    """Say which employers must be found; the others are brought to the door, or are one's own."""
    return ~_brokered(world) & (world.employers.posts >= 0)  # type: ignore[no-any-return]


def _meeting(world: View, settings: Settings, vacancies: NDArray[np.int32]) -> NDArray[np.float64]:
    """Share of seekers who meet each employer: rises with its vacancies towards the most there is."""
    most = np.where(_on_market(world), settings.meeting_market, settings.meeting_brokered)
    limited = most * vacancies / (vacancies + settings.meeting_half)
    return np.where(vacancies < 0, settings.meeting_own, limited)


def _luck(world: View, settings: Settings, rows: NDArray[np.int32]) -> NDArray[np.float64]:
    """What multiplies meetings with brokered posts, and with the market's, for each seeker: float64[m, 2]."""
    persons = world.persons
    moved = world.households.moved_month[persons.household[rows]] >= 0
    luck = np.where(persons.age[rows] >= 50, settings.meeting_over_50, 1.0)
    luck *= np.where(persons.carer[rows] != 0, settings.meeting_carers, 1.0)
    luck *= np.where(persons.trained[rows] != 0, settings.meeting_trained, 1.0)
    return np.stack([luck, luck * np.where(moved, settings.meeting_newcomers, 1.0)], axis=1)


def _traits(world: View, rows: NDArray[np.int32]) -> NDArray[np.int32]:
    persons = world.persons
    columns = (persons.age, persons.sex, persons.education, persons.trained, persons.carer)
    return np.ascontiguousarray(np.stack([column[rows] for column in columns], axis=1), np.int32)


def _rules(world: View) -> NDArray[np.int32]:
    them = world.employers
    columns = (
        them.min_age,
        them.max_age,
        them.min_education,
        them.sex,
        them.needs_training,
        them.takes_carers,
        _on_market(world),
    )
    return np.ascontiguousarray(np.stack(columns, axis=1), np.int32)


def _minutes(world: View) -> NDArray[np.int16]:
    """Minutes one way from each place to each employer, int16[places, e]; only used within reach."""
    return world.minutes[:, world.employers.place] + world.employers.extra_minutes  # type: ignore[no-any-return]


def _reservations(
    world: View, clock: Moment, settings: Settings, rows: NDArray[np.int32], worth: NDArray[np.float64]
) -> NDArray[np.float64]:
    persons = world.persons
    terms = np.array([
        log_yuan(settings.reservation_yuan), settings.reservation_fall, settings.reservation_fall_months,
        settings.reservation_over_50, settings.reservation_carers, settings.gain_wanted,
    ])  # fmt: skip
    out = np.empty(len(rows))
    kernels.reservations(
        persons.age[rows], persons.carer[rows], persons.jobless_since[rows], persons.employer[rows],
        persons.pay_factor[rows], worth, clock.month, terms, out,
    )  # fmt: skip
    return out
