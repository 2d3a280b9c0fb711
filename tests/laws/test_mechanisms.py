"""Laws of every mechanism that can be switched off: it has a name of its own, fits into the month, and really differs."""

from types import SimpleNamespace

import pytest

from simulation.catalogue import discover
from simulation.contract import ContractError, process
from simulation.mechanism import Mechanism
from simulation.parameters import Settings, parameter
from simulation.schedule import month_plan

CATALOGUE = discover()
DECLARED = [
    pytest.param(one, mechanism, id=f"{one.name}: {mechanism.name}")
    for one in CATALOGUE.processes.values()
    for mechanism in one.mechanisms
]


@pytest.mark.parametrize(("one", "mechanism"), DECLARED)
def test_it_is_switched_off_by_values_that_the_scenario_allows_or_by_a_rival(one, mechanism):
    if mechanism.rule:
        month_plan(CATALOGUE.chosen({one.slot: mechanism.rule}))
        return
    usual = one.Settings()
    off = one.Settings.model_validate({**usual.model_dump(), **mechanism.values})
    assert all(getattr(off, name) != getattr(usual, name) for name in mechanism.values), "off is what holds already"


@pytest.mark.parametrize(("one", "mechanism"), DECLARED)
def test_it_is_said_in_words(one, mechanism):
    assert mechanism.name == mechanism.name.strip() != ""
    assert mechanism.off == mechanism.off.strip() != ""
    assert mechanism.off[0].islower(), "it goes on after 'without it'"
    assert not mechanism.off.endswith(".")


@pytest.mark.parametrize("slot", sorted({one.slot for one in CATALOGUE.processes.values()}))
def test_no_two_that_run_together_share_a_name(slot):
    for variant in CATALOGUE.variants(slot):
        names = [mechanism.name for _, mechanism in CATALOGUE.mechanisms({slot: variant})]
        assert len(names) == len(set(names))


def test_a_rule_that_reads_anothers_numbers_has_its_mechanisms_but_not_its_rival():
    usual, rival = (
        {one.name for _, one in CATALOGUE.mechanisms({"job_search": rule})} for rule in ("job_search", "first_offer")
    )
    assert usual - rival == {"competition by rank"}
    assert rival <= usual


class Numbers(Settings):
    chance: float = parameter(0.3, "share", 0.0, 1.0, "[prior]", "chance of something")


def plugin(name, *mechanisms):
    @process(phase="decide")
    def run(world, draws, clock, settings):
        """Do nothing."""

    return SimpleNamespace(__name__=name, __doc__="Nothing.", run=run, Settings=Numbers, MECHANISMS=mechanisms)


def test_a_newcomers_file_brings_its_own():
    found = discover([plugin("chances", Mechanism("chance", "nothing happens", {"chance": 0.0}))])
    assert ("chances", "chance") in {(one.name, mechanism.name) for one, mechanism in found.mechanisms({})}


@pytest.mark.parametrize(
    ("mechanism", "what"),
    [
        (Mechanism("chance", "nothing happens"), "by 'values' or by 'rule'"),
        (Mechanism("chance", "nothing happens", {"chance": 0.0}, "jobs"), "by 'values' or by 'rule'"),
        (
            Mechanism("chance", "nothing happens", {"chances": 0.0}),
            r"'chances', which is no parameter.*there are: chance",
        ),
        (Mechanism("chance", "nothing happens", rule="jobs"), "'jobs', no rival in slot lonely"),
    ],
)
def test_one_that_could_not_be_switched_off_is_refused(mechanism, what):
    with pytest.raises(ContractError, match=what):
        discover([plugin("lonely", mechanism)])
