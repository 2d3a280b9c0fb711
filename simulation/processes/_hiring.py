"""New teachers: named by who hires them, so that arms agree on who is who."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.draws import descend
from simulation.kernels.draws import fill_normals
from simulation.world import NEVER, NOWHERE


@dataclass(frozen=True)
class Posts:
    """Who hires, a row for each: a school for its own posts, or a programme.

    uid uint64[n] names the hired; `before` int64[n] counts those hired earlier; school, channel, months
    of contract (0 for good) and funder (a row of programmes, -1 for the school's own) are int[n].
    """

    uid: NDArray[np.uint64]
    before: NDArray[np.int64]
    school: NDArray[np.integer]
    channel: NDArray[np.integer]
    months: NDArray[np.integer]
    funder: NDArray[np.integer]


def queue_teachers(world: Any, key: np.uint64, month: int, posts: Posts, count: NDArray[np.int64]) -> None:
    """Queue `count` int64[n] new teachers for each of those who hire; they are at work from this month on.

    `key` is that of a draw for life: what each of them can once experienced, around what the school draws.
    """
    total = int(count.sum())
    if not total:
        return
    at = np.repeat(np.arange(len(count)), count)
    ordinal = posts.before[at] + np.arange(total) - np.repeat(np.cumsum(count) - count, count)
    uid = descend(posts.uid[at], "hire", ordinal)
    quality = np.empty(total)
    fill_normals(key, uid, quality)
    months = posts.months[at].astype(np.int64)
    values = {
        "uid": uid,
        "quality": quality + world.schools.draws_quality[posts.school[at]],
        "home_school": posts.school[at],
        "starts_month": np.full(total, month),
        "channel": posts.channel[at],
        "contract_end": np.where(months > 0, month + months, NEVER),
        "funder": posts.funder[at],
        "hired_by": posts.funder[at],
    }
    world.create("teachers", np.full(total, NOWHERE, np.int32), values)
