"""Exported tables: read back by others they are the study's own, whatever a scenario calls itself."""

import csv
import json

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from frictionless import Package, system
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from analysis import load
from analysis.compare import compare
from analysis.export import FORMATS, csv_text, export, safe
from analysis.meaning import Cell
from analysis.reproduce import command
from experiments.cli import app
from experiments.study import run_study
from tests.experiments.fakes import FakeScenario, fake_run

NAME = '=HYPERLINK("http://x.y"; "黔西 <b>")'


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    scenario = FakeScenario(name=NAME, report={"outcomes": ["employed", "employed_share"], "by": ["place"]})
    run_study(scenario, folder, workers=1, run_one=fake_run)
    return load(folder)


@pytest.fixture(scope="module", params=FORMATS)
def handed(request, study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("handed") / request.param
    export(study, folder, request.param)
    return request.param, folder


def effects(kind, folder):
    if kind == "csv":
        return pd.read_csv(folder / "effects.csv", skiprows=[1], encoding="utf-8-sig")
    if kind == "parquet":
        return pd.read_parquet(folder / "effects.parquet")
    return pd.read_excel(folder / "tables.xlsx", sheet_name="effects", skiprows=[1])


def test_another_program_finds_every_table_valid(handed):
    with system.use_context(trusted=True):
        report = Package(str(handed[1] / "datapackage.json")).validate()
    assert report.valid, report.to_summary()
    assert {task.name for task in report.tasks} == {"effects", "courses", "costs", "outcomes"}
    assert all(task.stats["rows"] for task in report.tasks)


def test_figures_read_back_are_those_of_the_comparison(study, handed):
    table = effects(*handed)
    for row in table.to_dict("records"):
        one = compare(study, row["outcome"], row["arm"], cell=Cell(row["place"], row["population"], row["group"]))
        told = [row[name] for name in ("baseline", "estimate", "low", "high")]
        assert told == pytest.approx([one.baseline, one.difference.mean, one.difference.low, one.difference.high])
    assert set(table["arm"]) == {"jobs", "empty"}
    assert "p1" in set(table["place"])


def test_each_column_has_its_unit_and_meaning(handed):
    kind, folder = handed
    told = json.loads((folder / "datapackage.json").read_text("utf-8"))
    columns = [(one["name"], field) for one in told["resources"] for field in one["schema"]["fields"]]
    assert all(field["description"] for _, field in columns)
    rows = list(csv.reader((folder / "dictionary.csv").read_text("utf-8-sig").splitlines()))
    assert [row[:2] for row in rows[1:]] == [[name, field["name"]] for name, field in columns]
    if kind == "parquet":
        assert pq.read_schema(folder / "costs.parquet").field("cost").metadata[b"unit"] == b"yuan"


def test_no_spreadsheet_takes_a_name_for_a_formula(study, handed):
    kind, folder = handed
    if kind == "xlsx":
        book = openpyxl.load_workbook(folder / "tables.xlsx")
        assert book["about"]["A1"].value == NAME
        assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert json.loads((folder / "datapackage.json").read_text("utf-8"))["title"] == NAME


@given(st.text())
def test_a_text_in_a_table_never_begins_as_a_formula_does(text):
    assert not safe(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert safe(text).removeprefix("'") == text.removeprefix("'") or safe(text) == f"'{text}"


def test_excel_is_told_that_it_is_unicode():
    assert csv_text([["黔西"]]).encode().startswith(b"\xef\xbb\xbf")


def test_the_command_names_arms_and_replicates(study):
    assert command(study) == "relosim run effective.yaml --arm jobs --arm empty --replicates 3 --out again"


def test_refusals(study, tmp_path):
    def call(*arguments):
        return CliRunner().invoke(app, ["export", str(study.folder), *map(str, arguments)])

    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").touch()
    done = call("--out", full)
    assert (done.exit_code, "isn't empty" in done.output) == (2, True)
    done = call("--format", "odt", "--out", tmp_path / "new")
    assert (done.exit_code, "csv, parquet, xlsx" in done.output) == (2, True)
    assert not (tmp_path / "new").exists()
