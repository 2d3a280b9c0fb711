"""Where a person, a household or a facility stands in its table changes nothing."""

from dataclasses import replace

import numpy as np
import pytest

from simulation.draws import Luck
from simulation.engine import Engine
from simulation.population import Population
from simulation.processes.coast import fen_of_posts
from simulation.recorder import UnitRecorder
from simulation.table import Table
from simulation.world import BASE, View
from tests.region import any_item, people, region, with_arm

MONTHS = 24
SHUFFLED = ("persons", "households", "places", "dwellings", "schools", "grades", "clinics", "employers", "teachers")


def orders(made: Population) -> dict[str, np.ndarray]:
    """A new order of the rows of each table: new row -> old row."""
    tables = made.base.tables
    luck = Luck(7, 0)
    return {name: np.argsort(luck.uniform(f"order.{name}", tables[name]["uid"])) for name in SHUFFLED}


def reordered(values: np.ndarray, table: str, unit: str, order: dict[str, np.ndarray]) -> np.ndarray:
    """Rows of `table` in their new order; what names rows of another table names its new ones."""
    moved = values[order[table]] if table in order else values
    target = unit.removeprefix("row of ")
    if not unit.startswith("row of ") or target not in order:
        return moved
    return np.append(np.argsort(order[target]), -1)[moved].astype(values.dtype)


def shuffled(made: Population) -> Population:
    """The same people and facilities in tables of another order."""
    order, world = orders(made), made.fresh_world()
    owned = {full: one for step in region().catalogue.processes.values() for full, one in step.owns.items()}
    for name in SHUFFLED:
        old, new = world.tables[name], Table(name, world.tables[name].rows)
        for column, base in BASE[name].items():
            values = reordered(old[column], name, base.unit, order)
            new.add_column(column, values, base.dtype, base.default)
        world.tables[name] = new
        if world.ids[name]:
            world.ids[name] = [world.ids[name][row] for row in order[name]]
    world.minutes = np.ascontiguousarray(world.minutes[np.ix_(order["places"], order["places"])])
    given = {
        full: reordered(values, full.partition(".")[0], owned[full].unit, order) for full, values in made.given.items()
    }
    return Population(given, world)


def run(made: Population, arm: bool) -> Engine:
    items = [any_item(kind, region().start + 6) for kind in ("micro_factory", "teacher_transfer", "skills_training")]
    scenario = with_arm(replace(region(MONTHS)), items if arm else [])
    one = Engine(scenario, "arm", 0, made)
    one.run()
    return one


def named(one: Engine, table: str, column: str) -> np.ndarray:
    """A column in the order of uids, rows of other tables told by their uids."""
    rows = one.world.tables[table]
    declared = one._owned.get(f"{table}.{column}") or BASE[table][column]
    values = rows[column]
    if declared.unit.startswith("row of "):
        values = UnitRecorder._named(one.units, declared, values)
    return values[np.argsort(rows["uid"])]


@pytest.mark.parametrize("arm", [False, True], ids=["baseline", "arm"])
def test_the_order_of_rows_changes_nothing(arm):
    made = people()
    straight, mixed = run(made, arm), run(shuffled(made), arm)
    differing = [
        f"{name}.{column}"
        for name, table in straight.world.tables.items()
        for column in table.columns
        if not np.array_equal(
            named(straight, name, column),
            named(mixed, name, column),
            equal_nan=table[column].dtype.kind == "f",
        )
    ]
    assert differing == []


def test_earnings_at_a_place_are_whole_fen():
    """Fractions of a yuan would add up to other last bits in another order of rows."""
    worth = fen_of_posts(view_of_employers())
    assert worth.dtype == np.int64
    assert worth[-1] == 0  # the entry of those without a post
    pay = region().tables["employers"]
    assert len(worth) == len(pay["id"]) + 1


def view_of_employers() -> View:
    one = Engine(region(MONTHS), "baseline", 0, people())
    one.step()
    reads = ("employers.pay_now_fen", "employers.months_worked", "employers.remitted_share")
    seen = View(one.world, "test", reads, ())
    seen.refresh({})
    return seen
