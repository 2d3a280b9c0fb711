"""The effective scenario as text means the same; the schema tells what the loader allows."""

import json
import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from simulation.scenario import ScenarioError, effective_text, json_schema, load, load_mapping, schema
from simulation.scenario.model import KEYS
from tests.scenario import region_small
from tests.scenario.test_fuzz import GOOD


def same(one, other):
    assert other.fingerprint() == one.fingerprint()
    assert {arm: other.arm_fingerprint(arm) for arm in other.arms} == {
        arm: one.arm_fingerprint(arm) for arm in one.arms
    }
    for name in ("name", "why", "months", "replicates", "report", "record", "events", "arm_behaviour"):
        assert getattr(other, name) == getattr(one, name)


def test_every_value_is_followed_by_its_file(loaded):
    scenario = loaded(
        "scale: {hosts: 0.5}\narms: {a: [{workshop: {place: jinxiu, posts: 3, opens: 2020-01}}], b: []}\n",
        {"seed": "3"},
    )
    lines = [re.sub(r" +# ", " # ", one) for one in effective_text(scenario, ".").splitlines()]
    assert lines == [
        "# effective scenario of question.yaml",
        "format: 1 # question.yaml",
        'name: "a question" # question.yaml',
        "start: 2018-01 # region.yaml",
        "months: 60 # region.yaml",
        "seed: 3 # --set",
        "scale:",
        "  hosts: 0.5 # question.yaml",
        "tables:",
        '  places: "places.csv" # region.yaml',
        '  employers: "employers.csv" # region.yaml',
        "parameters:",
        "  births:",
        "    fertility: 2 # region.yaml",
        "arms:",
        "  a:",
        "    -",
        "      workshop:",
        "        place: jinxiu # question.yaml",
        "        posts: 3 # question.yaml",
        "        opens: 2020-01 # question.yaml",
        "  b: [] # question.yaml",
    ]


def test_the_text_loads_again_from_another_folder_and_means_the_same(small):
    (small / "question.yaml").write_text(GOOD, "utf-8")
    scenario = load("question.yaml")
    (small / "results").mkdir()
    for folder in (None, small / "results"):
        (small / "results" / "effective.yaml").write_text(effective_text(scenario, folder), "utf-8")
        same(scenario, load(small / "results" / "effective.yaml"))
    assert '"../places.csv"' in effective_text(scenario, small / "results")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.text(max_size=20), st.floats(0, 1), st.floats(0, 10))
@example("true", 1e-300, 1e-5)
@example("2020-04", 5e-324, 10.0)
@example('line\nbreak \\ "quoted" # \x7f\x85\u2028\ufeff\U0001f986: {', 0.1, 3e-7)
def test_any_text_and_number_survive(small, text, share, scale):
    if any("\ud800" <= one <= "\udfff" for one in text):
        text = ""
    mapping = {
        "format": 1, "name": "q", "base": "region.yaml", "why": text, "scale": {"hosts": scale},
        "parameters": {"moving": {"pace": share}},
    }  # fmt: skip
    scenario = load_mapping(mapping, small)
    (small / "effective.yaml").write_text(effective_text(scenario), "utf-8", newline="\n")
    same(scenario, load("effective.yaml"))


def test_the_schema_names_every_key_and_carries_unit_range_and_source(small):
    made = schema()
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(made["properties"]) == set(KEYS)
    assert made["required"] == ["format", "name"]
    assert made["additionalProperties"] is False
    fertility = made["properties"]["parameters"]["properties"]["births"]["properties"]["fertility"]
    assert fertility == {
        "type": "number", "default": 1.7, "minimum": 0.0, "maximum": 8.0,
        "description": "children a woman has [children]; source: [S12]",
    }  # fmt: skip
    workshop = next(
        one["properties"]["workshop"]
        for one in made["$defs"]["intervention"]["oneOf"]
        if "workshop" in one["properties"]
    )
    assert workshop["properties"]["opens"]["pattern"] == json_schema.MONTH_PATTERN
    assert workshop["properties"]["posts"]["maximum"] == 500
    assert "'places'" in workshop["properties"]["place"]["description"]
    assert made["properties"]["behaviour"]["properties"]["moving"]["enum"] == ["moving", "moving_by_rank"]
    assert json.loads(json.dumps(made)) == made


def test_the_rules_of_an_arm_are_written_and_load_again(small, loaded):
    scenario = loaded("arms: {a: [{behaviour: {moving: moving_by_rank}}]}\n")
    text = effective_text(scenario)
    assert [re.sub(r" +# .*", "", one) for one in text.splitlines()][-4:] == [
        "  a:", "    -", "      behaviour:", "        moving: moving_by_rank",
    ]  # fmt: skip
    (small / "effective.yaml").write_text(text, "utf-8")
    again = load("effective.yaml")
    same(scenario, again)
    assert again.arm_behaviour == {"a": {"moving": "moving_by_rank"}}


def test_the_schema_knows_the_rules_of_an_arm(small):
    rules = next(
        one["properties"]["behaviour"]
        for one in schema()["$defs"]["intervention"]["oneOf"]
        if "behaviour" in one["properties"]
    )
    assert rules["properties"]["moving"] == {"enum": ["moving", "moving_by_rank"], "default": "moving"}
    assert rules["additionalProperties"] is False


def test_every_reference_of_the_schema_leads_somewhere(small):
    text = json.dumps(schema())
    defs = schema()["$defs"]
    for name in re.findall(r'"#/\$defs/([^"]+)"', text):
        assert name in defs


def test_what_the_schema_forbids_the_loader_refuses(small):
    for key in schema()["properties"]["parameters"]["properties"]:
        with pytest.raises(ScenarioError, match="unknown key 'nonsense'"):
            load("region.yaml", {f"parameters.{key}.nonsense": "1"})
    assert set(region_small.catalogue().processes) < set(schema()["properties"]["parameters"]["properties"])
