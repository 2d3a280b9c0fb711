"""A folder with a small region, and a way to read the mistakes of a text."""

import pytest

from simulation.scenario import ScenarioError, json_schema, load, plugins, region
from tests.scenario import region_small


@pytest.fixture
def small(monkeypatch, tmp_path):
    """A folder with a region of three tables, in which the small catalogue is what there is."""
    monkeypatch.setattr(region, "TABLES", region_small.TABLES)
    monkeypatch.setattr(region, "check_region", region_small.check_region)
    monkeypatch.setattr(plugins, "discover", region_small.catalogue)
    monkeypatch.setattr(json_schema, "discover", region_small.catalogue)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "places.csv").write_text(region_small.PLACES, "utf-8")
    (tmp_path / "employers.csv").write_text(region_small.EMPLOYERS, "utf-8")
    (tmp_path / "region.yaml").write_text(region_small.REGION, "utf-8")
    return tmp_path


@pytest.fixture
def mistakes(small):
    """A function: the YAML text -> its mistakes as they are printed, without the file's name."""

    def of(text, overrides=None, base=True):
        head = "format: 1\nname: a question\nbase: region.yaml\n" if base else ""
        (small / "question.yaml").write_text(head + text, "utf-8")
        with pytest.raises(ScenarioError) as caught:
            load("question.yaml", overrides or {})
        return [str(one).removeprefix("question.yaml:").lstrip() for one in caught.value.faults]

    return of


@pytest.fixture
def loaded(small):
    """A function: the YAML text -> the scenario."""

    def of(text="", overrides=None, base=True):
        head = "format: 1\nname: a question\nbase: region.yaml\n" if base else ""
        (small / "question.yaml").write_text(head + text, "utf-8")
        return load("question.yaml", overrides or {})

    return of
