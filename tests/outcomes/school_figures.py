"""A handful of children, schools and teachers, measured by one family of outcomes."""

import numpy as np

from simulation.catalogue import as_outcome
from simulation.recorder import Tally, keys_of, month_cells
from simulation.world import PLACE_KINDS, World
from tests.processes.school_world import base_table

SITE, VILLAGE = 0, 1
RELOCATED, HOST = 0, 2
CHILDREN = [
    # population, grade, school, boards, minutes, achievement
    (RELOCATED, 2, 0, False, 10, 1.0),
    (RELOCATED, 3, 0, False, 40, 0.0),
    (RELOCATED, 8, 2, True, -1, -1.0),
    (RELOCATED, 5, -1, False, -1, -2.0),
    (HOST, 1, 0, False, 30, 2.0),
    (HOST, -1, -1, False, -1, 0.0),
]


class _View:
    """All columns of hand-made tables, as the record sees them."""

    def __init__(self, world):
        self.world = world
        for name, table in world.tables.items():
            setattr(self, name, _Rows(table))

    def facility_place(self, table):
        tables = self.world.tables
        if table in ("teachers", "grades"):
            at = tables[table]["school"]
            return np.where(at >= 0, tables["schools"]["place"][at], -1)
        return tables[table]["place"] if table != "places" else np.arange(tables[table].rows)


class _Rows:
    def __init__(self, table):
        self.n = table.rows
        for column in table.columns:
            setattr(self, column, table[column])


def _add(table, **columns):
    for name, given in columns.items():
        values = np.array(given)
        table.add_column(name, values, values.dtype, 0)
    return table


def measured(outcome):
    """Measure a site with a primary school and a village with two schools; return a look-up and the tally."""
    count = len(CHILDREN)
    population, grade, school, boards, minutes, known = (list(one) for one in zip(*CHILDREN, strict=True))
    persons = _add(
        base_table("persons", count, household=range(count), population=population),
        alive=[1] * count, age=[8] * count, place=[SITE] * count, grade=grade, school=school, school_minutes=minutes,
        unplaced=[0, 0, 0, 2, 0, 1], class_size=[63.0, 54.0, 56.0, 0.0, 66.0, 0.0], shares_room=[0, 1, 0, 0, 0, 0],
        boarding_school=[at if beds else -1 for at, beds in zip(school, boards, strict=True)], achievement=known,
    )  # fmt: skip
    households = _add(
        base_table("households", count, registered=[SITE] * count, population=population),
        home=[SITE] * count,
        members=[1] * count,
    )
    schools = _add(
        base_table(
            "schools", 3, place=[SITE, VILLAGE, VILLAGE], level=[1, 1, 2], kind=[0, 2, 1], outside_pupils=[60, 0, 5]
        ),
        open=[1, 1, 1], pupils=[3, 0, 1], classes=[1, 0, 1], teachers_now=[3, 1, 2], standard_seats=[2, 10, 10],
        applicants=[4, 0, 0], blocking_pairs=[0, 0, 0],
    )  # fmt: skip
    grades = _add(
        base_table("grades", 3, school=[0, 0, 1], grade=[1, 2, 1]),
        standard_seats=[1, 1, 10], applicants=[3, 1, 0], blocking_pairs=[1, 0, 0],
    )  # fmt: skip
    teachers = _add(base_table("teachers", 3, quality=[1.0, 0.0, -1.0]), school=[0, 1, -1])
    tables = {"persons": persons, "households": households, "schools": schools, "grades": grades, "teachers": teachers}
    tables["places"] = base_table("places", 2, kind=[PLACE_KINDS.index("site"), PLACE_KINDS.index("village")])
    for name in ("clinics", "employers", "programmes", "dwellings"):
        tables[name] = base_table(name, 0)
    world = World(tables, {}, np.zeros((2, 2), np.int16), np.ones((1, 3)), 2020, 0)
    keys, view = keys_of(world), _View(world)
    tally = Tally(view, keys, as_outcome(outcome), month_cells(view))
    outcome.measure(view, tally, 0, as_outcome(outcome).Settings())

    def look(name, place=-1, who=3):
        row = (keys.place == place) & (keys.population == who) & (keys.group == 0)
        if f"{name}__num" in tally.found:
            return float(tally.found[f"{name}__num"][row][0] / tally.found[f"{name}__den"][row][0])
        return float(tally.found[name][row][0])

    return look, tally
