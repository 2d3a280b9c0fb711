"""A school that is planned for later opens earlier, with the teachers who are meant for it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from simulation.clock import Clock
from simulation.contract import NewRow, Phasing, intervention
from simulation.desk import Desk
from simulation.interventions._chinese import month_zh
from simulation.ledger import Costs, Delivery
from simulation.levers import Turn
from simulation.months import date_of
from simulation.parameters import parameter, reference
from simulation.world import PROGRAMME_KINDS


class Settings(Phasing):
    school: str = reference("schools", "the school that opens earlier")
    teacher_year_yuan: float = parameter(
        70_000.0,
        "yuan a teacher-year",
        50_000.0,
        90_000.0,
        "[prior] L14",
        "pay of a teacher who begins with it, until the month in which it would have opened",
    )
    urgency_yuan: float = parameter(
        0.0,
        "yuan",
        0.0,
        50_000_000.0,
        "[prior] the building stands in both arms",
        "what building in less time costs more, and interest",
    )


def _identity(settings: Settings) -> str:
    return "/".join(part for part in ("programme", "school_opening", settings.school, settings.name) if part)


def rows(settings: Settings) -> Iterable[NewRow]:
    values = {"kind": PROGRAMME_KINDS.index("school_opening"), "to_school": settings.school}
    yield NewRow("programmes", _identity(settings), values)


def mismatches(settings: Settings, tables: Mapping[str, Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    """Refuse a school that stands by then anyway."""
    school = tables.get("schools", {}).get(settings.school)
    if school is not None and school.opens <= settings.first_month:
        # Months before any run are how tables say that a school stands already.
        since = f"opens in {date_of(school.opens)}" if school.opens > 0 else "is open already"
        yield "school", f"'{settings.school}' {since}; name a school that opens after {date_of(settings.first_month)}"


@intervention
def contribute(levers: Turn, clock: Clock, settings: Settings, row: Callable[[str, str], int]) -> None:
    levers.add("programmes.places", row("programmes", _identity(settings)), 1.0 if clock.strength > 0 else 0.0)


def costs(settings: Settings) -> Costs:
    paid = Delivery("programmes.teachers_early", settings.teacher_year_yuan / 12)
    return Costs(units=1, capital_yuan_per_unit=settings.urgency_yuan, deliveries=(paid,))


def desk(settings: Settings) -> Desk:
    """A school is a school, wherever its pupils and teachers sat before."""
    text = f"{settings.school} opens earlier = 1 more school until it would have opened"
    return Desk("open_schools_count", 1.0, text, as_if="it would open in no month of these")


def describe(settings: Settings) -> str:
    until = f", until {date_of(settings.ends)} at the latest" if settings.ends is not None else ""
    return f"{settings.school} opens in {date_of(settings.first_month)}, with its own teachers{until}"


def describe_zh(settings: Settings) -> str:
    until = f"，最迟至{month_zh(settings.ends)}前" if settings.ends is not None else ""
    return f"{settings.school}于{month_zh(settings.first_month)}开办，自带教师{until}"
