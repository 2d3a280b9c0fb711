"""The three declarations: process, intervention, outcome.

A file in `processes/`, `interventions/` or `outcomes/` is found by being there. Its name is the
file's name; its function carries the declaration. Nothing to register, nothing to inherit.
"""

import re
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pydantic import Field, model_validator

from simulation.desk import Desk
from simulation.explaining import Account
from simulation.ledger import Costs
from simulation.mechanism import Mechanism
from simulation.parameters import Settings

_CODES = re.compile(r"(?:^|[,:] )(\d+) ([^,]+)")
PHASES = ("arrive", "compete", "earn", "decide", "settle")


class ContractError(Exception):
    """A declaration that can't be kept: says which step, which column and what would be right."""


class _Mark:
    """A named value that isn't a number."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


GIVEN = _Mark("given")
"""The population or the region's tables bring the starting values."""
INHERIT = _Mark("inherit")
"""A new row takes its parent's value (a newborn its mother's, in the month of birth)."""


@dataclass(frozen=True)
class Column:
    """A column that a process owns.

    Attributes
    ----------
    dtype
        NumPy type name (`int8`, `int32`, `float32`, ...). Money is integer fen.
    start
        starting value, or GIVEN.
    unit
        `fen`, `minutes`, `share`, `month`, `row of schools`, ...; "" for a code that `meaning` lists.
    meaning
        one line.
    newborn
        value of a row created during the run, or INHERIT; the starting value where left out.
    watched
        True writes every change of the column to `units/`.
    reason
        the column that says why a watched one changed, if there is one.
    """

    dtype: str
    start: Any
    unit: str
    meaning: str
    newborn: Any = None
    watched: bool = False
    reason: str = ""

    @property
    def default(self) -> Any:
        """The value of an appended row that brings none."""
        value = self.start if self.newborn is None else self.newborn
        return 0 if isinstance(value, _Mark) else value

    @property
    def codes(self) -> dict[int, str]:
        """What each code stands for, as `meaning` lists them ("0 none, 1 called ..."); empty where it lists none."""
        return {int(code): word for code, word in _CODES.findall(self.meaning)}


@dataclass(frozen=True)
class Process:
    """One thing that happens in a month. `slot` is what rivals compete for; one of a slot runs."""

    run: Callable[..., None]
    phase: str
    reads: tuple[str, ...]
    lagged: tuple[str, ...]
    owns: Mapping[str, Column]
    creates: tuple[str, ...]
    streams: tuple[str, ...]
    levers: tuple[str, ...]
    audit: Callable[..., Iterable["Balance"]] | None = None
    explain: Callable[..., Generator[Account | None, None, None]] | None = None
    name: str = ""
    slot: str = ""
    Settings: type[Settings] = Settings
    doc: str = ""
    parameters_of: str = ""
    mechanisms: tuple[Mechanism, ...] = ()


@dataclass(frozen=True)
class Balance:
    """Something that must be conserved: what was counted two ways, as exact integers."""

    what: str
    counted: int
    expected: int


def process(
    *,
    phase: str,
    reads: Iterable[str] = (),
    lagged: Iterable[str] = (),
    owns: Mapping[str, Column] | None = None,
    creates: Iterable[str] = (),
    streams: Iterable[str] = (),
    levers: Iterable[str] = (),
    slot: str = "",
    parameters_of: str = "",
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare `run(world, draws, clock, settings)` as a process.

    The file also holds its `Settings` if it has any, `audit` if something must be conserved, and `MECHANISMS`: what of
    it can be switched off, and how (`simulation.mechanism`).

    Parameters
    ----------
    phase
        one of PHASES.
    reads
        columns as `table.column`, read after their owner wrote them this month. Base columns
        (which nobody owns and which never change) are named here too.
    lagged
        columns read as their owner left them last month.
    owns
        columns that this file alone writes.
    creates
        tables to which `world.create` may append rows.
    streams
        purposes of its draws; the stream's full name is `file.purpose`.
    levers
        levers it reads from `world.levers`.
    slot
        the behaviour it is a rival for; its own name where left out.
    parameters_of
        the process whose parameters it reads instead of its own, so that no number stands twice.
    """

    def declare(run: Callable[..., None]) -> Callable[..., None]:
        run.declaration = Process(  # type: ignore[attr-defined]
            run,
            phase,
            tuple(reads),
            tuple(lagged),
            dict(owns or {}),
            tuple(creates),
            tuple(streams),
            tuple(levers),
            slot=slot,
            parameters_of=parameters_of,
        )
        return run

    return declare


class Phasing(Settings):
    """When an intervention works: common to all, put first into each one's settings.

    `starts` is the month in which it is decided and paid for; it works `delay_months` later and
    grows evenly over `ramp_months`. `opens` names the month in which it works instead, and the
    decision is dated back by the delay. From `ends` on it is gone.
    """

    starts: int | None = Field(
        None, description="month of the decision", json_schema_extra={"unit": "month", "source": "scenario"}
    )
    opens: int | None = Field(
        None, description="first month in force", json_schema_extra={"unit": "month", "source": "scenario"}
    )
    ends: int | None = Field(
        None, description="first month no longer in force", json_schema_extra={"unit": "month", "source": "scenario"}
    )
    delay_months: int = Field(
        0,
        ge=0,
        le=60,
        description="from decision to first month in force",
        json_schema_extra={"unit": "months", "source": "[prior]"},
    )
    ramp_months: int = Field(
        0,
        ge=0,
        le=60,
        description="months over which it grows to full size",
        json_schema_extra={"unit": "months", "source": "scenario"},
    )
    name: str = Field(
        "", description="tells two of a kind at one place apart", json_schema_extra={"unit": "", "source": "scenario"}
    )

    @model_validator(mode="after")
    def _one_beginning(self) -> "Phasing":
        if (self.starts is None) == (self.opens is None):
            raise ValueError("give exactly one of 'starts' (month of the decision) and 'opens' (first month in force)")
        if self.ends is not None and self.ends <= self.first_month:
            raise ValueError("'ends' must lie after the first month in force")
        return self

    @property
    def first_month(self) -> int:
        """First month in force."""
        return self.opens if self.opens is not None else (self.starts or 0) + self.delay_months

    @property
    def capital_month(self) -> int:
        """Month in which capital is committed."""
        return self.first_month - self.delay_months

    def strength(self, month: int) -> float:
        """Share of the full size in force in a month, 0 to 1."""
        if month < self.first_month or (self.ends is not None and month >= self.ends):
            return 0.0
        return min(1.0, (month - self.first_month + 1) / max(1, self.ramp_months))


@dataclass(frozen=True)
class NewRow:
    """A row that an intervention brings into the world, inert while its lever is 0.

    `values` fill base columns; an id of a place, school or employer is turned into its row.
    """

    table: str
    identity: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Intervention:
    """One policy: settings, rows it brings, what it turns, what it costs."""

    contribute: Callable[..., None]
    rows: Callable[[Any], Iterable[NewRow]]
    costs: Callable[[Any], Costs]
    describe: Callable[[Any], str]
    mismatches: Callable[[Any, Mapping[str, Mapping[str, Any]]], Iterable[tuple[str, str]]]
    name: str = ""
    Settings: type[Phasing] = Phasing
    doc: str = ""
    describe_in: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    desk: Callable[[Any], Desk | Iterable[Desk]] | None = None


def intervention(contribute: Callable[..., None]) -> Callable[..., None]:
    """Declare `contribute(levers, clock, settings, row)` as an intervention.

    The file also holds `Settings(Phasing)`, `costs(settings) -> Costs`, `describe(settings) -> str`
    (what it does, in words a planner reads; `describe_zh(settings)` says it in Chinese, and may be left out) and,
    where it brings rows, `rows(settings)`. `row(table,
    id)` gives the row of an id; `row(table, identity)` that of a row it brought. Where settings must fit
    the region, `mismatches(settings, tables)` yields (field, what is wrong and what would be right);
    `tables[name][id]` is a row of a table as the file has it. `desk(settings)` gives the sum that a planner would do on
    paper, one `Desk` or several; left out, reports say that none is declared.
    """
    contribute.declaration = contribute  # type: ignore[attr-defined]
    return contribute


@dataclass(frozen=True)
class Indicator:
    """What one outcome column means.

    Attributes
    ----------
    unit
        `households`, `persons`, `share`, `yuan`, `minutes`, ...
    of
        `registered` (people counted where the programme registered them, away workers included) or
        `present` (people counted where they are this month), `ever registered` (households, also
        those whose last member died), or `place` (facilities).
    denominator
        who is counted below the line; "" for a count.
    meaning
        one line.
    better
        1 if more is better, -1 if less is, 0 if neither.
    poolable
        False for a Gini or a quantile, which can't be summed over places or runs.
    """

    unit: str
    of: str
    denominator: str
    meaning: str
    better: int = 0
    poolable: bool = True


@dataclass(frozen=True)
class Outcome:
    """One family of indicators; `labels` tells them in other languages: {language: {indicator: "name：meaning"}}."""

    measure: Callable[..., None]
    reads: tuple[str, ...]
    indicators: Mapping[str, Indicator]
    levers: tuple[str, ...] = ()
    name: str = ""
    Settings: type[Settings] = Settings
    doc: str = ""
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def outcome(
    *,
    reads: Iterable[str],
    indicators: Mapping[str, Indicator],
    levers: Iterable[str] = (),
    labels: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare `measure(world, tally, month, settings)` as a family of indicators.

    An indicator with a denominator is recorded as `<name>__num` and `<name>__den`; `tally` offers
    `count`, `ratio` and `plain` (see `simulation.recorder.Tally`). `labels` names indicators in other languages, as
    {"zh": {"employed_count": "就业人数：近三个月有工作的劳动力"}}: a short name, a colon, a line of meaning.
    Raises ContractError for a label of an indicator that isn't declared.
    """
    for language, names in labels.items():
        if lost := sorted(set(names) - set(indicators)):
            raise ContractError(f"labels[{language!r}] names '{lost[0]}', which is no indicator of this file")

    def declare(measure: Callable[..., None]) -> Callable[..., None]:
        declared = Outcome(measure, tuple(reads), dict(indicators), tuple(levers), labels=dict(labels))
        measure.declaration = declared  # type: ignore[attr-defined]
        return measure

    return declare
