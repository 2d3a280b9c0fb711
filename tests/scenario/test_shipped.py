"""The scenarios that come with the product are right."""

import pickle
from pathlib import Path

import pytest

from simulation.months import month_of
from simulation.scenario import ScenarioError, effective_text, load, region, schema

FOLDER = Path(__file__).parents[2] / "scenarios"
FILES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=[one.stem for one in FILES])
def test_it_loads_and_its_effective_text_means_the_same(path, tmp_path):
    scenario = load(path)
    (tmp_path / "effective.yaml").write_text(effective_text(scenario, tmp_path), "utf-8")
    again = load(tmp_path / "effective.yaml")
    for arm in scenario.arms:
        assert again.arm_fingerprint(arm) == scenario.arm_fingerprint(arm)
        assert pickle.loads(pickle.dumps(scenario)).arm_fingerprint(arm) == scenario.arm_fingerprint(arm)


def test_the_reference_region_is_whole():
    scenario = load(FOLDER / "qianxi.yaml")
    assert set(scenario.tables) == set(region.TABLES)
    assert set(scenario.parameters) == set(scenario.catalogue.processes) | set(scenario.catalogue.outcomes)


def test_fewer_see_a_doctor_and_nobody_leaves_for_the_coast_while_the_epidemic_lasts():
    scenario = load(FOLDER / "qianxi.yaml")
    for text, inside in (("2020-01", False), ("2020-02", True), ("2020-04", True), ("2020-05", False)):
        moment = scenario.moment(month_of(text))
        assert (moment.visit_scale < 1, moment.coast_open) == (inside, not inside)


def test_every_declared_parameter_stands_in_the_schema_with_a_source():
    for name, settings in schema()["properties"]["parameters"]["properties"].items():
        for key, one in settings["properties"].items():
            assert "source: " in one["description"], f"{name}.{key}"


def test_a_school_lends_no_teachers_to_another_level(tmp_path):
    file = tmp_path / "levels.yaml"
    transfer = "teacher_transfer: {from: town_a_junior, to: jinxiu_primary, teachers: 2, opens: 2020-09}"
    file.write_text(f"format: 1\nname: levels\nbase: {FOLDER}/qianxi.yaml\narms:\n  one:\n    - {transfer}\n", "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(file)
    (line,) = str(caught.value).splitlines()
    assert "levels.yaml:6:32: arms.one.0.teacher_transfer.from: 'town_a_junior' is a junior school" in line
    assert "name one of the same level" in line
