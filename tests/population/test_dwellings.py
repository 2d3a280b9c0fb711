"""Homes by size: a site's homes shared out to the whole home, whatever the scale."""

import numpy as np
import pytest

from simulation import facilities
from simulation.engine import Engine
from tests.region import people, region

NAMES = {"village": 0, "old_site": 1, "new_site": 2}


def made(homes, sizes):
    """The table of dwellings of a site with some homes; `sizes` are (place, most members, share)."""
    places = facilities.base_table("places", 3, {"homes": np.array([-1, 7, homes])})
    columns = zip(*sizes, strict=True) if sizes else ([], [], [])
    region = {name: np.array(one) for name, one in zip(("place", "most_members", "share"), columns, strict=True)}
    return facilities.dwellings(region, places, NAMES)


@pytest.mark.parametrize("homes", [0, 1, 9, 87, 433, 4330])
def test_the_homes_of_all_sizes_are_the_homes_of_the_site(homes):
    table, _ = made(homes, [("new_site", 2, 0.09), ("new_site", 4, 0.42), ("new_site", 12, 0.49)])
    of_site = table["homes"][table["place"] == 2]
    assert of_site.sum() == homes
    assert np.abs(of_site - homes * np.array([0.09, 0.42, 0.49])).max() < 1


def test_a_site_without_sizes_has_homes_that_suit_everybody():
    table, ids = made(5, [("new_site", 4, 1.0)])
    old = np.flatnonzero(table["place"] == 1)
    assert ids == ["new_site/4", "old_site/30"]
    assert table["homes"][old].tolist() == [7]
    assert table["most_members"][old].tolist() == [30]
    assert 0 not in table["place"], "a village has no limit of homes"


@pytest.mark.parametrize("scale", [0.02, 0.1])
def test_every_household_called_in_2018_finds_a_home_of_its_size_in_its_month(scale):
    run = Engine(region(11, scale), "baseline", 0, people(scale=scale))
    run.run()
    it, homes = run.world.tables["households"], run.world.tables["dwellings"]
    called = np.flatnonzero(it["batch_month"] >= 0)
    assert len(called) == np.floor(4044 * scale + 0.5)
    moved = called[it["moved_month"][called] >= 0]
    assert len(called) - len(moved) <= (it["members"][called] == 0).sum()
    assert np.array_equal(it["moved_month"][moved], it["batch_month"][moved])
    assert it["months_waited"].max() == 0
    assert (homes["occupied"] <= homes["homes"]).all()


def test_homes_are_alike_in_all_replicates():
    one, other = (people(number).base.tables["dwellings"] for number in (0, 1))
    assert np.array_equal(one["homes"], other["homes"])
