"""The planner's sum beside the printed answer: its table, its file, and what is said where nothing tells mechanisms."""

import csv
import dataclasses
import io

import pytest
from rich.console import Console

from analysis.desk import COLUMNS
from analysis.study import Study
from experiments.desk_tables import desk_table, other_sums
from experiments.summary import print_summary, put
from tests.experiments.fakes import FROM_THE_SECOND_MONTH, JOBS, Catalogue, FakeItem, FakeKind, FakeScenario, Family
from tests.experiments.fakes import INDICATORS as INDICATORS_OF
from tests.experiments.test_summary import printed, study_of

REPORT = {"outcomes": ["employed"], "window": "2020-03..2020-04"}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return study_of(tmp_path_factory.mktemp("study"), report=REPORT)


def lines(group):
    out = io.StringIO()
    put(Console(file=out, width=110), group)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_sum_mechanisms_and_effect_stand_beside_the_answer(study):
    text = printed(study)
    start = text.index("employed: what a planner's sum makes of it")
    rows = [line.rstrip() for line in text[start:].splitlines()[3:12]]
    assert [row.split("  ")[0] if not row.startswith(" ") else row.strip().rsplit("  ", 1)[0].strip() for row in rows] == [
        "on paper", "not offered", "unfilled", "came from another post", "got posts left behind", "lost otherwise",
        "other: counted otherwise", "in the model", "jobs: 4 posts = 4 jobs",
    ]  # fmt: skip
    figures = [float(row.split()[-1]) for row in rows[:-1]]
    assert figures == [4.0, -1.0, -1.0, -1.0, 1.0, -1.0, 2.0, 3.0]
    assert sum(figures[:-1]) == figures[-1]


def test_the_file_adds_up_too(study):
    rows = list(csv.DictReader((study.folder / "desk.csv").read_text().splitlines()))
    assert tuple(rows[0]) == (*COLUMNS, "study")
    assert {row["study"] for row in rows} == {study.hash}
    assert sum(float(row["value"]) for row in rows[:-1]) == pytest.approx(float(rows[-1]["value"]))
    assert (rows[0]["part"], rows[-1]["part"], rows[0]["what"]) == ("desk", "model", "on paper: 4 posts = 4 jobs")


def test_without_unit_records_it_says_how_to_get_them(tmp_path):
    made = study_of(tmp_path, report=REPORT, record={})
    said = lines(desk_table(made, "employed"))
    assert f"`relosim units {tmp_path}` makes and keeps them." in " ".join(said)
    assert any(line.startswith("  other: all mechanisms") for line in said)
    copy = Study(made.folder, made.runs, {**made.manifest, "shared": True})
    assert any("A copy to hand on has no unit records" in line for line in lines(desk_table(copy, "employed")))


def test_of_an_outcome_without_a_sum_nothing_is_printed(study):
    assert desk_table(study, "income_gini") is None
    assert other_sums(study) == []


def test_sums_of_outcomes_that_are_not_reported_are_told_all_the_same(tmp_path):
    made = study_of(tmp_path, report={"outcomes": ["income_gini"]})
    (group,) = other_sums(made)
    assert lines(group)[0].startswith("employed: what a planner's sum makes of it")
    out = io.StringIO()
    print_summary(made, Console(file=out, width=110))
    assert "jobs: 4 posts = 4 jobs" in out.getvalue()


def test_an_arm_that_declares_none_is_said_to(tmp_path):
    arms = {"baseline": (), "jobs": JOBS, "visits": (FakeItem("visits/p1", FROM_THE_SECOND_MONTH, "visits"),)}
    catalogue = Catalogue({"work": Family(INDICATORS_OF)})
    kinds = {**catalogue.interventions, "visits": FakeKind()}
    made = study_of(tmp_path, report=REPORT, arms=arms, catalogue=dataclasses.replace(catalogue, interventions=kinds))
    assert lines(other_sums(made)[-1]) == ["visits: no desk estimate declared.", ""]


def test_the_manifest_tells_the_sums(study):
    (told,) = study.manifest["desk"]["jobs"]
    assert (told["name"], told["outcome"], told["change"], told["employers"]) == (
        "posts/p1", "employed", 4.0, ["employer/p1/new"],
    )  # fmt: skip
    assert (told["opens"], told["ends"], told["ramp_months"]) == (FakeScenario().start + 1, None, 0)
