"""Who can reach the land, what it yields and what is raised for the own table, against plain Python."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels import farming

HOMES = 4
person = st.tuples(
    st.integers(0, HOMES - 1), st.booleans(), st.integers(0, 90), st.booleans(), st.booleans(), st.integers(-1, 2)
)
house = st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2), st.sampled_from([0.0, 1.5, 4.25, 9.0]))


@given(st.lists(person, max_size=14), st.lists(house, min_size=HOMES, max_size=HOMES))
def test_hands_land_and_own_produce(people, houses):
    household, age = np.array([one[0] for one in people], np.int32), np.array([one[2] for one in people], np.int16)
    alive, able, paid = (np.array([one[at] for one in people], np.int8) for at in (1, 3, 4))
    place = np.array([one[5] for one in people], np.int32)
    home, reach, use = (
        np.array([one[at] for one in houses], kind) for at, kind in enumerate((np.int32, np.int8, np.int8))
    )
    land = np.array([one[3] for one in houses], np.float32)
    hands, free, mouths = (np.zeros(HOMES, np.int16) for _ in range(3))
    farming.count_hands(alive, age, able, paid, place, household, home, reach, hands, free, mouths)
    farm, rent, produce = (np.empty(HOMES, np.int32) for _ in range(3))
    farming.land_income(use, land, hands, 2.0, 15000.0, 40000.0, farm, rent)
    fields = farm.copy()
    farming.own_produce(reach, land, hands, free, mouths, 12_500, 31_250, produce, farm)
    for h, (at, way, land_use, mu) in enumerate(houses):
        here = [one for one in people if one[0] == h and one[1] and one[5] == at]
        there = [one for one in here if one[3] and way and 16 <= one[2] <= 74]
        assert (mouths[h], hands[h]) == (len(here), len(there))
        assert free[h] == sum(not one[4] for one in there)
        assert fields[h] == (math.floor(min(mu, 2.0 * len(there)) * 15000 + 0.5) if land_use == 1 else 0)
        assert rent[h] == (math.floor(mu * 40000 + 0.5) if land_use == 2 else 0)
        plot = way == 1 and mu > 0
        eaten = min(len(here) * 12_500, len(there) * 31_250) if plot else 0
        assert produce[h] == eaten
        assert farm[h] - fields[h] == (max(0, int(free[h]) * 31_250 - eaten) if plot else 0)
