"""Courses month by month against the single month's interval, thresholds and quantiles by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from analysis import load
from analysis.doubt import computing_error
from analysis.months import ResultsError
from analysis.quantiles import quantile_effects
from analysis.thresholds import months_until, time_to
from analysis.trajectories import mean_course, spread_course, trajectory
from experiments.study import run_study
from tests.experiments.fakes import START, FakeScenario, fake_run

NAN = float("nan")
MONTHLY = hnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 8), st.integers(1, 4)),
    elements=st.one_of(st.just(NAN), st.integers(-50, 50).map(float)),
)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    run_study(FakeScenario(), folder, workers=1, run_one=fake_run)
    return load(folder)


@given(MONTHLY)
def test_each_month_of_a_course_has_the_interval_of_that_month(values):
    course = mean_course(values, np.zeros(len(values), int))
    for month, column in enumerate(values.T):
        one = computing_error(column, np.zeros(len(column), int))
        found = [course.middle[month], course.low[month], course.high[month]]
        np.testing.assert_allclose(found, [one.mean, one.low, one.high], rtol=1e-9, atol=1e-9)


def test_a_month_that_is_undefined_in_every_run_is_undefined():
    found = spread_course(np.array([[1.0, NAN], [3.0, NAN]]))
    assert found.middle[0] == 2.0
    assert np.isnan([found.middle[1], found.low[1], found.high[1]]).all()


def test_a_trajectory_has_a_row_an_arm_and_month(study):
    table = trajectory(study, "employed", ["jobs", "empty"])
    assert len(table) == 2 * study.months
    jobs = table[table["arm"] == "jobs"]
    assert jobs["month"].tolist() == list(range(START, START + study.months))
    np.testing.assert_allclose(jobs["level"] - jobs["baseline"], jobs["estimate"])
    assert (table.loc[table["arm"] == "empty", ["estimate", "low", "high"]] == 0).all().all()


RUNS = np.array([[1.0, 5.0, 2.0, 6.0, 7.0], [5.0, 5.0, 5.0, 5.0, 5.0], [1.0, 1.0, NAN, 1.0, 1.0]])


@pytest.mark.parametrize(
    ("threshold", "above", "lasting", "expected"),
    [
        (5.0, True, 1, [1.0, 0.0, NAN]),
        (5.0, True, 2, [3.0, 0.0, NAN]),
        (5.0, True, 6, [NAN, NAN, NAN]),
        (1.0, False, 1, [0.0, NAN, 0.0]),
        (1.0, False, 3, [NAN, NAN, NAN]),
    ],
)
def test_months_until_a_threshold(threshold, above, lasting, expected):
    np.testing.assert_array_equal(months_until(RUNS, threshold, above, lasting), expected)


def first_month(row, level):
    return next((month for month, value in enumerate(row) if value >= level), None)


def test_an_arm_is_sooner_by_the_months_that_the_baseline_lacks(study):
    base, arm = (study.series("employed", name).monthly().tolist() for name in ("baseline", "jobs"))
    level = max(max(row) for row in base) + 0.5
    one = time_to(study, "employed", "jobs", level)
    reached = [first_month(row, level) for row in arm]
    assert any(month is not None for month in reached)
    assert one.above
    assert (one.reached_share, one.baseline_reached_share) == (np.mean([month is not None for month in reached]), 0.0)
    assert np.isnan(one.baseline_median)
    assert one.sooner.mean == np.mean([0 if month is None else study.months - month for month in reached])
    assert "(baseline 0%)" in one.text
    assert "no difference in any run" in time_to(study, "employed", "empty", level).text


def test_the_better_direction_is_that_of_the_outcome(study):
    assert not time_to(study, "income_gini", "jobs", 0.3).above
    assert time_to(study, "income_gini", "jobs", 0.3, above=True).above
    with pytest.raises(ResultsError, match="did you mean"):
        time_to(study, "employd", "jobs", 1.0)


def test_quantiles_of_worlds_that_all_gain_alike_move_by_the_gain(study):
    table = quantile_effects(study, "employed", "jobs")
    gain = study.matched("employed", "jobs").differences
    if np.ptp(gain) == 0:
        np.testing.assert_allclose(table[["estimate", "low", "high"]], np.full((5, 3), gain[0]))
    np.testing.assert_allclose(table["level"] - table["baseline"], table["estimate"])
    pd.testing.assert_frame_equal(table, quantile_effects(study, "employed", "jobs"))
