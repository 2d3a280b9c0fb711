"""What the rival rules of going back to the village share: who may go, and what makes them think of it."""

import numpy as np
from numpy.typing import NDArray

from simulation.contract import Column
from simulation.kernels.returning import household_troubles
from simulation.world import View

READS = (
    "households.uid", "households.house_demolished", "households.moved_month", "households.returned_month",
    "households.members", "households.employed", "households.labourers", "persons.household", "persons.alive",
    "persons.grade", "persons.school", "persons.boarding_school", "persons.forgone_visits",
)  # fmt: skip
"""What every rule reads."""

OWNS = {
    "households.return_wish": Column("int8", 0, "", "1 if the household will return to the village next month"),
    "households.return_intention": Column("int8", 0, "", "1 if the household would rather live in the village"),
    "households.children_without_seat": Column(
        "int16", 0, "persons", "children of compulsory grades without a day seat; who dropped out looks for none"
    ),
    "households.visits_forgone": Column("int16", 0, "visits", "visits given up this month"),
}
"""What every rule owns."""


def count_troubles(world: View) -> None:
    """Count each household's children without a day seat and the visits that its members gave up."""
    persons, households = world.persons, world.households
    household_troubles(
        persons.household, persons.alive, persons.grade, persons.school, persons.boarding_school, persons.forgone_visits,
        households.children_without_seat, households.visits_forgone,
    )  # fmt: skip


def at_site(world: View) -> NDArray[np.bool_]:
    """Say which households live at the site they moved to, bool[households]."""
    it = world.households
    return np.asarray((it.moved_month >= 0) & (it.returned_month < 0) & (it.members > 0))
