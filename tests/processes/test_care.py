"""Laws of care: what more doctors, more need and strangers change, and what they don't."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from simulation.interventions import clinic_staff
from tests.small import small_engine, small_world

START = 24216
ALL_COME_BACK = {"back_serious": 1.0, "back_moderate": 1.0, "back_minor": 1.0}


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


def each_month(world, months=1, arm=(), given=None, **settings):
    n = world.tables["persons"].rows
    given = {"persons.place": [0] * n, "persons.age": [20 + at % 60 for at in range(n)], **(given or {})}
    engine = small_engine(world, ["care"], given, months=months, arm=arm, parameters={"care": settings})
    for _ in range(months):
        engine.step()
        yield engine.world.tables


def turned(world, months=1, arm=(), **settings):
    *_, last = each_month(world, months, arm, **settings)
    return last


def waiting(persons):
    return sum(persons[f"waiting_{one}"] for one in ("serious", "moderate", "minor", "referrals"))


def staff(fte, opens=START):
    settings = clinic_staff.Settings(clinic="station", fte=fte, opens=opens)
    return [SimpleNamespace(kind="clinic_staff", settings=settings, identity="clinic_staff/station")]


def test_a_full_clinic_serves_what_it_can_and_the_gravest_first():
    tables = turned(region(fte=0.5), severity_slope=0.0)
    clinics, persons = tables["clinics"], tables["persons"]
    assert clinics["unmet_now"][0] > 0
    assert 0.9 < clinics["used_share"][0] <= 1.0
    assert clinics["load"][0] > 1.5
    assert clinics["wait_minutes"][0] > clinics["wait_minutes"][1]
    assert persons["wait_seconds"].sum() > 0
    # Whoever comes back is at least as grave as the least grave of those who do without.
    assert waiting(persons).sum() + persons["forgone_visits"].sum() == persons["unmet_visits"].sum()


def test_more_doctors_never_raise_what_is_unmet():
    unmet = [
        turned(region(fte=0.5), arm=staff(more))["persons"]["unmet_visits"].copy() for more in (0.0, 0.3, 0.6, 50.0)
    ]
    for before, after in itertools.pairwise(unmet):
        assert (after <= before).all()
    assert unmet[0].sum() > unmet[-1].sum() == 0


def test_what_is_not_served_comes_back_next_month():
    settings = ALL_COME_BACK
    world = region(fte=0.5)
    first = turned(world, **settings)["persons"]
    left = waiting(first).copy()
    assert left.sum() == first["unmet_visits"].sum() > 0
    second = turned(region(fte=0.5), 2, **settings)["persons"]
    assert np.array_equal(second["visits_returning"], left)
    assert second["forgone_visits"].sum() == 0


def test_what_does_not_come_back_is_forgone():
    settings = {"back_serious": 0.0, "back_moderate": 0.0, "back_minor": 0.0, "refer_share": 0.0}
    persons = turned(region(fte=0.5), 2, **settings)["persons"]
    assert persons["visits_returning"].sum() == persons["visits_referred"].sum() == 0
    assert np.array_equal(persons["forgone_visits"], persons["unmet_visits"])


def test_who_waits_and_leaves_for_the_coast_does_not_come_back():
    n = 300
    given = {"persons.place": [2] * n, "persons.age": [30] * n, "persons.waiting_minor": [1] * n}
    engine = small_engine(region(), ["care"], given)
    engine.step()
    persons = engine.world.tables["persons"]
    assert persons["visits_returning"].sum() == waiting(persons).sum() == persons["forgone_visits"].sum() == 0


def test_referred_visits_go_to_a_hospital_next_month():
    settings = {"refer_share": 1.0, "refer_from": 0.3, "severity_slope": 0.0, "county_bonus": -14.0, "visits_year": 7.0}
    first = turned(region(fte=50.0), **settings)
    referrals = first["persons"]["referrals"].copy()
    assert first["clinics"]["visits_now"][1] == 0
    assert 0 < referrals.sum() < first["persons"]["primary_visits"].sum()
    second = turned(region(fte=50.0), 2, **settings)
    assert np.array_equal(second["persons"]["visits_referred"], referrals)
    assert second["clinics"]["visits_now"][1] == referrals.sum()


def test_a_dearer_hospital_loses_visits_to_primary_care():
    def at_hospital(own):
        world, n = region(fte=50.0), 300
        given = {"persons.place": [0] * n, "persons.age": [40] * n, "households.outpatient_own_share": [own]}
        engine = small_engine(
            world,
            ["care"],
            given,
            parameters={"care": {"payment_loss": 1.0, "severity_slope": 4.0, "county_bonus": 0.0}},
        )
        engine.step()
        return engine.world.tables["clinics"]["visits_now"][1]

    assert at_hospital(0.0) > at_hospital(0.5) > at_hospital(1.0)


def test_a_long_wait_drives_visits_away_next_month():
    def at_station(wait):
        world, n = region(fte=50.0), 300
        given = {"persons.place": [0] * n, "persons.age": [40] * n, "clinics.wait_minutes": [wait, 0, 0]}
        engine = small_engine(world, ["care"], given, parameters={"care": {"wait_loss": 0.05}})
        engine.step()
        return engine.world.tables["clinics"]["visits_now"][0]

    assert at_station(0) > at_station(60) > at_station(200)


def test_a_stay_that_cannot_be_prepaid_is_forgone_and_one_stop_settlement_lets_it_be():
    def stays(limit):
        n = 300
        given = {
            "persons.place": [0] * n,
            "persons.age": [70] * n,
            "households.prepays": [1],
            "households.prepayment_limit_fen": [limit],
        }
        engine = small_engine(
            region(), ["care"], given, parameters={"care": {"stays_year": 0.19, "stays_chronic": 8.0}}
        )
        engine.step()
        persons = engine.world.tables["persons"]
        return persons["forgone_stays"].sum(), (persons["inpatient_level"] >= 0).sum(), persons["inpatient_fen"].max()

    none, some, everybody = stays(0), stays(3_000_000), stays(2**62)
    assert none[1] == 0 < none[0]
    assert everybody[0] == 0
    assert 0 < some[0] < none[0]
    assert {none[0] + none[1], some[0] + some[1]} == {everybody[1]}
    assert some[2] <= 3_000_000


def test_the_chronically_ill_come_more_often_and_the_mean_holds():
    n = 6000
    chronic = [int(at % 100 < 17) for at in range(n)]
    given = {"persons.place": [0] * n, "persons.age": [40] * n, "persons.chronic": chronic}
    engine = small_engine(region(people=n, fte=2000.0), ["care"], given)
    engine.step()
    wanted = engine.world.tables["persons"]["visits_wanted"]
    ill = np.array(chronic) == 1
    expected = n * 5 / 12 * 0.8 / 0.9811
    assert abs(wanted.sum() - expected) < 5 * np.sqrt(expected)
    assert wanted[ill].mean() / wanted[~ill].mean() == pytest.approx(2.5, rel=0.25)


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
    settings = {"stays_year": 0.17, "visits_chronic": 1.0, "stays_chronic": 1.0}
    persons = turned(region(people=6000, fte=2000.0), **settings)["persons"]
    # Ages 20 to 79: two thirds at 0.8 / 0.9811, one third at 2.0 / 0.9811 of 5 visits a year.
    expected = 6000 * 5 / 12 * (2 / 3 * 0.8 + 1 / 3 * 2.0) / 0.9811
    assert abs(persons["visits_wanted"].sum() - expected) < 5 * np.sqrt(expected)
    visits, primary = (persons[one].astype(int) for one in ("visits", "primary_visits"))
    assert np.array_equal(persons["outpatient_fen"], 7000 * primary + 32920 * (visits - primary))


def test_the_first_hours_of_a_doctor_draw_no_more_than_they_can_serve():
    """A place whose people went to an ample clinic elsewhere: a part of a doctor queues, but isn't overrun."""
    unmet = []
    for more in (0.0, 0.01, 0.1, 0.25, 0.5, 1.0, 2.0):
        world = region(fte=0.0, capacity=195.75)
        world.tables["clinics"]["level"][1] = 0
        world.tables["clinics"]["outside_visits"][1] = 0
        months = each_month(world, 12, staff(more), refer_share=0.0)
        unmet.append(sum(tables["persons"]["unmet_visits"].sum() for tables in months))
    assert unmet[0] == 0
    assert max(unmet) < 0.05 * 1320  # of so many asked for; before clinics weighed by their hours it was half of them
    assert unmet[-1] < 0.015 * 1320


def short_of_hospital(fte):
    world = region(fte=fte)
    world.tables["clinics"]["outside_visits"][1] = 100_000
    return world


def test_a_referral_that_no_hospital_serves_stays_a_referral():
    settings = {"refer_share": 1.0, "refer_from": 0.3, **ALL_COME_BACK}
    given = {"persons.age": [30] * 300, "persons.referrals": [1] * 300}
    for month, tables in enumerate(each_month(short_of_hospital(50.0), 2, given=given, **settings)):
        persons = tables["persons"]
        assert persons["waiting_referrals"].sum() >= 290, month
        assert (persons["visits_referred"] >= persons["waiting_referrals"]).all(), month


def test_what_comes_back_becomes_no_graver():
    """Under an overrun clinic each visit that waits keeps its class."""
    settings = {"refer_share": 0.0, "severity_slope": 0.0, **ALL_COME_BACK}
    given = {"persons.age": [30] * 300, "persons.waiting_minor": [2] * 300}
    persons = turned(short_of_hospital(0.2), given=given, **settings)["persons"]
    assert persons["waiting_minor"].sum() >= 500
    assert persons["waiting_serious"].sum() <= persons["visits_wanted"].sum()


def test_long_waits_of_a_crowded_month_fit_their_column():
    assert turned(region())["persons"]["long_waits"].dtype == np.int32


def test_doctors_cost_by_the_month():
    it = clinic_staff.Settings(clinic="station", fte=2.0, opens=START)
    assert clinic_staff.costs(it).monthly_yuan_per_unit * 12 == pytest.approx(115_000)
    assert clinic_staff.describe(it) == "2 more full-time doctors at station from 2018-01"
    assert it.capital_month == START - 6
