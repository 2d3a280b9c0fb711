"""Unfilled posts: why each post that stayed open this month did so.

Who might fill a post must fit its window, live near, look for work, find the pay enough, meet the employer and
choose it. A post is unfilled for the first of these steps at which people run out: of V open posts, min(V, N) can
be filled by the N who come so far. The six numbers of an employer add up to its vacancies.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import Balance, Column, process
from simulation.draws import Draws
from simulation.parameters import Settings
from simulation.world import UNFILLED_REASONS, View

_MEANINGS = (
    "nobody else's age, school, sex, training or care duties fit", "those who fit live too far away",
    "those who fit and live near don't look for work", "those who look don't find the post worth it",
    "those who would take it didn't meet the employer this month", "those who met it took another post or were ranked out",
)  # fmt: skip
_STEPS = ("eligible", "near", "searching", "accepting", "met")


@process(
    phase="compete",
    reads=("employers.open_posts", "employers.vacancies", *(f"employers.seekers_{step}" for step in _STEPS)),
    owns={
        f"employers.unfilled_{reason}": Column("int32", 0, "posts", f"posts left open because {meaning}", watched=True)
        for reason, meaning in zip(UNFILLED_REASONS, _MEANINGS, strict=True)
    },
)
def run(world: View, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Count how many posts could be filled after each step, and what each step lost."""
    employers = world.employers
    for reason, lost in zip(UNFILLED_REASONS, _lost(world), strict=True):
        getattr(employers, f"unfilled_{reason}")[:] = lost


def _lost(world: View) -> NDArray[np.int64]:
    """Return the posts that each step leaves open, int64[6, e]."""
    employers = world.employers
    posts = employers.open_posts.astype(np.int64)
    come = [np.minimum(posts, getattr(employers, f"seekers_{step}")) for step in _STEPS]
    return -np.diff([posts, *come, posts - employers.vacancies], axis=0)


def audit(world: View, clock: Moment, settings: Settings) -> Iterable[Balance]:
    """The reasons add up to the vacancies, and none is below nothing."""
    employers = world.employers
    lost = np.array([getattr(employers, f"unfilled_{reason}") for reason in UNFILLED_REASONS], np.int64)
    wrong = np.count_nonzero(lost.sum(axis=0) != employers.vacancies)
    yield Balance("employers whose open posts lack a reason", int(wrong), 0)
    yield Balance("posts lost at a step where people came in", int(np.minimum(lost, 0).sum()), 0)
