"""The insurance stack: the worked examples of the domain dossier, and what must hold for every bill."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from simulation.processes import insurance
from simulation.world import INSURANCE_GROUPS
from tests.region import any_item
from tests.small import small_engine, small_world
from tests.twins.test_insurance import Settled, on_paper, settle, whole

ORDINARY, DIBAO = INSURANCE_GROUPS.index("ordinary"), INSURANCE_GROUPS.index("dibao")
TOWNSHIP, COUNTY, CITY = 0, 1, 2

# Domain 2.6: E, N, level, group -> B, K, M, OOP in yuan.
GOLDEN = [
    (20_000, 1_000, COUNTY, ORDINARY, 14_700, 0, 0, 6_300),
    (20_000, 1_000, COUNTY, DIBAO, 14_700, 1_170, 2_891, 2_239),
    (100_000, 8_000, CITY, ORDINARY, 59_400, 20_160, 0, 28_440),
    (100_000, 8_000, CITY, DIBAO, 59_400, 24_115, 11_539.5, 12_945.5),
    (500_000, 40_000, CITY, DIBAO, 250_000, 175_875, 30_000, 84_125),
]
fen = st.integers(0, 80_000_000)
group = st.integers(0, len(INSURANCE_GROUPS) - 1)
level = st.integers(0, 2)


@pytest.mark.parametrize(("cost", "outside", "level", "group", "basic", "critical", "assistance", "own"), GOLDEN)
def test_the_worked_examples(cost, outside, level, group, basic, critical, assistance, own):
    found = settle([(cost * 100, level)], group)
    assert (found.basic, found.critical, found.assistance) == (basic * 100, critical * 100, assistance * 100)
    assert cost * 100 + outside * 100 - found.paid == own * 100


@given(fen, fen, level, group)
def test_a_larger_bill_never_costs_the_patient_less(one, other, level, group):
    low, high = sorted((one, other))
    assert low - settle([(low, level)], group).paid <= high - settle([(high, level)], group).paid


@given(st.lists(st.tuples(fen, level), min_size=1, max_size=4), group)
def test_nobody_pays_less_than_what_the_list_leaves_out(stays, group):
    before = Settled(0, 0, 0)
    for count in range(1, len(stays) + 1):
        now = settle(stays[:count], group)
        # What the layers pay on one stay never exceeds its in-policy cost, so out of pocket >= N.
        assert 0 <= now.paid - before.paid <= stays[count - 1][0]
        before = now


@given(st.integers(0, 60_000_000), st.integers(0, 60_000_000), level, group)
def test_splitting_a_bill_changes_nothing_without_a_deductible(one, other, level, group):
    free = insurance.Settings.model_construct(
        **{
            **insurance.Settings().model_dump(),
            **{f"basic_deductible_{one}_yuan": 0.0 for one in ("township", "county", "city")},
        }
    )
    assert settle([(one, level), (other, level)], group, free) == settle([(one + other, level)], group, free)


@given(st.integers(1, 400_000), st.integers(1, 400_000), level, group)
def test_with_a_deductible_only_the_second_one_flows_through(yuan, other, level, group):
    whole, split = (
        settle([((yuan + other) * 100, level)], group),
        settle([(yuan * 100, level), (other * 100, level)], group),
    )
    assert split.paid <= whole.paid


def hospital(group, start, months=4, one_stop=1, arm=(), rules=None, **given):
    world = small_world(
        {
            "places": [{"id": "site"}],
            "households": [{"id": "h", "insurance_group": group}],
            "persons": [{"household": "h"}],
        },
        start=start,
    )
    columns = {f"persons.{name}": [value] for name, value in given.items()}
    columns["households.members"] = [1]
    parameters = {"insurance": rules or {}, "prepayment": {"one_stop": one_stop}}
    return small_engine(world, ["prepayment", "insurance"], columns, months=months, arm=arm, parameters=parameters)


def test_a_stay_is_settled_and_the_household_pays_the_rest():
    engine = hospital("dibao", 24001, inpatient_fen=2_000_000, inpatient_level=COUNTY, out_of_policy_fen=100_000)
    engine.step()
    persons, households = engine.world.tables["persons"], engine.world.tables["households"]
    assert persons["bill_month"][0] == 2_100_000
    assert persons["reimbursed_month"][0] == 1_470_000 + 117_000 + 289_100
    assert persons["out_of_pocket_month"][0] == households["out_of_pocket_month"][0] == 223_900


def test_outpatient_bills_are_pooled_up_to_the_limit_of_the_year_and_january_begins_anew():
    december = 12 * 2020 + 11
    engine = hospital("ordinary", december, outpatient_fen=100_000)
    engine.step()
    persons = engine.world.tables["persons"]
    assert persons["reimbursed_month"][0] == 45_000
    engine.step()
    assert persons["reimbursed_month"][0] == 45_000
    engine.step()
    assert persons["reimbursed_month"][0] == 0
    assert persons["outpatient_paid_ytd_fen"][0] == 45_000


def test_burdens_of_one_year_add_up_for_the_upper_layers():
    engine = hospital("dibao", 24001, inpatient_fen=2_000_000, inpatient_level=COUNTY)
    for _ in range(3):
        engine.step()
    found = settle([(2_000_000, COUNTY)] * 3, DIBAO)
    persons = engine.world.tables["persons"]
    ytd = [int(persons[f"paid_{layer}_ytd_fen"][0]) for layer in "bkm"]
    assert ytd == [found.basic, found.critical, found.assistance]
    assert np.all(persons["burden_s_ytd_fen"] == 6_000_000 - found.basic)


STAY = {"inpatient_fen": 2_000_000, "inpatient_level": COUNTY, "out_of_policy_fen": 100_000}


def test_nobody_pays_for_the_uninsured():
    engine = hospital("dibao", 24001, insured=0, outpatient_fen=10_000, **STAY)
    engine.step()
    households = engine.world.tables["households"]
    assert households["out_of_pocket_month"][0] == households["bill_month"][0] == 2_110_000
    assert households["outpatient_own_share"][0] == 1.0


def test_the_own_share_of_an_outpatient_bill_follows_the_limit_of_the_year():
    engine = hospital("ordinary", 24001, outpatient_fen=40_000)
    households = engine.world.tables["households"]
    found = []
    for _ in range(3):
        engine.step()
        found.append(float(households["outpatient_own_share"][0]))
    # 240 of 450 yuan are used up after the first month, all of it after the second.
    assert found == pytest.approx([0.4, 1.0, 1.0])


def flows(engine, months):
    it = engine.world.tables["households"]
    out = {"care_paid_month": [], "refund_month": [], "refund_owed_fen": [], "reimbursed_month": []}
    for _ in range(months):
        engine.step()
        for name, column in out.items():
            column.append(int((engine.world.tables["persons"] if name == "reimbursed_month" else it)[name][0]))
        engine.world.tables["persons"]["inpatient_level"][0] = -1
        for name in ("inpatient_fen", "out_of_policy_fen"):
            engine.world.tables["persons"][name][0] = 0
    return out


def test_without_one_stop_the_whole_bill_is_laid_out_and_refunded_after_three_to_six_months():
    found = flows(hospital("dibao", 24001, months=8, one_stop=0, **STAY), 8)
    refund = 1_470_000 + 117_000 + 289_100
    assert found["care_paid_month"] == [2_100_000] + [0] * 7
    (month,) = np.flatnonzero(found["refund_month"])
    assert 3 <= month <= 6
    assert found["refund_month"][month] == refund
    assert found["refund_owed_fen"] == [refund] * month + [0] * (8 - month)


def test_with_one_stop_only_the_own_part_is_paid():
    found = flows(hospital("dibao", 24001, months=8, **STAY), 8)
    assert found["care_paid_month"] == [223_900] + [0] * 7
    assert not any(found["refund_month"] + found["refund_owed_fen"])


def test_one_stop_changes_when_money_comes_and_not_how_much():
    with_it, without = (flows(hospital("dibao", 24001, months=12, one_stop=one, **STAY), 12) for one in (1, 0))
    assert sum(with_it["reimbursed_month"]) == sum(without["reimbursed_month"]) == sum(without["refund_month"])
    own = [sum(one["care_paid_month"]) - sum(one["refund_month"]) for one in (with_it, without)]
    assert own[0] == own[1] == 223_900


def test_the_programme_switches_it_on_in_its_month():
    item = any_item("one_stop_settlement", 24003, size=1)
    engine = hospital("dibao", 24001, months=4, one_stop=0, arm=[item], outpatient_fen=1_000)
    found = []
    for _ in range(4):
        engine.step()
        found.append(int(engine.world.tables["households"]["prepays"][0]))
    assert found == [1, 1, 0, 0]


def test_refund_months_in_the_wrong_order_are_refused():
    with pytest.raises(ValidationError, match="the soonest refund comes first"):
        insurance.Settings(refund_after_least=5, refund_after_most=4)


bill = st.tuples(st.integers(0, 300_000), st.integers(0, 60_000_000), level, st.booleans())


@settings(max_examples=12, deadline=None)
@given(st.lists(bill, min_size=1, max_size=9), st.sampled_from(INSURANCE_GROUPS), st.integers(1, 6))
def test_a_year_of_bills_settles_as_on_paper_whether_refunds_wait_or_not(months, group, delay):
    """Outpatient pooling, the three layers, what is laid out and what comes back, month by month in decimals."""
    at_once, waited = (year_of_bills(months, group, one, delay) for one in (1, 0))
    stays, pooled, expected = [], Decimal(0), []
    for outpatient, cost, hospital, stay in months:
        share = min(whole(Decimal(outpatient) / 100 * Decimal("0.6")), Decimal(450) - pooled)
        before = sum(on_paper(stays, group))
        stays += [(Decimal(cost) / 100, hospital)] if stay else []
        pooled += share
        expected.append(int(100 * (share + sum(on_paper(stays, group)) - before)))
    billed = [outpatient + cost * stay for outpatient, cost, _, stay in months]
    assert at_once["reimbursed_month"] == waited["reimbursed_month"] == expected
    assert at_once["care_paid_month"] == [one - back for one, back in zip(billed, expected, strict=True)]
    assert waited["care_paid_month"] == billed
    assert waited["refund_month"] == ([0] * delay + expected)[: len(months)]
    assert not any(at_once["refund_month"])


def year_of_bills(months, group, one_stop, delay):
    rules = {"refund_after_least": delay, "refund_after_most": delay}
    engine = hospital(group, 24000, len(months), one_stop, rules=rules)
    persons, households = engine.world.tables["persons"], engine.world.tables["households"]
    out = {"reimbursed_month": [], "care_paid_month": [], "refund_month": []}
    for outpatient, cost, hospital_level, stay in months:
        persons["outpatient_fen"][0] = outpatient
        persons["inpatient_fen"][0] = cost * stay
        persons["inpatient_level"][0] = hospital_level if stay else -1
        engine.step()
        for name, values in out.items():
            values.append(int((persons if name == "reimbursed_month" else households)[name][0]))
    return out
