"""Draws of uncertain parameters: the same whatever their number, shared by arms, each with its own runs."""

import dataclasses
import io

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.compare import compare
from analysis.study import load
from experiments.design import Design
from experiments.draws import block_size, cube_of, draws_of
from experiments.faults import DesignError
from experiments.study import run_study
from simulation.scenario.uncertain import Sensitivity, Uncertain, Uncertainty
from tests.experiments.fakes import FakeScenario, fake_run

EFFECT = Uncertain("effect", "uniform", 1.0, 5.0)
SEED = Uncertain("seed", "values", 1, 9, values=(1, 5, 9), whole=True)


def uncertain(design="latin_hypercube", draws=4, parameters=(EFFECT,), **more):
    return FakeScenario(uncertainty=Uncertainty(design, draws, parameters, **more))


@pytest.mark.parametrize("design", ["latin_hypercube", "sobol", "random"])
@given(few=st.integers(1, 9), more=st.integers(0, 9))
@settings(max_examples=20)
def test_more_draws_begin_with_the_fewer(design, few, more):
    scenario = uncertain(design)
    assert draws_of(scenario, few + more)[:few] == draws_of(scenario, few)


def test_a_latin_hypercube_has_one_draw_in_each_stratum_of_every_block():
    values = np.array([draw["effect"] for draw in draws_of(uncertain(draws=4), 8)])
    strata = np.floor((values - 1) / 4 * 4).astype(int)
    assert sorted(strata[:4]) == sorted(strata[4:]) == [0, 1, 2, 3]


def test_a_factorial_takes_every_combination_once():
    other = Uncertain("start", "values", 0, 1, values=(0, 1), whole=True)
    scenario = uncertain("factorial", 6, (SEED, other))
    found = [tuple(draw.values()) for draw in draws_of(scenario)]
    assert sorted(found) == [(seed, start) for seed in (1, 5, 9) for start in (0, 1)]
    with pytest.raises(DesignError, match="this factorial has 6"):
        draws_of(scenario, 7)


def test_whole_numbers_are_drawn_alike_at_the_ends_too():
    scenario = uncertain("random", 3000, (Uncertain("seed", "uniform", 1, 3, whole=True),))
    values = [draw["seed"] for draw in draws_of(scenario)]
    assert {type(one) for one in values} == {int}
    shares = np.bincount(values)[1:] / len(values)
    assert np.abs(shares - 1 / 3).max() < 4 * np.sqrt(2 / 9 / len(values))


def test_an_ensemble_is_taken_row_by_row():
    rows = ({"effect": 2.0}, {"effect": 7.0})
    scenario = FakeScenario(uncertainty=Uncertainty("ensemble", 2, (), rows))
    assert draws_of(scenario) == rows
    plan = Design(scenario, ("baseline", "jobs"))
    runs = plan.runs(5)
    assert [(run.draw, run.replicate) for run in runs if run.arm == "jobs"] == [(0, 0), (1, 1), (0, 2), (1, 3), (0, 4)]
    assert {dict(run.values)["effect"] for run in runs if run.draw == 1} == {7.0}


def test_parameters_held_fixed_are_one_draw_without_values():
    runs = Design(FakeScenario(), ("baseline",)).runs(3)
    assert [(run.draw, run.values) for run in runs] == [(0, ())] * 3


def test_a_sensitivity_design_runs_every_point_under_the_same_luck():
    scenario = FakeScenario(sensitivity=Sensitivity("sobol", 4, 4, 2, ("employed",), (EFFECT,)))
    plan = Design(scenario, ("baseline", "jobs"))
    assert len(plan.points) == 4 * block_size(scenario.sensitivity) == 12
    assert plan.groups(2) == [(draw, replicate) for draw in range(12) for replicate in (0, 1)]
    larger = Design(scenario, ("baseline", "jobs"), 6)
    assert larger.points[:12] == plan.points
    assert np.array_equal(cube_of(scenario.sensitivity, 7, 6)[:12], cube_of(scenario.sensitivity, 7, 4))


def test_a_study_tells_the_two_kinds_of_doubt_apart(tmp_path):
    study = run_study(uncertain(), tmp_path, replicates=12, workers=1, run_one=fake_run).study
    assert (study.draws, len(study.runs)) == (4, 36)
    drawn = {row["draw"]: row["effect"] for row in pq.read_table(tmp_path / "draws.parquet").to_pylist()}
    assert len(drawn) == 4
    found = compare(study, "employed", "jobs")
    # Three replicates a draw have the effects -0.5, 0 and +0.5 around the draw's, each once.
    assert found.difference.mean == pytest.approx(np.mean(list(drawn.values())))
    low, high = np.quantile(list(drawn.values()), (0.05, 0.95), method="median_unbiased")
    assert (found.over_draws.low, found.over_draws.high) == (pytest.approx(low), pytest.approx(high))
    assert not found.over_draws.luck_included
    assert found.split.luck == pytest.approx(0.25)
    rows = pq.read_table(next((tmp_path / "outcomes").glob("*.parquet")), columns=["draw", "replicate"]).to_pylist()
    assert {(row["draw"], row["replicate"]) for row in rows} == {(number % 4, number) for number in range(12)}


def test_held_fixed_there_is_no_range_and_a_banner(tmp_path):
    from rich.console import Console

    from experiments.summary import HELD, print_summary

    fixed = run_study(FakeScenario(), tmp_path / "fixed", workers=1, run_one=fake_run).study
    drawn = run_study(uncertain(), tmp_path / "drawn", workers=1, run_one=fake_run).study
    said = {}
    for name, study in (("fixed", fixed), ("drawn", drawn)):
        console = Console(width=160, record=True, file=io.StringIO())
        print_summary(study, console)
        said[name] = " ".join(console.export_text().split())
    assert HELD in said["fixed"]
    assert HELD not in said["drawn"]
    assert "law of total variance" not in said["fixed"]
    assert "5-95 % of" in said["drawn"]
    assert "more runs don't narrow it" in said["drawn"]


def test_more_draws_of_a_finished_study_add_only_the_new_ones(tmp_path):
    made = []

    def counting(scenario, arm, replicate):
        made.append((arm, replicate))
        return fake_run(scenario, arm, replicate)

    run_study(uncertain(), tmp_path, replicates=4, workers=1, run_one=counting)
    before = {run.id for run in load(tmp_path).runs}
    made.clear()
    run_study(uncertain(), tmp_path, replicates=6, draws=6, workers=1, run_one=counting)
    assert sorted({replicate for _, replicate in made}) == [4, 5]
    assert before < {run.id for run in load(tmp_path).runs}


def test_the_file_of_an_ensemble_travels_into_the_folder(tmp_path):
    import relosim
    from experiments.inputs import input_files
    from experiments.source import Source
    from tests.experiments.test_with_engine import SCENARIO

    (tmp_path / "draws.csv").write_text("arms.factory.posts\n5\n15\n")
    scenario = {**SCENARIO, "months": 6, "uncertainty": {"ensemble": str(tmp_path / "draws.csv")}}
    loaded, _, _ = Source(scenario).load()
    assert "inputs/draws.csv" in input_files(loaded).values()
    study = relosim.run(scenario, out=tmp_path / "out", replicates=2, workers=1)
    (tmp_path / "draws.csv").unlink()
    from experiments.verify import verify

    assert [one.same for one in verify(study)] == [True] * 4
    assert [dict(run.values) for run in study.of_arm("factory")] == [
        {"arms.factory.0.micro_factory.posts": 5},
        {"arms.factory.0.micro_factory.posts": 15},
    ]


def test_runs_of_one_draw_are_named_after_it():
    run = Design(uncertain(), ("jobs",)).runs(6)[5]
    assert run.name == "jobs-d0001-r0005"
    assert dataclasses.replace(run, values=()).name == "jobs-r0005"
