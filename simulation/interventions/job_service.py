"""A job service centre: brokers who bring the seekers of a place and open posts together (L07)."""

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
    place: str = reference("places", "the place whose residents it serves")
    centres: int = quantity("centres", 0, 100, "centres at full size")
    gain_share: float = parameter(
        0.14,
        "share",
        0.0,
        2.0,
        "[derived S02] a centre places 281 people in 11 months, gross, of about 200 residents of Jinxiu hired a month",
        "by which share one centre raises the meetings of residents with open posts",
    )
    delay_months: int = parameter(3, "months", 0, 60, "[prior] L07: 2-4", "from decision to the first month")
    centre_yuan_year: float = parameter(
        275_000.0, "yuan a centre and year", 150_000.0, 400_000.0, "[prior] L07: middle of the range", "staff and rooms"
    )


_PLACED = 281
"""People whom a centre places in 11 months, as the province reports it [S02]."""


@intervention
def contribute(levers: Turn, clock: Clock, settings: Settings, row: Callable[[str, str], int]) -> None:
    """Raise the meetings while it works; it opens no post, and nobody has to come."""
    more = settings.gain_share * settings.centres * clock.strength
    levers.scale("places.matching_efficiency", row("places", settings.place), 1.0 + more)


def costs(settings: Settings) -> Costs:
    return Costs(units=settings.centres, monthly_yuan_per_unit=settings.centre_yuan_year / 12)


def desk(settings: Settings) -> tuple[Desk, ...]:
    """Reported placements are taken for jobs that nobody would have found; more meetings for as many more hires."""
    placed = settings.centres * _PLACED
    share = settings.centres * settings.gain_share
    centres = f"{settings.centres} centre{'' if settings.centres == 1 else 's'}"
    jobs = f"{centres} x {_PLACED} people placed in 11 months = {placed:,} jobs, {settings.centres * settings.centre_yuan_year:,.0f} yuan a year"
    hires = f"{centres} x {settings.gain_share:.0%} more meetings = {share:.0%} more people hired each month"
    return (
        Desk("employed_count", float(placed), jobs, "jobs", as_if="nobody placed would have found a job without it"),
        Desk("hires_count", share, hires, of_baseline=True, as_if="each meeting ended in a hire as often as before"),
    )


def describe(settings: Settings) -> str:
    until = f" until {date_of(settings.ends)}" if settings.ends is not None else ""
    centres = "a job service centre" if settings.centres == 1 else f"{settings.centres} job service centres"
    more = settings.gain_share * settings.centres
    return (
        f"{centres} at {settings.place}, by which seekers meet {more:.0%} more open posts, "
        f"from {date_of(settings.first_month)}{until}"
    )


def describe_zh(settings: Settings) -> str:
    more = settings.gain_share * settings.centres
    return (
        f"在{settings.place}设{settings.centres}个就业服务中心，求职者得知的招聘岗位增加{more:.0%}，{span_zh(settings)}"
    )
