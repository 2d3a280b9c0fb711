"""The settlement kernels against a second implementation in decimals, bill by bill, as on paper."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels.insurance import charge, list_bills, settle_outpatient, settle_stays
from simulation.processes.insurance import Settings, schedule
from simulation.world import INSURANCE_GROUPS


@dataclass(frozen=True)
class Settled:
    """What the layers paid, fen."""

    basic: int
    critical: int
    assistance: int

    @property
    def paid(self):
        return self.basic + self.critical + self.assistance


def settle(stays, group, settings=None):
    """Settle the stays of one person in one year with the kernel; stays are (cost in fen, level)."""
    tables = schedule(settings or Settings())
    year = [np.zeros(1, np.int32) for _ in range(4)]
    row, groups = np.zeros(1, np.int32), np.array([group], np.int8)
    for cost, level in stays:
        bill, at = np.array([cost], np.int32), np.array([level], np.int8)
        settle_stays(row, bill, at, groups, *tables, *year, np.zeros(1, np.int32))
    return Settled(int(year[0][0]), int(year[2][0]), int(year[3][0]))


def whole(amount):
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def on_paper(stays, group):
    """Domain 2.6 in yuan, written from its table and not from the code."""
    favoured = group in ("monitored", "dibao", "tekun")
    deductible = {0: Decimal(100), 1: Decimal(400), 2: Decimal(1000)}
    share = {0: Decimal("0.85"), 1: Decimal("0.75"), 2: Decimal("0.60")}
    bands = [
        (Decimal(0), Decimal(60_000), Decimal("0.60")),
        (Decimal(60_000), Decimal(120_000), Decimal("0.65")),
        (Decimal(120_000), Decimal(10**9), Decimal("0.70")),
    ]
    above = Decimal(3500) if favoured else Decimal(7000)
    plus = Decimal("0.05") if favoured else Decimal(0)
    help_share = {
        "ordinary": 0,
        "poverty_exited": 0,
        "monitored": Decimal("0.60"),
        "dibao": Decimal("0.70"),
        "tekun": 1,
    }[group]
    help_from = {"ordinary": 2910, "poverty_exited": 2910, "monitored": 1164, "dibao": 0, "tekun": 0}[group]
    basic = burden = critical = assistance = Decimal(0)
    for cost, level in stays:
        paid = min(whole(share[level] * max(Decimal(0), cost - deductible[level])), Decimal(250_000) - basic)
        basic += paid
        burden += cost - paid
        total = sum((q + plus) * max(Decimal(0), min(burden, above + high) - (above + low)) for low, high, q in bands)
        total = whole(total) if favoured else min(whole(total), Decimal(300_000))
        critical += max(Decimal(0), total - critical)
        helped = min(whole(help_share * max(Decimal(0), burden - critical - help_from)), Decimal(30_000))
        assistance += max(Decimal(0), helped - assistance)
    return basic, critical, assistance


@given(
    st.lists(st.tuples(st.integers(0, 60_000_000), st.integers(0, 2)), max_size=5),
    st.sampled_from(INSURANCE_GROUPS),
)
def test_the_kernel_settles_as_on_paper(stays, group):
    found = settle(stays, INSURANCE_GROUPS.index(group))
    paper = on_paper([(Decimal(cost) / 100, level) for cost, level in stays], group)
    assert [found.basic, found.critical, found.assistance] == [int(one * 100) for one in paper]


bills = st.lists(st.tuples(*[st.integers(0, 1_000_000)] * 3, st.integers(0, 3)), max_size=8)


@given(bills, st.integers(0, 30_000))
def test_bills_are_listed_pooled_and_charged(rows, most):
    n = len(rows)
    inpatient, outside, outpatient = (np.array([row[at] for row in rows], np.int32) for at in range(3))
    household = np.array([row[3] for row in rows], np.int32)
    bill, back, own, patients = (np.full(n, 7, np.int32) for _ in range(4))
    count = list_bills(inpatient, outside, outpatient, bill, back, own, patients)
    paid, homes = np.zeros(n, np.int32), np.zeros(4, np.int32)
    settle_outpatient(patients[:count], outpatient, 6000, most, paid, back)
    charge(patients[:count], household, bill, back, own, homes)
    for at, (one, two, three, _) in enumerate(rows):
        pooled = min(int((Decimal(three) * Decimal("0.6")).quantize(Decimal(1), ROUND_HALF_UP)), most)
        assert (bill[at], back[at], own[at], paid[at]) == (
            one + two + three,
            pooled,
            one + two + three - pooled,
            pooled,
        )
    assert homes.tolist() == [int(own[household == home].sum()) for home in range(4)]
