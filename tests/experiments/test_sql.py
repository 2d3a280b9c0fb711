"""SQL over a result folder: what is asked is answered once per run, and nothing outside the folder is read."""

import csv
import io
import json
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from analysis.folder import RUN_TABLE
from analysis.months import ResultsError
from analysis.sql import asked
from analysis.study import load
from experiments import cli
from experiments.design import design
from experiments.store import Store
from experiments.study import run_study
from experiments.watch import Silent
from experiments.work import Job
from tests.experiments.fakes import FakeScenario, failing_run, fake_run

RUNNER = CliRunner()


def rows(folder, query):
    with asked(folder, query) as answer:
        return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    run_study(FakeScenario(), folder, workers=1, run_one=fake_run)
    return folder


def test_outcomes_are_those_of_the_study(made):
    study = load(made)
    told = rows(
        made,
        "select arm, replicate, month, employed from outcomes where place = 'all' and population = 'all' order by all",
    )
    for arm in study.arms:
        series = study.series("employed", arm)
        found = [row["employed"] for row in told if row["arm"] == arm]
        assert found == series.top.ravel().tolist()


def test_every_view_is_there(made):
    counted = {
        name: rows(made, f"select count(*) as n from {name}")[0]["n"]
        for name in ("outcomes", "ledger", "runs", "draws", "design", "units", "persons", "names")
    }
    changes = {"baseline": 1, "empty": 1, "jobs": 10}
    assert counted == {
        "outcomes": 9 * 6 * 8, "ledger": 3, "runs": 9, "draws": 1, "design": 9, "units": 3 * sum(changes.values()),
        "persons": 9 * 6, "names": 3,
    }  # fmt: skip


def test_costs_and_changes_can_be_joined_with_their_runs(made):
    cost = rows(made, "select arm, replicate, sum(amount_fen) / 100 as yuan from ledger group by all order by all")
    assert [(row["arm"], row["replicate"], row["yuan"]) for row in cost] == [("jobs", one, 6000.0) for one in range(3)]
    told = rows(
        made,
        """select u.arm, n.id, count(*) as hired from units u join names n on n.uid = u."to"
        where u."column" = 'persons.employer' and n."table" = 'employers' group by all order by all""",
    )
    assert [(row["arm"], row["id"], row["hired"]) for row in told] == [
        ("jobs", "employer/p1/new", 6), ("jobs", "employer/p1/old", 3),
    ]  # fmt: skip


def test_a_run_in_two_files_is_answered_once(tmp_path):
    scenario = FakeScenario()
    run_study(scenario, tmp_path, workers=1, run_one=fake_run)
    store, job = Store(tmp_path), Job(scenario, fake_run)
    for planned in design(scenario, ("baseline", "jobs"), 2):
        store.write(job.make(planned))
    assert len(list((tmp_path / "outcomes").iterdir())) == 5
    told = rows(
        tmp_path,
        "select run, count(*) as n, count(distinct (month, place, population)) as keys from outcomes group by run",
    )
    assert {(row["n"], row["keys"]) for row in told} == {(48, 48)}
    assert len(told) == 9


def test_only_runs_of_the_present_design_answer(tmp_path):
    run_study(FakeScenario(), tmp_path, workers=1, run_one=fake_run)
    table = pq.read_table(tmp_path / "design.parquet")
    pq.write_table(table.filter(pa.compute.equal(table["replicate"], 1)), tmp_path / "design.parquet")
    assert {row["replicate"] for row in rows(tmp_path, "select distinct replicate from outcomes")} == {1}
    assert {row["replicate"] for row in rows(tmp_path, "select distinct replicate from units")} == {1}
    assert {row["replicate"] for row in rows(tmp_path, "select distinct replicate from ledger")} == {1}


class Asking(Silent):
    """Asks in SQL after every run, while the study goes on."""

    def __init__(self, folder):
        self.folder, self.told = folder, []

    def done(self, report, standing):
        states = rows(self.folder, "select state, count(*) as n from runs group by state")
        found = rows(self.folder, "select count(distinct run) as runs, count(*) as n from outcomes")[0]
        self.told.append(({row["state"]: row["n"] for row in states}, found["runs"], found["n"]))


def test_a_study_answers_while_it_runs(tmp_path):
    asking = Asking(tmp_path)
    run_study(FakeScenario(), tmp_path, workers=1, run_one=failing_run, watch=asking)
    assert len(asking.told) == 9
    assert asking.told[2] == ({"done": 3, "planned": 6}, 3, 144)
    assert asking.told[4] == ({"done": 4, "failed": 1, "planned": 4}, 4, 192)


def test_a_lost_run_table_changes_no_answer(tmp_path):
    run_study(FakeScenario(), tmp_path, workers=1, run_one=fake_run)
    query = "select run, state, hash from runs order by run"
    told = rows(tmp_path, query)
    for name in (RUN_TABLE, "runs.parquet"):
        (tmp_path / name).unlink()
        assert rows(tmp_path, query) == told


def test_a_file_joined_while_it_is_read_is_read_to_its_end(made, tmp_path):
    scenario, folder = FakeScenario(), tmp_path / "loose"
    store, job = Store(folder), Job(scenario, fake_run)
    for planned in design(scenario, ("baseline",), 3):
        store.write(job.make(planned))
    with asked(folder, "select run, employed from outcomes") as answer:
        for file in store.outcome_files():
            file.unlink()
        assert len(list(answer.rows)) == 3 * 48


@pytest.mark.parametrize(
    "query",
    [
        "select * from read_csv('{0}')", "select * from '{0}'", "select * from read_text('{0}')", "select * from glob('/*')",
        "copy design to '{1}'", "attach '{1}' as other", "export database '{1}'", "install httpfs", "load httpfs",
        "set enable_external_access = true", "reset enable_external_access", "set temp_directory = '/'", "select * from secret",
        "select * from read_parquet('{2}/design.parquet')",
    ],
)  # fmt: skip
def test_nothing_outside_the_views_can_be_read_or_written(made, tmp_path, query):
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n")
    with pytest.raises(ResultsError) as refused:
        rows(made, query.format(secret, tmp_path / "written", made))
    assert "\n" not in str(refused.value)
    assert [one.name for one in tmp_path.iterdir()] == ["secret.csv"]


def test_the_folder_is_as_it_was(tmp_path):
    run_study(FakeScenario(), tmp_path, workers=1, run_one=fake_run)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    rows(tmp_path, "create table mine as select * from outcomes; select * from mine")
    rows(tmp_path, "select * from runs")
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("selec 1", 'Parser Error: syntax error at or near "selec"'),
        (
            "select emplyed from outcomes",
            'Binder Error: Referenced column "emplyed" not found in FROM clause!; Candidate',
        ),
        ("select * from outcome", "Catalog Error: Table with name outcome does not exist!; Did you mean"),
        ("select cast(arm as int) from runs", "Conversion Error: Could not convert string 'baseline'"),
        ("", "the query asks for nothing"),
    ],
)
def test_a_wrong_query_is_one_line_in_duckdbs_words_and_status_2(made, query, said):
    done = RUNNER.invoke(cli.app, ["sql", str(made), query])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert said in done.stderr


def test_a_folder_without_runs_is_status_2(tmp_path):
    done = RUNNER.invoke(cli.app, ["sql", str(tmp_path), "select 1"])
    assert done.exit_code == 2
    assert "holds no finished run" in done.stderr


def test_without_duckdb_it_says_how_to_get_it(made, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    done = RUNNER.invoke(cli.app, ["sql", str(made), "select 1"])
    assert done.exit_code == 2
    assert 'pip install "relosim[sql]"' in done.stderr


def test_csv_has_a_header_and_every_row(made):
    done = RUNNER.invoke(cli.app, ["sql", str(made), "select month, place, employed from outcomes", "--csv"])
    told = list(csv.DictReader(io.StringIO(done.stdout)))
    assert done.exit_code == 0
    assert len(told) == 9 * 48
    assert sorted(float(row["employed"]) for row in told) == sorted(
        row["employed"] for row in rows(made, "select employed from outcomes")
    )


def test_json_is_an_array_with_null_for_what_is_undefined(made):
    query = "select arm, sum(replicate) as total, 'nan'::double as undefined from design group by arm order by arm"
    done = RUNNER.invoke(cli.app, ["sql", str(made), query, "--json"])
    assert json.loads(done.stdout) == [
        {"arm": arm, "total": 3, "undefined": None} for arm in ("baseline", "empty", "jobs")
    ]
    none = RUNNER.invoke(cli.app, ["sql", str(made), "select 1 where false", "--json"])
    assert json.loads(none.stdout) == []


def test_the_table_says_what_it_leaves_out(made):
    done = RUNNER.invoke(
        cli.app, ["sql", str(made), "select run, '[b]' as mark, employed from outcomes", "--rows", "5"]
    )
    assert done.exit_code == 0
    assert done.stdout.count("[b]") == 5
    assert "the first 5 rows; there are more" in done.stdout
    all_of_them = RUNNER.invoke(cli.app, ["sql", str(made), "select run from outcomes", "--rows", "0"])
    assert "there are more" not in all_of_them.stdout
    assert all_of_them.stdout.count("\n") >= 9 * 48
    assert "no rows" in RUNNER.invoke(cli.app, ["sql", str(made), "select 1 where false"]).stdout


def test_a_notebook_gets_a_frame(made):
    told = load(made).sql("select arm, avg(employed) as employed from outcomes group by arm order by arm")
    assert list(told.columns) == ["arm", "employed"]
    assert told["employed"].dtype == np.float64
    assert told["employed"][2] - told["employed"][0] == pytest.approx(3.0)


def test_a_folder_with_marks_that_mean_something_elsewhere_answers(tmp_path):
    folder = tmp_path / "it's [1] *odd*"
    run_study(FakeScenario(), folder, workers=1, run_one=fake_run, replicates=1)
    assert rows(folder, "select count(distinct run) as n from outcomes")[0]["n"] == 3
    assert rows(folder, "select count(distinct run) as n from units")[0]["n"] == 3
