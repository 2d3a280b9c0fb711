"""The insurance stack: the worked examples of the domain dossier, and what must hold for every bill."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.processes import insurance
from simulation.world import INSURANCE_GROUPS
from tests.small import small_engine, small_world
from tests.twins.test_insurance import Settled, settle

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


@given(st.integers(0, 600_000), st.integers(0, 600_000), level, group)
def test_splitting_a_bill_changes_nothing_without_a_deductible(yuan, other, level, group):
    free = insurance.Settings.model_construct(
        **{
            **insurance.Settings().model_dump(),
            **{f"basic_deductible_{one}_yuan": 0.0 for one in ("township", "county", "city")},
        }
    )
    whole = settle([((yuan + other) * 100, level)], group, free)
    assert settle([(yuan * 100, level), (other * 100, level)], group, free) == whole


@given(st.integers(1, 400_000), st.integers(1, 400_000), level, group)
def test_with_a_deductible_only_the_second_one_flows_through(yuan, other, level, group):
    whole, split = (
        settle([((yuan + other) * 100, level)], group),
        settle([(yuan * 100, level), (other * 100, level)], group),
    )
    assert split.paid <= whole.paid


def hospital(group, start, **given):
    world = small_world(
        {
            "places": [{"id": "site"}],
            "households": [{"id": "h", "insurance_group": group}],
            "persons": [{"household": "h"}],
        },
        start=start,
    )
    columns = {f"persons.{name}": [value] for name, value in given.items()}
    return small_engine(world, ["insurance"], columns, months=4)


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
