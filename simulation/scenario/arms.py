"""`arms:` -> named lists of interventions and rules, each checked by what its own file declares."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from simulation.catalogue import Catalogue
from simulation.contract import Phasing
from simulation.months import date_of, month_of
from simulation.scenario import behaviour
from simulation.scenario.errors import hint, shown
from simulation.scenario.items import BROKEN, Faults, Item, Path_, child
from simulation.scenario.validate import field_name, validated

BASELINE = "baseline"
_WHERE = ("place", "to", "to_school", "school")
_ROW_KINDS = {"schools": "school", "clinics": "clinic", "employers": "employer"}

ONE_BEGINNING = "give exactly one of 'starts' (month of the decision) and 'opens' (first month in force)"
"""The words of `Phasing`, said here too when other mistakes keep its own check from running."""

Ids = Callable[[str], tuple[str, ...] | None]


@dataclass(frozen=True)
class ArmItem:
    """One intervention of an arm. Its identity is `<kind>/<where>[/<name>]`."""

    kind: str
    settings: Phasing
    identity: str


@dataclass(frozen=True)
class Span:
    """The months of a run, `first` to `last`, both included."""

    first: int
    last: int

    def __contains__(self, month: int) -> bool:
        """Say whether a month lies within the run."""
        return self.first <= month <= self.last

    def __str__(self) -> str:
        """Write `2018-01 to 2027-12`."""
        return f"{date_of(self.first)} to {date_of(self.last)}"


@dataclass(frozen=True)
class Region:
    """What arms are checked against. `span` is None where the file's own months are wrong."""

    catalogue: Catalogue
    ids: Ids
    span: Span | None
    row_identities: frozenset[str] = frozenset()
    rows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def row_identities(tables: Mapping[str, Iterable[tuple[int, Any]]]) -> frozenset[str]:
    """List the identity strings of the region's own facilities, `employer/jinxiu/garment_workshop`."""
    return frozenset(
        f"{kind}/{row.place}/{row.id}"
        for table, kind in _ROW_KINDS.items()
        for _, row in tables.get(table, ())
        if hasattr(row, "place") and hasattr(row, "id")
    )


def rows_by_id(tables: Mapping[str, Iterable[tuple[int, Any]]]) -> dict[str, dict[str, Any]]:
    """Return the rows of each table that names its rows, {table: {id: row}}."""
    return {table: {row.id: row for _, row in lines if hasattr(row, "id")} for table, lines in tables.items()}


@dataclass(frozen=True)
class Arm:
    """What one arm differs in from the baseline: interventions, and rules {slot: variant}."""

    items: tuple[ArmItem, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)


def read_arms(named: Item | None, region: Region, faults: Faults) -> dict[str, Arm]:
    """Build every arm, `baseline` first and empty."""
    arms: dict[str, Arm] = {BASELINE: Arm()}
    for name, item in (named.value if named is not None and isinstance(named.value, dict) else {}).items():
        path = ("arms", name)
        if name == BASELINE:
            if item.value not in (None, [], {}):
                what = "the baseline is the region without any intervention; give this arm another name"
                faults.add(item.spot, path, what)
            continue
        if _is_name(name):
            arms[name] = read_arm(name, item, region, faults)
        else:
            what = "an arm's name is text without '/', '\\' or line breaks, at most 80 long; it names files"
            faults.add(item.named_at, path, what)
    return arms


def read_arm(name: str, item: Item, region: Region, faults: Faults) -> Arm:
    """Build one arm; every mistake in it goes to `faults`."""
    return _Arm(("arms", name), region, faults).read(item)


def _is_name(name: str) -> bool:
    fits = 0 < len(name) <= 80 and name == name.strip() and name.isprintable()
    return fits and not set(name) & set("/\\") and name not in (".", "..")


class _Arm:
    """One arm being read."""

    def __init__(self, path: Path_, region: Region, faults: Faults) -> None:
        self._path, self._region, self._faults = path, region, faults
        self._given: list[tuple[type[Phasing], Item, Path_]] = []
        self._made: list[tuple[ArmItem, Item, Path_]] = []
        self._rules: dict[str, Item] = {}

    def read(self, item: Item) -> Arm:
        if item.value is None or item.value is BROKEN:
            return Arm()
        if not isinstance(item.value, list):
            what = f"an arm is a list of interventions, '- kind: {{settings}}', got {shown(item.value)}"
            self._faults.add(item.spot, self._path, what)
            return Arm()
        for number, one in enumerate(item.value):
            self._entry(one, (*self._path, number))
        self._tell_apart()
        brought = self._brought_rows()
        for model, one, path in self._given:
            check_references(model, one, path, self._region.ids, self._faults, brought)
        self._check_fit()
        rules = {slot: one.value for slot, one in sorted(self._rules.items())}
        return Arm(tuple(made for made, _, _ in self._made), rules)

    def _entry(self, item: Item, path: Path_) -> None:
        if item.value is BROKEN:
            return
        if not isinstance(item.value, dict) or len(item.value) != 1:
            got = f"a map of {len(item.value)} keys" if isinstance(item.value, dict) else shown(item.value)
            what = f"an intervention is a map with one key, its kind: '- kind: {{settings}}', got {got}"
            self._faults.add(item.spot, path, what)
            return
        (kind, given), known = next(iter(item.value.items())), self._region.catalogue.interventions
        if kind == behaviour.KEY:
            found = behaviour.read_rules(given, (*path, kind), self._region.catalogue, self._faults, self._rules)
            self._rules |= found
            return
        if kind not in known:
            what = f"there is no intervention '{kind}'" + hint(kind, (*sorted(known), behaviour.KEY))
            self._faults.add(given.named_at, (*path, kind), what)
            return
        given = Item({}, given.spot, given.key) if given.value is None else given
        path = (*path, kind)
        settings = validated(known[kind].Settings, given, path, self._faults)
        if isinstance(given.value, dict):
            self._given.append((known[kind].Settings, given, path))
            self._check_months(given, path)
        if settings is not None:
            self._check_delay(settings, given, path)
            self._made.append((ArmItem(kind, settings, _identity(kind, settings)), given, path))

    def _check_months(self, item: Item, path: Path_) -> None:
        given = [name for name in ("starts", "opens") if (part := child(item, name)) and part.value is not None]
        if len(given) != 1:
            self._faults.add(item.named_at, path, ONE_BEGINNING)
        span = self._region.span
        for name, later in (("starts", 0), ("opens", 0), ("ends", 1)):
            month = _month(child(item, name))
            if span is None or month is None or span.first + later <= month <= span.last + later:
                continue
            allowed = Span(span.first + later, span.last + later)
            what = f"{date_of(month)} lies outside the run's months; allowed: {allowed}"
            self._faults.add(item.value[name].spot, (*path, name), what)

    def _check_delay(self, it: Phasing, item: Item, path: Path_) -> None:
        span, delay = self._region.span, it.first_month - it.capital_month
        decided, first = date_of(it.capital_month), date_of(it.first_month)
        if span is None:
            return
        if it.capital_month in span and it.first_month > span.last:
            what = f"with a delay of {delay} months it comes into force in {first}"
            remedy = f"after the last month {date_of(span.last)}; start earlier, or run more months"
            self._faults.add((child(item, "starts") or item).spot, (*path, "starts"), f"{what}, {remedy}")
        elif it.first_month in span and it.capital_month < span.first:
            what = f"with a delay of {delay} months it is decided and paid for in {decided}"
            remedy = f"before the first month {date_of(span.first)}; open later, or shorten delay_months"
            self._faults.add((child(item, "opens") or item).spot, (*path, "opens"), f"{what}, {remedy}")

    def _tell_apart(self) -> None:
        seen: dict[str, Item] = {}
        for made, item, path in self._made:
            first = seen.setdefault(made.identity, item)
            if first is not item:
                line = first.named_at.line
                what = f"there are two of '{made.identity}' in this arm, the first in line {line}; give one a name:"
                self._faults.add(item.named_at, path, what)

    def _check_fit(self) -> None:
        """Ask each intervention whether its settings fit the region's tables."""
        for made, item, path in self._made:
            kind = self._region.catalogue.interventions[made.kind]
            for name, what in kind.mismatches(made.settings, self._region.rows):
                self._faults.add((child(item, name) or item).spot, (*path, name), what)

    def _brought_rows(self) -> dict[str, set[str]]:
        """Return the identities of rows that the arm brings, by table; each may stand once."""
        brought: dict[str, set[str]] = {}
        seen: dict[str, str] = {}
        for made, item, path in self._made:
            for row in self._region.catalogue.interventions[made.kind].rows(made.settings):
                other = seen.get(row.identity) or ("the region" if row.identity in self._region.row_identities else "")
                if other and other != made.identity:
                    what = f"it brings '{row.identity}', which {other} brings already; give one a name:"
                    self._faults.add(item.named_at, path, what)
                seen.setdefault(row.identity, made.identity)
                brought.setdefault(row.table, set()).add(row.identity)
        return brought


def _month(item: Item | None) -> int | None:
    try:
        return month_of(item.value) if item is not None else None
    except (ValueError, AttributeError):
        return None  # the settings' own check says so


def _identity(kind: str, settings: Phasing) -> str:
    places = [*_WHERE, *references(type(settings))]
    where = next((str(value) for name in places if (value := getattr(settings, name, None))), "")
    return "/".join(part for part in (kind, where, settings.name) if part)


def references(model: type[BaseModel]) -> dict[str, tuple[str, str]]:
    """List the fields declared by `reference(table, ...)`: {attribute: (key in a file, table)}."""
    found: dict[str, tuple[str, str]] = {}
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra
        if isinstance(extra, dict) and extra.get("table"):
            found[name] = (field_name(info, name), str(extra["table"]))
    return found


def check_references(
    model: type[BaseModel],
    item: Item,
    path: Path_,
    ids: Ids,
    faults: Faults,
    also: Mapping[str, set[str]] | None = None,
) -> None:
    """Check every field declared by `reference(table, ...)` against that table's ids and the field's own words."""
    for attribute, (name, table) in references(model).items():
        part = item.value.get(name)
        known = ids(table)
        if known is None or part is None:
            continue
        words = _words(model, attribute)
        entries = enumerate(part.value) if isinstance(part.value, list) else [(None, part)]
        for number, one in entries:
            here = (*path, name) if number is None else (*path, name, number)
            if one.value and one.value not in (*words, *known, *(also or {}).get(table, ())):
                what = f"'{one.value}' is not in the table of {table}" + hint(one.value, (*words, *known))
                faults.add(one.spot, here, what)


def _words(model: type[BaseModel], attribute: str) -> tuple[str, ...]:
    """Return the words that a reference takes besides ids, such as `central_schools`."""
    extra = model.model_fields[attribute].json_schema_extra
    words = extra.get("words", ()) if isinstance(extra, dict) else ()
    return tuple(map(str, words)) if isinstance(words, list | tuple) else ()
