"""What households spend in a month: a part of last year's income, not less than they need, as far as the money goes."""

import numpy as np
from numpy.typing import NDArray

from simulation import parameters
from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.kernels import money as kernels
from simulation.ledger import fen
from simulation.parameters import parameter
from simulation.world import PLACE_KINDS, View


class Settings(parameters.Settings):
    """Domain 2.11: C = max(needs x equivalent size, a + b Y). In the first month Y isn't known and is taken as 0."""

    needs_year_yuan: float = parameter(
        3000.0,
        "yuan a year",
        2000.0,
        6000.0,
        "[prior]",
        "least that one person lives on in a village, own food included",
    )
    further_member: float = parameter(
        0.45, "share", 0.3, 0.7, "[unverified: modified OECD scale, adults 0.5, children 0.3]",
        "weight of each further member",
    )  # fmt: skip
    spent_always_yuan: float = parameter(
        1500.0,
        "yuan a head and year",
        0.0,
        4000.0,
        "[prior]",
        "a: spending that doesn't depend on income, in a village",
    )
    spent_share: float = parameter(0.65, "share", 0.6, 0.8, "[prior]", "b: spending out of another yuan of income")
    town_cost: float = parameter(
        0.20, "share", 0.10, 0.35, "[prior] 2.11: cost of living rises by 10-35 % after the move",
        "how much more bought food, water, gas and fees cost in a town or at a site than in a village",
    )  # fmt: skip
    buffer_months: float = parameter(
        2.0, "months of income", 0.0, 12.0, "[prior] buffer-stock saving, Carroll 1997",
        "savings below which a household lives within its income",
    )  # fmt: skip
    kept_back: float = parameter(
        0.10, "share", 0.0, 0.5, "[prior]", "part of the income that it then keeps for the buffer, or for paying back"
    )


@process(
    phase="earn",
    reads=(
        "households.members", "households.home", "places.kind", "households.own_produce_month",
        "households.care_paid_month", "households.refund_month", "households.premium_month",
    ),
    lagged=(
        "households.income_12m", "households.care_12m", "households.savings", "households.debt",
        "households.credit_limit_fen",
    ),
    owns={
        "households.consumption_month": Column(
            "int32", 0, "fen", "what the household consumes this month, own food included, medical bills apart"
        ),
        "households.below_needs": Column("int8", 0, "", "1 if it consumed less than it needs, for want of money"),
    },
)  # fmt: skip
def run(world: View, draws: Draws, moment: Moment, settings: Settings) -> None:
    """Spend a twelfth of what the year's income allows, so that spending isn't seasonal."""
    it = world.households
    in_town = world.places.kind[it.home] != PLACE_KINDS.index("village")
    bills = it.care_paid_month.astype(np.int64) - it.refund_month + it.premium_month
    kernels.consume(
        it.members, in_town, it.income_12m, it.care_12m, it.own_produce_month, it.savings, it.debt, it.credit_limit_fen,
        bills, _terms(settings), it.consumption_month, it.below_needs,
    )  # fmt: skip


def _terms(it: Settings) -> NDArray[np.int64]:
    shares = [_parts(one) for one in (it.further_member, it.spent_share, 1.0 + it.town_cost, 1.0 - it.kept_back)]
    needs, always = fen(it.needs_year_yuan), fen(it.spent_always_yuan)
    return np.array([needs, shares[0], always, *shares[1:], _parts(it.buffer_months / 12)], np.int64)


def _parts(share: float) -> int:
    return int(share * 10_000 + 0.5)
