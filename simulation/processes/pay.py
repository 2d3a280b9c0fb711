"""Pay: the year's wages, what unemployment near by makes of them, and fewer days where orders are few."""

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.kernels.pay import follow_unemployment, respond
from simulation.mechanism import Mechanism
from simulation.parameters import Settings as Parameters
from simulation.parameters import parameter
from simulation.processes._work import reach_of
from simulation.world import WAGE_SERIES, View

_UNKNOWN = 12
"""Months of a run in which nobody knows who lives on farming: unemployment looks back as far."""


class Settings(Parameters):
    """The wage curve: local pay against the unemployment of the labour market."""

    elasticity: float = parameter(
        -0.1,
        "log points a log point",
        -1.0,
        0.0,
        "[unverified: Blanchflower and Oswald 1994, The Wage Curve]",
        "of local pay with respect to unemployment",
    )
    usual_unemployment: float = parameter(
        0.0,
        "share",
        0.0,
        0.5,
        "[prior] each market's own",
        "unemployment at which pay is that of the wage index; 0 for the mean of the first 12 months that are known",
    )
    least_unemployment: float = parameter(
        0.02, "share", 0.0001, 0.2, "[prior]", "unemployment below which pay rises no further"
    )


MECHANISMS = (Mechanism("the wage curve", "local pay doesn't answer unemployment", {"elasticity": 0.0}),)


@process(
    phase="compete",
    reads=(
        "employers.place", "employers.extra_minutes", "employers.pay_month_fen", "employers.wage_series",
        "employers.days_now", "employers.longest_way",
    ),
    lagged=("places.labourers", "places.unemployed"),
    owns={
        "employers.pay_now_fen": Column("int32", 0, "fen a month", "pay of a month worked, as wages and orders are now"),
        "employers.unemployment": Column("float32", 0.0, "share", "unemployed labourers within the commute, over 12 months"),
        "employers.usual_unemployment": Column("float32", 0.0, "share", "the same, mean of months 13 to 24"),
    },
)  # fmt: skip
def run(world: View, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Look at last month's unemployment, then set pay."""
    employers = world.employers
    known = clock.month - clock.start - _UNKNOWN
    if known > 0:
        _follow(world, known - 1)
    year = min(max(clock.month // 12 - world.first_year, 0), len(world.wage_index) - 1)
    index = world.wage_index[year][employers.wage_series]
    local = (employers.wage_series == WAGE_SERIES.index("local")) & (known > 0)
    answer = np.where(local, _answer(world, settings), 1.0)
    employers.pay_now_fen[:] = np.floor(employers.pay_month_fen * index * answer * employers.days_now + 0.5)


def _follow(world: View, observed: int) -> None:
    employers, places = world.employers, world.places
    near = reach_of(world).astype(np.int64)
    follow_unemployment(
        places.unemployed.astype(np.int64) @ near, places.labourers.astype(np.int64) @ near,
        observed, employers.unemployment, employers.usual_unemployment,
    )  # fmt: skip


def _answer(world: View, settings: Settings) -> NDArray[np.float64]:
    employers, usual = world.employers, world.employers.usual_unemployment
    if settings.usual_unemployment > 0.0:
        usual = np.full(employers.n, settings.usual_unemployment, np.float32)
    out = np.empty(employers.n)
    respond(employers.unemployment, usual, settings.least_unemployment, settings.elasticity, out)
    return out
