"""School seats by deferred acceptance: the families propose, schools keep whom they rank first.

Gale and Shapley (1962), as Abdulkadiroglu and Sonmez (2003) bring it to schools (domain 2.3): catchment
before sibling before the shorter way before the lot; day pupils before boarders. Nobody is passed over
for a seat by somebody who ranks behind, and no family gains by listing anything but what it wants.
"""

from collections.abc import Generator, Iterable
from typing import Any

import numpy as np

from simulation.clock import Moment
from simulation.contract import Balance, process
from simulation.draws import Draws
from simulation.explaining import Account, Asked
from simulation.kernels.matching import seat_acceptance
from simulation.kernels.school_market import HELD_BELOW
from simulation.mechanism import Mechanism
from simulation.processes._school_market import (
    LAGGED,
    OWNS,
    READS,
    Settings,
    close_market,
    open_market,
    worth_of_schools,
)
from simulation.processes._seats_told import Round, tell_seats

__all__ = ["Settings", "audit", "explain", "run"]

MECHANISMS = (
    Mechanism(
        "competition for seats by rank",
        "the nearest school with space takes whoever asks first",
        rule="nearest_with_space",
    ),
)


@process(phase="compete", slot="school_choice", reads=READS, lagged=LAGGED, owns=OWNS)
def run(world: Any, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Match in one round over day seats and beds."""
    market = open_market(world, settings)
    match = np.empty(len(market.rows), np.int32)
    uid = world.persons.uid[market.rows]
    seat_acceptance(market.offset, market.choice, market.priority, market.capacity, HELD_BELOW, uid, match)
    close_market(world, clock, market, match)


def explain(
    world: Any, draws: Draws, clock: Moment, settings: Settings, asked: Asked
) -> Generator[Account | None, None, None]:
    """Tell what families listed, how they like it, and who was admitted where a child wasn't."""
    opened = Round(open_market(world, settings), worth_of_schools(world, settings))
    yield None
    yield from tell_seats(world, settings, opened, asked)


def audit(world: Any, clock: Moment, settings: Settings) -> Iterable[Balance]:
    """Say whether anybody has justified envy."""
    yield Balance("pupils with justified envy", int(world.grades.blocking_pairs.sum()), 0)
