"""Income outcomes: the worked vector of the domain dossier, sources, and lines."""

import numpy as np
import pytest

from tests.small import small_engine, small_world

INCOMES = (1500, 3500, 4500, 8000, 16000)
START = 24216


@pytest.fixture(scope="module")
def record():
    n = len(INCOMES)
    tables = {
        "places": [{"id": "site", "kind": "site"}],
        "households": [{"id": f"h{at}", "registered": "site"} for at in range(n)],
        "persons": [{"household": f"h{at // 2}"} for at in range(2 * n)],
    }
    given = {
        "households.members": [2] * n,
        "households.income_12m": [2 * 100 * one for one in INCOMES],
        "households.income_month": [20_000] * n,
        "households.wage_month": [15_000] * n,
        "households.farm_month": [5_000] * n,
    }
    return small_engine(small_world(tables, start=START), [], given, outcomes=["household_income"]).run()


def value(record, name):
    key = np.flatnonzero((record.keys.place == -1) & (record.keys.population == 3) & (record.keys.group == 0))[0]
    found = record.outcomes
    return found[name][0, key] if name in found else found[f"{name}__num"][0, key] / found[f"{name}__den"][0, key]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("poverty_headcount", 0.4),
        ("poverty_gap", 0.15),
        ("poverty_severity", 0.08125),
        ("monitoring_line_headcount", 0.6),
        ("income_gini", 0.4),
        ("income_theil", 0.269778),
        ("net_income_per_head_yuan_year", 1200.0),
        ("wage_income_per_head_yuan_year", 900.0),
        ("operating_income_per_head_yuan_year", 300.0),
        ("wage_share", 0.75),
    ],
)
def test_the_worked_example(record, name, expected):
    assert value(record, name) == pytest.approx(expected, abs=5e-7)
