"""Policies for insurance: what they bring, cost and say."""

import pytest
from pydantic import ValidationError

from simulation.interventions import one_stop_settlement, premium_subsidy
from simulation.world import INSURANCE_GROUPS, PROGRAMME_KINDS

JANUARY_2020 = 12 * 2020


def test_one_stop_settlement_brings_a_programme_for_everybody():
    (row,) = one_stop_settlement.rows(one_stop_settlement.Settings(in_force=1, opens=JANUARY_2020))
    assert (row.table, row.identity) == ("programmes", "programme/one_stop_settlement")
    assert row.values == {"kind": PROGRAMME_KINDS.index("one_stop_settlement")}


def test_one_stop_settlement_is_decided_two_months_ahead_and_costs_the_connection():
    it = one_stop_settlement.Settings(in_force=1, opens=JANUARY_2020)
    assert it.capital_month == JANUARY_2020 - 2
    costs = one_stop_settlement.costs(it)
    assert (costs.units, costs.capital_yuan_per_unit) == (1, 500_000)
    assert one_stop_settlement.costs(it.model_copy(update={"in_force": 0})).units == 0


@pytest.mark.parametrize(("group", "code"), [("all", -1), ("dibao", INSURANCE_GROUPS.index("dibao"))])
def test_a_premium_subsidy_names_its_group(group, code):
    it = premium_subsidy.Settings(group=group, yuan_person_year=100, opens=JANUARY_2020)
    (row,) = premium_subsidy.rows(it)
    assert row.values["insurance_group"] == code
    assert row.values["subsidy_year_fen"] == 10_000


def test_a_group_that_there_isnt_is_refused():
    with pytest.raises(ValidationError, match="poverty_exited"):
        premium_subsidy.Settings(group="rich", yuan_person_year=100, opens=JANUARY_2020)


def test_what_they_say():
    one = one_stop_settlement.Settings(in_force=1, opens=JANUARY_2020, ends=JANUARY_2020 + 12)
    said = "one-stop settlement: patients pay their own part alone, from 2020-01 until 2021-01"
    assert one_stop_settlement.describe(one) == said
    other = premium_subsidy.Settings(group="poverty_exited", yuan_person_year=100, opens=JANUARY_2020)
    said = "100 yuan a year towards the premium of the group poverty exited, from the first January in or after 2020-01"
    assert premium_subsidy.describe(other) == said
