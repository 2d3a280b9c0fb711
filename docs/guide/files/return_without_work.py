"""Households go back to the village once nobody who could work has had work for too long."""

import numpy as np

from simulation import parameters
from simulation.contract import Column, process
from simulation.parameters import parameter


class Settings(parameters.Settings):
    """How long a household waits for work."""

    patience_months: int = parameter(6, "months", 1, 60, "[prior]", "months without work after which it goes")


@process(
    phase="decide",
    slot="return",
    reads=(
        "households.moved_month",
        "households.returned_month",
        "households.members",
        "households.labourers",
        "households.employed",
    ),
    owns={
        "households.return_wish": Column("int8", 0, "", "1 if the household will return to the village next month"),
        "households.return_intention": Column("int8", 0, "", "1 if the household would rather live in the village"),
        "households.months_idle": Column("int16", 0, "months", "months in a row without work of anybody"),
    },
)
def run(world, draws, clock, settings):
    """Count idle months at the site; whoever reaches the limit goes."""
    it = world.households
    here = (it.moved_month >= 0) & (it.returned_month < 0) & (it.members > 0)
    idle = here & (it.labourers > 0) & (it.employed == 0)
    it.months_idle[:] = np.where(idle, it.months_idle + 1, 0)
    it.return_intention[:] = idle
    it.return_wish[:] = it.months_idle >= settings.patience_months
