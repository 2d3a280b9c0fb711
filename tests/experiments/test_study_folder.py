"""A result folder: resumed, superseded, torn, interrupted, with failing and dying runs."""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from analysis.folder import RUN_TABLE
from analysis.study import KEY_COLUMNS, load
from experiments import store as store_module
from experiments.design import chosen_arms, design
from experiments.faults import DesignError
from experiments.runner import Queue
from experiments.store import Store
from experiments.study import replicates_of, reported, run_study
from experiments.work import Job
from tests.experiments.fakes import CountingRun, DyingRun, FakeScenario, Heard, InterruptedRun, failing_run, fake_run


def made_in(folder, scenario=None, **options):
    counting = CountingRun()
    finished = run_study(scenario or FakeScenario(), folder, workers=1, run_one=counting, **options)
    return counting.made, finished


def hashes(folder):
    return {(run.arm, run.replicate): run.hash for run in load(folder).runs}


def test_a_study_writes_every_file_it_promises(tmp_path):
    made, finished = made_in(tmp_path)
    assert len(made) == 9
    assert finished.kept == 0
    assert not finished.failures
    for name in (
        "runs.parquet",
        "manifest.json",
        "effective.yaml",
        "summary.csv",
        "baseline_vs_targets.csv",
        "ledger.parquet",
        "README.txt",
    ):
        assert (tmp_path / name).exists(), name
    for kind, files in (("units", 9), ("persons", 9), ("outcomes", 1)):
        assert len(list((tmp_path / kind).glob("*.parquet"))) == files


def test_runs_go_replicate_by_replicate(tmp_path):
    made, _ = made_in(tmp_path)
    assert made[:4] == [("baseline", 0), ("jobs", 0), ("empty", 0), ("baseline", 1)]


def test_a_second_call_runs_nothing(tmp_path):
    made_in(tmp_path)
    made, finished = made_in(tmp_path)
    assert made == []
    assert finished.kept == 9


def test_more_replicates_add_only_the_new_ones(tmp_path):
    made_in(tmp_path)
    made, _ = made_in(tmp_path, replicates=4)
    assert made == [("baseline", 3), ("jobs", 3), ("empty", 3)]


def test_an_edit_recomputes_what_it_touches_and_sets_the_old_aside(tmp_path):
    made_in(tmp_path)
    before = hashes(tmp_path)
    made, _ = made_in(tmp_path, dataclasses.replace(FakeScenario(), effect=5.0))
    assert made == [("jobs", 0), ("jobs", 1), ("jobs", 2)]
    assert len(list((tmp_path / "superseded" / "outcomes").iterdir())) == 1
    assert len(list((tmp_path / "superseded" / "units").iterdir())) == 3
    study = load(tmp_path)
    assert len(study.runs) == 9
    assert len(study.of_arm("jobs")) == 3
    assert hashes(tmp_path)["baseline", 0] == before["baseline", 0] != hashes(tmp_path)["jobs", 0]


def test_an_edit_undone_finds_its_runs_again(tmp_path):
    made_in(tmp_path)
    before = hashes(tmp_path)
    made_in(tmp_path, dataclasses.replace(FakeScenario(), effect=5.0))
    made, _ = made_in(tmp_path)
    assert made == []
    assert hashes(tmp_path) == before


@pytest.mark.parametrize(("kind", "lost"), [("units", 1), ("persons", 1), ("outcomes", 9)])
def test_a_torn_file_is_recomputed(tmp_path, kind, lost):
    made_in(tmp_path)
    before = hashes(tmp_path)
    file = sorted((tmp_path / kind).glob("*.parquet"))[0]
    file.write_bytes(file.read_bytes()[:-20])
    made, _ = made_in(tmp_path)
    assert len(made) == lost
    assert hashes(tmp_path) == before
    assert len(load(tmp_path).traced("jobs")) == 3


def test_units_under_anothers_name_are_made_again(tmp_path):
    made_in(tmp_path)
    files = sorted((tmp_path / "units").glob("*.parquet"))
    files[0].write_bytes(files[1].read_bytes())
    made, _ = made_in(tmp_path)
    assert len(made) == 1


def test_units_are_kept_only_where_asked(tmp_path):
    made_in(tmp_path, keep_units=False)
    assert not (tmp_path / "units").exists()
    assert load(tmp_path).traced_arms == ()
    made, _ = made_in(tmp_path, keep_units=True)
    assert len(made) == 9
    assert load(tmp_path).traced_arms == ("baseline", "jobs", "empty")
    assert len(list((tmp_path / "outcomes").glob("*.parquet"))) == 1
    assert made_in(tmp_path)[0] == []


def test_a_writer_killed_before_the_rename_leaves_nothing_that_counts(tmp_path, monkeypatch):
    scenario = FakeScenario()
    planned = design(scenario, ("baseline",), 1)[0]
    store, made = Store(tmp_path), Job(scenario, fake_run, keep_units=True).make(planned)

    def killed(_self, _target):
        raise SystemExit("killed")

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(SystemExit):
        store.write(made)
    monkeypatch.undo()
    assert not list(tmp_path.rglob("*.parquet"))
    assert list(tmp_path.rglob(f"*{store_module.TEMPORARY}"))
    made, _ = made_in(tmp_path)
    assert len(made) == 9
    assert not list(tmp_path.rglob(f"*{store_module.TEMPORARY}"))


def test_a_failing_run_keeps_the_others_and_leaves_its_traceback(tmp_path):
    finished = run_study(FakeScenario(), tmp_path, workers=1, run_one=failing_run)
    assert [report.planned.name for report in finished.reports if report.failure] == ["jobs-r0001"]
    assert "a broken balance" in (tmp_path / "failures" / "jobs-r0001.txt").read_text()
    assert len(load(tmp_path).runs) == 8
    made, again = made_in(tmp_path)
    assert made == []
    assert [file.stem for file in again.failures] == ["jobs-r0001"]
    made, again = made_in(tmp_path, retry_failed=True)
    assert made == [("jobs", 1)]
    assert not again.failures
    assert not list((tmp_path / "failures").iterdir())


def test_an_interrupt_keeps_what_finished(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run_study(FakeScenario(), tmp_path, workers=1, run_one=InterruptedRun())
    assert len(load(tmp_path).runs) == 4
    made, _ = made_in(tmp_path)
    assert made[0] == ("jobs", 1)
    assert len(made) == 5


def test_one_worker_and_two_record_the_same(tmp_path):
    made_in(tmp_path / "one")
    run_study(FakeScenario(), tmp_path / "two", workers=2, run_one=fake_run)
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")


def test_a_worker_that_dies_once_costs_nothing(tmp_path):
    marks, heard = tmp_path / "marks", Heard()
    marks.mkdir()
    finished = run_study(FakeScenario(), tmp_path / "out", workers=2, run_one=DyingRun(marks, 1), watch=heard)
    assert not finished.failures
    assert len(finished.study.runs) == 9
    assert heard.notes == ["the worker of jobs-r0001 died; trying it once more"]


def test_a_worker_that_dies_twice_costs_only_its_run(tmp_path):
    marks = tmp_path / "marks"
    marks.mkdir()
    finished = run_study(FakeScenario(), tmp_path / "out", workers=2, run_one=DyingRun(marks, 9))
    assert [file.stem for file in finished.failures] == ["jobs-r0001"]
    assert len(finished.study.runs) == 8


_INTERRUPTED = """
import signal
import sys
from pathlib import Path
from experiments.study import run_study
from tests.experiments.fakes import FakeScenario, slow_run
if __name__ == "__main__":
    # What a shell starts in the background ignores Ctrl-C from birth, these tests included.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        run_study(FakeScenario(), Path(sys.argv[1]), workers=2, run_one=slow_run)
    except KeyboardInterrupt:
        raise SystemExit(130)
"""


@pytest.mark.skipif(os.name == "nt", reason="sends a POSIX signal to a process group")
def test_ctrl_c_ends_the_workers_at_once(tmp_path):
    script = tmp_path / "interrupted.py"
    script.write_text(_INTERRUPTED)
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}
    out = tmp_path / "out"
    child = subprocess.Popen(
        [sys.executable, str(script), str(out)], env=environment, start_new_session=True, stderr=subprocess.PIPE
    )
    until = time.monotonic() + 30
    while not list(out.glob("outcomes/*.parquet")) and time.monotonic() < until:
        time.sleep(0.1)
    os.killpg(child.pid, signal.SIGINT)
    try:
        _, said = child.communicate(timeout=15)
    finally:
        child.kill()
    assert child.returncode == 130, said
    assert b"Traceback" not in said, said
    assert len(load(out).runs) == 1


def test_arms_that_do_the_same_have_the_same_hash_and_each_its_identity(tmp_path):
    made_in(tmp_path)
    found = hashes(tmp_path)
    assert found["empty", 0] == found["baseline", 0] != found["jobs", 0]
    runs = load(tmp_path).runs
    assert len({run.id for run in runs}) == 9


def test_what_is_derived_can_be_derived_again(tmp_path):
    made_in(tmp_path)
    before = {
        file.name: file.read_bytes() for file in tmp_path.iterdir() if file.suffix in (".json", ".parquet", ".csv")
    }
    for name in before:
        (tmp_path / name).unlink()
    made, _ = made_in(tmp_path)
    assert made == []
    after = {name: (tmp_path / name).read_bytes() for name in before}
    assert [name for name in before if before[name] != after[name]] == []


def test_a_lost_run_table_is_made_again_from_the_files(tmp_path):
    made_in(tmp_path)
    (tmp_path / RUN_TABLE).write_bytes(b"not a database, nor ever was")
    made, finished = made_in(tmp_path)
    assert made == []
    assert finished.kept == 9
    assert {row["state"] for row in pq.read_table(tmp_path / "runs.parquet").to_pylist()} == {"done"}


def test_columns_say_what_they_mean(tmp_path):
    made_in(tmp_path)
    schema = pq.read_schema(next((tmp_path / "outcomes").glob("*.parquet")))
    told = schema.field("employed_share__num").metadata
    assert told[b"unit"] == b"share"
    assert told[b"denominator"] == b"adults"
    assert told[b"of"] == b"registered"
    assert schema.names[:9] == list(KEY_COLUMNS)


def test_an_unknown_arm_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(DesignError, match="no arm 'job'; did you mean 'jobs'"):
        made_in(tmp_path / "none", arms=["job"])
    assert not (tmp_path / "none").exists()


def test_asked_arms_bring_the_baseline(tmp_path):
    assert chosen_arms(FakeScenario(), ["jobs"]) == ("baseline", "jobs")


def test_ten_replicates_where_the_file_says_nothing():
    assert replicates_of(dataclasses.replace(FakeScenario(), replicates={})) == 10


def test_a_report_that_names_nothing_takes_the_first_directed_outcome_of_each_family():
    assert reported(FakeScenario()) == ["employed"]


def test_a_lane_keeps_to_its_replicate_then_helps_others():
    queue = Queue(design(FakeScenario(), ("baseline", "jobs"), 2))
    taken = [queue.take(), queue.take(), queue.take((0, 0)), queue.take((0, 0))]
    assert [(run.arm, run.replicate) for run in taken] == [("baseline", 0), ("baseline", 1), ("jobs", 0), ("jobs", 1)]
    assert queue.take((0, 0)) is None


def test_a_study_is_read_while_it_is_made(tmp_path):
    seen = []

    def reading(scenario, arm, replicate):
        if (arm, replicate) == ("empty", 2):
            study = load(tmp_path)
            seen.append((len(study.runs), study.outcomes, len(study.pairs("jobs"))))
        return fake_run(scenario, arm, replicate)

    run_study(FakeScenario(), tmp_path, workers=1, run_one=reading)
    assert seen == [(8, ("employed",), 3)]
