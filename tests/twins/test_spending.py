"""Catastrophic and impoverishing spending against the formulas of Xu et al. (2003) in plain Python."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels.spending import capacity_to_pay, catastrophic, impoverished, sizes_alike

home = st.tuples(
    st.integers(0, 40), st.integers(0, 30_000_000), st.integers(-500_000, 30_000_000), st.integers(-100_000, 40_000_000),
    st.booleans(),
)  # fmt: skip


def arrays(rows):
    kinds = (np.int16, np.int64, np.int64, np.int64, np.bool_)
    return [np.array([row[at] for row in rows], kind) for at, kind in enumerate(kinds)]


@given(st.lists(home, min_size=1, max_size=8), st.sampled_from([0.1, 0.25, 0.4]))
def test_spending_on_care(rows, share):
    members, consumption, care, income, counted = arrays(rows)
    sizes, capacity = np.empty(33), np.empty(len(rows))
    sizes_alike(0.56, sizes)
    assert sizes.tolist() == pytest.approx([n**0.56 for n in range(33)])
    capacity_to_pay(members, consumption, care, sizes, 0.35, 250_000.0, capacity)
    flag, excess = np.empty(len(rows), np.bool_), np.empty(len(rows))
    catastrophic(counted, care, capacity, share, flag, excess)
    people = np.empty(len(rows), np.int32)
    impoverished(counted, members, income, care, 400_000, people)
    for at, (n, spent, paid, earned, known) in enumerate(rows):
        ctp = spent + max(0, paid) - min(0.35 * spent, 250_000 * min(n, 32) ** 0.56)
        assert capacity[at] == pytest.approx(ctp, abs=1e-3)
        if abs(paid - share * ctp) > 1:
            assert flag[at] == (known and paid > 0 and paid > share * ctp)
        expected = min(1.0, paid / ctp if ctp > 0 else 1.0) - share if flag[at] else 0.0
        assert excess[at] == pytest.approx(expected)
        falls = known and earned >= n * 400_000 > earned - paid
        assert people[at] == (n if falls else 0)


def test_a_household_by_hand():
    """Three persons, 20,000 yuan of consumption and 9,000 of care: 29,000 - 2,500 x 3 ** 0.56 leaves 24,374."""
    members, consumption, care = np.array([3], np.int16), np.array([2_000_000]), np.array([900_000])
    sizes, capacity = np.empty(5), np.empty(1)
    sizes_alike(0.56, sizes)
    capacity_to_pay(members, consumption, care, sizes, 0.35, 250_000.0, capacity)
    assert capacity[0] == pytest.approx(100 * (29_000 - 2_500 * 3**0.56))
    flag, excess = np.empty(1, np.bool_), np.empty(1)
    catastrophic(np.ones(1, np.bool_), care, capacity, 0.4, flag, excess)
    assert not flag[0] and excess[0] == 0
    catastrophic(np.ones(1, np.bool_), care, capacity, 0.25, flag, excess)
    assert flag[0] and excess[0] == pytest.approx(900_000 / capacity[0] - 0.25)
