"""Settled households, told apart by the one thing that each of them lacks."""

import numpy as np
import pytest

from tests.small import small_engine, small_world

START = 24216
NAMES = ("settled", "returned", "jobless", "boarding", "turned_away", "poor")


@pytest.fixture(scope="module")
def record():
    tables = {
        "places": [{"id": "village"}, {"id": "site", "kind": "site"}],
        "dwellings": [{"place": "site", "most_members": 4, "homes": 9}],
        "households": [{"id": one, "registered": "site"} for one in NAMES],
        "persons": [{"household": one} for one in NAMES for _ in range(2)],
    }
    n = len(NAMES)
    parents = np.arange(2 * n) % 2 == 0
    given = {
        "households.members": [2] * n,
        "households.home": ["village" if one == "returned" else "site" for one in NAMES],
        "households.moved_month": [START - 9] * n,
        "households.returned_month": [START - 3 if one == "returned" else -1 for one in NAMES],
        "households.income_12m": [2 * 100 * (5000 if one == "poor" else 7000) for one in NAMES],
        "households.integration": [0.5] * n,
        "persons.place": [0 if NAMES[at // 2] == "returned" else 1 for at in range(2 * n)],
        "persons.last_paid_month": [
            (START - (5 if NAMES[at // 2] == "jobless" else 2)) if parents[at] else -1 for at in range(2 * n)
        ],
        "persons.grade": [-9 if parents[at] else 3 for at in range(2 * n)],
        "persons.school_minutes": [-1 if parents[at] or NAMES[at // 2] == "boarding" else 20 for at in range(2 * n)],
        "persons.last_unmet_month": [START if NAMES[at // 2] == "turned_away" else START - 1 for at in range(2 * n)],
        "households.dwelling": [-1 if one == "returned" else 0 for one in NAMES],
        "households.return_intention": [one == "poor" for one in NAMES],
        "dwellings.occupied": [5],
    }
    return small_engine(small_world(tables, start=START), [], given, outcomes=["settlement", "audits"]).run()


def value(record, name, population=3):
    key = np.flatnonzero((record.keys.place == -1) & (record.keys.population == population) & (record.keys.group == 0))[
        0
    ]
    found = record.outcomes
    return found[name][0, key] if name in found else found[f"{name}__num"][0, key] / found[f"{name}__den"][0, key]


@pytest.mark.parametrize("part", ["home", "work", "school", "care", "income"])
def test_each_part_is_lacked_by_one(record, part):
    assert value(record, f"settled_{part}_share") == pytest.approx(5 / 6)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("settled_households_count", 1),
        ("settled_households_share", 1 / 6),
        ("returned_households_count", 1),
        ("return_rate_12m", 1 / 6),
        ("moved_households_count", 6),
        ("still_at_site_share", 5 / 6),
        ("occupancy_share", 5 / 6),
        ("return_intention_share", 1 / 5),
        ("integration_mean", 0.5),
        ("deprived_households_share", 0.0),
        ("audit_persons", 0),
        ("audit_homes", 0),
        ("audit_money", 0),
    ],
)
def test_the_counts(record, name, expected):
    assert value(record, name) == pytest.approx(expected)


def test_nobody_deprived_has_no_intensity(record):
    key = np.flatnonzero((record.keys.place == -1) & (record.keys.population == 3) & (record.keys.group == 0))[0]
    assert record.outcomes["deprivation_intensity__den"][0, key] == 0
