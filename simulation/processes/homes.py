"""Homes at the sites: given back by those who leave, offered by size to those who were called."""

from collections.abc import Generator, Iterator

import numpy as np
from numpy.typing import NDArray

from simulation import parameters
from simulation.clock import Moment
from simulation.contract import Balance, Column, process
from simulation.draws import Draws
from simulation.explaining import Account, Asked, must_agree
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
    give_back(
        _leaving(world), world.dwellings.place, it.dwelling, world.dwellings.occupied, world.places.homes_occupied
    )
    called = _called(world, moment.month)
    it.waits_since[(it.waits_since >= 0) & (it.members == 0)] = -1
    if len(called):
        _offer(world, _queue(world, draws, called, settings), moment.month, settings)


def _leaving(world: View) -> NDArray[np.intp]:
    """Return the households that give their home back: nobody is left, or all go back to the village."""
    it = world.households
    return np.flatnonzero((it.dwelling >= 0) & ((it.members == 0) | (it.return_wish != 0)))


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
    free = homes.homes.astype(np.int64) - homes.occupied
    _choose(world, queue, settings, free, it.dwelling)
    homes.occupied[:] = homes.homes - free
    housed = it.dwelling[queue] >= 0
    np.add.at(world.places.homes_occupied, it.registered[queue[housed]], 1)
    without = queue[~housed]
    it.waits_since[queue[housed]] = -1
    it.waits_since[without] = np.where(it.waits_since[without] < 0, month, it.waits_since[without])
    it.months_waited[without] += 1


def _by_size(world: View) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return where each place's homes begin, int64[places + 1], and rows of dwellings by place, then size."""
    homes = world.dwellings
    built = np.flatnonzero(homes.homes > 0)
    by_size = built[np.lexsort((homes.uid[built], homes.most_members[built], homes.place[built]))]
    return np.searchsorted(homes.place[by_size], np.arange(world.places.n + 1)), by_size


def _choose(
    world: View,
    queue: NDArray[np.intp],
    settings: Settings,
    free: NDArray[np.int64],
    dwelling: NDArray[np.int32],
) -> None:
    """Let a queue of households choose among free homes; `free` is counted down, `dwelling` written for the queue."""
    it, homes = world.households, world.dwellings
    offer_homes(
        queue, it.registered, it.members, *_by_size(world), homes.most_members, settings.larger_sizes,
        settings.crowding_members, free, dwelling,
    )  # fmt: skip


def explain(
    world: View, draws: Draws, moment: Moment, settings: Settings, asked: Asked
) -> Generator[Account | None, None, None]:
    """Tell of each household that was called where it stood in the queue, and which homes were free at its turn."""
    it, homes = world.households, world.dwellings
    called, before, leaving = _called(world, moment.month), it.dwelling.copy(), _leaving(world)
    free = homes.homes.astype(np.int64) - homes.occupied
    np.add.at(free, before[leaving], 1)
    queue = _queue(world, draws, called, settings) if len(called) else called
    yield None
    for turn in np.flatnonzero(np.isin(queue, asked.households)).tolist():
        left, taken = free.copy(), before.copy()
        _choose(world, queue[: turn + 1], settings, left, taken)
        row = int(queue[turn])
        must_agree(f"the home of household {int(it.uid[row])}", int(taken[row]), int(it.dwelling[row]))
        left[taken[row]] += taken[row] >= 0
        yield from _homes_told(world, row, f"{turn + 1} of {len(queue)} in the queue", left)


def _homes_told(world: View, row: int, turn: str, free: NDArray[np.int64]) -> Iterator[Account]:
    """Tell every size of home at a household's site, as it stood at its turn."""
    it, homes = world.households, world.dwellings
    start, by_size = _by_size(world)
    site, got, members = int(it.registered[row]), int(it.dwelling[row]), int(it.members[row])
    for one in by_size[start[site] : start[site + 1]].tolist():
        size = f"for {int(homes.most_members[one])}, the household has {members}; {turn}"
        left = f"{int(free[one])} free" if free[one] > 0 else "none free"
        fits = "took it" if one == got else ("not needed" if got >= 0 and free[one] > 0 else "not given")
        yield Account("households", row, world.ids["dwellings"][one], one == got, f"{fits}: {left}, {size}")


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
