"""Who lives where: called households move into free homes, wishes of last month are carried out."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from simulation import parameters
from simulation.clock import Moment
from simulation.contract import GIVEN, INHERIT, Balance, Column, process
from simulation.draws import Draws
from simulation.kernels.demography import place_persons
from simulation.kernels.draws import fill_units
from simulation.kernels.tabulate import sum_by
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
        "persons.household", "persons.alive", "persons.age", "places.kind", "places.homes", "schools.place",
        "households.uid", "households.origin", "households.registered", "households.batch_month", "households.members",
    ),
    lagged=("persons.coast_wish", "persons.boarding_school", "households.return_wish"),
    owns={
        "households.home": Column("int32", GIVEN, "row of places", "where the household's dwelling is", watched=True, reason="households.move_reason"),
        "households.move_reason": Column("int8", 0, "", "0 none, 1 called by the programme, 2 returned to the village"),
        "households.moved_month": Column("int32", -1, "month", "month of the move to the site, -1 before"),
        "households.returned_month": Column("int32", -1, "month", "month of the return to the village, -1 if none"),
        "households.holds_home": Column("int8", 0, "", "1 while the household holds a home at a site"),
        "persons.place": Column("int32", GIVEN, "row of places", "where the person is this month", newborn=INHERIT, watched=True),
        "places.homes_occupied": Column("int32", 0, "homes", "homes of a site that are lived in"),
    },
    streams=("home_lot",),
)  # fmt: skip
def run(world: View, draws: Draws, moment: Moment, settings: Settings) -> None:
    """Free homes, serve the called, bring everybody to where they are this month."""
    households = world.households
    _give_back(world, np.flatnonzero((households.holds_home != 0) & (households.members == 0)))
    returning = np.flatnonzero((households.return_wish != 0) & (households.holds_home != 0))
    _give_back(world, returning)
    households.home[returning] = households.origin[returning]
    households.returned_month[returning] = moment.month
    households.move_reason[returning] = RETURN
    called = _called(world, moment.month)
    lot = np.empty(len(called))
    fill_units(draws.for_life("home_lot"), households.uid[called], lot)
    _move_in(world, _served(world, called, lot), moment.month)
    _place(world, moment, settings)


def _give_back(world: View, rows: NDArray[np.intp]) -> None:
    households = world.households
    np.subtract.at(world.places.homes_occupied, households.home[rows], 1)
    households.holds_home[rows] = 0


def _called(world: View, month: int) -> NDArray[np.intp]:
    it = world.households
    waiting = (it.batch_month >= 0) & (it.batch_month <= month) & (it.moved_month < 0) & (it.members > 0)
    return np.flatnonzero(waiting)


def _served(world: View, called: NDArray[np.intp], lot: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return those of the called who get a home: earlier batches first, then by lot, while homes last."""
    households, places = world.households, world.places
    site = households.registered[called]
    queue = np.lexsort((households.uid[called], lot, households.batch_month[called], site))
    site = site[queue]
    first = np.searchsorted(site, site, side="left")
    free = (places.homes - places.homes_occupied)[site]
    first_served = np.arange(len(queue)) - first < free
    return np.asarray(called[queue[first_served]])


def _move_in(world: View, rows: NDArray[np.intp], month: int) -> None:
    households = world.households
    households.home[rows] = households.registered[rows]
    households.moved_month[rows] = month
    households.move_reason[rows] = BATCH
    households.holds_home[rows] = 1
    np.add.at(world.places.homes_occupied, households.registered[rows], 1)


def _place(world: View, moment: Moment, settings: Settings) -> None:
    persons = world.persons
    coast = int(np.flatnonzero(world.places.kind == PLACE_KINDS.index("coast"))[0])
    place_persons(
        coast, moment.coast_open, settings.adult_age, persons.household, persons.alive, persons.age,
        persons.coast_wish, persons.boarding_school, world.schools.place, world.households.home, persons.place,
    )  # fmt: skip


def audit(world: View, moment: Moment, settings: Settings) -> Iterator[Balance]:
    """The stock of homes, kept by moves in and out, equals the households that live there; none is lived in twice."""
    households, places = world.households, world.places
    lived_in = np.zeros(places.n, np.int64)
    at_site = (households.moved_month >= 0) & (households.returned_month < 0) & (households.members > 0)
    sum_by(households.home, at_site, lived_in)
    yield Balance("homes occupied", int(lived_in.sum()), int(places.homes_occupied.sum(dtype=np.int64)))
    over = np.maximum(places.homes_occupied - places.homes, 0)[places.kind == PLACE_KINDS.index("site")]
    yield Balance("homes beyond the stock", int(over.sum(dtype=np.int64)), 0)
