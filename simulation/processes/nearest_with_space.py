"""School seats by nearness: everybody asks at the nearest school first, and what is given is given for good.

China's nearby enrolment where no list of wishes is taken. In the first turn each family asks at the nearest
of the schools it would take (equally near: its own catchment, then the one it likes better); each
school gives its seats to those who live nearest, equally near ones by lot. Who is refused asks in the
second turn at the next nearest that has room left, and so on; beds come after all day schools. Who sits
in a school already gives that seat up only for one that it likes better and that takes it. This is immediate
acceptance (the Boston mechanism, Abdulkadiroglu and Sonmez 2003) on distance: somebody far from everything may
lose a seat to a child who ranks behind, which `blocking_pairs` counts.
"""

from typing import Any

import numpy as np

from simulation.clock import Moment
from simulation.contract import process
from simulation.draws import Draws
from simulation.kernels.matching import seat_acceptance
from simulation.kernels.school_market import HELD_BELOW, LONGEST_LIST, by_nearness
from simulation.processes._school_market import LAGGED, OWNS, READS, Settings, close_market, open_market

__all__ = ["Settings", "run"]


@process(phase="compete", slot="school_choice", reads=READS, lagged=LAGGED, owns=OWNS)
def run(world: Any, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Match by turns: deferred acceptance gives the same where schools rank an earlier turn before all else."""
    market = open_market(world, settings)
    longest = int(np.diff(market.offset).max(initial=0))
    if longest > LONGEST_LIST:
        raise ValueError(f"a family lists {longest} schools; nearest_with_space tells {LONGEST_LIST:,} turns apart")
    nearest, turn = np.empty_like(market.choice), np.empty_like(market.priority)
    by_nearness(market.offset, market.choice, market.priority, nearest, turn)
    match = np.empty(len(market.rows), np.int32)
    uid = world.persons.uid[market.rows]
    seat_acceptance(market.offset, nearest, turn, market.capacity, HELD_BELOW, uid, match)
    close_market(world, clock, market, match)
