"""The effective tree -> a Scenario, or every mistake in it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from simulation.catalogue import Catalogue
from simulation.contract import Outcome, Process
from simulation.months import date_of, month_of
from simulation.scenario.arms import Region, Span, check_references, read_arms, row_identities, rows_by_id
from simulation.scenario.behaviour import check_variant
from simulation.scenario.branching import check_branching
from simulation.scenario.errors import ScenarioError, hint, shown
from simulation.scenario.indicators import check_half_widths, check_names, indicators_of
from simulation.scenario.inherit import Merged
from simulation.scenario.items import Faults, Item, Spot, child
from simulation.scenario.model import Report, ScenarioFile
from simulation.scenario.names import NAMED_TABLES, unused
from simulation.scenario.plugins import read_plugins
from simulation.scenario.scenario import Scenario
from simulation.scenario.tables import Tables, read_tables
from simulation.scenario.uncertainty import check_ends, read_varied, uneven
from simulation.scenario.validate import validated


def check(merged: Merged, file: str, faults: Faults) -> Scenario:
    """Build the scenario. Raises ScenarioError with everything in `faults` and everything found here."""
    item = merged.item
    head = _head(merged, faults)
    span = _span(item, head)
    plugins, catalogue = read_plugins(child(item, "plugins"), faults)
    named = child(item, "tables")
    tables_whole = merged.whole and (named is None or isinstance(named.value, dict))
    tables = read_tables(_map(item, "tables"), tables_whole, faults)
    parameters = _parameters(_map(item, "parameters"), catalogue, tables, faults)
    _check_behaviour(_map(item, "behaviour"), catalogue, faults)
    region = Region(catalogue, tables.ids, span, row_identities(tables.rows), rows_by_id(tables.rows))
    arms = read_arms(child(item, "arms"), region, faults)
    check_branching(item, span, catalogue, faults)
    report = _report(child(item, "report"), head, catalogue, span, faults)
    check_half_widths(child(item, "replicates"), indicators_of(catalogue), faults)
    varied = read_varied(item, catalogue, report["outcomes"], faults)
    if faults.found or head is None:
        raise ScenarioError(faults.found)
    notes = (*_notes(head), *uneven(varied), *_unused_names(head, catalogue, tables, arms))
    scenario = Scenario(
        head.name, head.why, file, catalogue, head.seed, head.start, head.months, head.scale.model_dump(),
        tables.columns(), parameters, head.behaviour, {"epidemic": head.events.epidemic},
        {name: one.items for name, one in arms.items()}, head.replicates.model_dump(), report, head.record.model_dump(),
        plugins, notes, item, {name: one.rules for name, one in arms.items() if one.rules},
        uncertainty=varied.uncertainty, sensitivity=varied.sensitivity, branch_at=head.branch_at,
        names=_names(head),
    )  # fmt: skip
    check_ends(varied, scenario.with_values)
    return scenario


def _head(merged: Merged, faults: Faults) -> ScenarioFile | None:
    """Check everything but what declarations check; where a base is lost, say nothing of what is missing."""
    mine = Faults()
    head = validated(ScenarioFile, merged.item, (), mine)
    lost = "the required key is missing"
    top = merged.item.spot
    for one in mine.found:
        if one.what.startswith(lost) and "." not in one.where:
            if not merged.whole or one.where == "format":
                continue
            spot = Spot(top.file, min(top.line, 1), min(top.column, 1), top.folder)
            faults.add(spot, one.where, one.what)
        else:
            faults.found.append(one)
    return head


def _names(head: ScenarioFile) -> dict[str, dict[str, str]]:
    return {one: {str(language): text for language, text in texts.items()} for one, texts in head.names.items()}


def _unused_names(head: ScenarioFile, catalogue: Catalogue, tables: Tables, arms: Iterable[str]) -> Iterator[str]:
    ids = (one for table in NAMED_TABLES for one in tables.ids(table) or ())
    return unused(_names(head), (*arms, "baseline", *indicators_of(catalogue), *ids))


def _map(item: Item, name: str) -> Item:
    found = child(item, name)
    if found is not None and isinstance(found.value, dict):
        return found
    top = item.spot
    spot = Spot(top.file, min(top.line, 1), min(top.column, 1), top.folder)
    return Item({}, found.spot if found else spot, found.key if found else None)


def _span(item: Item, head: ScenarioFile | None) -> Span | None:
    if head is not None:
        return Span(head.start, head.start + head.months - 1)
    start, months = child(item, "start"), child(item, "months")
    try:
        first, count = month_of(start.value), months.value  # type: ignore[union-attr]
    except (ValueError, AttributeError):
        return None
    return Span(first, first + count - 1) if type(count) is int and 1 <= count <= 600 else None


def _parameters(named: Item, catalogue: Catalogue, tables: Tables, faults: Faults) -> dict[str, Any]:
    declared: Mapping[str, Process | Outcome] = {**catalogue.processes, **catalogue.outcomes}
    classes = {name: one.Settings for name, one in declared.items()}
    for name, item in named.value.items():
        if name not in classes:
            what = f"there is no process or outcome '{name}'" + hint(name, sorted(classes))
            faults.add(item.named_at, ("parameters", name), what)
    out: dict[str, Any] = {}
    for name, kind in classes.items():
        item = named.value.get(name) or Item({}, named.spot, named.key)
        if not isinstance(item.value, dict):
            continue  # the file's own check says so
        path = ("parameters", name)
        settings = validated(kind, item, path, faults)
        check_references(kind, item, path, tables.ids, faults)
        if settings is not None:
            out[name] = settings
    return out


def _check_behaviour(named: Item, catalogue: Catalogue, faults: Faults) -> None:
    for slot, item in named.value.items():
        check_variant(slot, item, ("behaviour",), catalogue, faults)


def _report(
    named: Item | None, head: ScenarioFile | None, catalogue: Catalogue, span: Span | None, faults: Faults
) -> dict[str, Any]:
    listed = child(named, "outcomes") if named is not None else None
    check_names(listed, ("report", "outcomes"), indicators_of(catalogue), faults)
    window = _window(child(named, "window") if named is not None else None, span, faults)
    written = head.report if head is not None else Report()
    if head is not None and head.record.outcomes == "overall":
        _refuse_unrecorded(child(named, "by") if named is not None else None, faults)
    return {"outcomes": tuple(written.outcomes), "window": window, "by": tuple(written.by)}


def _refuse_unrecorded(by: Item | None, faults: Faults) -> None:
    """Refuse to break down by what isn't recorded."""
    for number, item in enumerate(by.value if by is not None else ()):
        if item.value != "population":
            remedy = "write 'record: {outcomes: all}', or leave it out"
            what = f"'record: {{outcomes: overall}}' records nothing by {item.value}; {remedy}"
            faults.add(item.spot, ("report", "by", number), what)


def _window(item: Item | None, span: Span | None, faults: Faults) -> str:
    if item is None or not item.value or not isinstance(item.value, str):
        return ""
    first, _, last = item.value.partition("..")
    where, got = ("report", "window"), f"got {shown(item.value)}"
    try:
        window = month_of(first.strip()), month_of(last.strip())
    except ValueError:
        faults.add(item.spot, where, f"must be two months with '..' between them, such as 2021-01..2021-12, {got}")
        return ""
    if window[1] < window[0]:
        faults.add(item.spot, where, f"ends before it begins, {got}; write the earlier month first")
    elif span is not None and not (window[0] in span and window[1] in span):
        faults.add(item.spot, where, f"lies outside the run's months, {got}; allowed: {span}")
    return f"{date_of(window[0])}..{date_of(window[1])}"


def _notes(head: ScenarioFile) -> tuple[str, ...]:
    epidemic = head.events.epidemic
    span = Span(head.start, head.start + head.months - 1)
    if epidemic is None or (epidemic.first <= span.last and epidemic.last >= span.first):
        return ()
    months = f"{date_of(epidemic.first)} to {date_of(epidemic.last)}"
    return (f"events.epidemic ({months}) lies outside the run's months ({span}) and changes nothing",)
