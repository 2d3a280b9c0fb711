"""Who dies: a Gompertz-Makeham risk by age and sex."""

from collections.abc import Iterator

import numpy as np

from simulation import parameters
from simulation.clock import Moment
from simulation.contract import Balance, Column, process
from simulation.draws import Draws
from simulation.kernels.demography import death_risks, die
from simulation.parameters import parameter
from simulation.world import View

OLDEST = 110


class Settings(parameters.Settings):
    """Yearly hazard a + b exp(c age), scaled to Guizhou's crude rate and life expectancy (domain 2.12)."""

    background_year: float = parameter(
        0.0005, "deaths a person-year", 0.0, 0.005, "[prior]", "a: risk that doesn't grow with age"
    )
    level_year: float = parameter(
        3.7e-5,
        "deaths a person-year",
        1e-5,
        2e-4,
        "[derived S12] fitted to 7.19 per 1,000",
        "b: risk at birth that grows with age",
    )
    slope: float = parameter(
        0.095, "1 / year", 0.07, 0.12, "[unverified: common Gompertz slope]", "c: growth of the risk with age"
    )
    infant_year: float = parameter(
        0.006,
        "deaths a person-year",
        0.0,
        0.03,
        "[unverified: Guizhou infant mortality]",
        "added in the first year of life",
    )
    male_factor: float = parameter(1.2, "factor", 0.8, 1.6, "[prior]", "risk of men against the mean")
    female_factor: float = parameter(0.8, "factor", 0.5, 1.2, "[prior]", "risk of women against the mean")


@process(
    phase="arrive",
    reads=("persons.uid", "persons.sex", "persons.age"),
    owns={
        "persons.alive": Column("int8", 1, "", "1 while alive", newborn=1),
        "persons.death_month": Column("int32", -1, "month", "month of death, -1 while alive"),
    },
    streams=("death",),
)
def run(world: View, draws: Draws, moment: Moment, settings: Settings) -> None:
    """Draw this month's deaths."""
    persons = world.persons
    risk = np.empty((2, OLDEST + 1))
    it = settings
    death_risks(it.background_year, it.level_year, it.slope, it.infant_year, it.male_factor, it.female_factor, risk)
    die(
        draws.key("death"),
        moment.month,
        persons.uid,
        persons.sex,
        persons.age,
        risk,
        persons.alive,
        persons.death_month,
    )


def audit(world: View, moment: Moment, settings: Settings) -> Iterator[Balance]:
    """Everybody is either alive or has a month of death."""
    dead = int(np.count_nonzero(world.persons.death_month >= 0))
    yield Balance("persons alive", int(np.count_nonzero(world.persons.alive)), world.persons.n - dead)
