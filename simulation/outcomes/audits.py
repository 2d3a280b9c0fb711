"""What must be conserved, counted two ways: every column here is 0 in a sound run."""

import numpy as np
from numpy.typing import NDArray

from simulation.contract import Indicator, outcome
from simulation.kernels.settling import count_at
from simulation.parameters import Settings
from simulation.recorder import Tally
from simulation.world import PLACE_KINDS, View


def _difference(unit: str, of: str, meaning: str) -> Indicator:
    return Indicator(unit, of, "", f"{meaning}; must be 0", -1)


@outcome(
    reads=(
        "persons.alive", "persons.household", "persons.school", "teachers.school", "schools.pupils", "schools.teachers_now",
        "places.kind", "places.homes_occupied",
        "households.members", "households.home", "households.registered", "households.moved_month",
        "households.income_month", "households.consumption_month", "households.out_of_pocket_month",
        "households.opening_fen", "households.savings", "households.debt",
    ),
    indicators={
        "audit_persons": _difference("persons", "registered", "household sizes against living persons"),
        "audit_homes": _difference("homes", "place", "homes held at sites against households that live there"),
        "audit_seats": _difference("seats", "place", "pupils that schools count against persons who hold a seat"),
        "audit_teachers": _difference("teachers", "place", "teachers that schools count against teachers who are there"),
        "audit_money": _difference("fen", "registered", "opening + income - consumption - out of pocket against closing"),
    },
)  # fmt: skip
def measure(world: View, tally: Tally, month: int, settings: Settings) -> None:
    it, schools = world.households, world.schools
    everyone = np.ones(world.teachers.n, np.int8)
    tally.count(
        "audit_persons", "households", np.abs(it.members - _counted(world.persons.household, world.persons.alive, it.n))
    )
    tally.count("audit_homes", "places", _homes(world))
    tally.count(
        "audit_seats",
        "schools",
        np.abs(schools.pupils - _counted(world.persons.school, world.persons.alive, schools.n)),
    )
    tally.count(
        "audit_teachers", "schools", np.abs(schools.teachers_now - _counted(world.teachers.school, everyone, schools.n))
    )
    expected = it.opening_fen + it.income_month - it.consumption_month - it.out_of_pocket_month
    tally.count("audit_money", "households", np.abs(expected - (it.savings - it.debt)))


def _counted(index: NDArray[np.int32], counts: NDArray[np.int8], rows: int) -> NDArray[np.int64]:
    out = np.zeros(rows, np.int64)
    count_at(index, counts, out)
    return out


def _homes(world: View) -> NDArray[np.int64]:
    it, places = world.households, world.places
    moved_in = (it.moved_month >= 0) & (it.home == it.registered) & (it.members > 0)
    lived_in = _counted(it.home, moved_in.astype(np.int8), places.n)
    return np.where(places.kind == PLACE_KINDS.index("site"), np.abs(lived_in - places.homes_occupied), 0)
