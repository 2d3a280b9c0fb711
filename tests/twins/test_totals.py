"""The totals against NumPy's own sums, bit by bit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels import totals as kernels

sizes = st.integers(1, 4)


def uneven(seed, *shape):
    """Values whose sum hangs on the order of additions, some of them 0."""
    steps = np.arange(np.prod(shape)).reshape(shape) + seed
    return np.where(steps % 7 < 4, np.sin(steps * 12.9898) * 10.0 ** (steps % 9), 0.0)


@given(st.integers(0, 10_000), st.integers(0, 128))
def test_pairwise_sum(seed, n):
    values = uneven(seed, n)
    assert kernels.pairwise_sum(values) == values.sum()


@given(st.integers(0, 10_000), sizes, sizes, st.integers(1, 20))
def test_add_up_groups(seed, n, sexes, bands):
    cells = uneven(seed, n, sexes, bands)
    cells[::2] *= seed % 3
    out = np.empty((n, 1 + sexes + bands))
    kernels.add_up_groups(cells, out)
    for found, cell in zip(out, cells, strict=True):
        assert found.tolist() == [cell.sum(), *cell.sum(1), *cell.sum(0)]
    first = np.empty((n, 1))
    kernels.add_up_groups(cells, first)
    assert first[:, 0].tolist() == out[:, 0].tolist()


@given(st.integers(0, 10_000), st.integers(1, 30), sizes, sizes)
def test_add_up_places(seed, places, populations, groups):
    cells = uneven(seed, 2, places, populations, groups)
    out = np.empty((2, 1 + places, populations + 1, groups))
    kernels.add_up_places(cells, out)
    for kind, group in np.ndindex(2, groups):
        expected = [[0.0] * populations, *cells[kind, :, :, group].tolist()]
        for one in expected[1:]:
            expected[0] = [total + value for total, value in zip(expected[0], one, strict=True)]
        assert out[kind, :, :, group].tolist() == [[*one, sum(one[1:], one[0])] for one in expected]
    everywhere = np.empty((2, 1, populations + 1, groups))
    kernels.add_up_places(cells, everywhere)
    assert everywhere[:, 0].tolist() == out[:, 0].tolist()
