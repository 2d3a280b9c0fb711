"""What the record says of each person once: who it is, where it belongs, when it was born and died."""

import numpy as np
from numpy.typing import NDArray

from simulation.table import Array, Table
from simulation.world import World


def person_record(world: World) -> dict[str, Array]:
    """Return what is fixed about each person, by column, one row a person.

    uid, sex, birth_month, population; death_month, the first month in which it no longer lives, -1 for the living;
    household, registered and origin, the uids of its household, of the programme's site (of the others, their origin)
    and of where the household lived at the start, 0 for nowhere.
    """
    persons, households, places = (world.tables[name] for name in ("persons", "households", "places"))
    told: dict[str, Array] = {name: persons[name].copy() for name in ("uid", "sex", "birth_month", "population")}
    told["death_month"] = _deaths(persons)
    told["household"] = households["uid"][persons["household"]]
    uid = np.append(places["uid"], np.uint64(0))  # a row of -1 is nowhere
    for name in ("registered", "origin"):
        told[name] = uid[households[name]][persons["household"]]
    return told


def _deaths(persons: Table) -> NDArray[np.int32]:
    """Return the month of death, int32[persons]; -1 for everybody in a world whose processes let nobody die."""
    ever = "death_month" in persons
    return persons["death_month"].copy() if ever else np.full(persons.rows, -1, np.int32)
