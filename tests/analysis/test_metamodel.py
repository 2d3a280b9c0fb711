"""Swings by regression: exact for what is straight in the ranks, as statsmodels has them, covering what they should."""

import numpy as np
import pytest
from scipy import stats

from analysis.metamodel import fit, metamodel
from analysis.months import ResultsError
from tests.analysis.small_study import RUNS, small_study, with_draws


def test_what_is_straight_in_the_ranks_is_found_exactly():
    rng = np.random.default_rng(1)
    points = rng.lognormal(size=(40, 2))
    rank = (stats.rankdata(points[:, 0]) - 0.5) / 40
    found = fit(["long_tail", "idle"], points, 5 + 10 * rank)
    moved, idle = found.swings
    assert moved.swing == pytest.approx(9.0)
    assert (moved.at_low + moved.at_high) / 2 == pytest.approx(found.middle) == pytest.approx(10.0)
    assert idle.swing == pytest.approx(0, abs=1e-9)
    assert found.explained == pytest.approx(1)
    assert (moved.low_value, moved.high_value) == tuple(np.quantile(points[:, 0], (0.05, 0.95)))


def test_intervals_are_those_of_statsmodels():
    models = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(2)
    points = rng.uniform(size=(25, 3))
    values = points @ [3.0, -1.0, 0.0] + rng.normal(size=25)
    ranks = (stats.rankdata(points, axis=0) - 0.5) / 25 - 0.5
    known = models.OLS(values, models.add_constant(ranks)).fit()
    found = fit(list("abc"), points, values)
    assert [(one.low, one.high) for one in found.swings] == [pytest.approx(0.9 * one) for one in known.conf_int()[1:]]
    assert found.explained == pytest.approx(known.rsquared)


def test_intervals_cover_the_swing_as_often_as_they_say():
    rng = np.random.default_rng(3)
    points = np.column_stack([rng.permutation(30), rng.permutation(30)])
    truth = 4 * (stats.rankdata(points[:, 0]) - 0.5) / 30
    covered = [
        one.low <= 3.6 <= one.high
        for one in (fit(["a", "b"], points, truth + rng.normal(size=30)).swings[0] for _ in range(2000))
    ]
    assert abs(np.mean(covered) - 0.95) < 3 * np.sqrt(0.95 * 0.05 / 2000)


def test_a_parameter_that_never_varies_has_no_swing():
    points = np.column_stack([np.arange(8), np.full(8, 2.0)])
    still = fit(["moves", "still"], points, np.arange(8.0)).swings[1]
    assert (still.swing, still.low, still.high, still.low_value) == (0, 0, 0, 2)
    assert not still.told_apart


def test_what_cannot_be_told_apart_is_refused():
    line = np.arange(8.0)
    with pytest.raises(ResultsError, match="4 draws are too few to tell 2 parameters apart: 5 at least"):
        fit(["a", "b"], np.random.default_rng(0).random((4, 2)), np.ones(4))
    with pytest.raises(ResultsError, match="move together"):
        fit(["a", "b"], np.column_stack([line, 2 * line]), line)


def test_a_study_is_fitted_draw_by_draw(tmp_path):
    study = small_study(tmp_path)
    with pytest.raises(ResultsError, match="held fixed"):
        metamodel(study, "employed")
    found = metamodel(with_draws(study), "employed", "jobs")
    assert found.draws == RUNS
    assert [one.name for one in found.swings] == ["parameters.work.pay", "parameters.work.luck"]
    assert found.middle == pytest.approx(study.matched("employed", "jobs").differences.mean())
