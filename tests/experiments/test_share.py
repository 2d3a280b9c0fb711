"""A copy to hand on: what it holds is what was recorded, and nothing in it tells whose machine made it."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from typer.testing import CliRunner

import relosim
from analysis.months import ResultsError
from analysis.study import load
from experiments import cli, work
from experiments.manifest import broken_files
from experiments.share import share, without_files
from experiments.study import run_study
from simulation.scenario import effective_text
from simulation.scenario.items import Faults, Spot
from simulation.scenario.mapping_source import from_plain
from tests.experiments.fakes import FakeScenario, failing_run, fake_run
from tests.experiments.test_with_engine import SCENARIO

RUNNER = CliRunner()
HOST, USER, PARENT = "host-of-this-test", "user-of-this-test", "parent-of-this-test"


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A folder made by the engine on a host with a name, with a plug-in, in a home with a name."""
    parent = tmp_path_factory.mktemp("share") / USER / PARENT
    parent.mkdir(parents=True)
    plugin = parent / "of_my_own.py"
    plugin.write_text(Path(__file__).with_name("one_outcome.py").read_text())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work.platform, "node", lambda: HOST)
        return relosim.run({**SCENARIO, "plugins": [str(plugin)]}, out=parent / "out", replicates=1).folder


@pytest.fixture
def folder(original, tmp_path, monkeypatch):
    """A copy of it, for one test."""
    home = tmp_path / USER
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USER", USER)
    return shutil.copytree(original, home / PARENT / "out")


def everything(table):
    """Every text that a Parquet file holds: values, names, metadata."""
    texts = [str(table.schema), repr(table.schema.metadata)]
    texts += [repr(table.column(one.name).unique().to_pylist()) for one in table.schema if pa.types.is_string(one.type)]
    return "\n".join(texts).encode()


def test_no_byte_tells_of_the_machine(folder, tmp_path):
    (folder / "failures").mkdir()
    (folder / "failures" / "jobs-r0001.txt").write_text(f"Traceback: {folder}")
    copy = share(folder, tmp_path / "copy")
    files = [file for file in copy.folder.rglob("*") if file.is_file()]
    assert len(files) == copy.files
    for file in files:
        content = file.read_bytes() + (everything(pq.read_table(file)) if file.suffix == ".parquet" else b"")
        for word in (HOST, USER, PARENT, str(tmp_path), str(folder), "of_my_own", "inputs/"):
            assert word.encode() not in content, f"{word} in {file.name}"
    for word in (HOST, PARENT, "inputs/"):  # and they were there
        assert any(
            word.encode() in file.read_bytes() + (everything(pq.read_table(file)) if file.suffix == ".parquet" else b"")
            for file in folder.rglob("*")
            if file.is_file()
        )


def test_it_holds_what_was_recorded_and_names_what_it_leaves_out(folder, tmp_path):
    done = RUNNER.invoke(cli.app, ["share", str(folder), "--out", str(tmp_path / "copy")])
    assert done.exit_code == 0, done.output
    assert "left out: inputs, persons, run_table.sqlite, units" in done.output
    assert "they stay here" in done.output
    copy = tmp_path / "copy"
    assert {one.name for one in copy.iterdir()} == {
        "README.txt", "baseline_vs_targets.csv", "design.parquet", "desk.csv", "draws.parquet", "effective.yaml", "figures",
        "jobs.csv", "ledger.parquet", "manifest.json", "outcomes", "parameters.csv", "runs.parquet", "summary.csv",
    }  # fmt: skip
    for name in (
        "summary.csv",
        "jobs.csv",
        "desk.csv",
        "parameters.csv",
        "ledger.parquet",
        "design.parquet",
        "draws.parquet",
    ):
        assert (copy / name).read_bytes() == (folder / name).read_bytes()
    for place in ("outcomes", "figures"):
        assert {one.name: one.read_bytes() for one in (copy / place).iterdir()} == {
            one.name: one.read_bytes() for one in (folder / place).iterdir()
        }
    names = pq.read_schema(copy / "runs.parquet").names
    assert not {"host", "started", "ended", "failure"} & set(names)
    assert {"run", "state", "hash", "simulation"} <= set(names)


def test_its_manifest_is_its_own_and_the_study_the_same(folder, tmp_path):
    copy = share(folder, tmp_path / "copy").folder
    told, before = (json.loads((one / "manifest.json").read_text()) for one in (copy, folder))
    assert told["study"] == before["study"] == load(copy).hash
    assert told["code"] == before["code"]
    assert told["runs"] == before["runs"]
    assert set(told["shared"]["inputs"].values()) == set(before["inputs"].values())
    assert set(told["shared"]["inputs"]) >= {"tables.places", "plugins.0"}
    assert broken_files(copy, told) == []


def test_verify_checks_its_files_and_says_what_it_cannot(folder, tmp_path):
    copy = share(folder, tmp_path / "copy").folder
    done = RUNNER.invoke(cli.app, ["verify", str(copy)])
    assert done.exit_code == 0, done.output
    assert "its runs can't be made again without the inputs" in done.output
    assert "files verified" in done.output
    (copy / "summary.csv").write_text("better\n")
    done = RUNNER.invoke(cli.app, ["verify", str(copy)])
    assert done.exit_code == 1
    assert "summary.csv was changed" in done.output
    assert "NOT as it was copied" in done.output


def test_rows_that_were_changed_with_the_manifest_are_found(folder, tmp_path):
    copy = share(folder, tmp_path / "copy").folder
    file = next((copy / "outcomes").iterdir())
    table = pq.read_table(file)
    values = table["employed_count"].to_numpy().copy()
    values[7] += 1
    pq.write_table(
        table.set_column(
            table.schema.get_field_index("employed_count"), table.schema.field("employed_count"), [values]
        ),
        file,
    )
    from experiments.store import sha256_of

    told = json.loads((copy / "manifest.json").read_text())
    told["outputs"][f"outcomes/{file.name}"] = sha256_of(file)
    (copy / "manifest.json").write_text(json.dumps(told))
    done = RUNNER.invoke(cli.app, ["verify", str(copy)])
    assert done.exit_code == 1
    assert "its rows aren't those that were recorded" in done.output


def test_its_comparison_and_sql_are_those_of_the_folder(folder, tmp_path):
    copy = share(folder, tmp_path / "copy").folder
    done = RUNNER.invoke(cli.app, ["compare", str(copy)])
    assert done.exit_code == 0, done.output
    assert "Who gained and lost work stands in jobs.csv." in done.output
    assert "relosim units" not in done.output
    query = 'select * from outcomes order by run, month, place, population, "group"'
    assert load(copy).sql(query).equals(load(folder).sql(query))


@pytest.mark.parametrize("command", ["units", "expand"])
def test_no_run_can_be_made_from_it(folder, tmp_path, command):
    copy = share(folder, tmp_path / "copy").folder
    done = RUNNER.invoke(cli.app, [command, str(copy)])
    assert done.exit_code == 2
    assert "is a copy to hand on, without inputs" in done.stderr


def test_a_copy_of_a_copy_is_the_same_copy(folder, tmp_path):
    first = share(folder, tmp_path / "first").folder
    second = share(first, tmp_path / "second").folder
    assert {one.relative_to(first): one.read_bytes() for one in first.rglob("*") if one.is_file()} == {
        one.relative_to(second): one.read_bytes() for one in second.rglob("*") if one.is_file()
    }


@pytest.fixture
def fake(tmp_path):
    run_study(FakeScenario(), tmp_path / "out", workers=1, run_one=fake_run)
    return tmp_path / "out"


def test_a_target_that_holds_anything_is_never_written(fake, tmp_path):
    target = tmp_path / "copy"
    target.mkdir()
    (target / "mine.txt").write_text("mine")
    done = RUNNER.invoke(cli.app, ["share", str(fake), "--out", str(target)])
    assert done.exit_code == 2
    assert "isn't an empty folder" in done.stderr
    assert [one.name for one in target.iterdir()] == ["mine.txt"]
    done = RUNNER.invoke(cli.app, ["share", str(fake), "--out", str(target / "mine.txt")])
    assert done.exit_code == 2
    assert (target / "mine.txt").read_text() == "mine"


def test_an_empty_target_and_none_are_taken(fake, tmp_path):
    (tmp_path / "empty").mkdir()
    assert share(fake, tmp_path / "empty").folder == tmp_path / "empty"
    assert share(fake).folder == tmp_path / "out-shared"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["empty", "out", "out-shared"]


def test_a_target_in_the_folder_is_refused(fake):
    for target in (fake, fake / "copy"):
        with pytest.raises(ResultsError, match="lies in the folder itself"):
            share(fake, target)


def test_a_folder_that_was_changed_is_refused(fake, tmp_path):
    (fake / "summary.csv").write_text("better\n")
    with pytest.raises(
        ResultsError, match=r"1 files aren't what the manifest says, such as summary\.csv, which was changed"
    ):
        share(fake, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_path_in_the_users_own_words_is_refused_and_nothing_is_left(tmp_path):
    scenario = replace(FakeScenario(), why=f"see {tmp_path}/notes")
    run_study(scenario, tmp_path / "out", workers=1, run_one=fake_run)
    with pytest.raises(ResultsError, match=r"would stand in README\.txt of the copy"):
        share(tmp_path / "out", tmp_path / "copy")
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_files_that_nobody_knows_are_left_out(tmp_path):
    run_study(FakeScenario(), tmp_path / "out", workers=1, run_one=failing_run)
    (tmp_path / "out" / "notes.csv").write_text("private")
    run_study(FakeScenario(), tmp_path / "out", workers=1, run_one=fake_run, retry_failed=True)
    assert "notes.csv" in share(tmp_path / "out", tmp_path / "copy").left_out


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30) | st.sampled_from(
    ["a  # b", 'say "x"', "back\\slash", "#"]
)


@given(TEXTS, TEXTS, st.lists(TEXTS, max_size=2), TEXTS)
def test_what_was_run_reads_the_same_without_its_files(name, why, plugins, label):
    values = {
        "name": name, "why": why, "tables": {"places": f"inputs/{name}"}, "plugins": plugins,
        "arms": {why or "arm": [{"kind": {"note": name, "size": 2.5}}], "nothing": []},
        "uncertainty": {"ensemble": "inputs/x.csv", "draws": 3},
    }  # fmt: skip
    tree = from_plain(values, Spot(label, 1, 1, Path()), Faults())
    from simulation.scenario import effective

    keys = (*effective.KEYS, "uncertainty")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(effective, "KEYS", keys)
        text = effective_text(SimpleNamespace(file=label, tree=tree), Path())
    told = without_files(text)
    del values["tables"], values["plugins"], values["uncertainty"]["ensemble"]
    assert YAML(typ="safe").load(told) == values
    assert all("#" not in line or '"' in line for line in told.splitlines()[1:])
