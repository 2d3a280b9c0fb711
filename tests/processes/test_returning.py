"""Going back to the village: what holds under every rule, and what each rule is."""

import numpy as np
import pytest

from simulation.catalogue import discover
from tests.small import small_engine, small_world

START = 24216
CATALOGUE = discover()
RULES = CATALOGUE.variants("return")
SURE = {
    "return_logit": {"constant": -3.5, "review_share_month": 0.5},
    "return_threshold": {"patience_least_months": 1, "patience_most_months": 3},
}
"""Settings under which many go."""


def engine(rule, n=40, given=None, columns=None, months=12, settings=None, processes=()):
    """Households of two adults and a child at the site, half of their old houses standing, nobody with work."""
    base = {"house_demolished": [at % 2 for at in range(n)], **(columns or {})}
    world = small_world(
        {
            "places": [{"id": "village"}, {"id": "site", "kind": "site"}, {"id": "coast", "kind": "coast"}],
            "dwellings": [{"place": "site", "most_members": 4, "homes": n}],
            "households": [
                {"origin": "village", "registered": "site", "batch_month": START, **{k: v[at] for k, v in base.items()}}
                for at in range(n)
            ],
            "persons": [{"household": at} for at in range(n) for _ in range(3)],
        },
        start=START,
    )
    start = {
        "households.members": [3] * n,
        "households.moved_month": [START - 12] * n,
        "households.labourers": [2] * n,
        "persons.grade": [-9, -9, 3] * n,
        **(given or {}),
    }
    parameters = {rule: {**SURE[rule], **(settings or {})}}
    return small_engine(world, [rule, *processes], start, months=months, parameters=parameters)


def column(run, name):
    return run.world.tables["households"][name].copy()


def wishes(run, months):
    """The households that wished to return in some of the months."""
    ever = np.zeros(run.world.tables["households"].rows, np.bool_)
    for _ in range(months):
        run.step()
        ever |= column(run, "return_wish") != 0
    return ever


# ---- every rule


def test_the_rules_are_rivals_for_one_slot():
    assert RULES == ("return_logit", "return_threshold")
    assert {CATALOGUE.processes[one].slot for one in RULES} == {"return"}


@pytest.mark.parametrize("rule", RULES)
def test_some_go_and_some_stay(rule):
    ever = wishes(engine(rule), 4)
    assert 0 < ever.sum() < len(ever)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "given",
    [
        {"households.moved_month": [-1] * 40},
        {"households.returned_month": [START - 2] * 40},
        {"households.members": [0] * 40},
    ],
    ids=["not yet moved", "gone back", "nobody left"],
)
def test_only_living_households_at_the_site_think_of_it(rule, given):
    run = engine(rule, given=given)
    assert not wishes(run, 6).any()
    assert not column(run, "return_intention").any()


@pytest.mark.parametrize("rule", RULES)
def test_work_and_seats_only_take_returns_away(rule):
    well = {"households.employed": [1] * 40, "persons.school": [0] * 120}
    assert not (wishes(engine(rule, given=well), 6) & ~wishes(engine(rule), 6)).any()


@pytest.mark.parametrize("rule", RULES)
def test_a_house_that_stands_only_adds_returns(rule):
    standing = wishes(engine(rule, columns={"house_demolished": [0] * 40}), 6)
    gone = wishes(engine(rule, columns={"house_demolished": [1] * 40}), 6)
    assert not (gone & ~standing).any()
    assert standing.sum() > gone.sum()


@pytest.mark.parametrize("rule", RULES)
def test_troubles_are_counted_alike(rule):
    run = engine(rule, given={"persons.forgone_visits": [1, 0, 2] * 40, "persons.boarding_school": [-1, -1, 0] * 40})
    run.step()
    assert set(column(run, "children_without_seat")) == {1}
    assert set(column(run, "visits_forgone")) == {3}


@pytest.mark.parametrize("rule", RULES)
def test_who_dropped_out_looks_for_no_seat(rule):
    run = engine(rule, given={"persons.grade": [-9] * 120})
    run.step()
    assert set(column(run, "children_without_seat")) == {0}


def test_trouble_that_lasts_is_reviewed_once():
    run = engine("return_logit", settings={"constant": 0.0, "review_share_month": 0.02})
    wished = []
    for _ in range(6):
        run.step()
        wished.append(int((column(run, "return_wish") != 0).sum()))
    assert wished[0] > 10
    assert sum(wished[1:]) < wished[0] / 2


@pytest.mark.parametrize("rule", RULES)
def test_a_wish_is_carried_out_next_month_and_the_home_is_free(rule):
    run = engine(rule, given={"households.moved_month": [-1] * 40}, processes=["homes", "moves"])
    run.step()
    assert (column(run, "home") == 1).all()
    for _ in range(6):
        wished = column(run, "return_wish") != 0
        run.step()
        assert np.array_equal(column(run, "returned_month") == run.month - 1, wished)
        assert np.array_equal(column(run, "home") == 0, column(run, "returned_month") >= 0)
        assert run.world.tables["dwellings"]["occupied"][0] == (column(run, "home") == 1).sum()
    assert (column(run, "returned_month") >= 0).any()


@pytest.mark.parametrize("rule", RULES)
def test_the_same_household_decides_the_same_whoever_else_is_there(rule):
    few, many = wishes(engine(rule, n=10), 6), wishes(engine(rule, n=40), 6)
    assert few.any()
    assert np.array_equal(few, many[:10])


# ---- the rule of patience


def test_nobody_goes_while_what_they_aspire_to_is_met():
    well = {"households.employed": [1] * 40, "persons.school": [0] * 120}
    run = engine("return_threshold", given=well)
    assert not wishes(run, 10).any()
    assert not column(run, "return_intention").any()


def test_nobody_goes_to_a_house_that_was_pulled_down_but_they_would_like_to():
    run = engine("return_threshold", columns={"house_demolished": [1] * 40})
    assert not wishes(run, 10).any()
    assert column(run, "return_intention").all()


def test_a_good_month_begins_the_count_anew():
    patient = {"patience_least_months": 3, "patience_most_months": 3}
    grown = {"persons.grade": [-9] * 120}
    run = engine("return_threshold", settings=patient, columns={"house_demolished": [0] * 40}, given=grown)
    employed = run.world.tables["households"]["employed"]
    for month in range(8):
        good = month == 2
        employed[:] = good
        run.step()
        assert set(column(run, "months_short")) == {0 if good else month + 1 if month < 2 else month - 2}
        assert column(run, "return_wish").all() == (month >= 5)


@pytest.mark.parametrize(("needs", "goes"), [(1, True), (2, True), (3, False)])
def test_how_many_needs_must_be_short(needs, goes):
    run = engine("return_threshold", settings={"needs_short": needs}, columns={"house_demolished": [0] * 40})
    assert wishes(run, 6).all() == goes


# ---- the logit


def test_whoever_would_go_if_it_cost_nothing_intends_to():
    n = 40
    land = {"land_mu": [0.0] * 20 + [20.0] * 20, "house_demolished": [0] * n}
    given = {"households.employed": [1] * n, "households.integration": [1.0] * n, "persons.school": [0] * 3 * n,
             "households.income_12m": [3 * 600_000] * n}  # fmt: skip
    run = engine("return_logit", columns=land, given=given, settings={"constant": -9.0, "land": 1.0, "attachment": 0.0})
    run.step()
    assert column(run, "return_intention").tolist() == [0] * 20 + [1] * 20
    assert not column(run, "return_wish").any()
