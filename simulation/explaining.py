"""What a process tells of its decisions about single people: accounts, made again beside the run and held against it.

A process file may hold `explain(world, draws, clock, settings, asked)`, a generator with the step in its midst:

    def explain(world, draws, clock, settings, asked):
        before = ...            # the world as it is before the step
        yield None              # here the step runs
        ...                     # the world as it is after the step
        yield Account(...)      # one for each option of each decision of those who are asked about

It sees what the step sees, its own columns too, and may write nothing. Since every draw has an address, it draws what
the step drew. What it says was decided must be what the step did (`must_agree`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NONE = float("nan")
_DIGITS = 4


class ExplanationError(Exception):
    """An account that isn't what the run did: a fault of the program, in the step or in its explanation."""


@dataclass(frozen=True)
class Asked:
    """Who is asked about: rows of persons and of households, int64[...] each, rising."""

    persons: NDArray[np.int64]
    households: NDArray[np.int64]


@dataclass(frozen=True)
class Account:
    """One option of one decision, as it stood for one person or household.

    Attributes
    ----------
    table, row
        `persons` or `households`, and whose decision it is.
    option
        what could be chosen: the id of a facility, or words.
    chosen
        whether it was.
    reason
        what decided, in words with figures; what comes before a colon says of what kind it is ("taken: all 3 ...").
    utility
        what it was worth, in the unit of the rule; NaN where nothing is weighed.
    threshold, draw
        a chance and the uniform draw that had to lie below it; NaN where nothing is drawn.
    changes
        whether something is other than last month because of it: what is chosen, where left out. A post that is kept
        is chosen and changes nothing; one that is lost isn't chosen and does.
    """

    table: str
    row: int
    option: str
    chosen: bool
    reason: str
    utility: float = NONE
    threshold: float = NONE
    draw: float = NONE
    changes: bool | None = None

    @property
    def news(self) -> bool:
        """Say whether something is other than last month because of it."""
        return self.chosen if self.changes is None else self.changes


def must_agree(whose: str, said: object, done: object) -> None:
    """Raise ExplanationError if what an account says isn't what the step did; `whose` names decision and person."""
    if said != done:
        raise ExplanationError(f"{whose}: the account says {said}, the run did {done}")


def figure(value: float) -> str:
    """Write a figure of an account, with four digits."""
    return f"{value:.{_DIGITS}g}" if abs(value) < 10 ** (_DIGITS - 1) else f"{value:,.0f}"
