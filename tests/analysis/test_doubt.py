"""Luck and uncertain parameters told apart: hand-worked figures, laws, another implementation, and coverage."""

import warnings

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from analysis.doubt import computing_error, range_over_draws, split_variance
from analysis.paired import of_differences

HAND_VALUES, HAND_DRAWS = np.array([1.0, 3.0, 6.0, 8.0, 2.0, 4.0]), np.array([0, 0, 1, 1, 2, 2])
"""Means 2, 7, 3; within each draw the squares sum to 2."""


def simulated(rng, sizes, share):
    """Values of total variance 1 in groups of the given sizes."""
    draws = np.repeat(np.arange(len(sizes)), sizes)
    return np.sqrt(share) * rng.normal(size=len(sizes))[draws] + np.sqrt(1 - share) * rng.normal(size=len(draws)), draws


@st.composite
def studies(draw):
    runs = draw(st.lists(st.integers(1, 4), min_size=2, max_size=6))
    draws = np.repeat(np.arange(len(runs)), runs)
    values = draw(st.lists(st.integers(-1000, 1000), min_size=len(draws), max_size=len(draws)))
    return np.array(values, float), draws


def test_computing_error_counts_draws_not_runs():
    found = computing_error(HAND_VALUES, HAND_DRAWS)
    # Means 2, 7, 3: mean 4, s = sqrt(7), half width 4.3027 sqrt(7/3) = 6.5725.
    assert (found.mean, found.units, found.n) == (4.0, 3, 6)
    assert found.high - found.mean == pytest.approx(4.302653 * np.sqrt(7 / 3), rel=1e-6)
    naive = of_differences(HAND_VALUES)
    assert found.high - found.low > naive.high - naive.low


def test_computing_error_of_one_run_a_draw_and_of_one_draw_is_the_plain_interval():
    plain = of_differences(HAND_VALUES)
    for draws in (np.arange(6), np.zeros(6, int)):
        found = computing_error(HAND_VALUES, draws)
        assert (found.mean, found.low, found.high, found.units) == (plain.mean, plain.low, plain.high, 6)


def test_each_draw_counts_alike_however_often_it_ran():
    assert computing_error([0.0, 10.0, 10.0, 10.0], [0, 1, 1, 1]).mean == 5.0


def test_clustering_covers_where_the_plain_interval_does_not():
    rng = np.random.default_rng(1)
    ours, plain = [], []
    for _ in range(2_000):
        values, draws = simulated(rng, [4] * 10, 0.6)
        one, other = computing_error(values, draws), of_differences(values)
        ours.append(one.low <= 0 <= one.high)
        plain.append(other.low <= 0 <= other.high)
    assert 0.935 < np.mean(ours) < 0.965
    assert np.mean(plain) < 0.85


def test_range_is_over_the_means_of_draws():
    draws = np.repeat(np.arange(100), 2)
    values = draws + np.tile([-1000.0, 1000.0], 100)
    found = range_over_draws(values, draws)
    # Definition 8 at p = 0.05 of 100 values: position 0.05 (100 + 1/3) + 1/3 = 5.35, hence 4.35 of 0 to 99.
    assert (found.low, found.high) == (pytest.approx(4.35), pytest.approx(94.65))
    assert (found.draws, found.fewest, found.most, found.luck_included) == (100, 2, 2, False)
    assert found.text == "5 to 95 % of 100 draws of the uncertain parameters, each a mean of 2 runs"


def test_range_says_when_luck_is_in_it():
    once = range_over_draws(np.arange(30.0), np.arange(30))
    assert once.luck_included
    assert once.text == "5 to 95 % of 30 draws of the uncertain parameters; includes luck, since each ran once"
    some = range_over_draws(np.arange(30.0), np.arange(30) % 20)
    assert (some.draws, some.fewest, some.most) == (20, 1, 2)
    assert some.text.endswith("includes luck, since some ran once")
    uneven = range_over_draws(np.arange(5.0), [0, 0, 1, 1, 1])
    assert uneven.text.endswith("each a mean of 2 to 3 runs")


def test_range_of_one_draw_or_of_nothing_is_none():
    one = range_over_draws([1.0, 2.0], [0, 0])
    assert np.isnan(one.low)
    assert one.text == "no range: the parameters were drawn once"
    nothing = range_over_draws([np.nan, np.nan], [0, 1])
    assert (nothing.draws, nothing.text, nothing.luck_included) == (0, "undefined in every run", False)


def test_split_by_hand():
    found = split_variance(HAND_VALUES, HAND_DRAWS)
    # Luck: (2 + 2 + 2) / 3 = 2. Between: 2 (4 + 9 + 1) / 2 = 14. Parameters: (14 - 2) / 2 = 6.
    assert (found.luck, found.parameters) == (pytest.approx(2), pytest.approx(6))
    assert found.parameters_share == pytest.approx(0.75)
    assert (found.draws, found.runs, found.truncated) == (3, 6, False)


def test_split_of_unequal_groups_by_hand():
    found = split_variance([1.0, 3.0, 10.0], [0, 0, 1])
    # Luck: 2 / 1 = 2. Mean 14/3; between: 2 (8/3)² + (16/3)² = 42.667. n0 = (3 - 5/3) / 1 = 4/3. (42.667 - 2) 3/4 = 30.5.
    assert (found.luck, found.parameters) == (pytest.approx(2), pytest.approx(30.5))


def test_interval_in_balanced_groups_is_the_textbook_one():
    rng = np.random.default_rng(2)
    values, draws = simulated(rng, [3] * 12, 0.5)
    found = split_variance(values, draws)
    ratio = stats.f_oneway(*[values[draws == one] for one in range(12)]).statistic
    upper, lower = (ratio / stats.f.ppf(p, 11, 24) for p in (0.975, 0.025))
    assert found.low == pytest.approx((upper - 1) / (upper + 2), abs=1e-9)
    assert found.high == pytest.approx((lower - 1) / (lower + 2), abs=1e-9)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8])
def test_interval_covers_in_unequal_groups(share):
    rng = np.random.default_rng(3)
    found = [split_variance(*simulated(rng, [1, 1, 2, 3, 5, 2, 2, 8, 1, 2, 4, 2], share)) for _ in range(1_500)]
    covered = np.mean([one.low <= share <= one.high for one in found])
    # At 0, on the edge, only the upper end can fail: 97.5 %.
    assert 0.93 < covered < (0.99 if share == 0 else 0.97)
    means = np.mean([[one.luck, one.parameters] for one in found], axis=0)
    assert means[0] == pytest.approx(1 - share, abs=0.02)
    if share:
        assert means[1] == pytest.approx(share, rel=0.08)


def test_mixed_model_agrees():
    regression = pytest.importorskip("statsmodels.regression.mixed_linear_model")
    rng = np.random.default_rng(4)
    for share in (0.3, 0.7):
        values, draws = simulated(rng, [4] * 30, share)
        ours = split_variance(values, draws)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = regression.MixedLM(values, np.ones((len(values), 1)), groups=draws).fit(reml=True)
        assert ours.luck == pytest.approx(theirs.scale, rel=1e-3)
        assert ours.parameters == pytest.approx(float(theirs.cov_re[0, 0]), rel=1e-2)


def test_an_estimate_below_nothing_is_shown_as_nothing_and_said():
    found = split_variance([0.0, 10.0, 1.0, 9.0], [0, 0, 1, 1])
    assert (found.parameters, found.truncated, found.parameters_share, found.luck_share) == (0.0, True, 0.0, 1.0)
    assert found.text.endswith("the estimate for parameters was below 0 and is shown as 0")
    assert found.low == 0.0


def test_what_cannot_be_told_is_said():
    once = split_variance(np.arange(5.0), np.arange(5))
    assert np.isnan([once.luck, once.parameters, once.parameters_share, once.low]).all()
    assert once.text.startswith("each draw ran once, so luck and parameters can't be told apart")
    alone = split_variance([1.0, 3.0], [7, 7])
    assert (alone.luck, alone.text) == (2.0, "the parameters were drawn once: all variance is luck")
    same = split_variance([0.1] * 6, [0, 0, 1, 1, 2, 2])
    assert np.isnan([same.parameters_share, same.low, same.high]).all()
    assert same.text == "no two runs differ: there is no variance to share out"
    nothing = split_variance([np.nan], [0])
    assert nothing.text == "undefined in every run"


def test_without_luck_all_is_parameters():
    found = split_variance([0.1, 0.1, 0.3, 0.3], [0, 0, 1, 1])
    assert (found.luck, found.parameters_share, found.low, found.high) == (0.0, 1.0, 1.0, 1.0)
    assert found.parameters == pytest.approx(0.02)


def test_rows_of_unlike_length_are_refused():
    with pytest.raises(ValueError, match=r"values \(2,\) and draws \(3,\) should be two rows of one length"):
        split_variance([1.0, 2.0], [0, 1, 2])


@given(studies())
def test_shares_add_up_to_one(study):
    found = split_variance(*study)
    assume(found.luck + found.parameters > 0)
    assert found.luck_share + found.parameters_share == pytest.approx(1)
    assert 0 <= found.parameters_share <= 1
    assert 0 <= found.low <= found.high <= 1


@given(studies(), st.integers(-1000, 1000))
def test_a_constant_changes_nothing(study, constant):
    values, draws = study
    plain, moved = split_variance(values, draws), split_variance(values + constant, draws)
    for name in ("luck", "parameters", "low", "high"):
        assert getattr(moved, name) == pytest.approx(getattr(plain, name), rel=1e-6, abs=1e-6, nan_ok=True)


@given(studies(), st.floats(0.01, 100))
def test_scaling_scales_by_the_square_and_leaves_shares(study, factor):
    values, draws = study
    plain, scaled = split_variance(values, draws), split_variance(values * -factor, draws)
    assert scaled.luck == pytest.approx(plain.luck * factor**2, nan_ok=True)
    assert scaled.parameters == pytest.approx(plain.parameters * factor**2, abs=1e-6 * factor**2, nan_ok=True)
    assert scaled.low == pytest.approx(plain.low, abs=1e-6, nan_ok=True)
    assert scaled.high == pytest.approx(plain.high, abs=1e-6, nan_ok=True)


@given(studies(), st.randoms(use_true_random=False), st.integers(0, 3))
def test_order_names_of_draws_and_undefined_values_do_not_matter(study, random, holes):
    values, draws = study
    order = list(range(len(values) + holes))
    random.shuffle(order)
    more = np.append(values, [np.nan] * holes)[order]
    which = 1000 - 7 * np.append(draws, [99] * holes)[order]
    for function in (split_variance, computing_error, range_over_draws):
        plain, shuffled = vars(function(values, draws)), vars(function(more, which))
        assert {name: pytest.approx(one, abs=1e-9, nan_ok=True) for name, one in plain.items()} == shuffled
