"""A region with one more employer without posts, clinic without doctors or size without homes is the same region."""

import numpy as np
import pytest

from simulation.engine import Engine
from simulation.population import Population
from simulation.world import EMPLOYER_KINDS
from tests.region import engine, people, region, same_outcomes

MONTHS = 14
IDLE = {
    "clinics": {"level": 0, "extra_minutes": 1, "fte": 0.0, "visits_per_fte": 348.0},
    "dwellings": {"most_members": 3, "homes": 0},
    "employers": {
        "kind": EMPLOYER_KINDS.index("workshop"), "posts": 0, "extra_minutes": 1, "pay_month_fen": 500_000,
        "months_worked": 12.0, "min_age": 16, "max_age": 60, "takes_carers": 1,
    },
}  # fmt: skip


def with_idle(table: str) -> Population:
    made = people()
    world = made.fresh_world()
    for place in ("jinxiu", "qianxi_town", "t20"):
        world.append(table, f"{table}/{place}/idle", {"place": world.row("places", place), **IDLE[table]})
    return Population(made.given, world)


@pytest.mark.parametrize("table", sorted(IDLE))
def test_a_facility_without_capacity_changes_nothing(table):
    baseline, run = engine(months=MONTHS), Engine(region(MONTHS), "baseline", 0, with_idle(table))
    baseline.run()
    run.run()
    for name, known in baseline.world.tables.items():
        for column in known.columns:
            found = run.world.tables[name][column][: known.rows]
            assert found.tobytes() == known[column].tobytes(), f"{name}.{column}"
            assert len(found) == known.rows
    assert same_outcomes(baseline.result(), run.result()) == []
    more = run.world.tables[table].rows - baseline.world.tables[table].rows
    assert np.array_equal(more, 3)
