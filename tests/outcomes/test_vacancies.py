"""Vacancies by reason, moves between employers and local pay: figures worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.world import UNFILLED_REASONS
from tests.region import engine
from tests.small import small_engine, small_world

SITE = [{"id": "site", "kind": "site"}]


def counted(run, name, place=-1, population=3):
    """Read a recorded figure of the last month."""
    keys = run.keys
    row = np.flatnonzero((keys.place == place) & (keys.population == population) & (keys.group == 0))[0]
    return run._recorded[name][-1][row]


def unfilled(rows, outcomes=("vacancies",), **more):
    """Run `unfilled_posts` on employers told as (kind, open posts, eligible, near, searching, accepting, met, hired)."""
    employers = [{"kind": kind, "place": 0, "posts": 90} for kind, *_ in rows]
    names = ("open_posts", *(f"seekers_{step}" for step in ("eligible", "near", "searching", "accepting", "met")))
    given_columns = {f"employers.{name}": [row[at + 1] for row in rows] for at, name in enumerate(names)}
    given_columns["employers.vacancies"] = [row[1] - row[7] for row in rows]
    world = small_world({"places": SITE, "employers": employers})
    run = small_engine(world, ["unfilled_posts"], {**given_columns, **more}, outcomes=outcomes)
    run.step()
    return run


def reasons(run, row=0):
    return [int(run.world.tables["employers"][f"unfilled_{reason}"][row]) for reason in UNFILLED_REASONS]


@pytest.mark.parametrize(
    ("come", "lost"),
    [
        # Ten posts: 8 people fit, 7 live near, 5 search, 4 accept, 3 meet, 2 are hired.
        ((10, 8, 7, 5, 4, 3, 2), [2, 1, 2, 1, 1, 1]),
        # More than enough come all the way, and five of them choose it.
        ((10, 900, 300, 60, 40, 12, 5), [0, 0, 0, 0, 0, 5]),
        ((10, 900, 300, 60, 40, 4, 4), [0, 0, 0, 0, 6, 0]),
        ((10, 0, 0, 0, 0, 0, 0), [10, 0, 0, 0, 0, 0]),
        ((0, 900, 300, 60, 40, 0, 0), [0, 0, 0, 0, 0, 0]),
    ],
)
def test_a_post_stays_open_for_the_first_step_at_which_people_run_out(come, lost):
    assert reasons(unfilled([("workshop", *come)])) == lost


@given(st.lists(st.integers(0, 50), min_size=7, max_size=7))
def test_the_reasons_add_up_to_the_vacancies(numbers):
    come = sorted(numbers, reverse=True)
    posts, hired = numbers[0], min(numbers[0], come[-1])
    run = unfilled([("workshop", posts, *come[1:6], hired)])
    assert sum(reasons(run)) == posts - hired
    assert min(reasons(run)) >= 0


def test_posts_of_the_kinds_that_policy_brings_are_told_apart():
    run = unfilled(
        [("workshop", 10, 8, 7, 5, 4, 3, 2), ("micro_factory", 6, 9, 9, 9, 9, 1, 1), ("services", 4, 9, 9, 9, 9, 9, 4)],
        **{"employers.orders": [0.5, 0.8, 1.0], "employers.posts_now": [45, 80, 90]},
    )
    assert counted(run, "vacancies") == 8 + 5 + 0
    assert counted(run, "unfilled_not_met") == 1 + 5
    assert counted(run, "workshop_unfilled_too_far") == 1
    assert counted(run, "micro_factory_unfilled_not_met") == 5
    assert counted(run, "micro_factory_vacancies") == 5
    assert counted(run, "public_welfare_vacancies") == 0
    assert counted(run, "workshop_posts") == 45
    assert counted(run, "micro_factory_orders__num") / counted(run, "micro_factory_orders__den") == 0.8
    assert np.isnan(counted(run, "vacancies", population=0)), "a facility belongs to no population"


def test_hires_moves_and_separations_of_one_month():
    """Of five people one begins, one changes, one quits, one goes to the coast and one stays."""
    places = [*SITE, {"id": "coast", "kind": "coast"}]
    employers = [{"kind": "services", "place": 0}, {"kind": "park", "place": 0}, {"kind": "coast", "place": 1}]
    world = small_world(
        {
            "places": places, "employers": employers, "households": [{"registered": "site"}],
            "persons": [{"household": 0} for _ in range(5)],
        }
    )  # fmt: skip
    run = small_engine(
        world, ["job_changes"],
        {
            "persons.employer": [0, 0, 0, 0, -1], "persons.alive": [1] * 5, "households.members": [5],
            "persons.leaves_job": [0, 7, 9, 0, 0], "persons.left_job_reason": [0] * 5,
        },
        months=2, outcomes=("vacancies",),
    )  # fmt: skip
    run.step()
    assert counted(run, "hires_count") == counted(run, "separations_count") == 0
    run.world.tables["persons"]["employer"][:] = [1, -1, 2, 0, 1]
    run.step()
    assert counted(run, "hires_count") == 2
    assert counted(run, "job_to_job_count") == 1
    assert counted(run, "separations_count") == 3
    assert counted(run, "separations_ended_count") == 1
    assert counted(run, "separations_coast_count") == 1
    assert counted(run, "separations_post_lost_count") == 0


def test_local_pay_is_weighed_by_who_earns_it():
    employers = [
        {"kind": "services", "place": 0, "pay_month_fen": 200_000, "wage_series": "local"},
        {"kind": "park", "place": 0, "pay_month_fen": 300_000, "wage_series": "local"},
        {"kind": "workshop", "place": 0, "pay_month_fen": 900_000, "wage_series": "fixed"},
    ]
    run = small_engine(
        small_world({"places": SITE, "employers": employers}), ["unfilled_posts"],
        {"employers.pay_now_fen": [220_000, 270_000, 100], "employers.filled": [3, 1, 50]}, outcomes=("vacancies",),
    )  # fmt: skip
    run.step()
    index = counted(run, "local_pay_index__num") / counted(run, "local_pay_index__den")
    assert index == pytest.approx((3 * 220 + 270) / (3 * 200 + 300))


@pytest.fixture(scope="module")
def region():
    run = engine(months=14)
    run.run()
    return run


def test_in_the_region_reasons_add_up_and_so_do_separations(region):
    assert sum(counted(region, f"unfilled_{reason}") for reason in UNFILLED_REASONS) == counted(region, "vacancies") > 0
    why = [name for name in region._recorded if name.startswith("separations_") and name != "separations_count"]
    moved = counted(region, "job_to_job_count")
    assert counted(region, "separations_count") == moved + sum(counted(region, name) for name in why) > 0
    assert counted(region, "open_posts") >= counted(region, "vacancies")


def test_in_the_region_unemployment_is_a_part_of_those_present(region):
    persons = region.world.tables["persons"]
    assert counted(region, "unemployment_rate__num") == persons["unemployed"].sum() > 0
    assert (persons["employer"][persons["unemployed"] != 0] < 0).all()
    assert (persons["labourer"][persons["unemployed"] != 0] == 1).all()
