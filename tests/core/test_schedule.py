"""The month plan, and the words of every refusal."""

import re

import numpy as np
import pytest

from simulation.contract import Column, ContractError, Process
from simulation.schedule import month_plan

SHARE = Column("float32", 0.0, "share", "a number")


def nothing(_world, _draws, _clock, _settings):
    """Do nothing."""


def step(name, phase="compete", *, reads=(), lagged=(), owns=(), levers=()):
    owned = dict.fromkeys(owns, SHARE)
    return Process(nothing, phase, tuple(reads), tuple(lagged), owned, (), (), tuple(levers), name=name, slot=name)


def refused(text, *processes):
    with pytest.raises(ContractError, match=f"^{re.escape(text)}$"):
        month_plan(processes)


def names(*processes):
    return [one.name for one in month_plan(processes)]


def test_phases_come_first_then_owners_before_readers_then_names():
    assert names(
        step("zeal", "arrive"),
        step("beta", reads=["persons.x"]),
        step("omega", owns=["persons.x"]),
        step("alpha"),
    ) == ["zeal", "alpha", "omega", "beta"]


def test_the_order_in_which_files_are_found_changes_nothing():
    processes = [step("b", reads=["persons.x"]), step("c", owns=["persons.x"]), step("a"), step("d", "earn")]
    for turn in range(len(processes)):
        assert names(*processes[turn:], *processes[:turn]) == ["a", "c", "b", "d"]


def test_a_lagged_reader_runs_before_the_owner_of_its_phase():
    assert names(step("a", owns=["persons.x"]), step("b", lagged=["persons.x"])) == ["b", "a"]


def test_a_lagged_reader_may_stand_in_an_earlier_phase():
    assert names(step("a", "settle", owns=["persons.x"]), step("b", "arrive", lagged=["persons.x"])) == ["b", "a"]


def test_a_process_may_read_what_it_owns():
    assert names(step("a", owns=["persons.x"], reads=["persons.x", "persons.uid"])) == ["a"]


def test_two_owners():
    refused(
        "a and b both own persons.x: leave it to one",
        step("a", owns=["persons.x"]),
        step("b", owns=["persons.x"]),
    )


def test_a_base_column_has_no_owner():
    refused("a owns persons.sex, which never changes: own a column of another name", step("a", owns=["persons.sex"]))


def test_a_table_that_does_not_exist():
    refused("a owns person.x, but there is no table 'person'; did you mean 'persons'?", step("a", owns=["person.x"]))
    refused("a owns zzz.x, but there is no table 'zzz'", step("a", owns=["zzz.x"]))


def test_a_column_that_nobody_owns():
    refused(
        "a reads persons.birth_moth, which nobody owns; did you mean 'persons.birth_month'?",
        step("a", reads=["persons.birth_moth"]),
    )


def test_a_lagged_column_that_nobody_owns():
    refused("a reads zzz.qqq, which nobody owns", step("a", lagged=["zzz.qqq"]))


def test_a_lever_that_does_not_exist():
    refused(
        "a reads the lever clinics.ftes, which doesn't exist; did you mean 'clinics.fte'?",
        step("a", levers=["clinics.ftes"]),
    )


def test_reading_before_the_owner_wrote():
    refused(
        "a (arrive) reads persons.x before b (earn) writes it: declare it lagged, or move to a later phase",
        step("a", "arrive", reads=["persons.x"]),
        step("b", "earn", owns=["persons.x"]),
    )


def test_lagged_after_the_owner_wrote():
    refused(
        "a (earn) reads persons.x lagged, but b (arrive) has written it by then: declare it in reads",
        step("a", "earn", lagged=["persons.x"]),
        step("b", "arrive", owns=["persons.x"]),
    )


def test_a_cycle_names_everyone_in_it():
    with pytest.raises(ContractError) as caught:
        month_plan(
            [step("a", owns=["persons.x"], reads=["persons.y"]), step("b", owns=["persons.y"], reads=["persons.x"])]
        )
    said = str(caught.value)
    assert said.startswith("these wait for one another in one month: ")
    assert said.endswith("; declare one of the columns lagged")
    assert {"a", "b"} <= set(re.findall(r"\b[ab]\b", said.split(":")[1]))


def test_a_columns_default_is_its_newborn_value_or_its_start():
    assert Column("int8", 3, "", "x").default == 3
    assert Column("int8", 3, "", "x", newborn=0).default == 0
    assert np.dtype(SHARE.dtype) == np.float32
