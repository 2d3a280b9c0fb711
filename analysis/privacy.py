"""Which cells of a table stand for so few households that they could be told who they are, and are left blank.

A count is blank where it stands for fewer than FEWEST households, and so is what would give it away: of cells that add
up to a visible sum one can't be blank alone, nor can several that stand for fewer households together. Whether a blank
can be computed from what is left is solved for, not guessed: rows and columns that hold two blanks each may still give
one away (D. Gusfield 1988, A graph theoretic approach to statistical data security, SIAM J. Computing 17, 552-571).
Counts of 0 stand for nobody, and are left out only to hide others.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

FEWEST = 10
_CERTAIN = 1 - 1e-9
Flags = NDArray[np.bool_]
Counts = NDArray[np.float64]


@dataclass(frozen=True)
class Sum:
    """Rows of a table that add up, by number: `parts` to `whole`."""

    parts: tuple[int, ...]
    whole: int

    @property
    def rows(self) -> tuple[int, ...]:
        """All rows that take part."""
        return (*self.parts, self.whole)


def suppress(table: "pd.DataFrame", values: Sequence[str], sums: Sequence[Sum], fewest: int = FEWEST) -> "pd.DataFrame":
    """Return a table without what stands for too few households.

    Parameters
    ----------
    table
        with a column `households`, a mean over replicates.
    values
        columns that are NaN where a row is left out.
    sums
        which rows add up to which.
    fewest
        households that a row must stand for.

    A column `suppressed` says which rows were left out.
    """
    out = table.copy()
    out["suppressed"] = blanks(table["households"].to_numpy(np.float64), sums, fewest)
    out[list(values)] = out[list(values)].astype(np.float64).mask(out["suppressed"])
    return out


def blanks(households: Counts, sums: Sequence[Sum], fewest: int = FEWEST) -> Flags:
    """Say which rows must be left out, bool[rows]: those of few households, and those that would give them away.

    Households are float64[rows].
    """
    blank = np.asarray((households > 0) & (households < fewest), np.bool_)
    while True:
        row = next(_needed(blank, households, sums, fewest), None)
        if row is None:
            return blank
        blank[row] = True


def _needed(blank: Flags, households: Counts, sums: Sequence[Sum], fewest: int) -> Iterator[int]:
    """Yield the row to leave out next, if there must be one: the cheap rule first, then what the equations say."""
    yield from _best([one for one in sums if _gives_away(one, blank, households, fewest)], blank, households)
    found = computable(blank, sums)
    if found.any():
        yield from _best([one for one in sums if found[list(one.rows)].any()], blank, households)
        yield from _best([one for one in sums if blank[list(one.rows)].any()], blank, households)


def _gives_away(one: Sum, blank: Flags, households: Counts, fewest: int) -> bool:
    """Say whether a sum has a single blank, or shows what blanks of too few households come to."""
    rows, parts = np.array(one.rows), np.array(one.parts)
    count, together = int(blank[rows].sum()), float(households[parts][blank[parts]].sum())
    return count == 1 or (count > 1 and not blank[one.whole] and together < fewest)


def _best(weak: Sequence[Sum], blank: Flags, households: Counts) -> Iterator[int]:
    """Yield the row that mends most of some sums, of equals the smallest; one that stands for nobody last."""
    nexts = {row for one in weak for row in _smallest(one, blank, households)}
    if nexts:
        yield min(nexts, key=lambda row: (-sum(row in one.rows for one in weak), households[row], row))


def _smallest(one: Sum, blank: Flags, households: Counts) -> Iterable[int]:
    """Return the smallest row of a sum that is left; none if all are blank."""
    left = [row for row in one.rows if not blank[row]]
    return sorted(left, key=lambda row: (households[row] == 0, households[row], row))[:1]


def computable(blank: Flags, sums: Sequence[Sum]) -> Flags:
    """Say which blanks follow from the rows that are left and what they add up to, bool[rows].

    A blank is determined if every solution of the equations has it alike: if its unit vector lies in their row space.
    """
    at = np.flatnonzero(blank)
    system = np.zeros((len(sums), len(blank)))
    for line, one in enumerate(sums):
        system[line, list(one.parts)] = 1.0
        system[line, one.whole] = -1.0
    found = np.zeros(len(blank), np.bool_)
    if system[:, at].any():
        found[at] = np.diag(np.linalg.pinv(system[:, at]) @ system[:, at]) > _CERTAIN
    return found
