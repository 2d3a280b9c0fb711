"""Fake scenarios and fake runs, instead of the region and the engine: for commands, and for whole studies."""

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from experiments import cli, outputs, study
from experiments.source import Source
from experiments.study import run_study
from simulation.scenario.model import KEYS
from tests.experiments.fakes import FakeScenario, fake_run
from tests.experiments.known import KNOWN, known_run


@pytest.fixture
def command(monkeypatch, tmp_path):
    """How to call a command on a fake study; `run_one` and `scenario` may be exchanged between calls."""
    runner = CliRunner()

    def call(*arguments, run_one=fake_run, scenario=None):
        known = scenario or FakeScenario()
        monkeypatch.setattr(Source, "load", lambda self: (replace(known, months=self.months or known.months), (), 6))
        monkeypatch.setattr(study, "EngineRuns", lambda _code: run_one)
        monkeypatch.setattr(study, "prepare", lambda *_: None)
        monkeypatch.setattr(study, "warm_mark", lambda: tmp_path / "warm")
        return runner.invoke(cli.app, [str(one) for one in arguments])

    return call


@pytest.fixture
def make(monkeypatch, tmp_path):
    """How to make a study of a real scenario whose runs are made by a formula; nothing is drawn, so it takes a moment.

    Named are its folder, what differs from the scenario, and options of `run_study`.
    """
    monkeypatch.setattr(study, "EngineRuns", lambda _code: known_run)
    monkeypatch.setattr(study, "prepare", lambda *_: None)
    monkeypatch.setattr(study, "warm_mark", lambda: tmp_path / "warm")
    monkeypatch.setattr(outputs, "write_figures", lambda _study: None)

    def make(folder, run_one=known_run, **changes):
        told = {key: changes.pop(key) for key in list(changes) if key in KEYS}
        loaded, _, _ = Source({**KNOWN, **told}).load()
        run_study(loaded, tmp_path / folder, run_one=run_one, workers=1, **changes)
        return tmp_path / folder

    return make
