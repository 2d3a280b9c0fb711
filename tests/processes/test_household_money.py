"""Transfers, spending and books of a household over months."""

import numpy as np

from simulation.world import INSURANCE_GROUPS
from tests.small import small_engine, small_world

START = 24216


def home(**household):
    tables = {
        "places": [{"id": "village"}, {"id": "site", "kind": "site"}, {"id": "town", "kind": "town"}],
        "households": [{"id": "h", "registered": "site", **household}],
        "persons": [{"household": "h"}] * 2,
        "programmes": [{"id": "course", "kind": "skills_training", "place": "site", "allowance_day_fen": 12_000}],
    }
    return small_world(tables, start=START)


MEMBERS = {"households.members": [2], "persons.age": [70, 40]}


def run(world, processes, given, months=1, parameters=None):
    engine = small_engine(world, processes, {**MEMBERS, **given}, months=months, parameters=parameters)
    for _ in range(months):
        engine.step()
    return engine.world.tables["households"]


def test_pension_and_support():
    it = run(home(population="relocated"), ["transfers"], {})
    assert it["transfer_month"][0] == 11_500 + 2 * 5417


def test_minimum_income_is_topped_up_to_the_line():
    group = {"population": "hosts", "insurance_group": "dibao"}
    assert INSURANCE_GROUPS[3] == "dibao"
    it = run(home(**group), ["transfers"], {"households.wage_month": [30_000]})
    assert it["transfer_month"][0] + 30_000 == 2 * 450_000 // 12
    assert run(home(**group), ["transfers"], {"households.wage_month": [200_000]})["transfer_month"][0] == 11_500


def test_a_training_day_pays_what_the_programme_says():
    given = {"persons.programme": ["course", -1], "programmes.participants": [4], "programmes.participant_days": [40]}
    it = run(home(population="hosts"), ["transfers"], given)
    assert it["transfer_month"][0] == 11_500 + 10 * 12_000


def test_kin_help_elders_without_an_adult_and_nobody_else():
    alone = run(home(population="stayers"), ["transfers"], {"persons.age": [70, 66]})
    assert alone["transfer_month"][0] == 2 * 11_500 + 2 * 2083 + 2 * 16_667
    together = run(home(population="stayers"), ["transfers"], {"persons.age": [70, 59]})
    assert together["transfer_month"][0] == 11_500 + 2 * 2083


def test_some_elders_of_the_town_have_earned_a_pension():
    employed = run(
        home(population="hosts"), ["transfers"], {}, parameters={"transfers": {"employee_pension_share": 1.0}}
    )
    assert employed["transfer_month"][0] == 240_000
    elsewhere = run(
        home(population="stayers"), ["transfers"], {}, parameters={"transfers": {"employee_pension_share": 1.0}}
    )
    assert elsewhere["transfer_month"][0] == 11_500 + 2 * 2083


def test_needs_cost_more_in_a_town():
    rich = {"households.savings": [10_000_000]}
    for place, price in (("village", 100), ("site", 120), ("town", 120)):
        it = run(home(), ["consumption", "accounts"], {"households.home": [place], **rich})
        assert it["consumption_month"][0] == 300_000 * 145 // 100 * price // 100 // 12


def test_spending_follows_last_years_income_and_books_close():
    given = {
        "households.home": ["village"], "households.wage_month": [500_000], "households.care_paid_month": [1234],
        "households.premium_month": [1000], "households.refund_month": [34], "households.savings": [3_000_000],
    }  # fmt: skip
    it = run(home(population="stayers"), ["consumption", "accounts"], given, months=14)
    income = 500_000 + 2 * 167 - 1000
    assert it["income_month"][0] == income
    assert it["income_12m"][0] == it["income_kept"][0] == 12 * income
    assert it["care_12m"][0] == 12 * 1200
    assert it["consumption_month"][0] == (2 * 150_000 + 12 * income * 65 // 100) // 12
    first = 300_000 * 145 // 100 // 12
    assert it["savings"][0] == 3_000_000 + 14 * (income - 1200) - first - 13 * int(it["consumption_month"][0])
    assert it["consumption_12m"][0] == 12 * it["consumption_month"][0]
    assert it["debt"][0] == 0


def test_own_food_counts_in_income_and_in_consumption_and_leaves_the_purse_alone():
    given = {"households.home": ["village"], "households.own_produce_month": [40_000], "households.savings": [5]}
    it = run(home(population="hosts"), ["consumption", "accounts"], given)
    assert it["income_month"][0] == 40_000 + 334
    # The least that two persons need is 362.50 yuan a month: the garden gives more.
    assert it["consumption_month"][0] == 40_000
    assert it["savings"][0] == 5 + 334


def test_who_has_no_money_and_no_credit_consumes_less_than_needed():
    given = {"households.debt": [400_000]}
    it = run(home(), ["consumption", "accounts"], given, months=2)
    assert it["below_needs"][0] == 1
    assert it["consumption_month"][0] == 12 * (2 * 83) * 9 // 10 // 12  # nine tenths of dividends
    assert it["debt"][0] < 400_000


def test_credit_bridges_what_is_missing_until_it_is_used_up():
    it = run(home(), ["consumption", "accounts"], {}, months=30)
    assert it["debt"][0] > 0 and it["below_needs"][0] == 1
    assert it["credit_limit_fen"][0] == 300_000
    assert it["debt"][0] <= 300_000


def test_below_the_buffer_a_household_lives_within_what_care_leaves_of_its_income():
    given = {
        "households.wage_month": [1_000_000],
        "households.care_paid_month": [100_000],
        "households.savings": [500_000],
    }
    it = run(home(population="hosts"), ["consumption", "accounts"], given, months=3)
    income = 1_000_000 + 334
    # 6,750 yuan a month of usual spending lie below nine tenths of the income less care: it isn't bound.
    assert it["consumption_month"][0] == (2 * 150_000 + 12 * income * 65 // 100) // 12
    bound = run(
        home(population="hosts"), ["consumption", "accounts"],
        {**given, "households.care_paid_month": [600_000], "households.savings": [0]}, months=3,
    )  # fmt: skip
    assert bound["consumption_month"][0] == (12 * income * 9 // 10 - 12 * 600_000) // 12


def test_what_can_be_laid_out_is_savings_and_credit_where_bills_are_prepaid():
    given = {"households.savings": [700_000], "households.credit_limit_fen": [300_000]}
    free = run(home(), ["prepayment"], given)
    assert (free["prepays"][0], free["prepayment_limit_fen"][0]) == (0, 2**62)
    bound = run(home(), ["prepayment"], given, parameters={"prepayment": {"one_stop": 0}})
    assert (bound["prepays"][0], bound["prepayment_limit_fen"][0]) == (1, 1_000_000)
    owing = run(home(), ["prepayment"], {"households.debt": [700_000]}, parameters={"prepayment": {"one_stop": 0}})
    assert owing["prepayment_limit_fen"][0] == 0


def test_few_months_are_brought_to_a_year():
    it = run(home(population="stayers"), ["accounts"], {"households.wage_month": [90_000]}, months=3)
    assert it["income_12m"][0] == 12 * (90_000 + 334)
    assert it["income_kept"][0] == 3 * (90_000 + 334)


def test_who_spends_more_than_there_is_owes():
    it = run(home(population="hosts"), ["accounts"], {"households.consumption_month": [50_000]})
    assert (it["savings"][0], it["debt"][0]) == (0, 50_000 - 334)
    assert np.all(it["opening_fen"] == 0)


def yearly(income, members, months=1, start=24000 + 11):
    tables = {"places": [{"id": "site", "kind": "site"}], "households": [{"id": f"h{at}"} for at in range(len(income))]}
    given = {"households.income_12m": income, "households.members": members}
    engine = small_engine(small_world(tables, start=start), ["yearly_income"], given, months=months)
    for _ in range(months):
        engine.step()
    return engine


def test_income_of_the_year_is_shared_among_the_living_each_december():
    it = yearly([3_000_000, -100_001, 500_000], [3, 2, 0]).world.tables["households"]["income_head_year"]
    # Whole fen, never above what there is; where nobody lives there is nobody to share it.
    assert it.tolist() == [1_000_000, -50_001, 0]


def test_income_of_the_year_is_recorded_once_a_year():
    changes = yearly([3_000_000], [3], months=30, start=24000).units.changes
    assert [(one.month, one.column, one.new.tolist()) for one in changes] == [
        (24011, "households.income_head_year", [1_000_000])
    ]
