"""Mesa's window: what a Mesa user expects, on both lines of Mesa."""

import doctest
import math
import os
import warnings

import numpy as np
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Mesa announces its own future
    from mesa import DataCollector

    from simulation import mesa_model
    from simulation.mesa_model import Coast, Household, Person, RelocationModel, Site, Town, Village

from tests.region import FILE, any_item, region, with_arm

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")


@pytest.fixture
def model():
    return RelocationModel(region(4))


def test_the_example_of_the_docstring_runs(monkeypatch):
    monkeypatch.chdir(FILE.parents[1])
    assert os.path.exists("scenarios/qianxi.yaml")  # noqa: PTH110
    result = doctest.testmod(mesa_model, verbose=False)
    assert result.attempted > 5
    assert result.failed == 0


def test_places_are_agents_from_the_start(model):
    assert {Village, Site, Town, Coast} <= set(model.agents_by_type)
    assert [one.name for one in model.agents_by_type[Site]] == ["jinxiu"]
    assert len(model.agents) == model.engine.world.tables["places"].rows


def test_a_step_is_a_month(model):
    assert model.date == "2017-12"
    model.step()
    assert (model.date, model.steps, model.running) == ("2018-01", 1, True)
    for _ in range(3):
        model.step()
    assert not model.running
    with pytest.raises(RuntimeError, match="the scenario ends with 2018-04; give it more months"):
        model.step()


def test_people_become_agents_when_asked_for(model):
    model.step()
    village = next(iter(model.agents_by_type[Village]))
    homes = village.households
    assert len(homes) == village.households_at_home > 0
    home = next(iter(homes))
    assert isinstance(home, Household)
    assert len(home.persons) == home.members
    person = next(iter(home.persons))
    assert isinstance(person, Person)
    assert person.home is home
    assert person.uid == model.engine.world.tables["persons"]["uid"][person.row]
    assert len(village.persons) == village.people_present


def test_an_agent_reads_what_is_and_writes_nothing(model):
    person = model.window(Person, 0)
    age = person.age
    model.engine.world.tables["persons"]["age"][0] = age + 1
    assert person.age == age + 1
    with pytest.raises(AttributeError, match="persons has no column 'shoe_size'"):
        _ = person.shoe_size
    with pytest.raises(ValueError, match="read-only"):
        model.column("persons.age")[0] = 3
    assert model.window(Person, 0) is person


def test_a_closed_window_opens_again(model):
    person = model.window(Person, 0)
    count = len(model.agents)
    person.remove()
    assert len(model.agents) == count - 1
    assert model.window(Person, 0) is not person


def test_outcomes_are_the_recorders(model):
    model.step()
    recorded = model.engine.result().outcomes
    site = next(iter(model.agents_by_type[Site]))
    cell = model._cell("jinxiu", "all", "all")
    ratios = sorted(name.removesuffix("__num") for name in recorded if name.endswith("__num"))
    for name in ratios:
        top, low = recorded[f"{name}__num"][-1][cell], recorded[f"{name}__den"][-1][cell]
        np.testing.assert_equal(site.outcome(name), top / low if low else math.nan)
    with pytest.raises(KeyError):
        model.outcome("no_such_outcome")
    with pytest.raises(KeyError, match="isn't recorded"):
        model.outcome(ratios[0], place="t01", group="sex=female")


def test_the_window_changes_nothing_of_the_run():
    seen = RelocationModel(region(3))
    collector = DataCollector(agenttype_reporters={Site: {"people": "people_present"}})
    for _ in range(3):
        seen.step()
        collector.collect(seen)
        len(next(iter(seen.agents_by_type[Site])).persons)
    plain = RelocationModel(region(3)).engine
    plain.run()
    for name, values in plain.result().outcomes.items():
        np.testing.assert_array_equal(values, seen.engine.result().outcomes[name])


def test_arms_and_seeds_are_chosen_as_arguments():
    scenario = with_arm(region(2), [any_item("micro_factory", region().start)])
    arm = RelocationModel(scenario, arm="arm", replicate=1)
    assert len(arm.engine.measures) == 1
    assert RelocationModel(region(2), rng=7).engine.luck.seed == 7
    with pytest.raises(KeyError):
        RelocationModel(scenario, arm="no_such_arm")
