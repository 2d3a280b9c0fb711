"""Laws of raking and of whole numbers: margins are met, nobody is invented or lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.raking import apportion, integerise, rake

weights = st.lists(st.integers(0, 50), min_size=1, max_size=12).filter(any)


@given(weights, st.integers(0, 10_000))
def test_shares_of_a_whole_number_add_up(parts, total):
    counts = apportion(np.array(parts), total)
    exact = np.array(parts) * total / sum(parts)
    assert counts.sum() == total
    assert (np.abs(counts - exact) < 1 + 1e-9).all()
    assert (counts[np.array(parts) == 0] == 0).all()


def test_nothing_can_be_shared_by_nobody():
    with pytest.raises(ValueError, match="can't split 3 in proportion"):
        apportion(np.zeros(2), 3)


@st.composite
def tables(draw):
    """A table of counts, whose margins a table with the same zeros can always meet."""
    shape = draw(st.tuples(st.integers(1, 6), st.integers(1, 8)))
    cells = draw(st.lists(st.integers(0, 30), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]))
    counts = np.array(cells).reshape(shape)
    noise = draw(st.lists(st.floats(0.2, 5), min_size=counts.size, max_size=counts.size))
    return counts, np.where(counts > 0, np.array(noise).reshape(shape), 0.0)


@given(tables())
def test_margins_are_met(case):
    counts, seed = case
    table = rake(seed, counts.sum(1), counts.sum(0))
    np.testing.assert_allclose(table.sum(1), counts.sum(1), atol=1e-6)
    np.testing.assert_allclose(table.sum(0), counts.sum(0), rtol=0.02, atol=0.5)
    assert (table[seed == 0] == 0).all()


@given(tables())
def test_whole_numbers_meet_the_margins_exactly(case):
    counts, seed = case
    whole = integerise(rake(seed, counts.sum(1), counts.sum(0)), counts.sum(1), counts.sum(0))
    assert (whole >= 0).all()
    np.testing.assert_array_equal(whole.sum(1), counts.sum(1))
    np.testing.assert_array_equal(whole.sum(0), counts.sum(0))


def test_a_cell_becomes_a_neighbouring_whole_number():
    table = np.array([[0.5, 1.5, 1.0], [1.5, 0.5, 1.0]])
    whole = integerise(table, np.array([3, 3]), np.array([2, 2, 2]))
    assert (np.abs(whole - table) < 1).all()
    assert whole.sum() == 6


def test_a_chessboard_that_greed_can_not_round():
    table = np.array([[0.6, 0.4, 0.0], [0.4, 0.0, 0.6], [0.0, 0.6, 0.4]])
    whole = integerise(table, np.ones(3, np.int64), np.ones(3, np.int64))
    np.testing.assert_array_equal(whole.sum(0), 1)
    np.testing.assert_array_equal(whole.sum(1), 1)
    assert (whole[table == 0] == 0).all()


def test_the_odds_of_the_seed_are_kept():
    seed = np.array([[4.0, 1.0], [1.0, 2.0]])
    table = rake(seed, np.array([60, 40]), np.array([50, 50]))
    assert table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0]) == pytest.approx(8.0)


@pytest.mark.parametrize(
    ("seed", "rows", "columns", "said"),
    [
        (np.ones((2, 2)), [1, 2], [2, 2], "margins differ: rows sum to 3, columns to 4"),
        (np.array([[0.0, 0.0], [1.0, 1.0]]), [1, 2], [1, 2], "row 0 should hold 1, but the seed is 0 all along it"),
        (np.array([[0.0, 1.0], [0.0, 1.0]]), [1, 2], [1, 2], "column 0 should hold 1, but the seed is 0 all along it"),
    ],
)
def test_margins_that_can_not_be_met_are_refused(seed, rows, columns, said):
    with pytest.raises(ValueError, match=said):
        rake(seed, np.array(rows), np.array(columns))


def test_zeros_without_a_solution_still_give_exact_sums():
    seed = np.array([[1.0, 0.0], [1.0, 1.0]])
    rows, columns = np.array([5, 1]), np.array([1, 5])
    whole = integerise(rake(seed, rows, columns), rows, columns)
    np.testing.assert_array_equal(whole.sum(1), rows)
    np.testing.assert_array_equal(whole.sum(0), columns)
