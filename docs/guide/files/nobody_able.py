"""Households with somebody to look after and nobody who could earn."""

from simulation.contract import Indicator, outcome


@outcome(
    reads=("households.members", "households.labourers", "households.young_children", "households.elders"),
    indicators={
        "nobody_able_count": Indicator(
            "households", "registered", "", "households with a child under 6 or an elder, and no labourer", -1
        ),
        "nobody_able_share": Indicator(
            "share", "registered", "households with a child under 6 or an elder", "those without a labourer", -1
        ),
    },
)
def measure(world, tally, month, settings):
    """Count; look at nothing else and change nothing."""
    it = world.households
    cared_for = (it.members > 0) & ((it.young_children > 0) | (it.elders > 0))
    alone = cared_for & (it.labourers == 0)
    tally.count("nobody_able_count", "households", alone)
    tally.ratio("nobody_able_share", "households", alone, cared_for)
