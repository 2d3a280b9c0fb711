"""Commuting: the longest way at which people look for a post, keep it, and belong to its labour market."""

from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.mechanism import Mechanism
from simulation.parameters import Settings as Parameters
from simulation.parameters import parameter
from simulation.world import View


class Settings(Parameters):
    """One limit for everybody who asks who is near: search, separations and pay."""

    limit: int = parameter(60, "minutes", 10, 240, "[prior]", "longest way to work, one way")


MECHANISMS = (
    Mechanism("the commuting limit", "posts within four hours, the end of the range, are within reach", {"limit": 240}),
)


@process(
    phase="compete",
    owns={"employers.longest_way": Column("int16", 0, "minutes", "longest way at which people work there, one way")},
)
def run(world: View, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Tell every employer."""
    world.employers.longest_way[:] = settings.limit
