"""Plain-Python twins of the demography kernels, and laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels import demography as kernels
from simulation.kernels.draws import unit

KEY = np.uint64(20220630)


@st.composite
def people(draw: st.DrawFn) -> dict[str, np.ndarray]:
    """Up to 40 persons in up to 10 households, some of them dead."""
    n = draw(st.integers(1, 40))
    households = draw(st.integers(1, 10))
    column = lambda low, high, dtype: np.array(draw(st.lists(st.integers(low, high), min_size=n, max_size=n)), dtype)  # noqa: E731
    return {
        "uid": np.array(draw(st.lists(st.integers(0, 2**64 - 1), min_size=n, max_size=n, unique=True)), np.uint64),
        "household": np.sort(column(0, households - 1, np.int32)),
        "sex": column(0, 1, np.int8),
        "age": column(0, 100, np.int16),
        "alive": column(0, 1, np.int8),
        "place": column(0, 4, np.int32),
        "wish": column(0, 2, np.int8),
        "boarding": column(-1, 2, np.int32),
        "school": column(-1, 2, np.int32),
        "employer": column(-1, 2, np.int32),
        "unmet": column(0, 3, np.int16),
        "home": np.array(draw(st.lists(st.integers(1, 4), min_size=households, max_size=households)), np.int32),
    }


@given(st.integers(24000, 25000), st.lists(st.integers(22000, 25000), min_size=1, max_size=20))
def test_age_is_completed_years(month: int, births: list[int]) -> None:
    born = np.array(births, np.int32)
    age = np.empty(len(born), np.int16)
    kernels.ages_in_years(month, born, age)
    assert age.tolist() == [math.floor((month - b) / 12) for b in births]


@pytest.mark.parametrize("sex", [0, 1])
def test_death_risk_follows_gompertz_and_makeham(sex: int) -> None:
    risk = np.empty((2, 111))
    kernels.death_risks(5e-4, 4e-5, 0.095, 0.006, 1.2, 0.8, risk)
    for age in range(111):
        hazard = 5e-4 + 4e-5 * math.exp(0.095 * age) + (0.006 if age == 0 else 0.0)
        assert risk[sex, age] == pytest.approx(1 - math.exp(-hazard * (1.2, 0.8)[sex] / 12), rel=1e-12)


@given(people(), st.floats(0, 1), st.floats(0, 1))
def test_deaths_are_those_whose_draw_lies_below_the_risk_and_grow_with_it(p: dict, low: float, more: float) -> None:
    outcomes = []
    for level in (low, max(low, more)):
        alive, month = p["alive"].copy(), np.full(len(p["uid"]), -1, np.int32)
        kernels.die(KEY, 7, p["uid"], p["sex"], p["age"], np.full((2, 50), level), alive, month)
        twin = [a and not unit(KEY, u) < level for a, u in zip(p["alive"], p["uid"], strict=True)]
        assert alive.astype(bool).tolist() == [bool(one) for one in twin]
        assert ((month == 7) == ((p["alive"] == 1) & (alive == 0))).all()
        outcomes.append(alive)
    assert (outcomes[1] <= outcomes[0]).all()


@given(people(), st.floats(0, 1), st.integers(-5, 30))
def test_mothers_are_fertile_living_women_after_the_gap(p: dict, chance: float, last: int) -> None:
    ages = np.zeros(50)
    ages[15:] = chance
    rows = np.empty(len(p["uid"]), np.int32)
    before = np.full(len(p["uid"]), last, np.int32)
    count = kernels.mothers_of_month(KEY, 20, 15, p["uid"], p["sex"], p["age"], p["alive"], ages, before, rows)
    twin = [
        i
        for i, uid in enumerate(p["uid"])
        if p["sex"][i] == 1
        and p["alive"][i]
        and 15 <= p["age"][i] < 50
        and 20 - last >= 15
        and chance > 0
        and unit(KEY, uid) < chance
    ]
    assert rows[:count].tolist() == twin


@given(people())
def test_members_are_the_living(p: dict) -> None:
    members = np.full(len(p["home"]), 99, np.int16)
    kernels.count_members(p["household"], p["alive"], members)
    twin = [
        sum(1 for h, a in zip(p["household"], p["alive"], strict=True) if h == row and a) for row in range(len(members))
    ]
    assert members.tolist() == twin


@given(people(), st.booleans())
def test_everybody_is_on_the_coast_at_school_or_at_home(p: dict, coast_open: bool) -> None:
    coast, school_place = 0, np.array([2, 3, 4], np.int32)
    place = p["place"].copy()
    kernels.place_persons(
        coast,
        coast_open,
        16,
        p["household"],
        p["alive"],
        p["age"],
        p["wish"],
        p["boarding"],
        school_place,
        p["home"],
        place,
    )
    for i, before in enumerate(p["place"]):
        on_coast = p["age"][i] >= 16 and ((before == coast and p["wish"][i] != 2) or (p["wish"][i] == 1 and coast_open))
        home = p["home"][p["household"][i]]
        expected = coast if on_coast else (school_place[p["boarding"][i]] if p["boarding"][i] >= 0 else home)
        assert place[i] == (expected if p["alive"][i] else before)


@given(people())
def test_contacts_come_from_members_who_work_or_learn_at_home(p: dict) -> None:
    contacts = np.empty(len(p["home"]))
    kernels.local_contacts(
        p["household"],
        p["alive"],
        p["place"],
        p["employer"],
        p["school"],
        p["boarding"],
        p["home"],
        0.4,
        0.3,
        0.3,
        contacts,
    )
    for row, home in enumerate(p["home"]):
        here = [i for i, h in enumerate(p["household"]) if h == row and p["alive"][i] and p["place"][i] == home]
        works = any(p["employer"][i] >= 0 for i in here)
        learns = any(p["school"][i] >= 0 and p["boarding"][i] < 0 for i in here)
        assert contacts[row] == pytest.approx(min(1.0, 0.4 + 0.3 * works + 0.3 * learns))


@given(st.floats(0, 1), st.floats(0, 1), st.booleans(), st.booleans())
def test_integration_stays_between_0_and_1_and_moves_the_right_way(
    start: float, contacts: float, shock: bool, here: bool
) -> None:
    value = np.array([start], np.float32)
    kernels.integrate(np.array([here]), np.array([contacts]), np.array([shock]), 0.04, 0.02, value)
    grown = float(np.float32(start)) + 0.04 * contacts * (1 - float(np.float32(start)))
    expected = (grown * 0.98 if shock else grown) if here else start
    assert value[0] == pytest.approx(expected, abs=1e-6)
    assert 0 <= value[0] <= 1
