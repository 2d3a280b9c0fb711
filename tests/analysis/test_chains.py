"""Who lost work through which chain: histories made by hand, with their true answers, and laws of any others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.chains import (
    CLASSES,
    EARLIER,
    NOBODY,
    OWN,
    REFUSED,
    THIS_MONTH,
    TURNED_AWAY,
    UNCHANGED,
    Employers,
    Histories,
    trace,
)

NEW, MILL, SHOP, COAST, SELF = 1, 2, 3, 4, 5
EMPLOYERS = Employers(np.array([0, 1, 0, 0, 0, 0], bool), np.array([0, 0, 0, 0, 1, 1], bool))
_ = NOBODY
A, B, C, D = range(4)
DIED, CARES, QUIT, LOST = 1, 6, 7, 8


def histories(start, months, reasons=(), away=(), vacant=()):
    base, arm = (np.array([month[world] for month in months], np.int32) for world in (0, 1))
    before = np.vstack([np.array(start, np.int32), arm[:-1]])
    reason = np.where(arm != before, 0, UNCHANGED).astype(np.int8)
    apart, short = np.zeros(arm.shape, bool), np.ones((len(arm), len(EMPLOYERS.new)), bool)
    for (month, person), why in dict(reasons).items():
        reason[month - 1, person] = why
    for month, person in away:
        apart[month - 1, person] = True
    for month, employer in vacant:
        short[month - 1, employer] = False
    uid = np.arange(1, len(start) + 1, dtype=np.uint64)
    return Histories(uid, np.array(start, np.int32), base, arm, reason, apart, short)


def onsets(told, **options):
    """Return {person: (month, class)} of the losses as they began."""
    found = {}
    for month, how in enumerate(trace(told, EMPLOYERS, **options), 1):
        for person in np.flatnonzero(how.any(axis=1)):
            found.setdefault(int(person), (month, int(how[person].argmax())))
    return found


AWAY_TO_NEW = ([MILL, _, MILL], [NEW, _, MILL])
FOLLOWED = ([MILL, _, MILL], [NEW, MILL, MILL])
CASES = {
    # name: (what is asked, before, months of (baseline, arm), what else was recorded, {who: (month, class)})
    "H1 A leaves the mill, B follows; Z quits in both and C gets that post in both": (
        [MILL, _, _, MILL],
        [([MILL, _, _, MILL], [NEW, _, _, MILL]), ([MILL, _, _, MILL], [NEW, MILL, _, MILL]),
         ([MILL, _, _, _], [NEW, MILL, _, _]), ([MILL, _, MILL, _], [NEW, MILL, MILL, _])], {}, {},
    ),
    "H2 A quits in both; B sits on the post that C would get": (
        [MILL, _, _],
        [([MILL, _, _], [NEW, _, _]), ([MILL, _, _], [NEW, MILL, _]), ([_, _, _], [_, MILL, _]),
         ([_, _, MILL], [_, MILL, _])], {}, {C: (4, EARLIER)},
    ),
    "H3 everybody moves up in one month": ([_, _, _], [([MILL, SHOP, _], [NEW, MILL, SHOP])], {}, {}),
    "H4 C lives elsewhere in the arm": (
        [MILL, _, _], [([MILL, _, MILL], [NEW, MILL, _])], {"away": [(1, C)]}, {C: (1, REFUSED)},
    ),
    "H5 two swaps that have nothing to do with one another": (
        [_, _, _, _], [([MILL, _, MILL, _], [NEW, MILL, _, MILL])], {"away": [(1, C)]}, {C: (1, REFUSED)},
    ),
    "H6 C leaves the mill for care at home": (
        [MILL, _, MILL], [AWAY_TO_NEW, *[FOLLOWED] * 4, ([MILL, _, MILL], [NEW, MILL, _])],
        {"reasons": {(6, C): CARES}}, {C: (6, REFUSED)},
    ),
    "H7 C dies in the arm": (
        [MILL, _, MILL], [AWAY_TO_NEW, FOLLOWED, ([MILL, _, MILL], [NEW, MILL, _])],
        {"reasons": {(3, C): DIED}}, {C: (3, REFUSED)},
    ),
    "H8 C succeeds A, at the mill or in the new post": (
        [MILL, _, _],
        [([MILL, _, _], [NEW, _, _]), ([MILL, _, _], [NEW, MILL, _]), ([_, _, _], [_, MILL, _]),
         ([_, _, MILL], [_, MILL, NEW])], {}, {},
    ),
    "H9 the new post closes": (
        [MILL, _], [([MILL, _], [NEW, _]), ([MILL, _], [NEW, MILL]), ([MILL, _], [_, MILL])],
        {"reasons": {(3, A): LOST}}, {A: (3, OWN)},
    ),
    "H10 the new post closes and A gets the mill's post that C would get": (
        [MILL, _, _, MILL],
        [([MILL, _, _, MILL], [NEW, _, _, MILL]), ([MILL, _, _, MILL], [NEW, MILL, _, MILL]),
         ([MILL, _, _, _], [_, MILL, _, _]), ([MILL, _, MILL, _], [MILL, MILL, _, _])],
        {"reasons": {(3, A): LOST}}, {A: (3, OWN), C: (4, EARLIER)},
    ),
    "H11 an own business has no limit": (
        [SELF, _, SELF], [([SELF, _, SELF], [NEW, SELF, _])], {"reasons": {(1, C): QUIT}}, {C: (1, REFUSED)},
    ),
    "H12 the mill dismisses who came last: B in the arm, C in the baseline": (
        [MILL, _, MILL], [AWAY_TO_NEW, FOLLOWED, ([MILL, _, _], [NEW, _, MILL])], {}, {},
    ),
    "H13 B left the shop for the post that A left, and is dismissed there": (
        [MILL, SHOP, _],
        [([MILL, SHOP, _], [NEW, SHOP, _]), ([MILL, SHOP, _], [NEW, MILL, _]), ([MILL, SHOP, _], [NEW, _, SHOP])],
        {"reasons": {(3, B): LOST}}, {B: (3, EARLIER)},
    ),
    "H14 the mill still has open posts, so C refused": (
        [MILL, _, _], [([MILL, _, _], [NEW, _, _]), ([MILL, _, _], [NEW, MILL, _]), ([MILL, _, MILL], [NEW, MILL, _])],
        {"vacant": [(3, MILL)]}, {C: (3, REFUSED)},
    ),
    "H15 two links, and B sits on the post that C would get": (
        [SHOP, MILL, _, _],
        [([SHOP, MILL, _, _], [NEW, MILL, _, _]), ([SHOP, MILL, _, _], [NEW, SHOP, _, _]),
         ([SHOP, MILL, _, _], [NEW, SHOP, _, MILL]), ([SHOP, MILL, _, _], [NEW, SHOP, _, MILL]),
         ([COAST, MILL, _, _], [NEW, SHOP, _, MILL]), ([COAST, MILL, SHOP, _], [NEW, SHOP, _, MILL])],
        {}, {C: (6, EARLIER)},
    ),
    "H16 A's spouse B loses precedence: no chain of posts tells of it": (
        [_, _, _], [([_, _, _], [NEW, _, _]), ([_, MILL, _], [NEW, _, MILL])], {}, {B: (2, TURNED_AWAY)},
    ),
    "H17 A retires in both while his post stands open; another gets it": (
        [MILL, _, _], [([MILL, _, _], [NEW, _, _]), ([_, _, MILL], [_, MILL, _])], {}, {C: (2, TURNED_AWAY)},
    ),
    "H18 who holds the new post dies in the arm": (
        [MILL, _], [([MILL, _], [NEW, _]), ([MILL, _], [NEW, MILL]), ([MILL, _], [_, MILL]), ([MILL, _], [_, MILL])],
        {"reasons": {(3, A): DIED}}, {A: (3, OWN)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_histories_by_hand(name):
    start, months, recorded, true = CASES[name]
    assert onsets(histories(start, months, **recorded)) == true


def by_chains(how):
    return how[:, [THIS_MONTH, EARLIER]].sum()


def test_h19_one_new_post_and_three_swaps_displace_one_at_most():
    told = histories([_] * 7, [([MILL, _, _, _, MILL, MILL, MILL], [NEW, MILL, MILL, MILL, _, _, _])])
    (how,) = trace(told, EMPLOYERS)
    assert how.sum() == 3
    assert by_chains(how) <= 1


def test_a_loss_is_shared_where_one_of_several_may_hold_the_post():
    """B belongs to the chain of A, D does not; either may hold the post that C would have."""
    first, second = ([MILL, _, _, _], [NEW, _, _, _]), ([MILL, _, _, _], [NEW, MILL, _, _])
    third, fourth = ([_, _, _, _], [_, MILL, _, MILL]), ([_, _, MILL, _], [_, MILL, _, MILL])
    *_rest, how = trace(histories([MILL, _, _, _], [first, second, third, fourth]), EMPLOYERS)
    assert how[C, [EARLIER, TURNED_AWAY]].tolist() == [0.5, 0.5]


@st.composite
def worlds(draw, new=True):
    people, months = draw(st.integers(2, 7)), draw(st.integers(1, 6))

    def table(codes):
        row = st.lists(st.sampled_from(codes), min_size=people, max_size=people)
        return draw(st.lists(row, min_size=months, max_size=months))

    old = [_, MILL, SHOP, COAST]
    arm = table([*old, NEW, NEW] if new else old)
    told = histories(draw(st.permutations([_] * people)), list(zip(table(old), arm, strict=True)))
    flags = np.random.default_rng(draw(st.integers(0, 2**16)))
    told.apart[:] = flags.random(told.apart.shape) < 0.2
    told.short[:] = flags.random(told.short.shape) < 0.8
    ends = (told.reason == 0) & (told.arm == NOBODY)
    told.reason[ends] = flags.integers(1, 12, ends.sum())
    return told


@given(worlds())
def test_classes_add_up_to_the_lost_exactly(told):
    for month, how in enumerate(trace(told, EMPLOYERS)):
        lost = (told.base[month] != NOBODY) & (told.arm[month] == NOBODY)
        assert how.shape[1] == len(CLASSES)
        assert how.sum(axis=1) == pytest.approx(lost.astype(float))


@given(worlds())
def test_chains_take_no_more_work_than_new_employers_hired(told):
    hired = 0
    before = told.start
    for month, how in enumerate(trace(told, EMPLOYERS)):
        hired += int(((told.arm[month] == NEW) & (before != NEW)).sum())
        before = told.arm[month]
        assert by_chains(how) <= hired + 1e-9


@given(worlds(new=False))
def test_without_new_hires_there_is_no_chain(told):
    assert all(by_chains(how) == 0 for how in trace(told, EMPLOYERS))


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_people_changes_nothing(told, random):
    mix = list(range(len(told.uid)))
    random.shuffle(mix)
    mixed = Histories(
        told.uid[mix], told.start[mix], told.base[:, mix], told.arm[:, mix], told.reason[:, mix], told.apart[:, mix],
        told.short,
    )  # fmt: skip
    for one, other in zip(trace(told, EMPLOYERS), trace(mixed, EMPLOYERS), strict=True):
        assert other == pytest.approx(one[mix])


@given(worlds())
def test_two_worlds_that_are_alike_lose_nobody(told):
    same = Histories(told.uid, told.start, told.base, told.base, told.reason, told.apart, told.short)
    assert not any(how.any() for how in trace(same, EMPLOYERS))
