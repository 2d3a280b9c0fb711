"""Unemployment: who at home or in town is without work, and how many there are at each place."""

import numpy as np

from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.kernels.pay import find_unemployed
from simulation.parameters import Settings
from simulation.world import PLACE_KINDS, View


@process(
    phase="settle",
    reads=("persons.place", "persons.labourer", "persons.employer", "persons.last_farm_month", "places.kind"),
    owns={
        "persons.unemployed": Column(
            "int8", 0, "", "1 if a labourer without a link who isn't a villager that farmed within the year"
        ),
        "places.labourers": Column("int32", 0, "persons", "labourers present at the end of the month"),
        "places.unemployed": Column("int32", 0, "persons", "of these, the unemployed"),
    },
)  # fmt: skip
def run(world: View, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Count once, for the pay of the next month and for whoever asks."""
    persons, places = world.persons, world.places
    labourers, without = np.zeros(places.n + 1, np.int32), np.zeros(places.n + 1, np.int32)
    find_unemployed(
        persons.labourer, persons.employer, persons.place, persons.last_farm_month,
        (places.kind == PLACE_KINDS.index("village")).astype(np.int8), clock.month, persons.unemployed,
        labourers, without,
    )  # fmt: skip
    places.labourers[:], places.unemployed[:] = labourers[:-1], without[:-1]
