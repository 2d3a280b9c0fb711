"""The kernel of chronic illness against plain Python written from its description."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels.draws import mix, unit
from simulation.kernels.health import NEVER_ILL, WORSE, grow_ill

LIFE, MONTH = np.uint64(5), np.uint64(77)
PREVALENCE = np.array([0.0, 0.1, 0.1, 0.5, 0.8])


@pytest.fixture(autouse=True)
def wrapping():
    """Let 64-bit hashes wrap round quietly where nothing is compiled."""
    with np.errstate(over="ignore"):
        yield


def uids(n):
    return np.array([mix(np.uint64(at)) for at in range(n)], np.uint64)


def column(rows, at, dtype):
    return np.array([row[at] for row in rows], dtype)


def grown(rows, chances=(0.3, 0.6)):
    age, visits, stays = column(rows, 0, np.int16), column(rows, 1, np.int8), column(rows, 2, np.int8)
    onset, state = column(rows, 3, np.int8), column(rows, 4, np.int8)
    grow_ill(LIFE, MONTH, uids(len(rows)), age, visits, stays, PREVALENCE, np.array(chances), onset, state)
    return onset.tolist(), state.tolist()


def by_hand(uid, row, chances=(0.3, 0.6)):
    age, visits, stays, onset, state = row
    if onset < 0:
        u = unit(LIFE, uid)
        onset = next((at for at, share in enumerate(PREVALENCE) if u < share), NEVER_ILL)
    if visits + stays and unit(MONTH, uid) < visits * chances[0] + stays * chances[1]:
        if age >= onset:
            state = WORSE
        else:
            onset = age
    return onset, max(state, int(age >= onset))


people = st.tuples(
    st.integers(0, 90), st.integers(0, 3), st.integers(0, 1), st.sampled_from([-1, 2, 40, NEVER_ILL]), st.integers(0, 2)
)


@given(st.lists(people, min_size=1, max_size=50))
def test_onset_and_state(rows):
    onset, state = grown(rows)
    assert list(zip(onset, state, strict=True)) == [
        by_hand(uid, row) for uid, row in zip(uids(len(rows)), rows, strict=True)
    ]


def test_many_blocks_are_as_one():
    rows = [(at % 90, at % 3 == 0, 0, -1, 0) for at in range(3000)]
    onset, state = grown(rows)
    assert list(zip(onset, state, strict=True)) == [
        by_hand(uid, row) for uid, row in zip(uids(3000), rows, strict=True)
    ]


@given(st.lists(people, min_size=1, max_size=50))
def test_forgone_care_never_makes_well(rows):
    spared = [(age, 0, 0, onset, state) for age, _, _, onset, state in rows]
    with_care, without = grown(spared), grown(rows)
    assert all(later >= sooner for later, sooner in zip(with_care[0], without[0], strict=True))
    assert all(better <= worse for better, worse in zip(with_care[1], without[1], strict=True))


@given(st.lists(people, min_size=1, max_size=50))
def test_illness_lasts(rows):
    assert all(now >= row[4] for now, row in zip(grown(rows)[1], rows, strict=True))
