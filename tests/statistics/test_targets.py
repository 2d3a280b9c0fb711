"""The reference region meets, by behaviour and capacity, the figures that were measured, each in its month.

One replicate of the baseline at full size; the tolerances are those of the targets' own bands, and
the spread between replicates is far below them. A target marked as fitted is met because a
parameter was chosen to meet it: a regression test, not a validation.
"""

import numpy as np
import pytest

from simulation.engine import Engine, Result
from simulation.months import month_of
from simulation.scenario import load
from simulation.world import POPULATIONS

RELOCATED = POPULATIONS.index("relocated")
ALL = len(POPULATIONS)


@pytest.fixture(scope="module")
def result() -> Result:
    return Engine(load("scenarios/qianxi.yaml", {"months": "58"}), "baseline", 0).run()


def value(result: Result, name: str, first: str, last: str | None = None, population: int = RELOCATED) -> float:
    """Return an indicator of a population over a window: a mean count, or pooled sums."""
    keys = result.keys
    (key,) = np.flatnonzero((keys.place < 0) & (keys.population == population) & (keys.group == 0))
    months = slice(month_of(first) - result.first_month, month_of(last or first) - result.first_month + 1)
    if name in result.outcomes:
        return float(result.outcomes[name][months, key].mean())
    top, low = (result.outcomes[f"{name}__{part}"][months, key].sum() for part in ("num", "den"))
    return float(top / low)


@pytest.mark.parametrize(
    ("name", "month", "measured", "share"),
    [
        ("household_size", "2018-11", 4.452, 0.01),
        ("preschool_pupils_count", "2020-04", 721, 0.03),
        ("primary_pupils_count", "2020-04", 1978, 0.03),
        ("junior_pupils_count", "2020-04", 958, 0.03),
        ("primary_pupils_count", "2018-09", 1957, 0.03),
        ("junior_pupils_count", "2018-09", 913, 0.03),
        ("primary_pupils_count", "2022-09", 1799, 0.03),
        ("junior_pupils_count", "2022-09", 978, 0.03),
        ("labour_households_count", "2021-10", 3875, 0.02),
        ("labourers_count", "2021-10", 9293, 0.02),
    ],
)
def test_counts_arrive_where_they_were_measured(result, name, month, measured, share):
    assert value(result, name, month) == pytest.approx(measured, rel=share)


def test_labourers_are_the_published_share_of_persons(result):
    labourers, persons = (value(result, name, "2021-10") for name in ("labourers_count", "persons_count"))
    assert labourers / persons == pytest.approx(0.516, abs=0.02)


def test_employment_of_the_relocated(result):
    assert value(result, "employment_rate_3m", "2021-10") == pytest.approx(0.936, abs=0.02)
    assert value(result, "employed_per_employed_household", "2022-06") == pytest.approx(2.24, abs=0.15)
    assert value(result, "zero_employment_share", "2021-10") <= 0.015
    assert value(result, "coast_share", "2021-10") == pytest.approx(0.43, abs=0.02)


def test_income_a_head_of_the_relocated(result):
    assert value(result, "net_income_per_head_yuan_year", "2020-01", "2020-12") == pytest.approx(11_228, rel=0.08)


def test_catastrophic_spending_on_care(result):
    assert value(result, "catastrophic_40_share", "2019-01", "2019-12", ALL) == pytest.approx(0.11, abs=0.02)


def test_every_relocated_person_is_insured(result):
    assert value(result, "insured_share", "2018-01", "2022-10") == 1.0


def test_few_households_live_in_debt(result):
    shares = [value(result, "indebted_households_share", "2022-10", population=one) for one in range(3)]
    assert max(shares) < 0.15


def test_juniors_board_until_the_site_has_its_school(result):
    """What the town's hard limit leaves over: 111 teachers x 13.5 x 1.25 less its own 1,380 pupils are 493 seats.

    Derived from the region's table, nothing measured: 946 juniors of September 2019, less those who live in villages.
    """
    assert value(result, "junior_boarders_count", "2019-09") == pytest.approx(420, abs=60)
    assert value(result, "junior_boarders_count", "2022-10") == 0
