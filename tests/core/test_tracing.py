"""Runs that tell of single decisions: the same bits as others, and no word that the run doesn't bear out."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from experiments.encode import content_hash
from simulation.engine import Engine
from simulation.explaining import Account, ExplanationError, figure, must_agree
from simulation.months import date_of
from simulation.tracing import TracedEngine
from tests.region import any_item, people, region, state, with_arm

MONTHS = 15
"""From January to the March of the next year: two rounds of school seats, a Spring Festival, a review of most households."""
ITEMS = (
    any_item("micro_factory", region().start + 3, 12),
    any_item("school_opening", region().start + 8, school="jinxiu_junior"),
)


def scenario(arm):
    return with_arm(region(MONTHS), ITEMS if arm == "arm" else ())


@pytest.fixture(scope="module", params=["baseline", "arm"])
def both(request):
    """An ordinary run, and one that tells of everybody."""
    plain = Engine(scenario("arm"), request.param, 0, people(0))
    everybody = plain.world.tables["households"]["uid"].tolist()
    told = TracedEngine(scenario("arm"), request.param, 0, everybody, people(0))
    return (plain, plain.run()), (told, told.run())


def rows(engine, process):
    return [one for one in engine.told if one.process == process]


def test_a_run_that_tells_of_everybody_is_the_same_bits(both):
    (plain, result), (told, same) = both
    assert content_hash(result) == content_hash(same)
    assert state(plain) == state(told)


def test_every_kind_of_decision_is_told(both):
    (_, (told, _)) = both
    assert set(told.explained) == {"homes", "job_search", "return_logit", "school_choice", "separations"}
    assert set(told.explained) == {one.process for one in told.told}
    assert all(one.account.reason for one in told.told)


def changes(result, column):
    """(month, uid, to) of what was recorded."""
    found = [
        (one.month, uid, new)
        for one in result.changes
        if one.column == column
        for uid, new in zip(one.uid.tolist(), one.new.tolist(), strict=True)
    ]
    return set(found)


def test_the_posts_told_are_those_that_the_record_has(both):
    (_, (told, result)) = both
    names = dict(zip(result.ids["employers"], result.uids["employers"].tolist(), strict=True))
    took = {
        (one.month, one.person, names[one.account.option])
        for one in rows(told, "job_search")
        if one.account.chosen and one.account.news
    }
    assert len(took) > 100
    recorded = changes(result, "persons.employer")
    # Who goes to the coast in the month in which he is hired works there.
    coast = {(month, uid) for month, uid, to in recorded if to == names["coast_employers"]}
    assert {one for one in took if one[:2] not in coast} <= recorded
    hired = {one for one in recorded if one[2] != 0 and one[2] != names["coast_employers"]}
    assert hired <= took


def test_the_ends_of_posts_told_are_those_that_the_record_has(both):
    (_, (told, result)) = both
    ended = {(one.month, one.person) for one in rows(told, "separations") if not one.account.chosen}
    recorded = changes(result, "persons.employer")
    assert ended <= {(month, uid) for month, uid, _ in recorded}
    assert {(month, uid) for month, uid, to in recorded if to == 0} <= ended


def test_the_returns_told_are_carried_out_next_month(both):
    (_, (told, result)) = both
    going = {(one.month + 1, one.household) for one in rows(told, "return_logit") if one.account.chosen}
    places = dict(zip(result.uids["places"].tolist(), result.ids["places"], strict=True))
    moves = changes(result, "households.home")
    assert {key for key in going if key[0] < region().start + MONTHS} == {
        (month, uid) for month, uid, to in moves if places[to].startswith("t")
    }


def test_the_seats_told_are_those_that_the_record_has(both):
    (_, (told, result)) = both
    names = dict(zip(result.ids["schools"], result.uids["schools"].tolist(), strict=True))
    took = {
        (one.month, one.person, names[one.account.option.partition(":")[0]])
        for one in rows(told, "school_choice")
        if one.account.news
    }
    assert len(took) > 50
    assert {one for one in changes(result, "persons.school") if one[2]} <= took


def test_a_draw_below_its_chance_is_what_a_meeting_is(both):
    (_, (told, _)) = both
    kinds = Counter()
    for one in rows(told, "job_search"):
        kind = one.account.reason.partition(":")[0]
        kinds[kind] += 1
        if kind in ("took it", "taken", "liked less"):
            assert one.account.draw < one.account.threshold, one
        if kind == "did not hear of it":
            assert one.account.draw >= one.account.threshold, one
    assert min(kinds[kind] for kind in ("took it", "liked less", "did not hear of it", "pays too little")) > 0


def test_of_the_posts_met_nobody_likes_one_better_that_was_to_be_had(both):
    (_, (told, _)) = both
    liked = {}
    for one in rows(told, "job_search"):
        kind = one.account.reason.partition(":")[0]
        if kind in ("took it", "liked less"):
            liked.setdefault((one.month, one.person), {}).setdefault(kind, []).append(one.account.utility)
    several = [one for one in liked.values() if "liked less" in one]
    assert several
    assert all(min(one["took it"]) >= max(one["liked less"]) for one in several)


def test_nothing_is_told_of_others():
    ask = people(0).base.tables["households"]["uid"][5:7].tolist()
    engine = TracedEngine(scenario("arm"), "arm", 0, ask, people(0))
    for _ in range(3):
        engine.step()
    assert {one.household for one in engine.told} == set(ask)
    members = np.isin(engine.world.tables["persons"]["household"], [5, 6])
    assert {one.person for one in engine.told} - {0} <= set(engine.world.tables["persons"]["uid"][members].tolist())


def test_an_unknown_household_is_refused_before_the_run():
    with pytest.raises(KeyError, match="12345"):
        TracedEngine(scenario("arm"), "arm", 0, [12345], people(0))


def _with(explain, process="job_search"):
    """A run whose process tells something else."""
    ask = people(0).base.tables["households"]["uid"][:3].tolist()
    engine = TracedEngine(scenario("arm"), "baseline", 0, ask, people(0))
    for step in engine._steps:
        if step.process.name == process:
            step.process = replace(step.process, explain=explain)
    return engine


def test_a_false_account_stops_the_run_and_says_where():
    def explain(world, draws, clock, settings, asked):
        yield None
        must_agree("the post of person 7", "a", "b")

    with pytest.raises(ExplanationError) as told:
        _with(explain).step()
    month = date_of(region().start)
    assert str(told.value) == f"{month}, job_search: the post of person 7: the account says a, the run did b"


def _astray(process, run):
    """A run of everybody in which one process does something else than it should."""
    ask = people(0).base.tables["households"]["uid"].tolist()
    engine = TracedEngine(scenario("arm"), "baseline", 0, ask, people(0))
    for step in engine._steps:
        if step.process.name == process:
            step.process = replace(step.process, run=run(step.process.run))
    return engine


@pytest.mark.parametrize("process", ["job_search", "return_logit", "separations"])
def test_a_step_that_draws_other_luck_is_found_out(process):
    other = Engine(scenario("arm"), "baseline", 1, people(0)).luck

    def unlucky(run):
        return lambda world, draws, clock, settings: run(world, replace(draws, luck=other), clock, settings)

    with pytest.raises(ExplanationError, match=process):
        _astray(process, unlucky).run()


@pytest.mark.parametrize(
    ("process", "table", "column", "value"),
    [
        ("homes", "households", "dwelling", -1),
        ("job_search", "persons", "job_offer", -1),
        ("return_logit", "households", "return_wish", 1),
        ("school_choice", "persons", "school_offer", -1),
        ("separations", "persons", "leaves_job", 0),
    ],
)
def test_a_step_that_does_something_else_is_found_out(process, table, column, value):
    def otherwise(run):
        def wrong(world, draws, clock, settings):
            run(world, draws, clock, settings)
            getattr(getattr(world, table), column)[:] = value

        return wrong

    with pytest.raises(ExplanationError, match=process):
        _astray(process, otherwise).run()


def test_an_explanation_can_write_nothing():
    def explain(world, draws, clock, settings, asked):
        world.persons.job_offer[:] = 3
        yield None

    with pytest.raises(ValueError, match="read-only"):
        _with(explain).step()


def test_what_changes_is_what_is_chosen_unless_said_otherwise():
    assert Account("persons", 0, "a post", True, "took it").news
    assert not Account("persons", 0, "a post", False, "taken").news
    assert Account("persons", 0, "a post", False, "died", changes=True).news


def test_figures_are_short():
    assert [figure(one) for one in (0.123456, 812.34, 12345.6)] == ["0.1235", "812.3", "12,346"]
