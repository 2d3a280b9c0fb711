"""Who is born: age-specific fertility of the women of each household."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from simulation import parameters
from simulation.clock import Moment
from simulation.contract import Balance, Column, process
from simulation.draws import Draws, descend
from simulation.kernels.demography import mothers_of_month
from simulation.kernels.draws import fill_units
from simulation.parameters import parameter
from simulation.world import View

FERTILE_AGES = range(15, 50)
SHARE_BY_FIVE_YEARS = (0.05, 0.27, 0.32, 0.21, 0.10, 0.04, 0.01)
"""Share of all births that fall into 15-19, 20-24, ..., 45-49 [unverified: shape of China's census 2020]."""


class Settings(parameters.Settings):
    """Fertility, scaled to Guizhou's crude birth rate (domain 2.12)."""

    children_per_woman: float = parameter(
        2.17,
        "children",
        0.8,
        3.0,
        "[S14] 1.81 in 2016; fitted to 12.17 births per 1,000 in 2021 [S12]",
        "total fertility rate at the start of 2018",
    )
    decline_share_year: float = parameter(
        0.03,
        "share a year",
        0.0,
        0.1,
        "[derived S12, S69] 12.17 to 11.03 per 1,000",
        "yearly fall of the fertility rate",
    )
    male_share: float = parameter(
        0.52, "share", 0.48, 0.56, "[unverified: sex ratio at birth 108]", "boys among the newborn"
    )
    gap_months: int = parameter(15, "months", 9, 60, "[prior]", "shortest time between two births of a mother")


@process(
    phase="arrive",
    reads=("persons.uid", "persons.sex", "persons.age", "persons.alive", "persons.birth_month"),
    owns={
        "persons.children_born": Column("int16", 0, "children", "children born since the start"),
        "persons.last_birth_month": Column(
            "int32", -(2**20), "month", "month of the mother's last birth since the start"
        ),
    },
    creates=("persons",),
    streams=("birth", "sex"),
)
def run(world: View, draws: Draws, moment: Moment, settings: Settings) -> None:
    """Draw this month's births and bring the newborn into their mothers' households."""
    persons = world.persons
    rows = np.empty(persons.n, np.int32)
    chance = monthly_chance(settings, (moment.month - moment.start) / 12)
    count = mothers_of_month(
        draws.key("birth"), moment.month, settings.gap_months,
        persons.uid, persons.sex, persons.age, persons.alive, chance, persons.last_birth_month, rows,
    )  # fmt: skip
    mothers = rows[:count]
    persons.children_born[mothers] += 1
    persons.last_birth_month[mothers] = moment.month
    uid = descend(persons.uid[mothers], "birth", persons.children_born[mothers])
    luck = np.empty(count)
    fill_units(draws.for_life("sex"), uid, luck)
    sex = (luck >= settings.male_share).astype(np.int8)
    birth_month = np.full(count, moment.month, np.int32)
    world.create("persons", mothers, {"uid": uid, "sex": sex, "birth_month": birth_month})


def monthly_chance(settings: Settings, years: float) -> NDArray[np.float64]:
    """Return the chance of a birth in a month at each age, float64[50], `years` after the start."""
    rate = settings.children_per_woman * max(0.0, 1.0 - settings.decline_share_year * years)
    chance = np.zeros(FERTILE_AGES.stop)
    for band, share in enumerate(SHARE_BY_FIVE_YEARS):
        chance[15 + 5 * band : 20 + 5 * band] = rate * share / 5 / 12
    return chance


def audit(world: View, moment: Moment, settings: Settings) -> Iterator[Balance]:
    """Every newborn has a mother who counted it."""
    newborn = int(np.count_nonzero(world.persons.birth_month >= moment.start))
    yield Balance("newborn persons", newborn, int(world.persons.children_born.sum(dtype=np.int64)))
