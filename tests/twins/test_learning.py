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


@given(st.lists(st.tuples(st.integers(-1, 2), st.booleans(), st.floats(-3, 3, width=32)), min_size=1, max_size=10))
def test_a_year_is_as_on_paper(children):
    count = len(children)
    school = np.array([at for at, _, _ in children], np.int32)
    boarding = np.array([at if boards else -1 for at, boards, _ in children], np.int32)
    out = np.array([known for _, _, known in children], np.float32)
    effect, weights = np.array([0.1, -0.2, 0.0]), np.array([0.8, 0.1, -0.05, 0.5, -0.3])
    person, household = uids("person", count), uids("household", count)
    learn(np.arange(count), person, household, school, boarding, effect, weights, FAMILY, OWN, out)
    for row, (at, boards, known) in enumerate(children):
        expected = 0.8 * known + 0.1 * luck(FAMILY, household[row]) + 0.5 * luck(OWN, person[row])
        expected += (effect[at] if at >= 0 else -0.3) + (-0.05 if boards and at >= 0 else 0)
        assert abs(out[row] - expected) < 1e-5


def test_the_spread_stays_at_one():
    count = 20_000
    person, household, out = uids("person", count), uids("household", count), np.zeros(count, np.float32)
    nowhere, rows = np.full(count, -1, np.int32), np.arange(count)
    enter(rows, person, household, 0.5, FAMILY, OWN, out)
    for year in range(6):
        learn(
            rows,
            person,
            household,
            nowhere,
            nowhere,
            np.zeros(1),
            np.array([0.8, 0.1, 0, 0.52, 0]),
            FAMILY,
            np.uint64(100 + year),
            out,
        )
    # Four standard errors of the SD of 20,000 draws.
    assert abs(out.std() - 1) < 4 / math.sqrt(2 * count)
