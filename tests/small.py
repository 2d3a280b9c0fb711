"""Worlds of five households: the real engine and real processes on tables written by hand.

Columns that a chosen process reads but no chosen process owns come from stand-ins, which have the
type that the true owner declares, hold the values the test gives and never change.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from simulation import world as names
from simulation.catalogue import Catalogue, discover
from simulation.clock import Moment
from simulation.contract import GIVEN, Column, Process
from simulation.draws import identity
from simulation.recorder import RECORDER_READS
from simulation.table import Table
from simulation.world import BASE, World

Rows = Sequence[Mapping[str, Any]]
CODES: dict[tuple[str, str], Sequence[str]] = {
    ("persons", "sex"): names.SEXES,
    ("persons", "inpatient_level"): names.CLINIC_LEVELS,
    ("persons", "education"): names.EDUCATION_LEVELS,
    ("persons", "population"): names.POPULATIONS,
    ("households", "population"): names.POPULATIONS,
    ("households", "insurance_group"): names.INSURANCE_GROUPS,
    ("places", "kind"): names.PLACE_KINDS,
    ("schools", "level"): names.SCHOOL_LEVELS,
    ("schools", "kind"): names.SCHOOL_KINDS,
    ("clinics", "level"): names.CLINIC_LEVELS,
    ("employers", "kind"): names.EMPLOYER_KINDS,
    ("employers", "min_education"): names.EDUCATION_LEVELS,
    ("employers", "wage_series"): names.WAGE_SERIES,
    ("employers", "sex"): names.SEXES,
    ("programmes", "kind"): names.PROGRAMME_KINDS,
    ("programmes", "select"): names.TEACHER_SELECTIONS,
    ("teachers", "channel"): names.TEACHER_CHANNELS,
    ("programmes", "channel"): names.TEACHER_CHANNELS,
}
"""Columns whose codes may be written as words."""


def small_world(tables: Mapping[str, Rows], minutes: Any = None, start: int = 24000) -> World:
    """Make a world from rows; ids name rows, references may be written as ids, the rest is the default."""
    ids = {name: [str(row.get("id", f"{name}{at}")) for at, row in enumerate(tables.get(name, ()))] for name in BASE}
    made = {name: _table(name, tables.get(name, ()), ids) for name in BASE}
    places = len(ids["places"])
    way = np.zeros((places, places), np.int16) if minutes is None else np.array(minutes, np.int16)
    world = World(made, ids, way, np.ones((30, len(names.WAGE_SERIES))), start // 12, start)
    world.reach()
    return world


def _table(name: str, rows: Rows, ids: Mapping[str, list[str]]) -> Table:
    table = Table(name, len(rows))
    for column, base in BASE[name].items():
        values = [coded(name, column, base.unit, row.get(column, base.default), ids) for row in rows]
        if column == "uid":
            values = [int(identity(f"{name}/{one}")) for one in ids[name]]
        table.add_column(column, np.array(values, base.dtype), base.dtype, base.default)
    return table


def coded(table: str, column: str, unit: str, value: Any, ids: Mapping[str, list[str]]) -> Any:
    """Turn a word into its code: an id into its row, a kind into its number."""
    if not isinstance(value, str):
        return value
    if unit.startswith("row of "):
        return ids[unit.removeprefix("row of ")].index(value)
    return list(CODES[table, column]).index(value)


@dataclass
class SmallStart:
    """What the engine asks of a population."""

    world: World
    given: dict[str, np.ndarray]

    def fresh_world(self) -> World:
        """Hand over the one world that was made by hand."""
        return self.world


def _stand_still(_world: Any, _draws: Any, _clock: Any, _settings: Any) -> None:
    """Leave every column as it is."""


def stand_ins(
    chosen: Sequence[Process],
    known: Mapping[str, Process],
    given: Mapping[str, Any],
    read_besides: Collection[str] = (),
) -> list[Process]:
    """Own what the chosen ones read and do not own, one stand-in for each phase."""
    owned = {column for one in chosen for column in one.owns}
    read = {
        *RECORDER_READS,
        "teachers.school",
        *read_besides,
        *(column for one in chosen for column in (*one.reads, *one.lagged)),
        *given,
    }
    true_owner = {column: one for one in known.values() for column in one.owns}
    missing: dict[str, dict[str, Column]] = {}
    for full in sorted(read - owned):
        table, _, column = full.partition(".")
        if column in BASE[table]:
            continue
        owner = true_owner[full]
        start = GIVEN if full in given else owner.owns[full].start
        column_there = replace(owner.owns[full], start=0 if start is GIVEN and full not in given else start)
        missing.setdefault(owner.phase, {})[full] = column_there
    return [
        Process(_stand_still, phase, (), (), owns, (), (), (), name=f"given_{phase}", slot=f"given_{phase}")
        for phase, owns in missing.items()
    ]


def small_engine(
    world: World,
    processes: Sequence[str],
    given: Mapping[str, Any] | None = None,
    *,
    months: int = 1,
    arm: Sequence[Any] = (),
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
    replicate: int = 0,
    outcomes: Sequence[str] = (),
    known: Catalogue | None = None,
    trace: Collection[int] = (),
) -> Any:
    """Assemble the real engine on a small world with some of the real processes.

    `given` holds starting columns by full name; `parameters` overrides settings by process; `trace` names households
    that are told of, by uid.
    """
    from simulation.engine import Engine
    from simulation.tracing import TracedEngine

    catalogue = known or discover()
    chosen = [catalogue.processes[name] for name in processes]
    start = {full: _typed(full, values, catalogue, world) for full, values in (given or {}).items()}
    # What a chosen process starts as given and the test leaves out starts at nothing.
    for one in chosen:
        for full, column in one.owns.items():
            if column.start is GIVEN and full not in start:
                start[full] = np.full(world.tables[full.partition(".")[0]].rows, column.default, column.dtype)
    fixed = {full: replace(column, start=GIVEN) for one in chosen for full, column in one.owns.items() if full in start}
    chosen = [replace(one, owns={full: fixed.get(full, column) for full, column in one.owns.items()}) for one in chosen]
    measured = {name: catalogue.outcomes[name] for name in outcomes}
    read = {column for one in measured.values() for column in one.reads}
    everyone = [*chosen, *stand_ins(chosen, catalogue.processes, start, read)]
    overrides = parameters or {}
    scenario = SimpleNamespace(
        seed=1,
        start=world.start,
        months=months,
        arms={"baseline": (), "arm": tuple(arm)},
        catalogue=Catalogue({one.name: one for one in everyone}, catalogue.interventions, measured),
        behaviour_of=lambda _arm: {},
        record={},
        parameters={one.name: one.Settings(**overrides.get(one.name, {})) for one in (*everyone, *measured.values())},
        moment=lambda month: Moment(month, world.start),
    )
    run, begin = ("arm" if arm else "baseline", replicate), SmallStart(world, start)
    return TracedEngine(scenario, *run, trace, begin) if trace else Engine(scenario, *run, begin)


def _typed(full: str, values: Any, catalogue: Catalogue, world: World) -> np.ndarray:
    column = next(one.owns[full] for one in catalogue.processes.values() if full in one.owns)
    table, _, name = full.partition(".")
    return np.array([coded(table, name, column.unit, value, world.ids) for value in values], column.dtype)
