"""Dropping out and what work would pay, written out as on paper."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.draws import identity
from simulation.kernels import dropout as kernels
from simulation.kernels.draws import unit

MONTH, SEPTEMBER, KEY = 24240 + 3, 24240 - 4, np.uint64(11)
WEIGHTS = np.array([-2.0, -3.0, 0.25, 0.1, 0.15, 0.6, 0.2, 0.3, 0.4, 1.5, 1.0, -0.5, 0.3, 0.4])
LINE = 600_000.0

PUPIL = st.fixed_dictionaries(
    {
        "alive": st.booleans(),
        "years": st.integers(5, 20),
        "girl": st.booleans(),
        "grade": st.integers(-9, 9),
        "student": st.booleans(),
        "school": st.integers(-1, 1),
        "boards": st.booleans(),
        "minutes": st.integers(0, 120),
        "known": st.floats(-3, 3, width=32),
        "home": st.integers(-1, 1),
        "income": st.integers(-100_000, 5_000_000),
        "members": st.integers(1, 6),
        "gone": st.booleans(),
    }
)
OPTION = np.array([[[500.0, 900.0], [400.0, 700.0]], [[2500.0, 2900.0], [2000.0, 2600.0]]])


def born(one):
    """A birthday in the middle of the school year of that age on 31 August."""
    return SEPTEMBER - 12 * one["years"] - 6


def utility(one):
    """The sum on paper; None for those who can't drop out."""
    senior = one["grade"] < 4
    if senior and not (one["student"] and 15 <= one["years"] <= 17):
        return None
    girl = 1 if one["girl"] else 0
    v = WEIGHTS[1 if senior else 0] + 0.1 * girl - 0.5 * one["known"]
    v += min(max(1 - one["income"] / (LINE * one["members"]), 0), 1)
    if not senior:
        v += 0.25 * (one["grade"] - 6)
        if one["school"] < 0:
            v += 1.5
        elif one["boards"]:
            v += 0.2 + 0.3 * girl + (0.4 if one["grade"] <= 6 else 0)
        else:
            v += (0.15 + 0.6 * girl) * one["minutes"] / 60
    age = (MONTH - born(one)) // 12
    if age >= 14 and one["home"] >= 0:
        pay = OPTION[one["home"], girl, 1 if senior else 0]
        v += 0.3 * pay / 1000 * (1 if age >= 16 else 0.4)
    return v


def left_by(pupils):
    count = len(pupils)

    def column(name, dtype):
        return np.array([one[name] for one in pupils], dtype)

    uid = np.array([identity(f"person/{row}") for row in range(count)], np.uint64)
    school = column("school", np.int32)
    left = np.where(column("gone", np.bool_), MONTH - 7, -1).astype(np.int32)
    kernels.drop_out(
        MONTH, SEPTEMBER, KEY, WEIGHTS, LINE, column("alive", np.int8), np.array([born(one) for one in pupils], np.int32),
        uid, column("girl", np.int8), column("grade", np.int8), column("student", np.int8), school,
        np.where(column("boards", np.bool_), school, -1).astype(np.int32), column("minutes", np.int16),
        column("known", np.float32), np.arange(count, dtype=np.int32), column("home", np.int32),
        column("income", np.int64), column("members", np.int16), OPTION, left,
    )  # fmt: skip
    return uid, left


@given(st.lists(PUPIL, min_size=1, max_size=12))
def test_a_month_is_as_on_paper(pupils):
    uid, left = left_by(pupils)
    for row, one in enumerate(pupils):
        v = utility(one)
        if one["gone"]:
            assert left[row] == MONTH - 7
        elif not one["alive"] or v is None:
            assert left[row] == -1
        else:
            chance, luck = 1 / (1 + math.exp(-v)), unit(KEY, uid[row])
            if abs(luck - chance) > 1e-9:
                assert left[row] == (MONTH if luck < chance else -1)


EMPLOYER = st.tuples(st.floats(0, 6000), st.floats(0, 1), st.integers(0, 90), st.booleans(), st.booleans())


def around(employers):
    """One place with its employers in the order of their way; those anywhere have no way."""
    order = sorted(range(len(employers)), key=lambda at: employers[at][2])
    minutes = np.array([employers[at][2] for at in order], np.int16)
    return np.array([0, len(order)], np.int32), np.array(order, np.int32), minutes


def options(employers):
    offset, near, minutes = around(employers)
    yuan, chance = (np.array([one[at] for one in employers]) for at in (0, 1))
    suits = np.zeros((len(employers), 2, 2), np.bool_)
    suits[:, 0, :] = True
    suits[:, 1, :] = np.array([one[3] for one in employers])[:, None]  # some take no girls
    anywhere = np.array([one[4] for one in employers])
    out = np.empty((1, 2, 2))
    kernels.work_options(offset, near, minutes, 60, yuan, chance, suits, anywhere, 1000.0, out)
    return out


@given(st.lists(EMPLOYER, min_size=1, max_size=6))
def test_what_work_pays_is_as_on_paper(employers):
    out = options(employers)
    for sex in range(2):
        heard = [
            chance * math.exp(yuan / 1000)
            for yuan, chance, way, girls, anywhere in employers
            if (girls or sex == 0) and (anywhere or way <= 60)
        ]
        assert np.allclose(out[0, sex], 1000 * math.log(1 + sum(heard)), rtol=1e-9)


@given(st.lists(EMPLOYER, min_size=1, max_size=6), st.integers(0, 5), st.floats(0, 1))
def test_an_easier_or_better_paid_job_never_lowers_what_work_pays(employers, at, more):
    at %= len(employers)
    yuan, chance, *others = employers[at]
    for better in ((yuan + 1000 * more, chance, *others), (yuan, min(chance + more, 1.0), *others)):
        assert (options([*employers[:at], better, *employers[at + 1 :]]) >= options(employers) - 1e-9).all()


def test_labourers_around_are_those_within_reach():
    pool = np.zeros(2, np.int64)
    offset, near, minutes = (
        np.array([0, 2, 3], np.int32),
        np.array([1, 0, 1], np.int32),
        np.array([5, 70, 60], np.int16),
    )
    kernels.labourers_around(offset, near, minutes, 60, np.array([100, 40]), pool)
    assert pool.tolist() == [0, 140]
