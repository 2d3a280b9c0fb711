"""One run of one arm: assemble the world, turn the months, keep the record."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.catalogue import Catalogue
from simulation.clock import Clock, Moment
from simulation.contract import GIVEN, Column, ContractError, Intervention, NewRow, Phasing, Process
from simulation.draws import Draws, Luck, identity
from simulation.ledger import Costs, Entry, book
from simulation.levers import Contribution, Turn, reduce_levers
from simulation.months import date_of
from simulation.past import Past
from simulation.person_record import person_record
from simulation.population import Population, populate
from simulation.recorder import RECORDER_READS, Keys, Tally, UnitRecorder, keys_of, month_cells
from simulation.scenario import ArmItem, Scenario
from simulation.schedule import month_plan
from simulation.world import EMPLOYER_KINDS, PLACE_KINDS, View, World, append_created

_KINDS = {"places": PLACE_KINDS, "employers": EMPLOYER_KINDS}
"""Tables whose rows' kinds are told beside their ids."""


class MonthError(Exception):
    """A run that can't go on: says the month, the step and what went wrong."""


@dataclass(frozen=True)
class Measure:
    """One intervention of an arm, ready to run."""

    identity: str
    uid: int
    kind: Intervention
    settings: Phasing
    costs: Costs
    rows: tuple[NewRow, ...]

    def clock(self, month: int) -> Clock:
        """Tell this intervention's time."""
        it = self.settings
        return Clock(month, it.first_month, it.capital_month, it.strength(month))


@dataclass
class Timings:
    """Seconds spent, told apart."""

    synthesis: float = 0.0
    simulation: float = 0.0
    recording: float = 0.0


@dataclass
class Result:
    """Everything one run leaves behind.

    `outcomes` holds float64[months, keys] per column; months are `first_month + row`. `unlimited` names
    the employers without a limit of posts, by uid: whoever leaves them makes room for nobody. `kinds` tells
    the kind of each row of the tables that have kinds, in the order of `ids`; `reasons` the words for why a
    watched column changed, {column: {code: words}}.
    """

    first_month: int
    months: int
    keys: Keys
    outcomes: dict[str, NDArray[np.float64]]
    changes: list[Any]
    fixed: dict[str, NDArray[Any]]
    ledger: list[Entry]
    ids: dict[str, list[str]]
    uids: dict[str, NDArray[np.uint64]]
    timings: Timings
    person_months: int
    unlimited: tuple[int, ...] = ()
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reasons: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


@dataclass
class Step:
    """One process of the month plan, ready to run."""

    process: Process
    view: View
    settings: Any
    streams: frozenset[str] = field(default_factory=frozenset)


class Engine:
    """A run in progress. `step()` is one month; `run()` is all of them."""

    def __init__(
        self,
        scenario: Scenario,
        arm: str,
        replicate: int,
        population: Population | None = None,
        past: Past | None = None,
    ) -> None:
        """Assemble a run.

        Parameters
        ----------
        scenario
            a loaded scenario.
        arm
            the name of one of its arms (`baseline` always is one).
        replicate
            number of the replicate; with the scenario's seed it is the luck.
        population
            the start of this replicate if it was made already for another arm.
        past
            the months before, with the arm's own rows, if they were run already; it then goes on from there.

        Raises ContractError for declarations that can't be kept.
        """
        began = time.perf_counter()
        self.scenario, self.arm = scenario, arm
        self.luck = Luck(scenario.seed, replicate)
        made = past.population if past else population or populate(scenario, self.luck)
        self.world: World = made.fresh_world()
        self.month = past.month if past else scenario.start
        self._catalogue: Catalogue = scenario.catalogue
        self._plan = month_plan(self._catalogue.chosen(scenario.behaviour_of(arm)))
        self.measures = sorted((self._measure(one) for one in scenario.arms[arm]), key=lambda one: one.uid)
        if past is None:
            for row in by_uid(row for one in self.measures for row in one.rows):
                self.world.bring(row)
        self.world.reach()
        self._owned = owned_by(self._plan)
        self._add_owned_columns(made.given)
        self._by_table = _split(self._owned)
        self._steps = [self._step(one) for one in self._plan]
        self._levers: dict[str, NDArray[np.float64]] = {}
        self.ledger: list[Entry] = []
        self.units = UnitRecorder(self.world, self._owned)
        self.keys = keys_of(self.world, overall=scenario.record.get("outcomes") == "overall")
        self.timings = Timings(synthesis=time.perf_counter() - began)
        self._recorded: dict[str, list[NDArray[np.float64]]] = {}
        self._record_view = self._make_record_view()
        self.person_months = 0
        if past:
            self._go_on(past)

    # ---- assembly

    def _measure(self, item: ArmItem) -> Measure:
        kind = self._catalogue.interventions[item.kind]
        rows, costs = tuple(kind.rows(item.settings)), kind.costs(item.settings)
        return Measure(item.identity, int(identity(item.identity)), kind, item.settings, costs, rows)

    def _go_on(self, past: Past) -> None:
        self._recorded = {name: list(months) for name, months in past.outcomes.items()}
        self.units.go_on(past.starts, past.changes)
        self.person_months = past.person_months

    def _add_owned_columns(self, given: Mapping[str, NDArray[Any]]) -> None:
        for full, column in self._owned.items():
            table, _, name = full.partition(".")
            if column.start is GIVEN and full not in given:
                raise ContractError(f"{full} starts as given, but neither the population nor a table brings it")
            rows = self.world.tables[table].rows
            values = np.full(rows, column.default if column.start is GIVEN else column.start, column.dtype)
            if full in given:
                # Rows that an arm brought come after the given ones and keep the column's default.
                values[: len(given[full])] = given[full]
            self.world.tables[table].add_column(name, values, column.dtype, column.default)

    def _step(self, one: Process) -> Step:
        view = View(self.world, one.name, (*one.reads, *one.lagged), one.owns, one.creates, one.levers)
        settings = self.scenario.parameters[self._catalogue.owner_of_parameters(one.name)]
        return Step(one, view, settings, frozenset(one.streams))

    def _make_record_view(self) -> View:
        outcomes = self._catalogue.outcomes.values()
        reads = {*RECORDER_READS, *(column for one in outcomes for column in one.reads)}
        return View(self.world, "record", reads, (), levers={lever for one in outcomes for lever in one.levers})

    # ---- the month

    def _turn_levers(self) -> None:
        contributions: list[Contribution] = []
        for one in self.measures:
            one.kind.contribute(Turn(one.uid, contributions), one.clock(self.month), one.settings, self.world.row)
        self._levers = reduce_levers(self.world.tables, contributions)

    def moment(self) -> Moment:
        """Tell the processes' time: the month, and what the scenario's events do to it."""
        return self.scenario.moment(self.month)

    def _act(self, step: Step, moment: Moment) -> None:
        step.view.refresh(self._levers)
        draws = Draws(self.luck, step.process.name, step.streams, self.month)
        step.process.run(step.view, draws, moment, step.settings)
        queue = step.view.take_queue()
        if queue:
            append_created(self.world, self._by_table, queue)

    def step(self) -> None:
        """Turn one month. Raises MonthError if something that must balance doesn't."""
        began = time.perf_counter()
        self._turn_levers()
        moment = self.moment()
        for step in self._steps:
            self._act(step, moment)
        for step in self._steps:
            self._audit(step, moment)
        recorded = time.perf_counter()
        self._book()
        self._record()
        self.timings.simulation += recorded - began
        self.timings.recording += time.perf_counter() - recorded
        self.person_months += int(self.world.tables["persons"]["alive"].sum())
        self.month += 1

    def _audit(self, step: Step, moment: Moment) -> None:
        if step.process.audit is None:
            return
        step.view.refresh(self._levers)
        for balance in step.process.audit(step.view, moment, step.settings):
            if balance.counted != balance.expected:
                raise MonthError(
                    f"{date_of(self.month)}: {step.process.name} breaks the balance of {balance.what}: "
                    f"counted {balance.counted}, expected {balance.expected}"
                )

    def _book(self) -> None:
        for one in self.measures:
            delivered = {d.column: self._delivered(one, d.column) for d in one.costs.deliveries}
            self.ledger += book(one.identity, one.costs, one.clock(self.month), delivered)

    def _delivered(self, one: Measure, column: str) -> int:
        table, _, name = column.partition(".")
        rows = [self.world.row(table, row.identity) for row in one.rows if row.table == table]
        return int(self.world.tables[table][name][rows].sum())

    def _record(self) -> None:
        self.units.record(self.month)
        self._record_view.refresh(self._levers)
        cells = month_cells(self._record_view)
        for one in self._catalogue.outcomes.values():
            tally = Tally(self._record_view, self.keys, one, cells)
            one.measure(self._record_view, tally, self.month, self.scenario.parameters[one.name])
            for name, values in tally.found.items():
                self._recorded.setdefault(name, []).append(values)

    def run(self) -> Result:
        """Turn every month of the scenario and return the record."""
        while self.month < self.scenario.start + self.scenario.months:
            self.step()
        return self.result()

    def past(self) -> Past:
        """Return a copy of what this run was so far, bookings left out: of the baseline, from which arms go on."""
        tables = self.world.tables
        given = {f"{table}.{name}": tables[table][name].copy() for table, own in self._by_table.items() for name in own}
        return Past(
            Population(given, Population(given, self.world).fresh_world()),
            self.month,
            {name: np.array(rows) for name, rows in self._recorded.items()},
            tuple(self.units.changes),
            self.units.began_with(),
            self.person_months,
        )

    def result(self) -> Result:
        """Return what was recorded so far."""
        work = self.world.tables["employers"]
        return Result(
            self.scenario.start,
            self.month - self.scenario.start,
            self.keys,
            {name: np.array(rows) for name, rows in self._recorded.items()},
            self.units.changes,
            person_record(self.world) | self.units.starts(self.world.tables["persons"].rows),
            self.ledger,
            self.world.ids,
            {name: self.world.tables[name]["uid"].copy() for name in self.world.ids},
            self.timings,
            self.person_months,
            tuple(work["uid"][work["posts"] < 0].tolist()),
            {name: tuple(names[code] for code in self.world.tables[name]["kind"]) for name, names in _KINDS.items()},
            {
                name: self._owned[one.reason].codes
                for name, one in self._owned.items()
                if one.watched and one.reason in self._owned
            },
        )


def by_uid(rows: Iterable[NewRow]) -> list[NewRow]:
    """Sort rows by uid, so that the order of lines in a file can't decide which row is which."""
    return sorted(rows, key=lambda row: int(identity(row.identity)))


def owned_by(plan: Iterable[Process]) -> dict[str, Column]:
    """Return the columns that the processes of a plan own, by full name."""
    return {column: declared for one in plan for column, declared in one.owns.items()}


def _split(owned: Mapping[str, Column]) -> dict[str, dict[str, Column]]:
    out: dict[str, dict[str, Column]] = {}
    for full, column in owned.items():
        table, _, name = full.partition(".")
        out.setdefault(table, {})[name] = column
    return out
