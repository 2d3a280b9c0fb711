"""Looking for work on small worlds: windows, kin, search on the job, service staff, reasons for open posts, and the rival."""

import inspect
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from simulation.catalogue import discover
from simulation.levers import Contribution
from simulation.processes import _search
from simulation.world import View
from tests.processes.test_jobs import EAGER, eager, town
from tests.processes.work_world import SITE, START, TOWN, VILLAGE, WorkWorld, county, employer

WAYS = discover().variants("job_search")
STEADY = {"separations": {f"leave_{kind}": 0.0 for kind in ("workshop", "park", "services")}}
COUNTS = ("eligible", "near", "searching", "accepting", "met")


def by(world, way):
    """Let people of a small world look for work in another way, by the parameters of the first."""
    names = [one.name for one in world.processes]
    at, rival = names.index("job_search"), replace(discover().processes[way], name="job_search")
    world.processes[at] = rival
    world.views[at] = View(world.world, "job_search", (*rival.reads, *rival.lagged), rival.owns, (), rival.levers)
    return world


def drawn(rng, employers):
    """Draw employers of all sorts of windows at the site and in town."""
    for _ in range(employers):
        yield employer(
            str(rng.choice(["workshop", "park", "services", "micro_factory"])), int(rng.choice([SITE, TOWN])), int(rng.integers(0, 9)),
            float(rng.integers(800, 4000)), min_age=int(rng.integers(16, 40)), max_age=int(rng.integers(35, 61)),
            min_education=int(rng.integers(0, 3)), sex=int(rng.integers(-1, 2)), needs_training=int(rng.integers(0, 2)),
            takes_carers=int(rng.integers(0, 2)), zero_employment_first=int(rng.integers(0, 2)),
        )  # fmt: skip


def crowd(seed, people=40, way="job_search"):
    """Make people of all sorts before employers of all sorts."""
    rng = np.random.default_rng(seed)
    traits = {"education": rng.integers(0, 4, people), "trained": rng.integers(0, 2, people)}
    w = town(
        rng.integers(16, 60, people),
        list(drawn(rng, 6)),
        {"job_search": {**EAGER, "meeting_market": 0.9}},
        seed,
        **traits,
    )
    return by(w, way)


def fits(w, row, one):
    """Say whether a person of a world fits an employer's window."""
    age, sex, education, trained, carer = (
        w[f"persons.{name}"][row] for name in ("age", "sex", "education", "trained", "carer")
    )
    low, high, school, wanted, needs, hours = (
        w[f"employers.{name}"][one] for name in ("min_age", "max_age", "min_education", "sex", "needs_training", "takes_carers")
    )  # fmt: skip
    return low <= age <= high and education >= school and wanted in (-1, sex) and trained >= needs and hours >= carer


@pytest.mark.parametrize("way", WAYS)
@profile(max_examples=15)
@given(st.integers(0, 10_000))
def test_nobody_beyond_posts_and_nobody_outside_the_window(way, seed):
    w = crowd(seed, way=way)
    for month in range(START, START + 4):
        before = w["persons.employer"].copy()
        w.turn(month)
        assert (w["employers.filled"] <= w["employers.posts_now"]).all()
        for row in np.flatnonzero((w["persons.employer"] != before) & (w["persons.employer"] >= 0)):
            assert fits(w, row, w["persons.employer"][row])


@pytest.mark.parametrize("way", WAYS)
@profile(max_examples=15)
@given(st.integers(0, 10_000))
def test_reasons_for_open_posts_nest_and_add_up_to_the_posts_left_open(way, seed):
    w = crowd(seed, way=way)
    for month in range(START, START + 4):
        before = w["persons.employer"].copy()
        w.turn(month)
        found = np.array([w[f"employers.seekers_{name}"] for name in COUNTS])
        assert (np.diff(found, axis=0) <= 0).all()
        open_posts = w["employers.open_posts"]
        came = (w["persons.employer"] != before) & (w["persons.employer"] >= 0)
        hired = np.bincount(w["persons.employer"][came], minlength=len(open_posts))
        assert (hired <= np.minimum(open_posts, found[-1])).all()
        assert (w["employers.vacancies"] == open_posts - hired).all()
        assert (found[:, open_posts == 0] == 0).all()
        steps = [open_posts, *np.minimum(open_posts, found), hired]
        assert (sum(np.subtract(a, b) for a, b in pairwise(steps)) == w["employers.vacancies"]).all()


def test_each_reason_for_an_open_post_is_told_apart():
    posts = [
        employer("services", TOWN, 5, 3000, min_age=60), employer("services", VILLAGE, 5, 3000),
        employer("services", TOWN, 5, 1), employer("services", TOWN, 5, 3000), employer("services", TOWN, 5, 3000),
    ]  # fmt: skip
    rule = {
        "job_search": {**EAGER, "home_yuan": 400.0, "meeting_market": 1.0, "meeting_newcomers": 1.0, "minute_cost": 0.0}
    }
    w = town([30] * 4, posts, rule)
    w["employers.sex"][3], w["persons.sex"][:] = 1, 0
    w.turn(START)
    found = np.array([w[f"employers.seekers_{name}"] for name in COUNTS]).T
    assert found[0].tolist() == [0, 0, 0, 0, 0], "nobody of 60 is a labourer"
    assert found[1].tolist() == [4, 0, 0, 0, 0], "the village is too far away"
    assert found[2].tolist() == [4, 4, 4, 0, 0], "the pay is too low"
    assert found[3].tolist() == [0, 0, 0, 0, 0], "men don't fit"
    assert found[4, :4].tolist() == [4, 4, 4, 4]


def test_people_in_programmes_are_near_but_do_not_search():
    w = town([30] * 6, [employer("workshop", SITE, 9, 3000)], eager(), programme=[0, 0, -1, -1, -1, -1])
    w.turn(START, only=[name for name in (one.name for one in w.processes) if name != "training"])
    assert [w[f"employers.seekers_{name}"][0] for name in ("near", "searching")] == [6, 4]


def test_those_already_there_are_not_counted_as_people_who_might_come():
    w = town([30] * 6, [employer("workshop", SITE, 9, 3000)], eager(), employer=[0, 0, -1, -1, -1, -1])
    w.turn(START)
    assert w["employers.open_posts"][0] == 7
    assert w["employers.seekers_eligible"][0] == w["employers.seekers_near"][0] == 4


def test_a_better_post_moves_an_employee_and_the_old_one_opens_for_others_next_month():
    """A chain of vacancies: one post more at the top, one person more in work at its end."""
    posts = [employer("services", TOWN, 1, 2000), employer("services", TOWN, 0, 4000, min_education=2)]
    rule = {"job_search": {**EAGER, "meeting_market": 1.0, "meeting_newcomers": 1.0, "look_on_job": 1.0}, **STEADY}
    w = town([30, 30], posts, rule, employer=[0, -1], education=[2, 0])
    w.turn(START)
    assert w["persons.employer"].tolist() == [0, -1]
    one_more, month = [Contribution(1, "employers.posts", 1, "add", 1)], START
    while w["persons.employer"][0] == 0:
        month += 1
        w.turn(month, contributions=one_more)
    assert w["persons.employer"].tolist() == [1, -1]
    assert w["persons.left_job_reason"][0] == 0 and w["persons.job_since"][0] == month
    assert w["employers.vacancies"].tolist() == [0, 0], "what was left opens next month"
    w.turn(month + 1, contributions=one_more)
    assert w["employers.open_posts"].tolist() == [1, 0]
    for later in range(month + 2, month + 8):
        w.turn(later, contributions=one_more)
    assert w["persons.employer"].tolist() == [1, 0]


@pytest.mark.parametrize(("pay", "moves"), [(2600, True), (2400, False), (1500, False)])
def test_employees_accept_only_what_beats_their_post_by_the_gain_they_want(pay, moves):
    posts = [employer("services", TOWN, 20, 2000), employer("services", TOWN, 20, pay)]
    rule = {
        "job_search": {"meeting_market": 1.0, "meeting_half": 0.1, "meeting_newcomers": 1.0, "look_on_job": 1.0},
        **STEADY,
    }
    w = town([30] * 20, posts, rule, employer=[0] * 20)
    w.turn(START)
    assert (w["persons.employer"] == 1).any() == moves


def test_nobody_looks_on_the_job_where_the_share_is_0():
    posts = [employer("services", TOWN, 50, 1000), employer("services", TOWN, 50, 9000)]
    w = town(
        [30] * 50,
        posts,
        {"job_search": {**EAGER, "meeting_market": 1.0, "look_on_job": 0.0}, **STEADY},
        employer=[0] * 50,
    )
    w.turn(START + 1)
    assert (w["persons.employer"] == 0).all()


def with_kin(kin_effect, seed=1):
    """Two villages' people look for work at a firm whose staff come from the first village."""
    n, staff = 200, 20
    origin = np.array([VILLAGE] * staff + [VILLAGE, TOWN] * (n // 2))
    homes = {"origin": origin, "registered": np.full(len(origin), SITE), "population": np.zeros(len(origin), np.int8)}
    people = {"household": np.arange(len(origin)), "sex": np.zeros(len(origin)), "population": np.zeros(len(origin))}
    rule = {
        "meeting_market": 0.3,
        "meeting_newcomers": 1.0,
        "home_yuan": 1.0,
        "discount": 2.0,
        "kin_effect": kin_effect,
    }
    w = WorkWorld(
        people, homes, [employer("park", TOWN, 1000, 3000)], seed=seed,
        settings={"job_search": rule, "labour_force": {"unable_at_16": 0.0, "unable_at_59": 0.0}},
        given={
            "persons.place": np.full(len(origin), SITE), "households.home": np.full(len(origin), SITE),
            "persons.employer": [0] * staff + [-1] * n,
        },
    )  # fmt: skip
    w.turn(START)
    hired = w["persons.employer"][staff:] == 0
    return set(np.flatnonzero(hired[::2])), set(np.flatnonzero(hired[1::2]))


def given_to_meetings(w, month, monkeypatch, **more):
    """Run one month of search; return what its kernel was given, by name of the argument."""
    found, kernel = {}, _search.kernels.meetings

    def spy(*arguments):
        found.update(zip(inspect.signature(kernel).parameters, arguments, strict=True))
        return kernel(*arguments)

    monkeypatch.setattr(_search.kernels, "meetings", spy)
    w.turn(month, **more)
    monkeypatch.setattr(_search.kernels, "meetings", kernel)
    return found


def test_kin_are_the_share_of_people_with_a_tie_among_the_staff(monkeypatch):
    """4 of 40 labourers of the village and 4 of 10 of the town work there; each knows 3 of his own."""
    origin = np.array([VILLAGE] * 40 + [TOWN] * 10)
    homes = {"origin": origin, "registered": np.full(50, SITE), "population": np.zeros(50, np.int8)}
    people = {"household": np.arange(50), "sex": np.zeros(50), "population": np.zeros(50)}
    staff = [0] * 4 + [-1] * 36 + [0] * 4 + [-1] * 6
    able = {"unable_at_16": 0.0, "unable_at_59": 0.0}
    for ties in (0, 3):
        settings = {"job_search": {"kin_effect": 2.0, "kin_ties": ties}, "labour_force": able, **STEADY}
        given = {"persons.place": np.full(50, SITE), "households.home": np.full(50, SITE), "persons.employer": staff}
        w = WorkWorld(people, homes, [employer("park", TOWN, 1000, 3000)], settings=settings, given=given)
        kin = given_to_meetings(w, START, monkeypatch)["kin"][:, 0]
        expected = {VILLAGE: 3 - 2 * 0.9**ties, TOWN: 3 - 2 * 0.6**ties, SITE: 1.0}
        assert {place: kin[place] for place in expected} == pytest.approx(expected)


def test_newcomers_meet_as_many_firms_as_others_after_a_while_and_at_once_where_they_come_from(monkeypatch):
    rule = {"job_search": {"meeting_newcomers": 0.4, "newcomer_months": 24}}
    w = town([30] * 4, [employer("park", TOWN, 9, 3000)], rule, place=[SITE, SITE, SITE, VILLAGE])
    w["households.moved_month"][:] = [START, START - 12, START - 30, START]
    luck = given_to_meetings(w, START, monkeypatch)["luck"]
    assert luck[:, 1] / luck[:, 0] == pytest.approx([0.4, 0.7, 1.0, 1.0])


def test_kin_on_the_staff_only_add_meetings_and_only_for_kin():
    alone, others = with_kin(0.0)
    known, still = with_kin(2.0)
    assert alone < known
    assert still == others


@pytest.mark.parametrize("way", WAYS)
def test_service_staff_only_add_meetings_where_they_work(way):
    def met(factor):
        w = town([30] * 300, [employer("park", TOWN, 5000, 3000)], {"job_search": {"home_yuan": 1.0, "discount": 2.0}})
        w["persons.place"][::2] = TOWN
        by(w, way).turn(START, contributions=[Contribution(1, "places.matching_efficiency", SITE, "scale", factor)])
        return set(np.flatnonzero(w["persons.employer"] == 0))

    few, many = met(1.0), met(2.0)
    assert few < many
    assert {row for row in many - few if row % 2 == 0} == set()


def test_more_waiting_makes_people_accept_less():
    """A poor post is refused at first and taken once savings have run out."""
    rule = {**EAGER, "home_yuan": 1000.0, "reservation_fall": 0.1, "meeting_newcomers": 1.0}
    w = town([30] * 30, [employer("workshop", SITE, 90, 700)], {"job_search": rule, **STEADY})
    w.turn(START)
    assert (w["persons.employer"] == -1).all()
    w.run(12, START + 1)
    assert (w["persons.employer"] == 0).all()


def test_good_posts_to_wait_for_make_people_refuse_poor_ones():
    """The reservation wage rises with the chance of something better."""
    poor, good = employer("workshop", SITE, 90, 1200), employer("park", TOWN, 90, 6000)
    rule = {
        "meeting_brokered": 1.0,
        "meeting_market": 0.2,
        "meeting_newcomers": 1.0,
        "home_yuan": 1000.0,
        "discount": 0.05,
    }
    alone = town([30] * 30, [poor], {"job_search": rule, **STEADY})
    both = town([30] * 30, [poor, good], {"job_search": rule, **STEADY})
    alone.turn(START)
    both.turn(START)
    assert (alone["persons.employer"] == 0).all()
    assert not (both["persons.employer"] == 0).any()


def test_nobody_waits_for_posts_beyond_his_age_or_schooling():
    """A good post for people up to 45 with junior school makes them refuse a poor one, and nobody else."""
    posts = [
        employer("workshop", SITE, 90, 1200),
        employer("park", TOWN, 90, 6000, max_age=45, min_education=1),
    ]
    rule = {"meeting_brokered": 1.0, "meeting_newcomers": 1.0, "home_yuan": 1000.0, "discount": 0.05}
    w = town(
        [45, 46, 45, 45] * 10,
        posts,
        {"job_search": rule, **STEADY},
        education=[1, 1, 0, 0] * 10,
        trained=[0, 0, 0, 1] * 10,
    )
    w.turn(START)
    took = (w["persons.employer"] == 0).reshape(10, 4)
    assert not took[:, 0].any() and took[:, 1:].all()


@pytest.mark.parametrize("idle", [{"min_age": 60, "max_age": 75}, {"place": VILLAGE, "min_age": 41, "max_age": 47}])
def test_an_idle_employer_changes_nobodys_reservation_wage(idle, monkeypatch):
    posts = [employer("park", TOWN, 9, 3000, max_age=45), employer("workshop", SITE, 9, 2500, min_age=25)]
    more = {**employer("services", TOWN, 50, 9000), **idle}
    ages = list(range(16, 60))
    alone, beside = (least_accepted(town(ages, every), START, monkeypatch) for every in (posts, [*posts, more]))
    assert alone == beside and len(set(alone.values())) > 3


def test_people_over_50_take_posts_that_the_young_refuse_and_carers_ask_for_more():
    w = town(
        [30] * 20 + [55] * 20,
        [employer("micro_factory", SITE, 90, 800)],
        {"job_search": {**EAGER, "home_yuan": 1000.0}, **STEADY},
    )
    w.turn(START)
    assert w["persons.employer"].tolist() == [-1] * 20 + [0] * 20


@pytest.mark.parametrize("way", WAYS)
def test_both_ways_employ_most_of_a_small_county(way):
    w = by(county(0.01), way)
    w.run(8)
    town_folk = (w["persons.labourer"] != 0) & np.isin(w["persons.place"], [SITE, TOWN])
    assert 0.6 < (w["persons.employer"][town_folk] >= 0).mean() < 1.0


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("limit", "hired"), [(19, 0), (20, 40)])
def test_one_limit_of_the_way_to_work_holds_for_who_looks_and_for_who_stays(way, limit, hired):
    posts = [employer("park", TOWN, 40, 2900, extra_minutes=15)]
    far = {"job_search": {**EAGER, "meeting_market": 1.0, "meeting_half": 0.1}, "commuting": {"limit": limit}}
    w = by(town([30] * 40, posts, {**STEADY, **far}, employer=[0] * 20 + [-1] * 20, place=[SITE] * 40), way)
    w.run(6)
    assert (w["persons.employer"] >= 0).sum() == hired


def test_the_rival_compares_nothing():
    """Where the best post pays twice as much, choosers take it and takers of first offers don't care."""
    posts = [employer("park", TOWN, 500, 2000), employer("park", TOWN, 500, 4000)]
    rule = {"job_search": {**EAGER, "meeting_market": 1.0, "meeting_newcomers": 1.0}}
    chosen = {}
    for way in WAYS:
        w = by(town([30] * 400, posts, rule), way)
        w.turn(START)
        hired = w["persons.employer"][w["persons.employer"] >= 0]
        chosen[way] = (hired == 1).mean()
    assert chosen["job_search"] > 0.85
    assert 0.4 < chosen["first_offer"] < 0.6


def least_accepted(w, month, monkeypatch, **more):
    """Run one month of search; return the least that each seeker accepts, by uid."""
    found = given_to_meetings(w, month, monkeypatch, **more)
    return dict(zip(found["uid"].tolist(), found["least"].tolist(), strict=True))


def test_a_month_without_open_posts_makes_nobody_sure_to_be_hired(monkeypatch):
    """One post opens, none, and one again: hundreds asked for it, and people remember."""
    quiet = {
        "separations": {"leave_public_welfare": 0.0, "contract_renewed": 1.0},
        "job_search": {"reservation_fall": 0.0},
    }
    w = town([30] * 400, [employer("public_welfare", SITE, 50, 3000)], quiet, employer=[0] * 50 + [-1] * 350)
    asked = []
    for month, posts in enumerate((0, 1, 1, 2)):
        more = [Contribution(1, "employers.posts", 0, "add", posts)]
        found = least_accepted(w, START + month, monkeypatch, contributions=more)
        asked.append(max(found.get(uid, 0.0) for uid in w["persons.uid"][50:].tolist()))
        if month == 1:
            known = int(w["employers.last_met"][0])
            assert known > 10
        if month == 2:
            assert w["employers.seekers_met"][0] == 0 and w["employers.last_met"][0] == known
    # Without a post in reach people ask for what home is worth.
    assert asked[0] == asked[2] == 1000.0
    assert asked[1] < 1050.0 and asked[3] < 1050.0


def test_people_expect_of_a_new_employer_what_its_posts_leave_to_each_of_them(monkeypatch):
    """Of 100 who would all meet it, a tenth can be hired; before, all thought that they would be."""
    rule = {"meeting_brokered": 1.0, "meeting_half": 0.1, "discount": 0.2, "posts_end": 0.0, "home_yuan": 1000.0}
    w = town([30] * 100, [employer("workshop", SITE, 10, 3000)], {"job_search": rule})
    found = least_accepted(w, START, monkeypatch)
    # R = 1000 + rate x chance / discount x (3000 - R) with rate 10 / 10.1, chance a tenth, and the way of no minutes.
    chance = 10 / (100 * 10 / 10.1)
    k = 10 / 10.1 * chance / 0.2
    assert len(set(found.values())) == 1 and max(found.values()) == pytest.approx((1000 + k * 3000) / (1 + k), rel=1e-5)


def test_a_half_of_one_vacancy_divides_by_nothing():
    with np.errstate(all="raise"):
        w = town([30] * 3, [employer("self_employed", SITE, -1, 1700)], {"job_search": {"meeting_half": 1.0}})
        w.turn(START)


def test_own_business_counts_for_what_it_earns_from_the_first_month_on(monkeypatch):
    posts = [employer("self_employed", SITE, -1, 1700, pay_sigma=0.5)]
    rule = {"job_search": {"look_out": 1.0}, "separations": {"leave_self_employed": 0.0}}
    w = town([30] * 40, posts, rule, employer=[0] * 40)
    first, second = (least_accepted(w, month, monkeypatch) for month in (START, START + 1))
    assert len(set(first.values())) == 40
    assert first == pytest.approx(second)


def test_people_elsewhere_are_not_too_far_for_posts_brought_to_residents():
    w = town([55] * 20, [employer("micro_factory", SITE, 10, 880, 11, min_age=50)], eager(), place=[TOWN] * 20)
    w["households.home"][:] = TOWN
    w.turn(START)
    assert w["employers.seekers_eligible"][0] == 0
