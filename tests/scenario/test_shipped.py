"""The scenarios that come with the product are right, and load in a moment."""

import pickle
import time
from pathlib import Path

import pytest

from simulation.scenario import effective_text, load, region, schema

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


def test_the_reference_region_loads_in_a_moment():
    scenario = load(FOLDER / "qianxi.yaml")
    assert set(scenario.tables) == set(region.TABLES)
    assert set(scenario.parameters) == set(scenario.catalogue.processes) | set(scenario.catalogue.outcomes)
    began = time.perf_counter()
    load(FOLDER / "qianxi.yaml")
    assert time.perf_counter() - began < 0.3


def test_every_declared_parameter_stands_in_the_schema_with_a_source():
    for name, settings in schema()["properties"]["parameters"]["properties"].items():
        for key, one in settings["properties"].items():
            assert "source: " in one["description"], f"{name}.{key}"
