"""Orders, posts, closures and pay on small worlds: laws that hold whatever the luck."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.levers import Contribution
from simulation.world import NEVER
from tests.processes.work_world import SITE, START, TOWN, VILLAGE, WorkWorld, employer
from tests.region import any_item, differing, engine, region, same_outcomes, state
from tests.small import small_engine, small_world

PLACES = [{"id": "site", "kind": "site"}]
OURS = ("commuting", "orders", "enterprises", "pay", "labour_force", "unemployment")
WILD = {"orders": {"volatility_workshop": 0.8, "volatility_micro_factory": 0.8}}


def firms(*rows, months=1, parameters=None, processes=("orders", "enterprises"), **more):
    world = small_world({"places": PLACES, "employers": [{"place": 0, **row} for row in rows]})
    return small_engine(world, processes, months=months, parameters=parameters, **more)


def column(run, name):
    return run.world.tables["employers"][name]


@settings(max_examples=10)
@given(st.integers(0, 200), st.integers(0, 1000))
def test_posts_never_exceed_those_there_are(posts, replicate):
    run = firms({"kind": "micro_factory", "posts": posts}, parameters=WILD, months=6, replicate=replicate)
    for _ in range(6):
        run.step()
        assert 0 <= column(run, "posts_now")[0] <= posts
        assert 0 < column(run, "days_now")[0] <= 1


def test_only_workshops_and_micro_factories_hang_on_orders():
    kinds = ("workshop", "micro_factory", "park", "services", "public_welfare", "self_employed", "township", "coast")
    run = firms(*({"kind": kind, "posts": 100} for kind in kinds), parameters=WILD)
    run.step()
    orders = column(run, "orders")
    assert (orders[:2] != 1).all() and (orders[2:] == 1).all()
    assert column(run, "posts_now")[2:].tolist() == [100] * 6


def test_other_employers_change_nobodys_orders():
    alone, among = (
        firms(*({"id": name, "kind": "workshop", "posts": 9} for name in names), parameters=WILD, months=5)
        for names in (["a"], ["x", "a", "y"])
    )
    for run in (alone, among):
        run.run()
    assert column(alone, "orders")[0] == column(among, "orders")[1]
    assert len(set(column(among, "orders").tolist())) == 3


def test_nobody_closes_while_supported_and_the_share_that_does_is_the_years():
    many = [
        {"id": f"firm{row}", "kind": "workshop", "posts": 5, "subsidy_ends": 24006 if row < 2000 else NEVER}
        for row in range(2400)
    ]
    run = firms(*many, parameters={"enterprises": {"closure_workshop": 0.2}}, processes=("enterprises",), months=18)
    run.run()
    closed = column(run, "closed_month")
    assert (closed[2000:] == -1).all()
    assert closed[closed >= 0].min() >= 24006
    # Twelve months at risk: a fifth, give or take three standard errors.
    assert np.mean(closed[:2000] >= 0) == pytest.approx(0.2, abs=0.027)
    assert (column(run, "posts_now")[closed >= 0] == 0).all()


def test_a_closed_employer_lets_its_people_go():
    w = people_at_work([employer("workshop", SITE, 4, 3000, subsidy_ends=START + 1)])
    w.settings["enterprises"] = w.settings["enterprises"].model_copy(update={"closure_workshop": 1.0})
    w.turn(START)
    assert w["employers.posts_now"][0] > 0 and (w["persons.employer"] == 0).any()
    w.turn(START + 1)
    assert (w["persons.employer"] == -1).all()
    assert w["employers.closed_month"][0] == START + 1


def people_at_work(employers, people=4, links=0):
    n = people
    return WorkWorld(
        {"household": np.arange(n), "sex": np.zeros(n), "population": np.zeros(n)},
        {"origin": np.zeros(n), "registered": np.full(n, SITE), "population": np.zeros(n)}, employers,
        settings={"labour_force": {"unable_at_16": 0.0, "unable_at_59": 0.0}},
        given={
            "persons.place": np.full(n, SITE), "households.home": np.full(n, SITE),
            "persons.employer": np.where(np.arange(n) < (links or n), 0, -1),
        },
    )  # fmt: skip


def test_an_employer_without_posts_changes_nothing_of_others_pay():
    def pays(*more):
        w = people_at_work([employer("services", SITE, 1, 2500, wage_series=1), *more], people=6)
        for month in range(START, START + 20):
            w.turn(month)
        return w["employers.pay_now_fen"][0], w["employers.unemployment"][0], w["persons.employer"].tolist()

    assert pays() == pays(employer("workshop", SITE, 0, 9000, subsidy_ends=START))


def test_pay_falls_with_unemployment_after_the_months_that_make_it_usual():
    """Half of the town loses work after two years; before, pay is the wage index's."""
    w = people_at_work([employer("services", TOWN, 10, 2500, wage_series=1)], people=10, links=8)
    pays = []
    for month in range(START, START + 42):
        w["persons.employer"][:] = np.where(np.arange(10) < (8 if month < START + 24 else 3), 0, -1)
        w.turn(month, only=OURS)
        pays.append(int(w["employers.pay_now_fen"][0]))
    assert set(pays[:25]) == {250_000}
    assert all(one > other for one, other in pairwise(pays[25:]))
    # The rate goes from 0.2 to 0.7: at the very end of the way pay is 3.5 ** -0.1 = 0.882 of what it was.
    assert 0.882 * 250_000 < pays[-1] < 0.92 * 250_000


def test_the_first_year_says_nothing_of_pay_whatever_is_usual():
    w = people_at_work([employer("services", TOWN, 10, 2500, wage_series=1)], people=10, links=1)
    w.settings["pay"] = w.settings["pay"].model_copy(update={"usual_unemployment": 0.05})
    for month in range(START, START + 14):
        assert w["employers.pay_now_fen"][0] in (0, 250_000)
        w.turn(month, only=OURS)
    # 90 % without work against a usual rate of 5 %.
    assert w["employers.pay_now_fen"][0] == pytest.approx(250_000 * 18**-0.1, abs=1)


def test_those_beyond_the_commute_are_another_labour_market():
    w = WorkWorld(
        {"household": np.arange(2), "sex": np.zeros(2), "population": np.zeros(2)},
        {"origin": np.zeros(2), "registered": np.zeros(2), "population": np.zeros(2)},
        [employer("services", place, 0, 2500, wage_series=1) for place in (VILLAGE, TOWN)],
        settings={"labour_force": {"unable_at_16": 0.0, "unable_at_59": 0.0}},
        given={"persons.place": [VILLAGE, SITE], "households.home": [VILLAGE, SITE], "persons.employer": [0, -1]},
    )
    for month in range(START, START + 14):
        w.turn(month, only=OURS)
    # The village is 80 minutes from the site, the town 5.
    assert w["employers.unemployment"].tolist() == [0.0, 1.0]
    assert w["places.labourers"].tolist() == [1, 1, 0, 0]
    assert w["places.unemployed"].tolist() == [0, 1, 0, 0]


def test_posts_that_policy_adds_follow_the_orders_too():
    w = people_at_work([employer("workshop", SITE, 0, 3000)], people=2)
    w.turn(START, only=OURS, contributions=[Contribution(1, "employers.posts", 0, "add", 1000)])
    orders = min(float(w["employers.orders"][0]), 1.0)
    assert w["employers.posts_now"][0] == int(1000 * orders + 1e-4)


def test_support_that_ends_for_an_employer_without_posts_changes_nothing():
    months, wild = 6, {"closure_workshop": 1.0, "closure_micro_factory": 1.0}
    runs = [engine(items, months) for items in (None, [any_item("workshop", region().start, size=0, subsidy_months=1)])]
    for run in runs:
        step = next(one for one in run._steps if one.process.name == "enterprises")
        step.settings = step.settings.model_copy(update=wild)
        run.run()
    assert differing(*map(state, runs)) == []
    assert same_outcomes(*(run.result() for run in runs)) == []
    assert runs[1].world.tables["employers"]["closed_month"][-1] == -1
