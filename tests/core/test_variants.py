"""Which of rival rules is the default."""

from types import ModuleType

import pytest

from simulation.catalogue import discover
from simulation.contract import ContractError, intervention, process


def rule(name: str, slot: str = "") -> ModuleType:
    """A user's own file that holds a rule for a slot."""
    module = ModuleType(f"plugins.{name}", "A rule.")
    module.run = process(phase="decide", slot=slot)(lambda world, draws, clock, settings: None)
    return module


def test_the_default_bears_the_name_of_the_slot():
    assert discover([rule("daring", "dreaming"), rule("dreaming")]).variants("dreaming") == ("dreaming", "daring")


def test_without_one_it_is_the_first_by_name_of_those_that_are_shipped():
    assert discover().variants("return") == ("return_logit", "return_threshold")


def test_a_rule_of_ones_own_never_becomes_the_default_by_its_name():
    found = discover([rule("a_rule", "return")])
    assert found.variants("return") == ("return_logit", "return_threshold", "a_rule")
    assert found.named({}) == discover().named({})
    assert set(found.named({"return": "a_rule"})) - set(found.named({})) == {"a_rule"}


def test_a_rival_may_read_the_numbers_of_another_so_that_none_stands_twice():
    found = discover()
    assert {found.owner_of_parameters(name) for name in found.variants("job_search")} == {"job_search"}
    assert found.owner_of_parameters("return_threshold") == "return_threshold"
    assert not found.processes["first_offer"].Settings.model_fields


def test_no_intervention_may_bear_the_word_for_rules():
    module = ModuleType("plugins.behaviour", "A policy.")
    module.contribute = intervention(lambda levers, clock, settings, row: None)
    module.Settings = module.costs = module.describe = object
    with pytest.raises(ContractError, match="the word for rules in an arm; rename it"):
        discover([module])
