"""What stands for few households is hidden, and nobody who adds and subtracts finds it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from analysis.privacy import FEWEST, Sum, computable, few, hide, pattern


def square(rows, columns):
    """Sums of a table with margins, cell (row, column) at row * (columns + 1) + column; the last ones are sums."""
    wide = columns + 1
    across = [Sum(tuple(r * wide + c for c in range(columns)), r * wide + columns) for r in range(rows + 1)]
    return [*across, *(Sum(tuple(r * wide + c for r in range(rows)), rows * wide + c) for c in range(wide))]


def with_margins(counts):
    whole = np.vstack([counts, counts.sum(axis=0)])
    return np.column_stack([whole, whole.sum(axis=1)]).ravel().astype(float)


@st.composite
def tables(draw):
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    cells = st.one_of(st.just(0), st.integers(0, 30), st.integers(0, 400))
    counts = draw(st.lists(cells, min_size=rows * columns, max_size=rows * columns))
    return with_margins(np.array(counts).reshape(rows, columns)), square(rows, columns)


def reach(counts, sums, blank, row):
    """Attack with linear programming: the least and the most that a blank may be, given what is shown; none below 0."""
    lines = np.zeros((len(sums), len(counts)))
    for line, one in enumerate(sums):
        lines[line, list(one.parts)] += 1
        lines[line, one.whole] -= 1
    aim = np.zeros(len(counts))
    aim[row] = 1
    bounds = [(0, None) if hidden else (value, value) for hidden, value in zip(blank, counts, strict=True)]
    ends = [linprog(sign * aim, A_eq=lines, b_eq=np.zeros(len(sums)), bounds=bounds) for sign in (1, -1)]
    low, high = (sign * one.fun if one.status == 0 else np.inf for sign, one in zip((1, -1), ends, strict=True))
    return low, high


@given(tables())
def test_what_stands_for_few_is_hidden(table):
    counts, sums = table
    blank = pattern(counts, sums)
    assert blank[(counts > 0) & (counts < FEWEST)].all()


@given(tables())
def test_linear_algebra_recovers_no_hidden_cell(table):
    """Beside `computable`: a hidden cell is found if adding its unit vector leaves the rank of the equations alone."""
    counts, sums = table
    blank = pattern(counts, sums)
    at = np.flatnonzero(blank)
    lines = np.zeros((len(sums), len(counts)))
    for line, one in enumerate(sums):
        lines[line, list(one.parts)] += 1
        lines[line, one.whole] -= 1
    known = lines[:, at]
    for column, row in enumerate(at):
        if counts[row]:
            unit = np.eye(len(at))[column]
            assert np.linalg.matrix_rank(np.vstack([known, unit])) > np.linalg.matrix_rank(known), row


@settings(max_examples=30)
@given(tables())
def test_not_even_the_knowledge_that_counts_are_not_negative_tells_a_small_one(table):
    counts, sums = table
    blank = pattern(counts, sums)
    for row in np.flatnonzero(few(counts)):
        low, high = reach(counts, sums, blank, row)
        assert high - low > 1e-6


@given(tables())
def test_no_shown_sum_tells_how_many_few_are_together(table):
    counts, sums = table
    blank = pattern(counts, sums)
    for one in sums:
        parts = np.array(one.parts)
        hidden = counts[parts][blank[parts]].sum()
        assert blank[one.whole] or not blank[parts].any() or hidden >= FEWEST


@given(tables())
def test_nothing_is_hidden_where_nobody_needs_it(table):
    counts, sums = table
    if not few(counts).any():
        assert not pattern(counts, sums).any()


@given(tables())
def test_each_hidden_cell_that_stands_for_many_is_needed(table):
    """Shown again, a cell would give something away: the pattern has no needless blanks."""
    counts, sums = table
    blank = pattern(counts, sums)
    for row in np.flatnonzero(blank & ~few(counts)):
        shown = blank.copy()
        shown[row] = False
        given_away = computable(shown, sums).any()
        together = any(
            0 < counts[list(one.parts)][shown[list(one.parts)]].sum() < FEWEST and not shown[one.whole] for one in sums
        )
        single = any(shown[list(one.rows)].sum() == 1 for one in sums)
        assert given_away or together or single, row


@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_everybody_shows_the_same_cells_whatever_it_is_broken_down_by(rows, columns, data):
    """Two tables by sex and by age, asked for one by one, can't be subtracted at the cells of everybody."""
    cells = st.lists(st.integers(0, 60), min_size=rows * columns, max_size=rows * columns)
    parts = [with_margins(np.array(data.draw(cells)).reshape(rows, columns)) for _ in range(2)]
    sums, size = square(rows, columns), len(parts[0])
    groups = [
        Sum(tuple(row + side * size for row in one.parts), one.whole + side * size) for one in sums for side in (1, 2)
    ]
    across = [Sum((row + size, row + 2 * size), row) for row in range(size)]
    stacked = np.concatenate([parts[0] + parts[1], *parts])
    both = pattern(stacked, sums, [*groups, *across])
    # Only a part that must be hidden and has nothing beside it to hide behind costs a cell of everybody.
    alone = pattern(stacked[:size], sums)
    assert (both[:size] >= alone).all()
    extra = np.flatnonzero(both[:size] & ~alone)
    assert not computable(both, [*sums, *groups, *across])[few(stacked)].any()
    for row in extra:
        assert min(parts[0][row], parts[1][row]) < FEWEST


def test_a_lonely_small_cell_takes_another_of_its_row_and_column_with_it():
    counts = with_margins(np.array([[3, 50, 60], [70, 20, 80], [90, 100, 30]]))
    blank = pattern(counts, square(3, 3)).reshape(4, 4)
    assert blank[0, 0]
    assert blank[:3, :3].sum() == 4
    assert not blank[3].any()
    assert not blank[:, 3].any()
    # The cheapest rectangle through the corner: its own 3, and 50, 70 and 20.
    assert [tuple(one) for one in np.argwhere(blank)] == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_two_blanks_a_row_that_still_give_one_away_are_found():
    """The cells of a block diagonal: each row and column has two blanks, and one of them is computable (Gusfield 1988)."""
    # x0 + x1 shown, x1 + x2 shown, x0 + x1 + x2 shown: each sum holds two blanks, and yet x0 follows.
    sums = [Sum((0, 1), 3), Sum((1, 2), 4), Sum((0, 1, 2), 5)]
    blank = np.array([True, True, True, False, False, False])
    assert computable(blank, sums).tolist() == [True, True, True, False, False, False]
    assert computable(np.array([True, True, False, False, False, False]), sums[:1]).tolist() == [False] * 6


def test_of_rows_that_would_do_the_cheapest_is_hidden():
    counts = np.array([4.0, 40.0, 400.0, 444.0])
    one = [Sum((0, 1, 2), 3)]
    assert pattern(counts, one).tolist() == [True, True, False, False]
    assert pattern(counts, one, cost=np.array([4.0, 40.0, 0.0, 444.0])).tolist() == [True, False, True, False]


def test_a_table_is_hidden_where_it_says_so():
    table = pd.DataFrame({"name": ["a", "b"], "people": [3, 500], "households": [2.0, 200.0]})
    found = hide(table, ["people", "households"], few(table["households"].to_numpy()))
    assert found["suppressed"].tolist() == [True, False]
    assert found["people"].isna().tolist() == [True, False]
    assert found["name"].tolist() == ["a", "b"]
    # What was handed in stays whole.
    assert table["people"].tolist() == [3, 500]


@pytest.mark.parametrize("households", [0.0, 9.99, 10.0])
def test_nobody_and_ten_are_shown(households):
    assert bool(few(np.array([households]))[0]) is (households == 9.99)
