"""Whether whole bills must be laid out this month, and how much a household can lay out."""

import numpy as np

from simulation import parameters
from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.parameters import parameter
from simulation.world import PROGRAMME_KINDS, View

_NO_LIMIT = 2**62
"""What a household can lay out where it needn't, fen."""


class Settings(parameters.Settings):
    """The rule of settlement, before any programme."""

    one_stop: int = parameter(
        1, "", 0, 1, "[article] q27", "1 if patients pay their own part alone; 0 if they lay out the whole bill"
    )


@process(
    phase="compete",
    reads=("programmes.kind",),
    lagged=("households.savings", "households.debt", "households.credit_limit_fen"),
    owns={
        "households.prepays": Column("int8", 0, "", "1 if whole bills must be laid out this month"),
        "households.prepayment_limit_fen": Column(
            "int64", _NO_LIMIT, "fen", "most that it can lay out this month for bills that are refunded later"
        ),
    },
    levers=("programmes.places",),
)  # fmt: skip
def run(world: View, draws: Draws, moment: Moment, settings: Settings) -> None:
    """Settle on the spot by the rule or by a programme; else savings and what is still lent are the limit."""
    it = world.households
    at_once = bool(settings.one_stop) or _is_offered(world)
    it.prepays.fill(not at_once)
    if at_once:
        it.prepayment_limit_fen.fill(_NO_LIMIT)
    else:
        np.maximum(it.savings - it.debt + it.credit_limit_fen, 0, out=it.prepayment_limit_fen)


def _is_offered(world: View) -> bool:
    chosen = world.programmes.kind == PROGRAMME_KINDS.index("one_stop_settlement")
    return bool(np.any(world.levers["programmes.places"][chosen] > 0))
