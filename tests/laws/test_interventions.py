"""Laws of every intervention: nothing before its month, nothing at size zero, and any order."""

from itertools import combinations
from types import SimpleNamespace

import pytest

from simulation.catalogue import discover
from tests.region import any_item, differing, engine, region, same_outcomes, state

KINDS = sorted(discover().interventions)
OPENS_AFTER = 8
MONTHS = 12


@pytest.fixture(scope="module")
def start():
    return region().start


@pytest.fixture(scope="module")
def baseline():
    run = engine(months=MONTHS)
    states = []
    while len(states) < MONTHS:
        run.step()
        states.append(state(run))
    return SimpleNamespace(states=states, result=run.result())


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_happens_before_its_month(kind, start, baseline):
    run = engine([any_item(kind, start + OPENS_AFTER)], MONTHS)
    for month in range(OPENS_AFTER):
        run.step()
        assert differing(baseline.states[month], state(run)) == [], f"month {month}"
    assert same_outcomes(baseline.result, run.result(), OPENS_AFTER) == []


@pytest.mark.parametrize("kind", KINDS)
def test_size_zero_is_the_baseline_bit_for_bit(kind, start, baseline):
    run = engine([any_item(kind, start + 1, size=0)], MONTHS)
    result = run.run()
    assert differing(baseline.states[-1], state(run)) == []
    assert same_outcomes(baseline.result, result) == []
    assert [one for one in result.ledger if one.amount_fen] == []


@pytest.mark.parametrize("pair", list(combinations(KINDS, 2)), ids="+".join)
def test_two_commute(pair, start):
    def ended(kinds):
        run = engine([any_item(kind, start + 1) for kind in kinds], 5)
        run.run()
        return run

    one, other = ended(pair), ended(pair[::-1])
    named = [
        {
            name: dict(zip(run.world.ids[name], run.world.tables[name]["uid"].tolist(), strict=True))
            for name in ("employers", "programmes")
        }
        for run in (one, other)
    ]
    assert named[0] == named[1]
    assert differing(state(one), state(other)) == []
    assert same_outcomes(one.result(), other.result()) == []
    assert sorted(one.ledger, key=repr) == sorted(other.ledger, key=repr)


@pytest.mark.parametrize("kind", KINDS)
def test_taking_it_away_at_once_leaves_no_capacity(kind, start):
    """Levers have no memory: after its end the targets are the baseline's."""
    run = engine([any_item(kind, start + 1, ends=start + 3)], 5)
    levers = {}
    for month in range(5):
        run.step()
        levers[month] = {name: values.tolist() for name, values in run._levers.items()}
    assert levers[4] == levers[0]


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_it_does(kind, start):
    one = discover().interventions[kind]
    said = one.describe(any_item(kind, start + 1).settings)
    assert said == said.strip()
    assert len(said) > 10


@pytest.mark.parametrize("kind", KINDS)
def test_money_follows_the_months(kind, start):
    item = any_item(kind, start + 6, ends=start + 9)
    run = engine([item], MONTHS)
    ledger = run.run().ledger
    months = {one.month for one in ledger if one.kind != "delivery"}
    allowed = {item.settings.capital_month, *range(start + 6, start + 9)}
    assert months <= allowed
    assert all(one.amount_fen > 0 for one in ledger)
