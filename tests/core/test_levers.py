"""Levers: a clean base every month, contributions that commute, whole posts and seats."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.levers import LEVERS, Contribution, Turn, reduce_levers
from simulation.world import BASE
from tests.small import small_world

FTE, POSTS = "clinics.fte", "employers.posts"


def tables(posts=(10, 0, -1), fte=(2.5,)):
    world = small_world(
        {
            "places": [{"id": "site"}],
            "employers": [{"id": f"e{row}", "posts": value} for row, value in enumerate(posts)],
            "clinics": [{"id": f"c{row}", "fte": value} for row, value in enumerate(fte)],
        }
    )
    return world.tables


def turned(*contributions, **base):
    return reduce_levers(tables(**base), list(contributions))


contributions = st.lists(
    st.builds(
        Contribution,
        uid=st.integers(0, 5),
        lever=st.sampled_from([FTE]),
        row=st.just(0),
        kind=st.sampled_from(["add", "scale"]),
        amount=st.floats(0, 3, width=32),
    ),
    max_size=8,
)


def test_every_lever_rests_on_a_base_column():
    assert all(lever.base in BASE[lever.table] for lever in LEVERS.values())
    assert all(name == f"{lever.table}.{name.partition('.')[2]}" for name, lever in LEVERS.items())


def test_without_contributions_the_base_stands():
    assert turned()[FTE].tolist() == [2.5]
    assert turned()[POSTS][:2].tolist() == [10.0, 0.0]


def test_adds_come_before_scales():
    value = turned(Contribution(2, FTE, 0, "scale", 2.0), Contribution(1, FTE, 0, "add", 0.5))[FTE]
    assert value.tolist() == [6.0]


def test_whole_levers_are_floored_once_at_the_end():
    thirds = [Contribution(uid, POSTS, 1, "add", 1 / 3) for uid in range(3)]
    assert turned(*thirds)[POSTS][1] == 1.0
    assert turned(*thirds[:2])[POSTS][1] == 0.0


def test_a_lever_never_falls_below_its_limit():
    assert turned(Contribution(1, FTE, 0, "add", -9.0))[FTE].tolist() == [0.0]


def test_values_are_sealed():
    with pytest.raises(ValueError, match="read-only"):
        turned()[FTE][0] = 1.0


def test_an_unknown_lever_is_refused():
    with pytest.raises(KeyError):
        turned(Contribution(1, "clinics.doctors", 0, "add", 1.0))


def test_the_hand_of_an_intervention_collects():
    into = []
    hand = Turn(7, into)
    hand.add(POSTS, 1, 3)
    hand.scale(FTE, 0, 2)
    assert into == [Contribution(7, POSTS, 1, "add", 3.0), Contribution(7, FTE, 0, "scale", 2.0)]


@given(contributions, st.randoms(use_true_random=False))
def test_contributions_commute_to_the_last_bit(plan, shuffler):
    shuffled = list(plan)
    shuffler.shuffle(shuffled)
    for name, value in turned(*plan).items():
        np.testing.assert_array_equal(value, turned(*shuffled)[name])


@given(contributions)
def test_levers_have_no_memory(plan):
    world = tables()
    reduce_levers(world, plan)
    np.testing.assert_array_equal(reduce_levers(world, [])[FTE], [2.5])
