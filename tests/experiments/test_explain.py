"""What a scenario is said to do, cost and rest on, on the region that is shipped."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments import cli, explain, kernels
from experiments.source import Source
from simulation.engine import Engine

SCENARIOS = Path(__file__).parents[2] / "scenarios"
RUNNER = CliRunner()


@pytest.fixture(scope="module")
def explained():
    return RUNNER.invoke(cli.app, ["explain", str(SCENARIOS / "over50_jobs.yaml")]).stdout


def test_check_says_what_each_arm_does_costs_and_takes():
    done = RUNNER.invoke(cli.app, ["check", str(SCENARIOS / "over50_jobs.yaml"), "--set", "scale.stayers=0.01",
                                   "--set", "scale.hosts=0.01", "--set", "scale.relocated=0.02"])  # fmt: skip
    assert done.exit_code == 0, done.output
    for said in (
        "baseline: no intervention\n",
        "  a micro-factory with 76 posts at jinxiu",
        "Cost: 646,000 yuan until 2022-12",
        "800 yuan for each month of a filled post",
        "80 yuan for each day of a participant, and 1,500 yuan for each person admitted",
        "50 runs of 60 months (5 arms): about ",
        " MB each",
    ):
        assert said in done.stdout, said


def test_every_parameter_in_use_is_explained_with_unit_range_and_source(explained):
    scenario, _, _ = Source(SCENARIOS / "over50_jobs.yaml").load()
    chosen = {one.name for one in scenario.catalogue.chosen(scenario.behaviour)} | set(scenario.catalogue.outcomes)
    for owner in chosen & scenario.parameters.keys():
        for name in type(scenario.parameters[owner]).model_fields:
            assert re.search(rf"^  {name} ", explained, re.MULTILINE), f"{owner}.{name}"
    assert "children_per_woman" in explained
    assert "0.8 to 3" in explained
    assert "[S14] 1.81 in 2016" in explained


@pytest.fixture
def rules(tmp_path):
    """A scenario whose arms compare rules."""
    file = tmp_path / "rules.yaml"
    file.write_text(
        "format: 1\nname: rules\nbase: " + (SCENARIOS / "qianxi.yaml").as_posix() + "\nmonths: 3\n"
        "scale: {relocated: 0.02, stayers: 0.01, hosts: 0.01}\n"
        "arms:\n  patience: [behaviour: {return: return_threshold}]\n  as_ever: [behaviour: {return: return_logit}]\n",
        "utf-8",
    )
    return file


def test_check_says_by_which_rule_an_arm_goes_and_that_it_costs_nothing(rules):
    done = RUNNER.invoke(cli.app, ["check", str(rules)])
    assert done.exit_code == 0, done.output
    assert "patience:\n  households go back by return_threshold instead of return_logit. Cost: nothing\n" in done.stdout
    assert "as_ever:\n  households go back by return_logit as in the baseline. Cost: nothing\n" in done.stdout


def test_explain_shows_the_rules_that_only_an_arm_runs_and_their_numbers(rules):
    done = RUNNER.invoke(cli.app, ["explain", str(rules)])
    assert done.exit_code == 0, done.output
    assert "return_threshold (for return)" in done.stdout
    assert "in patience" in done.stdout
    assert "parameters of return_threshold" in done.stdout
    assert "parameters of return_logit" in done.stdout
    assert re.search(r"^  patience_least_months ", done.stdout, re.MULTILINE)


def test_a_slot_without_words_is_named_itself(rules):
    scenario, _, _ = Source(rules).load()
    assert explain._ruled(scenario, "farming", "farming") == "farming goes by farming as in the baseline. Cost: nothing"


PLUGIN = """
'''Nobody goes back.'''
from simulation.contract import Column, process


@process(phase="decide", slot="return", reads=[{reads}], owns={{{owns}}})
def run(world, draws, clock, settings):
    pass
"""
WISH = '"households.return_wish": Column("int8", 0, "", "x")'
INTENTION = '"households.return_intention": Column("int8", 0, "", "x")'


@pytest.mark.parametrize(
    ("reads", "owns", "said"),
    [
        ("", "", "arm 'patience': homes reads households.return_wish, which nobody owns; did you mean"),
        ('"persons.agee"', WISH, "arm 'patience': never reads persons.agee, which nobody owns; did you mean"),
        ("", WISH + ', "persons.age": Column("int16", 0, "years", "x")', "both own persons.age: leave it to one"),
        ("", WISH, "arm 'patience': outcome 'settlement' reads households.return_intention, which nobody owns"),
        ("", f"{WISH}, {INTENTION}", None),
    ],
)
def test_a_month_that_an_arm_cannot_keep_is_refused_with_the_arm(rules, reads, owns, said):
    (rules.parent / "never.py").write_text(PLUGIN.format(reads=reads, owns=owns), "utf-8")
    named = rules.read_text("utf-8").replace("return_threshold", "never")
    rules.write_text(named + "plugins: [never.py]\n", "utf-8")
    done = RUNNER.invoke(cli.app, ["check", str(rules)])
    assert done.exit_code == (2 if said else 0), done.output
    assert (said or "households go back by never instead of return_logit") in done.output.replace("\n", " ")


def test_the_settings_of_the_arms_are_explained_and_months_are_written_as_months(explained):
    part = explained[explained.index("arm micro_factories: micro_factory/jinxiu") :]
    assert re.search(r"opens +2020-04 +month", part)
    assert re.search(r"setup_yuan_per_post +8500 +yuan a post", part)


def test_the_month_and_the_effective_scenario_are_explained_and_nothing_is_cut(explained):
    assert "the month" in explained
    assert "last month's" in explained
    assert "# effective scenario of" in explained
    assert "…" not in explained
    assert max(len(line) for line in explained[: explained.index("# effective")].splitlines()) <= 160


def test_kernels_are_compiled_before_the_trial_is_timed(tmp_path, monkeypatch):
    mark = tmp_path / "warm"
    monkeypatch.setattr(kernels, "warm_mark", lambda: mark)
    small = {f"scale.{population}": "0.01" for population in ("relocated", "stayers", "hosts")}
    scenario, _, _ = Source(SCENARIOS / "small.yaml", small).load()
    built = []
    monkeypatch.setattr(kernels, "Engine", lambda *asked: built.append(asked) or Engine(*asked))
    assert "by a trial of" in explain.trial(scenario, 1, 1, 1)
    assert mark.exists()
    explain.trial(scenario, 1, 1, 1)
    assert len(built) == 1
