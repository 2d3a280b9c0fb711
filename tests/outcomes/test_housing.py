"""Homes by size, counted on a site of four households of which one waits and one is crowded."""

import numpy as np
import pytest

from tests.small import small_engine, small_world

START = 24216


@pytest.fixture(scope="module")
def record():
    homes = {2: 3, 4: 4, 6: 5, 12: 6}
    members = [5, 2, 3, 1, 4, 0]
    batch = [START - 9, START - 9, START - 3, START, START + 1, START - 9]
    tables = {
        "places": [{"id": "village"}, {"id": "site", "kind": "site"}],
        "dwellings": [{"place": "site", "most_members": most, "homes": stock} for most, stock in homes.items()]
        + [{"place": "village", "most_members": 2, "homes": 7}],
        "households": [{"registered": "site", "batch_month": one} for one in batch],
        "persons": [{"household": at} for at, many in enumerate(members) for _ in range(many)],
    }
    given = {
        "households.members": members,
        "households.dwelling": [1, 0, -1, 0, -1, -1],
        "households.waits_since": [-1, -1, START - 2, -1, -1, START - 2],
        "households.months_waited": [1, 0, 3, 0, 0, 5],
        "dwellings.occupied": [2, 1, 0, 0, 0],
    }
    return small_engine(small_world(tables, start=START), [], given, outcomes=["housing"]).run()


def value(record, name, population=3, place=-1):
    keys = record.keys
    key = np.flatnonzero((keys.place == place) & (keys.population == population) & (keys.group == 0))[0]
    found = record.outcomes
    return found[name][0, key] if name in found else found[f"{name}__num"][0, key] / found[f"{name}__den"][0, key]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("occupied_homes_count", 3),
        ("occupied_homes_share", 3 / 18),
        ("vacant_homes_count", 15),
        ("vacant_homes_1_to_2_count", 1),
        ("vacant_homes_3_to_4_count", 3),
        ("vacant_homes_5_to_6_count", 5),
        ("vacant_homes_7_or_more_count", 6),
        ("waiting_households_count", 1),
        ("months_waited_mean", 4 / 4),
        ("crowded_households_share", 1 / 3),
        ("crowded_members_count", 1),
    ],
)
def test_the_counts(record, name, expected):
    assert value(record, name) == pytest.approx(expected)


def test_homes_belong_to_their_site_and_to_no_population(record):
    assert value(record, "vacant_homes_count", place=1) == 15
    assert value(record, "vacant_homes_count", place=0) == 0
    assert np.isnan(value(record, "vacant_homes_count", population=0))
    assert value(record, "waiting_households_count", population=0) == 1
