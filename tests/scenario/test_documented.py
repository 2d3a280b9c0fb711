"""What the guide to scenario files shows can be loaded, and it names every key."""

import re
from pathlib import Path

import pytest

from simulation.scenario import load, load_mapping
from simulation.scenario.inherit import REGION
from simulation.scenario.model import KEYS

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "scenario.md").read_text("utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
SETTINGS = re.findall(r"^--set (\S+)=(\S+)$", GUIDE, re.MULTILINE)


@pytest.mark.parametrize("block", BLOCKS, ids=[one.splitlines()[0] for one in BLOCKS])
def test_each_block_is_right(tmp_path, block):
    file = tmp_path / "question.yaml"
    file.write_text(f"format: 1\nname: q\nbase: {ROOT.as_posix()}/scenarios/qianxi.yaml\n{block}", "utf-8")
    load(file)


def test_the_paths_of_set_are_spellings_of_one():
    assert len(SETTINGS) == 3
    made = [load(ROOT / "scenarios" / "over50_jobs.yaml", {path: text}).tree for path, text in SETTINGS]
    assert made[0] == made[1] == made[2]


def test_every_key_stands_in_the_table():
    table = GUIDE.split("| key | says |")[1].split("##")[0]
    assert set(KEYS) <= set(re.findall(r"`(\w+)`", table))


def test_what_is_not_inherited_is_said():
    (told,) = re.findall(r"([^.]*) are never inherited", " ".join(GUIDE.split()))
    assert set(KEYS) - set(REGION) - {"format", "base"} <= set(re.findall(r"`(\w+)`", told))
    assert not set(REGION) & set(re.findall(r"`(\w+)`", told))


def test_the_example_of_python_is_right():
    (text,) = re.findall(r"with_values\((\{.*?\})\)", GUIDE)
    values = {path: float(value) for path, value in re.findall(r'"([\w.]+)": (\d+)', text)}
    assert len(values) == 2
    load(ROOT / "scenarios" / "over50_jobs.yaml").with_values(values)


def test_an_ensemble_is_named_as_the_guide_says(tmp_path):
    (tmp_path / "posterior.csv").write_text("parameters.commuting.limit\n45\n", "utf-8")
    base = str(ROOT / "scenarios" / "qianxi.yaml")
    mapping = {"format": 1, "name": "q", "base": base, "uncertainty": {"ensemble": "posterior.csv"}}
    assert load_mapping(mapping, tmp_path).uncertainty.draws == 1
