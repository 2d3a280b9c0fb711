"""Plain-Python twins of the counting kernels, and the laws that sums obey."""

from bisect import bisect_right
from collections import defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from simulation.kernels import tabulate as kernels
from simulation.sums import Asked, handed_out, sums_by_cell

CELLS = 6
rows = st.integers(0, 40)


@st.composite
def cells_and_values(draw, dtype=np.int32):
    n = draw(rows)
    cell = draw(arrays.arrays(np.int32, n, elements=st.integers(-2, CELLS - 1)))
    values = [draw(arrays.arrays(dtype, n, elements=st.integers(-1000, 1000))) for _ in range(2)]
    return cell, *values


def sums_twin(cell, values):
    total = defaultdict(int)
    for here, value in zip(cell.tolist(), values.tolist(), strict=True):
        if here >= 0:
            total[here] += value
    return [total[here] for here in range(CELLS)]


@given(cells_and_values())
def test_tabulate_marks_counts_each_column_of_truths(case):
    cell, one, other = case
    truths = {0: one > 0, 6: other > 5, 7: other > 0, 14: one > other}
    marks, out = np.zeros((2, len(cell)), np.uint8), np.zeros((kernels.MARKS, CELLS), np.int64)
    for bit, truth in truths.items():
        kernels.mark(truth, bit if bit < 7 else bit - 7, marks[int(bit >= 7)])
    kernels.tabulate_marks(cell, *marks, out)
    for bit in range(kernels.MARKS):
        expected = sums_twin(cell, truths[bit].astype(int)) if bit in truths else [0] * CELLS
        assert out[bit].tolist() == expected


@given(cells_and_values(), st.integers(1, 20))
def test_sums_by_cell_are_those_of_one_column_after_another(case, repeats):
    cell, one, other = case
    some = np.flatnonzero(one > 0)
    columns = [(one, None), (one > 0, None), (other / 3, None), (other[some], some), (other[some] > 0, some)] * repeats
    asked = [Asked(cell, values, rows) for values, rows in columns]
    asked += [Asked(cell, other > limit, None) for limit in range(repeats)]
    for ask, found in zip(asked, sums_by_cell(asked, CELLS), strict=True):
        here = cell if ask.rows is None else cell[ask.rows]
        assert np.allclose(found, sums_twin(here, ask.values.astype(float)), rtol=1e-12)


@given(cells_and_values())
def test_sum_runs_and_find_runs(case):
    cell, one, other = case
    cell = np.sort(cell)
    room = np.empty(len(cell), np.int32)
    starts = room[: kernels.find_runs(cell, room)]
    assert starts.tolist() == [row for row in range(len(cell)) if row == 0 or cell[row] != cell[row - 1]]
    assert kernels.find_runs(cell, room[: max(len(starts) - 1, 0)]) == 0
    for values, dtype in ((one, np.int64), (one > other, np.int64), (other / 3, np.float64)):
        out = np.zeros(CELLS, dtype)
        kernels.sum_runs(cell, starts, values, out)
        assert out.tolist() == sums_twin(cell, values)


@given(cells_and_values())
def test_a_cell_of_several_runs_is_summed_in_the_order_of_rows(case):
    cell, one, _ = case
    room, out = np.empty(len(cell), np.int32), np.zeros(CELLS)
    kernels.sum_runs(cell, room[: kernels.find_runs(cell, room)], one / 3, out)
    assert out.tolist() == sums_twin(cell, one / 3)


def test_tabulate_marks_counts_beyond_8_bits():
    n = 2_000
    cell, low = np.ones(n, np.int32), np.full(n, 0x01, np.uint8)
    for high, last in ((np.full(n, 0x80, np.uint8), n), (np.empty(0, np.uint8), 0)):
        out = np.zeros((kernels.MARKS, 2), np.int64)
        kernels.tabulate_marks(cell, low, high, out)
        assert out[:, 1].tolist() == [n, *[0] * 13, last]
    assert not out[:, 0].any()


def test_empty_counters():
    counters, out = np.array([[3 << 8 | 200 << 56, 7]], np.uint64), np.ones((kernels.MARKS, 1), np.int64)
    kernels.empty_counters(counters, 0, out)
    assert out[:, 0].tolist() == [1, 4, *[1] * 5, 8, *[1] * 7]
    assert not counters.any()


@given(st.data())
def test_hand_out(data):
    values = data.draw(arrays.arrays(np.int16, st.integers(1, 9)))
    at = data.draw(arrays.arrays(np.int32, rows, elements=st.integers(-1, len(values) - 1)))
    out = np.empty(len(at), np.int16)
    kernels.hand_out(values, at, out)
    assert out.tolist() == [values[one] for one in at.tolist()] == handed_out(values, at).tolist()


@given(cells_and_values())
def test_sum_by(case):
    cell, values, _ = case
    out = np.zeros(CELLS, np.int64)
    kernels.sum_by(cell, values, out)
    assert out.tolist() == sums_twin(cell, values)
    assert out.sum() == values[cell >= 0].sum()


@given(st.data())
def test_person_cells(data):
    n = data.draw(rows)
    starts = (0, 3, 16, 60)
    band_of_age = np.array([bisect_right(starts, age) - 1 for age in range(61)], np.int8)
    alive, sex = (data.draw(arrays.arrays(np.int8, n, elements=st.integers(0, 1))) for _ in range(2))
    population = data.draw(arrays.arrays(np.int8, n, elements=st.integers(0, 2)))
    place = data.draw(arrays.arrays(np.int32, n, elements=st.integers(-1, 3)))
    age = data.draw(arrays.arrays(np.int16, n, elements=st.integers(-1, 110)))
    home = data.draw(arrays.arrays(np.int32, 3, elements=st.integers(-1, 3)))
    household = data.draw(arrays.arrays(np.int32, n, elements=st.integers(0, 2)))
    found = np.empty(n, np.int32), np.empty(n, np.int32)
    kernels.person_cells(
        alive, household, home, place, population, sex, age, band_of_age, len(starts), *found
    )  # fmt: skip
    shape = (4, 3, 2, len(starts))
    for cell, where in zip(found, (home[household], place), strict=True):
        for row in range(n):
            if not alive[row] or where[row] < 0:
                assert cell[row] == -1
            else:
                band = max(0, bisect_right(starts, age[row]) - 1)
                assert np.unravel_index(cell[row], shape) == (where[row], population[row], sex[row], band)


@given(st.data())
def test_changed_rows(data):
    n = data.draw(rows) * data.draw(st.sampled_from((1, 20)))
    before, now = (data.draw(arrays.arrays(np.int8, n, elements=st.integers(0, 2))) for _ in range(2))
    found = np.empty(n, np.int32)
    count = kernels.changed_rows(before, now, found)
    assert found[:count].tolist() == [row for row in range(n) if before[row] != now[row]]
