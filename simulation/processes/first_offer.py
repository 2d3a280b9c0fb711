"""A rival to `job_search` without any comparison: each takes the first post that is worth it and still open.

Zero-intelligence search (after Gode and Sunder 1993, "Allocative efficiency of markets with zero-intelligence
traders"): people come one by one by a lot, ties by uid, and pass the posts that they met in an order by lot;
employers take whoever comes. Meetings and what is worth it are those of `job_search`,
whose numbers it reads; tastes play no part here.
"""

import numpy as np

from simulation.clock import Moment
from simulation.contract import process
from simulation.draws import Draws, folded
from simulation.kernels.draws import fill_units
from simulation.kernels.job_matching import take_first
from simulation.processes._market import Search
from simulation.processes._search import LAGGED, LEVERS, OWNS, READS, offer, search
from simulation.world import View


@process(
    phase="compete",
    slot="job_search",
    parameters_of="job_search",
    reads=READS,
    lagged=LAGGED,
    owns=OWNS,
    streams=("look", "meet", "turn", "order"),
    levers=LEVERS,
)
def run(world: View, draws: Draws, clock: Moment, settings: Search) -> None:
    """List who meets which post, then serve one after the other."""
    market, seekers = search(world, draws, clock, settings)
    turn = np.empty(len(seekers.rows))
    fill_units(draws.key("turn"), seekers.uid, turn)
    match = np.empty(len(seekers.rows), np.int32)
    take_first(
        np.lexsort((seekers.uid, turn)), seekers.uid, seekers.offset, seekers.choice, market.vacancies,
        folded(draws.key("order"), world.employers.uid), world.employers.uid, match,
    )  # fmt: skip
    offer(world, seekers, match)
