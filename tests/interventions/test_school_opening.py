"""Opening a school early: what it turns, what it brings, what it costs, what it says, and what it refuses."""

from pathlib import Path

import pytest

from simulation.clock import Clock
from simulation.interventions import school_opening
from simulation.ledger import book
from simulation.levers import Turn
from simulation.months import month_of
from simulation.scenario import ScenarioError, load
from simulation.world import PROGRAMME_KINDS

REGION = Path(__file__).parents[2] / "scenarios" / "qianxi.yaml"
SEPTEMBER = month_of("2018-09")


def settings(**changes):
    """Settings as a scenario writes them."""
    return school_opening.Settings(school="jinxiu_junior", **{"opens": SEPTEMBER, **changes})


def test_it_brings_a_programme_of_its_own():
    (row,) = school_opening.rows(settings())
    assert (row.table, row.identity) == ("programmes", "programme/school_opening/jinxiu_junior")
    assert row.values == {"kind": PROGRAMME_KINDS.index("school_opening"), "to_school": "jinxiu_junior"}


@pytest.mark.parametrize(("strength", "places"), [(0.0, 0.0), (0.25, 1.0), (1.0, 1.0)])
def test_a_school_is_open_or_not(strength, places):
    it, into = settings(), []
    clock = Clock(SEPTEMBER, it.first_month, it.capital_month, strength)
    school_opening.contribute(Turn(1, into), clock, it, lambda table, name: 4)
    assert [(one.lever, one.row, one.kind, one.amount) for one in into] == [("programmes.places", 4, "add", places)]


def test_teachers_are_paid_by_the_month_and_urgency_once():
    it = settings(urgency_yuan=1_000_000.0, delay_months=6)
    begun = Clock(SEPTEMBER, it.first_month, it.capital_month, 1.0)
    (entry,) = book("x", school_opening.costs(it), begun, {"programmes.teachers_early": 73})
    assert entry.amount_fen == int(73 * 70_000 / 12 * 100 + 0.5)
    decided = Clock(SEPTEMBER - 6, it.first_month, it.capital_month, 0.0)
    (entry,) = book("x", school_opening.costs(it), decided, {"programmes.teachers_early": 0})
    assert entry.amount_fen == 1_000_000 * 100


def test_it_says_what_it_does():
    assert school_opening.describe(settings()) == "jinxiu_junior opens in 2018-09, with its own teachers"
    said = school_opening.describe(settings(ends=month_of("2020-09")))
    assert said == "jinxiu_junior opens in 2018-09, with its own teachers, until 2020-09 at the latest"


@pytest.mark.parametrize(
    ("school", "opens", "why"),
    [
        ("jinxiu_primary", "2018-09", "'jinxiu_primary' is open already; name a school that opens after 2018-09"),
        ("jinxiu_junior", "2022-09", "'jinxiu_junior' opens in 2022-09; name a school that opens after 2022-09"),
    ],
)
def test_a_school_that_stands_by_then_is_refused(tmp_path, school, opens, why):
    file = tmp_path / "early.yaml"
    item = f"school_opening: {{school: {school}, opens: {opens}}}"
    file.write_text(f"format: 1\nname: early\nbase: {REGION}\narms:\n  one:\n    - {item}\n", "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(file)
    assert why in str(caught.value)
