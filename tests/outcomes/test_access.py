"""Doctors a head, by hand: a village, a town and a coast without a way to any clinic."""

import numpy as np
import pytest

from simulation.world import POPULATIONS
from tests.small import small_engine, small_world

MINUTES = [[0, 25, -1], [25, 0, -1], [-1, -1, 0]]
PLACES = ["village"] * 1 + ["town"] * 3 + ["coast"]


@pytest.fixture(scope="module")
def record():
    tables = {
        "places": [{"id": "village"}, {"id": "town", "kind": "site"}, {"id": "coast", "kind": "coast"}],
        "households": [{"id": "h", "registered": "town"}],
        "persons": [{"household": "h", "population": "hosts" if one == "town" else "stayers"} for one in PLACES],
        "clinics": [
            {"id": "station", "place": "town", "extra_minutes": 5, "fte": 2.0},
            {"id": "hospital", "place": "town", "extra_minutes": 15, "level": "county", "fte": 6.0},
            {"id": "closed", "place": "village", "fte": 0.0},
        ],
    }
    given = {"persons.place": PLACES, "households.members": [5]}
    return small_engine(small_world(tables, MINUTES), [], given, outcomes=["access"]).run()


def found(record, name, population=3, place=-1):
    keys = record.keys
    key = np.flatnonzero((keys.place == place) & (keys.population == population) & (keys.group == 0))[0]
    if name in record.outcomes:
        return record.outcomes[name][0, key]
    return record.outcomes[f"{name}__num"][0, key] / record.outcomes[f"{name}__den"][0, key]


STATION = 2 / (3 + 0.22)  # the village is 30 minutes from the station and 40 from the hospital
HOSPITAL = 6 / 3  # only the town is within its 30 minutes, all in the second zone
TOWN, VILLAGE = 1000 * (STATION + HOSPITAL), 220 * STATION


def test_the_town_and_the_village_share_the_station(record):
    assert found(record, "doctor_access", place=1) == pytest.approx(TOWN, abs=1e-6)
    assert found(record, "doctor_access", place=0) == pytest.approx(VILLAGE, abs=1e-6)


def test_people_are_weighted_and_the_coast_is_left_out(record):
    assert found(record, "doctor_access") == pytest.approx((3 * TOWN + VILLAGE) / 4, abs=1e-6)
    assert found(record, "doctor_access") == pytest.approx(1000 * 8 / 4, abs=1e-6)


def test_each_population_has_its_own_access(record):
    assert found(record, "doctor_access", POPULATIONS.index("hosts")) == pytest.approx(TOWN, abs=1e-6)
    assert found(record, "doctor_access", POPULATIONS.index("stayers")) == pytest.approx(VILLAGE, abs=1e-6)


def test_in_a_plain_catchment_all_within_30_minutes_count_alike(record):
    assert found(record, "doctor_access_plain", place=0) == pytest.approx(1000 * 2 / 4, abs=1e-6)
    assert found(record, "doctor_access_plain", place=1) == pytest.approx(1000 * (2 / 4 + 6 / 3), abs=1e-6)


def test_the_wide_zones_of_the_mountains_reach_the_hospital(record):
    station, hospital = 2 / 4, 6 / (3 + 0.68)
    assert found(record, "doctor_access_mountain", place=0) == pytest.approx(
        1000 * (station + 0.68 * hospital), abs=1e-6
    )
    assert found(record, "primary_doctor_access_mountain", place=0) == pytest.approx(1000 * station, abs=1e-6)


def test_inequality_is_over_the_people(record):
    mean = (3 * TOWN + VILLAGE) / 4
    gaps = 2 * 3 * (TOWN - VILLAGE)  # of 16 ordered pairs, 6 are of the town with the village
    assert found(record, "doctor_access_gini") == pytest.approx(gaps / (2 * 16 * mean), abs=1e-9)


def test_a_place_of_many_people_counts_as_many():
    tables = {
        "places": [{"id": "village"}, {"id": "town"}],
        "households": [{"id": "h"}],
        "persons": [{"household": "h"}] * 600,
        "clinics": [{"id": "one", "place": "village", "fte": 1.0}, {"id": "two", "place": "town", "fte": 1.0}],
    }
    where = ["village"] * 510 + ["town"] * 90
    given = {"persons.place": where, "households.members": [600]}
    record = small_engine(small_world(tables, [[0, 99], [99, 0]]), [], given, outcomes=["access"]).run()
    assert found(record, "doctor_access_gini") == pytest.approx(510 / 600 - 0.5, abs=1e-6)
    assert found(record, "doctor_access") == pytest.approx(1000 * 2 / 600, abs=1e-6)
