"""Frontier, acceptability, regret and turning points by hand and by law."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import load
from analysis.cost_effectiveness import (
    DOMINATED,
    EXTENDED,
    FRONTIER,
    Option,
    acceptability,
    cost_effectiveness,
    decision,
    frontier,
)
from analysis.months import ResultsError
from analysis.robustness import regrets, robustness, turns, where_it_holds
from experiments.study import run_study
from tests.experiments.fakes import FakeScenario, fake_run

OPTIONS = st.lists(st.tuples(st.integers(0, 20), st.integers(-5, 20)), min_size=1, max_size=7)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    run_study(FakeScenario(replicates={"at_least": 6, "at_most": 6}), folder, workers=1, run_one=fake_run)
    return load(folder)


@pytest.fixture
def drawn(study):
    """The same runs as if a parameter had been drawn, two replicates a draw."""
    again = load(study.folder)
    again.runs = tuple(
        dataclasses.replace(run, draw=run.replicate // 2, values={"parameters.wage": 10.0 * (run.replicate // 2)})
        for run in again.runs
    )
    return again


def test_the_frontier_of_a_textbook():
    # Drummond et al.: B is beaten outright by C, D only by a mixture of C and E.
    rows = [("A", 0, 0), ("B", 30, 1), ("C", 20, 2), ("D", 60, 3), ("E", 70, 6)]
    found = {one.arm: one for one in frontier([Option(*row) for row in rows])}
    assert {arm: one.state for arm, one in found.items()} == {
        "A": FRONTIER, "B": DOMINATED, "C": FRONTIER, "D": EXTENDED, "E": FRONTIER,
    }  # fmt: skip
    assert (found["C"].ratio, found["E"].ratio) == (10.0, 12.5)
    assert np.isnan([found["A"].ratio, found["B"].ratio, found["D"].ratio]).all()


@given(OPTIONS, st.floats(0.1, 50))
def test_whatever_a_unit_is_worth_the_best_option_is_on_the_frontier(rows, worth):
    options = [Option(str(at), float(cost), float(effect)) for at, (cost, effect) in enumerate(rows)]
    found = frontier(options)
    assert sorted(one.arm for one in found) == sorted(one.arm for one in options)
    benefit = {one.arm: worth * one.effect - one.cost for one in found}
    best = max(benefit.values())
    assert any(one.state == FRONTIER and benefit[one.arm] == pytest.approx(best) for one in found)
    steps = [one.ratio for one in found if one.state == FRONTIER][1:]
    assert all(one < other for one, other in itertools.pairwise(steps))


def test_arms_by_cost_and_gain(study):
    found = {one.arm: one for one in cost_effectiveness(study, "employed")}
    assert (found["baseline"].cost, found["jobs"].cost, found["jobs"].effect) == (0.0, 6000.0, pytest.approx(1.5))
    assert found["jobs"].ratio == pytest.approx(4000.0)
    assert DOMINATED in {found["empty"].state, found["baseline"].state}
    assert [one.arm for one in cost_effectiveness(study, "employed_share")] == [one.arm for one in found.values()]


def test_perfect_information_by_hand():
    # Two draws: the first option wins 10 in one and loses 6 in the other; the second never does anything.
    share, chosen, perfect = decision(np.array([[10.0, 0.0], [-6.0, 0.0]]))
    assert share.tolist() == [0.5, 0.5]
    assert chosen == 0
    assert perfect == pytest.approx(5.0 - 2.0)


@given(st.integers(1, 6), st.integers(1, 4), st.integers(0, 10_000))
def test_knowing_is_never_worth_less_than_nothing(draws, options, seed):
    share, _, perfect = decision(np.random.default_rng(seed).normal(size=(draws, options)))
    assert share.sum() == pytest.approx(1.0)
    assert perfect >= -1e-12


def test_acceptability_needs_draws_and_says_so(study, drawn):
    with pytest.raises(ResultsError, match="parameters were held fixed"):
        acceptability(study, "employed", [1000.0])
    found = acceptability(drawn, "employed", [0.0, 1e6])
    assert (found.draws, found.replicates) == (3, 2)
    assert found.chosen[1] == "jobs"
    assert found.best_share[1, found.arms.index("jobs")] == 1.0
    assert found.perfect_information.tolist() == [0.0, 0.0]
    assert len(found.frame) == 2 * len(found.arms)


def test_regret_is_what_the_best_of_the_same_draw_would_have_brought():
    values = np.array([[1.0, 3.0], [5.0, 2.0]])
    assert regrets(values, 1).tolist() == [[2.0, 0.0], [0.0, 3.0]]
    assert regrets(values, -1).tolist() == [[0.0, 2.0], [3.0, 0.0]]


def test_arms_over_the_draws(study, drawn):
    with pytest.raises(ResultsError, match="parameters were held fixed"):
        robustness(study, "employed")
    table = robustness(drawn, "employed", wanted=0.0).set_index("arm")
    assert table.loc["jobs", "regret_max"] == 0.0
    assert table.loc["baseline", "regret_max"] == pytest.approx(table.loc["empty", "regret_max"])
    assert table.loc["baseline", "regret_max"] > 0
    assert (table["good_enough_share"] == 1.0).all()
    assert table["best_share"].sum() == pytest.approx(1.0)


def test_an_answer_turns_where_it_does():
    wage = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    noise = np.array([3.0, 1.0, 2.0, 3.0, 1.0, 2.0])
    first, second = turns({"noise": noise, "wage": wage, "fixed": np.ones(6)}, wage > 3.5)
    assert (first.path, first.above, first.value) == ("wage", True, 3.5)
    assert (first.inside_share, first.outside_share, first.draws_inside) == (1.0, 0.0, 3)
    assert second.path == "noise"
    assert "holds in 100% of the draws with wage above 3.5 (3 of 6), in 0% of the others" in first.text
    below = turns({"wage": wage}, wage < 2.5)[0]
    assert (below.above, below.value, below.draws_inside) == (False, 2.5, 2)


def test_an_answer_that_always_holds_turns_nowhere(drawn):
    assert turns({"wage": np.arange(4.0)}, [True] * 4) == []
    assert where_it_holds(drawn, "employed", "jobs") == []
    with pytest.raises(ResultsError, match="no finished run of arm 'job'"):
        where_it_holds(drawn, "employed", "job")
