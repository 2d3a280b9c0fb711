"""Laws of chronic illness: as many as the prevalence says, for life, sooner and worse where care is forgone."""

import numpy as np
import pytest

from simulation.processes import care, health
from tests.small import small_engine, small_world

START = 24216


def grown(ages, months=1, given=None, **settings):
    n = len(ages)
    tables = {
        "places": [{"id": "site", "kind": "site"}],
        "households": [{"id": "h"}],
        "persons": [{"id": f"p{at}", "household": "h"} for at in range(n)],
    }
    start = {"persons.age": ages, **(given or {})}
    engine = small_engine(
        small_world(tables, [[0]], START), ["health"], start, months=months, parameters={"health": settings}
    )
    engine.run()
    return engine.world.tables["persons"]


@pytest.mark.parametrize(("age", "share"), [(0, 0.005), (25, 0.055), (50, 0.31), (70, 0.62), (95, 0.62)])
def test_as_many_are_ill_as_the_prevalence_says(age, share):
    n = 4000
    ill = (grown([age] * n)["chronic"] > 0).sum()
    assert abs(ill - n * share) < 5 * np.sqrt(n * share)


def test_who_is_ill_at_an_age_is_ill_at_every_later_one():
    young, old = (grown([age] * 500)["chronic"] > 0 for age in (30, 60))
    assert (old >= young).all()
    assert old.sum() > young.sum()


def test_a_year_without_forgone_care_changes_nothing_but_by_age():
    assert np.array_equal(grown([50] * 300)["chronic"], grown([50] * 300, months=12)["chronic"])


def test_forgone_care_adds_illness_and_only_adds():
    forgone = {"persons.forgone_visits": [2] * 1000}
    spared, without = grown([50] * 1000), grown([50] * 1000, 6, forgone, forgone_visit=0.05)
    assert (without["chronic"] >= spared["chronic"]).all()
    assert (without["chronic"] == 2).sum() > 0
    assert (without["chronic"] > 0).sum() > (spared["chronic"] > 0).sum()


def test_the_shares_on_which_care_norms_needs_are_those_of_the_prevalence():
    known = health.prevalence(health.Settings())
    at = np.minimum(np.arange(85), len(known) - 1)
    it = care.Settings()
    for share, first, last in ((it.ill_0_14, 0, 15), (it.ill_15_59, 15, 60), (it.ill_60, 60, 85)):
        assert share == pytest.approx(known[at[first:last]].mean(), abs=0.015)
