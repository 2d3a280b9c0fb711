"""What the processes of work share: how far employers are and what a post is worth."""

import numpy as np
from numpy.typing import NDArray

from simulation.kernels.jobs import log_worth
from simulation.world import View


def log_yuan(yuan: float) -> float:
    """Log of an amount of yuan a month, bounded below by a fen."""
    out = np.empty(1)
    log_worth(np.array([yuan * 100.0]), np.full(1, 12.0), np.ones(1), out)
    return float(out[0])


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


def reach_of(world: View, limit: int) -> NDArray[np.bool_]:
    """Say which employers lie within `limit` minutes of which places, bool[places, e]."""
    way = world.minutes[:, world.employers.place]
    return (way >= 0) & (way + world.employers.extra_minutes <= limit)  # type: ignore[no-any-return]
