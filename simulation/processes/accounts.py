"""Household books: income of the month and of twelve months, savings and debt."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from simulation import parameters
from simulation.clock import Moment
from simulation.contract import GIVEN, Balance, Column, process
from simulation.draws import Draws
from simulation.kernels import money as kernels
from simulation.ledger import fen
from simulation.parameters import parameter
from simulation.world import POPULATIONS, View

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_RING = {
    f"households.income_{name}": Column("int32", 0, "fen", f"income of the last {name.capitalize()}")
    for name in _MONTHS
}


class Settings(parameters.Settings):
    """Domain 2.10 and 7: property income beside rent. Savings bear no interest, debt costs none."""

    dividend_relocated_year_yuan: float = parameter(
        10.0, "yuan a head and year", 0.0, 200.0, "[prior]", "share dividends of relocated people"
    )
    dividend_others_year_yuan: float = parameter(
        20.0, "yuan a head and year", 0.0, 200.0, "[prior]", "share dividends of the others"
    )


@process(
    phase="earn",
    reads=(
        "households.members", "households.population", "households.wage_month", "households.self_employed_month",
        "households.farm_month", "households.rent_month", "households.transfer_month", "households.consumption_month",
        "households.out_of_pocket_month",
    ),
    owns={
        "households.property_month": Column("int32", 0, "fen", "rent of land and dividends this month"),
        "households.income_month": Column("int32", 0, "fen", "wage, operating, property and transfer income this month"),
        "households.income_kept": Column("int64", 0, "fen", "income of the months that the ring holds"),
        "households.income_12m": Column("int64", 0, "fen", "income of 12 months; fewer known months are brought to a year"),
        "households.opening_fen": Column("int64", 0, "fen", "savings less debt before this month"),
        "households.savings": Column("int64", GIVEN, "fen", "savings at the end of the month", newborn=0),
        "households.debt": Column("int64", 0, "fen", "debt at the end of the month"),
        **_RING,
    },
)  # fmt: skip
def run(world: View, draws: Draws, moment: Moment, settings: Settings) -> None:
    """Add up income by its four sources, carry on the ring of twelve months, close the books."""
    it = world.households
    it.property_month[:] = it.rent_month + it.members * _dividends(settings)[it.population]
    months = min(moment.month - world.start + 1, 12)
    kernels.add_income(
        it.wage_month, it.self_employed_month, it.farm_month, it.property_month, it.transfer_month, months,
        getattr(it, f"income_{_MONTHS[moment.month % 12]}"), it.income_month, it.income_kept, it.income_12m,
    )  # fmt: skip
    kernels.close_books(
        it.income_month, it.consumption_month, it.out_of_pocket_month, it.opening_fen, it.savings, it.debt
    )


def _dividends(settings: Settings) -> NDArray[np.int32]:
    """Return the monthly dividend a head, int32[populations] fen."""
    year = {"relocated": settings.dividend_relocated_year_yuan}
    return np.array([fen(year.get(one, settings.dividend_others_year_yuan) / 12) for one in POPULATIONS], np.int32)


def audit(world: View, moment: Moment, settings: Settings) -> Iterator[Balance]:
    """Opening + income - consumption - out of pocket = closing in every household, to 0 fen; twelve months add up."""
    it = world.households
    expected = it.opening_fen + it.income_month - it.consumption_month - it.out_of_pocket_month
    yield Balance("households whose books don't close", int(np.count_nonzero(expected != it.savings - it.debt)), 0)
    ring = sum(int(getattr(it, f"income_{name}").sum(dtype=np.int64)) for name in _MONTHS)
    yield Balance("income of twelve months in fen", int(it.income_kept.sum()), ring)
