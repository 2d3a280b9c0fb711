"""A scenario that was read and found right: frozen, picklable, and the same run wherever it goes."""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from pydantic import BaseModel

from simulation.catalogue import Catalogue
from simulation.clock import Moment
from simulation.months import date_of, month_of
from simulation.scenario.arms import ArmItem
from simulation.scenario.errors import Fault, ScenarioError
from simulation.scenario.items import Item, Spot, dotted, leaves, plain
from simulation.scenario.plugins import Plugin, catalogue_of
from simulation.scenario.sealed_tables import SealedTables, digest, sealed_array
from simulation.scenario.uncertain import Sensitivity, Uncertainty


@dataclass(frozen=True, eq=False)
class Scenario:
    """Everything that a study needs to know, from one file and what it names.

    Attributes
    ----------
    name, why
        what it is called, and the question it answers.
    file
        the file it was read from, as it was named; "" for a mapping.
    catalogue
        every process, intervention and outcome, plugins included.
    seed
        luck of the study.
    start, months
        first month, absolute, and how many are run.
    scale
        {relocated, stayers, hosts}: households made, against the tables.
    tables
        {table: {column: int64, float64 or str [rows]}}, read-only.
    parameters
        {process or outcome: its settings}, all of them.
    behaviour
        {slot: variant}, as far as the file says.
    events
        {epidemic: settings, or None}.
    arms
        {name: interventions}; `baseline` is the first and empty.
    replicates
        {at_least, at_most, until, minutes}: numbers of runs; {indicator: half width} to reach; minutes or None.
    report
        {outcomes, window, by}: indicators; months as `2021-01..2021-12`, "" for the last 12; dimensions.
    record
        {units, outcomes}: "keep" or "allow" where unit records are written, or None; "all" or "overall".
    plugins
        the user's own files.
    notes
        sentences about what is right but may surprise.
    tree
        the effective values, each with its place.
    arm_behaviour
        {arm: {slot: variant}}, arms that name rules of their own.
    months_of_file
        the months before `truncated` cut them; 0 where it didn't.
    branch_at
        month up to which the baseline is run once for all arms, None for each arm as a whole; changes no figure.
    uncertainty, sensitivity
        what the study varies besides its arms; one of them at most.
    names
        {arm, indicator or id: {language: what it is called in reports}}; `scenario` and `why` are its own.
    """

    name: str
    why: str
    file: str
    catalogue: Catalogue
    seed: int
    start: int
    months: int
    scale: Mapping[str, float]
    tables: Mapping[str, Mapping[str, Any]]
    parameters: Mapping[str, Any]
    behaviour: Mapping[str, str]
    events: Mapping[str, Any]
    arms: Mapping[str, tuple[ArmItem, ...]]
    replicates: Mapping[str, Any]
    report: Mapping[str, Any]
    record: Mapping[str, Any]
    plugins: tuple[Plugin, ...]
    notes: tuple[str, ...]
    tree: Item
    arm_behaviour: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    months_of_file: int = 0
    branch_at: int | None = None
    uncertainty: Uncertainty | None = None
    sensitivity: Sensitivity | None = None
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Seal every map and array."""
        for one in fields(self):
            if one.name not in ("catalogue", "tree", "tables"):
                object.__setattr__(self, one.name, _sealed(getattr(self, one.name)))
        if not isinstance(self.tables, SealedTables):
            object.__setattr__(self, "tables", SealedTables(self.tables))

    @property
    def sealed_tables(self) -> SealedTables:
        """The tables, with their ids, rows and digests."""
        assert isinstance(self.tables, SealedTables)
        return self.tables

    def __reduce__(self) -> Any:
        """Pickle by value, except for the declarations, which the other process finds for itself."""
        kept = {one.name: _opened(getattr(self, one.name)) for one in fields(self) if one.name != "catalogue"}
        return _revive, (self.plugins, pickle.dumps(kept))

    @property
    def last(self) -> int:
        """Last month of the run, absolute."""
        return self.start + self.months - 1

    @property
    def effective(self) -> dict[str, Any]:
        """The values after base and --set, as plain maps and lists (a copy)."""
        values = plain(self.tree)
        assert isinstance(values, dict)
        return values

    @property
    def origins(self) -> dict[str, str]:
        """The file each effective value comes from, by path (`parameters.job_search.look_on_job`)."""
        return {dotted(path): item.spot.file for path, item in leaves(self.tree)}

    def behaviour_of(self, arm: str) -> Mapping[str, str]:
        """Return {slot: variant} in an arm, as far as the file says: the arm's own rules go before the scenario's."""
        return MappingProxyType({**self.behaviour, **self.arm_behaviour.get(arm, {})})

    def rules_in_use(self) -> dict[tuple[str, ...], str]:
        """Return the sets of processes that run, by name, each with the first arm that runs it."""
        found: dict[tuple[str, ...], str] = {}
        for arm in self.arms:
            found.setdefault(self.catalogue.named(self.behaviour_of(arm)), arm)
        return found

    def moment(self, month: int) -> Moment:
        """Tell the processes' time: the month, and what events do to it."""
        epidemic = self.events["epidemic"]
        if epidemic is None or not epidemic.first <= month <= epidemic.last:
            return Moment(month, self.start)
        return Moment(month, self.start, epidemic.coast_open, epidemic.visit_scale)

    def fingerprint(self) -> str:
        """Hash whatever changes the baseline's results: SHA-256, 64 hex digits.

        Independent of file names, comments, arms, replicates, report, what the study varies and the number of
        months.
        """
        return self._fingerprint_with(self.catalogue.named(self.behaviour))

    @cached_property
    def _fingerprints(self) -> dict[tuple[str, ...], str]:
        return {}

    def _fingerprint_with(self, chosen: tuple[str, ...]) -> str:
        """Hash whatever changes the results of a run with these processes and no intervention."""
        known = self._fingerprints
        if chosen not in known:
            known[chosen] = self._fingerprint_of(chosen)
        return known[chosen]

    def _fingerprint_of(self, chosen: tuple[str, ...]) -> str:
        in_use = {*map(self.catalogue.owner_of_parameters, chosen), *self.catalogue.outcomes}
        overall = self.record.get("outcomes") == "overall"
        return digest(
            {
                "seed": self.seed,
                "start": self.start,
                "scale": dict(self.scale),
                "tables": self.sealed_tables.digests,
                "parameters": {name: _values(one) for name, one in self.parameters.items() if name in in_use},
                "behaviour": sorted(chosen),
                "events": {name: _values(one) for name, one in self.events.items() if one is not None},
                "plugins": sorted((one.name, one.digest) for one in self.plugins),
                # What is recorded belongs here only where it isn't all, so that older fingerprints stand.
                **({"record": "overall"} if overall else {}),
            }
        )

    def arm_fingerprint(self, arm: str) -> str:
        """Hash whatever changes an arm's results: SHA-256, 64 hex digits.

        The scenario's fingerprint with the arm's rules and what the arm does, whatever its name and the
        order of its lines.
        """
        items = sorted(self.arms[arm], key=lambda one: one.identity)
        does = [[one.identity, one.kind, _values(one.settings)] for one in items]
        return digest([self._fingerprint_with(self.catalogue.named(self.behaviour_of(arm))), does])

    def truncated(self, months: int) -> tuple["Scenario", tuple[str, ...]]:
        """Return the scenario cut to its first months, and a sentence for everything that is lost.

        Raises ScenarioError if `months` is not between 1 and the scenario's own.
        """
        if not 1 <= months <= self.months:
            remedy = "'months:' in the file makes a run longer"
            what = f"lies outside its range, got {months}; allowed: 1 to {self.months}; {remedy}"
            raise ScenarioError([Fault("--months", 0, 0, "", what)])
        last = self.start + months - 1
        window, lost = self._cut_window(last)
        cut = Item(months, Spot("--months", 0, 0, self.tree.spot.folder))
        tree = Item({**self.tree.value, "months": cut}, self.tree.spot)
        window_cut = {**self.report, "window": window}
        whole = self.months_of_file or self.months
        shorter = replace(self, months=months, report=window_cut, tree=tree, months_of_file=whole)
        branched, unbranched = shorter._without_late_branch()
        return branched, (*self._never_started(last), *lost, *unbranched)

    def with_values(self, values: Mapping[str, float]) -> "Scenario":
        """Return a copy with other numbers, {path: number}: what loading the file with `--set` of the same gives.

        A number of `parameters`, `scale` or `arms` is checked with what stands beside it, and no file is
        read; with any other path the whole is checked and its files are read again. Tables are shared.
        Raises ScenarioError, which names the path and the value.
        """
        from simulation.scenario.overlay import with_values  # noqa: PLC0415  (it makes scenarios itself)

        return with_values(self, values)

    def _without_late_branch(self) -> tuple["Scenario", tuple[str, ...]]:
        if self.branch_at is None or self.branch_at <= self.last:
            return self, ()
        tree = Item({key: one for key, one in self.tree.value.items() if key != "branch_at"}, self.tree.spot)
        beyond = f"branch_at ({date_of(self.branch_at)}) lies beyond the last month {date_of(self.last)}"
        return replace(self, branch_at=None, tree=tree), (f"{beyond}: nothing branches, each arm runs as a whole",)

    def _never_started(self, last: int) -> list[str]:
        out = []
        for name, items in self.arms.items():
            late = [one for one in items if one.settings.first_month > last]
            nothing_else = items and len(late) == len(items) and not self.arm_behaviour.get(name)
            whole = " (the whole arm equals the baseline)" if nothing_else else ""
            out += [
                f"arm '{name}': {one.identity} never starts: it comes into force in "
                f"{date_of(one.settings.first_month)}, the last month is {date_of(last)}{whole}"
                for one in late
            ]
        return out

    def _cut_window(self, last: int) -> tuple[str, tuple[str, ...]]:
        window = self.report["window"]
        if not window:
            return "", ()
        first, end = (month_of(one) for one in window.split(".."))
        if end <= last:
            return window, ()
        cut = f"{window[:7]}..{date_of(last)}" if first <= last else ""
        return cut, (f"report: the window {window} becomes {cut or 'the last 12 months'}",)


def _sealed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return MappingProxyType({key: _sealed(one) for key, one in value.items()})
    return sealed_array(value) if isinstance(value, np.ndarray) else value


def _opened(value: Any) -> Any:
    if isinstance(value, SealedTables):
        return value
    return {key: _opened(one) for key, one in value.items()} if isinstance(value, Mapping) else value


def _revive(plugins: tuple[Plugin, ...], kept: bytes) -> Scenario:
    catalogue = catalogue_of(plugins)  # first, so that the settings classes of plugins exist
    return Scenario(catalogue=catalogue, **pickle.loads(kept))


def _values(one: BaseModel) -> Any:
    return one.model_dump(mode="json")
