"""Who leaves whom on small worlds: contracts of public posts, lots among equals, and what is left to carry out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from simulation.kernels.jobs import CONTRACT_OVER, POST_LOST
from simulation.levers import Contribution
from simulation.months import is_spring_festival
from simulation.processes.separations import Settings, leave_shares
from simulation.world import EMPLOYER_KINDS
from tests.processes.test_jobs import EAGER, town
from tests.processes.work_world import SITE, START, employer

NOBODY_LOOKS = {"meeting_brokered": 0.0, "meeting_market": 0.0}


def public_posts(people, **rule):
    """Put people into public posts for good, but for what `rule` says; nobody is hired."""
    posts = [employer("public_welfare", SITE, people, 800)]
    quiet = {"leave_public_welfare": 0.0, **rule}
    return town([30] * people, posts, {"separations": quiet, "job_search": NOBODY_LOOKS}, employer=[0] * people)


def test_contracts_that_are_not_renewed_end_once_a_term_and_from_the_first_month_on():
    w = public_posts(180, contract_shortest=12, contract_longest=12, contract_renewed=0.0)
    ended = []
    for month in range(12):
        w.turn(START + month)
        ended.append(int((w["persons.leaves_job"] == CONTRACT_OVER).sum()))
    assert sum(ended) == 180
    assert min(ended) > 3
    assert (w["persons.left_job_reason"] == CONTRACT_OVER).all()


def test_a_new_contract_lasts_its_term():
    w = public_posts(30, contract_shortest=24, contract_longest=24, contract_renewed=0.0)
    w["persons.job_since"][:] = START - 3
    for month in range(START, START + 24):
        w.turn(month)
        assert (w["persons.employer"] == (0 if month < START + 21 else -1)).all()


@pytest.mark.parametrize(("bar", "back"), [(0, 1), (3, 4), (12, 13)])
def test_whose_contract_was_not_renewed_comes_back_to_that_employer_only_after_the_bar(bar, back):
    quiet = {"separations": {"leave_public_welfare": 0.0, "contract_renewed": 0.0, "contract_longest": 12}}
    rule = {"job_search": {**EAGER, "bar_months": bar}, **quiet}
    posts = [employer("public_welfare", SITE, 60, 3000)]
    w = town([30] * 30, posts, rule, employer=[0] * 30, job_since=[START - 12] * 30)
    w.turn(START)
    assert (w["persons.last_contract"] == 0).all() and (w["persons.contract_ended"] == START).all()
    for month in range(1, 14):
        assert (w["persons.employer"] == -1).all() == (month <= back)
        if month <= back:
            w.turn(START + month)
            assert w["employers.seekers_eligible"][0] == w["employers.seekers_met"][0] == (30 if month == back else 0)


def test_another_employer_may_hire_whose_contract_was_not_renewed():
    quiet = {"separations": {"leave_public_welfare": 0.0, "contract_renewed": 0.0, "contract_longest": 12}}
    posts = [employer("public_welfare", SITE, 60, 3000), employer("public_welfare", SITE, 60, 3000)]
    w = town([30] * 30, posts, {"job_search": EAGER, **quiet}, employer=[0] * 30, job_since=[START - 12] * 30)
    w.turn(START)
    w.turn(START + 1)
    assert (w["persons.employer"] == 1).all()


def test_renewed_contracts_go_on():
    w = public_posts(100, contract_renewed=1.0)
    w.run(24)
    assert (w["persons.employer"] == 0).all()


@pytest.mark.parametrize("month", range(START, START + 12))
def test_more_leave_at_the_spring_festival(month):
    shares = leave_shares(Settings(), month)
    expected = 0.045 * (2.0 if is_spring_festival(month) else 1.0)
    assert shares[EMPLOYER_KINDS.index("workshop")] == pytest.approx(expected)
    assert shares[EMPLOYER_KINDS.index("coast")] == 0.0


@profile(max_examples=20)
@given(st.integers(1, 30), st.integers(0, 30), st.integers(0, 1000))
def test_as_many_go_as_there_are_posts_too_few_and_the_longest_stay(people, posts, seed):
    since = np.random.default_rng(seed).integers(START - 9, START, people)
    quiet = {"separations": {"leave_workshop": 0.0}, "job_search": NOBODY_LOOKS}
    w = town(
        [30] * people, [employer("workshop", SITE, posts, 3000)], quiet, seed, employer=[0] * people, job_since=since
    )
    w.turn(START)
    gone = w["persons.leaves_job"] == POST_LOST
    assert gone.sum() == max(people - posts, 0)
    if gone.any() and not gone.all():
        assert since[gone].min() >= since[~gone].max()


def test_whoever_leaves_is_not_hired_back_in_the_same_month():
    w = town(
        [30] * 9, [employer("workshop", SITE, 9, 3000)], {"job_search": {"meeting_brokered": 1.0}}, employer=[0] * 9
    )
    w.turn(START, contributions=[Contribution(1, "employers.posts", 0, "add", -4)])
    assert (w["persons.employer"] == 0).sum() == 5
    w.turn(START + 1, contributions=[Contribution(1, "employers.posts", 0, "add", 0)])
    left = w["persons.leaves_job"] != 0
    assert (w["persons.employer"][left] == -1).all()
