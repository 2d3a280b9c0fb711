"""A study that goes on until its intervals are narrow, a most, or a time; and what it says of why it ended."""

import dataclasses

import numpy as np
import pytest

from analysis.study import load
from experiments.faults import DesignError
from experiments.study import run_study
from tests.experiments.fakes import JOBS, FakeScenario, fake_run

RULE = {"at_least": 4, "at_most": 60, "until": {"employed": 0.3}}


def noisy_run(scenario, arm, replicate):
    """Give the arm an effect of standard deviation 1 over replicates, by a plain normal sequence."""
    effect = 3.0 + np.random.default_rng(replicate).normal()
    return fake_run(dataclasses.replace(scenario, effect=effect), arm, replicate)


def study_of(folder, rule, arms=None, **options):
    scenario = FakeScenario(replicates=rule, arms=arms or {"baseline": (), "jobs": JOBS})
    return run_study(scenario, folder, workers=1, run_one=noisy_run, **options)


def half_width(study):
    from analysis.compare import compare

    gap = compare(study, "employed", "jobs").difference
    return (gap.high - gap.low) / 2


def test_it_stops_when_every_interval_is_narrow(tmp_path):
    done = study_of(tmp_path, RULE)
    assert "narrow enough" in done.ended
    assert half_width(done.study) <= 0.3
    assert 30 < len(done.study.of_arm("jobs")) < 60
    assert load(tmp_path).manifest["ended"] == done.ended


def test_it_stops_at_the_most(tmp_path):
    done = study_of(tmp_path, {**RULE, "until": {"employed": 0.01}})
    assert len(done.study.of_arm("jobs")) == 60
    assert "the most allowed" in done.ended


def test_a_second_call_takes_the_same_path_and_makes_nothing(tmp_path):
    first = study_of(tmp_path, RULE)
    again = study_of(tmp_path, RULE)
    assert not again.reports
    assert again.ended == first.ended
    assert again.study.hash == first.study.hash


def test_a_number_of_replicates_switches_the_rule_off(tmp_path):
    done = study_of(tmp_path, RULE, replicates=3)
    assert len(done.study.of_arm("jobs")) == 3
    assert done.ended == ""


def test_an_arm_that_does_nothing_is_narrow(tmp_path):
    done = study_of(tmp_path, {**RULE, "at_least": 4}, {"baseline": (), "empty": ()})
    assert len(done.study.of_arm("empty")) <= 14
    assert "narrow enough" in done.ended


def test_the_time_budget_ends_it_and_the_same_command_goes_on(tmp_path):
    short = study_of(tmp_path, {"at_least": 4, "at_most": 4}, minutes=0)
    assert short.study is None
    assert "time budget" in short.ended
    assert "8 planned runs" in short.ended
    done = study_of(tmp_path, {"at_least": 4, "at_most": 4})
    assert len(done.study.runs) == 8


def test_replicates_may_not_outnumber_draws(tmp_path):
    from simulation.scenario.uncertain import Uncertain, Uncertainty

    few = Uncertainty("random", 5, (Uncertain("effect", "uniform", 1.0, 5.0),))
    scenario = FakeScenario(replicates=RULE, uncertainty=few)
    with pytest.raises(DesignError, match="uncertainty has 5 draws, and 'at_most' is 60"):
        run_study(scenario, tmp_path / "out", workers=1, run_one=noisy_run)
    assert not (tmp_path / "out").exists()
