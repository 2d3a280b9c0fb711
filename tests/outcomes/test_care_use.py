"""Care outcomes: the nearest clinic that has a doctor, and shares of visits and bills."""

import numpy as np
import pytest

from tests.small import small_engine, small_world


@pytest.fixture(scope="module")
def record():
    tables = {
        "places": [{"id": "site", "kind": "site"}, {"id": "town"}, {"id": "coast", "kind": "coast"}],
        "households": [{"id": "h", "registered": "site"}],
        "persons": [{"household": "h"}] * 4,
        "clinics": [
            {"id": "closed", "place": "site", "fte": 0.0},
            {"id": "station", "place": "town", "extra_minutes": 5, "fte": 2.0, "visits_per_fte": 10.0},
            {
                "id": "hospital",
                "place": "town",
                "extra_minutes": 9,
                "level": "county",
                "fte": 4.0,
                "visits_per_fte": 10.0,
                "outside_visits": 20,
            },
        ],
    }
    given = {
        "persons.place": ["site", "site", "town", "coast"],
        "persons.visits": [2, 0, 1, 0],
        "persons.visits_asked": [3, 0, 1, 0],
        "persons.unmet_visits": [1, 0, 0, 0],
        "persons.forgone_visits": [0, 0, 0, 0],
        "persons.referrals": [0, 0, 1, 0],
        "persons.wait_seconds": [900, 0, 300, 0],
        "persons.long_waits": [200, 0, 100, 0],
        "persons.inpatient_level": [-1, -1, 1, -1],
        "persons.forgone_stays": [0, 1, 0, 0],
        "persons.chronic": [1, 2, 0, 2],
        "persons.primary_visits": [1, 0, 1, 0],
        "persons.bill_month": [800, 0, 200, 0],
        "persons.out_of_pocket_month": [400, 0, 100, 0],
        "households.members": [4],
        "clinics.visits_now": [0, 2, 1],
        "clinics.unmet_now": [0, 1, 0],
        "clinics.used_share": [0.0, 0.5, 0.25],
        "clinics.wait_minutes": [99.0, 12.0, 3.0],
    }
    minutes = [[0, 20, -1], [20, 0, -1], [-1, -1, 0]]
    return small_engine(small_world(tables, minutes), [], given, outcomes=["care_use"]).run()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("clinic_minutes", (25 + 25 + 5) / 3),
        ("clinic_within_15_share", 1 / 3),
        ("clinic_within_30_share", 1.0),
        ("unmet_visits_share", 1 / 4),
        ("carried_visits_share", 1 / 4),
        ("forgone_visits_share", 0.0),
        ("referred_visits_share", 1 / 2),
        ("clinic_wait_minutes", 20 / 3),
        ("long_wait_share", 0.1),
        ("forgone_stays_share", 1 / 2),
        ("chronically_ill_share", 2 / 3),
        ("worse_for_want_of_care_share", 1 / 3),
        ("primary_staff_used_share", 1 / 2),
        ("hospital_staff_used_share", 1 / 4),
        ("visits_per_person_year", 12.0),
        ("primary_visits_share", 2 / 3),
        ("out_of_pocket_share", 1 / 2),
        ("primary_clinic_load", 3 / 20),
        ("hospital_load", 21 / 40),
    ],
)
def test_by_hand(record, name, expected):
    key = np.flatnonzero((record.keys.place == -1) & (record.keys.population == 3) & (record.keys.group == 0))[0]
    top, low = (record.outcomes[f"{name}__{part}"][0, key] for part in ("num", "den"))
    assert top / low == pytest.approx(expected)


def test_a_tenth_of_visits_wait_longer_than_p90(record):
    everywhere = (record.keys.place == -1) & (record.keys.population == 3) & (record.keys.group == 0)
    # Two visits of three at the station, where the wait is 12 minutes.
    assert record.outcomes["clinic_wait_p90"][0, everywhere].tolist() == [12.0]
    nobody = (record.keys.place == 0) & (record.keys.population == 3) & (record.keys.group == 0)
    assert np.isnan(record.outcomes["clinic_wait_p90"][0, nobody]).all()
