"""Teachers recruited from outside the county: heads and quality are added, after the delay of a competition.

Those on a contract leave at its end once the measure has ended; permanent ones stay and take up their
school's own posts as these fall vacant.
"""

from collections.abc import Callable, Iterable
from typing import Literal

from simulation.clock import Clock
from simulation.contract import NewRow, Phasing, intervention
from simulation.desk import Desk
from simulation.interventions._chinese import month_zh
from simulation.interventions._sums import seats_of_teachers
from simulation.ledger import Costs, Delivery
from simulation.levers import Turn
from simulation.months import date_of
from simulation.parameters import option, parameter, quantity, reference
from simulation.world import PROGRAMME_KINDS, TEACHER_CHANNELS


class Settings(Phasing):
    school: str = reference("schools", "the school that gets them")
    teachers: int = quantity(
        "teachers", 0, 500, "posts paid beyond the establishment; filled at the next term, in March or September"
    )
    channel: Literal["special_post", "recruitment"] = option(
        "special_post", "how they come: on a special post for some years, or by open recruitment"
    )
    contract_months: int = parameter(
        36, "months", 0, 120, "[prior] L14: special posts of three years", "length of a contract; 0 for permanent posts"
    )
    delay_months: int = parameter(9, "months", 6, 12, "[prior] L14", "from the decision to the first month in force")
    pay_year_yuan: float = parameter(
        70_000.0,
        "yuan a teacher-year",
        50_000.0,
        90_000.0,
        "[prior] L14: the middle of the range",
        "pay of a teacher at work",
    )


def _identity(settings: Settings) -> str:
    return "/".join(part for part in ("programme", "teacher_recruitment", settings.school, settings.name) if part)


def rows(settings: Settings) -> Iterable[NewRow]:
    values = {
        "kind": PROGRAMME_KINDS.index("teacher_recruitment"),
        "to_school": settings.school,
        "channel": TEACHER_CHANNELS.index(settings.channel),
        "contract_months": settings.contract_months,
    }
    yield NewRow("programmes", _identity(settings), values)


@intervention
def contribute(levers: Turn, clock: Clock, settings: Settings, row: Callable[[str, str], int]) -> None:
    levers.add("programmes.places", row("programmes", _identity(settings)), settings.teachers * clock.strength)


def costs(settings: Settings) -> Costs:
    paid = Delivery("programmes.teachers_recruited", settings.pay_year_yuan / 12)
    return Costs(units=settings.teachers, deliveries=(paid,))


def desk(settings: Settings) -> tuple[Desk, ...]:
    """Posts are teachers, and teachers are seats."""
    paid = settings.teachers * settings.pay_year_yuan
    text = f"{settings.teachers} posts = {settings.teachers} more teachers, {paid:,.0f} yuan a year"
    teachers = Desk(
        "teachers_count", float(settings.teachers), text, as_if="each post were filled and nobody left another for it"
    )
    as_if = "each post were filled and rooms and desks were waiting for teachers"
    return teachers, seats_of_teachers(settings.teachers, settings.pay_year_yuan, as_if)


def describe(settings: Settings) -> str:
    how = "on special posts" if settings.channel == "special_post" else "by open recruitment"
    kept = f"on contracts of {settings.contract_months} months" if settings.contract_months else "for good"
    until = f" until {date_of(settings.ends)}" if settings.ends is not None else ""
    return (
        f"{settings.teachers} more teachers recruited for {settings.school} {how}, {kept}, decided in "
        f"{date_of(settings.capital_month)}, from the first term in or after {date_of(settings.first_month)}{until}"
    )


def describe_zh(settings: Settings) -> str:
    how = "以特岗方式" if settings.channel == "special_post" else "公开"
    kept = f"合同{settings.contract_months}个月" if settings.contract_months else "长期任用"
    until = f"，至{month_zh(settings.ends)}前" if settings.ends is not None else ""
    return (
        f"为{settings.school}{how}招聘{settings.teachers}名教师，{kept}，{month_zh(settings.capital_month)}决定，"
        f"自{month_zh(settings.first_month)}起的首个学期到岗{until}"
    )
