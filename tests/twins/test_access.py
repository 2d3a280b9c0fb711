"""The catchment kernel against the two steps written out, and what must hold of shares of doctors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels.access import count_present, floating_catchment

ZONES = np.array([10.0, 20.0, 30.0])
DECAY = np.array([1.0, 0.68, 0.22])


def compressed(minutes):
    """Turn a table of minutes (places x clinics, negative for no way) into rows, nearest first."""
    offsets, rows, ways = [0], [], []
    for here in minutes:
        order = sorted((way, clinic) for clinic, way in enumerate(here) if way >= 0)
        rows += [clinic for _, clinic in order]
        ways += [way for way, _ in order]
        offsets.append(len(rows))
    return np.array(offsets, np.int32), np.array(rows, np.int32), np.array(ways, np.int16)


def access_of(people, doctors, minutes, until=ZONES, weight=DECAY):
    """Run the kernel; return access of places and demand of clinics."""
    demand, access = np.full(len(doctors), 7.0), np.full(len(people), 7.0)
    given = np.array(people, float), np.array(doctors, float)
    floating_catchment(*given, *compressed(minutes), until, weight, demand, access)
    return access, demand


def on_paper(people, doctors, minutes, until=ZONES, weight=DECAY):
    """Luo and Qi (2009): step 1 the ratio of each clinic, step 2 the sum of ratios of each place."""

    def w(way):
        zones = [one for end, one in zip(until, weight, strict=True) if 0 <= way <= end]
        return zones[0] if zones else 0.0

    demand = [sum(p * w(here[j]) for p, here in zip(people, minutes, strict=True)) for j in range(len(doctors))]
    ratio = [s / d if d > 0 else 0.0 for s, d in zip(doctors, demand, strict=True)]
    return [sum(ratio[j] * w(way) for j, way in enumerate(here)) for here in minutes]


@st.composite
def counties(draw):
    """Draw people of up to 8 places, doctors of up to 6 clinics, and the way between them."""
    places, clinics = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    people = draw(st.lists(st.integers(0, 3000), min_size=places, max_size=places))
    doctors = draw(st.lists(st.integers(0, 40).map(lambda one: one / 4), min_size=clinics, max_size=clinics))
    way = st.lists(st.integers(-1, 40), min_size=clinics, max_size=clinics)
    return people, doctors, draw(st.lists(way, min_size=places, max_size=places))


@given(counties())
def test_the_kernel_agrees_with_paper(county):
    np.testing.assert_allclose(access_of(*county)[0], on_paper(*county), rtol=1e-12, atol=1e-15)


@given(counties())
def test_every_doctor_whom_anybody_reaches_is_shared_out_once(county):
    people, doctors, _ = county
    access, demand = access_of(*county)
    reached = sum(s for s, d in zip(doctors, demand, strict=True) if d > 0)
    assert np.dot(people, access) == pytest.approx(reached, rel=1e-12, abs=1e-15)


@given(counties(), st.data())
def test_a_doctor_more_takes_from_nobody(county, data):
    people, doctors, minutes = county
    more = list(doctors)
    more[data.draw(st.integers(0, len(doctors) - 1))] += 1
    assert (access_of(people, more, minutes)[0] >= access_of(*county)[0]).all()


@given(counties(), st.data())
def test_more_neighbours_share_the_same_doctors(county, data):
    people, doctors, minutes = county
    more = list(people)
    more[data.draw(st.integers(0, len(people) - 1))] += 100
    before, after = access_of(*county)[0], access_of(more, doctors, minutes)[0]
    had_none = np.array(people) == 0  # an empty place can make a clinic count that nobody reached before
    assert (after <= before * (1 + 1e-12) + 1e-15)[~had_none].all()


@given(counties())
def test_one_zone_of_weight_1_is_the_plain_catchment(county):
    one = access_of(*county, until=np.array([30.0]), weight=np.ones(1))[0]
    np.testing.assert_array_equal(access_of(*county, weight=np.ones(3))[0], one)


def test_who_is_present_is_counted_by_place():
    alive, place = np.array([1, 1, 0, 1, 1], np.int8), np.array([1, 0, 1, 1, -1], np.int32)
    people = np.full(3, 9.0)
    count_present(alive, place, people)
    assert people.tolist() == [1.0, 2.0, 0.0]
