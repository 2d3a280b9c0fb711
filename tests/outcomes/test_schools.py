"""What the record says of schools, checked by hand on a handful of children."""

import numpy as np
import pytest

from simulation.catalogue import as_outcome
from simulation.outcomes import schools as outcome
from simulation.recorder import Tally, keys_of, month_cells, record_names
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
        if table == "teachers":
            return np.where(tables[table]["school"] >= 0, tables["schools"]["place"][tables[table]["school"]], -1)
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


def measured():
    """Measure a site with a primary school and a village with two schools; return a look-up."""
    count = len(CHILDREN)
    population, grade, school, boards, minutes, known = (list(one) for one in zip(*CHILDREN, strict=True))
    persons = _add(
        base_table("persons", count, household=range(count), population=population),
        alive=[1] * count, age=[8] * count, place=[SITE] * count, grade=grade, school=school, school_minutes=minutes,
        boarding_school=[at if beds else -1 for at, beds in zip(school, boards, strict=True)], achievement=known,
    )  # fmt: skip
    households = _add(
        base_table("households", count, registered=[SITE] * count, population=population),
        home=[SITE] * count,
        members=[1] * count,
    )
    schools = _add(
        base_table(
            "schools", 3, place=[SITE, VILLAGE, VILLAGE], level=[1, 1, 2], kind=[0, 2, 2], outside_pupils=[60, 0, 5]
        ),
        open=[1, 1, 1], pupils=[3, 0, 1], classes=[1, 0, 1], teachers_now=[3, 1, 2], standard_seats=[2, 10, 10],
        applicants=[4, 0, 0], blocking_pairs=[0, 0, 0],
    )  # fmt: skip
    teachers = _add(base_table("teachers", 3, quality=[1.0, 0.0, -1.0]), school=[0, 1, -1])
    tables = {"persons": persons, "households": households, "schools": schools, "teachers": teachers}
    tables["places"] = base_table("places", 2, kind=[PLACE_KINDS.index("site"), PLACE_KINDS.index("village")])
    for name in ("clinics", "employers", "programmes"):
        tables[name] = base_table(name, 0)
    world = World(tables, {}, np.zeros((2, 2), np.int16), np.ones((1, 3)), 2020, 0)
    keys, view = keys_of(world), _View(world)
    tally = Tally(view, keys, as_outcome(outcome), month_cells(view))
    outcome.measure(view, tally, 0, outcome.Settings())

    def look(name, place=-1, who=3):
        row = (keys.place == place) & (keys.population == who) & (keys.group == 0)
        if f"{name}__num" in tally.found:
            return float(tally.found[f"{name}__num"][row][0] / tally.found[f"{name}__den"][row][0])
        return float(tally.found[name][row][0])

    return look, tally


def test_every_indicator_is_measured_and_no_other():
    _, tally = measured()
    assert sorted(tally.found) == sorted(record_names([as_outcome(outcome)]))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("primary_pupils_count", 3),
        ("junior_pupils_count", 1),
        ("junior_boarders_count", 1),
        ("primary_unplaced_count", 1),
        ("preschool_unplaced_count", 1),
        ("primary_seat_shortfall_count", 2),
        ("primary_class_size_mean", 63),
        ("primary_pupils_per_teacher", 63 / 4),
        ("junior_pupils_per_teacher", 3),
        ("class_size_mean", 69 / 2),
        ("pupils_per_teacher", 69 / 6),
        ("primary_empty_seats_share", 10 / 12),
        ("school_minutes_mean", 80 / 3),
        ("school_long_way_share", 1 / 3),
        ("school_minutes_p90", 40),
        ("large_class_share", 3 / 4),
        ("teacher_quality_mean", 0.5),
        ("teacher_quality_sum", 1.0),
        ("teacher_quality_gap", 1.0),
        ("achievement_mean", 0.0),
        ("achievement_sd", 2**0.5),
        ("achievement_gap", -2.5),
        ("open_schools_count", 3),
    ],
)
def test_figures_are_as_by_hand(name, value):
    assert measured()[0](name) == pytest.approx(value)


def test_figures_stand_by_place_and_by_population():
    look, _ = measured()
    assert look("primary_pupils_per_teacher", SITE) == 21
    assert look("teacher_quality_mean", VILLAGE) == 0
    assert look("primary_pupils_count", -1, RELOCATED) == 2
    assert look("achievement_mean", -1, HOST) == 2
    assert np.isnan(look("achievement_gap", -1, HOST))
    assert np.isnan(look("teacher_quality_gap", -1, HOST))
