"""Entry and value added against the equation written out one child at a time."""

import math
from statistics import NormalDist

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.draws import identity
from simulation.kernels.draws import unit
from simulation.kernels.learning import enter, learn

FAMILY, OWN = np.uint64(7), np.uint64(8)


def luck(key, uid):
    """One standard normal draw by the library's quantile."""
    with np.errstate(over="ignore"):
        return NormalDist().inv_cdf(float(unit(key, uid)))


def uids(what, count):
    """Make some identities."""
    return np.array([identity(f"{what}/{one}") for one in range(count)], np.uint64)


@given(st.integers(1, 10), st.floats(0, 0.9))
def test_entry_is_as_on_paper(count, share):
    person, household, out = uids("person", count), uids("household", count), np.zeros(count + 1, np.float32)
    enter(np.arange(count), person, household, share, FAMILY, OWN, out)
    expected = [
        share * luck(FAMILY, h) + math.sqrt(1 - share**2) * luck(OWN, p) for p, h in zip(person, household, strict=True)
    ]
    np.testing.assert_allclose(out[:count], expected, atol=1e-5)
    assert out[count] == 0


CHILD = st.tuples(
    st.integers(-1, 2),
    st.booleans(),
    st.integers(1, 9),
    st.floats(1, 80, width=32),
    st.booleans(),
    st.floats(-3, 3, width=32),
    st.sampled_from([0.0, 0.25, 0.5]),
)


def taught(children, effect, weights):
    """What children know after a year.

    Each is (school, boards, grade, class size, shares room, known before, share of the year without a seat).
    """
    count = len(children)
    school = np.array([one[0] for one in children], np.int32)
    without = np.array([one[6] if one[0] >= 0 else 1.0 for one in children], np.float64)
    boarding = np.array([0.75 if one[1] else 0.0 for one in children], np.float64)
    grade, size, shared = (np.array([one[at] for one in children]) for at in (2, 3, 4))
    out = np.array([one[5] for one in children], np.float32)
    learn(
        np.arange(count), uids("person", count), uids("household", count), grade.astype(np.int8), school, boarding,
        without, size.astype(np.float32), shared.astype(np.int8), effect, weights, FAMILY, OWN, out,
    )  # fmt: skip
    return out


@given(st.lists(CHILD, min_size=1, max_size=10))
def test_a_year_is_as_on_paper(children):
    effect = np.array([0.1, -0.2, 0.0])
    out = taught(children, effect, np.array([0.8, 0.1, -0.05, -0.07, 0.5, -0.3, -0.01, 45, 30, -0.08]))
    person, household = uids("person", len(children)), uids("household", len(children))
    for row, (at, boards, grade, size, shared, known, without) in enumerate(children):
        expected = 0.8 * known + 0.1 * luck(FAMILY, household[row]) + 0.5 * luck(OWN, person[row])
        if at < 0:
            expected -= 0.3
        else:
            at_school = effect[at] - 0.01 * (max(size, 30) - 45) - (0.08 if shared else 0)
            expected += (1 - without) * at_school - 0.3 * without
        if boards:
            expected -= 0.75 * (0.05 + (0.07 if grade <= 6 else 0))
        assert abs(out[row] - expected) < 1e-5


def test_the_spread_stays_at_one():
    count = 20_000
    person, household, out = uids("person", count), uids("household", count), np.zeros(count, np.float32)
    nowhere, rows, none = np.full(count, -1, np.int32), np.arange(count), np.zeros(count)
    enter(rows, person, household, 0.5, FAMILY, OWN, out)
    plain = np.array([0.8, 0.1, 0, 0, 0.52, 0, 0, 45, 30, 0])
    level, size, alone = np.full(count, 3, np.int8), np.zeros(count, np.float32), np.zeros(count, np.int8)
    for year in range(6):
        key = np.uint64(100 + year)
        learn(rows, person, household, level, nowhere, none, none, size, alone, np.zeros(1), plain, FAMILY, key, out)
    # Four standard errors of the SD of 20,000 draws.
    assert abs(out.std() - 1) < 4 / math.sqrt(2 * count)
