"""An arm that goes on from a snapshot of the baseline is the arm run as a whole, bit for bit."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.encode import content_hash
from simulation.catalogue import discover
from simulation.engine import Engine, Result
from simulation.scenario import ArmItem, Scenario
from simulation.snapshot import burn_in, resume
from tests.region import any_item, differing, people, region, state

KINDS = sorted(discover().interventions)
MONTHS, DECIDED = 24, 9
CODE = "this program"


def decided(kind: str, month: int, **others: object) -> ArmItem:
    """An intervention of any kind that is decided in a month and works as soon as it is allowed to."""
    delay = region().catalogue.interventions[kind].Settings.model_fields["delay_months"]
    shortest = next(one.ge for one in delay.metadata if hasattr(one, "ge"))
    known = {"school": "jinxiu_junior"} if kind == "school_opening" else {}
    return any_item(kind, None, starts=month, delay_months=shortest, **{**known, **others})


def with_arms(scenario: Scenario, **arms: tuple[ArmItem, ...]) -> Scenario:
    return replace(scenario, arms={"baseline": (), **arms})


@cache
def every_kind() -> Scenario:
    """An arm for each kind, one for all of them, and rows of one name with different values."""
    month = region().start + DECIDED
    alone = {kind: (decided(kind, month),) for kind in KINDS}
    together = tuple(one for items in alone.values() for one in items)
    other = {
        "older": (decided("micro_factory", month, min_age=55), decided("workshop", month + 1, max_age=40)),
        "dearer": (decided("micro_factory", month + 2, piece_rate_yuan=0.2, subsidy_months=3),),
        "nothing": (),
    }
    return with_arms(region(MONTHS), **alone, **other, together=together)


ARMS = [*KINDS, "older", "dearer", "nothing", "together", "baseline"]


def whole(scenario: Scenario, arm: str) -> Engine:
    run = Engine(scenario, arm, 0, people())
    run.run()
    return run


@cache
def whole_of_every_kind(arm: str) -> Engine:
    return whole(every_kind(), arm)


@cache
def snapshot(months: int) -> bytes:
    return burn_in(every_kind(), 0, region().start + months, people(), code=CODE)


def branched(scenario: Scenario, arm: str, content: bytes) -> Engine:
    run = resume(scenario, arm, content, code=CODE)
    run.run()
    return run


def all_told(result: Result) -> list[object]:
    """What a result holds besides what its hash covers: orders, names and sums."""
    return [
        result.first_month, result.months, result.person_months, result.unlimited, result.ids, list(result.outcomes),
        [(one.month, one.column, one.uid.tolist()) for one in result.changes], list(result.fixed), result.ledger,
        {name: one.tolist() for name, one in result.uids.items()}, result.keys.place.tolist(),
    ]  # fmt: skip


def same(one: Engine, other: Engine) -> None:
    assert differing(state(one), state(other)) == []
    for name, table in one.world.tables.items():
        assert table.columns == other.world.tables[name].columns
        for column in table.columns:  # rows that an arm brought are no part of `state`
            assert table[column].tobytes() == other.world.tables[name][column].tobytes(), f"{name}.{column}"
    assert content_hash(one.result()) == content_hash(other.result())
    assert all_told(one.result()) == all_told(other.result())


@pytest.mark.parametrize("arm", ARMS)
def test_an_arm_goes_on_as_the_whole_run_does(arm):
    same(branched(every_kind(), arm, snapshot(DECIDED)), whole_of_every_kind(arm))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_branched_is_not_the_baseline(kind):
    """Otherwise the law above would hold of nothing."""
    assert content_hash(whole_of_every_kind(kind).result()) != content_hash(whole_of_every_kind("baseline").result())


@pytest.mark.parametrize("months", [1, 2, DECIDED - 1])
@pytest.mark.parametrize("arm", ["together", "older", "baseline"])
def test_it_does_not_matter_how_long_arms_run_together(months, arm):
    same(branched(every_kind(), arm, snapshot(months)), whole_of_every_kind(arm))


def test_the_months_together_hold_what_they_should():
    """People are born, change schools and posts; the idle employers' orders drift."""
    run = resume(every_kind(), "together", snapshot(DECIDED), code=CODE)
    persons, work = run.world.tables["persons"], run.world.tables["employers"]
    assert persons.rows > people().base.tables["persons"].rows
    assert {one.column for one in run.units.changes} >= {"persons.employer", "persons.school", "persons.place"}
    brought = work["orders"][people().base.tables["employers"].rows :]
    assert len(brought) == 3
    assert (brought != 1.0).sum() == 2  # public posts hang on no orders


def test_arms_may_branch_in_the_last_month():
    scenario = region(6)
    last = scenario.last
    arms = with_arms(scenario, factory=(decided("micro_factory", last),), teachers=())
    content = burn_in(arms, 0, last, people(), code=CODE)
    for arm in arms.arms:
        same(branched(arms, arm, content), whole(arms, arm))


def test_a_snapshot_serves_any_number_of_arms_and_is_the_same_bytes_each_time():
    scenario = region(5)
    arms = with_arms(scenario, one=(decided("workshop", scenario.start + 3, ramp_months=0),))
    content = burn_in(arms, 0, scenario.start + 3, people(), code=CODE)
    assert burn_in(arms, 0, scenario.start + 3, code=CODE) == content
    first, again = (branched(arms, "one", content) for _ in range(2))
    same(first, again)
    same(branched(arms, "baseline", content), whole(arms, "baseline"))


def test_a_run_may_be_cut_after_the_burn_in():
    short, _ = every_kind().truncated(DECIDED + 3)
    same(branched(short, "together", snapshot(DECIDED)), whole(short, "together"))


@pytest.mark.parametrize(
    "rules", [{"school_choice": "nearest_with_space", "job_search": "first_offer"}, {"return": "return_threshold"}]
)
def test_rules_of_the_scenario_branch_too(rules):
    scenario = replace(region(8), behaviour=rules)
    month = scenario.start + 4
    items = (decided("public_welfare_posts", month), decided("job_service", month))
    arms = replace(with_arms(scenario, arm=items), arm_behaviour={"arm": rules})
    content = burn_in(arms, 0, month, people(), code=CODE)
    same(branched(arms, "arm", content), whole(arms, "arm"))


def test_a_crowd_of_idle_rows_changes_nothing():
    """Sums of many more rows must not be taken in another order."""
    scenario = region(8)
    month = scenario.start + 6
    names = [f"number_{one}" for one in range(150)]
    kinds = ("micro_factory", "workshop", "skills_training", "premium_subsidy")
    crowd = {f"{kind}_{name}": (decided(kind, month, name=name),) for kind in kinds for name in names}
    arms = with_arms(scenario, **crowd)
    content = burn_in(arms, 0, month, people(), code=CODE)
    for arm in ("baseline", "workshop_number_77"):
        same(branched(arms, arm, content), whole(arms, arm))


@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_any_arms_branch_at_any_month(data):
    months = 6
    scenario = region(months)
    branch = data.draw(st.integers(1, months - 1), "month of branching")
    kinds = st.lists(st.sampled_from(KINDS), max_size=4, unique=True)
    arms = {}
    for number in range(2):
        arms[f"arm_{number}"] = tuple(
            decided(
                kind, scenario.start + data.draw(st.integers(branch, months - 1)), size=data.draw(st.integers(0, 9))
            )
            for kind in data.draw(kinds, "kinds")
        )
    study = with_arms(scenario, **arms)
    content = burn_in(study, 0, scenario.start + branch, people(), code=CODE)
    for arm in study.arms:
        same(branched(study, arm, content), whole(study, arm))


def test_replicates_have_snapshots_of_their_own():
    scenario = with_arms(region(4))
    one, other = (burn_in(scenario, number, scenario.start + 2, code=CODE) for number in (0, 1))
    assert resume(scenario, "baseline", other, code=CODE).luck.replicate == 1
    results = [content_hash(branched(scenario, "baseline", content).result()) for content in (one, other)]
    assert results[1] == content_hash(Engine(scenario, "baseline", 1).run())
    assert results[0] != results[1]


def test_what_was_written_comes_back_to_the_bit():
    """Also what a process leaves undefined."""
    run = resume(every_kind(), "baseline", snapshot(DECIDED), code=CODE)
    straight = Engine(every_kind(), "baseline", 0, people())
    for _ in range(DECIDED):
        straight.step()
    assert differing(state(run), state(straight)) == []
    values = np.concatenate([np.array(months).ravel() for months in run._recorded.values()])
    assert np.isnan(values).any()
    assert {name: np.array(one).tobytes() for name, one in run._recorded.items()} == {
        name: np.array(one).tobytes() for name, one in straight._recorded.items()
    }
