"""Comparison, displacement, survival, cost and figures against numbers worked out by hand."""

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats

from analysis import load
from analysis.compare import compare, compare_all
from analysis.cost import cost, cost_per_gain
from analysis.displacement import displacement
from analysis.figures import write_figures
from analysis.meaning import Cell, Meaning
from analysis.months import ResultsError, window_of
from analysis.new_posts import new_posts
from analysis.paired import paired
from analysis.series import Series, pool
from analysis.settlement import settlement
from experiments.study import run_study
from simulation.draws import identity
from simulation.recorder import Change
from tests.experiments.fakes import PERSONS, START, FakeScenario, fake_run


def with_moves(scenario, arm, replicate):
    """Four households move in the first month; one leaves after 2 months, one after 4; two stay to the end."""

    def change(month, household, old, new):
        one = [np.array([value], np.uint64) for value in (PERSONS[household], 2**63 + old, 2**63 + new)]
        return Change(month, "households.home", *one, np.zeros(1, np.int8))

    result = fake_run(scenario, arm, replicate)
    moves = [change(START, household, 11, 12) for household in range(4)]
    return dataclasses.replace(
        result, changes=[*result.changes, *moves, change(START + 2, 0, 12, 11), change(START + 4, 1, 12, 11)]
    )


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return run_study(FakeScenario(), tmp_path_factory.mktemp("study"), workers=1, run_one=with_moves).study


def series(top, low=None):
    meaning = Meaning("x", "count" if low is None else "ratio", "persons", "registered", "", "", 1)
    top = np.array(top, float)
    return Series(
        meaning, START, np.zeros(len(top), int), np.arange(len(top)), top, None if low is None else np.array(low, float)
    )


def test_a_ratio_is_pooled_by_its_sums_not_by_its_months():
    assert pool(np.array([[1.0 + 9.0, 10.0 + 10.0]]), 2).tolist() == [0.5]
    assert pool(np.array([[1.0 + 9.0, 1.0 + 99.0]]), 2).tolist() == [0.1]


def test_a_ratio_of_nobody_is_undefined_not_zero():
    assert math.isnan(pool(np.array([[0.0, 0.0]]), 1)[0])
    assert math.isnan(series([[0.0]], [[0.0]]).monthly()[0, 0])


def test_a_count_is_the_mean_of_its_months():
    assert pool(np.array([[2.0 + 6.0]]), 2).tolist() == [4.0]


def test_the_paired_interval_by_hand():
    # Differences 2, 4, 6: mean 4, standard deviation 2, error 2/sqrt(3), t(0.975; 2) = 4.302653.
    found = paired(np.array([10.0, 20.0, 30.0]), np.array([12.0, 24.0, 36.0]))
    half = 4.302653 * 2 / math.sqrt(3)
    assert found.mean == 4.0
    assert found.low == pytest.approx(4 - half, abs=1e-5)
    assert found.high == pytest.approx(4 + half, abs=1e-5)
    assert found.same_sign == 1.0
    assert not found.told_apart
    assert "smaller than its computing error with 3 runs" in found.verdict


def test_an_effect_beyond_its_error_is_named_by_its_direction():
    assert paired(np.zeros(3), np.array([-5.0, -5.1, -4.9])).verdict == "lower than the baseline"
    assert paired(np.zeros(3), np.array([5.0, 5.1, 4.9])).verdict == "higher than the baseline"


def test_one_replicate_has_no_interval_and_says_so():
    found = paired(np.array([1.0]), np.array([3.0]))
    assert found.mean == 2.0
    assert math.isnan(found.low)
    assert found.verdict == "one run only: no interval can be given"


def test_no_difference_at_all_is_said_as_such():
    found = paired(np.array([1.0, 2.0]), np.array([1.0, 2.0]))
    assert (found.low, found.high) == (0.0, 0.0)
    assert found.verdict == "no difference in any run"


def test_undefined_replicates_are_left_out_of_the_pairs():
    found = paired(np.array([1.0, np.nan, 3.0]), np.array([2.0, 5.0, 5.0]))
    assert found.n == 2
    assert found.mean == 1.5


def test_same_sign_counts_replicates():
    assert paired(np.zeros(4), np.array([3.0, 2.0, -1.0, 4.0])).same_sign == 0.75


def test_the_effect_of_the_fake_arm(study):
    # Effects by replicate 2.5, 3.0, 3.5 on a level of 103 + 2 r + month: 107.5 in the mean.
    found = compare(study, "employed", "jobs")
    error = stats.t.ppf(0.975, 2) * 0.5 / math.sqrt(3)
    assert found.baseline == pytest.approx(107.5)
    assert found.difference.mean == pytest.approx(3.0)
    assert found.difference.low == pytest.approx(3 - error)
    assert found.window == (START, START + 5)
    assert compare(study, "employed", "empty").difference.verdict == "no difference in any run"


def test_a_ratio_from_the_files(study):
    found = compare(study, "employed_share", "jobs", window="2020-01..2020-02")
    # Replicate 0: (103 + 104) / (200 + 210) and so on; the mean of three.
    by_hand = np.mean([(103 + 2 * r + 104 + 2 * r) / 410 for r in range(3)])
    assert found.baseline == pytest.approx(by_hand)
    assert found.difference.mean == pytest.approx(6.0 / 410)


def test_a_breakdown_reads_the_named_cells(study):
    found = compare_all(study, ["employed"], by=["place", "population"])
    assert [str(one.cell) for one in found if one.arm == "jobs"] == ["all", "p1", "relocated", "stayers", "hosts"]
    assert found[2].baseline == pytest.approx(compare(study, "employed", "jobs", cell=Cell(place="p1")).baseline)


def test_questions_without_an_answer_are_refused_by_name(study):
    with pytest.raises(ResultsError, match="no outcome 'employd' was recorded; did you mean 'employed'"):
        compare(study, "employd", "jobs")
    with pytest.raises(ResultsError, match=r"reaches beyond the runs, which cover 2020-01\.\.2020-06"):
        compare(study, "employed", "jobs", window="2020-05..2020-07")
    with pytest.raises(ResultsError, match="no finished run of arm 'job'"):
        compare(study, "employed", "job")
    with pytest.raises(ResultsError, match="nothing was recorded for place=p9"):
        compare(study, "employed", "jobs", cell=Cell(place="p9"))
    with pytest.raises(ResultsError, match="ends before it begins"):
        window_of("2021-02..2021-01")
    with pytest.raises(ResultsError, match="holds no finished run"):
        load(study.folder / "nothing")


def test_displacement_by_hand(study):
    # From the second month on the new employer holds persons 0 (who has work in the baseline) and 1
    # (who hasn't). In the third month person 4 gets into the old one's post that 0 left, and 2 loses hers there.
    found = displacement(study, "jobs", "2020-03..2020-04")
    assert found.filled.mean == 2.0
    assert found.would_have_worked.mean == 1.0
    assert found.share == 0.5
    # Persons 0 and 2 are at work in the baseline, 0, 1 and 4 in the arm.
    assert found.net.mean == 1.0
    assert found.lost.mean == 1.0
    # 2 took another job or left of herself, as far as the record tells: nobody turned her away.
    assert {name: one.mean for name, one in found.classes.items() if one.mean} == {"refused": 1.0}
    assert found.losers == {("hosts", "employer/p1/old"): 1.0}
    assert found.employers == ("employer/p1/new",)


def test_the_posts_of_the_new_employer_are_read_from_its_record(study):
    # Three posts from the second month on, four in the last two; one too few seekers met it until then.
    months = (START, START + 5)
    found = new_posts(study, "jobs", months)
    assert found.offered == pytest.approx((0 + 3 * 3 + 4 * 2) / 6)
    assert found.unfilled["not_met"] == pytest.approx((0 + 1 * 3 + 0 * 2) / 6)
    assert found.unfilled["chose_another"] == pytest.approx(2 * 2 / 6)
    assert new_posts(study, "empty", months).offered == 0.0
    # What is neither filled nor explained was left for another post this month.
    assert displacement(study, "jobs", "2020-03..2020-03").just_left == 0.0


def test_employers_without_a_limit_are_told_in_the_units(study):
    (run, *_) = study.runs
    assert study.unlimited(run) == {int(identity("employer/p1/own"))}


def test_an_arm_without_new_employers_displaces_nobody(study):
    found = displacement(study, "empty")
    assert (found.net.mean, found.gained.mean, found.lost.mean) == (0.0, 0.0, 0.0)
    assert not found.employers


def test_settlement_survival_by_hand(study):
    found = settlement(study, "baseline")
    # Twelve stays: three end after 2 months, three after 4; the rest are open at the sixth month.
    share = dict(zip(found.months.tolist(), found.share.tolist(), strict=True))
    assert share[2.0] == pytest.approx(0.75)
    assert share[4.0] == pytest.approx(0.5)
    assert share[5.0] == pytest.approx(0.5)
    assert found.households == 12
    assert found.left == 6


def test_costs_and_cost_per_job_year_by_hand(study):
    assert cost(study, "jobs").total == 6000.0
    assert cost(study, "jobs").by_kind == {"capital": 6000.0}
    found = cost_per_gain(study, "employed", "jobs")
    # Three more people at work over half a year are 1.5 job-years.
    assert found.gain.mean == pytest.approx(1.5)
    assert found.per_year == pytest.approx(4000.0)
    assert found.low < 4000 < found.high
    assert "4,000 yuan per person-year more" in found.text
    assert "undefined" in cost_per_gain(study, "employed", "empty").text


def test_a_share_is_paid_for_by_its_numerator(study):
    found, counted = (cost_per_gain(study, one, "jobs") for one in ("employed_share", "employed"))
    # The numerator of the share is the count itself.
    assert (found.per_year, found.low, found.high) == (counted.per_year, counted.low, counted.high)
    assert "per one of the adults-year more" in found.text


def test_an_index_has_no_unit_cost(study):
    with pytest.raises(ResultsError, match="can't be added up"):
        cost_per_gain(study, "income_gini", "jobs")


def test_figures_are_the_same_bytes_twice(study, tmp_path):
    first = write_figures(study, ["employed"], tmp_path / "a")
    again = write_figures(study, ["employed"], tmp_path / "b")
    assert [file.name for file in first] == ["employed.png", "employed.svg"]
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in again]
