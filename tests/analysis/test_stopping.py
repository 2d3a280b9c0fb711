"""The rule that says when there are enough replicates, case by case."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.paired import of_differences, paired
from analysis.stopping import CONFIRMATION, Rule, next_size, planned_size

KEY, OTHER = ("income", "training"), ("income", "factory")
WIDE = np.tile([-1.0, 1.0], 500)
"""Standard deviation about 1."""


def decide(values, rule, **more):
    rows = {KEY: np.asarray(values, float)} | {("income", arm): np.asarray(row, float) for arm, row in more.items()}
    return next_size(rows, len(values), rule)


def test_nothing_yet_asks_for_the_least_number():
    decision = decide([], Rule({"income": 1.0}, 10, 40))
    assert (decision.done, decision.replicates, decision.reason) == (False, 10, "at_least")
    assert decision.text.startswith("at least 10 replicates are asked for")


def test_stein_size_from_the_interval_so_far():
    # s² = 10/9, t(0.975, 9) = 2.2622: half width 0.7541; to halve 0.7541 takes four times as many, capped at three.
    assert of_differences(WIDE[:10]).high == pytest.approx(0.7541, abs=1e-4)
    assert decide(WIDE[:10], Rule({"income": 0.7541 / 2}, 10, 400)).replicates == 30
    assert decide(WIDE[:10], Rule({"income": 0.7541 / 1.5}, 10, 400)).replicates == 23
    assert decide(WIDE[:10], Rule({"income": 0.7541 / 1.01}, 10, 400)).replicates == 13
    assert decide(WIDE[:10], Rule({"income": 0.5}, 10, 18)).replicates == 18


def test_the_widest_of_outcomes_and_arms_decides():
    rule = Rule({"income": 0.6}, 10, 400)
    alone = decide(WIDE[:10] / 10, rule)
    both = decide(WIDE[:10] / 10, rule, factory=WIDE[:10])
    assert (alone.reason, both.reason) == ("confirm", "more")
    assert both.wide == (OTHER,)
    assert "income in factory" in both.text


def test_narrow_is_confirmed_by_ten_more():
    rule = Rule({"income": 1.0}, 10, 400)
    first = decide(WIDE[:10], rule)
    assert (first.done, first.reason, first.replicates) == (False, "confirm", 20)
    second = decide(WIDE[:20], rule)
    assert (second.done, second.reason, second.replicates) == (True, "narrow", 20)
    assert second.intervals[KEY] == of_differences(WIDE[:20])


def test_narrow_by_luck_is_not_confirmed():
    values = np.concatenate([WIDE[:10] / 100, 5 * WIDE[:10]])
    rule = Rule({"income": 1.0}, 10, 400)
    assert decide(values[:10], rule).reason == "confirm"
    assert decide(values, rule).reason == "more"


def test_narrow_now_but_wide_ten_ago_is_not_enough():
    rule = Rule({"income": 0.5}, 10, 400)
    assert decide(WIDE[:12], rule).reason == "more"
    now = decide(WIDE[:22], rule)
    assert (now.reason, now.replicates) == ("confirm", 32)


def test_at_most_ends_it_wide_or_narrow():
    wide = decide(WIDE[:30], Rule({"income": 0.01}, 10, 30))
    assert (wide.done, wide.reason, wide.replicates, wide.wide) == (True, "at_most", 30, (KEY,))
    assert "the most allowed: income in training" in wide.text
    narrow = decide(WIDE[:15], Rule({"income": 1.0}, 10, 15))
    assert (narrow.done, narrow.reason) == (True, "narrow")
    assert decide(WIDE[:10], Rule({"income": 1.0}, 10, 15)).replicates == 15


def test_an_arm_that_does_nothing_is_narrow():
    for constant in (0.0, 0.1):
        decision = decide([constant] * 20, Rule({"income": 1e-6}, 10, 40))
        assert (decision.done, decision.reason, decision.lopsided) == (True, "narrow", ())


def test_undefined_pairs_are_left_out():
    values = WIDE[:40].copy()
    values[::4] = np.nan
    decision = decide(values, Rule({"income": 1.0}, 10, 400))
    assert decision.intervals[KEY].n == 30
    assert decision.reason == "narrow"


def test_what_is_undefined_everywhere_is_said_and_not_waited_for():
    nothing = [np.nan] * 20
    rule = Rule({"income": 1.0}, 10, 400)
    alone = decide(nothing, rule)
    assert (alone.done, alone.reason, alone.replicates, alone.undefined) == (True, "undefined", 20, (KEY,))
    assert alone.text == "income in training: undefined in every replicate, which more of them hardly mend"
    beside = decide(nothing, rule, factory=WIDE[:20])
    assert (beside.done, beside.reason, beside.undefined) == (True, "undefined", (KEY,))
    assert beside.text.startswith(
        "every other interval is narrow enough with 20 replicates; income in training: undefined"
    )
    waiting = decide(nothing, rule, factory=10 * WIDE[:20])
    assert (waiting.done, waiting.reason, waiting.wide, waiting.undefined) == (False, "more", (OTHER,), (KEY,))
    ended = decide(nothing, Rule({"income": 1.0}, 10, 20), factory=10 * WIDE[:20])
    assert (ended.done, ended.reason) == (True, "at_most")


def test_one_defined_pair_has_no_interval_and_goes_on():
    values = [1.0] + [np.nan] * 19
    decision = decide(values, Rule({"income": 1.0}, 10, 400))
    assert (decision.done, decision.reason, decision.replicates, decision.wide) == (False, "more", 60, (KEY,))


def test_outcomes_without_a_target_are_left_alone():
    rows = {KEY: WIDE[:20], ("jobs", "training"): 1e9 * WIDE[:20]}
    decision = next_size(rows, 20, Rule({"income": 1.0}, 10, 400))
    assert decision.reason == "narrow"
    assert list(decision.intervals) == [KEY]


def test_a_rule_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="half width of income = 0 should be a number above 0"):
        Rule({"income": 0.0}, 10, 20)
    with pytest.raises(ValueError, match="half width of income = nan should be a number above 0"):
        Rule({"income": np.nan}, 10, 20)
    with pytest.raises(ValueError, match="at_least = 1 should be 2 or more"):
        Rule({"income": 1.0}, 1, 20)
    with pytest.raises(ValueError, match="at_most = 9 should be at_least = 10 or more"):
        Rule({"income": 1.0}, 10, 9)


def test_differences_that_do_not_fit_the_rule_are_refused():
    rule = Rule({"income": 1.0, "jobs": 1.0}, 10, 20)
    with pytest.raises(ValueError, match="no differences were handed in for jobs"):
        next_size({KEY: WIDE[:10]}, 10, rule)
    with pytest.raises(ValueError, match="income in training: 9 differences should be 10, one for each replicate"):
        next_size({KEY: WIDE[:9]}, 10, Rule({"income": 1.0}, 10, 20))


@given(
    st.lists(st.one_of(st.just(np.nan), st.floats(-1e3, 1e3)), min_size=0, max_size=60),
    st.integers(2, 20),
    st.integers(0, 40),
    st.floats(1e-3, 1e3),
)
def test_it_goes_forward_within_limits_and_never_ends_wide_early(values, at_least, room, width):
    rule = Rule({"income": width}, at_least, at_least + room)
    decision = decide(values, rule)
    n = len(values)
    assert decision.replicates == n if decision.done else n < decision.replicates <= rule.at_most
    if decision.done and n < rule.at_most:
        assert n >= at_least + CONFIRMATION
        assert not decision.wide


@given(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=40), st.floats(0.1, 10))
def test_units_do_not_matter(values, width):
    plain = decide(values, Rule({"income": width}, 5, 100))
    scaled = decide(np.array(values) * 8, Rule({"income": width * 8}, 5, 100))
    assert (plain.reason, plain.replicates) == (scaled.reason, scaled.replicates)


@given(st.integers(2, 10_000), st.floats(1.0, 100.0, exclude_min=True), st.floats(1.0, 3.0))
def test_a_wider_interval_never_asks_for_fewer(count, excess, more):
    sizes = planned_size(np.array([count, count]), np.array([excess, excess * more]))
    assert count < sizes[0] <= sizes[1]


def test_the_interval_is_that_of_a_comparison():
    rng = np.random.default_rng(1)
    base, arm = rng.normal(size=20), rng.normal(size=20)
    decision = decide(arm - base, Rule({"income": 0.1}, 10, 40))
    assert decision.intervals[KEY] == paired(base, arm)
