"""Single decisions of a finished study: told of the runs that were recorded, refused where they can't be made again."""

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import relosim
from analysis.runs import Run
from analysis.study import load
from analysis.why import Stories
from analysis.why_counts import why_counts
from experiments import cli, trace
from experiments.recorded import recorded_in
from experiments.trace import Question, Traced
from experiments.trace_story import decisions, story
from experiments.trace_table import COLUMNS, file_name, trace_rows, trace_table
from simulation.explaining import Account
from simulation.tracing import Told
from tests.experiments.test_with_engine import SCENARIO

OPENS = 12 * 2018 + 5


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return relosim.run(SCENARIO, out=tmp_path_factory.mktemp("traced"), workers=1).folder


@pytest.fixture
def folder(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "study"))


def command(*arguments):
    return CliRunner().invoke(cli.app, ["trace", *map(str, arguments)])


def parted(folder):
    """A household whose two worlds part, and when."""
    return next(iter(Stories(load(folder), "factory").parted().items()))


def test_the_decision_at_which_two_worlds_part_is_told(folder):
    household, month = parted(folder)
    done = command(folder, "--arm", "factory", "--household", household)
    assert done.exit_code == 0, done.output
    (file,) = (folder / "trace").iterdir()
    assert f"trace: {file}" in done.output
    assert Stories(load(folder), "factory").of(household).text in done.output
    table = pq.read_table(file)
    assert table.schema.names == COLUMNS.names
    assert set(table["arm"].to_pylist()) == {"baseline", "factory"}
    assert set(table["household"].to_pylist()) == {household}
    runs = {run.arm: run.id for run in load(folder).runs if run.replicate == 0}
    assert {(row["arm"], row["run"]) for row in table.to_pylist()} == set(runs.items())
    first = next(one for one in decisions(Traced(file, _runs(folder), table, {}, trace_of(table))) if one.differs)
    assert first.month == month
    assert any(option.startswith("employer/jinxiu/micro_factory") for option, _ in first.news("factory"))


def _runs(folder):
    return tuple(run for run in load(folder).runs if run.replicate == 0)


def trace_of(table):
    """The processes that a table's metadata says are told of."""
    return tuple(json.loads(table.schema.metadata[b"relosim.trace"])["told_of"])


def test_before_the_arm_begins_both_runs_decide_alike(folder):
    household, _ = parted(folder)
    command(folder, "--arm", "factory", "--household", household)
    rows = pq.read_table(next((folder / "trace").iterdir())).to_pylist()
    before = [
        [_same(one) for one in rows if one["arm"] == arm and one["month"] < OPENS] for arm in ("baseline", "factory")
    ]
    assert len(before[0]) > 20
    # The factory stands among the employers near by from the start, without a post.
    assert before[0] == [one for one in before[1] if "micro_factory" not in one[3] or one[3] == "jinxiu_micro_factory"]


def _same(row):
    return tuple(
        str(row[name]) for name in ("month", "process", "person", "option", "utility", "threshold", "draw", "reason")
    )


def test_the_study_stays_whole_and_a_copy_to_hand_on_leaves_it_out(folder):
    runner, (household, _) = CliRunner(), parted(folder)
    before = (folder / "manifest.json").read_bytes()
    assert command(folder, "--arm", "factory", "--household", household, "--quiet").exit_code == 0
    assert (folder / "manifest.json").read_bytes() == before
    checked = runner.invoke(cli.app, ["verify", str(folder), "--sample", "1"])
    assert checked.exit_code == 0, checked.output
    assert "0 differ" in checked.output
    copied = runner.invoke(cli.app, ["share", str(folder), "--out", str(folder.with_name("copy"))])
    assert copied.exit_code == 0, copied.output
    assert not (folder.with_name("copy") / "trace").exists()
    assert "trace" in copied.output


def test_the_same_question_writes_the_same_bytes(folder):
    household, _ = parted(folder)
    command(folder, "--arm", "factory", "--household", household)
    (file,) = (folder / "trace").iterdir()
    before = file.read_bytes()
    person = pq.read_table(file)["person"].to_pylist()
    command(folder, "--arm", "factory", "--person", max(person))
    assert [one.name for one in (folder / "trace").iterdir()] == [file.name]
    assert file.read_bytes() == before


def test_several_households_have_a_file_together(folder):
    first, second = list(Stories(load(folder), "factory").parted())[:2]
    done = command(folder, "--arm", "factory", "--household", f"{first},{second}", "--decisions", "0")
    assert done.exit_code == 0, done.output
    assert "2 households, replicate 0, baseline and factory: " in done.output
    (file,) = (folder / "trace").iterdir()
    assert set(pq.read_table(file)["household"].to_pylist()) == {first, second}


def test_the_baseline_alone_is_one_run_and_needs_no_unit_records(folder):
    household, _ = parted(folder)
    for kind in ("units", "persons"):
        shutil.rmtree(folder / kind)
    done = command(folder, "--arm", "baseline", "--household", household, "--replicate", "1")
    assert done.exit_code == 0, done.output
    assert set(pq.read_table(next((folder / "trace").iterdir()))["arm"].to_pylist()) == {"baseline"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--arm", "factory", "--household", "12"], "there is no household 12 at the start of replicate 0"),
        (["--arm", "factory", "--person", "12"], "there is no person 12 at the start of replicate 0"),
        (["--arm", "factory"], "of whom? Name a household by --household UID"),
        (["--arm", "factory", "--household", "Zhang"], "--household Zhang: write a uid"),
        (["--arm", "factory", "--household", str(2**64)], "write a uid"),
        (["--arm", "fabrik", "--household", "12"], "no finished run of arm 'fabrik' (there are: baseline, factory)"),
        (
            ["--arm", "factory", "--household", "12", "--replicate", "7"],
            "no finished run of arm 'baseline' for replicate 7 (there are: replicates 0, 1)",
        ),
        (["--arm", "factory", "--household", "12", "--draw", "3"], "(there are: replicates none)"),
    ],
)
def test_questions_without_an_answer_are_status_2(made, arguments, told):
    done = command(made, *arguments)
    assert done.exit_code == 2
    assert told in done.stderr
    assert not (made / "trace").exists()


def test_another_program_is_refused_before_anything_is_made(folder):
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "code": "0123456789abcdef"}))
    done = command(folder, "--arm", "factory", "--household", parted(folder)[0])
    assert done.exit_code == 2
    assert "another version of the program (code 0123456789ab" in done.stderr


def test_inputs_that_were_changed_are_refused(folder):
    table = next(file for file in (folder / "inputs").iterdir() if "employers" in file.name)
    table.write_text(table.read_text().replace("250", "251"))
    done = command(folder, "--arm", "factory", "--household", parted(folder)[0])
    assert done.exit_code == 2
    assert "employers" in done.stderr or "other inputs" in done.stderr


def test_a_folder_without_a_study_is_status_2(tmp_path):
    done = command(tmp_path, "--arm", "factory", "--household", "1")
    assert done.exit_code == 2
    assert "is no result folder with a manifest.json" in done.stderr


def test_a_run_that_comes_out_otherwise_is_status_1_and_writes_nothing(folder, monkeypatch):
    monkeypatch.setattr(trace, "content_hash", lambda _result: "f00")
    done = command(folder, "--arm", "factory", "--household", parted(folder)[0])
    assert done.exit_code == 1
    assert "run baseline r0000 came out otherwise than is recorded" in done.stderr
    assert not (folder / "trace").exists()


def test_a_notebook_may_ask_too(folder):
    household, _ = parted(folder)
    study = recorded_in(folder)
    done = trace.trace(study, study.scenario(), Question("factory", households=[household]))
    assert done.explained == ("homes", "school_choice", "separations", "job_search", "return_logit")
    assert done.file.exists()


# ---- the story, of tables made by hand


def _run(arm):
    return Run(f"id-{arm}", arm, 0, 3, {}, OPENS, 8, "", Path("outcomes/run.parquet"), 0, 0, "")


def _told(month, process, person, *accounts):
    return [Told(OPENS + month, process, 9, person, one) for one in accounts]


def traced(base, arm):
    runs = _run("baseline"), _run("factory")
    rows = [*trace_rows(runs[0], base), *trace_rows(runs[1], arm)]
    return Traced(Path("file"), runs, trace_table(rows, {}), {5: (1, OPENS - 12 * 54)}, ("job_search", "return"))


def _options(mill, took):
    return (
        Account("persons", 0, "look for work", True, "has no post", changes=False),
        Account("persons", 0, "mill", took, "took it: liked best" if took else mill, 7.5, 0.2, 0.1),
        Account("persons", 0, "shop", False, "doesn't fit: 54 years old"),
        Account("persons", 0, "inn", False, "doesn't fit: not trained"),
    )


def test_a_story_tells_what_changes_in_one_run_alone():
    base = _told(0, "job_search", 5, *_options("no open post", False))
    arm = _told(0, "job_search", 5, *_options("", True))
    assert list(story(traced(base, arm))) == [
        "1 household, replicate 3, baseline and factory: 1 of 1 decisions change something in one run alone",
        "",
        "2018-06",
        "  job_search: the woman of 54 (person 5, household 9)",
        "    baseline           yes look for work: has no post",
        "                       no  mill: no open post (utility 7.5, draw 0.1, threshold 0.2)",
        "                       other options: doesn't fit (2)",
        "    factory            yes look for work: has no post",
        "                       yes mill: took it: liked best (utility 7.5, draw 0.1, threshold 0.2)",
        "                       other options: doesn't fit (2)",
    ]


def test_what_both_runs_do_or_what_changes_nothing_is_no_story():
    same = _told(0, "job_search", 5, *_options("", True))
    idle = _told(1, "job_search", 5, Account("persons", 0, "look for work", False, "at work: mill", changes=False))
    found = traced(same, [*same, *idle])
    assert len(decisions(found)) == 2
    assert list(story(found)) == ["1 household, replicate 3, baseline and factory: no change differs"]


def test_what_only_one_run_decides_is_told_if_it_changes_something():
    gone = _told(
        2, "return", 0, Account("households", 0, "go back", True, "reviewed by chance: constant -4", -1.0, 0.3, 0.1)
    )
    lines = list(story(traced([], gone)))
    assert lines[3:] == [
        "  return: household 9",
        "    baseline           no such decision",
        "    factory            yes go back: reviewed by chance: constant -4 (utility -1, draw 0.1, threshold 0.3)",
    ]


def test_later_decisions_are_counted():
    base = [one for month in range(3) for one in _told(month, "job_search", 5, *_options("no open post", False))]
    arm = [one for month in range(3) for one in _told(month, "job_search", 5, *_options("", True))]
    lines = list(story(traced(base, arm), most=1))
    assert lines[0].endswith("3 of 3 decisions change something in one run alone")
    assert lines[-1] == "2 more of them stand in file"
    assert sum(line.startswith("  job_search") for line in lines) == 1


def test_files_are_named_after_the_question():
    assert file_name(_run("factory"), [7]) == "factory-r0003-household-7.parquet"
    assert file_name(_run("factory"), [7, 8]) == file_name(_run("factory"), [8, 7])
    assert file_name(_run("factory"), [7, 8]) != file_name(_run("factory"), [7, 9])


# ---- stories of a real run


def test_stories_of_real_runs_hang_together(made):
    study = load(made)
    for replicate in (0, 1):
        stories = Stories(study, "factory", replicate)
        assert len(stories.parted()) > 2
        for household, month in stories.parted().items():
            told = stories.of(household, steps=30)
            assert told.parted == month >= OPENS
            assert [one.number for one in told.steps] == list(range(1, len(told.steps) + 1))
            assert [one.month for one in told.steps] == sorted(one.month for one in told.steps)
            for one in told.steps:
                assert one.because is None or told.steps[one.because - 1].month <= one.month
                assert one.because != one.number


def test_the_counts_of_real_runs_are_those_of_the_people_at_work(made):
    study = load(made)
    table = why_counts(study, "factory", window="2018-06..2018-08", suppress=False)
    for change, rows in table.groupby("change"):
        parts = rows[rows["how"] != "all"]
        assert parts["households"].sum() == pytest.approx(rows[rows["how"] == "all"]["households"].iloc[0]), change
    took = table[(table["change"] == "gained") & (table["how"] == "took a new post")]["households"].iloc[0]
    assert took >= 1
