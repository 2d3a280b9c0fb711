"""Wages: who has paid work this month, what it pays, and what of it reaches the household."""

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.kernels.wages import pay_out, work_a_month
from simulation.months import is_spring_festival
from simulation.parameters import Settings as Parameters
from simulation.parameters import parameter
from simulation.world import EMPLOYER_KINDS, View


class Settings(Parameters):
    """When an employer's idle months fall, and what is left of work on the coast while the way there is closed."""

    festival_idle: float = parameter(
        1.0,
        "share",
        0.0,
        1.0,
        "[prior]",
        "of an employer's first idle month of the year, the part that falls on the Spring Festival",
    )
    closed_coast: float = parameter(
        0.7,
        "share",
        0.0,
        1.0,
        "[prior] [unverified: NBS, 31 % fewer away for work at the end of February 2020 than a year before]",
        "of the usual paid work that people on the coast keep while the way there is closed",
    )


@process(
    phase="earn",
    reads=(
        "persons.uid", "persons.household", "persons.employer", "persons.pay_factor", "employers.kind",
        "employers.months_worked", "employers.hours_week", "employers.remitted_share", "employers.pay_now_fen",
        "employers.days_now",
    ),
    owns={
        "persons.paid": Column("int8", 0, "", "1 if paid for work this month, farming left out"),
        "persons.last_paid_month": Column("int32", -1, "month", "last month of paid work, farming left out; -1 never"),
        "persons.hours_now": Column("float32", 0.0, "hours a week", "hours of paid work this month, farming left out"),
        "persons.wage_month": Column("int32", 0, "fen", "wage of this month, the part that reaches the household"),
        "households.wage_month": Column("int32", 0, "fen", "wages of this month that reach the household"),
        "households.self_employed_month": Column("int32", 0, "fen", "net earnings of this month from own business"),
    },
    streams=("work",),
)  # fmt: skip
def run(world: View, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Draw who works this month, then pay them."""
    persons, employers, households = world.persons, world.employers, world.households
    work_a_month(
        persons.employer, persons.uid, np.append(_paid_share(world, clock, settings), 0.0),
        np.append(employers.hours_week * employers.days_now, np.float32(0.0)), draws.key("work"),
        # Whoever starts with a job had it before the start.
        clock.month, clock.month - 1 if clock.month == clock.start else -1,
        persons.paid, persons.last_paid_month, persons.hours_now,
    )  # fmt: skip
    households.wage_month[:] = 0
    households.self_employed_month[:] = 0
    pay_out(
        persons.employer, persons.paid, persons.household, np.append(employers.pay_now_fen, np.int32(0)),
        persons.pay_factor, np.append(employers.remitted_share, np.float32(0.0)),
        np.append(employers.kind == EMPLOYER_KINDS.index("self_employed"), False).astype(np.int8),
        persons.wage_month, households.wage_month, households.self_employed_month,
    )  # fmt: skip


def paid_share(months_worked: NDArray[np.float64], festival: bool, festival_idle: float) -> NDArray[np.float64]:
    """Chance of paid work in a month, so that a year holds `months_worked` of them.

    The month of the Spring Festival is idle first; the other idle months fall evenly on the rest.
    """
    idle = 12.0 - np.clip(months_worked, 0.0, 12.0)
    at_festival = np.minimum(idle, 1.0) * festival_idle
    # Whoever works less than a month a year can't be idle more than all of the other eleven.
    at_festival = np.maximum(at_festival, idle - 11.0)
    return 1.0 - (at_festival if festival else (idle - at_festival) / 11.0)


def _paid_share(world: View, clock: Moment, settings: Settings) -> NDArray[np.float64]:
    employers = world.employers
    share = paid_share(
        employers.months_worked.astype(np.float64), is_spring_festival(clock.month), settings.festival_idle
    )
    shut = (employers.kind == EMPLOYER_KINDS.index("coast")) & (not clock.coast_open)
    return np.where(shut, share * settings.closed_coast, share)
