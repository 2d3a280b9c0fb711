"""Indices of known functions, with and without failed points; what can't be told is said."""

import numpy as np
import pytest

from analysis.sensitivity import morris, sobol
from experiments import designs

NAMES = ("a", "b", "c")
FIRST, TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)
"""Ishigami and Homma (1990) with 7 and 0.1, worked out in closed form below."""
SLOPES = np.array([1.0, -2.0, 0.5])


def ishigami(unit):
    x = np.pi * (2 * unit - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def sobol_values(function, blocks, seed=1, parameters=3):
    return function(designs.saltelli(blocks, parameters, seed)).reshape(blocks, parameters + 2)


def morris_design(trajectories, seed=1, levels=4):
    points = designs.morris(trajectories, 3, levels, seed)
    return points, points.reshape(trajectories, 4, 3)


def with_failures(values, share, seed=5):
    failed = values.copy()
    failed[np.random.default_rng(seed).random(values.shape) < share] = np.nan
    return failed


def holds(found):
    for one, first, total in zip(found.indices, FIRST, TOTAL, strict=True):
        assert one.first_low <= first <= one.first_high
        assert one.total_low <= total <= one.total_high


def test_the_reference_values_are_those_of_the_closed_form():
    a, b = 7.0, 0.1
    variance = 0.5 + a**2 / 8 + b * np.pi**4 / 5 + b**2 * np.pi**8 / 18
    alone, other, joint = 0.5 * (1 + b * np.pi**4 / 5) ** 2, a**2 / 8, 8 * b**2 * np.pi**8 / 225
    assert (alone / variance, other / variance, 0.0) == pytest.approx(FIRST, abs=1e-4)
    assert ((alone + joint) / variance, other / variance, joint / variance) == pytest.approx(TOTAL, abs=1e-4)


def test_ishigami_is_found_within_its_intervals():
    found = sobol(NAMES, sobol_values(ishigami, 512), 1)
    holds(found)
    assert [one.name for one in found.indices] == list(NAMES)
    assert [one.first for one in found.indices] == pytest.approx(FIRST, abs=0.08)
    assert [one.total for one in found.indices] == pytest.approx(TOTAL, abs=0.08)
    assert (found.blocks, found.dropped, found.text) == (512, 0, "rests on 512 blocks")


def test_ishigami_is_found_with_a_tenth_of_the_points_failed():
    values = with_failures(sobol_values(ishigami, 512), 0.1)
    found = sobol(NAMES, values, 1)
    assert found.dropped == np.isnan(values).any(axis=1).sum() > 150
    assert found.blocks + found.dropped == 512
    assert (
        found.text
        == f"rests on {found.blocks} blocks; {found.dropped} of 512 blocks left out, since a run of each failed"
    )
    holds(found)
    assert found.indices == sobol(NAMES, values[np.isfinite(values).all(axis=1)], 1).indices


def test_intervals_cover_about_as_often_as_they_say():
    covered = []
    for seed in range(60):
        found = sobol(NAMES, sobol_values(ishigami, 128, seed), seed)
        covered.append([
            [one.first_low <= first <= one.first_high, one.total_low <= total <= one.total_high]
            for one, first, total in zip(found.indices, FIRST, TOTAL, strict=True)
        ])  # fmt: skip
    assert np.mean(covered) > 0.93
    assert np.mean(covered, axis=0).min() > 0.85


def test_shares_do_not_depend_on_unit_or_level():
    values = sobol_values(ishigami, 64)
    plain, other = sobol(NAMES, values, 1), sobol(NAMES, 1e4 - 50 * values, 1)
    for one, same in zip(plain.indices, other.indices, strict=True):
        assert list(vars(one).values())[1:] == pytest.approx(list(vars(same).values())[1:], abs=1e-9)


def test_a_parameter_that_does_nothing_has_no_index():
    found = sobol(NAMES, sobol_values(lambda unit: unit[:, 0] + 2 * unit[:, 1], 64), 1).indices[2]
    assert (found.first, found.total, found.total_low, found.total_high) == (0.0, 0.0, 0.0, 0.0)


def test_a_constant_outcome_has_no_indices():
    found = sobol(NAMES, np.full((32, 5), 0.1), 1)
    assert np.isnan([list(vars(one).values())[1:] for one in found.indices]).all()
    assert found.text == "undefined: the outcome is the same at every point, so there is nothing to share out"


def test_too_few_whole_blocks_are_said():
    values = sobol_values(ishigami, 4)
    values[1:, 0] = np.nan
    found = sobol(NAMES, values, 1)
    assert np.isnan(found.indices[0].first)
    assert found.text == (
        "undefined: whole blocks left: 1, at least 2 are needed; "
        "3 of 4 blocks left out, since a run of each failed"
    )  # fmt: skip


def test_one_seed_one_interval_and_no_global_state():
    values = sobol_values(ishigami, 32)
    np.random.seed(1)  # noqa: NPY002  (the state that nobody may touch)
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    assert sobol(NAMES, values, 0) == sobol(NAMES, values, 0)
    assert sobol(NAMES, values, 0) != sobol(NAMES, values, 1)
    points, blocks = morris_design(10)
    outcome = ishigami(points).reshape(10, 4)
    assert morris(NAMES, blocks, outcome, 4, 0) == morris(NAMES, blocks, outcome, 4, 0)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


@pytest.mark.parametrize("levels", [4, 8])
def test_effects_of_a_linear_model_are_its_slopes(levels):
    points, blocks = morris_design(20, levels=levels)
    found = morris(NAMES, blocks, (3 + points @ SLOPES).reshape(20, 4), levels, 1)
    assert [one.mu for one in found.effects] == pytest.approx(SLOPES)
    assert [one.mu_star for one in found.effects] == pytest.approx(np.abs(SLOPES))
    assert [one.sigma for one in found.effects] == pytest.approx([0, 0, 0], abs=1e-12)
    assert [one.mu_star_high for one in found.effects] == pytest.approx(np.abs(SLOPES))
    assert found.text == "rests on 20 trajectories"


def test_a_linear_model_is_found_with_a_tenth_of_the_points_failed():
    points, blocks = morris_design(40)
    values = with_failures((points @ SLOPES).reshape(40, 4), 0.1)
    found = morris(NAMES, blocks, values, 4, 1)
    assert found.dropped == np.isnan(values).any(axis=1).sum() > 5
    assert found.trajectories == 40 - found.dropped
    assert [one.mu for one in found.effects] == pytest.approx(SLOPES)


def test_effects_tell_curves_and_signs():
    # (x - 1/2)² of the second: levels 0, 1/3, 2/3, 1 and strides of 2/3 give effects of -1/3 or 1/3, as often each.
    points, blocks = morris_design(200)
    found = morris(NAMES, blocks, (points[:, 0] + (points[:, 1] - 0.5) ** 2).reshape(200, 4), 4, 1).effects
    assert (found[0].mu, found[0].sigma) == (pytest.approx(1), pytest.approx(0, abs=1e-12))
    assert found[1].mu == pytest.approx(0, abs=0.1)
    assert found[1].mu_star == pytest.approx(1 / 3)
    assert found[1].sigma == pytest.approx(1 / 3, rel=0.05)
    assert found[2].mu_star == 0


def test_interval_of_effects_covers_about_as_often_as_it_says():
    def product(unit):
        return unit[:, 0] * unit[:, 1]

    # The effect of the first is the second's level: 1/2 on average.
    covered = []
    for seed in range(200):
        points, blocks = morris_design(20, seed)
        one = morris(NAMES, blocks, product(points).reshape(20, 4), 4, seed).effects[0]
        covered.append(one.mu_star_low <= 0.5 <= one.mu_star_high)
    assert 0.88 < np.mean(covered) < 0.99


def test_a_constant_outcome_has_no_effect():
    _, blocks = morris_design(10)
    found = morris(NAMES, blocks, np.full((10, 4), 0.1), 4, 1)
    assert all((one.mu, one.mu_star, one.mu_star_high, one.sigma) == (0, 0, 0, 0) for one in found.effects)


def test_too_few_trajectories_are_said():
    _, blocks = morris_design(2)
    found = morris(NAMES, blocks, [[1.0, 2.0, 3.0, np.nan], [1.0, 2.0, 3.0, 4.0]], 4, 1)
    assert np.isnan(found.effects[0].mu_star)
    assert found.text.startswith("undefined: whole trajectories left: 1, at least 2 are needed; 1 of 2 trajectories")


def test_what_does_not_fit_the_design_is_refused():
    points, blocks = morris_design(5)
    values = (points @ SLOPES).reshape(5, 4)
    with pytest.raises(ValueError, match=r"values \(8, 4\) should be \(blocks, 5\) for 3 parameters"):
        sobol(NAMES, np.zeros((8, 4)), 1)
    with pytest.raises(ValueError, match=r"points \(20, 3\) should be \(trajectories, 4, 3\)"):
        morris(NAMES, points, values, 4, 1)
    with pytest.raises(ValueError, match=r"values \(4, 5\) should be \(5, 4\), one for each point"):
        morris(NAMES, blocks, values.T, 4, 1)
    with pytest.raises(ValueError, match=r"each step should move one coordinate by 0.6, which 6 levels ask for"):
        morris(NAMES, blocks, values, 6, 1)
    with pytest.raises(ValueError, match="each step should move one coordinate"):
        morris(NAMES, np.round(blocks), values, 4, 1)
