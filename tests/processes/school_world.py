"""Small worlds for the tests of schools: a few rows, a view that holds them, the draws of one luck."""

from types import SimpleNamespace

import numpy as np

from simulation import facilities
from simulation.clock import Moment
from simulation.draws import Draws, Luck, identity
from simulation.parameters import Settings
from simulation.processes import school_choice, school_year, schooling, seat_holders, seats
from simulation.table import Table
from simulation.world import BASE, World

SEPTEMBER_2020 = 12 * 2020 + 8


def base_table(name, rows, **columns):
    """Make a table with all base columns, given ones filled in, and uids by number."""
    table = Table(name, rows)
    uid = np.array([identity(f"{name}/{row}") for row in range(rows)], np.uint64)
    for column, base in BASE[name].items():
        values = uid if column == "uid" else None
        table.add_column(column, columns.get(column, values), base.dtype, base.default)
    return table


def view_of(tables, owned, minutes, levers):
    """Give a step all columns of hand-made tables, its own ones writable, with `near` derived."""
    for name in BASE:
        tables.setdefault(name, base_table(name, 0))
    for full, column in owned.items():
        table, _, name = full.partition(".")
        if name not in tables[table]:
            start = column.default
            tables[table].add_column(name, None, column.dtype, start)
    world = World(
        tables,
        {name: [str(row) for row in range(table.rows)] for name, table in tables.items()},
        np.asarray(minutes, np.int16),
        np.ones((1, 3)),
        2018,
        0,
    )
    world.reach()
    view = SimpleNamespace(minutes=world.minutes, near=world.near, levers=levers, world=world)
    for name, table in tables.items():
        setattr(view, name, SimpleNamespace(n=table.rows, **{column: table[column] for column in table.columns}))
    return view


def draws_of(module, month, seed=1):
    """Give the draws of a process in one month."""
    process = module.run.declaration
    return Draws(Luck(seed, 0), module.__name__.rpartition(".")[2], frozenset(process.streams), month)


def turn(module, view, month, start=SEPTEMBER_2020, settings=None, seed=1):
    """Run a process for one month and demand its balances."""
    settings = settings or getattr(module, "Settings", Settings)()
    moment = Moment(month, start)
    module.run(view, draws_of(module, month, seed), moment, settings)
    if hasattr(module, "audit"):
        for balance in module.audit(view, moment, settings):
            assert balance.counted == balance.expected, balance


SCHOOL_STEPS = (school_year, seat_holders, seats, school_choice, schooling)
"""What happens to school seats in a month, in its order."""


def school_view(tables, minutes, levers):
    """Give the processes of school seats hand-made tables; the grades of the schools are added, nobody has left."""
    schools, persons = tables["schools"], tables["persons"]
    tables["grades"], _ = facilities.grades(schools)
    persons.add_column("left_school_month", None, np.int32, -1)
    persons["left_school_month"][:] = -1
    schools.add_column("quality_mean", None, np.float32, 0)
    owned = {full: column for module in SCHOOL_STEPS for full, column in module.run.declaration.owns.items()}
    return view_of(tables, owned, minutes, {"schools.seats": schools["seats"].astype(float), **levers})


def school_month(view, month, rule=school_choice, settings=None, seed=1):
    """Turn one month of school seats and demand all balances; `settings` by name of the process."""
    for module in (rule if one is school_choice else one for one in SCHOOL_STEPS):
        name = module.__name__.rpartition(".")[2]
        known = getattr(module, "Settings", Settings)
        turn(module, view, month, settings=known(**(settings or {}).get(name, {})), seed=seed)
