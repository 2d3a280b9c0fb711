"""The command line: exit statuses, what is said where, and that nothing heavy is imported for nothing."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments import cli, study
from experiments.source import SettingError, Source, settings_of
from experiments.verify import sampled, verify
from tests.experiments.fakes import FakeScenario, InterruptedRun, failing_run, fake_run

RUNNER = CliRunner()
ROOT = Path(__file__).parents[2]


@pytest.fixture
def fake(monkeypatch, tmp_path):
    """Let the command load the fake scenario and make fake runs; returns how to call it."""

    def prepared(run_one, scenario=None):
        monkeypatch.setattr(Source, "load", lambda _self: (scenario or FakeScenario(), ("something may surprise",), 6))
        monkeypatch.setattr(study, "EngineRuns", lambda _code: run_one)
        monkeypatch.setattr(study, "prepare", lambda *_: None)
        monkeypatch.setattr(study, "warm_mark", lambda: tmp_path / "warm")
        return lambda *more: RUNNER.invoke(
            cli.app, ["run", "any.yaml", "--out", str(tmp_path / "out"), "--workers", "1", *more]
        )

    return prepared


def test_help_imports_nothing_heavy():
    heavy = ("numba", "numpy", "pandas", "matplotlib", "mesa", "pyarrow", "scipy", "simulation")
    code = f"import sys, experiments.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_run_prints_the_comparison_and_writes_the_folder(fake, tmp_path):
    done = fake(fake_run)()
    assert done.exit_code == 0, done.output
    for said in (
        "employed: persons at work", "unit: persons; mean of 2020-01..2020-06 (the last 6 months); 3 runs of each arm",
        "for: persons, counted where registered; all places, all populations together",
        "jobs 107.5 +3.0 +1.8 to +4.2 100% higher, better", "relocated 104.5 +3.0 +1.8 to +4.2",
        "empty 107.5 0 no difference", "computing error alone; it shrinks with more runs",
        "Parameters were held", "programme cost in yuan", "jobs +1.5 4,000", "person-year more",
        "filled 1.7", "person-months a second",
    ):  # fmt: skip
        assert said in " ".join(done.output.split()), said
    assert "note: something may surprise" in done.stderr
    assert (tmp_path / "out" / "figures" / "employed.svg").exists()


def test_a_second_run_says_what_is_there(fake):
    call = fake(fake_run)
    call()
    assert "9 runs, 9 of them there already" in call().stderr


def test_quiet_says_nothing(fake):
    done = fake(fake_run)("--quiet")
    assert done.exit_code == 0
    assert done.output == ""


def test_failed_runs_are_listed_and_the_status_is_1(fake):
    done = fake(failing_run)()
    assert done.exit_code == 1
    assert "failed: jobs-r0001; its traceback is in" in done.stderr
    assert "+" in done.stdout


def test_an_interrupt_is_status_130_and_says_how_to_go_on(fake):
    done = fake(InterruptedRun())()
    assert done.exit_code == 130
    assert "interrupted: what finished is kept in" in done.stderr
    assert "the same command goes on from there" in done.stderr


def test_bad_input_is_status_2_without_a_traceback_and_writes_nothing(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("format: 1\nname: bad\nmonths: ten\n")
    done = RUNNER.invoke(cli.app, ["run", str(bad), "--out", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()
    assert "bad.yaml:3:9: months" in done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--arm", "job"], "no arm 'job'; did you mean 'jobs'?"),
        (["--set", "months"], "--set months: write PATH=VALUE"),
    ],
)
def test_a_wrong_option_is_status_2(fake, tmp_path, arguments, said):
    done = fake(fake_run)(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_file_in_place_of_the_folder_is_refused(fake, tmp_path):
    (tmp_path / "out").write_text("")
    done = fake(fake_run)()
    assert done.exit_code == 2
    assert "name a folder for the results" in done.stderr


def test_a_folder_below_a_file_is_refused(fake, tmp_path):
    (tmp_path / "out").write_text("")
    done = fake(fake_run)("--out", str(tmp_path / "out" / "below"))
    assert done.exit_code == 2
    assert "can't be written" in done.stderr
    assert "name another folder with --out" in done.stderr


def test_compare_prints_a_study_again(fake, tmp_path):
    fake(fake_run)()
    done = RUNNER.invoke(cli.app, ["compare", str(tmp_path / "out")])
    assert done.exit_code == 0
    assert "employed: persons at work" in done.output
    missing = RUNNER.invoke(cli.app, ["compare", str(tmp_path / "none")])
    assert missing.exit_code == 2
    assert "holds no finished run" in missing.stderr


def test_verify_finds_the_same_bits_and_a_difference(fake, tmp_path):
    finished = fake(fake_run)
    finished()
    from analysis.study import load

    done = load(tmp_path / "out")
    assert [one.same for one in verify(done, 3, fake_run)] == [True, True, True]

    def other(scenario, arm, replicate):
        return fake_run(dataclasses.replace(scenario, effect=9.0), arm, replicate)

    assert [one.same for one in verify(done, None, other)].count(False) == 3


def test_a_sample_is_spread_over_the_study():
    assert sampled(range(10), 2) == [2, 7]
    assert sampled(range(3), 9) == [0, 1, 2]


def test_the_schema_is_json():
    done = RUNNER.invoke(cli.app, ["schema"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["type"] == "object"


def test_new_writes_a_scenario_that_loads_and_never_overwrites(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = RUNNER.invoke(cli.app, ["new", "mine"])
    assert done.exit_code == 0, done.output
    scenario, _, _ = Source(Path("mine.yaml")).load()
    assert set(scenario.arms) == {"baseline", "micro_factory", "training"}
    again = RUNNER.invoke(cli.app, ["new", "mine"])
    assert again.exit_code == 2
    assert "exists already" in again.stderr


@pytest.mark.parametrize("name", ["ten: jobs", "no", "2020", "jobs or teachers"])
def test_new_takes_any_name(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    assert RUNNER.invoke(cli.app, ["new", name]).exit_code == 0
    scenario, _, _ = Source(Path(f"{name}.yaml")).load()
    assert scenario.name == name


def test_new_in_a_folder_that_is_not_there_is_status_2(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = RUNNER.invoke(cli.app, ["new", "none/mine"])
    assert done.exit_code == 2
    assert "there is no folder none" in done.stderr


def test_settings_are_read_as_paths_and_texts():
    assert settings_of(["a.b=1", "c = x=y"]) == {"a.b": "1", "c": "x=y"}
    with pytest.raises(SettingError, match="is set twice"):
        settings_of(["a=1", "a=2"])
