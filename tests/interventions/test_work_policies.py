"""Policies for work: what they bring, cost and pay, and who a course admits in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from simulation.clock import Clock
from simulation.interventions import job_service, micro_factory, public_welfare_posts, skills_training, workshop
from simulation.interventions._eligibility import OLDEST, YOUNGEST, Eligibility, parse
from simulation.ledger import book
from simulation.levers import Turn
from simulation.world import NEVER

APRIL_2020 = 12 * 2020 + 3


def micro(**more):
    return micro_factory.Settings(place="jinxiu", posts=38, opens=APRIL_2020, **more)


def test_five_hundred_pieces_make_forty_yuan():
    it = micro()
    assert it.piece_rate_yuan * it.pieces_day == pytest.approx(40)


@pytest.mark.parametrize(("days", "yuan"), [(22.0, 880), (26.0, 1040)])
def test_a_month_of_piecework(days, yuan):
    assert micro(days_month=days).pay_month_fen == yuan * 100


def test_a_year_of_piecework_alone_leaves_a_household_below_the_line():
    a_head = 250 * 40 / 4.45
    assert a_head == pytest.approx(2247, abs=1) and a_head < 4000


def test_a_year_in_the_workshop_lifts_it_above_the_monitoring_level():
    it = workshop.Settings(place="jinxiu", posts=50, opens=APRIL_2020)
    a_head = it.pay_month_yuan * 12 / 4.45
    assert a_head == pytest.approx(8090, abs=1) and a_head > 6000


def test_a_micro_factory_is_paid_for_four_months_before_it_opens():
    it = micro()
    assert it.first_month == APRIL_2020 and it.capital_month == APRIL_2020 - 4
    assert micro_factory.costs(it).capital_yuan_per_unit * 38 == 38 * 8500
    (row,) = micro_factory.rows(it)
    assert row.identity == "employer/jinxiu/micro_factory" and row.values["posts"] == 0 and row.values["min_age"] == 50


@pytest.mark.parametrize("module", [micro_factory, workshop, public_welfare_posts])
def test_posts_for_nobody_are_refused(module):
    with pytest.raises(ValidationError, match="hires nobody: min_age 55 lies above max_age 50"):
        module.Settings(place="jinxiu", posts=38, opens=APRIL_2020, min_age=55, max_age=50)


def test_two_of_a_kind_are_told_apart_by_name():
    (row,) = micro_factory.rows(micro(name="second"))
    assert row.identity == "employer/jinxiu/micro_factory/second"


@pytest.mark.parametrize(("posts", "yuan"), [(14, 0), (15, 20_000), (50, 55_000), (100, 100_000)])
def test_the_county_pays_a_workshop_for_its_staff(posts, yuan):
    assert workshop.Settings(place="jinxiu", posts=posts, opens=APRIL_2020).bonus_yuan == yuan


def test_a_public_post_costs_what_it_pays_while_it_is_filled():
    it = public_welfare_posts.Settings(place="jinxiu", posts=10, starts=APRIL_2020, pay_month_yuan=1_000.0)
    (delivery,) = public_welfare_posts.costs(it).deliveries
    assert (delivery.column, delivery.yuan) == ("employers.filled", 1_000.0)
    (row,) = public_welfare_posts.rows(it)
    assert row.values["zero_employment_first"] == 1 and it.first_month == APRIL_2020 + 1


def test_a_course_costs_allowance_by_day_and_tuition_by_head():
    it = skills_training.Settings(place="jinxiu", places=120, starts=APRIL_2020, eligible="age >= 50 and not employed")
    costs = {one.column: one.yuan for one in skills_training.costs(it).deliveries}
    assert costs == {"programmes.participant_days": 80.0, "programmes.admissions": 1_500.0}
    (row,) = skills_training.rows(it)
    assert row.values["allowance_day_fen"] == 8_000
    assert (row.values["min_age"], row.values["max_age"], row.values["only_without_work"]) == (50, 59, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Eligibility()),
        ("age >= 50 and not employed", Eligibility(50, 59, True)),
        ("not employed and age<45", Eligibility(16, 44, True)),
        ("age > 20 and age <= 40", Eligibility(21, 40, False)),
        ("age == 30", Eligibility(30, 30, False)),
    ],
)
def test_who_is_admitted(text, expected):
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "employed",
        "age >= 50 or not employed",
        "age",
        "age >= fifty",
        "age >= 70",
        "__import__('os')",
        "not employed and",
        "age >= 30 and age < 30",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match=r"understood|admits nobody"):
        parse(text)
    with pytest.raises(ValidationError):
        skills_training.Settings(place="jinxiu", places=1, starts=APRIL_2020, eligible=text)


@given(st.sampled_from([">=", "<=", ">", "<", "=="]), st.integers(YOUNGEST, OLDEST), st.integers(YOUNGEST, OLDEST))
def test_a_comparison_admits_exactly_those_of_whom_it_is_true(sign, bound, age):
    true = {">=": age >= bound, "<=": age <= bound, ">": age > bound, "<": age < bound, "==": age == bound}[sign]
    try:
        rule = parse(f"age {sign} {bound}")
    except ValueError:
        assert not true
        return
    assert (rule.min_age <= age <= rule.max_age) == true


@pytest.mark.parametrize("module", [micro_factory, workshop])
def test_support_lasts_as_long_as_the_intervention_unless_months_are_given(module):
    def ends(**more):
        (row,) = module.rows(module.Settings(place="jinxiu", posts=38, opens=APRIL_2020, **more))
        return row.values["subsidy_ends"]

    assert ends() == NEVER
    assert ends(ends=APRIL_2020 + 20) == APRIL_2020 + 20
    assert ends(subsidy_months=12) == APRIL_2020 + 12
    assert ends(subsidy_months=24, ends=APRIL_2020 + 20) == APRIL_2020 + 20


@pytest.mark.parametrize("module", [micro_factory, workshop])
def test_the_end_of_support_is_told_and_ends_what_is_paid(module):
    it = module.Settings(place="jinxiu", posts=38, opens=APRIL_2020, subsidy_months=12)
    assert module.describe(it).endswith(", supported until 2021-04 and at risk to close then")
    assert "supported" not in module.describe(module.Settings(place="jinxiu", posts=38, opens=APRIL_2020))
    costs = module.costs(it)
    paid = {
        month: book(
            "x", costs, Clock(month, it.first_month, it.capital_month, it.strength(month)), {"employers.filled": 9}
        )
        for month in (APRIL_2020 + 11, APRIL_2020 + 12)
    }
    assert paid[APRIL_2020 + 12] == []
    assert bool(paid[APRIL_2020 + 11]) == (module is workshop)  # a micro-factory's support costs nothing by default


def test_a_job_service_raises_meetings_at_its_place_and_opens_no_post():
    it = job_service.Settings(place="jinxiu", centres=2, starts=APRIL_2020, gain_share=0.25)
    found = []
    clock = Clock(it.first_month, it.first_month, it.capital_month, it.strength(it.first_month))
    job_service.contribute(Turn(1, found), clock, it, lambda table, name: 7)
    assert [(one.lever, one.row, one.kind, one.amount) for one in found] == [
        ("places.matching_efficiency", 7, "scale", 1.5)
    ]
    assert it.first_month == APRIL_2020 + 3
    assert job_service.costs(it).units * job_service.costs(it).monthly_yuan_per_unit * 12 == pytest.approx(550_000)
    assert job_service.describe(it).startswith(
        "2 job service centres at jinxiu, by which seekers meet 50% more open posts"
    )
