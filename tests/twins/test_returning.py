"""Plain-Python twins of the kernels of going back, and laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels import returning as kernels
from simulation.kernels.draws import unit

KEY = np.uint64(20220630)


@st.composite
def people(draw: st.DrawFn) -> dict[str, np.ndarray]:
    """Up to 40 persons in up to 10 households, some of them dead, in any order."""
    n = draw(st.integers(1, 40))
    households = draw(st.integers(1, 10))
    column = lambda low, high, dtype: np.array(draw(st.lists(st.integers(low, high), min_size=n, max_size=n)), dtype)  # noqa: E731
    return {
        "household": column(0, households - 1, np.int32),
        "grade": column(-9, 9, np.int8),
        "alive": column(0, 1, np.int8),
        "boarding": column(-1, 2, np.int32),
        "school": column(-1, 2, np.int32),
        "unmet": column(0, 3, np.int16),
        "homes": np.arange(households),
    }


@given(people())
def test_troubles_are_children_without_a_day_seat_and_visits_forgone(p: dict) -> None:
    n = len(p["homes"])
    no_seat, forgone = np.empty(n, np.int16), np.empty(n, np.int16)
    kernels.household_troubles(
        p["household"], p["alive"], p["grade"], p["school"], p["boarding"], p["unmet"], no_seat, forgone
    )
    for row in range(n):
        own = [i for i, h in enumerate(p["household"]) if h == row and p["alive"][i]]
        assert forgone[row] == sum(p["unmet"][i] for i in own)
        assert no_seat[row] == sum(
            1 for i in own if p["grade"][i] >= 1 and (p["school"][i] < 0 or p["boarding"][i] >= 0)
        )


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=30, unique=True), st.floats(-8, 8), st.floats(0, 3))
def test_a_better_village_only_adds_returns(uids: list[int], value: float, more: float) -> None:
    uid = np.array(uids, np.uint64)
    n = len(uid)
    candidate, trouble = np.ones(n, np.bool_), np.arange(n) % 2 == 0
    wishes = []
    for level in (value, value + more):
        wish = np.empty(n, np.int8)
        kernels.choose_return(KEY, np.uint64(9), 0.3, uid, candidate, trouble, np.full(n, level), wish)
        twin = [
            (t or unit(KEY, u) < 0.3) and unit(np.uint64(9), u) < 1 / (1 + math.exp(-level))
            for u, t in zip(uid, trouble, strict=True)
        ]
        assert wish.astype(bool).tolist() == twin
        wishes.append(wish)
    assert (wishes[1] >= wishes[0]).all()


@given(st.floats(-6, 0), st.floats(0, 3), st.floats(0, 20), st.floats(0, 1), st.integers(0, 60), st.floats(0, 1))
def test_village_value_is_the_sum_of_its_reasons(
    c: float, b: float, land: float, share: float, months: int, peers: float
) -> None:
    weight = np.array([c, b, 48.0, 0.25, 0.5, -1.0])
    value = np.zeros(1)
    kernels.village_values(
        np.array([0]), 100 + months, weight, np.array([land], np.float32), np.array([share], np.float32),
        np.array([share], np.float32), np.array([1], np.int8), np.array([100], np.int32), np.array([peers]), value,
    )  # fmt: skip
    land, share = float(np.float32(land)), float(np.float32(share))
    twin = c + b * share * 0.5 ** (months / 48) + 0.25 * math.log(1 + land) + 0.5 * share - 1.0 + peers
    assert value[0] == pytest.approx(twin, rel=1e-9, abs=1e-9)


@given(
    st.floats(0, 1), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.integers(0, 10**9), st.integers(1, 10)
)
def test_site_value_is_the_sum_of_its_reasons(
    i: float, work: int, seats: int, visits: int, income: int, members: int
) -> None:
    weight = np.array([-1.0, -0.8, 0.4, 0.2, -0.5])
    value = np.zeros(1)
    small = lambda x: np.array([x], np.int16)  # noqa: E731
    kernels.site_values(
        np.array([0]), weight, 600000.0, np.array([i], np.float32), small(work), small(seats), small(visits),
        np.array([income], np.int64), small(members), value,
    )  # fmt: skip
    head = max(income / members, 10000.0)
    twin = -float(np.float32(i)) - 0.8 * (work > 0) + 0.4 * seats + 0.2 * visits - 0.5 * math.log(head / 600000)
    assert value[0] == pytest.approx(twin, rel=1e-6, abs=1e-6)


def rule(at_site, needs, least, most, months_short, demolished, lacks):
    """Run the rule of patience for a month; return the months short and the wish."""
    n = len(at_site)
    work, seat, visits = (np.array([one[at] for one in lacks], np.int16) for at in range(3))
    short, wish = np.array(months_short, np.int16), np.empty(n, np.int8)
    kernels.outlast(
        KEY, least, most, needs, 2, np.arange(n, dtype=np.uint64), np.array(at_site, np.bool_),
        np.ones(n, np.int16), 1 - work, seat, 2 * visits, np.array(demolished, np.int8), short, wish,
    )  # fmt: skip
    return short, wish


household = st.tuples(
    st.booleans(), st.integers(0, 40), st.booleans(), st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 1))
)


@given(st.lists(household, min_size=1, max_size=12), st.integers(1, 3), st.integers(1, 12), st.integers(1, 24))
def test_whoever_outlasts_their_patience_goes(rows, needs, least, most):
    there, before, pulled_down, lacks = zip(*rows, strict=True)
    short, wish = rule(there, needs, least, most, before, pulled_down, lacks)
    for row in range(len(rows)):
        months = before[row] + 1 if there[row] and sum(lacks[row]) >= needs else 0
        patience = least + math.floor(unit(KEY, np.uint64(row)) * (max(most, least) - least + 1))
        assert short[row] == months
        assert bool(wish[row]) == (months >= patience and not pulled_down[row])


@given(st.lists(household, min_size=1, max_size=12), st.integers(1, 3), st.integers(1, 12))
def test_more_patience_only_takes_returns_away(rows, needs, least):
    there, before, pulled_down, lacks = zip(*rows, strict=True)
    wishes = [rule(there, needs, least, most, before, pulled_down, lacks)[1] for most in (least, least + 6, least + 24)]
    assert (wishes[0] >= wishes[1]).all()
    assert (wishes[1] >= wishes[2]).all()


def test_the_patience_lies_between_its_limits_and_differs():
    n = 500
    first = np.full(n, -1)
    short = np.zeros(n, np.int16)
    for month in range(1, 20):
        short, wish = rule([True] * n, 1, 4, 15, short, [False] * n, [(1, 0, 0)] * n)
        first[(wish == 1) & (first < 0)] = month
    assert first.min() == 4
    assert first.max() == 15
    assert abs(first.mean() - 9.5) < 1
