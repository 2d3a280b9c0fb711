"""Which cells of a table stand for so few households that they could be told who they are, and are left blank.

A count is blank where it stands for fewer than FEWEST households, and so is what would give it away: of cells that add
up to a visible sum one can't be blank alone, nor can several that stand for fewer households together (a household in
two cells counts twice here). Whether a blank can be computed from what is left is solved for, not guessed: rows and
columns that hold two blanks each may still give one away (D. Gusfield 1988, A graph theoretic approach to statistical
data security, SIAM J. Computing 17, 552-571). Counts of 0 stand for nobody, and are left out only to hide others.

This holds for what stands in one table. Tables that are to be published together should be asked for together.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

FEWEST = 10
HIDDEN = f"stands for fewer than {FEWEST} households, or would give away what does"
"""What is said of a row that was left out."""
_ZERO = 1e-9
Flags = NDArray[np.bool_]
Counts = NDArray[np.float64]
Ranks = NDArray[np.int64]


@dataclass(frozen=True)
class Sum:
    """Rows of a table that add up, by number: `parts` to `whole`."""

    parts: tuple[int, ...]
    whole: int

    @property
    def rows(self) -> tuple[int, ...]:
        """All rows that take part."""
        return (*self.parts, self.whole)


def hide(table: "pd.DataFrame", values: Sequence[str], blank: Flags, name: str = "suppressed") -> "pd.DataFrame":
    """Return a table whose `values` are NaN where `blank`, bool[rows], and that says so in a column `name`."""
    out = table.copy()
    out[list(values)] = np.where(blank[:, None], np.nan, table[list(values)].to_numpy(np.float64))
    return out.assign(**{name: blank})


def pattern(
    households: Counts,
    *stages: Sequence[Sum],
    cost: Counts | None = None,
    blank: Flags | None = None,
    fewest: int = FEWEST,
) -> Flags:
    """Say which rows of a table must be left out, bool[rows], stage by stage.

    Parameters
    ----------
    households
        float64[rows], for how many each row stands; a mean over replicates.
    stages
        which rows add up to which. What a stage shows, later ones hide only if nothing else is left: a table of all
        people shows the same cells whatever it is broken down by, so that tables by sex and by age can't be subtracted.
    cost
        float64[rows], how much it is a pity to leave a row out to hide others; its households where not given.
    blank
        bool[rows], what is left out anyway.
    fewest
        households that a row must stand for.
    """
    found = few(households, fewest) | (False if blank is None else blank)
    settled, known = np.zeros(len(households), np.bool_), list[Sum]()
    for sums in stages:
        known += sums
        found = blanks(households, known, fewest, found, settled, households if cost is None else cost)
        settled[[row for one in sums for row in one.rows]] = True
    return found


def few(households: Counts, fewest: int = FEWEST) -> Flags:
    """Say which rows stand for somebody, but for too few, bool[rows]; households are float64[rows]."""
    return np.asarray((households > 0) & (households < fewest), np.bool_)


def blanks(households: Counts, sums: Sequence[Sum], fewest: int, blank: Flags, settled: Flags, cost: Counts) -> Flags:
    """Say which rows must be left out, bool[rows]: some, and those that would give them away.

    Parameters
    ----------
    households, sums, fewest, blank, cost
        as those of `pattern`.
    settled
        bool[rows], what is left out only if a sum has nothing else to hide.
    """
    # Cheapest first; counts of 0, whose absence is seen through most easily, late; settled rows last.
    rank = np.empty(len(households), np.int64)
    rank[np.lexsort((households, cost, households == 0, settled))] = np.arange(len(households))
    found = blank.copy()
    while True:
        row = next(_needed(found, households, sums, fewest, rank), None)
        if row is None:
            return _needless(found, blank, households, sums, fewest, rank)
        found[row] = True


def _needed(blank: Flags, households: Counts, sums: Sequence[Sum], fewest: int, rank: Ranks) -> Iterator[int]:
    """Yield the row to leave out next, if there must be one: the cheap rule first, then what the equations say."""
    yield from _best([one for one in sums if _gives_away(one, blank, households, fewest)], blank, rank)
    found = computable(blank, sums)
    if found.any():
        yield from _best([one for one in sums if found[list(one.rows)].any()], blank, rank)
        yield from _best([one for one in sums if blank[list(one.rows)].any()], blank, rank)


def _needless(blank: Flags, kept: Flags, households: Counts, sums: Sequence[Sum], fewest: int, rank: Ranks) -> Flags:
    """Show again what needn't be left out, the dearest first; `kept` bool[rows] stays blank.

    Rows of the basis of solutions say how blanks can vary together; to show one fixes those that vary with it alone.
    """
    at, basis = _free(blank, sums)
    out = blank.copy()
    for one in sorted(range(len(at)), key=lambda one: -rank[at[one]]):
        if kept[at[one]] or not _varies(basis)[one]:
            continue
        left = _fixed(basis, one)
        out[at[one]] = False
        touched = [each for each in sums if at[one] in each.rows]
        if (_varies(left) == _varies(basis))[out[at]].all() and not _any_away(touched, out, households, fewest):
            basis = left
        else:
            out[at[one]] = True
    return out


def _varies(basis: NDArray[np.float64]) -> Flags:
    """Say which rows of a basis aren't all 0, bool[rows]."""
    return np.asarray((np.abs(basis) > _ZERO).any(axis=1), np.bool_)


def _fixed(basis: NDArray[np.float64], row: int) -> NDArray[np.float64]:
    """Return the basis of the solutions that leave a row alone: one dimension is put in terms of the others."""
    mine, out = basis[row], basis.copy()
    most = int(np.abs(mine).argmax())
    others = np.flatnonzero(np.abs(basis[:, most]) > _ZERO)
    out[others] -= np.outer(basis[others, most] / mine[most], mine)
    return out


def _any_away(sums: Sequence[Sum], blank: Flags, households: Counts, fewest: int) -> bool:
    return any(_gives_away(one, blank, households, fewest) for one in sums)


def _gives_away(one: Sum, blank: Flags, households: Counts, fewest: int) -> bool:
    """Say whether a sum has a single blank, or shows what blanks of too few households come to."""
    rows, parts = np.array(one.rows), np.array(one.parts)
    count, together = int(blank[rows].sum()), float(households[parts][blank[parts]].sum())
    return count == 1 or (count > 1 and not blank[one.whole] and together < fewest)


def _best(weak: Sequence[Sum], blank: Flags, rank: Ranks) -> Iterator[int]:
    """Yield the row that mends most of some sums, of equals the lowest ranked; none if all are blank."""
    lowest = [min((row for row in one.rows if not blank[row]), key=lambda row: rank[row], default=-1) for one in weak]
    mended = Counter(row for one in weak for row in one.rows)
    nexts = set(lowest) - {-1}
    if nexts:
        yield min(nexts, key=lambda row: (-mended[row], rank[row]))


def computable(blank: Flags, sums: Sequence[Sum]) -> Flags:
    """Say which blanks follow from the rows that are left and what they add up to, bool[rows]."""
    at, basis = _free(blank, sums)
    found = np.zeros(len(blank), np.bool_)
    found[at] = ~_varies(basis)
    return found


def _free(blank: Flags, sums: Sequence[Sum]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the blank rows and a basis of what they may be instead, float64[blanks, dimensions].

    Solutions of the equations differ by these. A blank is determined if they all leave it alone.
    """
    at, column = np.flatnonzero(blank), np.cumsum(blank) - 1
    open_sums = [one for one in sums if blank[list(one.rows)].any()]
    system = np.zeros((len(open_sums), len(at)))
    for line, one in enumerate(open_sums):
        for row in one.rows:
            if blank[row]:
                system[line, column[row]] = -1.0 if row == one.whole else 1.0
    pivots, reduced = _reduced(system)
    free = np.setdiff1d(np.arange(len(at)), pivots)
    basis = np.zeros((len(at), len(free)))
    basis[free, np.arange(len(free))] = 1.0
    basis[pivots] = -reduced[:, free]
    return at, basis


def _reduced(system: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Solve equations by Gauss and Jordan: the unknowns that follow from the others, and how, float64[those, unknowns].

    Few of the equations hold an unknown, so it is some hundred times as fast as a decomposition into singular values.
    """
    left, pivots, line = system.copy(), [], 0
    for unknown in range(system.shape[1]):
        below = np.flatnonzero(np.abs(left[line:, unknown]) > _ZERO) + line
        if not len(below):
            continue
        best = below[np.abs(left[below, unknown]).argmax()]
        left[[line, best]] = left[[best, line]]
        left[line] /= left[line, unknown]
        others = np.setdiff1d(np.flatnonzero(np.abs(left[:, unknown]) > _ZERO), line)
        left[others] -= np.outer(left[others, unknown], left[line])
        pivots.append(unknown)
        line += 1
    return np.array(pivots, np.intp), left[:line]
