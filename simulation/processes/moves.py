"""Who lives where: households move into the homes they were given, wishes of last month are carried out."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from simulation import parameters
from simulation.clock import Moment
from simulation.contract import GIVEN, INHERIT, Balance, Column, process
from simulation.draws import Draws
from simulation.kernels.demography import place_persons
from simulation.parameters import parameter
from simulation.world import PLACE_KINDS, View

BATCH, RETURN = 1, 2


class Settings(parameters.Settings):
    """Living away from the household."""

    adult_age: int = parameter(
        16,
        "years",
        15,
        20,
        "[S10] lowest age of migrant workers counted",
        "age from which a person may live on the coast alone",
    )


@process(
    phase="arrive",
    reads=(
        "persons.household", "persons.alive", "persons.age", "places.kind", "schools.place", "households.origin",
        "households.registered", "households.members", "households.dwelling",
    ),
    lagged=("persons.coast_wish", "persons.boarding_school"),
    owns={
        "households.home": Column("int32", GIVEN, "row of places", "where the household's dwelling is", watched=True, reason="households.move_reason"),
        "households.move_reason": Column("int8", 0, "", "0 none, 1 called by the programme, 2 returned to the village"),
        "households.moved_month": Column("int32", -1, "month", "month of the move to the site, -1 before"),
        "households.returned_month": Column("int32", -1, "month", "month of the return to the village, -1 if none"),
        "persons.place": Column("int32", GIVEN, "row of places", "where the person is this month", newborn=INHERIT, watched=True),
    },
)  # fmt: skip
def run(world: View, draws: Draws, moment: Moment, settings: Settings) -> None:
    """Let households live where they hold a home, and bring everybody to where they are this month."""
    it = world.households
    holds = it.dwelling >= 0
    moving = np.flatnonzero(holds & (it.moved_month < 0))
    _move(world, moving, it.registered, BATCH)
    it.moved_month[moving] = moment.month
    returning = np.flatnonzero(~holds & _moved(world))
    _move(world, returning, it.origin, RETURN)
    it.returned_month[returning] = moment.month
    _place(world, moment, settings)


def _moved(world: View) -> NDArray[np.bool_]:
    """Say which living households moved to a site and have not gone back, bool[households]."""
    it = world.households
    return np.asarray((it.moved_month >= 0) & (it.returned_month < 0) & (it.members > 0))


def _move(world: View, rows: NDArray[np.intp], to: NDArray[np.int32], reason: int) -> None:
    world.households.home[rows] = to[rows]
    world.households.move_reason[rows] = reason


def _place(world: View, moment: Moment, settings: Settings) -> None:
    persons = world.persons
    coast = int(np.flatnonzero(world.places.kind == PLACE_KINDS.index("coast"))[0])
    place_persons(
        coast, moment.coast_open, settings.adult_age, persons.household, persons.alive, persons.age,
        persons.coast_wish, persons.boarding_school, world.schools.place, world.households.home, persons.place,
    )  # fmt: skip


def audit(world: View, moment: Moment, settings: Settings) -> Iterator[Balance]:
    """Whoever holds a home at a site lives there, and whoever moved there and lives holds one."""
    it = world.households
    differing = (it.dwelling >= 0) != _moved(world)
    yield Balance("households that hold a home against those that live at a site", int(differing.sum()), 0)
    away = it.home[it.dwelling >= 0] != it.registered[it.dwelling >= 0]
    yield Balance("households that hold a home at a site and live elsewhere", int(away.sum()), 0)
