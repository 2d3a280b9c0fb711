"""What policy turns: numbers at a row, made anew every month from a clean base.

value = min(high, max(low, (base + sum of adds) * product of scales)); contributions are sorted by
the intervention's uid before they are reduced, so that arms commute, and whole levers (posts,
classrooms) are floored once, at the end.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulation.table import Table


@dataclass(frozen=True)
class Lever:
    """One thing that policy turns, and the column that holds its value without any policy."""

    table: str
    base: str
    unit: str
    meaning: str
    low: float = 0.0
    high: float = float("inf")
    whole: bool = False


LEVERS: dict[str, Lever] = {
    "employers.posts": Lever("employers", "posts", "posts", "posts that an employer would fill", whole=True),
    "places.matching_efficiency": Lever(
        "places", "matching_efficiency", "ratio", "what multiplies the meetings of a place's seekers with open posts"
    ),
    "schools.seats": Lever(
        "schools",
        "seats",
        "seats",
        "desks of the building, where they limit; -1 where they don't",
        low=-1.0,
        whole=True,
    ),
    "schools.classrooms": Lever("schools", "classrooms", "classrooms", "classrooms in use", whole=True),
    "clinics.fte": Lever("clinics", "fte", "FTE doctors", "full-time doctors at work"),
    "programmes.places": Lever("programmes", "places", "places", "places a programme offers this month", whole=True),
}


@dataclass(frozen=True)
class Contribution:
    """What one intervention does to one lever at one row this month."""

    uid: int
    lever: str
    row: int
    kind: Literal["add", "scale"]
    amount: float


class Turn:
    """The hand of one intervention on the levers: the `levers` that `contribute` receives."""

    def __init__(self, uid: int, into: list[Contribution]) -> None:
        """Collect contributions of the intervention `uid` into a shared list."""
        self._uid = uid
        self._into = into

    def add(self, lever: str, row: int, amount: float) -> None:
        """Raise (or, if negative, lower) a lever at a row."""
        self._into.append(Contribution(self._uid, lever, row, "add", float(amount)))

    def scale(self, lever: str, row: int, factor: float) -> None:
        """Multiply a lever at a row, after all adds."""
        self._into.append(Contribution(self._uid, lever, row, "scale", float(factor)))


def reduce_levers(tables: dict[str, Table], contributions: list[Contribution]) -> dict[str, NDArray[np.float64]]:
    """Return every lever's value this month, float64[rows of its table], sealed.

    Raises KeyError for a lever that LEVERS doesn't name.
    """
    adds = {name: tables[lever.table][lever.base].astype(np.float64) for name, lever in LEVERS.items()}
    scales = {name: np.ones(len(base)) for name, base in adds.items()}
    for one in sorted(contributions, key=lambda c: (c.uid, c.lever, c.row, c.kind, c.amount)):
        if one.kind == "add":
            adds[one.lever][one.row] += one.amount
        else:
            scales[one.lever][one.row] *= one.amount
    return {name: _bounded(LEVERS[name], adds[name] * scales[name]) for name in LEVERS}


def _bounded(lever: Lever, value: NDArray[np.float64]) -> NDArray[np.float64]:
    value = np.clip(value, lever.low, lever.high)
    if lever.whole:
        # A hair above, so that 2.9999999 from a ramp of thirds is 3 posts and not 2.
        value = np.floor(value + 1e-9)
    value.flags.writeable = False
    return value
