"""The life of employers: posts that they would fill this month, days of work, and closures once support ends."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import Balance, Column, process
from simulation.draws import Draws
from simulation.kernels.enterprises import close_down, share_slump
from simulation.mechanism import Mechanism
from simulation.parameters import Settings as Parameters
from simulation.parameters import parameter
from simulation.world import EMPLOYER_KINDS, View


class Settings(Parameters):
    """What a slump of orders and the end of support do to an employer."""

    slump_as_days: float = parameter(
        0.5,
        "share",
        0.0,
        1.0,
        "[prior] paid by the piece",
        "of a micro-factory's slump in logs, what all bear as fewer days; the rest costs posts",
    )
    closure_workshop: float = parameter(
        0.12,
        "share a year",
        0.0,
        1.0,
        "[prior] 5-20 % a year after the subsidy",
        "workshops without support that close",
    )
    closure_micro_factory: float = parameter(
        0.12, "share a year", 0.0, 1.0, "[prior] 5-20 % a year after the subsidy", "the same of micro-factories"
    )


MECHANISMS = (
    Mechanism(
        "closures", "no employer closes when support ends", {"closure_workshop": 0.0, "closure_micro_factory": 0.0}
    ),
)


@process(
    phase="compete",
    reads=("employers.uid", "employers.posts", "employers.kind", "employers.subsidy_ends", "employers.orders"),
    owns={
        "employers.posts_now": Column(
            "int32", 0, "posts", "posts that the employer would fill this month; -1 without a limit", watched=True
        ),
        "employers.days_now": Column("float32", 1.0, "share", "of the usual working days, those for which there is work"),
        "employers.closed_month": Column("int32", -1, "month", "month in which it closed for good; -1 while it stands"),
    },
    streams=("closure",),
    levers=("employers.posts",),
)  # fmt: skip
def run(world: View, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Close first, then share what orders there are."""
    employers, posts = world.employers, world.levers["employers.posts"]
    close_down(
        employers.uid, posts, employers.subsidy_ends, _closures(settings)[employers.kind], draws.key("closure"),
        clock.month, employers.closed_month,
    )  # fmt: skip
    as_days = np.zeros(len(EMPLOYER_KINDS))
    as_days[EMPLOYER_KINDS.index("micro_factory")] = settings.slump_as_days
    share_slump(
        employers.posts, posts, employers.orders, as_days[employers.kind], employers.closed_month,
        employers.posts_now, employers.days_now,
    )  # fmt: skip


def _closures(settings: Settings) -> NDArray[np.float64]:
    """Return the share that closes in a year without support, by kind of employer; float64[kinds]."""
    return np.array([getattr(settings, f"closure_{kind}", 0.0) for kind in EMPLOYER_KINDS])


def audit(world: View, clock: Moment, settings: Settings) -> Iterable[Balance]:
    """No employer offers more posts than policy and region give it, nor any once it has closed."""
    employers = world.employers
    over = np.maximum(employers.posts_now - world.levers["employers.posts"], 0)
    yield Balance("posts beyond those there are", int(over[employers.posts >= 0].sum()), 0)
    closed = employers.closed_month >= 0
    yield Balance("posts of closed employers", int(employers.posts_now[closed].sum(dtype=np.int64)), 0)
    early = closed & (employers.closed_month < employers.subsidy_ends)
    yield Balance("employers closed while supported", int(np.count_nonzero(early)), 0)
