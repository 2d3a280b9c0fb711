"""A region with one more school without seats is the same region, whichever rule shares out the seats."""

from dataclasses import replace

import numpy as np
import pytest

from simulation import facilities
from simulation.engine import Engine
from simulation.population import Population
from simulation.world import SCHOOL_LEVELS
from tests.region import people, region, same_outcomes

MONTHS = 10
IDLE = {"kind": 0, "extra_minutes": 1, "class_cap": 45, "classrooms": 0, "teachers": 0, "seats": 0, "boards": 1}


ROOMS_ALONE = {**IDLE, "classrooms": 9, "teachers": 9, "seats": -1}
"""Rooms and an establishment, and no teacher at work: no seat either."""


def with_idle_schools(idle) -> Population:
    """Add a school without any seat of each level to the site, the town and a village."""
    made = people()
    world = made.fresh_world()
    spans = ((-2, 0), (1, 6), (7, 9))
    before = world.tables["schools"].rows
    for place in ("jinxiu", "qianxi_town", "t20"):
        for level, (low, high) in enumerate(spans):
            values = {"place": world.row("places", place), "level": level, "first_grade": low, "last_grade": high}
            world.append("schools", f"school/{place}/idle_{SCHOOL_LEVELS[level]}", {**idle, **values})
    grades, names = facilities.grades(world.tables["schools"])
    for row in np.flatnonzero(grades["school"] >= before).tolist():
        values = {"school": int(grades["school"][row]), "grade": int(grades["grade"][row])}
        world.append("grades", f"idle/{names[row]}", values)
    return Population(made.given, world)


@pytest.mark.parametrize("without", [IDLE, ROOMS_ALONE])
@pytest.mark.parametrize("rule", ["school_choice", "nearest_with_space"])
def test_a_school_without_seats_changes_nothing(rule, without):
    scenario = replace(region(MONTHS), behaviour={"school_choice": rule})
    plain, idle = (Engine(scenario, "baseline", 0, made) for made in (people(), with_idle_schools(without)))
    plain.run()
    idle.run()
    for name, known in plain.world.tables.items():
        for column in known.columns:
            found = idle.world.tables[name][column][: known.rows]
            assert found.tobytes() == known[column].tobytes(), f"{name}.{column}"
    differing = same_outcomes(plain.result(), idle.result())
    assert [name for name in differing if name != "open_schools_count"] == []
    assert (idle.world.tables["schools"]["pupils"][plain.world.tables["schools"].rows :] == 0).all()
