"""Snapshots: the baseline is run once up to a month, and every arm that differs from it only later goes on from there.

The rows that arms bring stand in the burn-in from its first month, idle, since processes let some of their columns
live before they have any capacity (an employer's orders drift). An arm that goes on keeps its own rows alone.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from simulation.container import FORMAT, SnapshotError, header_of, seal, unseal
from simulation.contract import NewRow
from simulation.draws import Luck
from simulation.engine import Engine, by_uid, owned_by
from simulation.months import date_of
from simulation.packing import pack, unpack
from simulation.past import Rows, keeping
from simulation.population import Population, populate
from simulation.scenario import Scenario
from simulation.scenario.arms import BASELINE
from simulation.scenario.branching import too_early
from simulation.schedule import month_plan
from simulation.world import World

__all__ = ["SnapshotError", "SnapshotHeader", "burn_in", "describe", "obstacle", "resume"]


@dataclass(frozen=True)
class SnapshotHeader:
    """What a snapshot is of.

    Attributes
    ----------
    format
        version of its layout.
    code
        digest of the program that made it, as its caller named it.
    fingerprint
        of the scenario's baseline.
    seed, replicate
        the luck.
    start, month
        first month of the run, and the month that comes next; absolute.
    """

    format: int
    code: str
    fingerprint: str
    seed: int
    replicate: int
    start: int
    month: int


# ---- what callers ask for


def burn_in(
    scenario: Scenario, replicate: int, until: int, population: Population | None = None, *, code: str
) -> bytes:
    """Run the baseline of one replicate up to a month, from which every arm that does nothing before can go on.

    Parameters
    ----------
    scenario
        with all arms that shall go on.
    replicate
        number of the replicate.
    until
        the month, absolute, that is left to the arms: after the first and not after the last.
    population
        the start of this replicate if it was made already.
    code
        digest of the program; `resume` must be given the same.

    Raises SnapshotError for a month outside the run.
    """
    if not scenario.start < until <= scenario.last:
        allowed = f"{date_of(scenario.start + 1)} to {date_of(scenario.last)}"
        raise SnapshotError(f"can't branch in {date_of(until)}, which is no later month of the run; allowed: {allowed}")
    rows = _rows_of_arms(scenario)
    made = population or populate(scenario, Luck(scenario.seed, replicate))
    world = made.fresh_world()
    first = {row.table: world.tables[row.table].rows for row in rows}
    for row in rows:
        world.bring(row)
    engine = Engine(scenario, BASELINE, replicate, Population(made.given, world))
    while engine.month < until:
        engine.step()
    about, arrays = pack(engine.past())
    header = SnapshotHeader(FORMAT, code, scenario.fingerprint(), scenario.seed, replicate, scenario.start, until)
    return seal({**asdict(header), "rows": [_signature(row) for row in rows], "first": first, **about}, arrays)


def resume(scenario: Scenario, arm: str, snapshot: bytes, *, code: str) -> Engine:
    """Return an arm's run as it stands at the snapshot's month; its result is that of the run as a whole.

    Raises SnapshotError for a snapshot that is torn, or of another format, program, scenario or luck, for an arm that
    differs from the baseline before the snapshot's month, and for one that brings a row unknown to the burn-in.
    """
    about, arrays = unseal(snapshot)
    header = _header(about)
    _check_origin(header, scenario, code)
    told = obstacle(scenario, arm, header.month)
    if told:
        raise SnapshotError(f"arm '{arm}' can't go on from {date_of(header.month)}: {told}")
    owned = owned_by(month_plan(scenario.catalogue.chosen(scenario.behaviour_of(arm))))
    own = {_signature(row): row.identity for row in _brought(scenario, arm)}
    try:
        past = unpack(about, arrays, owned, header.start, header.month)
        kept = _kept_rows(own, arm, about, past.population.base)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise SnapshotError(f"the snapshot isn't as burn_in writes it ({error}); burn in again") from None
    return Engine(scenario, arm, header.replicate, past=keeping(past, kept, owned))


def describe(snapshot: bytes) -> SnapshotHeader:
    """Say what a snapshot is of. Raises SnapshotError if it is torn or of another format."""
    return _header(header_of(snapshot))


def obstacle(scenario: Scenario, arm: str, month: int) -> str:
    """Say why an arm can't go on from the baseline of a month; nothing if it can."""
    named = scenario.catalogue.named
    if named(scenario.behaviour_of(arm)) != named(scenario.behaviour):
        rules = ", ".join(f"{slot}: {variant}" for slot, variant in scenario.arm_behaviour[arm].items())
        return f"its rules ({rules}) hold from the first month on; run it as a whole"
    for item in scenario.arms[arm]:
        told = too_early(item.settings, month)
        if told:
            return f"{item.identity} {told}, before that month; start it later or branch earlier"
    if month > scenario.last:
        return f"the last month of the run is {date_of(scenario.last)}; branch earlier, or run more months"
    return ""


# ---- rows of arms


def _brought(scenario: Scenario, arm: str) -> Iterator[NewRow]:
    for item in scenario.arms[arm]:
        yield from scenario.catalogue.interventions[item.kind].rows(item.settings)


def _signature(row: NewRow) -> str:
    """Tell a row from others, also from one of its name with other values, as text of JSON."""
    values = {name: np.asarray(value).tolist() for name, value in row.values.items()}
    return json.dumps([row.table, row.identity, values], sort_keys=True)


def _rows_of_arms(scenario: Scenario) -> list[NewRow]:
    """Return the rows of all arms, by uid, each once; two arms may bring one of a name with different values."""
    rows = {_signature(row): row for arm in scenario.arms for row in _brought(scenario, arm)}
    return by_uid(rows[told] for told in sorted(rows))


def _kept_rows(own: Mapping[str, str], arm: str, about: Mapping[str, Any], base: World) -> dict[str, Rows]:
    """Return which rows of the tables to which arms bring any stay with the one that brings `own`."""
    for told, name in own.items():
        if told not in about["rows"]:
            what = f"the snapshot was burnt in without '{name}' as arm '{arm}' brings it"
            raise SnapshotError(f"{what}; burn in again with this arm in the scenario")
    tables: dict[str, list[str]] = {}
    for told in about["rows"]:
        tables.setdefault(json.loads(told)[0], []).append(told)
    return {
        name: _without(base.tables[name].rows, about["first"][name], [one in own for one in rows])
        for name, rows in tables.items()
    }


def _without(rows: int, first: int, own: list[bool]) -> Rows:
    stays = np.ones(rows, np.bool_)
    stays[first : first + len(own)] = own
    return np.flatnonzero(stays)


# ---- where a snapshot comes from


def _header(about: Mapping[str, Any]) -> SnapshotHeader:
    found: dict[str, Any] = {one.name: about.get(one.name) for one in fields(SnapshotHeader)}
    for one in fields(SnapshotHeader):
        if type(found[one.name]) is not one.type:
            raise SnapshotError(f"the snapshot's header lacks '{one.name}'; burn in again")
    return SnapshotHeader(**found)


def _check_origin(header: SnapshotHeader, scenario: Scenario, code: str) -> None:
    """Refuse what another program or baseline made; the fingerprint also sees what isn't told apart here."""
    for what, made, here in (
        ("program", header.code, code),
        ("seed", header.seed, scenario.seed),
        ("first month", date_of(header.start), date_of(scenario.start)),
        ("baseline", header.fingerprint, scenario.fingerprint()),
    ):
        if made != here:
            raise SnapshotError(f"the snapshot is of another {what}: {made}, here it is {here}; burn in again")
