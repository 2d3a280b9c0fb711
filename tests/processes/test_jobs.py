"""The processes of work on small worlds: laws that hold whatever the luck."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.levers import Contribution
from simulation.processes import training
from simulation.processes.wages import paid_share
from simulation.world import EMPLOYER_KINDS
from tests.processes.work_world import COAST, SITE, START, WorkWorld, county, employer

SURE = {
    "labour_force": {"unable_at_16": 0.0, "unable_at_59": 0.0},
    "orders": {"volatility_workshop": 0.0, "volatility_micro_factory": 0.0},
}
"""Everybody is able, and employers have the orders that they usually have."""


def town(people, employers, settings=None, seed=1, **given):
    """Put people of one age each in households of one at the site."""
    n = len(people)
    households = {"origin": np.zeros(n, np.int32), "registered": np.full(n, SITE), "population": np.zeros(n, np.int8)}
    persons = {"household": np.arange(n), "sex": np.arange(n) % 2, "population": np.zeros(n, np.int8)}
    start = {"persons.age": np.asarray(people), "persons.place": np.full(n, SITE), "households.home": np.full(n, SITE)}
    start |= {f"persons.{name}": np.asarray(column) for name, column in given.items()}
    return WorkWorld(persons, households, employers, settings={**SURE, **(settings or {})}, seed=seed, given=start)


EAGER = {
    "meeting_brokered": 1.0,
    "meeting_half": 0.1,
    "home_yuan": 1.0,
    "care_yuan": 0.0,
    "discount": 2.0,
    "meeting_over_50": 1.0,
    "meeting_carers": 1.0,
}


def eager(**more):
    """Return settings under which everybody takes whatever a workshop offers."""
    return {"job_search": EAGER, "separations": {"leave_workshop": 0.0, "leave_micro_factory": 0.0, **more}}


@settings(max_examples=10)
@given(st.integers(0, 40), st.integers(1, 30), st.integers(0, 1000))
def test_no_job_beyond_posts(posts, people, seed):
    w = town([30] * people, [employer("workshop", SITE, posts, 3000)], eager(), seed)
    for month in range(START, START + 3):
        w.turn(month)
        assert w["employers.filled"][0] <= posts
    assert w["employers.vacancies"][0] == posts - w["employers.filled"][0]


def test_all_find_work_where_there_is_enough_and_nobody_is_hesitant():
    w = town([30] * 20, [employer("workshop", SITE, 500, 3000)], eager())
    w.turn(START)
    w.turn(START + 1)
    assert (w["persons.employer"] == 0).all()
    assert (w["persons.jobless_since"] == -1).all()


def test_a_micro_factory_for_the_over_50s_hires_nobody_younger():
    w = town([30, 49, 50, 55, 59], [employer("micro_factory", SITE, 10, 880, 11, min_age=50)], eager())
    w.turn(START)
    w.turn(START + 1)
    assert w["persons.employer"].tolist() == [-1, -1, 0, 0, 0]


def test_closing_posts_dismisses_the_newest_first():
    w = town(
        [30] * 4,
        [employer("workshop", SITE, 4, 3000)],
        eager(),
        employer=[0] * 4,
        job_since=[START - 9, START - 2, START - 5, START - 1],
    )
    w.turn(START, contributions=[Contribution(1, "employers.posts", 0, "add", -2)])
    assert w["persons.employer"].tolist() == [0, -1, 0, -1]
    assert w["persons.left_job_reason"].tolist() == [0, 8, 0, 8]


def test_the_coast_employs_exactly_those_who_are_there():
    w = town(
        [30] * 3, [employer("coast", COAST, -1, 5013, 8), employer("workshop", SITE, 0, 3000)], employer=[1, 0, -1]
    )
    w["persons.place"][0] = COAST
    w.turn(START)
    assert w["persons.employer"].tolist() == [0, -1, -1]
    assert w["persons.left_job_reason"].tolist() == [9, 10, 0]


def test_a_person_of_60_leaves_work():
    w = town([59, 60], [employer("workshop", SITE, 5, 3000)], eager(), employer=[0, 0])
    w.turn(START)
    assert w["persons.employer"].tolist() == [0, -1]
    assert w["persons.left_job_reason"][1] == 2


def test_public_posts_go_to_households_without_work_first():
    posts = employer("public_welfare", SITE, 5, 800, zero_employment_first=1)
    w = WorkWorld(
        {"household": np.repeat(np.arange(10), 2), "sex": np.zeros(20), "population": np.zeros(20)},
        {"origin": np.zeros(10), "registered": np.full(10, SITE), "population": np.zeros(10)},
        [employer("workshop", SITE, 5, 3000, max_age=0), posts],
        settings={**SURE, **eager(leave_public_welfare=0.0)},
        given={
            "persons.place": np.full(20, SITE), "households.home": np.full(10, SITE),
            "persons.employer": [0 if row < 10 and row % 2 == 0 else -1 for row in range(20)],
        },
    )  # fmt: skip
    w.turn(START)
    hired = np.flatnonzero(w["persons.employer"] == 1)
    assert len(hired) == 5 and (hired >= 10).all()


def changed(w, before):
    """List the rows whose employer changed."""
    return np.flatnonzero(w["persons.employer"] != before)


def test_an_unrelated_person_changes_nothing():
    near = [employer("workshop", SITE, 3, 3000)]
    few, many = (town([30] * n, near, eager()) for n in (8, 8))
    many["persons.place"][7] = 0  # lives in the village, out of reach of the workshop
    few["persons.alive"][7] = 0
    for month in range(START, START + 6):
        few.turn(month)
        many.turn(month)
    assert few["persons.employer"][:7].tolist() == many["persons.employer"][:7].tolist()
    assert few["persons.paid"][:7].tolist() == many["persons.paid"][:7].tolist()


def test_an_employer_without_posts_changes_nothing():
    one, other = (
        town([30] * 9, [employer("workshop", SITE, 3, 3000)]),
        town([30] * 9, [employer("workshop", SITE, 3, 3000), employer("workshop", SITE, 0, 9000)]),
    )
    for month in range(START, START + 12):
        one.turn(month)
        other.turn(month)
        assert one["persons.employer"].tolist() == other["persons.employer"].tolist()


def course(**more):
    """Describe a course at the site."""
    row = {
        "place": SITE,
        "places": 0,
        "months": 3,
        "days_month": 20,
        "min_age": 16,
        "max_age": 59,
        "only_without_work": 1,
        "completion_share": 1.0,
    }
    return {**row, **more}


def test_a_course_admits_by_rule_lasts_its_months_and_trains():
    w = WorkWorld(
        {"household": np.arange(6), "sex": np.zeros(6), "population": np.zeros(6)},
        {"origin": np.zeros(6), "registered": np.full(6, SITE), "population": np.zeros(6)},
        [employer("workshop", SITE, 1, 3000)], [course(min_age=50)],
        settings={**SURE, "training": {"uptake": 1.0}, "separations": {"leave_workshop": 0.0}},
        given={
            "persons.age": [30, 52, 53, 54, 55, 56], "persons.place": np.full(6, SITE), "households.home": np.full(6, SITE),
            "persons.employer": [-1, 0, -1, -1, -1, -1],
        },
    )  # fmt: skip
    places = [Contribution(1, "programmes.places", 0, "add", 3)]
    w.turn(START, contributions=places)
    inside = np.flatnonzero(w["persons.programme"] == 0)
    assert len(inside) == 3 and set(inside) <= {2, 3, 4, 5}
    assert w["programmes.participant_days"][0] == 60 and w["programmes.admissions"][0] == 3
    for month in (1, 2):
        w.turn(START + month, contributions=places)
        assert w["programmes.admissions"][0] == 0
    w.turn(START + 3, contributions=places)
    assert np.flatnonzero(w["persons.trained"]).tolist() == inside.tolist()
    assert w["programmes.completions"][0] == 3


@pytest.mark.parametrize(("days", "admitted"), [(10, [0, 1]), (11, [1])])
def test_whoever_has_a_post_has_no_time_for_a_course_of_most_of_the_month(days, admitted):
    w = WorkWorld(
        {"household": np.arange(2), "sex": np.zeros(2), "population": np.zeros(2)},
        {"origin": np.zeros(2), "registered": np.full(2, SITE), "population": np.zeros(2)},
        [employer("workshop", SITE, 1, 3000)], [course(days_month=days, only_without_work=0)],
        settings={**SURE, "training": {"uptake": 1.0}, "separations": {"leave_workshop": 0.0}},
        given={"persons.place": np.full(2, SITE), "households.home": np.full(2, SITE), "persons.employer": [0, -1]},
    )  # fmt: skip
    w.turn(START, contributions=[Contribution(1, "programmes.places", 0, "add", 3)])
    assert np.flatnonzero(w["persons.programme"] == 0).tolist() == admitted


@pytest.mark.parametrize("months", [0.0, 0.5, 8.0, 9.0, 10.5, 11.0, 11.5, 12.0])
def test_a_year_holds_the_months_that_an_employer_works(months):
    worked = np.array([months])
    total = paid_share(worked, True, 1.0)[0] + 11 * paid_share(worked, False, 1.0)[0]
    assert total == pytest.approx(months)


def test_links_balance_and_carers_hold_suited_posts_only_in_a_small_county():
    w = county(0.01)
    w.run(14)
    suited = np.append(w["employers.takes_carers"], 1)[w["persons.employer"]] != 0
    assert suited[w["persons.carer"] != 0].all()
    kinds = np.append(w["employers.kind"], -1)[w["persons.employer"]]
    assert (
        (kinds == EMPLOYER_KINDS.index("coast")) == ((w["persons.place"] == COAST) & (w["persons.labourer"] != 0))
    ).all()


def test_land_is_farmed_at_home_and_only_yields_in_harvest_months():
    w = county(0.01, settings={"farming": {"own_food_yuan": 0.0}})
    w.turn(START)
    stays = (w["households.population"] == 1) & (w["households.land_mu"] > 0)
    assert (w["households.land_use"][stays] == 1).mean() > 0.9
    assert not w["households.farm_month"].any()
    w.turn(START + 4)
    assert w["households.farm_month"][stays].any() and w["persons.farm_work"].any()
    assert not (w["persons.farm_work"].astype(bool) & w["persons.paid"].astype(bool)).any()


def test_the_land_of_a_household_that_died_out_brings_no_rent():
    w = county(0.01)
    w["households.home"][:] = SITE
    w["households.members"][::2] = 0
    for month in range(12):
        w.turn(START + month)
    lives = w["households.members"] > 0
    assert w["households.rent_month"][lives].any()
    assert not w["households.rent_month"][~lives].any() and not w["households.land_use"][~lives].any()


def test_a_completed_course_only_adds_people_to_those_who_find_work():
    def hired(trained):
        settings = {"job_search": {**EAGER, "meeting_brokered": 0.4, "meeting_trained": 1.5}}
        w = town([30] * 300, [employer("workshop", SITE, 5000, 3000)], settings, trained=[trained] * 300)
        w.turn(START)
        return set(np.flatnonzero(w["persons.employer"] == 0))

    assert hired(0) < hired(1)


def test_children_are_not_left_at_home_without_an_adult():
    """Single parents at home hardly go; those whose child is alone come home."""
    n = 100
    parents = np.arange(0, 2 * n, 2)
    start = {
        "persons.age": np.tile([30, 4], n), "persons.place": np.full(2 * n, SITE), "households.home": np.full(n, SITE),
    }  # fmt: skip
    persons = {"household": np.repeat(np.arange(n), 2), "sex": np.zeros(2 * n, np.int8), "population": np.zeros(2 * n)}
    households = {"origin": np.zeros(n, np.int32), "registered": np.full(n, SITE), "population": np.zeros(n, np.int8)}
    w = WorkWorld(persons, households, given=start, settings={"coast": {"go_carers": 0.0, "go_level": 2.0}})
    w.turn(START)
    assert (w["persons.coast_wish"][parents] == 1).mean() < 0.2
    w["persons.place"][parents] = COAST
    w.turn(START + 3)
    assert (w["persons.coast_wish"][parents] == 2).mean() > 0.6


@pytest.mark.parametrize("upside_down", [False, True])
def test_equal_lots_for_a_course_go_by_uid(monkeypatch, upside_down):
    monkeypatch.setattr(training, "fill_units", lambda key, uid, out: out.fill(0.5))
    w = WorkWorld(
        {"household": np.arange(6), "sex": np.zeros(6), "population": np.zeros(6)},
        {"origin": np.zeros(6), "registered": np.full(6, SITE), "population": np.zeros(6)},
        [], [course()], settings={**SURE, "training": {"uptake": 1.0}},
        given={"persons.place": np.full(6, SITE), "households.home": np.full(6, SITE)},
    )  # fmt: skip
    uid = w["persons.uid"]
    uid[:] = np.sort(uid)[::-1] if upside_down else np.sort(uid)
    w.turn(START, contributions=[Contribution(1, "programmes.places", 0, "add", 3)])
    assert set(uid[w["persons.programme"] == 0]) == set(np.sort(uid)[:3])
