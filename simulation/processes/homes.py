"""Homes at the sites: given back by those who leave, offered by size to those who were called."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from simulation import parameters
from simulation.clock import Moment
from simulation.contract import Balance, Column, process
from simulation.draws import Draws
from simulation.kernels.draws import fill_units
from simulation.kernels.homes import give_back, mark_elders, offer_homes
from simulation.parameters import parameter
from simulation.world import INSURANCE_GROUPS, NOWHERE, PLACE_KINDS, View

_POOR = (INSURANCE_GROUPS.index("dibao"), INSURANCE_GROUPS.index("tekun"))


class Settings(parameters.Settings):
    """Who of a batch chooses first, and which homes a household may have besides the smallest that fits."""

    elder_age: int = parameter(
        75, "years", 60, 100, "[prior]", "age of a member from which the household has an elder who comes first"
    )
    elder_points: int = parameter(
        1, "points", 0, 9, "[prior]", "precedence within a batch for an elder in the household"
    )
    poor_points: int = parameter(
        1, "points", 0, 9, "[prior]", "precedence within a batch for households on dibao or tekun support"
    )
    larger_sizes: int = parameter(
        2, "sizes", 0, 10, "[prior]", "how many sizes above the smallest that fits may be given where that one is gone"
    )
    crowding_members: int = parameter(
        0,
        "persons",
        0,
        10,
        "[prior] floor area a head is regulated",
        "members too many for a home that are put up with",
    )


@process(
    phase="arrive",
    reads=(
        "households.uid", "households.registered", "households.batch_month", "households.insurance_group",
        "households.members", "persons.household", "persons.alive", "persons.age", "places.kind",
        "dwellings.uid", "dwellings.place", "dwellings.most_members", "dwellings.homes",
    ),
    lagged=("households.moved_month", "households.return_wish"),
    owns={
        "households.dwelling": Column("int32", NOWHERE, "row of dwellings", "the home at a site that the household holds, by size", watched=True),
        "households.waits_since": Column("int32", -1, "month", "month since which the household waits for a home, -1 if it doesn't"),
        "households.months_waited": Column("int16", 0, "months", "months in which the household was offered no home"),
        "dwellings.occupied": Column("int32", 0, "homes", "homes of this size that a household holds"),
        "places.homes_occupied": Column("int32", 0, "homes", "homes of a site that a household holds"),
    },
    streams=("lot",),
)  # fmt: skip
def run(world: View, draws: Draws, moment: Moment, settings: Settings) -> None:
    """Take back what is left, then offer what is free to everybody who was called and has none."""
    it = world.households
    left = np.flatnonzero((it.dwelling >= 0) & ((it.members == 0) | (it.return_wish != 0)))
    give_back(left, world.dwellings.place, it.dwelling, world.dwellings.occupied, world.places.homes_occupied)
    called = _called(world, moment.month)
    it.waits_since[(it.waits_since >= 0) & (it.members == 0)] = -1
    if len(called):
        _offer(world, _queue(world, draws, called, settings), moment.month, settings)


def _called(world: View, month: int) -> NDArray[np.intp]:
    it = world.households
    waiting = (it.batch_month >= 0) & (it.batch_month <= month) & (it.moved_month < 0) & (it.members > 0)
    return np.flatnonzero(waiting & (it.registered >= 0))


def _queue(world: View, draws: Draws, called: NDArray[np.intp], settings: Settings) -> NDArray[np.intp]:
    """Order the called: earlier batches first, then more points, then by lot, ties by uid."""
    it = world.households
    lot = np.empty(len(called))
    fill_units(draws.for_life("lot"), it.uid[called], lot)
    order = np.lexsort((it.uid[called], lot, -_points(world, called, settings), it.batch_month[called]))
    return np.asarray(called[order])


def _points(world: View, called: NDArray[np.intp], settings: Settings) -> NDArray[np.int64]:
    persons, it = world.persons, world.households
    elders = np.zeros(it.n, np.bool_)
    mark_elders(persons.household, persons.alive, persons.age, settings.elder_age, elders)
    poor = np.isin(it.insurance_group[called], _POOR)
    return np.asarray(settings.elder_points * elders[called] + settings.poor_points * poor, np.int64)


def _offer(world: View, queue: NDArray[np.intp], month: int, settings: Settings) -> None:
    it, homes = world.households, world.dwellings
    built = np.flatnonzero(homes.homes > 0)
    by_size = built[np.lexsort((homes.uid[built], homes.most_members[built], homes.place[built]))]
    start = np.searchsorted(homes.place[by_size], np.arange(world.places.n + 1))
    free = homes.homes.astype(np.int64) - homes.occupied
    offer_homes(
        queue, it.registered, it.members, start, by_size, homes.most_members, settings.larger_sizes,
        settings.crowding_members, free, it.dwelling,
    )  # fmt: skip
    homes.occupied[:] = homes.homes - free
    housed = it.dwelling[queue] >= 0
    np.add.at(world.places.homes_occupied, it.registered[queue[housed]], 1)
    without = queue[~housed]
    it.waits_since[queue[housed]] = -1
    it.waits_since[without] = np.where(it.waits_since[without] < 0, month, it.waits_since[without])
    it.months_waited[without] += 1


def audit(world: View, moment: Moment, settings: Settings) -> Iterator[Balance]:
    """Homes held by size equal the households that hold one; none is held twice, beyond the stock, or elsewhere."""
    it, homes, places = world.households, world.dwellings, world.places
    holds = np.flatnonzero(it.dwelling >= 0)
    held = np.bincount(it.dwelling[holds], minlength=homes.n)
    yield Balance("homes held of each size", int(np.abs(held - homes.occupied).sum()), 0)
    yield Balance("homes beyond the stock", int(np.maximum(homes.occupied - homes.homes, 0).sum()), 0)
    at_place = np.bincount(homes.place, homes.occupied, places.n).astype(np.int64)
    site = places.kind == PLACE_KINDS.index("site")
    yield Balance("homes held at each site", int(np.abs(at_place - places.homes_occupied)[site].sum()), 0)
    elsewhere = homes.place[it.dwelling[holds]] != it.registered[holds]
    yield Balance("homes held away from the site registered at", int(elsewhere.sum()), 0)
