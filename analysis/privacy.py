"""Which cells of a table stand for so few households that they could be told who they are, and are left blank.

A count is blank where it stands for fewer than FEWEST households, and so is what would give it away: of cells that add
up to a visible sum one can't be blank alone, nor can several that stand for fewer households together (a household in
two cells counts twice here). Whether a blank can be computed from what is left is solved for, not guessed: rows and
columns that hold two blanks each may still give one away (D. Gusfield 1988, A graph theoretic approach to statistical
data security, SIAM J. Computing 17, 552-571). Counts of 0 stand for nobody, and are left out only to hide others.

This holds for what stands in one table. Tables that are to be published together should be asked for together.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

FEWEST = 10
HIDDEN = f"stands for fewer than {FEWEST} households, or would give away what does"
"""What is said of a row that was left out."""
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


def suppress(
    table: "pd.DataFrame", values: Sequence[str], *stages: Sequence[Sum], fewest: int = FEWEST
) -> "pd.DataFrame":
    """Return a table without what stands for too few households.

    Parameters
    ----------
    table
        with a column `households`, a mean over replicates, that tells for how many each row stands.
    values
        columns that are NaN where a row is left out, `households` among them.
    stages
        which rows add up to which. What a stage shows, later ones hide only if nothing else is left: a table of all
        people shows the same cells whatever it is broken down by, so that tables by sex and by age can't be subtracted.
    fewest
        households that a row must stand for.

    A column `suppressed` says which rows were left out.
    """
    households = table["households"].to_numpy(np.float64)
    blank, settled, known = few(households, fewest), np.zeros(len(table), np.bool_), list[Sum]()
    for sums in stages:
        known += sums
        blank = blanks(households, known, fewest, blank, settled)
        settled[[row for one in sums for row in one.rows]] = True
    out = table.copy()
    out["suppressed"] = blank
    out[list(values)] = out[list(values)].astype(np.float64).mask(blank)
    return out


def few(households: Counts, fewest: int = FEWEST) -> Flags:
    """Say which rows stand for somebody, but for too few, bool[rows]; households are float64[rows]."""
    return np.asarray((households > 0) & (households < fewest), np.bool_)


def blanks(
    households: Counts,
    sums: Sequence[Sum],
    fewest: int = FEWEST,
    blank: Flags | None = None,
    settled: Flags | None = None,
) -> Flags:
    """Say which rows must be left out, bool[rows]: those of few households, and those that would give them away.

    Parameters
    ----------
    households
        float64[rows].
    sums, fewest
        as those of `suppress`.
    blank
        bool[rows], what is left out already; those of few households where not given.
    settled
        bool[rows], what is left out only if a sum has nothing else to hide.
    """
    found = (few(households, fewest) if blank is None else blank).copy()
    last = np.zeros(len(households), np.bool_) if settled is None else settled
    while True:
        row = next(_needed(found, households, sums, fewest, last), None)
        if row is None:
            return found
        found[row] = True


def _needed(blank: Flags, households: Counts, sums: Sequence[Sum], fewest: int, last: Flags) -> Iterator[int]:
    """Yield the row to leave out next, if there must be one: the cheap rule first, then what the equations say."""
    yield from _best([one for one in sums if _gives_away(one, blank, households, fewest)], blank, households, last)
    found = computable(blank, sums)
    if found.any():
        yield from _best([one for one in sums if found[list(one.rows)].any()], blank, households, last)
        yield from _best([one for one in sums if blank[list(one.rows)].any()], blank, households, last)


def _gives_away(one: Sum, blank: Flags, households: Counts, fewest: int) -> bool:
    """Say whether a sum has a single blank, or shows what blanks of too few households come to."""
    rows, parts = np.array(one.rows), np.array(one.parts)
    count, together = int(blank[rows].sum()), float(households[parts][blank[parts]].sum())
    return count == 1 or (count > 1 and not blank[one.whole] and together < fewest)


def _best(weak: Sequence[Sum], blank: Flags, households: Counts, last: Flags) -> Iterator[int]:
    """Yield the row that mends most of some sums, of equals the smallest; one that stands for nobody last."""
    nexts = {row for one in weak for row in _smallest(one, blank, households, last)}
    if nexts:
        yield min(nexts, key=lambda row: (last[row], -sum(row in one.rows for one in weak), households[row], row))


def _smallest(one: Sum, blank: Flags, households: Counts, last: Flags) -> Iterable[int]:
    """Return the smallest row of a sum that is left; none if all are blank."""
    left = [row for row in one.rows if not blank[row]]
    return sorted(left, key=lambda row: (last[row], households[row] == 0, households[row], row))[:1]


def computable(blank: Flags, sums: Sequence[Sum]) -> Flags:
    """Say which blanks follow from the rows that are left and what they add up to, bool[rows].

    A blank is determined if every solution of the equations has it alike: if its unit vector lies in their row space.
    """
    at = np.flatnonzero(blank)
    column = np.cumsum(blank) - 1
    open_sums = [one for one in sums if blank[list(one.rows)].any()]
    system = np.zeros((len(open_sums), len(at)))
    for line, one in enumerate(open_sums):
        for row in one.rows:
            if blank[row]:
                system[line, column[row]] = -1.0 if row == one.whole else 1.0
    found = np.zeros(len(blank), np.bool_)
    if system.any():
        found[at] = _determined(system)
    return found


def _determined(system: NDArray[np.float64]) -> Flags:
    """Say which unknowns the equations leave one value, bool[unknowns]: 1 on the diagonal of the projector on rows."""
    _, size, rows = np.linalg.svd(system, full_matrices=False)
    kept = rows[size > size[0] * 1e-10]
    return np.asarray((kept**2).sum(axis=0) > _CERTAIN, np.bool_)
