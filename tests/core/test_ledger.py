"""Costs by hand: capital once, monthly by capacity in force, per delivery by what was delivered."""

import pytest

from simulation.clock import Clock
from simulation.ledger import Costs, Delivery, book, fen

COSTS = Costs(
    10, capital_yuan_per_unit=5000, monthly_yuan_per_unit=100, deliveries=(Delivery("employers.filled", 2.5),)
)


def booked(month, strength, filled=0):
    clock = Clock(month, first_month=103, capital_month=100, strength=strength)
    return [(one.kind, one.amount_fen, one.quantity) for one in book("x", COSTS, clock, {"employers.filled": filled})]


def test_capital_is_booked_in_the_month_of_commitment_alone():
    assert booked(100, 0.0) == [("capital", 5_000_000, 10)]
    assert booked(101, 0.0) == []


def test_monthly_cost_follows_the_capacity_in_force():
    assert booked(103, 0.5) == [("monthly", 50_000, 5.0)]
    assert booked(104, 1.0) == [("monthly", 100_000, 10.0)]


def test_delivery_is_paid_for_what_was_delivered():
    assert booked(104, 1.0, filled=4) == [("monthly", 100_000, 10.0), ("delivery", 1000, 4.0)]


def test_the_bill_of_a_year_by_hand():
    clocks = [Clock(month, 103, 100, 0.0 if month < 103 else min(1.0, (month - 102) / 4)) for month in range(100, 112)]
    total = sum(one.amount_fen for clock in clocks for one in book("x", COSTS, clock, {"employers.filled": 0}))
    # 10 posts at 5,000 yuan, then 2.5 + 5 + 7.5 posts on the ramp and six months of 10, at 100 yuan each.
    assert total == (50_000 + 1500 + 6000) * 100


def test_an_entry_names_its_month_and_intervention():
    entry = book("micro_factory/site", COSTS, Clock(100, 103, 100, 0.0), {"employers.filled": 0})[0]
    assert (entry.month, entry.intervention) == (100, "micro_factory/site")


@pytest.mark.parametrize(("yuan", "expected"), [(1, 100), (0.005, 1), (0.004, 0), (-0.006, -1), (12.345, 1235), (0, 0)])
def test_yuan_become_fen_half_away_from_zero(yuan, expected):
    assert fen(yuan) == expected


def test_months_count_from_the_first_in_force():
    assert Clock(103, 103, 100, 1.0).since == 0
    assert Clock(100, 103, 100, 0.0).since == -3
