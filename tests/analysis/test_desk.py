"""The sum on paper beside the model's answer: parts by hand, parts that add up, and what is said without unit records."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.desk import COLUMNS, all_gaps, desk_table, gaps
from analysis.desk_steps import in_force
from analysis.holders import hands
from analysis.months import ResultsError
from analysis.study import Study
from experiments.study import run_study
from simulation.contract import Phasing
from simulation.desk import Desk
from simulation.recorder import Change
from tests.experiments.fakes import (
    INDICATORS,
    JOBS,
    MONTHS,
    NEW,
    OLD,
    PERSONS,
    START,
    Catalogue,
    FakeItem,
    FakeKind,
    FakeScenario,
    Family,
    fake_run,
)

NAME = "employer/p1/new"
SPRING = (START + 2, START + 3)


def made(folder, run_one=fake_run, **changes):
    return run_study(FakeScenario(**changes), folder, workers=1, run_one=run_one).study


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return made(tmp_path_factory.mktemp("study"))


def with_manifest(study, **told):
    return Study(study.folder, study.runs, {**study.manifest, **told})


def sums(study, *changes):
    """The study, with other estimates for the arm `jobs`: each what differs from the one that it has."""
    (one,) = study.manifest["desk"]["jobs"]
    return with_manifest(study, desk={"jobs": [{**one, **change} for change in changes]})


def parts_of(gap):
    return {part.key: part.figure.mean for part in gap.parts}


def check_sum(gap):
    assert gap.desk.mean + sum(parts_of(gap).values()) == pytest.approx(gap.model.mean, abs=1e-9)


def test_hands_by_hand(study):
    # From the second month on the new employer holds person 0, who came from the old one and would still be there, and
    # person 1, who would have no work. From the third on 4 has the post that 0 left, and 2 has lost hers.
    found = hands(study, "jobs", SPRING, (NAME,), (0,))[0]
    counted = {name: values.tolist() for name, values in found.items() if values.any()}
    assert counted == {
        "filled": [2.0] * 3, "moved": [1.0] * 3, "left_behind": [1.0] * 3, "lost_refused": [1.0] * 3,
    }  # fmt: skip


def test_the_gap_by_hand(study):
    # 4 posts on paper; 3 are offered, 1 is open; of 2 holders 1 moved; 1 got the post left behind, 1 lost work. The
    # records tell 1 person more at work, the outcome 3: the other 2 are counted otherwise.
    (gap,) = gaps(study, "jobs", SPRING)
    told = {key: value for key, value in parts_of(gap).items() if value}
    assert (gap.desk.mean, gap.model.mean, gap.kept) == (4.0, pytest.approx(3.0), True)
    assert told == {
        "not_offered": -1.0, "unfilled_not_met": -1.0, "moved": -1.0, "left_behind": 1.0, "lost_refused": -1.0,
        "other": pytest.approx(2.0),
    }  # fmt: skip
    check_sum(gap)


def test_mechanisms_are_groups_of_parts_and_leave_out_what_adds_nothing(study):
    (gap,) = gaps(study, "jobs", SPRING)
    assert gap.mechanisms == {
        "not offered": -1.0, "unfilled": -1.0, "came from another post": -1.0, "got posts left behind": 1.0,
        "lost otherwise": -1.0, "other: counted otherwise": pytest.approx(2.0),
    }  # fmt: skip
    assert sum(gap.mechanisms.values()) == pytest.approx(gap.model.mean - gap.desk.mean)


def test_months_before_the_opening_are_told(study):
    (gap,) = gaps(study, "jobs", (START, START + 1))
    assert parts_of(gap)["not_in_force"] == -2.0
    check_sum(gap)


@given(st.integers(0, MONTHS - 1), st.integers(0, MONTHS - 1))
def test_parts_add_up_in_every_window(study, one, other):
    (gap,) = gaps(study, "jobs", (START + min(one, other), START + max(one, other)))
    check_sum(gap)


def link(month, person, old, new):
    one = [np.array([value], np.uint64) for value in (PERSONS[person], old, new)]
    return Change(month, "persons.employer", *one, np.zeros(1, np.int8))


def run_of_a_late_finder(scenario, arm, replicate):
    """Person 1, of 50, and person 2, of 30, get new posts in the second month; 1 would find one in the fourth anyway."""
    result = fake_run(scenario, arm, replicate)
    born = np.full(6, START - 12 * 60, np.int32)
    born[2] = START - 12 * 30
    changes = [link(START + 3, 1, 0, OLD)]
    if arm == "jobs":
        posts = [one for one in result.changes if one.column.startswith("employers.")]
        changes = [*posts, link(START + 1, 1, 0, NEW), link(START + 1, 2, 0, NEW)]
    return dataclasses.replace(result, changes=changes, fixed={**result.fixed, "birth_month": born})


def test_who_would_have_found_work_later_found_it_sooner(tmp_path):
    study = sums(made(tmp_path, run_of_a_late_finder), {"least_age": 50})
    assert {key: value for key, value in parts_of(gaps(study, "jobs", (START + 2, START + 2))[0]).items() if value} == {
        "not_offered": -1.0, "unfilled_not_met": -1.0, "not_counted": -1.0, "other": pytest.approx(2.0),
    }  # fmt: skip
    later = parts_of(gaps(study, "jobs", (START + 3, START + 3))[0])
    assert (later["sooner"], later["moved"], later["not_counted"]) == (-1.0, 0.0, -1.0)


def test_jobs_without_posts_are_laid_beside_who_came_into_work(study):
    found = sums(study, {"one_for_one": "jobs", "employers": []})
    (gap,) = gaps(found, "jobs", SPRING)
    # 3 came into work who would not be, holders of the new posts among them; 2 of them would not be at work.
    assert {key: value for key, value in parts_of(gap).items() if value} == {
        "not_brought": -2.0, "lost_refused": -1.0, "other": pytest.approx(2.0),
    }  # fmt: skip
    check_sum(gap)


def test_a_share_of_the_baseline_is_taken_of_each_run(study):
    found = sums(study, {"change": 0.1, "of_baseline": True, "one_for_one": "", "as_if": "all stayed"})
    (gap,) = gaps(found, "jobs", SPRING)
    assert gap.desk.mean == pytest.approx(0.1 * study.pooled("employed", "baseline", SPRING).mean)
    assert gap.parts[-1].what == "other: the sum is done as if all stayed"
    check_sum(gap)


def test_of_an_outcome_that_is_undefined_nothing_is_made_up(study):
    found = sums(study, {"outcome": "unheard_of"})
    assert gaps(found, "jobs") == ()


def test_an_arm_without_a_sum_has_none_and_a_partial_one_says_so(study):
    assert gaps(study, "empty") == ()
    (one,) = study.manifest["desk"]["jobs"]
    partial = with_manifest(study, desk={"jobs": [one, {"name": "visits/p1", "opens": START, "ends": None}]})
    assert gaps(partial, "jobs")[0].lacking == ("visits/p1",)
    assert gaps(with_manifest(study, desk={}), "jobs") == ()


def test_without_unit_records_one_row_stands_for_all_and_says_how_to_get_them(tmp_path):
    study = made(tmp_path, record={})
    (gap,) = gaps(study, "jobs", SPRING)
    assert not gap.kept
    assert [part.key for part in gap.parts] == ["not_in_force", "other"]
    assert "`relosim units DIR` keeps them" in gap.parts[-1].what
    check_sum(gap)


def test_runs_whose_records_were_not_kept_are_a_row_of_their_own(tmp_path):
    study = made(tmp_path)
    # Effects by replicate are 2.5, 3.0 and 3.5: without the first one's records the others' mean is 3.25.
    next(run for run in study.of_arm("jobs") if run.replicate == 0).file("units").unlink()
    (gap,) = gaps(study, "jobs", SPRING)
    assert parts_of(gap)["untraced"] == pytest.approx(-0.25)
    assert "1 of 3" in next(part.what for part in gap.parts if part.key == "untraced")
    check_sum(gap)


def test_households_are_told_up_to_the_posts(tmp_path):
    kind = FakeKind(lambda _settings: Desk("idle", -4.0, "4 posts = 4 households fewer", "posts"))
    idle = dataclasses.replace(INDICATORS["employed"], unit="households", better=-1)
    catalogue = Catalogue({"work": Family({**INDICATORS, "idle": idle})}, {"posts": kind})

    def run(scenario, arm, replicate):
        result = fake_run(scenario, arm, replicate)
        return dataclasses.replace(result, outcomes={**result.outcomes, "idle": 500.0 - result.outcomes["employed"]})

    (gap,) = gaps(made(tmp_path, run, catalogue=catalogue), "jobs", SPRING)
    assert {key: value for key, value in parts_of(gap).items() if value} == {
        "not_offered": 1.0, "unfilled_not_met": 1.0, "other": pytest.approx(-1.0),
    }  # fmt: skip
    check_sum(gap)


def item(**changes):
    return {"opens": START + 2, "ends": None, "ramp_months": 0, "one_for_one": "posts"} | changes


@pytest.mark.parametrize(
    ("changes", "share"),
    [
        ({}, 4 / 6),
        ({"ends": START + 4}, 2 / 6),
        ({"ramp_months": 4}, (1 / 4 + 2 / 4 + 3 / 4 + 1) / 6),
        ({"ends": START + 4, "one_for_one": "jobs"}, 4 / 6),
        ({"opens": START + 99}, 0.0),
    ],
)
def test_strength_is_that_of_the_months_of_the_window(changes, share):
    assert in_force(item(**changes), (START, START + 5)) == pytest.approx(share)


@given(st.integers(0, 8), st.integers(1, 9), st.integers(0, 7))
def test_strength_is_what_the_engine_uses(opens, lasts, ramp):
    phasing = Phasing(opens=START + opens, ends=START + opens + lasts, ramp_months=ramp)
    told = item(opens=phasing.opens, ends=phasing.ends, ramp_months=ramp)
    by_engine = np.mean([phasing.strength(month) for month in range(START, START + 12)])
    assert in_force(told, (START, START + 11)) == pytest.approx(by_engine)


def test_the_table_is_tidy_and_adds_up(study):
    table = desk_table(study, window=SPRING)
    assert tuple(table.columns) == COLUMNS
    assert set(table.arm) == {"jobs"}
    assert (table.part.iloc[0], table.part.iloc[-1]) == ("desk", "model")
    assert table.value[:-1].sum() == pytest.approx(table.value.iloc[-1], abs=1e-9)
    assert table.units_kept.all()
    assert desk_table(study, "empty").empty
    with pytest.raises(ResultsError, match="no finished run of arm 'job'"):
        desk_table(study, "job")


def test_an_arm_without_a_baseline_beside_it_is_left_out(tmp_path):
    def run(scenario, arm, replicate):
        if (arm == "baseline") == (replicate < 2):
            raise ValueError("a broken balance")
        return fake_run(scenario, arm, replicate)

    study = made(tmp_path, run)
    assert all_gaps(study) == ()
    assert not (tmp_path / "desk.csv").exists()
    with pytest.raises(ResultsError, match="no replicate of arm 'jobs' has a finished baseline"):
        gaps(study, "jobs")


def test_two_measures_of_one_kind_add_up_their_sums(tmp_path):
    arms = {"baseline": (), "jobs": (*JOBS, FakeItem("posts/p2"))}
    (gap,) = gaps(made(tmp_path, arms=arms), "jobs", SPRING)
    assert gap.desk.mean == 8.0
    check_sum(gap)
