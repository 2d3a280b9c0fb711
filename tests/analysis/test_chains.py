"""Who lost work through which chain, on tables of moves made by hand and on any others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.chains import EARLIER, NOBODY, OTHER, THIS_MONTH, WORKS, Employers, trace

NEW, MILL, SHOP, COAST = 1, 2, 3, 4
EMPLOYERS = Employers(np.array([0, 1, 0, 0, 0], bool), np.array([0, 0, 0, 0, 1], bool))
_ = NOBODY


def losses(start, *months):
    """Trace hand-written months, each a pair (baseline, arm) of everybody's employers."""
    base, arm = (np.array([month[world] for month in months], np.int32) for world in (0, 1))
    return [how.tolist() for how in trace(base, arm, np.array(start, np.int32), EMPLOYERS)]


def test_the_post_that_one_left_for_the_new_one_goes_to_another_whom_it_would_not_have_missed():
    """Person 0 leaves the mill for the new post; 1 gets into the mill instead of 2, in the same month."""
    assert losses([MILL, _, _], ([MILL, _, MILL], [NEW, MILL, _])) == [[WORKS, WORKS, THIS_MONTH]]


def test_a_chain_of_two_hands_in_one_month():
    """0 goes to the new post instead of the mill, 1 to the mill instead of the shop, 2 to the shop instead of 3."""
    found = losses([_, _, _, _], ([MILL, SHOP, _, SHOP], [NEW, MILL, SHOP, _]))
    assert found == [[WORKS, WORKS, WORKS, THIS_MONTH]]


def test_what_a_chain_began_earlier_ends_later():
    """0 leaves the mill for the new post in the first month; 1 follows into the mill; in the third, 2 finds it full."""
    first = ([MILL, _, _], [NEW, _, _])
    second = ([MILL, _, _], [NEW, MILL, _])
    third = ([MILL, _, MILL], [NEW, MILL, _])
    assert losses([MILL, _, _], first, second, third) == [[WORKS] * 3, [WORKS] * 3, [WORKS, WORKS, EARLIER]]


def test_how_a_loss_began_holds_until_it_ends():
    lost = ([MILL, _, MILL], [NEW, MILL, _])
    later = ([MILL, _, SHOP], [NEW, MILL, _])
    over = ([MILL, _, SHOP], [NEW, MILL, SHOP])
    found = losses([MILL, _, _], lost, later, over)
    assert [month[2] for month in found] == [THIS_MONTH, THIS_MONTH, WORKS]


def test_who_took_a_new_post_that_ended_lost_through_an_earlier_chain():
    found = losses([MILL], ([MILL], [NEW]), ([MILL], [_]))
    assert found == [[WORKS], [EARLIER]]


def test_a_loss_at_an_employer_that_another_left_for_the_new_post_is_no_chain():
    """0 goes from the mill to the new post and 1 loses work at the mill, but nobody came there instead."""
    assert losses([MILL, MILL], ([MILL, MILL], [NEW, _])) == [[WORKS, OTHER]]


def test_a_loss_elsewhere_is_no_chain():
    assert losses([MILL, SHOP], ([MILL, SHOP], [NEW, _])) == [[WORKS, OTHER]]


def test_posts_that_change_hands_without_any_new_hire_are_no_chain():
    assert losses([_, _], ([MILL, _], [_, MILL])) == [[OTHER, WORKS]]


def test_no_chain_leads_through_an_employer_without_a_limit_of_posts():
    """0 goes to the new post instead of the coast, 1 to the coast; 2, no longer there, lost to neither."""
    assert losses([_, _, _], ([COAST, _, COAST], [NEW, COAST, _])) == [[WORKS, WORKS, OTHER]]


def test_what_both_worlds_do_alike_passes_nothing_on():
    """0 takes the new post; 1 comes to the mill and 2 leaves it in both worlds, while 3 loses work there in the arm."""
    found = losses([_, _, MILL, MILL], ([_, MILL, _, MILL], [NEW, MILL, _, _]))
    assert found == [[WORKS, WORKS, WORKS, OTHER]]


def test_another_employer_is_no_loss():
    assert losses([MILL, SHOP], ([MILL, SHOP], [NEW, MILL])) == [[WORKS, WORKS]]


def test_a_return_to_the_old_post_passes_on_what_the_new_one_began():
    """0 comes back to the mill when the new post ends, and 1, who came there meanwhile in both worlds, has to go."""
    first = ([MILL, _], [NEW, _])
    second = ([SHOP, MILL], [NEW, MILL])
    third = ([SHOP, MILL], [MILL, _])
    assert losses([MILL, _], first, second, third) == [[WORKS, WORKS], [WORKS, WORKS], [WORKS, EARLIER]]


worlds = st.integers(2, 7).flatmap(
    lambda people: st.tuples(
        st.lists(st.integers(0, 4), min_size=people, max_size=people).map(
            lambda row: [one if one != NEW else 0 for one in row]
        ),
        st.lists(
            st.tuples(
                st.lists(st.sampled_from([_, MILL, SHOP, COAST]), min_size=people, max_size=people),
                st.lists(st.integers(0, 4), min_size=people, max_size=people),
            ),
            min_size=1,
            max_size=5,
        ),
    )
)


@given(worlds)
def test_everybody_who_lost_is_in_exactly_one_class_and_nobody_else_in_any(world):
    start, months = world
    for (base, arm), how in zip(months, losses(start, *months), strict=True):
        lost = [one != _ and other == _ for one, other in zip(base, arm, strict=True)]
        assert [one in (THIS_MONTH, EARLIER, OTHER) for one in how] == lost


@given(worlds)
def test_without_new_hires_there_is_no_chain(world):
    start, months = world
    without = [(base, [one if one != NEW else _ for one in arm]) for base, arm in months]
    for how in losses(start, *without):
        assert set(how) <= {WORKS, OTHER}


@given(worlds, st.data())
def test_where_nobody_moves_but_the_new_hires_there_is_no_chain(world, data):
    """People leave for new posts for good, or lose work for reasons of their own: no post changes hands."""
    start, months = world
    people = len(start)
    leaves = data.draw(st.lists(st.sampled_from([NEW, _, -1]), min_size=people, max_size=people))
    when = data.draw(st.lists(st.integers(0, len(months) - 1), min_size=people, max_size=people))
    rows = [
        (start, [to if to >= 0 and month >= at else was for was, to, at in zip(start, leaves, when, strict=True)])
        for month in range(len(months))
    ]
    for how in losses(start, *rows):
        assert set(how) <= {WORKS, OTHER}


@given(worlds, st.randoms(use_true_random=False))
def test_the_order_of_people_changes_nothing(world, random):
    start, months = world
    order = list(range(len(start)))
    random.shuffle(order)

    def shuffled(row):
        return [row[one] for one in order]

    mixed = losses(shuffled(start), *((shuffled(base), shuffled(arm)) for base, arm in months))
    assert mixed == [shuffled(how) for how in losses(start, *months)]


@pytest.mark.parametrize("months", [1, 4])
def test_two_worlds_that_are_alike_lose_nobody(months):
    row = [MILL, SHOP, _, COAST]
    assert losses(row, *[(row, row)] * months) == [[WORKS] * 4] * months
