"""The month plan: which process runs when, and every reason why a plan can't be kept."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from simulation.contract import PHASES, ContractError, Process
from simulation.levers import LEVERS
from simulation.world import BASE


def owners(processes: Iterable[Process]) -> dict[str, Process]:
    """Map each owned column to its owner; ContractError if two own one or a base column is owned."""
    owner: dict[str, Process] = {}
    for one in processes:
        for column in one.owns:
            table, _, name = column.partition(".")
            if table not in BASE:
                raise ContractError(f"{one.name} owns {column}, but there is no table '{table}'{_hint(table, BASE)}")
            if name in BASE[table]:
                raise ContractError(f"{one.name} owns {column}, which never changes: own a column of another name")
            if column in owner:
                raise ContractError(f"{owner[column].name} and {one.name} both own {column}: leave it to one")
            owner[column] = one
    return owner


def _hint(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), 1)
    return f"; did you mean '{close[0]}'?" if close else ""


def _is_base(column: str) -> bool:
    table, _, name = column.partition(".")
    return name in BASE.get(table, {})


def _check_known(one: Process, owner: Mapping[str, Process]) -> None:
    for column in (*one.reads, *one.lagged):
        if not _is_base(column) and column not in owner:
            known = [*owner, *(f"{t}.{c}" for t, columns in BASE.items() for c in columns)]
            raise ContractError(f"{one.name} reads {column}, which nobody owns{_hint(column, known)}")
    for lever in one.levers:
        if lever not in LEVERS:
            raise ContractError(f"{one.name} reads the lever {lever}, which doesn't exist{_hint(lever, LEVERS)}")


def _check_time(one: Process, owner: Mapping[str, Process]) -> None:
    rank = PHASES.index
    for column in one.reads:
        by = owner.get(column)
        if by is not None and rank(by.phase) > rank(one.phase):
            raise ContractError(
                f"{one.name} ({one.phase}) reads {column} before {by.name} ({by.phase}) writes it: "
                "declare it lagged, or move to a later phase"
            )
    for column in one.lagged:
        by = owner.get(column)
        if by is not None and rank(by.phase) < rank(one.phase):
            raise ContractError(
                f"{one.name} ({one.phase}) reads {column} lagged, but {by.name} ({by.phase}) has written it "
                "by then: declare it in reads"
            )


def _before(one: Process, owner: Mapping[str, Process]) -> set[str]:
    """Names of the processes of the same phase that must run before this one because it reads them."""
    found = (owner[column] for column in one.reads if column in owner)
    return {by.name for by in found if by.phase == one.phase and by.name != one.name}


def _phase_order(processes: Sequence[Process], owner: Mapping[str, Process]) -> list[Process]:
    by_name = {one.name: one for one in processes}
    edges = {one.name: _before(one, owner) for one in processes}
    for one in processes:
        for column in one.lagged:
            later = owner.get(column)
            if later is not None and later.name in edges and later.name != one.name:
                edges[later.name].add(one.name)
    sorter = TopologicalSorter(edges)
    try:
        sorter.prepare()
    except CycleError as error:
        raise ContractError(
            f"these wait for one another in one month: {' -> '.join(error.args[1])}; declare one of the columns lagged"
        ) from None
    order: list[Process] = []
    while sorter.is_active():
        for name in sorted(sorter.get_ready()):
            order.append(by_name[name])
            sorter.done(name)
    return order


def month_plan(processes: Iterable[Process]) -> list[Process]:
    """Order the processes of a month: by phase, owners before readers, ties by name.

    Raises ContractError for two owners, an unknown column or lever, a column read too early, a
    cycle.
    """
    chosen = list(processes)
    owner = owners(chosen)
    for one in chosen:
        _check_known(one, owner)
        _check_time(one, owner)
    return [one for phase in PHASES for one in _phase_order([p for p in chosen if p.phase == phase], owner)]
