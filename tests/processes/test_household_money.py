"""Transfers, spending and books of a household over months."""

import numpy as np

from simulation.world import INSURANCE_GROUPS
from tests.small import small_engine, small_world

START = 24216


def home(**household):
    tables = {
        "places": [{"id": "village"}, {"id": "site", "kind": "site"}],
        "households": [{"id": "h", "registered": "site", **household}],
        "persons": [{"household": "h"}] * 2,
        "programmes": [{"id": "course", "kind": "skills_training", "place": "site", "allowance_day_fen": 12_000}],
    }
    return small_world(tables, start=START)


MEMBERS = {"households.members": [2], "persons.age": [70, 40]}


def run(world, processes, given, months=1):
    engine = small_engine(world, processes, {**MEMBERS, **given}, months=months)
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


def test_needs_rise_after_the_move():
    stay = run(home(), ["consumption", "accounts"], {"households.home": ["village"]})
    moved = run(home(), ["consumption", "accounts"], {"households.home": ["site"], "households.moved_month": [START]})
    assert stay["consumption_month"][0] == 360_000 * 145 // 100 // 12
    assert moved["consumption_month"][0] == 360_000 * 145 // 100 * 12 // 10 // 12


def test_spending_follows_last_years_income_and_books_close():
    given = {"households.wage_month": [500_000], "households.out_of_pocket_month": [1234], "households.savings": [100]}
    it = run(home(population="stayers"), ["consumption", "accounts"], given, months=14)
    income = 500_000 + 2 * 167
    assert it["income_month"][0] == income
    assert it["income_12m"][0] == it["income_kept"][0] == 12 * income
    assert it["consumption_month"][0] == (2 * 150_000 + 12 * income * 65 // 100) // 12
    first = 360_000 * 145 // 100 // 12
    assert it["savings"][0] == 100 + 14 * (income - 1234) - first - 13 * int(it["consumption_month"][0])
    assert it["debt"][0] == 0


def test_few_months_are_brought_to_a_year():
    it = run(home(population="stayers"), ["accounts"], {"households.wage_month": [90_000]}, months=3)
    assert it["income_12m"][0] == 12 * (90_000 + 334)
    assert it["income_kept"][0] == 3 * (90_000 + 334)


def test_who_spends_more_than_there_is_owes():
    it = run(home(population="hosts"), ["accounts"], {"households.consumption_month": [50_000]})
    assert (it["savings"][0], it["debt"][0]) == (0, 50_000 - 334)
    assert np.all(it["opening_fen"] == 0)
