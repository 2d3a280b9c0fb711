"""The notebook's comparison: tidy rows, each that of `compare`, shown and drawn with what they are of."""

import dataclasses
import math
import re

import numpy as np
import pandas as pd
import pytest

from analysis import load
from analysis.compare import compare
from analysis.effect_table import EffectTable
from analysis.meaning import Cell
from analysis.months import ResultsError, date_of
from experiments.study import run_study
from tests.experiments.fakes import START, FakeScenario, fake_run

PLACES = {"places": {"id": ["p1", "v1"], "name": ["Site", "Village"], "kind": ["site", "village"]}}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    run_study(FakeScenario(name="jobs <b>", tables=PLACES), folder, workers=1, run_one=fake_run)
    return load(folder)


def test_a_row_for_each_place_and_population_with_what_compare_says(study):
    table = study.compare("jobs", ["employed", "employed_share"]).by("place", "population")
    assert list(table.columns) == [
        "outcome", "arm", "place", "population", "unit", "baseline", "estimate", "low", "high", "standard_error",
        "degrees_of_freedom", "replicates", "same_sign_share", "verdict",
    ]  # fmt: skip
    assert len(table) == 2 * 3
    assert set(table["place"]) == {"p1"}
    for row in table.to_dict("records"):
        one = compare(study, row["outcome"], "jobs", cell=Cell(row["place"], row["population"]))
        told = [one.baseline, one.difference.mean, one.difference.low, one.difference.high]
        np.testing.assert_array_equal([row[name] for name in ("baseline", "estimate", "low", "high")], told)
        assert row["replicates"] == one.difference.n == row["degrees_of_freedom"] + 1
        assert row["verdict"] == one.difference.verdict


def test_everybody_together_is_one_row_an_outcome_and_arm(study):
    table = study.compare().of("employed").by()
    assert table[["outcome", "arm"]].to_numpy().tolist() == [["employed", "jobs"], ["employed", "empty"]]
    assert table["estimate"].tolist() == [compare(study, "employed", arm).difference.mean for arm in ("jobs", "empty")]


def test_sites_are_places_that_the_manifest_calls_so(study, tmp_path):
    assert study.compare("jobs").by("site")["site"].unique().tolist() == ["p1"]
    run_study(FakeScenario(), tmp_path, workers=1, run_one=fake_run)
    with pytest.raises(ResultsError, match="weren't recorded by site together"):
        load(tmp_path).compare("jobs").by("site")


def test_what_wasnt_recorded_is_refused_with_what_was(study):
    with pytest.raises(ResultsError, match=r"weren't recorded by age_band together \(dimensions: place, population\)"):
        study.compare("jobs").by("age_band")
    with pytest.raises(ResultsError, match="no finished run of arm 'job'"):
        study.compare("job")
    with pytest.raises(ResultsError, match="did you mean 'employed'"):
        study.compare("jobs", ["employd"])
    with pytest.raises(ResultsError, match="reaches beyond the runs"):
        study.compare("jobs").over("2019-01..2019-02")
    with pytest.raises(ValueError, match="should be one of t, bootstrap"):
        study.compare("jobs", interval="bayes")


def test_other_months_are_taken(study):
    first = study.compare("jobs", ["employed"]).over(f"{date_of(START)}..{date_of(START + 1)}").by()
    assert first["estimate"].iloc[0] == compare(study, "employed", "jobs", (START, START + 1)).difference.mean
    assert first.told.window == f"{date_of(START)}..{date_of(START + 1)}"


def test_bootstrap_lies_near_the_t_interval_and_is_repeatable(study):
    one, two = (study.compare("jobs", ["employed"], interval="bootstrap").by() for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    assert "BCa bootstrap" in one.told.interval


def test_a_table_shows_its_study_and_escapes_what_comes_from_a_file(study):
    html = study.compare("jobs", ["employed"]).by("place", "population")._repr_html_()
    assert "jobs &lt;b&gt;" in html
    assert "<b>" not in html
    assert study.hash in html
    assert "parameters held fixed" in html
    assert html.count("<svg") == 3
    assert len(re.findall(r'aria-label="\+', html)) == 3


def test_a_selection_of_rows_still_knows_its_study(study):
    table = study.compare().by("population")
    part = table[table["population"] == "hosts"]
    assert isinstance(part, EffectTable)
    assert part.told == table.told
    assert "<svg" in part._repr_html_()
    assert "<svg" not in table[["outcome", "estimate"]]._repr_html_()


def test_a_forest_has_a_panel_an_outcome_and_a_mark_a_row(study):
    table = study.compare(outcomes=["employed", "employed_share"]).by("population")
    picture = table.plot(colours={"jobs": "#123456"}, style={"font.size": 12})
    assert [axes.get_title(loc="left") for axes in picture.axes] == ["employed", "employed_share"]
    rows = table[table["outcome"] == "employed"]
    labels = [text.get_text() for text in picture.axes[0].get_yticklabels()]
    assert len(labels) == len(rows)
    assert labels[0] == "relocated, jobs"
    assert any(line.get_color() == "#123456" for line in picture.axes[0].get_lines())
    assert study.hash in picture.get_supxlabel()


def test_effects_together_are_judged_more_strictly_than_each_alone(study):
    table = study.compare(outcomes=["employed", "employed_share", "income_gini"]).by("population").simultaneous()
    known = table["standard_error"] > 0
    assert known.any()
    assert (table.loc[known, "low_all"] < table.loc[known, "low"]).all()
    assert (table.loc[known, "high_all"] > table.loc[known, "high"]).all()
    nothing = table["estimate"] == 0
    assert (table.loc[nothing & ~known, "p_holm"] == 1).all()


def test_draws_stand_beside_the_computing_error(tmp_path):
    scenario = dataclasses.replace(FakeScenario(), tables=PLACES)
    run_study(scenario, tmp_path, workers=1, run_one=fake_run)
    study = load(tmp_path)
    study.runs = tuple(
        dataclasses.replace(run, values={"effect": 1.0 * run.replicate}, draw=run.replicate) for run in study.runs
    )
    table = study.compare("jobs", ["employed"]).by()
    assert table["draws"].iloc[0] == 3
    assert math.isfinite(table["low_5_draws"].iloc[0])
    assert "3 draws of uncertain parameters" in table.told.text
