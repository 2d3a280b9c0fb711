"""Everybody's age, in completed years."""

from typing import Any

from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.kernels.demography import ages_in_years
from simulation.world import View


@process(
    phase="arrive",
    reads=("persons.birth_month",),
    owns={"persons.age": Column("int16", 0, "years", "completed years of life")},
)
def run(world: View, draws: Draws, moment: Moment, settings: Any) -> None:
    """Count the years."""
    ages_in_years(moment.month, world.persons.birth_month, world.persons.age)
