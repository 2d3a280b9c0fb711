"""What a scenario is said to do, cost and rest on, on the region that is shipped."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments import cli
from experiments.source import Source

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
        "40 runs of 60 months (4 arms): about ",
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
