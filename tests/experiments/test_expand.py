"""More of a finished study: what is there stays as it is on the disk, and the whole is as if made at once."""

import dataclasses
import json
import shutil

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import relosim
from analysis.months import ResultsError
from analysis.study import load
from experiments import cli
from experiments.design import Planned
from experiments.expand import _check_kept, same_months
from experiments.manifest import broken_files
from experiments.recorded import recorded_in
from experiments.study import run_study
from experiments.verify import verify
from tests.experiments.fakes import CountingRun, FakeScenario, failing_run, fake_run
from tests.experiments.test_units import ALONE
from tests.experiments.test_with_engine import SCENARIO


@pytest.fixture
def folder(tmp_path):
    run_study(FakeScenario(), tmp_path / "out", workers=1, run_one=fake_run)
    return tmp_path / "out"


def files_of_runs(folder):
    return {
        file.relative_to(folder): file.read_bytes()
        for kind in ("outcomes", "units", "persons")
        for file in (folder / kind).glob("*")
    }


def hashes(folder):
    return {(run.arm, run.replicate): run.hash for run in load(folder).runs}


def at_once(tmp_path, scenario=None, **options):
    return run_study(scenario or FakeScenario(), tmp_path / "at_once", workers=1, run_one=fake_run, **options).study


def whole(folder):
    return broken_files(folder, json.loads((folder / "manifest.json").read_text())) == []


def test_replicates_are_added_and_no_file_of_a_run_is_touched(command, folder, tmp_path):
    before, counting = files_of_runs(folder), CountingRun()
    stamps = {name: (folder / name).stat().st_mtime_ns for name in before}
    done = command("expand", folder, *ALONE, "--replicates", "5", run_one=counting)
    assert done.exit_code == 0, done.output
    assert counting.made == [(arm, one) for one in (3, 4) for arm in ("baseline", "jobs", "empty")]
    after = files_of_runs(folder)
    assert {name: after[name] for name in before} == before
    assert {name: (folder / name).stat().st_mtime_ns for name in before} == stamps
    assert load(folder).hash == at_once(tmp_path, replicates=5).hash
    assert len(load(folder).traced("jobs")) == 5
    assert "5 runs of each arm" in done.output
    assert whole(folder)


@pytest.mark.parametrize("steps", [(1, 2, 3), (1, 4), (2, 3)])
def test_step_by_step_comes_to_the_same_and_touches_nothing(command, tmp_path, steps):
    folder = tmp_path / "out"
    run_study(FakeScenario(), folder, workers=1, run_one=fake_run, arms=["baseline"], replicates=steps[0])
    for number in steps[1:]:
        before = files_of_runs(folder)
        assert command("expand", folder, *ALONE, "--replicates", number).exit_code == 0
        assert files_of_runs(folder).items() >= before.items()
    assert load(folder).hash == at_once(tmp_path, arms=["baseline"], replicates=steps[-1]).hash


def test_arms_that_were_left_out_are_added(command, tmp_path):
    folder, counting = tmp_path / "out", CountingRun()
    run_study(FakeScenario(), folder, workers=1, run_one=fake_run, arms=["jobs"])
    before = files_of_runs(folder)
    assert command("expand", folder, *ALONE, "--arm", "empty", run_one=counting).exit_code == 0
    assert counting.made == [("empty", one) for one in range(3)]
    assert files_of_runs(folder).items() >= before.items()
    assert load(folder).arms == ("baseline", "jobs", "empty")
    assert load(folder).hash == at_once(tmp_path).hash
    assert whole(folder)


def test_all_arms_and_replicates_at_once(command, tmp_path):
    folder = tmp_path / "out"
    run_study(FakeScenario(), folder, workers=1, run_one=fake_run, arms=["baseline"], replicates=1)
    assert command("expand", folder, *ALONE, "--all-arms", "--replicates", "2").exit_code == 0
    assert load(folder).hash == at_once(tmp_path, replicates=2).hash


def test_longer_runs_take_the_place_of_shorter_ones_whose_months_they_repeat(command, folder, tmp_path):
    before, counting = files_of_runs(folder), CountingRun()
    done = command("expand", folder, *ALONE, "--months", "9", run_one=counting)
    assert done.exit_code == 0, done.output
    assert len(counting.made) == 9
    assert "the first 6 months of 9 longer runs are those of the shorter ones, bit for bit" in done.output
    assert {name: (folder / "superseded" / name).read_bytes() for name in before} == before
    longer = load(folder)
    assert longer.months == 9
    assert longer.hash == at_once(tmp_path, FakeScenario(months=9)).hash
    assert whole(folder)
    assert json.loads((folder / "manifest.json").read_text())["months_of_file"] == 9


@pytest.mark.parametrize("what", ["outcomes", "costs", "unit records"])
def test_a_longer_run_that_begins_otherwise_is_an_error(command, folder, what):
    def other(scenario, arm, replicate):
        result = fake_run(scenario, arm, replicate)
        if (arm, replicate) == ("jobs", 1):
            if what == "outcomes":
                result.outcomes["employed"][5, 3] += 1e-9
            if what == "costs":
                result.ledger[:] = [dataclasses.replace(result.ledger[0], amount_fen=600_001)]
            if what == "unit records":
                result.changes[1] = dataclasses.replace(result.changes[1], month=scenario.start + 2)
        return result

    done = command("expand", folder, *ALONE, "--months", "9", "--quiet", run_one=other)
    assert done.exit_code == 1
    assert f"DIFFERS: jobs r0001: its {what} aren't those of the shorter run" in done.stderr
    assert "1 of 9 longer runs didn't record in the first 6 months what the shorter ones did" in done.stderr


def test_an_expansion_that_was_cut_off_goes_on(command, folder, tmp_path):
    made = []

    def interrupted(scenario, arm, replicate):
        made.append(arm)
        if len(made) > 4:
            raise KeyboardInterrupt
        return fake_run(scenario, arm, replicate)

    for number in range(2):
        # The second time it is cut off before any run is finished.
        done = command("expand", folder, *ALONE, "--months", 9 + number, run_one=interrupted)
        assert done.exit_code == 130
        assert "the same command goes on from there" in done.stderr
    done = command("expand", folder, *ALONE, "--months", "10")
    assert done.exit_code == 0, done.output
    assert "the first 6 to 9 months of 9 longer runs" in done.output
    assert load(folder).hash == at_once(tmp_path, FakeScenario(months=10)).hash
    assert whole(folder)


def test_failed_runs_are_made_again_only_if_asked(command, tmp_path):
    folder, counting = tmp_path / "out", CountingRun()
    run_study(FakeScenario(), folder, workers=1, run_one=failing_run)
    assert command("expand", folder, *ALONE, run_one=counting).exit_code == 1
    assert counting.made == []
    assert command("expand", folder, *ALONE, "--retry-failed", run_one=counting).exit_code == 0
    assert counting.made == [("jobs", 1)]


@pytest.mark.parametrize(("keep", "traced"), [(True, 12), (False, 0)])
def test_unit_records_are_kept_as_before(command, tmp_path, keep, traced):
    folder = tmp_path / "out"
    run_study(FakeScenario(), folder, workers=1, run_one=fake_run, keep_units=keep)
    command("expand", folder, *ALONE, "--replicates", "4")
    assert len(list((folder / "units").glob("*"))) == traced


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--replicates", "2"], "--replicates 2: the study has 3 replicates already, and expand never takes away"),
        (["--months", "5"], "--months 5: the study has 6 months already, and expand never takes away"),
        (["--arm", "job"], "no arm 'job'; did you mean 'jobs'?"),
        (["--draws", "4"], "no parameter varies in this study"),
    ],
)
def test_what_is_refused_changes_nothing(command, folder, asked, said):
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    done = command("expand", folder, *ALONE, *asked)
    assert done.exit_code == 2
    assert said in done.stderr
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


def test_draws_that_would_take_runs_away_are_refused(folder):
    study = recorded_in(folder)
    planned = [Planned("x", run.arm, run.replicate, run.replicate % 2) for run in study.finished]
    with pytest.raises(ResultsError, match="3 of the 9 finished runs wouldn't belong to the study"):
        _check_kept(study, {(run.arm, run.draw, run.replicate) for run in planned}, 2)


def test_another_program_or_other_inputs_are_refused(command, folder):
    done = command("expand", folder, *ALONE, "--replicates", "4", scenario=FakeScenario(effect=4.0))
    assert done.exit_code == 2
    assert "were made from other inputs than lie there now" in done.stderr
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "code": "0123456789abcdef"}))
    done = command("expand", folder, *ALONE, "--replicates", "4")
    assert done.exit_code == 2
    assert "another version of the program" in done.stderr
    assert len(hashes(folder)) == 9


def test_the_engine_adds_from_a_folder_that_was_moved(tmp_path):
    made, moved = tmp_path / "made", tmp_path / "elsewhere" / "moved"
    cut = relosim.run(SCENARIO, out=made, months=6, arms=["baseline"], replicates=1)
    assert cut.months == 6
    shutil.copytree(made, moved)
    shutil.rmtree(made)
    before = files_of_runs(moved)
    expand = ["expand", str(moved), "--workers", "1", "--quiet"]
    done = CliRunner().invoke(cli.app, [*expand, "--all-arms", "--replicates", "2"])
    assert done.exit_code == 0, done.output
    assert files_of_runs(moved).items() >= before.items()
    done = CliRunner().invoke(cli.app, [*expand, "--months", "8"])
    assert done.exit_code == 0, done.output
    longer, alone = load(moved), relosim.run(SCENARIO, out=tmp_path / "alone")
    assert longer.hash == alone.hash
    scenario = recorded_in(moved).scenario()
    assert (same_months(moved, scenario).compared, same_months(moved, scenario).differing) == (4, ())
    assert all(one.same for one in verify(longer, 2))
    assert "# scenario" in (moved / "effective.yaml").read_text()
    assert pq.read_table(moved / "design.parquet").num_rows == 4
    done = CliRunner().invoke(cli.app, [*expand, "--months", "11"])
    assert done.exit_code == 0, done.output
    assert same_months(moved, recorded_in(moved).scenario()).months == (8, 8)
    assert all(one.same for one in verify(load(moved), 2))
