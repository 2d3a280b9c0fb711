"""What is read of a study a group of rows at a time is what stands in its files."""

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import study as study_module
from analysis.blocks import read_rows
from analysis.study import load
from experiments.study import run_study
from tests.experiments.fakes import START, FakeScenario, fake_run

GROUP_ROWS = 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Nine runs in files whose row groups are shorter than a run and end in the midst of one."""
    place = tmp_path_factory.mktemp("study")
    run_study(FakeScenario(), place, workers=1, run_one=fake_run)
    for file in (place / "outcomes").glob("*.parquet"):
        pq.write_table(pq.read_table(file), file, row_group_size=GROUP_ROWS)
    return place


def on_paper(study, outcome, arm, window, cell):
    """Pool an outcome run by run from the rows as they stand."""
    found = []
    for run in study.of_arm(arm):
        ours = [
            row
            for row in run.rows_of(pq.read_table(run.outcomes)).to_pylist()
            if window[0] <= row["month"] <= window[1]
            and (row["place"], row["population"], row["group"]) == (cell.place, cell.population, cell.group)
        ]
        sums = [sum(row[column] for row in ours) for column in study.meaning(outcome).columns]
        found.append(sums[0] / sums[1] if len(sums) == 2 else sums[0] / len(ours))
    return found


@given(data=st.data())
def test_pooled_values_are_those_of_the_rows(folder, data):
    study = load(folder)
    outcome = data.draw(st.sampled_from(sorted(study.meanings)))
    arm = data.draw(st.sampled_from(study.arms))
    cell = data.draw(st.sampled_from(study.cells(("place", "population", "sex"))))
    first = data.draw(st.integers(START, START + study.months - 1))
    window = first, data.draw(st.integers(first, START + study.months - 1))
    found = study.pooled(outcome, arm, window, cell).values
    np.testing.assert_allclose(found, on_paper(study, outcome, arm, window, cell), rtol=1e-12)


def test_a_large_study_is_read_cell_by_cell_to_the_same_values(folder, monkeypatch):
    whole = load(folder)
    cells = whole.cells(("place", "population", "sex"))
    before = {
        (name, arm, cell): whole.series(name, arm, cell)
        for name in whole.meanings
        for arm in whole.arms
        for cell in cells
    }
    monkeypatch.setattr(study_module, "_KEPT_VALUES", 0)
    again = load(folder)
    for (name, arm, cell), one in before.items():
        np.testing.assert_array_equal(again.series(name, arm, cell).monthly(), one.monthly())


def test_no_more_is_held_than_the_groups_that_a_run_lies_in(folder, monkeypatch):
    asked, real = [], pq.ParquetFile.read_row_groups

    def noted(self, groups, **options):
        asked.append(len(groups))
        return real(self, groups, **options)

    monkeypatch.setattr(pq.ParquetFile, "read_row_groups", noted)
    study = load(folder)
    study.pooled("employed", "baseline")
    rows = max(run.rows for run in study.runs)
    assert 1 < max(asked) <= rows // GROUP_ROWS + 2


def test_runs_come_with_their_own_rows(folder):
    study = load(folder)
    found = {run.id: table for run, table in read_rows(study.runs, ["run"])}
    assert {run.id: run.rows for run in study.runs} == {one: len(table) for one, table in found.items()}
    assert all(set(table["run"].to_pylist()) == {one} for one, table in found.items())
