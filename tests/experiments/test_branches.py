"""Arms that go on from a state burned in once: the same bits, by whichever way the state comes."""

import shutil

import pytest
from typer.testing import CliRunner

import relosim
from analysis.study import load
from experiments import cli
from experiments.branches import SNAPSHOTS, given_states
from experiments.faults import DesignError
from experiments.source import Source
from experiments.study import run_study
from experiments.verify import verify
from simulation.months import month_of
from tests.experiments.fakes import FakeScenario, fake_run
from tests.experiments.test_with_engine import SCENARIO

BRANCHED = {
    **SCENARIO,
    "record": {"outcomes": "overall"},
    "arms": {
        "factory": [{"micro_factory": {"place": "jinxiu", "starts": "2018-05", "delay_months": 1, "posts": 20}}],
        "centre": [{"job_service": {"place": "jinxiu", "starts": "2018-05", "delay_months": 0, "centres": 1}}],
    },
}


def made(folder, branch_at=None, **options):
    more = {} if branch_at is None else {"branch_at": branch_at}
    scenario, _, _ = Source({**BRANCHED, **more}).load()
    return run_study(scenario, folder, **options).study


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return made(tmp_path_factory.mktemp("whole"), workers=1)


@pytest.fixture(scope="module")
def branched(tmp_path_factory):
    return made(tmp_path_factory.mktemp("branched"), "2018-05", workers=1)


def test_branched_runs_are_those_that_were_made_whole(whole, branched):
    assert branched.hash == whole.hash
    assert [(run.id, run.hash, run.rows_hash) for run in branched.runs] == [
        (run.id, run.hash, run.rows_hash) for run in whole.runs
    ]
    assert len(list((branched.folder / SNAPSHOTS).iterdir())) == 2
    assert not (whole.folder / SNAPSHOTS).exists()


def test_the_months_before_are_run_once(whole, branched):
    spent = {name: sum(run.circumstances["person_months"] for run in study.runs) for name, study in
             (("whole", whole), ("branched", branched))}  # fmt: skip
    assert spent["whole"] == spent["branched"], "person-months tell what a run covers, not what was saved"
    assert all(one.same for one in verify(branched, 2))


def test_two_workers_share_states_too(whole, tmp_path):
    assert made(tmp_path, "2018-05", workers=2).hash == whole.hash


def test_a_state_of_another_folder_is_taken_and_a_torn_one_is_not(whole, branched, tmp_path):
    states = tmp_path / "states"
    shutil.copytree(branched.folder / SNAPSHOTS, states)
    torn = sorted(states.iterdir())[0]
    torn.write_bytes(torn.read_bytes()[:-100])
    again = made(tmp_path / "out", "2018-05", workers=1, from_snapshot=states)
    assert again.hash == whole.hash


def test_states_that_do_not_fit_are_refused(branched, tmp_path):
    with pytest.raises(DesignError, match="there is no file"):
        given_states(tmp_path, month_of("2018-05"))
    with pytest.raises(DesignError, match="is a state at 2018-05, but the scenario branches at 2018-06"):
        given_states(branched.folder, month_of("2018-06"))
    with pytest.raises(DesignError, match="write 'branch_at: 2018-05' into the scenario too"):
        given_states(branched.folder, None)
    (tmp_path / "d0000-r0000.snapshot").write_bytes(b"no state")
    with pytest.raises(DesignError, match=r"d0000-r0000\.snapshot"):
        given_states(tmp_path, month_of("2018-05"))


def test_the_command_refuses_states_with_status_2(tmp_path):
    file = tmp_path / "q.yaml"
    file.write_text(f"format: 1\nname: q\nbase: {SCENARIO['base']}\nmonths: 8\n")
    done = CliRunner().invoke(
        cli.app, ["run", str(file), "--from-snapshot", str(tmp_path), "--out", str(tmp_path / "o")]
    )
    assert done.exit_code == 2
    assert "there is no file *.snapshot" in done.stderr
    assert not (tmp_path / "o").exists()


def test_a_scenario_without_the_key_keeps_no_state(tmp_path):
    run_study(FakeScenario(), tmp_path, workers=1, run_one=fake_run)
    assert not (tmp_path / SNAPSHOTS).exists()


def test_the_notebook_opens_a_branched_study(branched):
    assert isinstance(relosim.load(branched.folder), type(load(branched.folder)))
