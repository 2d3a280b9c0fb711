"""Leaving, one teacher at a time, as a clerk would note it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.draws import identity
from simulation.kernels.draws import unit
from simulation.kernels.staffing import NOT_RENEWED, POST_ENDED, RESIGNED, STAYS, leave
from simulation.world import NEVER

MONTH = 24240
MONTHLY, FOR_LIFE = np.uint64(3), np.uint64(4)
HAZARD = np.array([[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6], [0.7, 0.8]]])
KEEPS = np.array([0.3, 0.7])

TEACHER = st.fixed_dictionaries(
    {
        "employed": st.booleans(),
        "school": st.integers(0, 1),
        "channel": st.integers(0, 1),
        "end": st.sampled_from([MONTH - 5, MONTH, MONTH + 5, NEVER]),
        "funder": st.integers(-1, 1),
    }
)


def expected(one, uid):
    """What the clerk notes: nothing, or why this teacher leaves."""
    if not one["employed"]:
        return STAYS
    if one["end"] == MONTH:
        if one["funder"] == 1:  # the second programme offers nothing
            return POST_ENDED
        if unit(FOR_LIFE, uid) >= KEEPS[one["channel"]]:
            return NOT_RENEWED
    bound = 1 if MONTH < one["end"] < NEVER else 0
    chance = HAZARD[one["school"], bound, one["channel"]]
    return RESIGNED if unit(MONTHLY, uid) < chance else STAYS


def left(teachers, hazard=HAZARD):
    count = len(teachers)
    uid = np.array([identity(f"teacher/{one}") for one in range(count)], np.uint64)
    month, why = np.full(count, -1, np.int32), np.zeros(count, np.int8)
    leave(
        MONTH,
        np.array([MONTHLY, FOR_LIFE]),
        uid,
        np.array([one["employed"] for one in teachers], np.bool_),
        np.array([one["school"] for one in teachers], np.int32),
        np.array([False, True]),
        np.array([one["channel"] for one in teachers], np.int8),
        np.array([one["end"] for one in teachers], np.int32),
        np.array([one["funder"] for one in teachers], np.int32),
        np.array([True, False, True]),
        hazard,
        KEEPS,
        month,
        why,
    )
    return uid, month, why


@given(st.lists(TEACHER, min_size=1, max_size=12))
def test_a_month_is_as_on_paper(teachers):
    uid, month, why = left(teachers)
    assert why.tolist() == [expected(one, uid[row]) for row, one in enumerate(teachers)]
    assert month.tolist() == [MONTH if reason else -1 for reason in why.tolist()]


@given(st.lists(TEACHER, min_size=1, max_size=12))
def test_a_higher_hazard_only_adds_leavers(teachers):
    _, _, few = left(teachers, HAZARD / 2)
    _, _, many = left(teachers)
    assert ((few == STAYS) | (many != STAYS)).all()
