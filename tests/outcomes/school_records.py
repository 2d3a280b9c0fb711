"""What one family of outcomes records in a month of a small world whose columns are all given."""

import numpy as np

from simulation.catalogue import discover
from tests.small import small_engine


def recorded(family, world, given):
    """Run a month in which nothing happens; return a look-up by name, place, population and group, and the names."""
    engine = small_engine(world, [], given, outcomes=[family], known=discover())
    engine.step()
    result = engine.result()

    def look(name, place=-1, population=3, group=0):
        keys = result.keys
        row = (keys.place == place) & (keys.population == population) & (keys.group == group)

        def value(column):
            return float(result.outcomes[column][0, np.flatnonzero(row)[0]])

        if f"{name}__num" in result.outcomes:
            low = value(f"{name}__den")
            return value(f"{name}__num") / low if low else float("nan")
        return value(name)

    return look, sorted(result.outcomes)
