"""What households spend in a month: a part of last year's income, but never less than they need."""

import numpy as np

from simulation import parameters
from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.kernels import money as kernels
from simulation.ledger import fen
from simulation.parameters import parameter
from simulation.world import View


class Settings(parameters.Settings):
    """Domain 2.11: C = max(needs x equivalent size, a + b Y). In the first month Y isn't known and is taken as 0."""

    needs_year_yuan: float = parameter(
        3600.0, "yuan a year", 2500.0, 6000.0, "[prior]", "least that one person lives on"
    )
    further_member: float = parameter(
        0.45,
        "share",
        0.3,
        0.7,
        "[unverified: modified OECD scale, adults 0.5, children 0.3]",
        "weight of each further member",
    )
    spent_always_yuan: float = parameter(
        1500.0, "yuan a head and year", 0.0, 4000.0, "[prior]", "a: spending that doesn't depend on income"
    )
    spent_share: float = parameter(0.65, "share", 0.6, 0.8, "[prior]", "b: spending out of another yuan of income")
    after_move: float = parameter(
        0.20, "share", 0.10, 0.35, "[prior]", "rise of the cost of needs after the move (bought food, water, gas, fees)"
    )


@process(
    phase="earn",
    reads=("households.members", "households.moved_month", "households.home", "households.registered"),
    lagged=("households.income_12m",),
    owns={
        "households.consumption_month": Column(
            "int32", 0, "fen", "what the household spends this month, medical bills apart"
        )
    },
)
def run(world: View, draws: Draws, moment: Moment, settings: Settings) -> None:
    """Spend a twelfth of what the year's income allows, so that spending isn't seasonal."""
    it = world.households
    terms = np.array(
        [
            fen(settings.needs_year_yuan),
            _parts(settings.further_member),
            fen(settings.spent_always_yuan),
            _parts(settings.spent_share),
        ],
        np.int64,
    )
    moved = (it.moved_month >= 0) & (it.home == it.registered)
    kernels.consume(it.members, it.income_12m, moved, _parts(1.0 + settings.after_move), terms, it.consumption_month)


def _parts(share: float) -> int:
    return int(share * 10_000 + 0.5)
