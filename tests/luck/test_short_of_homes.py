"""A region with too few homes: who waits depends on batch, points and lot alone, and nobody envies with reason."""

import numpy as np
import pytest

from simulation.engine import Engine
from simulation.population import Population
from simulation.world import INSURANCE_GROUPS
from tests.luck.test_row_order import named, shuffled
from tests.region import people, region

MONTHS = 14


def short() -> Population:
    """The small region with half of its homes."""
    made = people()
    world = made.fresh_world()
    world.tables["dwellings"]["homes"][:] //= 2
    return Population(made.given, world)


@pytest.fixture(scope="module")
def run():
    one = Engine(region(MONTHS), "baseline", 0, short())
    one.run()
    return one


def test_homes_are_full_and_the_rest_wait(run):
    it, homes = run.world.tables["households"], run.world.tables["dwellings"]
    waits = it["waits_since"] >= 0
    assert waits.sum() > 20
    assert (it["dwelling"][waits] == -1).all()
    assert (it["home"][waits] == it["origin"][waits]).all()
    assert (it["months_waited"][waits] == run.month - it["waits_since"][waits]).all()
    assert homes["occupied"].sum() > 0.8 * homes["homes"].sum()


def test_homes_that_are_given_back_went_to_those_who_waited(run):
    it = run.world.tables["households"]
    back = (it["returned_month"] >= 0) | ((it["moved_month"] >= 0) & (it["members"] == 0))
    later = (it["moved_month"] >= 0) & (it["months_waited"] > 0)
    assert later.any()
    assert (it["months_waited"][later] == it["moved_month"][later] - it["batch_month"][later]).all()
    assert later.sum() >= back.sum() - 2


def points(run, household):
    """Precedence within a batch, as the defaults have it."""
    persons, it = run.world.tables["persons"], run.world.tables["households"]
    mine = (persons["household"] == household) & (persons["alive"] != 0)
    poor = INSURANCE_GROUPS[it["insurance_group"][household]] in ("dibao", "tekun")
    return int((persons["age"][mine] >= 75).any()) + int(poor)


def envied(run, household):
    """Households that were given, this month, a home that a waiting one may have: those who came before it."""
    it, homes = run.world.tables["households"], run.world.tables["dwellings"]
    fits = np.flatnonzero(homes["most_members"] >= it["members"][household])
    fits = fits[np.argsort(homes["most_members"][fits])][:3]
    assert not (homes["homes"] - homes["occupied"])[fits].any(), "a free home is wanted"
    return np.flatnonzero((it["moved_month"] == run.month - 1) & np.isin(it["dwelling"], fits))


def test_nobody_of_lower_rank_was_given_what_a_waiting_household_may_have():
    run = Engine(region(MONTHS), "baseline", 0, short())
    it = run.world.tables["households"]
    seen = 0
    for _ in range(MONTHS):
        run.step()
        for household in np.flatnonzero(it["waits_since"] >= 0):
            mine = (it["batch_month"][household], -points(run, household))
            came = envied(run, household)
            assert all((it["batch_month"][one], -points(run, one)) <= mine for one in came)
            seen += len(came)
    assert seen > 20


def test_the_order_of_rows_changes_nothing(run):
    mixed = Engine(region(MONTHS), "baseline", 0, shuffled(short()))
    mixed.run()
    for table, column in (
        ("households", "dwelling"), ("households", "waits_since"), ("households", "months_waited"),
        ("households", "home"), ("dwellings", "occupied"), ("places", "homes_occupied"),
    ):  # fmt: skip
        assert np.array_equal(named(run, table, column), named(mixed, table, column)), column
