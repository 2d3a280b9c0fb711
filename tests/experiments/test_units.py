"""Unit records kept afterwards: of the runs that are asked for, each the run that was recorded."""

import dataclasses
import json
import shutil

import pyarrow.parquet as pq
import pytest

import relosim
from analysis.study import load
from experiments.manifest import broken_files
from experiments.study import run_study
from experiments.verify import verify
from tests.experiments.fakes import CountingRun, FakeScenario, failing_run, fake_run
from tests.experiments.test_with_engine import SCENARIO

ALONE = ("--workers", "1")


@pytest.fixture
def folder(tmp_path):
    run_study(FakeScenario(), tmp_path / "out", workers=1, run_one=fake_run, keep_units=False)
    return tmp_path / "out"


def traced(folder):
    return sorted((run.arm, run.replicate) for run in load(folder).runs if run.traced)


def whole(folder):
    return broken_files(folder, json.loads((folder / "manifest.json").read_text())) == []


def test_all_runs_are_made_again_and_their_records_kept(command, folder):
    before = {file: file.read_bytes() for file in (folder / "outcomes").iterdir()}
    counting = CountingRun()
    done = command("units", folder, *ALONE, run_one=counting)
    assert done.exit_code == 0, done.output
    assert len(counting.made) == len(traced(folder)) == 9
    assert {file: file.read_bytes() for file in (folder / "outcomes").iterdir()} == before
    assert "filled 1.7" in " ".join(done.output.split())
    assert "relosim units" not in done.output
    assert (folder / "jobs.csv").exists()
    assert whole(folder)


def test_only_the_asked_arms_and_replicates_with_their_baseline(command, folder):
    counting = CountingRun()
    done = command("units", folder, *ALONE, "--arm", "jobs", "--replicates", "2", run_one=counting)
    assert done.exit_code == 0, done.output
    assert sorted(counting.made) == traced(folder) == [("baseline", 0), ("baseline", 1), ("jobs", 0), ("jobs", 1)]
    assert whole(folder)
    command("units", folder, *ALONE, "--arm", "jobs", run_one=counting)
    assert len(counting.made) == len(traced(folder)) == 6
    assert whole(folder)


def test_what_is_kept_is_not_made_again(command, folder):
    command("units", folder, *ALONE)
    counting = CountingRun()
    assert command("units", folder, *ALONE, run_one=counting).exit_code == 0
    assert counting.made == []


def test_a_run_that_comes_out_otherwise_is_told_and_stays_as_it_was(command, folder):
    def other(scenario, arm, replicate):
        return fake_run(dataclasses.replace(scenario, effect=9.0), arm, replicate)

    before = load(folder).hash
    done = command("units", folder, *ALONE, run_one=other)
    assert done.exit_code == 1
    assert done.stderr.count("failed: jobs-r") == 3
    assert "came out otherwise than is recorded" in (folder / "failures" / "jobs-r0000.txt").read_text()
    assert ("jobs", 0) not in traced(folder)
    assert len(traced(folder)) == 6
    assert load(folder).hash == before
    assert {row["state"] for row in pq.read_table(folder / "runs.parquet").to_pylist()} == {"done"}
    assert whole(folder)
    assert command("units", folder, *ALONE).exit_code == 0
    assert not list((folder / "failures").iterdir())


def test_runs_that_never_finished_are_left_alone(command, tmp_path):
    run_study(FakeScenario(), tmp_path / "out", workers=1, run_one=failing_run, keep_units=False)
    counting = CountingRun()
    command("units", tmp_path / "out", *ALONE, run_one=counting)
    assert len(counting.made) == 8
    assert ("jobs", 1) not in counting.made


def test_an_arm_that_never_ran_is_status_2(command, folder):
    done = command("units", folder, *ALONE, "--arm", "job")
    assert done.exit_code == 2
    assert "no finished run of arm 'job' (there are: baseline, empty, jobs)" in done.stderr


def test_another_program_is_refused(command, folder):
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "code": "0123456789abcdef"}))
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    done = command("units", folder, *ALONE)
    assert done.exit_code == 2
    assert "another version of the program (code 0123456789ab" in done.stderr
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


def test_other_inputs_are_refused(command, folder):
    done = command("units", folder, *ALONE, scenario=FakeScenario(effect=4.0))
    assert done.exit_code == 2
    assert "3 of the runs" in done.stderr
    assert "were made from other inputs than lie there now" in done.stderr


def test_a_folder_without_a_study_is_status_2(command, tmp_path):
    done = command("units", tmp_path)
    assert done.exit_code == 2
    assert "is no result folder with a manifest.json" in done.stderr


def test_the_engine_makes_them_from_the_folder_alone(tmp_path):
    from typer.testing import CliRunner

    from experiments import cli

    made = tmp_path / "made"
    whole_study = relosim.run(SCENARIO, out=tmp_path / "kept", workers=1)
    relosim.run({**SCENARIO, "record": {}}, out=made, workers=1)
    moved = tmp_path / "elsewhere" / "moved"
    shutil.copytree(made, moved)
    shutil.rmtree(made)
    before = (moved / "effective.yaml").read_bytes()
    done = CliRunner().invoke(cli.app, ["units", str(moved), "--workers", "1", "--quiet"])
    assert done.exit_code == 0, done.output
    for kind in ("units", "persons"):
        for file in sorted((whole_study.folder / kind).iterdir()):
            assert file.read_bytes() == (moved / kind / file.name).read_bytes()
    assert (moved / "effective.yaml").read_bytes() == before
    assert whole(moved)
    assert all(one.same for one in verify(load(moved), 2))
