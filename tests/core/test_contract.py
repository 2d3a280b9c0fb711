"""Declarations: how they are read, how files are found, and what is said when they can't be kept."""

import re
from types import ModuleType

import pytest
from pydantic import ValidationError

from simulation.catalogue import Catalogue, as_intervention, as_outcome, as_process, discover
from simulation.contract import (
    GIVEN,
    INHERIT,
    Column,
    ContractError,
    Indicator,
    Phasing,
    intervention,
    outcome,
    process,
)
from simulation.ledger import Costs


def module(name, **content):
    made = ModuleType(f"plugins.{name}", f"{name} does something.")
    for key, value in content.items():
        setattr(made, key, value)
    return made


def a_process(name="gossip", **declared):
    return module(name, run=process(**{"phase": "decide", **declared})(lambda *_: None))


def an_intervention(name="bus_line", **content):
    parts = {"Settings": Phasing, "costs": lambda _: Costs(0), "describe": lambda _: "runs a bus"}
    return module(name, contribute=intervention(lambda *_: None), **{**parts, **content})


def an_outcome(name="smiles"):
    indicators = {"smiles_count": Indicator("persons", "present", "", "people who smile")}
    return module(name, measure=outcome(reads=("persons.alive",), indicators=indicators)(lambda *_: None))


def test_a_process_takes_its_name_and_words_from_its_file():
    found = as_process(a_process(owns={"persons.x": Column("int8", 0, "", "x")}, streams=["taste"]))
    assert (found.name, found.slot, found.doc) == ("gossip", "gossip", "gossip does something.")
    assert (found.streams, tuple(found.owns)) == (("taste",), ("persons.x",))


def test_a_file_without_its_declaration_is_refused():
    for read, text in (
        (as_process, "empty: a process file holds 'run', declared with @process(...)"),
        (as_intervention, "empty: an intervention file holds 'contribute', declared with @intervention"),
        (as_outcome, "empty: an outcome file holds 'measure', declared with @outcome(...)"),
    ):
        with pytest.raises(ContractError, match=re.escape(text)):
            read(module("empty", run=print, measure=print))


def test_an_unknown_phase_is_refused():
    with pytest.raises(
        ContractError, match="gossip: phase 'evening' should be one of arrive, compete, earn, decide, settle"
    ):
        as_process(a_process(phase="evening"))


def test_an_intervention_without_its_price_is_refused():
    incomplete = module("bus_line", contribute=intervention(lambda *_: None), Settings=Phasing)
    with pytest.raises(ContractError, match="bus_line: an intervention file also holds costs, describe"):
        as_intervention(incomplete)


def test_an_intervention_without_rows_brings_none():
    assert tuple(as_intervention(an_intervention()).rows(None)) == ()


def test_plugins_join_what_is_shipped():
    shipped = discover()
    found = discover([a_process(), an_intervention(), an_outcome()])
    assert set(found.processes) == {*shipped.processes, "gossip"}
    assert set(found.interventions) == {*shipped.interventions, "bus_line"}
    assert set(found.outcomes) == {*shipped.outcomes, "smiles"}


def test_two_of_a_name_are_refused():
    with pytest.raises(ContractError, match="two files in processes are named 'gossip'; rename one"):
        discover([a_process(), a_process()])


def test_a_process_and_an_outcome_of_one_name_are_refused():
    with pytest.raises(ContractError, match="a process and an outcome share the name 'smiles'"):
        discover([a_process("smiles"), an_outcome("smiles")])


def test_one_variant_of_a_slot_runs():
    gossip, silence = as_process(a_process()), as_process(a_process("silence", slot="gossip"))
    catalogue = Catalogue({"gossip": gossip, "silence": silence}, {}, {})
    assert catalogue.variants("gossip") == ("gossip", "silence")
    assert [one.name for one in catalogue.chosen({})] == ["gossip"]
    assert [one.name for one in catalogue.chosen({"gossip": "silence"})] == ["silence"]


def test_marks_have_no_number_of_their_own():
    assert Column("int32", GIVEN, "", "x").default == 0
    assert Column("int32", GIVEN, "", "x", newborn=INHERIT).default == 0
    assert Column("int32", GIVEN, "", "x", newborn=-1).default == -1
    assert (repr(GIVEN), repr(INHERIT)) == ("given", "inherit")


# ---- phasing


def test_starts_is_the_decision_and_opens_the_first_month():
    decided = Phasing(starts=100, delay_months=3)
    opened = Phasing(opens=103, delay_months=3)
    assert (decided.first_month, decided.capital_month) == (103, 100)
    assert (opened.first_month, opened.capital_month) == (103, 100)


def test_strength_rises_over_the_ramp_and_ends():
    it = Phasing(opens=100, ramp_months=4, ends=106)
    assert [it.strength(month) for month in range(98, 108)] == [0, 0, 0.25, 0.5, 0.75, 1, 1, 1, 0, 0]
    assert Phasing(opens=100).strength(100) == 1.0


@pytest.mark.parametrize("given", [{}, {"starts": 100, "opens": 100}])
def test_exactly_one_beginning(given):
    with pytest.raises(ValidationError, match=r"give exactly one of 'starts' .* and 'opens'"):
        Phasing(**given)


def test_an_end_lies_after_the_beginning():
    with pytest.raises(ValidationError, match="'ends' must lie after the first month in force"):
        Phasing(starts=100, delay_months=3, ends=103)


def test_unknown_settings_are_refused():
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Phasing(opens=100, delays_month=3)
    with pytest.raises(ValidationError, match="valid integer"):
        Phasing(opens=True)


def test_every_reason_of_a_watched_column_has_words():
    owned = {name: one for process in discover().processes.values() for name, one in process.owns.items()}
    reasons = [one.reason for one in owned.values() if one.watched and one.reason]
    assert reasons
    for name in reasons:
        assert list(owned[name].codes) == list(range(len(owned[name].codes))), name
        assert len(owned[name].codes) > 1, name


def test_codes_are_read_from_the_meaning():
    assert Column("int8", 0, "", "why it ended: 0 it didn't, 1 died, 12 moved away").codes == {
        0: "it didn't",
        1: "died",
        12: "moved away",
    }
    assert Column("int8", 0, "", "1 if in school").codes == {1: "if in school"}
    assert Column("int32", 0, "fen", "income of the month").codes == {}
