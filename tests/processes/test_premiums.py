"""Premiums: who is insured, who pays, and that every fen of a premium is paid by somebody."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.processes import premiums
from simulation.world import INSURANCE_GROUPS, POPULATIONS
from tests.region import any_item
from tests.small import small_engine, small_world

JANUARY_2021 = 12 * 2021


def homes(rows, start=JANUARY_2021, arm=(), months=1, **rules):
    """Households of (population, group, living members, dead members) after some months."""
    tables = {
        "places": [{"id": "site"}],
        "households": [{"id": f"h{at}", "population": p, "insurance_group": g} for at, (p, g, _, _) in enumerate(rows)],
        "persons": [{"household": f"h{at}"} for at, (_, _, n, dead) in enumerate(rows) for _ in range(n + dead)],
    }
    alive = [int(one < n) for _, _, n, dead in rows for one in range(n + dead)]
    engine = small_engine(
        small_world(tables, start=start), ["premiums"], {"persons.alive": alive}, months=months, arm=arm,
        parameters={"premiums": rules},
    )  # fmt: skip
    for _ in range(months):
        engine.step()
    return engine


@pytest.mark.parametrize(
    ("group", "own"), [("ordinary", 280), ("poverty_exited", 250), ("monitored", 160), ("dibao", 130), ("tekun", 0)]
)
def test_a_member_pays_the_premium_less_the_subsidy_of_the_group(group, own):
    it = homes([("relocated", group, 3, 1)]).world.tables["households"]
    assert it["premium_month"][0] == 3 * own * 100
    assert it["premium_subsidy_month"][0] == 3 * (280 - own) * 100


def test_premiums_are_due_in_january_alone():
    it = homes([("relocated", "ordinary", 2, 0)], months=2).world.tables["households"]
    assert it["premium_month"][0] == 0
    assert it["insured_members"][0] == 2


@pytest.mark.parametrize(("year", "yuan"), [(2010, 180), (2018, 180), (2022, 320), (2025, 400), (2030, 400)])
def test_the_premium_of_a_year(year, yuan):
    assert premiums.premium_of(year, premiums.Settings()) == yuan * 100


def test_only_ordinary_stayers_and_hosts_let_it_lapse_and_in_step_with_what_they_pay():
    rows = [(p, g, 1, 0) for p in POPULATIONS for g in INSURANCE_GROUPS for _ in range(60)]
    low, high = (homes(rows, lapse_share=share).world.tables["persons"]["insured"] for share in (0.1, 0.2))
    may = np.array([p != "relocated" and g == "ordinary" for p, g, _, _ in rows])
    assert np.all(low[~may] == 1)
    assert 0 < np.count_nonzero(low == 0) < np.count_nonzero(high == 0) < may.sum()
    assert np.all(high <= low)  # a higher chance only adds lapses


def test_who_lapses_is_drawn_once_for_life():
    rows = [("hosts", "ordinary", 1, 0)] * 40
    first, second = (homes(rows, months=n, premium_2022_yuan=280.0, lapse_share=0.2) for n in (1, 13))
    insured = [one.world.tables["persons"]["insured"].tolist() for one in (first, second)]
    assert insured[0] == insured[1]
    assert 0 < sum(insured[0]) < 40


def subsidy(group, yuan, name=""):
    return any_item("premium_subsidy", JANUARY_2021, size=yuan, name=name, group=group)


def test_a_subsidy_pays_its_group_and_books_what_it_paid():
    rows = [("relocated", "poverty_exited", 3, 0), ("hosts", "dibao", 2, 0)]
    engine = homes(rows, arm=[subsidy("poverty_exited", 100)])
    it = engine.world.tables["households"]
    assert it["premium_month"].tolist() == [3 * 15_000, 2 * 13_000]
    assert engine.world.tables["programmes"]["premiums_paid_fen"].tolist() == [30_000]
    assert [(one.kind, one.amount_fen) for one in engine.ledger] == [("delivery", 30_000)]


def test_subsidies_never_pay_more_than_the_premium():
    engine = homes([("stayers", "ordinary", 4, 0)], arm=[subsidy("all", 200, "one"), subsidy("ordinary", 200, "two")])
    assert engine.world.tables["households"]["premium_month"][0] == 0
    assert sorted(engine.world.tables["programmes"]["premiums_paid_fen"].tolist()) == [4 * 8_000, 4 * 20_000]


def test_a_subsidy_keeps_people_insured():
    rows = [("hosts", "ordinary", 1, 0)] * 60
    alone = homes(rows, lapse_share=0.2).world.tables["persons"]["insured"]
    helped = homes(rows, arm=[subsidy("all", 280)], lapse_share=0.2).world.tables["persons"]["insured"]
    assert np.all(helped == 1) and np.any(alone == 0)


home = st.tuples(st.sampled_from(POPULATIONS), st.sampled_from(INSURANCE_GROUPS), st.integers(0, 5), st.integers(0, 2))


@settings(max_examples=10)
@given(st.lists(home, min_size=1, max_size=5), st.integers(0, 400))
def test_every_premium_is_paid_by_somebody(rows, yuan):
    engine = homes(rows, arm=[subsidy("all", yuan)], lapse_share=0.2)
    it, persons = engine.world.tables["households"], engine.world.tables["persons"]
    heads = int((persons["insured"] & persons["alive"]).sum())
    assert int(it["premium_month"].sum()) + int(it["premium_subsidy_month"].sum()) == heads * 28_000


PREMIUM = {2021: Decimal(280), 2022: Decimal(320), 2023: Decimal(350)}
PAID_FOR = {"ordinary": 0, "poverty_exited": 30, "monitored": 120, "dibao": 150, "tekun": 1000}


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(sorted(PREMIUM)), st.sampled_from(INSURANCE_GROUPS), st.integers(0, 6), st.integers(0, 400))
def test_premiums_as_on_paper(year, group, heads, yuan):
    """Written from the table of the dossier in yuan, and not from the code."""
    state = min(Decimal(PAID_FOR[group]), PREMIUM[year])
    programme = min(Decimal(yuan), PREMIUM[year] - state)
    engine = homes([("relocated", group, heads, 1)], start=12 * year, arm=[subsidy("all", yuan)])
    it = engine.world.tables["households"]
    assert it["premium_month"][0] == heads * (PREMIUM[year] - state - programme) * 100
    assert it["premium_subsidy_month"][0] == heads * (state + programme) * 100
    assert engine.world.tables["programmes"]["premiums_paid_fen"][0] == heads * programme * 100
