"""The sum that a planner does on paper: what an intervention brings if everything counts one for one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

OneForOne = Literal["", "posts", "jobs"]


@dataclass(frozen=True)
class Desk:
    """What a planner expects of an intervention at full size, before anything is simulated.

    Attributes
    ----------
    outcome
        the indicator of the catalogue that the sum speaks of.
    change
        by how much it changes, in the indicator's unit.
    text
        the sum in words, `76 posts = 76 jobs`.
    one_for_one
        what the sum takes one for one: `posts`, each of which brings the change of one person (or household);
        `jobs`, people brought into work without a post of their own; "" for anything else. Unit records tell what
        becomes of either.
    of_baseline
        whether `change` is a share of the level without the intervention, which no planner knows beforehand.
    as_if
        what the sum takes for granted, in words that go on after 'as if', `everybody hired had been idle`.
    least_age
        youngest age of those whom the outcome counts, years; unit records tell who is younger.
    """

    outcome: str
    change: float
    text: str
    one_for_one: OneForOne = ""
    of_baseline: bool = False
    as_if: str = ""
    least_age: int = 0


def estimates(found: Desk | Iterable[Desk]) -> tuple[Desk, ...]:
    """Return what `desk(settings)` gave as a tuple: it may be one estimate, several or none."""
    return (found,) if isinstance(found, Desk) else tuple(found)
