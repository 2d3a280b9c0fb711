"""Job search: one round of deferred acceptance a month between those who look and the posts that they met.

A seeker meets open posts within reach (`_search`), prefers them by pay, way and a taste of his own, and
asks the best first. An employer ranks those who ask: where it takes households without any work first,
these; then 3 classes of skill (trained or senior school, junior school, less); then a lot, then the uid.
"""

from collections.abc import Generator

import numpy as np

from simulation.clock import Moment
from simulation.contract import process
from simulation.draws import Draws, folded
from simulation.explaining import Account, Asked
from simulation.kernels.job_matching import match_posts
from simulation.mechanism import Mechanism
from simulation.processes._market import Search
from simulation.processes._search import LAGGED, LEVERS, OWNS, READS, offer, search
from simulation.processes._search_told import tell_search
from simulation.world import View


class Settings(Search):
    """How people look for work and compare the posts that they meet."""


MECHANISMS = (
    Mechanism(
        "search friction",
        "every seeker meets nearly every open post within reach",
        {"meeting_market": 1.0, "meeting_brokered": 1.0, "meeting_half": 0.1},
    ),
    Mechanism("few contacts after a move", "who moved meets firms as others do", {"meeting_newcomers": 1.0}),
    Mechanism(
        "age and care in search",
        "people over 50 and carers meet posts as others do",
        {"meeting_over_50": 1.0, "meeting_carers": 1.0},
    ),
    Mechanism(
        "doors that training opens", "who completed a course meets no more posts than others", {"meeting_trained": 1.0}
    ),
    Mechanism("kin at work", "nobody hears of posts from kin", {"kin_effect": 0.0}),
    Mechanism("search on the job", "nobody with work looks for another post", {"look_on_job": 0.0, "look_out": 0.0}),
    Mechanism(
        "reservation wages",
        "hardly anybody waits for a better post than the one that is met",
        {"home_yuan": 0.0, "home_village_yuan": 0.0, "care_yuan": 0.0, "discount": 2.0, "reservation_fall": 0.0},
    ),
    Mechanism("the way to work", "minutes of the way don't count", {"minute_cost": 0.0}),
    Mechanism("competition by rank", "a post goes to whoever comes first, by lot", rule="first_offer"),
)


@process(
    phase="compete",
    slot="job_search",
    reads=READS,
    lagged=LAGGED,
    owns=OWNS,
    streams=("look", "meet", "taste", "lot"),
    levers=LEVERS,
)
def run(world: View, draws: Draws, clock: Moment, settings: Settings) -> None:
    """List who meets which post, then match once."""
    market, seekers = search(world, draws, clock, settings)
    employers = world.employers
    match = np.empty(len(seekers.rows), np.int32)
    match_posts(
        seekers.traits, seekers.uid, seekers.working, seekers.z, seekers.offset, seekers.choice, market.vacancies,
        employers.zero_employment_first, market.dislike, market.sigma, settings.taste_scale,
        folded(draws.key("taste"), employers.uid), folded(draws.key("lot"), employers.uid), employers.uid, match,
    )  # fmt: skip
    offer(world, seekers, match)


def explain(
    world: View, draws: Draws, clock: Moment, settings: Settings, asked: Asked
) -> Generator[Account | None, None, None]:
    """Tell who looked, what they met, and who got the posts that they wanted."""
    yield from tell_search(world, draws, clock, settings, asked, settings.taste_scale)
