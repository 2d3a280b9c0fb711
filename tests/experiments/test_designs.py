"""Designs fill the unit cube as their names say, and a larger one begins with the smaller."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import qmc

from experiments.designs import full_factorial, latin_hypercube, morris, saltelli, sobol_sequence
from experiments.faults import DesignError

COUNTS, DIMENSIONS, SEEDS = st.integers(1, 40), st.integers(1, 6), st.integers(0, 2**32)


def unused_global_state(make):
    """Make a design; assert that NumPy's global generator was left alone."""
    before = np.random.get_state()[1].copy()  # noqa: NPY002  (the state that nobody may touch)
    made = make()
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002
    return made


@given(COUNTS, DIMENSIONS, SEEDS)
def test_shapes_bounds_and_repeatability(count, dimensions, seed):
    for make, rows in (
        (lambda: latin_hypercube(count, dimensions, seed), count),
        (lambda: sobol_sequence(count, dimensions, seed), count),
        (lambda: saltelli(count, dimensions, seed), count * (dimensions + 2)),
        (lambda: morris(count, dimensions, 4, seed), count * (dimensions + 1)),
    ):
        points = unused_global_state(make)
        assert points.shape == (rows, dimensions)
        assert points.dtype == np.float64
        assert ((points >= 0) & (points <= 1)).all()
        np.testing.assert_array_equal(points, make())


@given(COUNTS, st.integers(0, 40), DIMENSIONS, SEEDS)
def test_a_larger_design_begins_with_the_smaller(count, more, dimensions, seed):
    for make in (
        lambda n: latin_hypercube(n, dimensions, seed, block=7),
        lambda n: sobol_sequence(n, dimensions, seed),
        lambda n: saltelli(n, dimensions, seed),
        lambda n: morris(n, dimensions, 6, seed),
    ):
        small = make(count)
        np.testing.assert_array_equal(make(count + more)[: len(small)], small)


@given(SEEDS)
def test_another_seed_is_another_design(seed):
    for make in (
        lambda one: latin_hypercube(8, 3, one),
        lambda one: sobol_sequence(8, 3, one),
        lambda one: saltelli(8, 3, one),
        lambda one: morris(8, 3, 4, one),
    ):
        assert not np.array_equal(make(seed), make(seed + 1))


@given(st.integers(1, 30), st.integers(1, 4), DIMENSIONS, SEEDS)
def test_each_block_of_a_latin_hypercube_has_one_point_a_stratum(block, blocks, dimensions, seed):
    points = latin_hypercube(block * blocks, dimensions, seed, block)
    strata = np.sort(np.floor(points.reshape(blocks, block, dimensions) * block), axis=1)
    assert (strata == np.arange(block)[None, :, None]).all()


def test_blocks_of_a_latin_hypercube_differ():
    first, second = latin_hypercube(20, 2, 1, 10).reshape(2, 10, 2)
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("exponent", [0, 1, 4, 7])
def test_a_power_of_two_of_a_sobol_sequence_has_one_point_a_stratum(exponent):
    count = 2**exponent
    points = sobol_sequence(count, 5, 3)
    assert (np.sort(np.floor(points * count), axis=0) == np.arange(count)[:, None]).all()


def test_a_sobol_sequence_fills_better_than_chance():
    chance = np.random.default_rng(1).random((256, 4))
    assert qmc.discrepancy(sobol_sequence(256, 4, 1)) < qmc.discrepancy(chance) / 5


@given(st.lists(st.integers(1, 4), min_size=1, max_size=5))
def test_a_factorial_has_each_combination_once(levels):
    points = full_factorial(levels)
    assert len(points) == np.prod(levels)
    assert len(np.unique(points, axis=0)) == len(points)
    for column, count in zip(points.T, levels, strict=True):
        values, often = np.unique(column, return_counts=True)
        assert len(values) == count
        assert len(set(often)) == 1
        assert (values[0], values[-1]) == ((0, 1) if count > 1 else (0.5, 0.5))


def test_a_factorial_by_hand():
    assert full_factorial([2, 3]).tolist() == [[0, 0], [0, 0.5], [0, 1], [1, 0], [1, 0.5], [1, 1]]


@given(st.integers(1, 20), DIMENSIONS, SEEDS)
def test_blocks_of_saltelli_mix_two_points(blocks, dimensions, seed):
    for block in saltelli(blocks, dimensions, seed).reshape(blocks, dimensions + 2, dimensions):
        first, last = block[0], block[-1]
        for at in range(dimensions):
            mixed = first.copy()
            mixed[at] = last[at]
            assert (block[1 + at] == mixed).all()


def test_both_points_of_saltelli_are_balanced():
    blocks = saltelli(64, 3, 2).reshape(64, 5, 3)
    for points in (blocks[:, 0], blocks[:, -1]):
        assert (np.sort(np.floor(points * 64), axis=0) == np.arange(64)[:, None]).all()


@given(st.integers(1, 20), DIMENSIONS, st.sampled_from([2, 4, 6, 8]), SEEDS)
def test_a_step_of_morris_moves_one_coordinate_by_the_same_stride_and_a_trajectory_each_once(
    trajectories, dimensions, levels, seed
):
    points = morris(trajectories, dimensions, levels, seed)
    assert np.isin(points, np.arange(levels) / (levels - 1)).all()
    steps = np.abs(np.diff(points.reshape(trajectories, dimensions + 1, dimensions), axis=1))
    assert ((steps > 0).sum(axis=1) == 1).all()
    assert ((steps > 0).sum(axis=2) == 1).all()
    np.testing.assert_allclose(steps.sum(axis=1), levels / 2 / (levels - 1))


def test_no_design_warns():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sobol_sequence(13, 3, 1)
        saltelli(13, 3, 1)
        morris(13, 3, 4, 1)


def test_designs_that_make_no_sense_are_refused():
    with pytest.raises(DesignError, match="count = 0 should be at least 1"):
        latin_hypercube(0, 2, 1)
    with pytest.raises(DesignError, match="block = 0 should be at least 1"):
        latin_hypercube(5, 2, 1, 0)
    with pytest.raises(DesignError, match="dimensions = 0 should be at least 1"):
        sobol_sequence(4, 0, 1)
    with pytest.raises(DesignError, match="dimensions = 0 should be at least 1"):
        full_factorial([])
    with pytest.raises(DesignError, match="levels of dimension 2 = 0 should be at least 1"):
        full_factorial([2, 0])
    with pytest.raises(DesignError, match="blocks = 0 should be at least 1"):
        saltelli(0, 2, 1)
    with pytest.raises(DesignError, match="levels = 5 should be an even number above 0, such as 4"):
        morris(3, 2, 5, 1)
