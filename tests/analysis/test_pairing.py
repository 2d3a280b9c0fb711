"""What shared luck saves: known variances, the edges where nothing varies, and coverage of the interval."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.pairing import Saving, saving


def pairs(rng, n, correlation, ratio=1.0):
    base, other = rng.normal(size=(2, n))
    return base, ratio * (correlation * base + np.sqrt(1 - correlation**2) * other)


def test_ratio_by_hand():
    found = saving([1.0, 2.0, 3.0], [2.0, 3.0, 5.0], 1)
    # Variances 1 and 7/3; differences 1, 1, 2 with variance 1/3: (1 + 7/3) / (1/3) = 10.
    assert found.ratio == pytest.approx(10)
    assert found.n == 3
    assert found.low <= 10 <= found.high


def test_it_counts_the_replicates_that_independent_seeds_would_need():
    rng = np.random.default_rng(1)
    base, arm = pairs(rng, 20_000, 0.9)
    _, apart = pairs(rng, 20_000, 0.9)
    found = saving(base, arm, 1)
    assert found.ratio == pytest.approx((apart - base).var() / (arm - base).var(), rel=0.05)
    assert found.ratio == pytest.approx(10, rel=0.05)


@pytest.mark.parametrize(("correlation", "ratio"), [(0.9, 1.0), (0.5, 1.5), (-0.4, 1.0)])
def test_interval_covers_about_as_often_as_it_says(correlation, ratio):
    rng = np.random.default_rng(2)
    truth = (1 + ratio**2) / (1 + ratio**2 - 2 * correlation * ratio)
    found = [saving(*pairs(rng, 40, correlation, ratio), seed) for seed in range(400)]
    assert 0.89 < np.mean([one.low <= truth <= one.high for one in found]) < 0.98


def test_below_one_it_costs_and_says_why():
    found = saving(*pairs(np.random.default_rng(3), 100, -0.8), 1)
    assert 0 < found.low < found.ratio < found.high < 1
    assert found.text.startswith(
        f"costs: without shared luck {found.ratio:.3g} times as many runs would do, since luck"
    )
    assert f"opposite directions (correlation {found.correlation:.2f})" in found.text


def test_above_one_it_saves():
    found = saving(*pairs(np.random.default_rng(4), 100, 0.95), 1)
    assert found.text.startswith(
        f"saves: without shared luck {found.ratio:.3g} times as many runs would be needed (95 %: "
    )


def test_about_one_is_not_told_apart():
    found = saving(*pairs(np.random.default_rng(5), 100, 0.0), 1)
    assert found.low < 1 < found.high
    assert found.text.endswith(", so it isn't told apart from 1)")


def test_a_difference_that_never_varies_is_exact():
    base = np.random.default_rng(6).normal(1e4, 1.0, 30)
    found = saving(base, base + 0.1, 1)
    assert (found.ratio, found.low, found.high) == (np.inf, np.inf, np.inf)
    assert found.text.startswith("exact: the difference is the same in every run")


def test_a_difference_that_seldom_varies_may_be_exact_at_the_upper_end():
    base = np.arange(10.0)
    found = saving(base, base + (base == 3), 1)
    assert np.isfinite([found.ratio, found.low]).all()
    assert found.high == np.inf


def test_saturated_outcomes_are_not_defined():
    found = saving([0.1] * 10, [1.0] * 10, 1)
    assert np.isnan([found.ratio, found.low, found.high]).all()
    assert found.text == "not defined: neither the baseline nor the arm varies from run to run"


def test_where_only_one_varies_there_is_no_luck_to_share():
    found = saving(np.arange(10.0), np.ones(10), 1)
    assert [found.ratio, found.low, found.high] == pytest.approx([1.0, 1.0, 1.0])
    assert found.text.startswith("neither saves nor costs")


def test_too_few_pairs_are_said():
    assert saving([np.nan], [1.0], 1).text == "not defined: undefined in every run"
    assert saving([1.0, np.nan], [1.0, 2.0], 1).text == "not defined: one run"
    two = saving([1.0, 2.0, np.nan], [1.0, 4.0, 3.0], 1)
    assert (two.n, two.ratio) == (2, pytest.approx(2.5))
    assert np.isnan(two.low)
    assert two.text == "saves: without shared luck 2.5 times as many runs would be needed"


def test_rows_of_unlike_length_are_refused():
    with pytest.raises(ValueError, match=r"baseline \(2,\) and arm \(3,\) should be two rows of one length"):
        saving([1.0, 2.0], [1.0, 2.0, 3.0], 1)


def test_one_seed_one_interval():
    rows = pairs(np.random.default_rng(7), 30, 0.5)
    assert saving(*rows, 1) == saving(*rows, 1)
    assert saving(*rows, 1) != saving(*rows, 2)


@given(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=2, max_size=20),
    st.integers(-100, 100),
    st.floats(0.01, 100),
)
def test_units_and_levels_do_not_matter_and_arms_change_places(rows, level, factor):
    base, arm = np.array(rows, float).T
    plain = saving(base, arm, 1)
    assume(not np.isnan(plain.ratio))
    assert plain.ratio >= 0.5 - 1e-9
    assert saving(factor * base, factor * arm + level, 1).ratio == pytest.approx(plain.ratio)
    assert saving(arm, base, 1).ratio == pytest.approx(plain.ratio)


def test_thousands_are_told_without_powers_of_ten():
    one = Saving(1054.2, 629.5, 1872.4, 0.99, 40)
    assert one.text == "saves: without shared luck 1,054 times as many runs would be needed (95 %: 630 to 1,872)"
