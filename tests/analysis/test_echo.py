"""What carries an effect: verdicts by hand, sentences, and how often luck alone passes for a mechanism."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.echo import (
    AMONG,
    CARRIES,
    HIDES,
    HOLDS,
    NOTHING,
    REMOVES,
    TURNS,
    UNKNOWN,
    UNSURE,
    Carried,
    _adjusted,
    echo,
)
from analysis.paired import of_differences
from experiments.study import run_study
from tests.experiments.fakes import FakeScenario, fake_run

RUNS = 6


def effects(values, folder):
    """A study whose arm `jobs` has these effects on `employed`, one a replicate."""

    def run(scenario, arm, replicate):
        result = fake_run(scenario, "baseline", replicate)
        extra = values[replicate] if arm == "jobs" else 0.0
        employed = result.outcomes["employed"] + extra
        return dataclasses.replace(result, outcomes={**result.outcomes, "employed": employed})

    made = run_study(FakeScenario(record={}), folder, workers=1, run_one=run, replicates=len(values), arms=("jobs",))
    return made.study


def noise(number, size=0.2):
    return size * np.random.default_rng(number).standard_normal(RUNS)


ON = 4.0 + noise(0)
OFF = {
    "turner": -2.0 + noise(1),
    "remover": 0.0 + noise(2),
    "half": 2.0 + noise(3),
    "brake": 9.0 + noise(4),
    "unsure": ON + noise(5),
    "idle": ON,
}


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    return {name: effects(values, tmp_path_factory.mktemp(name)) for name, values in {"on": ON, **OFF}.items()}


def told(studies, *names):
    return echo(studies["on"], {name: studies[name] for name in names or OFF}, "employed", "jobs")


def test_verdicts_by_hand(studies):
    assert {one.mechanism: one.verdict for one in told(studies).carried} == {
        "turner": TURNS, "remover": REMOVES, "half": CARRIES, "brake": HOLDS, "unsure": UNSURE, "idle": NOTHING,
    }  # fmt: skip


def test_parts_are_paired_differences(studies):
    parts = {one.mechanism: one for one in told(studies).carried}
    assert parts["half"].part.mean == pytest.approx(float((ON - OFF["half"]).mean()))
    assert parts["half"].part.error == pytest.approx(float((ON - OFF["half"]).std(ddof=1) / np.sqrt(RUNS)))
    assert parts["half"].share == pytest.approx(float((ON - OFF["half"]).mean() / ON.mean()))
    assert parts["idle"].part.nothing


def test_what_decides_stands_first(studies):
    found = told(studies)
    assert [one.mechanism for one in found.deciding] == ["turner", "remover"]
    assert [one.mechanism for one in found.carried] == ["turner", "remover", "brake", "half", "unsure", "idle"]


def test_the_sentence_names_what_carries_the_sign(studies):
    said = told(studies).sentence
    assert "The sign hangs on turner (without it the effect turns to -" in said
    assert "and on remover (without it the effect is" in said
    assert "not told apart from none" in said
    assert "half +" in said
    assert "Of 1 mechanisms the part is smaller than its computing error." in said
    assert "A mere echo of the inputs would be the sum on paper, +4.0: the model makes" in said


def test_the_sentence_says_so_where_nothing_decides(studies):
    said = told(studies, "half", "brake", "idle").sentence
    assert "None of the 3 mechanisms carries the sign by itself: with any one of them off the effect keeps it" in said


def test_without_an_effect_there_is_no_sign_to_carry(studies, tmp_path):
    weak = effects(noise(7, 3.0), tmp_path / "weak")
    found = echo(weak, {"brake": studies["brake"], "idle": weak}, "employed", "jobs")
    assert {one.mechanism: one.verdict for one in found.carried} == {"brake": HIDES, "idle": NOTHING}
    assert all(np.isnan(one.share) for one in found.carried)
    assert "smaller than its computing error with 6 runs" in found.sentence
    assert "An effect shows without brake." in found.sentence


def test_one_run_tells_nothing(tmp_path):
    on, off = (effects([value], tmp_path / str(value)) for value in (3.0, -3.0))
    found = echo(on, {"any": off}, "employed", "jobs")
    assert [one.verdict for one in found.carried] == [UNKNOWN]
    assert "One run tells no computing error" in found.sentence


def test_an_arm_that_changes_nothing_has_nothing_to_carry(tmp_path):
    on = effects([0.0] * 3, tmp_path / "on")
    found = echo(on, {"any": on}, "employed", "jobs")
    assert "no difference in any run, so nothing carries it" in found.sentence


def test_a_part_that_only_luck_among_many_may_have_made_is_said_to_be_unsure(studies, tmp_path):
    # A part that would pass by itself, p about 0.02: among twelve that were tried it doesn't.
    part = np.array([1.0, 0.2, 0.8, 0.3, 0.9, 0.1])
    some = effects(ON - part, tmp_path / "some")
    alone, among = ([some], [some] * 12)
    verdicts = [
        echo(studies["on"], {str(number): one for number, one in enumerate(tried)}, "employed", "jobs")
        for tried in (alone, among)
    ]
    assert [one.carried[0].verdict for one in verdicts] == [CARRIES, AMONG]
    assert "of 12 it is larger, but not told apart among 12 that were tried" in verdicts[1].sentence.lower()


def test_only_replicates_that_both_finished_are_compared(tmp_path):
    on, off = effects([1.0, 2.0, 9.0], tmp_path / "on"), effects([0.0, 1.5], tmp_path / "off")
    (one,) = echo(on, {"any": off}, "employed", "jobs").carried
    assert (one.part.n, one.part.mean, one.on.mean) == (2, 0.75, 1.5)


values = st.lists(st.floats(-50, 50), min_size=3, max_size=8)


@given(values, st.floats(-20, 20))
def test_effect_without_and_part_add_up_and_a_verdict_never_claims_more_than_intervals(first, shift):
    on = np.array(first)
    off = on[::-1] + shift
    told = [of_differences(one) for one in (on, off, on - off)]
    one = Carried("any", *told, float(_adjusted(told[2:])[0]))
    assert one.without.mean + one.part.mean == pytest.approx(one.on.mean, abs=1e-9)
    if one.verdict == TURNS:
        assert one.on.told_apart and one.without.told_apart and one.on.mean * one.without.mean < 0
    if one.verdict == REMOVES:
        assert one.on.told_apart and not one.without.told_apart
    if one.verdict in (CARRIES, HOLDS):
        assert one.told and one.on.told_apart


def test_luck_alone_rarely_passes_for_a_mechanism():
    # 20 mechanisms that do nothing, 400 times: at most 5 % of the times any of them is told apart (3 sigma above).
    rng = np.random.default_rng(1)
    false = 0
    for _ in range(400):
        parts = [of_differences(row) for row in rng.standard_normal((20, 8))]
        false += bool((_adjusted(parts) < 0.05).any())
    assert false <= 400 * 0.05 + 3 * np.sqrt(400 * 0.05 * 0.95)
    assert false > 0
