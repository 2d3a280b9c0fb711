"""The kernels of the synthesis against plain Python, and what they must never do."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.draws import Luck
from simulation.kernels.synthesis import fill_lognormal, mend, survivors

slots = st.lists(st.tuples(st.integers(-20, 20), st.integers(-20, 20)), min_size=0, max_size=25)


def mended(least, value):
    """Mend on paper."""
    value = list(value)
    for slot, wanted in enumerate(least):
        if value[slot] >= wanted:
            continue
        around = [*range(slot + 1, len(value)), *range(slot)]
        fit = next((one for one in around if value[one] >= wanted and value[slot] >= least[one]), None)
        if fit is not None:
            value[slot], value[fit] = value[fit], value[slot]
    return value


@given(slots)
def test_mend(pairs):
    least, value = (np.array([pair[at] for pair in pairs], np.int64) for at in (0, 1))
    before = value.copy()
    mend(least, value)
    assert value.tolist() == mended(least.tolist(), before.tolist())
    assert sorted(value.tolist()) == sorted(before.tolist())
    # Whoever was served stays served.
    assert ((value >= least) | (before < least)).all()


@given(st.floats(0, 1200), st.integers(0, 120), st.floats(1e-6, 1e-3), st.floats(0, 0.12), st.floats(0, 0.01))
def test_survivors(age, months, level, slope, floor):
    out = np.empty(1)
    survivors(np.array([age]), np.array([months]), level, slope, floor, out)
    alive = 1.0
    for month in range(months):
        alive *= max(0.0, 1 - (floor + level * math.exp(slope * (age + month) / 12)) / 12)
    assert math.isclose(out[0], alive, rel_tol=1e-9, abs_tol=1e-12)
    assert 0.0 <= out[0] <= 1.0


def test_lognormal():
    uid = np.arange(2000, dtype=np.uint64)
    luck = Luck(1, 0)
    out = np.empty(len(uid))
    fill_lognormal(luck.key("population.savings"), uid, 4000.0, 1.0, out)
    np.testing.assert_allclose(out, 4000 * np.exp(luck.normal("population.savings", uid)), rtol=1e-9)
