"""Scenario discovery against boxes that are known, by hand and by law."""

import builtins
import dataclasses

import numpy as np
import pandas as pd
import pytest

from analysis import load
from analysis.discovery import MISSING, Discovery, discover, find_boxes
from analysis.months import ResultsError
from experiments.study import run_study
from tests.experiments.fakes import FakeScenario, fake_run

DRAWS = 400
A, B, C = "parameters.a.one", "parameters.b.two", "parameters.c.three"


def points(seed=1, draws=DRAWS):
    luck = np.random.default_rng(seed)
    return {A: luck.random(draws), B: luck.random(draws) * 100, C: luck.random(draws)}


def boxes(parameters, interest, density=0.8, most=3):
    pytest.importorskip("ema_workbench")
    return list(find_boxes(parameters, interest, density, 0.05, 0.05, most))


def inside(box, parameters):
    """Which draws lie in a box, worked out from its limits alone."""
    flags = np.ones(len(parameters[A]), bool)
    for one in box.limits:
        values = parameters[one.path]
        flags &= (np.isnan(one.low) | (values >= one.low)) & (np.isnan(one.high) | (values <= one.high))
    return flags


@pytest.fixture(scope="module")
def known():
    """A box that is known: a above 0.6 and b below 50; c plays no part."""
    where = points()
    interest = (where[A] > 0.6) & (where[B] < 50)
    return where, interest, boxes(where, interest)


def test_the_known_box_is_found(known):
    _, _, found = known
    limits = {one.path: one for one in found[0].limits}
    assert set(limits) == {A, B}
    assert limits[A].low == pytest.approx(0.6, abs=0.06)
    assert limits[B].high == pytest.approx(50, abs=6)
    assert np.isnan([limits[A].high, limits[B].low]).all()
    assert found[0].coverage > 0.9


def test_both_ends_matter_by_their_quasi_p(known):
    ends = {one.path: (one.low_quasi_p, one.high_quasi_p) for one in known[2][0].limits}
    assert ends[A][0] < 1e-6
    assert ends[B][1] < 1e-6
    assert np.isnan([ends[A][1], ends[B][0]]).all()


def test_shares_are_those_of_the_draws_inside(known):
    where, interest, found = known
    for box in found[:1]:
        held = inside(box, where)
        assert box.draws == held.sum()
        assert box.mass == pytest.approx(held.mean())
        assert box.density == pytest.approx(interest[held].mean())
        assert box.coverage == pytest.approx(interest[held].sum() / interest.sum())


def test_the_chosen_step_covers_most_of_the_dense_ones(known):
    passed = known[2][0].trajectory
    assert passed["chosen"].sum() == 1
    dense = passed[(passed["density"] >= 0.8) & (passed["limited"] > 0)]
    assert passed.loc[passed["chosen"], "coverage"].item() == dense["coverage"].max()
    assert passed["coverage"].iloc[0] == 1.0
    assert passed["limited"].iloc[0] == 0


def test_a_second_box_explains_what_the_first_left():
    where = points(2, 800)
    left, right = where[A] < 0.3, (where[C] > 0.7) & (where[B] > 60)
    found = boxes(where, left | right)
    assert len(found) >= 2
    first, second = (inside(box, where) for box in found[:2])
    assert left[first].mean() > 0.8
    assert right[second & ~first].mean() > 0.8


def test_noise_is_no_box():
    where = points(3)
    interest = np.random.default_rng(4).random(DRAWS) < 0.3
    assert boxes(where, interest, density=0.9) == []


def test_the_order_of_parameters_changes_nothing(known):
    where, interest, found = known
    again = boxes(dict(reversed(where.items())), interest)
    assert {one.text for one in again[0].limits} == {one.text for one in found[0].limits}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("study")
    run_study(FakeScenario(replicates={"at_least": 60, "at_most": 60}), made, workers=1, run_one=fake_run)
    return made


def drawn(folder, values=None):
    """The runs as if parameters had been drawn, one replicate a draw."""
    study = load(folder)
    where = values or points(5, 60)
    study.runs = tuple(
        dataclasses.replace(run, draw=run.replicate, values={path: one[run.replicate] for path, one in where.items()})
        for run in study.runs
    )
    return study


@pytest.fixture
def ask(folder):
    study = drawn(folder)
    arm = study.arms[1]
    outcome = next(name for name, one in study.meanings.items() if one.better > 0)
    return study, arm, outcome


def test_a_study_is_asked_by_a_function_of_its_draws(ask):
    pytest.importorskip("ema_workbench")
    study, arm, outcome = ask
    where = points(5, 60)
    found = discover(study, arm, outcome, lambda _: where[A] > 0.5)
    assert found.interest.tolist() == (where[A] > 0.5).tolist()
    assert [one.path for one in found.boxes[0].limits] == [A]
    assert found.boxes[0].limits[0].low == pytest.approx(0.5, abs=0.1)
    assert f"{A} >= " in found.text
    assert found.frame["parameter"].iloc[0] == A
    assert found.figure().axes


def test_a_number_goes_by_the_better_direction(ask):
    pytest.importorskip("ema_workbench")
    study, _, outcome = ask
    base = study.pooled(outcome, "baseline").values
    middle = float(np.median(base))
    found = discover(study, "baseline", outcome, middle)
    assert found.interest.sum() == (base > middle).sum()
    assert f"lies above {middle:g}" in found.about


@pytest.mark.parametrize("limit", [-np.inf, np.inf])
def test_an_answer_that_never_changes_has_no_box(ask, limit):
    with pytest.raises(ResultsError, match="the same in all 60 draws"):
        discover(*ask, lambda values: values > limit)


def test_few_draws_are_refused(folder):
    study = drawn(folder)
    study.runs = tuple(run for run in study.runs if run.replicate < 20)
    with pytest.raises(ResultsError, match="there are 20 draws; boxes need 40"):
        discover(study, study.arms[1], next(iter(study.meanings)), lambda values: np.arange(20) > 9)


def test_fixed_parameters_are_refused(folder):
    study = load(folder)
    with pytest.raises(ResultsError, match="parameters were held fixed"):
        discover(study, study.arms[1], next(iter(study.meanings)))


def test_without_the_workbench_the_extra_is_named(ask, monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **named):
        if name.startswith("ema_workbench"):
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    where = points(5, 60)
    with pytest.raises(ResultsError) as raised:
        discover(*ask, lambda _: where[A] > 0.5)
    assert str(raised.value) == MISSING
    assert "relosim[discovery]" in MISSING


def test_nothing_found_is_said():
    found = Discovery("x lies above 1", points(1, 50), np.arange(50) % 2 == 0, ())
    assert found.text == (
        "x lies above 1: in 25 of 50 draws. No box is dense enough: no range of these parameters marks them off."
    )
    assert isinstance(found.frame, pd.DataFrame)
    assert found.frame.empty
    with pytest.raises(ValueError, match="no box"):
        found.figure()
