"""A scenario that is right: inheritance, provenance, fingerprints, months, pickling."""

import dataclasses
import pickle
import subprocess
import sys

import numpy as np
import pytest

from simulation.clock import Moment
from simulation.months import month_of
from simulation.scenario import Fault, Scenario, ScenarioError, inherit, load, load_mapping
from simulation.scenario.items import Item
from tests.scenario import region_small

WORKSHOP = "arms:\n  a:\n    - workshop: {place: jinxiu, posts: 3, opens: 2020-01}\n"


# ---- base


def test_only_the_region_is_inherited(small, loaded):
    (small / "region.yaml").write_text(
        region_small.REGION
        + "why: a reason\n"
        + WORKSHOP
        + "replicates: {at_least: 3}\nreport: {outcomes: [poor_count]}\n",
        "utf-8",
    )
    scenario = loaded()
    assert (scenario.name, scenario.why, scenario.seed, scenario.months) == ("a question", "", 11, 60)
    assert list(scenario.arms) == ["baseline"]
    assert scenario.replicates == {"at_least": 20, "at_most": 400, "until": {}, "minutes": None}
    assert scenario.report == {"outcomes": (), "window": "", "by": ()}


def test_maps_merge_lists_are_replaced_null_deletes_and_origins_are_kept(small, loaded):
    scenario = loaded(
        "parameters:\n  births: {gap: 20, fertility: null}\n  moving: {pace: 0.25}\nseed: null\nmonths: 24\n",
        {"parameters.moving.pace": "0.5", "scale.hosts": "2"},
    )
    assert scenario.effective["parameters"] == {"births": {"gap": 20}, "moving": {"pace": 0.5}}
    assert scenario.parameters["births"].fertility == 1.7
    assert (scenario.seed, scenario.months, scenario.scale["hosts"]) == (0, 24, 2.0)
    assert scenario.origins["parameters.births.gap"] == "question.yaml"
    assert scenario.origins["parameters.moving.pace"] == "--set"
    assert scenario.origins["start"] == "region.yaml"
    assert "base" not in scenario.effective


def test_a_base_of_a_base_and_paths_from_the_folder_of_the_file_that_names_them(small):
    (small / "studies" / "county").mkdir(parents=True)
    (small / "studies" / "county" / "places.csv").write_text(region_small.PLACES.replace("40", "50"), "utf-8")
    (small / "studies" / "county" / "county.yaml").write_text(
        "format: 1\nname: c\nbase: ../../region.yaml\ntables: {places: places.csv}\n", "utf-8"
    )
    (small / "studies" / "q.yaml").write_text("format: 1\nname: q\nbase: county/county.yaml\nseed: 5\n", "utf-8")
    scenario = load("studies/q.yaml")
    assert scenario.tables["places"]["homes"].tolist() == [0, 50]
    assert scenario.origins["tables.places"] == "studies/county/county.yaml"
    assert scenario.origins["tables.employers"] == "region.yaml"
    (small / "studies" / "county" / "places.csv").write_text("id\n", "utf-8")
    with pytest.raises(ScenarioError, match=r"^studies/county/places\.csv:1:1: homes: the column is missing"):
        load("studies/q.yaml")


def test_a_circle_of_bases_is_refused_with_its_names(small):
    (small / "a.yaml").write_text("format: 1\nname: a\nbase: b.yaml\n", "utf-8")
    (small / "b.yaml").write_text("format: 1\nname: b\nbase: a.yaml\n", "utf-8")
    with pytest.raises(
        ScenarioError, match=r"b\.yaml:3:7: base: the bases go round in a circle: a\.yaml -> b\.yaml -> a\.yaml"
    ):
        load("a.yaml")


def test_a_broken_base_is_told_once_and_the_rest_is_still_checked(small, mistakes):
    (small / "region.yaml").write_text("format: 1\nname: [\n", "utf-8")
    told = mistakes("scale: {hosts: a}\n")
    assert len(told) == 2
    assert told[0] == "4:16: scale.hosts: must be a number, got 'a'; allowed: 0 to 10"
    assert told[1].startswith("region.yaml:3:1: isn't YAML")


def test_an_older_format_goes_through_its_migration(small, monkeypatch):
    def renamed(item):
        value = dict(item.value)
        value["months"] = value.pop("horizon")
        value["format"] = Item(inherit.FORMAT, value["format"].spot, value["format"].key)
        return Item(value, item.spot)

    monkeypatch.setitem(inherit.MIGRATIONS, 0, renamed)
    (small / "old.yaml").write_text("format: 0\nname: old\nbase: region.yaml\nhorizon: 12\n", "utf-8")
    assert load("old.yaml").months == 12


# ---- arms, months, events


def test_the_baseline_comes_first_and_is_empty(loaded):
    scenario = loaded(
        "arms:\n  b: []\n  baseline: []\n  c:\n    - workshop: {place: jinxiu, posts: 3, opens: 2020-01}\n"
    )
    assert list(scenario.arms) == ["baseline", "b", "c"]
    assert scenario.arms["baseline"] == () == scenario.arms["b"]


def test_identities_name_kind_place_and_name(loaded):
    scenario = loaded(
        WORKSHOP + "    - workshop: {place: jinxiu, posts: 3, opens: 2020-01, name: evening}\n"
        "    - lending: {from: mill, to: quarry, starts: 2019-06}\n"
    )
    assert [one.identity for one in scenario.arms["a"]] == [
        "workshop/jinxiu",
        "workshop/jinxiu/evening",
        "lending/quarry",
    ]
    first, lending = scenario.arms["a"][0].settings, scenario.arms["a"][2].settings
    assert (first.opens, first.first_month, first.capital_month) == (24240, 24240, 24238)
    assert (lending.starts, lending.origin) == (month_of("2019-06"), "mill")


def test_the_epidemic_moves_its_months_and_no_others(loaded):
    scenario = loaded("events: {epidemic: {from: 2020-02, to: 2020-04, visit_scale: 0.5, coast_open: false}}\n")
    start = month_of("2018-01")
    for text, inside in (("2020-01", False), ("2020-02", True), ("2020-04", True), ("2020-05", False)):
        month = month_of(text)
        expected = Moment(month, start, False, 0.5) if inside else Moment(month, start)
        assert scenario.moment(month) == expected
    assert scenario.notes == ()
    late = loaded("events: {epidemic: {from: 2030-02, to: 2030-04}}\n")
    assert late.notes == (
        "events.epidemic (2030-02 to 2030-04) lies outside the run's months (2018-01 to 2022-12) and changes nothing",
    )


def test_truncation_says_what_never_starts(loaded):
    text = "arms: {a: [{workshop: {place: jinxiu, posts: 3, opens: 2020-01}}], b: [], c: "
    text += "[{lending: {from: mill, to: quarry, starts: 2018-06}}, "
    text += "{workshop: {place: jinxiu, posts: 1, opens: 2021-01}}]}\n"
    scenario = loaded(text + "report: {window: 2018-12..2020-12}\n")
    short, told = scenario.truncated(18)
    assert (short.months, short.last, scenario.months) == (18, month_of("2019-06"), 60)
    assert told == (
        "arm 'a': workshop/jinxiu never starts: it comes into force in 2020-01, the last month is 2019-06 "
        "(the whole arm equals the baseline)",
        "arm 'c': workshop/jinxiu never starts: it comes into force in 2021-01, the last month is 2019-06",
        "report: the window 2018-12..2020-12 becomes 2018-12..2019-06",
    )
    assert short.report["window"] == "2018-12..2019-06"
    assert short.effective["months"] == 18
    assert short.fingerprint() == scenario.fingerprint()
    assert scenario.truncated(60)[1] == ()
    assert scenario.truncated(6)[0].report["window"] == ""
    for months in (0, 61):
        with pytest.raises(ScenarioError, match=rf"^--months: lies outside its range, got {months}; allowed: 1 to 60"):
            scenario.truncated(months)


# ---- fingerprints


def test_the_fingerprint_sees_what_changes_results(small, loaded):
    plain = loaded().fingerprint()
    for text in (
        "seed: 12\n", "start: 2018-02\n", "scale: {hosts: 0.5}\n", "parameters: {births: {gap: 16}}\n",
        "behaviour: {moving: moving_by_rank}\n", "events: {epidemic: {from: 2020-01, to: 2020-02, visit_scale: 0.5}}\n",
    ):  # fmt: skip
        assert loaded(text).fingerprint() != plain, text
    (small / "places.csv").write_text(region_small.PLACES.replace("40", "41"), "utf-8")
    assert loaded().fingerprint() != plain


def test_the_fingerprint_overlooks_names_comments_reports_and_months(small, loaded):
    plain = loaded(WORKSHOP)
    (small / "sites.csv").write_text(region_small.PLACES, "utf-8")
    other = loaded(
        "# a comment\nwhy: because\nmonths: 48\ntables: {places: sites.csv}\nreplicates: {at_least: 3}\n"
        "report: {outcomes: [poor_count]}\nbehaviour: {moving: moving}\nparameters: {births: {gap: 15}}\n"
        + WORKSHOP.replace("  a:", "  another:")
    )
    assert other.fingerprint() == plain.fingerprint()
    assert other.arm_fingerprint("another") == plain.arm_fingerprint("a")


def test_the_parameters_of_a_behaviour_that_does_not_run_change_nothing(loaded):
    text = "behaviour: {moving: moving_by_rank}\n"
    assert loaded(text).fingerprint() == loaded(text + "parameters: {moving: {pace: 0.9}}\n").fingerprint()


def test_arms_commute_in_their_fingerprint(loaded):
    lines = [
        "    - workshop: {place: jinxiu, posts: 3, opens: 2020-01}\n",
        "    - lending: {from: mill, to: quarry, starts: 2019-06}\n",
    ]
    one, other = loaded("arms:\n  a:\n" + "".join(lines)), loaded("arms:\n  a:\n" + "".join(lines[::-1]))
    assert one.arm_fingerprint("a") == other.arm_fingerprint("a") != one.arm_fingerprint("baseline")
    more = loaded("seed: 12\narms:\n  a:\n" + "".join(lines))
    assert more.arm_fingerprint("a") != one.arm_fingerprint("a")


# ---- the object


def test_a_scenario_cannot_be_changed(loaded):
    scenario = loaded(WORKSHOP)
    with pytest.raises(dataclasses.FrozenInstanceError):
        scenario.seed = 3
    with pytest.raises(TypeError):
        scenario.arms["a"] = ()
    with pytest.raises(ValueError, match="read-only"):
        scenario.tables["places"]["homes"][0] = 1
    scenario.effective["seed"] = 99
    assert scenario.effective["seed"] == 11


def test_a_scenario_survives_pickling(loaded):
    scenario = loaded(WORKSHOP + "events: {epidemic: {from: 2020-02, to: 2020-04}}\n")
    again = pickle.loads(pickle.dumps(scenario))
    assert isinstance(again, Scenario)
    assert again.arm_fingerprint("a") == scenario.arm_fingerprint("a")
    assert (again.arms, again.events, again.effective) == (scenario.arms, scenario.events, scenario.effective)
    assert not again.tables["places"]["homes"].flags.writeable


def test_faults_survive_pickling():
    error = ScenarioError([Fault("b", 2, 1, "x", "y"), Fault("a", 1, 1, "", "z")])
    assert pickle.loads(pickle.dumps(error)).faults == error.faults
    assert str(error) == "a:1:1: z\nb:2:1: x: y"


# ---- mappings


def test_a_mapping_is_a_scenario_too(small):
    mapping = {
        "format": np.int64(1), "name": "q", "base": "region.yaml", "months": np.int32(12),
        "arms": {"a": [{"workshop": {"place": "jinxiu", "posts": 3, "opens": "2018-06", "serves": ("jinxiu",)}}]},
    }  # fmt: skip
    scenario = load_mapping(mapping, small)
    assert (scenario.months, scenario.file, scenario.arms["a"][0].settings.serves) == (12, "", ("jinxiu",))
    assert load(mapping).fingerprint() == scenario.fingerprint()
    with pytest.raises(
        ScenarioError, match=r"^scenario: months: must be a whole number, got true; allowed: 1 to 600 months$"
    ):
        load_mapping({**mapping, "months": True}, small)


def test_what_yaml_cannot_say_is_refused_in_a_mapping(small):
    loop = {}
    loop["x"] = loop
    for value, told in (
        ({1: 2}, "scenario: a key must be text, got 1; put it in quotes"),
        (
            {"seed": float("nan")},
            "scenario: seed: must be text, a finite number, true, false, a map or a list, got nan",
        ),
        ({"seed": {1, 2}}, "scenario: seed: must be text, a finite number, true, false, a map or a list, got {1, 2}"),
        (loop, "scenario: x.x.x: is nested too deeply; allowed: 40 levels"),
    ):
        with pytest.raises(ScenarioError) as caught:
            load_mapping(value, small)
        assert str(caught.value) == told


# ---- plugins

PLUGIN = '''"""A canteen."""
from simulation.contract import Phasing, intervention
from simulation.ledger import Costs
from simulation.parameters import quantity, reference

class Settings(Phasing):
    place: str = reference("places", "where it stands")
    meals: int = quantity("meals", 0, 500, "meals a day")

@intervention
def contribute(levers, clock, settings, row):
    pass

def costs(settings):
    return Costs(units=settings.meals)

def describe(settings):
    return f"{settings.meals} meals"
'''


def test_a_plugin_brings_an_intervention_and_travels_with_the_scenario(small, loaded):
    (small / "canteen.py").write_text(PLUGIN, "utf-8")
    text = "plugins: [canteen.py]\narms:\n  a:\n    - canteen: {place: jinxiu, meals: 9, opens: 2020-01}\n"
    scenario = loaded(text)
    assert scenario.arms["a"][0].identity == "canteen/jinxiu"
    dumped = pickle.dumps(scenario)
    (small / "canteen.py").unlink()
    package = scenario.plugins[0].module().__name__
    sys.modules.pop(package)
    again = pickle.loads(dumped)
    assert again.catalogue.interventions["canteen"].describe(again.arms["a"][0].settings) == "9 meals"
    assert again.arm_fingerprint("a") == scenario.arm_fingerprint("a")
    (small / "canteen.py").write_text(PLUGIN + "# changed\n", "utf-8")
    assert loaded(text).fingerprint() != scenario.fingerprint()


def test_a_plugin_that_fails_is_a_mistake_of_that_line(small, mistakes):
    (small / "bad.py").write_text("def f(:\n", "utf-8")
    (small / "idle.py").write_text("x = 1\n", "utf-8")
    (small / "stop.py").write_text("raise OSError('no\\nluck')\n", "utf-8")
    (small / "workshop.py").write_text(PLUGIN, "utf-8")
    (small / "latin.py").write_bytes(b"# caf\xe9\n")
    told = mistakes("plugins: [bad.py, idle.py, stop.py, workshop.py, latin.py]\n")
    assert told[1].startswith("4:11: plugins.0: 'bad.py' can't be used: SyntaxError: ")
    assert [told[0], *told[2:]] == [
        "latin.py:1:6: isn't UTF-8: byte 0xe9 at offset 5; save the file as UTF-8",
        "4:19: plugins.1: 'idle.py' can't be used: ContractError: it declares no process ('run'), "
        "intervention ('contribute') or outcome ('measure')",
        "4:28: plugins.2: 'stop.py' can't be used: OSError: no luck",
        "4:37: plugins.3: 'workshop.py' can't be used: ContractError: two files in interventions are named 'workshop'; "
        "rename one",
    ]


# ---- cost


def test_importing_the_loader_imports_neither_pandas_nor_mesa():
    heavy = "{'pandas', 'mesa', 'matplotlib', 'pyarrow'}"
    code = f"import sys, simulation.scenario; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
