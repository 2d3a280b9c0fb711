"""Commands that load the fake scenario and make fake runs, instead of the region and the engine."""

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from experiments import cli, study
from experiments.source import Source
from tests.experiments.fakes import FakeScenario, fake_run


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
