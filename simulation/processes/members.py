"""How many living members each household has."""

from typing import Any

from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.kernels.demography import count_members
from simulation.world import View


@process(
    phase="arrive",
    # children_born is read for its place in the month: after this month's newborn have come.
    reads=("persons.household", "persons.alive", "persons.children_born"),
    owns={"households.members": Column("int16", 0, "persons", "living members, wherever they are")},
)
def run(world: View, draws: Draws, moment: Moment, settings: Any) -> None:
    """Count the living."""
    count_members(world.persons.household, world.persons.alive, world.households.members)
