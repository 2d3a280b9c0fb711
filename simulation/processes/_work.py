"""What the processes of work share: how far employers are, what a post is worth, which posts are open."""

import numpy as np
from numpy.typing import NDArray

from simulation.kernels.jobs import log_worth
from simulation.world import EMPLOYER_KINDS, NOWHERE, View

LEFT_REASONS = (
    "took the job", "died", "reached 60", "became a student", "unable or too young", "out of reach", "care at home",
    "quit or dismissed", "post lost", "went to the coast", "came home from the coast", "contract not renewed",
)  # fmt: skip
"""Why a link changed, by the codes of `simulation.kernels.jobs`."""
BROKERED = ("workshop", "micro_factory", "public_welfare")
"""Kinds of employers whose posts community workers bring to the door."""


def worth_of_posts(world: View) -> NDArray[np.float64]:
    """Log of the yuan that a post brings home a month, averaged over the year, float64[e].

    Reads employers.pay_now_fen, months_worked and remitted_share.
    """
    employers = world.employers
    out = np.empty(employers.n)
    log_worth(
        employers.pay_now_fen.astype(np.float64), employers.months_worked.astype(np.float64),
        employers.remitted_share.astype(np.float64), out,
    )  # fmt: skip
    return out


def reach_of(world: View) -> NDArray[np.bool_]:
    """Say which employers lie within the longest way to work of which places, bool[places, e].

    Reads employers.place, extra_minutes and longest_way.
    """
    way = world.minutes[:, world.employers.place]
    return (way >= 0) & (way + world.employers.extra_minutes <= world.employers.longest_way)  # type: ignore[no-any-return]


def open_posts(world: View) -> NDArray[np.int32]:
    """Posts that nobody holds once this month's leavers are gone, int32[e]; -1 where there is no limit.

    Reads employers.posts_now and employers.staying.
    """
    posts = world.employers.posts_now
    return np.where(posts < 0, -1, np.maximum(posts - world.employers.staying, 0)).astype(np.int32)


def coast_of(world: View) -> NDArray[np.int32]:
    """Row of the employer of those who stay at a coast place, int32[places]; -1 elsewhere."""
    coast = world.employers.kind == EMPLOYER_KINDS.index("coast")
    out = np.full(world.places.n, NOWHERE, np.int32)
    out[world.employers.place[coast]] = np.flatnonzero(coast)
    return out
