"""A plug-in: one outcome."""

from simulation.contract import Indicator, outcome


@outcome(
    reads=("households.members",),
    indicators={"homes_of_one_count": Indicator("households", "registered", "", "households of one living person")},
)
def measure(world, tally, month, settings):
    """Count members."""
    tally.count("homes_of_one_count", "households", world.households.members == 1)
