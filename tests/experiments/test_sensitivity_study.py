"""A sensitivity design from its runs to its indices, with runs that fail."""

import dataclasses

import numpy as np
import pytest

from analysis.indices import sensitivity
from analysis.months import ResultsError
from experiments.study import run_study
from simulation.scenario.uncertain import Sensitivity, Uncertain
from tests.experiments.fakes import JOBS, FakeScenario, fake_run


@dataclasses.dataclass(frozen=True)
class Two(FakeScenario):
    """An effect of two parts, of which `effect` is told three times as much as `other`."""

    other: float = 0.0

    def arm_fingerprint(self, arm):
        return super().arm_fingerprint(arm) + repr(self.other if arm == "jobs" else 0.0)


def two_run(scenario, arm, replicate):
    """Add both parts up; the variances are as 9 to 1."""
    return fake_run(dataclasses.replace(scenario, effect=3 * scenario.effect + scenario.other), arm, replicate)


def sometimes_failing(scenario, arm, replicate):
    """Fail where the larger part is above nine tenths of its range."""
    if scenario.effect > 0.9:
        raise ValueError("too much")
    return two_run(scenario, arm, replicate)


def study_of(folder, method="sobol", samples=64, run_one=two_run):
    parameters = (Uncertain("effect", "uniform", 0.0, 1.0), Uncertain("other", "uniform", 0.0, 1.0))
    asked = Sensitivity(method, samples, 4, 1, ("employed",), parameters)
    scenario = Two(sensitivity=asked, arms={"baseline": (), "jobs": JOBS}, record={})
    return run_study(scenario, folder, workers=1, run_one=run_one)


def test_sobol_finds_the_shares_of_a_sum(tmp_path):
    found = sensitivity(study_of(tmp_path).study, "employed", "jobs").found
    effect, other = found.indices
    assert effect.first_low < 0.9 < effect.first_high
    assert effect.total_low < 0.9 < effect.total_high
    assert other.total == pytest.approx(0.1, abs=0.05)
    assert (tmp_path / "sensitivity.csv").read_text().count("\n") == 5


def test_morris_finds_the_slopes_of_a_sum(tmp_path):
    found = sensitivity(study_of(tmp_path, "morris", 8).study, "employed", "jobs").found
    assert [one.mu_star for one in found.effects] == [pytest.approx(3), pytest.approx(1)]
    assert [one.sigma for one in found.effects] == [pytest.approx(0, abs=1e-9)] * 2


def test_the_level_of_the_baseline_moves_with_nothing(tmp_path):
    found = sensitivity(study_of(tmp_path, samples=8).study, "employed").found
    assert "same at every point" in found.undefined


def test_blocks_with_a_failed_run_are_refilled(tmp_path):
    done = study_of(tmp_path, samples=16, run_one=sometimes_failing)
    assert done.failures
    found = sensitivity(done.study, "employed", "jobs").found
    assert found.dropped > 0
    assert found.blocks + found.dropped > 16
    assert np.isfinite([one.total for one in found.indices]).all()


def test_another_study_has_no_indices(tmp_path):
    plain = run_study(FakeScenario(), tmp_path, workers=1, run_one=fake_run).study
    with pytest.raises(ResultsError, match="no sensitivity design"):
        sensitivity(plain, "employed")
