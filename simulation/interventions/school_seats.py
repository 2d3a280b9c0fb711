"""More classrooms at a school, with desks: money first, seats when they are built, and only if teachers stand in them."""

from collections.abc import Callable

from simulation.clock import Clock
from simulation.contract import Phasing, intervention
from simulation.desk import Desk
from simulation.interventions._chinese import month_zh, span_zh
from simulation.ledger import Costs
from simulation.levers import Turn
from simulation.months import date_of
from simulation.parameters import parameter, quantity, reference


class Settings(Phasing):
    school: str = reference("schools", "the school that gets them")
    classrooms: int = quantity("classrooms", 0, 200, "classrooms added")
    desks: int = parameter(55, "desks a classroom", 30, 66, "[prior]", "desks that come with one, where desks limit")
    delay_months: int = parameter(24, "months", 12, 36, "[prior] L15", "from decision to the first class in them")
    capital_yuan: float = parameter(
        2_000_000.0, "yuan a classroom", 1_000_000.0, 5_000_000.0, "[S08]", "cost of building one"
    )


@intervention
def contribute(levers: Turn, clock: Clock, settings: Settings, row: Callable[[str, str], int]) -> None:
    school, classrooms = row("schools", settings.school), settings.classrooms * clock.strength
    levers.add("schools.classrooms", school, classrooms)
    levers.add("schools.seats", school, classrooms * settings.desks)


def costs(settings: Settings) -> Costs:
    return Costs(units=settings.classrooms, capital_yuan_per_unit=settings.capital_yuan)


def desk(settings: Settings) -> Desk:
    """Classrooms times desks, as if teachers came with them."""
    seats = settings.classrooms * settings.desks
    built = settings.classrooms * settings.capital_yuan
    text = f"{settings.classrooms} classrooms x {settings.desks} desks = {seats:,} seats, {built:,.0f} yuan to build"
    return Desk("standard_seats_count", float(seats), text, as_if="teachers came with the classrooms")


def describe(settings: Settings) -> str:
    until = f" until {date_of(settings.ends)}" if settings.ends is not None else ""
    return (
        f"{settings.classrooms} more classrooms at {settings.school}, decided in {date_of(settings.capital_month)}, "
        f"in use from {date_of(settings.first_month)}{until}, as far as there are teachers"
    )


def describe_zh(settings: Settings) -> str:
    decided = f"{month_zh(settings.capital_month)}决定"
    return f"{settings.school}增加{settings.classrooms}间教室，{decided}，{span_zh(settings)}，以教师数为限"
