"""Money that reaches households unearned: pensions, training allowances, support, kin, the minimum-income top-up."""

import numpy as np
from numpy.typing import NDArray

from simulation import parameters
from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.kernels import money as kernels
from simulation.ledger import fen
from simulation.parameters import parameter
from simulation.world import INSURANCE_GROUPS, POPULATIONS, PROGRAMME_KINDS, View

_ON_MINIMUM = ("dibao", "tekun")
_EXITED = ("poverty_exited", "monitored")


class Settings(parameters.Settings):
    """Domain 2.10. Support of the relocated is fitted to the income check of domain 7, 997 yuan a head in 2020."""

    pension_age: int = parameter(60, "years", 55, 65, "[unverified]", "age from which the rural basic pension is paid")
    pension_month_yuan: float = parameter(115.0, "yuan a month", 100.0, 130.0, "[unverified]", "rural basic pension")
    employee_pension_yuan: float = parameter(
        2400.0, "yuan a month", 1000.0, 4000.0, "[prior]", "pension of a former employee"
    )
    employee_pension_share: float = parameter(
        0.3, "share", 0.0, 1.0, "[prior]", "people of pension age in the host town who have earned one"
    )
    kin_support_year_yuan: float = parameter(
        2000.0, "yuan an elder and year", 0.0, 6000.0, "[prior]",
        "what children elsewhere give elders with whom no adult of working age lives",
    )  # fmt: skip
    minimum_year_yuan: float = parameter(
        4500.0,
        "yuan a head and year",
        4300.0,
        5000.0,
        "[unverified]",
        "income up to which households on dibao are topped up",
    )
    support_relocated_year_yuan: float = parameter(
        650.0,
        "yuan a head and year",
        0.0,
        1200.0,
        "[prior] fitted to 997 yuan of transfers a head in 2020",
        "support of relocated households (follow-up subsidies, farm and forest payments)",
    )
    support_exited_year_yuan: float = parameter(
        150.0,
        "yuan a head and year",
        0.0,
        600.0,
        "[prior]",
        "further support of households lifted out of poverty or monitored",
    )
    support_villages_year_yuan: float = parameter(
        250.0,
        "yuan a head and year",
        0.0,
        800.0,
        "[prior]",
        "farm and forest payments of households that stay in the villages",
    )


@process(
    phase="earn",
    reads=(
        "persons.uid", "persons.household", "persons.alive", "persons.age", "persons.programme",
        "programmes.kind", "programmes.allowance_day_fen", "programmes.participants", "programmes.participant_days",
        "households.members", "households.population", "households.insurance_group",
        "households.wage_month", "households.self_employed_month", "households.farm_month", "households.rent_month",
        "households.own_produce_month",
    ),
    streams=("pension",),
    owns={
        "households.transfer_month": Column("int32", 0, "fen", "public money and what kin give this month"),
        "households.earned_year_fen": Column("int64", 0, "fen a year", "income without transfers, smoothed over 12 months"),
    },
)  # fmt: skip
def run(world: View, draws: Draws, moment: Moment, settings: Settings) -> None:
    """Pay what depends on persons, then what depends on the household; the top-up comes last."""
    persons, it = world.persons, world.households
    kernels.smooth_earnings(
        it.wage_month,
        it.self_employed_month,
        it.farm_month + it.own_produce_month,
        it.rent_month,
        moment.month > world.start,
        it.earned_year_fen,
    )
    it.transfer_month.fill(0)
    elders, adults = np.zeros(it.n, np.int16), np.zeros(it.n, np.int16)
    pensions = np.array([fen(settings.pension_month_yuan), fen(settings.employee_pension_yuan)], np.int64)
    employees = np.array([settings.employee_pension_share if one == "hosts" else 0.0 for one in POPULATIONS])
    kernels.pay_persons(
        persons.uid, persons.household, it.population, persons.alive, persons.age, persons.programme,
        draws.for_life("pension"), settings.pension_age, pensions, employees, _allowances(world), elders, adults,
        it.transfer_month,
    )  # fmt: skip
    topped_up = np.isin(np.array(INSURANCE_GROUPS), _ON_MINIMUM)
    kernels.pay_households(
        it.members, elders, adults, it.population, it.insurance_group, it.earned_year_fen, _support(settings),
        fen(settings.kin_support_year_yuan / 12), fen(settings.minimum_year_yuan), topped_up, it.transfer_month,
    )  # fmt: skip


def _allowances(world: View) -> NDArray[np.int64]:
    """Return what a participant of each programme gets this month, int64[programmes + 1] fen; the last is for none.

    A programme's days are shared evenly by its participants; less than a fen a head is lost.
    """
    it = world.programmes
    training = (it.kind == PROGRAMME_KINDS.index("skills_training")) & (it.participants > 0)
    paid = it.allowance_day_fen * it.participant_days.astype(np.int64)
    each = np.where(training, paid // np.maximum(it.participants, 1), 0)
    return np.append(each, 0).astype(np.int64)


def _support(settings: Settings) -> NDArray[np.int64]:
    """Return monthly support a head by population and insurance group, int64[3, groups] fen."""
    by_population = {"relocated": settings.support_relocated_year_yuan, "stayers": settings.support_villages_year_yuan}
    year = np.array([[by_population.get(one, 0.0)] * len(INSURANCE_GROUPS) for one in POPULATIONS])
    year[:, np.isin(np.array(INSURANCE_GROUPS), _EXITED)] += settings.support_exited_year_yuan
    return np.floor(year * 100 / 12 + 0.5).astype(np.int64)
