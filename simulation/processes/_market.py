"""The posts that people may find this month: who is within reach, what they are worth, how many hear of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.kernels.job_search import values_of_posts
from simulation.parameters import Settings as Parameters
from simulation.parameters import parameter
from simulation.processes._work import BROKERED, open_posts
from simulation.world import EMPLOYER_KINDS, View

REFERENCE_YUAN = 10_000.0


class Search(Parameters):
    """Whom seekers meet, what they accept, and who looks at all."""

    meeting_market: float = parameter(
        0.14, "share a month", 0.0, 1.0, "[prior] fitted to C03", "seekers who meet a firm with very many vacancies"
    )
    meeting_brokered: float = parameter(
        0.4, "share a month", 0.0, 1.0, "[prior]",
        "seekers who meet a workshop, micro-factory or public post brought to their door",
    )  # fmt: skip
    meeting_half: float = parameter(
        5.0, "vacancies", 0.1, 500.0, "[prior]", "vacancies at which half of that many meet it"
    )
    meeting_newcomers: float = parameter(
        0.32, "factor", 0.0, 1.0, "[prior] fitted to C12, and to 2,400 to 2,600 movers with firms of the town",
        "what having just moved multiplies meetings with firms by",
    )  # fmt: skip
    newcomer_months: int = parameter(
        120, "months", 1, 240, "[prior] migrants catch up with locals in about ten years",
        "after a move, in which that factor rises to 1 in equal steps; it doesn't hold for who lives at the origin again",
    )  # fmt: skip
    meeting_own: float = parameter(
        0.037, "share a month", 0.0, 1.0, "[prior] fitted to about 1,200 self-employed movers",
        "seekers who find an opening to work for themselves",
    )  # fmt: skip
    meeting_over_50: float = parameter(
        0.4, "factor", 0.0, 1.0, "[prior] fitted to C04", "what being 50 or more multiplies meetings by"
    )
    meeting_carers: float = parameter(
        0.45, "factor", 0.0, 1.0, "[prior] fitted to C04", "what care at home multiplies meetings by"
    )
    meeting_trained: float = parameter(
        1.25, "factor", 1.0, 2.0, "[prior] small effects of training on finding work [S33]",
        "what a completed course multiplies meetings by",
    )  # fmt: skip
    kin_effect: float = parameter(
        1.0, "factor", 0.0, 10.0, "[prior] referrals by people known raise the chance to be hired",
        "added to a factor of 1 of meetings with an employer where kin work",
    )  # fmt: skip
    kin_ties: int = parameter(
        10, "persons", 0, 100, "[prior]",
        "labourers of the same origin whom a person knows well enough to be told of posts where they work",
    )  # fmt: skip
    bar_months: int = parameter(
        12, "months", 0, 60, "[prior] posts are to be shared out",
        "after a contract that wasn't renewed in which its employer doesn't hire the person again; 0 bars nobody",
    )  # fmt: skip
    look_out: float = parameter(
        0.05, "share a month", 0.0, 1.0, "[prior]", "farmers in villages and self-employed who look round"
    )
    look_on_job: float = parameter(
        0.05, "share a month", 0.0, 1.0, "[prior]", "employees who look for a better post"
    )  # fmt: skip
    festival_look: float = parameter(
        2.0,
        "factor",
        1.0,
        10.0,
        "[prior]",
        "what the month of the Spring Festival multiplies those who look on the job by",
    )
    gain_wanted: float = parameter(
        0.2, "log points", 0.0, 2.0, "[prior]", "by how much a new post must beat the one held or one's own business"
    )
    home_yuan: float = parameter(
        1000.0, "yuan a month of the year", 0.0, 10000.0, "[prior]", "what a month without a post is worth"
    )
    home_over_50: float = parameter(0.5, "factor", 0.0, 2.0, "[prior]", "what being 50 or more multiplies that by")
    home_village_yuan: float = parameter(
        80.0, "yuan a month of the year", 0.0, 5000.0, "[prior] 4 mu at 600 yuan a year, by 2.4 labourers",
        "added for those who live beside their fields",
    )  # fmt: skip
    care_yuan: float = parameter(
        350.0,
        "yuan a month of the year",
        0.0,
        5000.0,
        "[prior]",
        "what a carer who takes a post pays or forgoes for care",
    )
    discount: float = parameter(
        0.2, "share a month", 0.005, 2.0, "[prior] households without savings discount steeply",
        "by which a later yuan counts less",
    )  # fmt: skip
    posts_end: float = parameter(
        0.03, "share a month", 0.0, 0.5, "[prior] as separations", "posts that seekers expect to end"
    )
    reservation_fall: float = parameter(
        0.055, "log points a month", 0.0, 0.5, "[prior] savings run out; fitted to C04",
        "fall of what is accepted, a month without work",
    )  # fmt: skip
    reservation_fall_months: int = parameter(12, "months", 0, 60, "[prior]", "after which it falls no further")
    minute_cost: float = parameter(
        0.006, "log points a minute", 0.0, 0.1, "[prior]", "what a minute of the way to work is worth"
    )
    taste_scale: float = parameter(
        0.3, "log points", 0.02, 5.0, "[prior]", "scale of tastes for one employer over another"
    )


@dataclass(frozen=True)
class Market:
    """The posts of this month; [places, e], [e] and compressed rows as the kernels take them."""

    vacancies: NDArray[np.int32]
    start: NDArray[np.int32]
    near: NDArray[np.int32]
    rules: NDArray[np.int32]
    rate: NDArray[np.float64]
    value: NDArray[np.float64]
    dislike: NDArray[np.float64]
    sigma: NDArray[np.float64]

    @property
    def reach(self) -> NDArray[np.int8]:
        """Say which employers have open posts for people of which places, int8[places, e]."""
        out = np.zeros(self.value.shape, np.int8)
        out[np.repeat(np.arange(len(self.start) - 1), np.diff(self.start)), self.near] = 1
        return out


def settling(settings: Search) -> NDArray[np.float64]:
    """Factor of a mover's meetings with firms so many months after the move, 1 at last: float64[newcomer_months + 1]."""
    return np.linspace(settings.meeting_newcomers, 1.0, settings.newcomer_months + 1)


def market_of(world: View, settings: Search) -> Market:
    """List the posts of this month, what they are worth where, and how many of a place meet them."""
    vacancies = open_posts(world)
    start, near = _open_near(world, vacancies)
    value, dislike = _values(world, settings)
    return Market(
        vacancies, start, near, _rules(world), _rates(world, settings, vacancies), value, dislike,
        world.employers.pay_sigma.astype(np.float64),
    )  # fmt: skip


def _values(world: View, settings: Search) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    employers = world.employers
    way = world.minutes[:, employers.place]
    minutes = np.where(way < 0, -1, way + employers.extra_minutes).astype(np.int16)
    value, dislike = np.empty((2, *minutes.shape))
    values_of_posts(
        employers.pay_now_fen.astype(np.float64), employers.months_worked.astype(np.float64),
        employers.remitted_share.astype(np.float64), minutes, settings.minute_cost, settings.taste_scale,
        REFERENCE_YUAN, value, dislike,
    )  # fmt: skip
    return value, dislike


def _open_near(world: View, vacancies: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Employers that would hire, within the longest way to work of each place: offsets int32[places + 1], rows.

    Community workers bring their posts to the door of residents alone.
    """
    near = world.near["employers"]
    kept = (near.minutes <= world.employers.longest_way[near.rows]) & (vacancies[near.rows] != 0)
    kept &= world.employers.kind[near.rows] != EMPLOYER_KINDS.index("coast")
    resident = world.employers.place[near.rows] == np.repeat(np.arange(world.places.n), np.diff(near.offsets))
    kept &= resident | ~brokered(world)[near.rows]
    before = np.concatenate([np.zeros(1, np.int32), np.cumsum(kept, dtype=np.int32)])
    return before[near.offsets], near.rows[kept]


def brokered(world: View) -> NDArray[np.bool_]:
    """Say which employers have posts that community workers bring to residents alone, bool[e]."""
    return np.isin(world.employers.kind, [EMPLOYER_KINDS.index(kind) for kind in BROKERED])


def on_market(world: View) -> NDArray[np.bool_]:
    """Say which employers must be found; the others are brought to the door, or are one's own."""
    return ~brokered(world) & (world.employers.posts >= 0)  # type: ignore[no-any-return]


def _rules(world: View) -> NDArray[np.int32]:
    them = world.employers
    columns = (
        them.min_age, them.max_age, them.min_education, them.sex, them.needs_training, them.takes_carers,
        on_market(world), them.posts >= 0,
    )  # fmt: skip
    return np.ascontiguousarray(np.stack(columns, axis=1), np.int32)


def _rates(world: View, settings: Search, vacancies: NDArray[np.int32]) -> NDArray[np.float64]:
    """Share of a place's seekers who meet each employer: rises with its vacancies towards the most there is."""
    most = np.where(on_market(world), settings.meeting_market, settings.meeting_brokered)
    posts = np.maximum(vacancies, 0)  # -1 is no limit, which is settled below
    limited = most * posts / (posts + settings.meeting_half)
    efficiency = world.levers["places.matching_efficiency"]
    return np.where(vacancies < 0, settings.meeting_own, efficiency[:, None] * limited)
