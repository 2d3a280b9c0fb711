"""A world of work for tests: a village, a site, a town and the coast, and the processes of work on real views.

Columns that belong to other processes (age, place, school ...) are stand-ins that the test sets; what
`moves` does with the wish to go to the coast is done here in two lines.
"""

import importlib

import numpy as np

from simulation.catalogue import as_process
from simulation.clock import Moment
from simulation.contract import GIVEN
from simulation.draws import Draws, Luck, identity
from simulation.kernels.draws import fill_units
from simulation.levers import reduce_levers
from simulation.schedule import month_plan
from simulation.table import Table
from simulation.world import BASE, EMPLOYER_KINDS, View, World

VILLAGE, SITE, TOWN, COAST = range(4)
RELOCATED, STAYERS, HOSTS = range(3)
PLACES = {"kind": [0, 1, 2, 3], "homes": [-1, 4044, -1, -1]}
MINUTES = np.array([[0, 80, 85, -1], [80, 0, 5, -1], [85, 5, 0, -1], [-1, -1, -1, 0]], np.int16)
START = 12 * 2018
WAGES = np.ones((20, 3))
NAMES = (
    "commuting", "orders", "enterprises", "pay", "labour_force", "training", "separations", "job_search", "jobs", "wages", "farming", "coast", "unemployment",
)  # fmt: skip
STAND_INS = {
    "persons.alive": ("int8", 1), "persons.age": ("int16", 30), "persons.place": ("int32", VILLAGE),
    "persons.student": ("int8", 0), "persons.school": ("int32", -1), "persons.education": ("int8", 1),
    "households.home": ("int32", VILLAGE), "households.moved_month": ("int32", -1), "households.returned_month": ("int32", -1),
    "households.members": ("int16", 1),
}  # fmt: skip


def employer(kind, place, posts, yuan, months=12.0, **more):
    """Describe an employer; whom it hires is up to `more`."""
    row = {
        "kind": EMPLOYER_KINDS.index(kind), "place": place, "posts": posts, "pay_month_fen": int(yuan * 100), "months_worked": months,
        "hours_week": 44.0, "min_age": 16, "max_age": 60, "takes_carers": int(kind in ("micro_factory", "public_welfare", "self_employed")),
    }  # fmt: skip
    return {**row, **more}


def region():
    """List the employers of a small region, in the proportions of the reference one."""
    return [
        employer("workshop", SITE, 50, 3000, 11.5, min_age=18, max_age=50, needs_training=1, takes_carers=1),
        employer("micro_factory", SITE, 38, 880, 11, min_age=50),
        *12
        * [
            employer(
                "park", TOWN, 250, 2900, 11.5, min_age=18, max_age=45, min_education=1, extra_minutes=15, wage_series=1
            )
        ],
        *4 * [employer("services", TOWN, 3650, 2500, 9, min_age=18, extra_minutes=10, wage_series=1)],
        employer("public_welfare", SITE, 450, 800, 12, zero_employment_first=1),
        employer("self_employed", SITE, -1, 1700, 10.5, pay_sigma=0.5, wage_series=1),
        employer("self_employed", VILLAGE, -1, 1700, 10.5, pay_sigma=0.5, wage_series=1),
        employer("township", VILLAGE, 4500, 2200, 9, extra_minutes=25, wage_series=1),
        employer("coast", COAST, -1, 5013, 8, max_age=55, remitted_share=0.58, wage_series=2),
    ]


def _table(name, rows, columns):
    table = Table(name, rows)
    uids = np.array([identity(f"{name}/{row}") for row in range(rows)], np.uint64)
    for column, base in BASE[name].items():
        values = columns.get(column, uids if column == "uid" else None)
        table.add_column(column, None if values is None else np.asarray(values), base.dtype, base.default)
    return table


class WorkWorld:
    """A world in which the processes of work run month by month."""

    def __init__(self, persons, households, employers=None, programmes=(), settings=None, seed=1, given=None):
        """Make it of columns of persons and households and of rows of employers and programmes."""
        given = given or {}
        rows = {"places": PLACES, "persons": persons, "households": households}
        for name, listed in (
            ("employers", region() if employers is None else employers),
            ("programmes", list(programmes)),
        ):
            keys = {key for one in listed for key in one}
            rows[name] = {key: [one.get(key, BASE[name][key].default) for one in listed] for key in keys}
        counts = {name: len(next(iter(columns.values()))) if columns else 0 for name, columns in rows.items()}
        tables = {name: _table(name, counts.get(name, 0), rows.get(name, {})) for name in BASE}
        ids = {name: [str(row) for row in range(table.rows)] for name, table in tables.items()}
        self.world = World(tables, ids, MINUTES, WAGES, 2018, START)
        self.world.reach()
        self.luck = Luck(seed, 0)
        self.processes = month_plan_of(NAMES)
        self.settings = {one.name: one.Settings(**(settings or {}).get(one.name, {})) for one in self.processes}
        self._columns(given)
        self.views = [
            View(self.world, one.name, (*one.reads, *one.lagged), one.owns, (), one.levers) for one in self.processes
        ]

    def _columns(self, given):
        for full, (dtype, value) in STAND_INS.items():
            table, _, name = full.partition(".")
            self.world.tables[table].add_column(name, given.get(full), dtype, value)
        for one in self.processes:
            for full, column in one.owns.items():
                table, _, name = full.partition(".")
                start = {"employer": -1, "trained": 0}[name] if column.start is GIVEN else column.start
                values = np.full(self.world.tables[table].rows, start, column.dtype)
                if full in given:
                    values[:] = given[full]
                self.world.tables[table].add_column(name, values, column.dtype, column.default)

    def __getitem__(self, full):
        """Return a column as `table.column`."""
        table, _, name = full.partition(".")
        return self.world.tables[table][name]

    def turn(self, month, *, coast_open=True, contributions=(), only=NAMES):
        """Run one month and demand every balance."""
        levers = reduce_levers(self.world.tables, list(contributions))
        moment = Moment(month, START, coast_open)
        for one, view in zip(self.processes, self.views, strict=True):
            if one.name in only:
                view.refresh(levers)
                one.run(
                    view, Draws(self.luck, one.name, frozenset(one.streams), month), moment, self.settings[one.name]
                )
                for balance in one.audit(view, moment, self.settings[one.name]) if one.audit else ():
                    assert balance.counted == balance.expected, (month, balance)

    def move(self):
        """Carry out the wishes of the month before, as `moves` does."""
        place, wish = self["persons.place"], self["persons.coast_wish"]
        place[wish == 1] = COAST
        back = wish == 2
        place[back] = self["households.home"][self["persons.household"][back]]

    def run(self, months, first=START, **more):
        """Run several months, coast and home."""
        for month in range(first, first + months):
            self.move()
            self.turn(month, **more)


def month_plan_of(names):
    """Order the processes as the engine would, leaving out what others own."""
    chosen = [as_process(importlib.import_module(f"simulation.processes.{name}")) for name in names]
    owned = {column for one in chosen for column in one.owns}

    def ours(columns):
        return tuple(
            full for full in columns if full in owned or full.partition(".")[2] in BASE[full.partition(".")[0]]
        )

    plan = month_plan([_with(one, ours(one.reads), ours(one.lagged)) for one in chosen])
    full = {one.name: one for one in chosen}
    return [full[one.name] for one in plan]


def _with(one, reads, lagged):
    from dataclasses import replace

    return replace(one, reads=reads, lagged=lagged)


def families(households, population, origin, home, seed=7):
    """Make households of four to five: two or three adults of 20 to 59, children, some elders; sorted by household."""
    uid = np.array([identity(f"family/{population}/{row}") for row in range(households)], np.uint64)
    age, sex, owner = [], [], []
    u = np.empty((households, 8))
    for k in range(8):
        fill_units(np.uint64(seed * 100 + k), uid, u[:, k])
    for row in range(households):
        first = 20 + int(u[row, 0] * 40)
        ages = [first, max(18, min(59, first - 3 + int(u[row, 1] * 6)))]
        ages += [max(0, first - 25)] if first > 25 or u[row, 2] < 0.5 else [0]
        ages += [int(u[row, 3] * 15)] if u[row, 4] < 0.5 else []
        ages += [min(85, first + 24)] if u[row, 5] < 0.35 else []
        age += ages
        sex += [0, 1, int(u[row, 6] < 0.5), int(u[row, 7] < 0.5), 1][: len(ages)]
        owner += [row] * len(ages)
    return {
        "age": np.array(age), "sex": np.array(sex), "owner": np.array(owner), "population": population, "origin": origin,
        "home": home, "households": households,
    }  # fmt: skip


def county(scale=0.02, seed=1, settings=None, **more):
    """Make the three populations at a scale, everybody at home and without work at the start."""
    sizes = ((4044, RELOCATED, VILLAGE, SITE), (17000, STAYERS, VILLAGE, VILLAGE), (5800, HOSTS, TOWN, TOWN))
    groups = [families(max(int(n * scale), 1), *what) for n, *what in sizes]
    firsts = np.cumsum([0, *[one["households"] for one in groups]])
    persons = {
        "household": np.concatenate([one["owner"] + first for one, first in zip(groups, firsts, strict=False)]),
        "sex": np.concatenate([one["sex"] for one in groups]),
        "population": np.repeat([0, 1, 2], [len(one["age"]) for one in groups]),
    }

    def per_household(key):
        return np.repeat([one[key] for one in groups], [one["households"] for one in groups])

    population, home = per_household("population"), per_household("home")
    households = {
        "origin": per_household("origin"), "population": population, "registered": home,
        "land_mu": np.where(population == HOSTS, 0.0, 4.0),
    }  # fmt: skip
    age = np.concatenate([one["age"] for one in groups])
    given = {
        "persons.age": age, "persons.place": home[persons["household"]], "households.home": home,
        "persons.student": ((age >= 3) & (age < 19)).astype(np.int8), "persons.school": np.where((age >= 3) & (age < 19), 0, -1),
        "households.members": np.bincount(persons["household"], minlength=firsts[-1]),
    }  # fmt: skip
    employers = [dict(one) for one in region()]
    for one in employers:
        if one["posts"] > 0:
            one["posts"] = max(int(one["posts"] * scale), 1)
    return WorkWorld(persons, households, employers, settings=settings, seed=seed, given=given, **more)
