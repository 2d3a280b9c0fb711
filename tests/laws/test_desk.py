"""Laws of every planner's sum: it speaks of what is recorded, is nothing at size zero, and grows with the size."""

import math
from dataclasses import replace

import pytest

from simulation.catalogue import discover
from simulation.desk import Desk, estimates
from tests.region import any_item, region

CATALOGUE = discover()
INDICATORS = {name: one for family in CATALOGUE.outcomes.values() for name, one in family.indicators.items()}
DECLARED = sorted(name for name, one in CATALOGUE.interventions.items() if one.desk is not None)
SIZED = [
    name for name in DECLARED
    if any(
        field.is_required() and any(hasattr(one, "ge") for one in field.metadata)
        for field in CATALOGUE.interventions[name].Settings.model_fields.values()
    )
]  # fmt: skip


def sums(kind, size=None):
    item = any_item(kind, region().start + 1, size)
    return estimates(CATALOGUE.interventions[kind].desk(item.settings))


def test_every_shipped_intervention_declares_one():
    assert sorted(CATALOGUE.interventions) == DECLARED


@pytest.mark.parametrize("kind", DECLARED)
def test_a_sum_speaks_of_an_outcome_that_is_recorded(kind):
    assert sums(kind)
    for one in sums(kind):
        assert one.outcome in INDICATORS
        assert math.isfinite(one.change)
        assert one.text == one.text.strip() != ""
        assert "=" in one.text, "a sum says what it comes to"
        assert one.as_if == one.as_if.strip() != "", "a sum says what it takes for granted"


@pytest.mark.parametrize("kind", DECLARED)
def test_what_counts_one_for_one_is_a_count(kind):
    for one in sums(kind):
        if one.one_for_one:
            assert INDICATORS[one.outcome].unit in ("persons", "households")
            assert not one.of_baseline


@pytest.mark.parametrize("kind", DECLARED)
def test_no_outcome_is_summed_twice(kind):
    outcomes = [one.outcome for one in sums(kind)]
    assert len(outcomes) == len(set(outcomes))


@pytest.mark.parametrize("kind", SIZED)
def test_size_zero_is_nothing_and_more_is_more(kind):
    none, some, more = (sums(kind, size) for size in (0, 1, 12))
    assert {one.change for one in none} == {0.0}
    for low, high in zip(some, more, strict=True):
        assert abs(low.change) > 0
        # A switch, such as a rule in force, has no larger size.
        assert high == low or (abs(high.change) > abs(low.change) and high.change * low.change > 0)


def test_nearly_all_have_a_size():
    assert set(DECLARED) - set(SIZED) == {"school_opening"}


def test_one_estimate_several_and_none_are_told_alike():
    one = Desk("employed_count", 1.0, "1 post = 1 job")
    two = replace(one, outcome="teachers_count")
    assert [estimates(found) for found in (one, [one, two], ())] == [(one,), (one, two), ()]


@pytest.mark.parametrize(
    ("kind", "size", "changes"),
    [
        ("micro_factory", 76, {"employed_count": 76, "employed_50plus_count": 76}),
        ("workshop", 50, {"employed_count": 50}),
        ("public_welfare_posts", 40, {"employed_count": 40, "zero_employment_households_count": -40}),
        ("skills_training", 120, {"employed_count": 102}),
        ("teacher_transfer", 20, {"standard_seats_count": 380}),
        ("teacher_recruitment", 20, {"teachers_count": 20, "standard_seats_count": 380}),
        ("school_seats", 4, {"standard_seats_count": 220}),
        ("clinic_staff", 3, {"visits_served_count": 1044}),
        ("job_service", 2, {"employed_count": 562, "hires_count": 0.28}),
        ("premium_subsidy", 240, {"premium_per_head_yuan": -20}),
        ("one_stop_settlement", 1, {"refunds_owed_yuan": -1, "forgone_stays_share": -1}),
        ("school_opening", None, {"open_schools_count": 1}),
    ],
)
def test_sums_done_by_hand(kind, size, changes):
    assert {one.outcome: one.change for one in sums(kind, size)} == pytest.approx(changes)


def test_a_course_that_is_given_twice_counts_twice():
    start = region().start
    twice = any_item("skills_training", start + 1, 120, ends=start + 7, eligible="age >= 50")
    found = CATALOGUE.interventions["skills_training"].desk(twice.settings)
    assert [(one.outcome, one.change) for one in found] == [("employed_count", 204.0), ("employed_50plus_count", 204.0)]
    assert found[0].text == "120 places x 2 courses x 85% complete = 204 trained, 204 jobs, 1,512,000 yuan"


def test_a_group_of_unknown_size_has_no_sum():
    settings = any_item("premium_subsidy", region().start + 1, 250, group="dibao").settings
    assert CATALOGUE.interventions["premium_subsidy"].desk(settings) == ()


def test_the_sum_of_posts_says_what_is_paid():
    settings = any_item("micro_factory", region().start + 1, 76).settings
    found = CATALOGUE.interventions["micro_factory"].desk(settings)
    assert {one.text for one in found} == {"76 posts = 76 jobs, 802,560 yuan a year"}
