"""Real scenarios whose runs are made by a formula, so that every figure is known by hand."""

import dataclasses

import numpy as np
from typer.testing import CliRunner

from experiments import cli
from simulation.engine import Result
from tests.experiments.fakes import FakeScenario, fake_run
from tests.experiments.test_with_engine import SCENARIO

OUTCOME = "employed_50plus_count"
KNOWN = {**SCENARIO, "replicates": {"at_least": 4}, "report": {"outcomes": [OUTCOME]}, "record": {}}


def luck(seed, replicate):
    """What luck adds to the level: no two replicates the same."""
    return (seed * 31 + replicate * 17) ** 2 % 1009 / 40


def level(posts, look, seed, replicate):
    """The baseline: data and parameters work together, luck by itself."""
    return 10.0 * posts * look + luck(seed, replicate)


def effect(arm_posts, posts, look, seed, replicate):
    """What the factory adds: all three work together."""
    return arm_posts * look + posts * look * luck(seed, replicate) / 100


def known_run(scenario, arm, replicate) -> Result:
    """Make a run by the formula; the month adds its number, for windows to matter."""
    posts = float(scenario.tables["employers"]["posts"][0])
    look = scenario.parameters["job_search"].look_on_job
    value = level(posts, look, scenario.seed, replicate)
    if arm != "baseline":
        arm_posts = sum(item.settings.posts for item in scenario.arms[arm])
        value += effect(arm_posts, posts, look, scenario.seed, replicate)
    template = fake_run(FakeScenario(start=scenario.start, months=scenario.months), "baseline", replicate)
    months = scenario.start + np.arange(scenario.months, dtype=float)[:, None]
    outcomes = {OUTCOME: np.tile(value + months * (2 if arm == "baseline" else 3), (1, 8))}
    return dataclasses.replace(template, outcomes=outcomes, changes=[], ledger=[])


def older_run(scenario, arm, replicate) -> Result:
    """Make a run as an earlier program would have: 5 more in the baseline, 7 more in any other arm."""
    result = known_run(scenario, arm, replicate)
    return dataclasses.replace(result, outcomes={OUTCOME: result.outcomes[OUTCOME] + (5 if arm == "baseline" else 7)})


def diff(*arguments):
    """Call the command in this process, on one worker."""
    return CliRunner().invoke(cli.app, ["diff", "--workers", "1", *map(str, arguments)])


def everything(*folders):
    """Return the content and time of every file below some folders."""
    return {
        file: (file.read_bytes() if file.is_file() else b"", file.stat().st_mtime_ns)
        for folder in folders
        for file in (folder, *folder.rglob("*"))
    }
