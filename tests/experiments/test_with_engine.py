"""The real engine on a small population: same bits for any number of workers, made again, cut short."""

from pathlib import Path

import pytest

import relosim
from experiments.source import Source, recorded
from experiments.study import run_study
from experiments.verify import verify

REGION = Path(__file__).parents[2] / "scenarios" / "qianxi.yaml"
SCENARIO = {
    "format": 1,
    "name": "a small trial",
    "base": str(REGION),
    "scale": {"relocated": 0.05, "stayers": 0.05, "hosts": 0.05},
    "months": 8,
    "seed": 3,
    "arms": {"factory": [{"micro_factory": {"place": "jinxiu", "opens": "2018-06", "posts": 20}}]},
    "replicates": {"at_least": 2},
    "record": {"units": "allow"},
    "report": {"outcomes": ["employment_rate_3m"]},
}


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    return relosim.run(SCENARIO, out=tmp_path_factory.mktemp("alone"), workers=1)


def test_two_workers_record_the_same_bits_as_one(alone, tmp_path):
    scenario, _, _ = Source(SCENARIO).load()
    beside = run_study(scenario, tmp_path, workers=2).study
    assert [run.hash for run in beside.runs] == [run.hash for run in alone.runs]
    assert beside.hash == alone.hash
    for kind in ("outcomes", "units", "persons"):
        for file in sorted((alone.folder / kind).glob("*.parquet")):
            assert file.read_bytes() == (beside.folder / kind / file.name).read_bytes(), f"{kind}/{file.name}"


def test_recorded_runs_can_be_made_again_from_the_folder_alone(alone):
    assert all(one.same for one in verify(alone, 2))


def test_a_cut_study_can_be_loaded_again(tmp_path):
    study = relosim.run(SCENARIO, out=tmp_path, months=6, arms=["factory"], replicates=1)
    again, _, whole = recorded(study.folder, study.manifest).load()
    assert (study.months, again.months, whole) == (6, 6, 8)
    assert [one.same for one in verify(study)] == [True, True]


def test_nothing_differs_before_the_arm_begins(alone):
    for outcome in alone.meanings:
        base, arm = alone.series(outcome, "baseline"), alone.series(outcome, "factory")
        assert str(base.top[:, :5]) == str(arm.top[:, :5]), outcome


def test_an_arm_that_changes_a_rule_tells_gains_and_losses_without_chains(alone):
    from analysis.displacement import displacement
    from analysis.study import Study

    ruled = Study(alone.folder, alone.runs, {**alone.manifest, "rules": {"factory": {"job_search": "first_offer"}}})
    plain, other = displacement(alone, "factory"), displacement(ruled, "factory")
    assert plain.classes
    assert not other.classes
    assert (other.net, other.gained, other.lost) == (plain.net, plain.gained, plain.lost)


def test_the_arm_is_priced_and_its_posts_are_filled(alone):
    from analysis.cost import cost
    from analysis.displacement import displacement

    assert cost(alone, "factory").total > 0
    found = displacement(alone, "factory", "2018-07..2018-08")
    assert 0 < found.filled.mean <= 20
    assert 0 <= found.would_have_worked.mean <= found.filled.mean
    assert found.lost.mean == pytest.approx(sum(one.mean for one in found.classes.values()))


def test_the_record_of_posts_agrees_with_the_record_of_people(alone):
    """What the new employer offers is filled, open for a reason, or just left: seen from the posts and from the people."""
    from analysis.displacement import displacement

    found = displacement(alone, "factory", "2018-06..2018-08")
    assert 0 < found.posts.offered <= 20
    explained = sum(found.posts.unfilled.values())
    assert found.posts.offered == pytest.approx(found.filled.mean + explained + found.just_left)
    assert found.posts.offered + 1e-9 >= found.filled.mean + explained
