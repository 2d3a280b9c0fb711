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
from simulation.processes._market import Search
from simulation.processes._search import LAGGED, LEVERS, OWNS, READS, offer, search
from simulation.processes._search_told import tell_search
from simulation.world import View


class Settings(Search):
    """How people look for work and compare the posts that they meet."""


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
