"""More doctors at a clinic: full-time posts that are recruited, then paid month by month."""

from collections.abc import Callable

from simulation.clock import Clock
from simulation.contract import Phasing, intervention
from simulation.desk import Desk
from simulation.interventions._chinese import span_zh
from simulation.ledger import Costs
from simulation.levers import Turn
from simulation.months import date_of
from simulation.parameters import parameter, quantity, reference


class Settings(Phasing):
    clinic: str = reference("clinics", "the clinic that gets them")
    fte: float = quantity("FTE doctors", 0.0, 200.0, "full-time doctors added")
    delay_months: int = parameter(6, "months", 3, 9, "[prior] L21", "from decision to the first doctors at work")
    pay_year_yuan: float = parameter(
        115_000.0, "yuan a FTE-year", 80_000.0, 150_000.0, "[prior] L21", "cost of a full-time doctor"
    )


_VISITS_MONTH = 348
"""Visits that a doctor is reckoned to serve in a month: 16 on each of 21.75 days (domain 2.5)."""


@intervention
def contribute(levers: Turn, clock: Clock, settings: Settings, row: Callable[[str, str], int]) -> None:
    levers.add("clinics.fte", row("clinics", settings.clinic), settings.fte * clock.strength)


def costs(settings: Settings) -> Costs:
    return Costs(units=settings.fte, monthly_yuan_per_unit=settings.pay_year_yuan / 12)


def desk(settings: Settings) -> Desk:
    """Doctors times visits, as if there were a queue for each."""
    visits = settings.fte * _VISITS_MONTH
    paid = settings.fte * settings.pay_year_yuan
    text = f"{settings.fte:g} doctors x {_VISITS_MONTH} visits = {visits:,.0f} more visits a month, {paid:,.0f} yuan a year"
    return Desk("visits_served_count", visits, text, as_if="there were a queue for each doctor")


def describe(settings: Settings) -> str:
    until = f" until {date_of(settings.ends)}" if settings.ends is not None else ""
    return f"{settings.fte:g} more full-time doctors at {settings.clinic} from {date_of(settings.first_month)}{until}"


def describe_zh(settings: Settings) -> str:
    return f"{settings.clinic}增加{settings.fte:g}名全职医生，{span_zh(settings)}"
