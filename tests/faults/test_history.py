"""Traces that earlier studies, stops between two steps and other programs leave in a folder do no harm."""

import contextlib
import dataclasses
import json
import sqlite3
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.months import ResultsError
from analysis.runs import outcome_files, told_runs, torn_runs
from analysis.study import load
from experiments import study
from experiments.faults import StoreError
from experiments.runner import join_loose
from experiments.store import Store
from experiments.study import run_study
from tests.experiments.fakes import FakeScenario, Heard, fake_run

FAKE = FakeScenario()
OTHER = dataclasses.replace(FAKE, name="another")


def made(folder, scenario=FAKE, **how):
    return run_study(scenario, folder, **{"run_one": fake_run, "workers": 1, **how})


def no_run(*_):
    raise ValueError("a broken balance")


def twice(folder):
    count = Counter(run["id"] for file in outcome_files(folder) for run in told_runs(file))
    return [run for run, times in count.items() if times > 1]


def torn(folder):
    return [run for file in outcome_files(folder) for run in torn_runs(file)]


def test_runs_that_were_superseded_twice_come_back_once(tmp_path):
    made(tmp_path, replicates=2)
    made(tmp_path, OTHER, replicates=1)
    made(tmp_path, replicates=1)
    made(tmp_path, OTHER, replicates=1)
    assert made(tmp_path, replicates=2).kept == 6
    assert not twice(tmp_path)


def test_a_stop_between_cutting_a_file_and_moving_it(tmp_path, monkeypatch):
    made(tmp_path)

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "put_aside", stopped)
    with contextlib.suppress(KeyboardInterrupt):
        made(tmp_path, arms=["jobs"])
    monkeypatch.undo()
    made(tmp_path)
    assert not twice(tmp_path)


def test_a_stop_before_joined_files_are_dropped_and_another_design(tmp_path, monkeypatch):
    made(tmp_path, replicates=2)
    monkeypatch.setattr(Store, "drop", lambda *_: None)
    made(tmp_path, replicates=3)
    monkeypatch.undo()
    made(tmp_path, arms=["jobs"], replicates=3)
    assert not twice(tmp_path)


def flip_a_value(file):
    """Flip a bit that changes rows and leaves the file readable."""
    content = file.read_bytes()
    for at in range(40, len(content) - 4000, 97):
        changed = bytearray(content)
        changed[at] ^= 1
        file.write_bytes(changed)
        with contextlib.suppress(ResultsError):
            if torn_runs(file):
                return
    pytest.fail("no bit does")


def test_a_file_that_changes_before_it_is_joined_isnt_sealed_as_good(tmp_path, monkeypatch):
    def flipping(store, table, least):
        flip_a_value(store.outcome_files()[0])
        join_loose(store, table, least)

    monkeypatch.setattr(study, "join_loose", flipping)
    with pytest.raises(StoreError, match="puts it aside and makes its runs again"):
        made(tmp_path)
    monkeypatch.undo()
    watch = Heard()
    assert len(made(tmp_path, watch=watch).reports) == 1
    assert "quarantine" in watch.notes[0]
    assert not torn(tmp_path)


def test_a_torn_superseded_file_stays_where_it_is(tmp_path):
    made(tmp_path)
    made(tmp_path, OTHER)
    file = outcome_files(tmp_path / "superseded")[0]
    content = bytearray(file.read_bytes())
    content[60:200] = bytes(140)
    file.write_bytes(content)
    assert len(made(tmp_path).reports) == 9
    assert not torn(tmp_path)


def test_answers_of_a_former_scenario_dont_stay_when_nothing_takes_their_place(tmp_path):
    made(tmp_path)
    assert (tmp_path / "summary.csv").exists()
    assert (tmp_path / "figures").exists()
    made(tmp_path, OTHER, run_one=no_run)
    assert not [name for name in ("summary.csv", "jobs.csv", "ledger.parquet") if (tmp_path / name).exists()]
    assert not list((tmp_path / "figures").iterdir())


def test_a_figure_and_a_table_that_arent_made_any_more_go(tmp_path):
    made(tmp_path)
    stale = tmp_path / "figures" / "gone.png"
    stale.write_bytes(b"a figure")
    (tmp_path / "sensitivity.csv").write_text("old")
    manifest = tmp_path / "manifest.json"
    told = json.loads(manifest.read_text())
    told["outputs"]["figures/gone.png"] = "0"
    manifest.write_text(json.dumps(told))
    made(tmp_path)
    assert not stale.exists()
    assert not {"figures/gone.png", "sensitivity.csv"} & set(json.loads(manifest.read_text())["outputs"])


def test_a_foreign_footer_is_put_aside_and_hidden_files_are_left_alone(tmp_path):
    made(tmp_path)
    footer = {"relosim.runs": json.dumps({"runs": [{"id": "x"}]})}
    pq.write_table(pa.table({"a": [1]}).replace_schema_metadata(footer), tmp_path / "outcomes" / "z.parquet")
    hidden = tmp_path / "outcomes" / "._z.parquet"
    hidden.write_bytes(b"x")
    made(tmp_path)
    assert len(load(tmp_path).runs) == 9
    assert hidden.exists()
    assert (tmp_path / "quarantine" / "outcomes" / "z.parquet").exists()


@pytest.mark.parametrize("name", ["design.parquet", "manifest.json", "runs.parquet"])
def test_a_torn_list_is_named(tmp_path, name):
    made(tmp_path)
    file = tmp_path / name
    file.write_bytes(file.read_bytes()[:20])
    with pytest.raises(ResultsError, match=f"{name} is torn"):
        load(tmp_path)


def test_a_table_that_lost_its_last_step_doesnt_speak_of_runs_that_stand_elsewhere(tmp_path):
    made(tmp_path)
    with contextlib.closing(sqlite3.connect(tmp_path / "run_table.sqlite")) as table, table:
        table.execute("insert into files values ('outcomes/run-aa.parquet', '00', 1)")
    watch = Heard()
    made(tmp_path, watch=watch)
    assert not watch.notes


def test_a_study_is_opened_while_its_files_are_joined(tmp_path, monkeypatch):
    made(tmp_path)
    missing = tmp_path / "outcomes" / "run-0.parquet"
    seen = [[*outcome_files(tmp_path), missing], outcome_files(tmp_path), outcome_files(tmp_path)]
    monkeypatch.setattr("analysis.runs.outcome_files", lambda _: seen.pop(0))
    assert len(load(tmp_path).runs) == 9
