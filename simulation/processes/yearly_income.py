"""What each household had to live on in a calendar year, noted once a year for the record of single households."""

from typing import Any

import numpy as np

from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.world import View

_DECEMBER = 11


@process(
    phase="earn",
    reads=("households.members", "households.income_12m"),
    owns={
        "households.income_head_year": Column(
            "int32", 0, "fen a head",
            "income of the calendar year by living member, of last December; fewer known months are brought to a year, 0 where nobody lives",
            watched=True,
        ),
    },
)  # fmt: skip
def run(world: View, draws: Draws, moment: Moment, settings: Any) -> None:
    """Note it each December: a watched column that moved every month would make the record twelve times as long."""
    if moment.month % 12 != _DECEMBER:
        return
    it = world.households
    it.income_head_year[:] = np.where(it.members > 0, it.income_12m // np.maximum(it.members, 1), 0)
