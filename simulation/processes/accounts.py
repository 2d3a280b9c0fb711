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
_KEPT = {
    "income": "income",
    "consumption": "consumption",
    "care": "paid for care less refunds",
    "own_care": "own part of the bills for care",
}
_RING = {
    f"households.{kind}_{name}": Column("int32", 0, "fen", f"{meaning} of the last {name.capitalize()}")
    for kind, meaning in _KEPT.items()
    for name in _MONTHS
}
_SUMS = {
    full: Column("int64", 0, "fen", meaning)
    for kind, what in _KEPT.items()
    for full, meaning in (
        (f"households.{kind}_kept", f"{what} of the months that the ring holds"),
        (f"households.{kind}_12m", f"{what} of 12 months; fewer known months are brought to a year"),
    )
}


class Settings(parameters.Settings):
    """Domain 2.10 and 7: property income beside rent. Savings bear no interest, debt costs none."""

    dividend_relocated_year_yuan: float = parameter(
        10.0, "yuan a head and year", 0.0, 200.0, "[prior]", "share dividends of relocated people"
    )
    dividend_others_year_yuan: float = parameter(
        20.0, "yuan a head and year", 0.0, 200.0, "[prior]", "share dividends of the others"
    )
    lent_share: float = parameter(
        0.5, "years of income", 0.0, 2.0, "[prior]", "most that a household can borrow, against its yearly income"
    )
    lent_least_yuan: float = parameter(
        3000.0, "yuan", 0.0, 20000.0, "[prior]", "what kin and neighbours lend even to those without income"
    )
    lent_most_yuan: float = parameter(
        50000.0, "yuan", 10000.0, 200000.0, "[unverified: limit of subsidised microcredit]", "most that anybody is lent"
    )


@process(
    phase="earn",
    reads=(
        "households.members", "households.population", "households.wage_month", "households.self_employed_month",
        "households.farm_month", "households.own_produce_month", "households.rent_month", "households.transfer_month",
        "households.consumption_month", "households.care_paid_month", "households.refund_month",
        "households.out_of_pocket_month", "households.premium_month",
    ),
    owns={
        "households.property_month": Column("int32", 0, "fen", "rent of land and dividends this month"),
        "households.income_month": Column(
            "int32", 0, "fen", "wage, operating (own food included), property and transfer income less premiums this month"
        ),
        "households.opening_fen": Column("int64", 0, "fen", "savings less debt before this month"),
        "households.savings": Column("int64", GIVEN, "fen", "savings at the end of the month", newborn=0),
        "households.debt": Column("int64", 0, "fen", "debt at the end of the month"),
        "households.credit_limit_fen": Column("int64", 0, "fen", "most debt that the household is lent"),
        **_SUMS,
        **_RING,
    },
)  # fmt: skip
def run(world: View, draws: Draws, moment: Moment, settings: Settings) -> None:
    """Add up income by its sources, carry on the rings of twelve months, close the books."""
    it = world.households
    it.property_month[:] = it.rent_month + it.members * _dividends(settings)[it.population]
    kernels.add_income(
        it.wage_month, it.self_employed_month, it.farm_month, it.own_produce_month, it.property_month,
        it.transfer_month, it.premium_month, it.income_month,
    )  # fmt: skip
    care = it.care_paid_month - it.refund_month
    months = min(moment.month - world.start + 1, 12)
    amounts = (it.income_month, it.consumption_month, care, it.out_of_pocket_month)
    for kind, amount in zip(_KEPT, amounts, strict=True):
        columns = (getattr(it, f"{kind}_{end}") for end in (_MONTHS[moment.month % 12], "kept", "12m"))
        kernels.keep_year(amount, months, *columns)
    kernels.close_books(it.income_month, it.consumption_month, care, it.opening_fen, it.savings, it.debt)
    kernels.lend(
        it.income_12m, int(settings.lent_share * 10_000 + 0.5), fen(settings.lent_least_yuan),
        fen(settings.lent_most_yuan), it.credit_limit_fen,
    )  # fmt: skip


def _dividends(settings: Settings) -> NDArray[np.int32]:
    """Return the monthly dividend a head, int32[populations] fen."""
    year = {"relocated": settings.dividend_relocated_year_yuan}
    return np.array([fen(year.get(one, settings.dividend_others_year_yuan) / 12) for one in POPULATIONS], np.int32)


def audit(world: View, moment: Moment, settings: Settings) -> Iterator[Balance]:
    """Opening + income - consumption - bills + refunds = closing in every household, to 0 fen; twelve months add up."""
    it = world.households
    expected = it.opening_fen + it.income_month - it.consumption_month - it.care_paid_month + it.refund_month
    yield Balance("households whose books don't close", int(np.count_nonzero(expected != it.savings - it.debt)), 0)
    for kind, meaning in _KEPT.items():
        ring = sum(int(getattr(it, f"{kind}_{name}").sum(dtype=np.int64)) for name in _MONTHS)
        yield Balance(f"twelve months of {meaning} in fen", int(getattr(it, f"{kind}_kept").sum()), ring)
