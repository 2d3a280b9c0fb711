"""The command that a study tells makes the same study again, from what its folder holds alone."""

import shlex

import pytest
from typer.testing import CliRunner

from analysis import load
from analysis.reproduce import command
from experiments.cli import app
from experiments.source import Source
from experiments.study import run_study
from tests.experiments.known import KNOWN, known_run

FACTORY = {"place": "jinxiu", "opens": "2018-06"}


def again(folder, monkeypatch):
    """Give the command in the folder of the study; return the study that it makes."""
    monkeypatch.chdir(folder)
    done = CliRunner().invoke(app, [*shlex.split(command(load(folder)))[1:], "--workers", "1", "--no-units"])
    assert done.exit_code == 0, done.output
    return load(folder / "again")


@pytest.mark.parametrize(
    "asked",
    [
        {"replicates": {"at_least": 3}},
        {
            "replicates": {"at_least": 2},
            "draws": 4,
            "uncertainty": {"draws": 8, "parameters": {"parameters.job_search.look_on_job": {}}},
        },
    ],
    ids=["fixed", "drawn"],
)
def test_it_makes_the_same_study_again(make, monkeypatch, asked):
    folder = make("told", **asked)
    assert again(folder, monkeypatch).hash == load(folder).hash


def test_arms_that_were_left_out_stay_out(make, monkeypatch, tmp_path):
    arms = {name: [{"micro_factory": {**FACTORY, "posts": posts}}] for name, posts in (("small", 10), ("large", 40))}
    make("told", arms=arms)
    folder = tmp_path / "small"
    run_study(Source({**KNOWN, "arms": arms}).load()[0], folder, arms=("small",), run_one=known_run, workers=1)
    told = again(folder, monkeypatch)
    assert (told.arms, told.hash) == (("baseline", "small"), load(folder).hash)
