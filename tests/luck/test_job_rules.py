"""Guarantees of keyed luck under either way of looking for work."""

from dataclasses import replace

import numpy as np
import pytest

from simulation.catalogue import discover
from simulation.engine import Engine
from simulation.population import Population
from simulation.world import EMPLOYER_KINDS
from tests.luck.test_row_order import named, shuffled
from tests.region import any_item, differing, people, region, same_outcomes, state, with_arm

MONTHS = 14
WAYS = discover().variants("job_search")
TOLD = ("persons.employer", "persons.job_offer", "persons.leaves_job", "persons.pay_factor", "employers.filled")
IDLE = {
    "kind": EMPLOYER_KINDS.index("services"), "posts": 0, "extra_minutes": 1, "pay_month_fen": 900_000, "months_worked": 12.0,
    "min_age": 16, "max_age": 60, "takes_carers": 1,
}  # fmt: skip


def ended(way: str, items=None, made: Population | None = None) -> Engine:
    """A finished run of a scenario in which people look for work in a way."""
    scenario = replace(region(MONTHS), behaviour={"job_search": way})
    scenario = with_arm(scenario, items or [])
    run = Engine(scenario, "arm", 0, made or people())
    run.run()
    return run


@pytest.fixture(scope="module", params=WAYS)
def way(request):
    return request.param


@pytest.fixture(scope="module")
def baseline(way):
    return ended(way)


def test_the_ways_differ():
    ends = [state(ended(one))["persons.employer"] for one in WAYS]
    assert len(set(ends)) == len(WAYS) > 1


def test_the_order_of_rows_changes_nothing(way, baseline):
    mixed = ended(way, made=shuffled(people()))
    for full in TOLD:
        table, _, column = full.partition(".")
        assert np.array_equal(named(baseline, table, column), named(mixed, table, column)), full


@pytest.mark.parametrize("kind", ["workshop", "micro_factory", "public_welfare_posts", "skills_training"])
def test_nothing_of_something_is_nothing(way, baseline, kind):
    run = ended(way, [any_item(kind, region().start, size=0)])
    assert differing(state(run), state(baseline)) == []
    assert same_outcomes(run.result(), baseline.result()) == []


def test_an_employer_without_posts_changes_nothing(way, baseline):
    made = people()
    world = made.fresh_world()
    for place in ("jinxiu", "qianxi_town", "t20"):
        world.append("employers", f"employers/{place}/idle", {"place": world.row("places", place), **IDLE})
    run = ended(way, made=Population(made.given, world))
    for full in TOLD:
        table, _, column = full.partition(".")
        known = baseline.world.tables[table][column]
        assert np.array_equal(run.world.tables[table][column][: len(known)], known), full
    assert same_outcomes(run.result(), baseline.result()) == []
