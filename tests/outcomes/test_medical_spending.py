"""What care costs households: shares of bills by layer, catastrophic and impoverishing spending, by hand."""

import numpy as np
import pytest

from tests.small import small_engine, small_world

# One person each: consumption, care, income of 12 months in yuan.
HOMES = ((10_000, 0, 12_000), (10_000, 1_500, 12_000), (9_000, 3_500, 12_000), (4_000, 5_000, 4_500), (0, 0, 0))


def record(months=12, **settings):
    n = len(HOMES)
    tables = {
        "places": [{"id": "site", "kind": "site"}],
        "households": [{"id": f"h{at}", "registered": "site"} for at in range(n)],
        "persons": [{"household": f"h{at}"} for at in range(n)],
    }
    given = {
        "households.members": [1, 1, 1, 1, 0],
        "persons.alive": [1, 1, 1, 1, 0],
        "persons.insured": [1, 1, 0, 1, 1],
        **{
            f"households.{name}_12m": [100 * one[at] for one in HOMES]
            for at, name in enumerate(("consumption", "own_care", "income"))
        },
        "households.bill_month": [0, 1000, 1000, 2000, 0],
        "households.out_of_pocket_month": [0, 400, 1000, 500, 0],
        "households.pooled_month": [0, 600, 0, 0, 0],
        "households.paid_b_month": [0, 0, 0, 1000, 0],
        "households.paid_k_month": [0, 0, 0, 300, 0],
        "households.paid_m_month": [0, 0, 0, 200, 0],
        "households.premium_month": [28_000, 28_000, 0, 0, 0],
        "households.refund_owed_fen": [0, 123_400, 0, 0, 0],
    }
    settings = {"food_share": 0.35, "subsistence_food_year_yuan": 2500.0, **settings}
    return small_engine(
        small_world(tables), [], given, months=months, outcomes=["medical_spending"],
        parameters={"medical_spending": settings},
    ).run()  # fmt: skip


def value(found, name, month=-1):
    key = np.flatnonzero((found.keys.place == -1) & (found.keys.population == 3) & (found.keys.group == 0))[0]
    if name in found.outcomes:
        return found.outcomes[name][month, key]
    top, low = (found.outcomes[f"{name}__{part}"][month, key] for part in ("num", "den"))
    return top / low if low else None


RECORD = record()
# Capacity to pay: consumption and care less food of 2,500 yuan, or of 35 % of consumption where that is less (1,400).
OVERSHOOT = 5_000 / (9_000 - 1_400) - 0.4


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("reimbursed_pooled_share", 600 / 4000),
        ("reimbursed_basic_share", 1000 / 4000),
        ("reimbursed_critical_share", 300 / 4000),
        ("reimbursed_assistance_share", 200 / 4000),
        ("out_of_pocket_per_head_yuan_year", 1900 * 0.12 / 4),
        ("premium_per_head_yuan", 2 * 280 / 4),
        ("insured_share", 3 / 4),
        ("refunds_owed_yuan", 1234),
        ("catastrophic_10_share", 3 / 4),
        ("catastrophic_25_share", 2 / 4),
        ("catastrophic_40_share", 1 / 4),
        ("catastrophic_40_overshoot", OVERSHOOT),
        ("impoverished_by_care_share", 1 / 4),
    ],
)
def test_by_hand(name, expected):
    assert value(RECORD, name) == pytest.approx(expected)


def test_shares_of_income_are_an_option():
    # 1,500 of 12,000 is 12.5 %, 3,500 is 29 %, 5,000 of 4,500 more than all.
    found = record(budget="income")
    assert value(found, "catastrophic_10_share") == pytest.approx(3 / 4)
    assert value(found, "catastrophic_25_share") == pytest.approx(2 / 4)


def test_nobody_is_counted_before_twelve_months_are_known():
    assert value(RECORD, "catastrophic_40_share", 10) is None
    assert value(RECORD, "catastrophic_40_share", 11) is not None
