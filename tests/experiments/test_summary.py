"""The printed answer: nothing breaks in the middle of a word, everybody is told of, nothing is printed as a cost."""

import csv
import dataclasses
import io
import re

import pytest
from rich.console import Console

from analysis.chains import CLASSES
from analysis.compare import compare
from analysis.displacement import Displacement
from analysis.figures import figure, write_figures
from analysis.folder import RUN_TABLE
from analysis.meaning import Cell
from analysis.new_posts import REASONS, NewPosts
from analysis.paired import Paired
from analysis.words import people
from experiments import outputs
from experiments.effects import populations
from experiments.policy_tables import jobs_lines, jobs_rows, jobs_table, mean_of, unit_cost_table
from experiments.study import USUAL_OUTCOMES, reported, run_study
from experiments.summary import print_summary, speed_line, targets_line
from simulation.catalogue import discover
from simulation.contract import Indicator
from simulation.engine import Timings
from tests.experiments.fakes import INDICATORS, JOBS, START, Catalogue, FakeScenario, Family, fake_run

LONG = "teachers_of_all_the_central_schools_of_the_county"
ARMS = {"baseline": (), "jobs": JOBS, LONG: ()}


def opposed(scenario, arm, replicate):
    """Give the relocated what the hosts lose, 3 persons, so that together nothing changes."""
    result = fake_run(scenario, "empty" if arm == "jobs" else arm, replicate)
    if arm != "jobs":
        return result
    outcomes = {name: values.copy() for name, values in result.outcomes.items()}
    for name in ("employed", "employed_share__num"):
        outcomes[name][:, [0, 4]] += 3.0
        outcomes[name][:, [2, 6]] -= 3.0
    return dataclasses.replace(result, outcomes=outcomes)


def study_of(folder, run_one=fake_run, **changes):
    return run_study(dataclasses.replace(FakeScenario(), **changes), folder, workers=1, run_one=run_one).study


def printed(study, width=110):
    out = io.StringIO()
    print_summary(study, Console(file=out, width=width))
    return out.getvalue()


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return study_of(tmp_path_factory.mktemp("study"), arms=ARMS)


@pytest.mark.parametrize("width", [80, 100, 160])
def test_the_name_of_an_arm_never_breaks_whatever_the_width(study, width):
    lines = [line for line in printed(study, width).splitlines() if "teachers_of" in line]
    assert lines
    assert all(LONG in line for line in lines)
    assert "higher, better" in printed(study, max(width, 110))


def test_no_figure_is_minus_zero_and_nothing_is_cut(study):
    text = printed(study)
    assert not re.search(r"-0(\.0+)?(?![\d.])", text)
    assert "…" not in text


def test_an_arm_that_does_nothing_has_one_line_that_says_so(study):
    lines = [line.split() for line in printed(study).splitlines() if line.startswith(LONG) and "107.5" in line]
    assert lines == [[LONG, "107.5", "0", "no", "difference"]]


def test_the_parameters_are_said_to_be_held_fixed_once(study):
    text = printed(study)
    assert text.count("Parameters were held fixed") == 1
    assert text.count("it shrinks with more runs") == 1


def test_who_loses_is_seen_even_where_the_sum_is_nothing(tmp_path):
    study = study_of(tmp_path, opposed)
    assert compare(study, "employed", "jobs").difference.nothing
    rows = [line.split() for line in printed(study).splitlines()]
    assert ["relocated", "104.5", "+3.0", "+3.0", "to", "+3.0", "100%", "higher,", "better"] in rows
    assert ["hosts", "106.5", "-3.0", "-3.0", "to", "-3.0", "100%", "lower,", "worse"] in rows
    assert ["stayers", "105.5", "0", "no", "difference"] in rows


def test_a_population_without_any_is_left_out(tmp_path):
    def without_hosts(scenario, arm, replicate):
        result = fake_run(scenario, arm, replicate)
        outcomes = {name: values.copy() for name, values in result.outcomes.items()}
        for values in outcomes.values():
            values[:, [2, 6]] = 0.0
        return dataclasses.replace(result, outcomes=outcomes)

    study = study_of(tmp_path, without_hosts)
    for outcome in ("employed", "employed_share"):
        assert populations(study, outcome) == [Cell(population="relocated"), Cell(population="stayers")]


def test_the_breakdown_that_a_report_asks_for_is_printed_and_written(tmp_path):
    study = study_of(tmp_path, report={"outcomes": ["employed"], "by": ["place", "age_band"]})
    text = printed(study)
    assert "by place, arms that make a difference" in text
    assert "\np1 " in text
    assert "by age band: not recorded for this outcome" in text
    rows = list(csv.DictReader((tmp_path / "summary.csv").read_text().splitlines()))
    assert {(row["place"], row["population"]) for row in rows} == {
        ("all", "all"), ("all", "relocated"), ("all", "stayers"), ("all", "hosts"), ("p1", "all"),
    }  # fmt: skip


def test_only_an_effect_that_costs_and_is_told_apart_has_a_unit_cost(study, tmp_path):
    text = printed(study)
    part = text[text.index("cost of one unit-year") : text.index("whose work it is")]
    assert "jobs" in part
    assert LONG not in part
    assert unit_cost_table(study_of(tmp_path, opposed), ["employed"]) is None


def test_what_is_neither_better_nor_worse_has_no_unit_cost(tmp_path):
    neither = Indicator("persons", "registered", "", "persons at work", 0)
    catalogue = Catalogue({"work": Family({**INDICATORS, "employed": neither})})
    assert unit_cost_table(study_of(tmp_path, catalogue=catalogue), ["employed"]) is None


def test_a_study_without_arms_prints_the_means_of_its_baseline(tmp_path):
    targets = {
        name: [one, other] for name, one, other in (
            ("id", "near", "far"), ("indicator", "employed", "employed"), ("window_from", START, START),
            ("window_to", START, START), ("population", "all", "all"), ("value", 105.0, 50.0),
            ("unit", "persons", "persons"), ("band", 1.0, 1.0), ("band_unit", "percent", "percent"),
            ("fitted", "yes", "no"),
        )
    }  # fmt: skip
    report = {"outcomes": ["employed", "income_gini"]}
    study = study_of(tmp_path, arms={"baseline": ()}, tables={"targets": targets}, report=report)
    rows = [line.split() for line in printed(study).splitlines()]
    assert ["employed", "107.5", "105.5", "to", "109.5", "persons"] in rows
    assert ["hosts", "106.5", "104.5", "to", "108.5"] in rows
    assert ["income_gini", "0.4000", "0.4000", "to", "0.4000", "Gini"] in rows
    assert targets_line(study).startswith(
        "Published figures (baseline_vs_targets.csv): 1 of 2 lie in their band, 0 of the 1 to which nothing was fitted. "
        "Outside: employed of all in 2020-01."
    )


def test_the_usual_outcomes_are_in_the_catalogue():
    known = {name for family in discover().outcomes.values() for name in family.indicators}
    assert set(USUAL_OUTCOMES) <= known
    scenario = dataclasses.replace(FakeScenario(), catalogue=discover())
    assert reported(scenario) == list(USUAL_OUTCOMES)


def sure(value):
    return Paired(value, value, value, 1.0, 10)


def jobs(**changes):
    net = Paired(22.7, 21.38, 24.03, 1.0, 10)
    losers = {("relocated", "mill"): 1.911, ("hosts", "shop"): 12.7}
    unfilled = dict.fromkeys(REASONS, 0.0) | {"pay_too_low": 12.2, "not_met": 8.0}
    one = Displacement(
        "jobs", (START, START), NewPosts(76.0, unfilled), sure(52.54), sure(37.05), sure(15.49), net, sure(27.131),
        sure(11.641), sure(4.431), dict(zip(CLASSES, map(sure, (0.2, 1.142, 3.0, 0.031, 0.058)), strict=True)), losers, ("new",),
    )  # fmt: skip
    return dataclasses.replace(one, **changes)


def test_the_jobs_of_new_employers_add_up_line_by_line():
    lines = [(what, round(mean_of(value), 3)) for what, value in jobs_rows(jobs())]
    assert lines[:4] == [
        ("posts of new employers", 76.0), ("  filled", 52.54), ("    by people who would have worked anyway", 37.05),
        ("    by people who would not", 15.49),
    ]  # fmt: skip
    told = dict(lines)
    assert told["  open: who looks doesn't find the pay worth it"] == 12.2
    assert sum(value for what, value in lines if what.startswith(("  filled", "  open"))) == pytest.approx(76.0)
    assert told["people without work who would have worked"] == 4.431
    assert told["  displaced by chains of earlier months, at most"] == 1.142
    # 15.49 in the new posts and 11.641 elsewhere gain, 4.431 lose.
    assert told["others at work who would not have worked"] == pytest.approx(22.7 + 4.431 - 15.49, abs=0.001)
    assert lines[-1] == ("more people at work, all employers together", 22.7)


def test_how_sure_the_sum_is_and_who_lost_is_said_in_words():
    assert jobs_lines(jobs()) == [
        "jobs: 71% of the holders would have worked anyway; at work, all employers together: +23 people "
        "(95 % interval* +21 to +24).",
        "Without work who would have worked, most of them: 1.9 relocated who would work at mill; "
        "13 hosts who would work at shop.",
    ]
    assert jobs_lines(jobs(filled=sure(0.0))) == ["jobs: no post of its new employers is filled."]
    assert "it changes a rule of behaviour" in jobs_lines(jobs(classes={}))[0]
    assert people(0.0) == "0"


def test_the_table_of_jobs_is_printed_and_written(study):
    text = printed(study)
    part = text[text.index("whose work it is: this month's chain") :].splitlines()
    assert part[4].split() == ["posts", "of", "new", "employers", "2.8"]
    assert part[5].startswith("  filled  ")
    assert part[5].split()[:2] == ["filled", "1.7"]
    rows = list(csv.DictReader((study.folder / "jobs.csv").read_text().splitlines()))
    assert {row["arm"] for row in rows} == set(study.arms[1:])
    assert (rows[0]["what"], rows[0]["runs"]) == ("posts of new employers", "3")
    assert float(rows[0]["mean_a_month"]) == pytest.approx(17 / 6)


def test_why_posts_stay_open_is_printed_only_for_reasons_that_occur_and_for_the_first_year_in_full(study):
    text = printed(study)
    first = text[text.index("whose work it is") : text.index("why posts of new employers stayed")]
    assert "who heard of it took another post" in first
    assert "who fits lives too far away" not in first
    opening = text[text.index("why posts of new employers stayed open in their first year") :]
    assert "2020-02..2020-06" in opening
    rows = [line.split() for line in opening.splitlines()]
    assert ["posts", "of", "new", "employers", "3.4"] in rows  # three posts for three months, four for two
    assert ["open:", "who", "fits", "lives", "too", "far", "away", "0"] in rows


def test_an_arm_that_moves_nobody_has_no_table_of_jobs(tmp_path):
    assert jobs_table(study_of(tmp_path, arms={"baseline": (), "empty": ()})) is None


def test_every_file_of_a_folder_is_explained_in_its_readme(study):
    text = (study.folder / "README.txt").read_text()
    for file in study.folder.iterdir():
        if file.name != "README.txt":
            assert file.name in text, file.name
    assert max(len(line) for line in outputs.README.splitlines()) <= 120


def test_a_figure_says_what_whom_and_how_sure(study):
    picture = figure(study, "employed")
    assert picture.get_suptitle() == "employed: persons at work\nfake"
    footer = picture.get_supxlabel()
    for said in ("all places, all populations together", "computing error", "parameters held fixed", study.hash):
        assert said in footer
    above, below = picture.axes
    assert (above.get_ylabel(), below.get_ylabel()) == ("persons", "difference from baseline,\npersons")
    names = [one.get_text() for one in above.get_legend().get_texts()]
    assert names == ["baseline", "jobs", f"{LONG}\n(no difference)"]
    assert len({one.get_color() for one in above.get_lines()}) == 3


def test_what_is_counted_at_facilities_is_drawn_and_listed_by_place(tmp_path):
    def moved(scenario, arm, replicate):
        result = fake_run(scenario, "empty", replicate)
        posts = result.outcomes["employed"].copy()
        if arm == "jobs":
            posts[:, 7] += 2.0
        return dataclasses.replace(result, outcomes={"posts": posts})

    posts = Indicator("posts", "place", "", "posts held", 1)
    study = study_of(tmp_path, moved, catalogue=Catalogue({"work": Family({"posts": posts})}))
    names = [file.name for file in write_figures(study)]
    assert names == ["posts.png", "posts.svg", "posts-p1.png", "posts-p1.svg"]
    rows = [line.split() for line in printed(study).splitlines()]
    assert ["jobs", "111.5", "+2.0", "+2.0", "to", "+2.0", "100%", "higher,", "better"] in rows


def test_a_figure_of_no_difference_says_so(tmp_path):
    study = study_of(tmp_path, arms={"baseline": (), "empty": ()})
    said = [one.get_text() for one in figure(study, "employed").axes[1].texts]
    assert said == ["no difference in any run and month"]


def test_a_flat_line_has_no_figures_around_it(tmp_path):
    study = study_of(tmp_path, arms={"baseline": ()})
    assert figure(study, "income_gini").axes[0].get_yticks().tolist() == [0.4]


def test_the_speed_is_the_middle_runs_not_the_one_that_compiled(tmp_path):
    def slow_first(scenario, arm, replicate):
        result = fake_run(scenario, arm, replicate)
        compiling = (arm, replicate) == ("baseline", 0)
        return dataclasses.replace(result, timings=Timings(0.1, 60.0 if compiling else 0.2, 0.3))

    line = speed_line(study_of(tmp_path, slow_first))
    assert line.startswith("9 runs, 324 person-months, 180.0 person-months a second of simulation; the middle run: ")
    assert "synthesis 0.10 s, simulation 0.20 s, recording 0.30 s" in line


def test_runs_whose_times_were_lost_have_no_speed(tmp_path):
    study_of(tmp_path)
    (tmp_path / RUN_TABLE).unlink()
    assert speed_line(study_of(tmp_path)) == "9 runs; how long they took isn't known any more."
