"""Laws of care: what more doctors, more need and strangers change, and what they don't."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from simulation.interventions import clinic_staff
from tests.small import small_engine, small_world

START = 24216


def region(people=300, fte=2.0, strangers=0, capacity=40.0):
    minutes = [[0, 30, -1], [30, 0, -1], [-1, -1, 0]]
    crowd = [{"id": f"p{at}", "household": "h"} for at in range(people)] + [
        {"id": f"s{at}", "household": "h"} for at in range(strangers)
    ]
    tables = {
        "places": [{"id": "site", "kind": "site"}, {"id": "town", "kind": "town"}, {"id": "coast", "kind": "coast"}],
        "households": [{"id": "h"}],
        "persons": crowd,
        "clinics": [
            {"id": "station", "place": "site", "level": "primary", "fte": fte, "visits_per_fte": capacity},
            {
                "id": "hospital",
                "place": "town",
                "level": "county",
                "fte": 50.0,
                "visits_per_fte": capacity,
                "outside_visits": 100,
            },
            {"id": "planned", "place": "site", "level": "primary", "fte": 0.0, "visits_per_fte": capacity},
        ],
    }
    return small_world(tables, minutes, START)


def turned(world, months=1, arm=(), **settings):
    n = world.tables["persons"].rows
    given = {"persons.place": [0] * n, "persons.age": [20 + at % 60 for at in range(n)]}
    engine = small_engine(world, ["care"], given, months=months, arm=arm, parameters={"care": settings})
    for _ in range(months):
        engine.step()
    return engine.world.tables


def staff(fte, opens=START):
    settings = clinic_staff.Settings(clinic="station", fte=fte, opens=opens)
    return [SimpleNamespace(kind="clinic_staff", settings=settings, identity="clinic_staff/station")]


def test_a_full_clinic_serves_what_it_can():
    clinics = turned(region(fte=0.5))["clinics"]
    assert clinics["visits_now"][0] == 20
    assert clinics["unmet_now"][0] > 0
    assert clinics["load"][0] == pytest.approx((20 + clinics["unmet_now"][0]) / 20)


def test_more_doctors_never_raise_what_is_unmet():
    unmet = [
        turned(region(fte=0.5), arm=staff(more))["persons"]["unmet_visits"].copy() for more in (0.0, 0.3, 0.6, 5.0)
    ]
    for before, after in itertools.pairwise(unmet):
        assert (after <= before).all()
    assert unmet[0].sum() > unmet[-1].sum() == 0


def test_no_more_doctors_is_the_baseline_and_none_work_before_their_month():
    for months, arm in ((3, staff(0.0)), (2, staff(3.0, opens=START + 2))):
        one, other = turned(region(fte=0.5), months), turned(region(fte=0.5), months, arm)
        for table, column in (("persons", "visits"), ("persons", "unmet_visits"), ("clinics", "load")):
            assert np.array_equal(one[table][column], other[table][column])


def test_a_clinic_without_doctors_is_not_there():
    clinics = turned(region())["clinics"]
    assert (clinics["visits_now"][2], clinics["unmet_now"][2], clinics["load"][2]) == (0, 0, 0.0)


def test_more_need_only_adds_visits():
    few, many = (turned(region(fte=50.0), visits_year=rate)["persons"] for rate in (4.0, 6.5))
    assert (many["visits"] >= few["visits"]).all()
    assert (many["primary_visits"] >= few["primary_visits"]).all()
    assert many["visits"].sum() > few["visits"].sum()


def test_a_stranger_changes_nothing_while_there_is_room():
    alone, crowded = turned(region(fte=50.0), 2)["persons"], turned(region(fte=50.0, strangers=50), 2)["persons"]
    for column in ("visits", "primary_visits", "outpatient_fen", "inpatient_fen"):
        assert np.array_equal(alone[column], crowded[column][:300])


def test_those_on_the_coast_and_the_dead_ask_for_nothing():
    world = region()
    given = {"persons.place": [2] * 150 + [0] * 150, "persons.alive": [1] * 150 + [0] * 150, "persons.age": [70] * 300}
    engine = small_engine(world, ["care"], given)
    engine.step()
    assert engine.world.tables["persons"]["visits_wanted"].sum() == 0


def test_the_mean_need_is_what_the_parameters_say():
    persons = turned(region(people=6000, fte=2000.0), stays_year=0.17)["persons"]
    # Ages 20 to 79: two thirds at 0.8 / 0.9811, one third at 2.0 / 0.9811 of 5 visits a year.
    expected = 6000 * 5 / 12 * (2 / 3 * 0.8 + 1 / 3 * 2.0) / 0.9811
    assert abs(persons["visits_wanted"].sum() - expected) < 5 * np.sqrt(expected)
    visits, primary = (persons[one].astype(int) for one in ("visits", "primary_visits"))
    assert np.array_equal(persons["outpatient_fen"], 7000 * primary + 32920 * (visits - primary))


def test_doctors_cost_by_the_month():
    it = clinic_staff.Settings(clinic="station", fte=2.0, opens=START)
    assert clinic_staff.costs(it).monthly_yuan_per_unit * 12 == pytest.approx(115_000)
    assert clinic_staff.describe(it) == "2 more full-time doctors at station from 2018-01"
    assert it.capital_month == START - 6
