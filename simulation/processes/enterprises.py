"""The life of employers: the posts that they would fill this month, and what they pay."""

from collections.abc import Iterable

import numpy as np

from simulation.clock import Moment
from simulation.contract import Balance, Column, process
from simulation.draws import Draws
from simulation.parameters import Settings
from simulation.world import View


@process(
    phase="compete",
    reads=("employers.posts", "employers.pay_month_fen", "employers.wage_series"),
    owns={
        "employers.posts_now": Column("int32", 0, "posts", "posts that the employer would fill this month; -1 without a limit"),
        "employers.pay_now_fen": Column("int32", 0, "fen a month", "pay of a month worked in this year's wages"),
    },
    levers=("employers.posts",),
)  # fmt: skip
def run(world: View, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Count posts in force, then set pay."""
    employers = world.employers
    employers.posts_now[:] = np.where(employers.posts < 0, -1, world.levers["employers.posts"])
    year = min(max(clock.month // 12 - world.first_year, 0), len(world.wage_index) - 1)
    employers.pay_now_fen[:] = np.floor(employers.pay_month_fen * world.wage_index[year][employers.wage_series] + 0.5)


def audit(world: View, clock: Moment, settings: Settings) -> Iterable[Balance]:
    """No employer offers more posts than policy and region give it."""
    over = np.maximum(world.employers.posts_now - world.levers["employers.posts"], 0)
    yield Balance("posts beyond those there are", int(over[world.employers.posts >= 0].sum()), 0)
