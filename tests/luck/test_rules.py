"""Rules compared with common luck: an arm may name the variant of a behaviour."""

from dataclasses import replace

import pytest

from simulation.catalogue import discover
from simulation.engine import Engine
from tests.region import any_item, differing, people, region, same_outcomes, state

MONTHS = 14
CATALOGUE = discover()
SLOTS = sorted({one.slot for one in CATALOGUE.processes.values() if len(CATALOGUE.variants(one.slot)) > 1})


def ended(items=(), rules=None, behaviour=None) -> Engine:
    """A finished run of an arm with some interventions and rules, in a scenario with a behaviour."""
    scenario = replace(
        region(MONTHS),
        arms={"baseline": (), "arm": tuple(items)},
        arm_behaviour={"arm": rules or {}},
        behaviour=behaviour or {},
    )
    run = Engine(scenario, "arm", 0, people())
    run.run()
    return run


@pytest.fixture(scope="module")
def baseline():
    run = Engine(region(MONTHS), "baseline", 0, people())
    run.run()
    return run


def equal(run: Engine, other: Engine) -> None:
    assert differing(state(run), state(other)) == []
    assert same_outcomes(run.result(), other.result()) == []
    assert run.ledger == other.ledger


def test_there_are_rivals():
    assert "return" in SLOTS


def test_an_arm_that_names_the_default_rules_is_the_baseline(baseline):
    equal(ended(rules={slot: CATALOGUE.variants(slot)[0] for slot in SLOTS}), baseline)


@pytest.mark.parametrize("slot", SLOTS)
def test_a_rule_named_in_an_arm_is_the_rule_of_a_scenario(slot, baseline):
    rival = CATALOGUE.variants(slot)[1]
    run = ended(rules={slot: rival})
    equal(run, ended(behaviour={slot: rival}))
    assert differing(state(run), state(baseline)) != []
    assert run.ledger == []


def test_the_rules_of_an_arm_go_before_those_of_the_scenario(baseline):
    equal(ended(rules={"return": "return_logit"}, behaviour={"return": "return_threshold"}), baseline)


def test_rules_and_interventions_stand_together():
    item = any_item("micro_factory", region().start + 8)
    run, alone = ended([item], rules={"return": "return_threshold"}), ended([item])
    paid = [[one.amount_fen for one in each.ledger if one.kind == "capital"] for each in (run, alone)]
    assert "households.months_short" in state(run)
    assert paid[0] == paid[1] != []
