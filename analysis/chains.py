"""Vacancy chains between two worlds that share their luck: through whose hands a new post took somebody's work.

A vacancy chain (H. C. White 1970, Chains of Opportunity) follows a post from hand to hand: whoever takes the new
post leaves another or doesn't come to it, somebody else gets that one, and so on. Two paired runs show every link
of it: at an employer, a post has changed hands if one person holds a post there in the arm and not in the
baseline, and another the other way round.

Written for each month as a graph of people and employers. A person is tied to an employer in the month in which
they come to differ there: the person **comes** (at the employer in the arm, no longer or not in the baseline) or
**goes** (the other way round). An employer passes the chain on only if somebody comes and somebody goes. One
without a limit of posts passes nothing on: who leaves it makes room for nobody. A new employer begins chains with
whom it hires.

A person loses who works in the baseline and not in the arm. How is decided once, in the month in which the loss
begins, and holds until it ends:

- THIS_MONTH: the moves of that very month lead from a hire of a new employer to the post that the person has in
  the baseline;
- EARLIER: only with people who were reached by a chain in an earlier month, and differ ever since, do they lead
  there; or the person is such a one (who took a new post that ended since);
- OTHER: neither. Work in another place, care, another course of life that has to do with no post.

What differs between the runs for people who work in both is no loss and counts nowhere. OTHER is exact; EARLIER is
an upper bound, since posts of one employer are not told apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

WORKS, THIS_MONTH, EARLIER, OTHER = range(4)
NOBODY = 0
Codes = NDArray[np.int32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Employers:
    """What must be known of employers, by code: bool[codes] each. Code 0 is nobody."""

    new: Flags
    unlimited: Flags


@dataclass(frozen=True)
class _Ties:
    """Ties of a month: person int[k], employer int[k], comes bool[k] (else goes)."""

    person: NDArray[np.intp]
    employer: Codes
    comes: Flags

    def __add__(self, other: "_Ties") -> "_Ties":
        """Put two sets of ties together."""
        return _Ties(
            np.concatenate([self.person, other.person]),
            np.concatenate([self.employer, other.employer]),
            np.concatenate([self.comes, other.comes]),
        )


def _ties(parts: list[tuple[Flags, Codes, bool]]) -> _Ties:
    """Collect (who, each one's employer, comes or goes), those of nobody left out."""
    chosen = [(np.flatnonzero(who & (employer != NOBODY)), employer, comes) for who, employer, comes in parts]
    return _Ties(
        np.concatenate([rows for rows, _, _ in chosen]),
        np.concatenate([employer[rows] for rows, employer, _ in chosen]),
        np.concatenate([np.full(len(rows), comes) for rows, _, comes in chosen]),
    )


def _moves(before: tuple[Codes, Codes], now: tuple[Codes, Codes]) -> _Ties:
    """Return the ties of a month's moves, (baseline, arm) before and now; what both worlds do alike is left out."""
    (base_then, arm_then), (base, arm) = before, now
    in_base, in_arm = base != base_then, arm != arm_then
    arrive_alike = in_base & in_arm & (base == arm)
    leave_alike = in_base & in_arm & (base_then == arm_then)
    return _ties([
        (in_arm & ~arrive_alike, arm, True), (in_arm & ~leave_alike, arm_then, False),
        (in_base & ~arrive_alike, base, False), (in_base & ~leave_alike, base_then, True),
    ])  # fmt: skip


@dataclass(frozen=True)
class _Reached:
    """Whom and which employers chains reach: bool[people], bool[codes]."""

    people: Flags
    employers: Flags


def _reached(ties: _Ties, employers: Employers, roots: Flags) -> _Reached:
    """Follow the ties from the hires of new employers and from `roots`, bool[people]."""
    codes, people = len(employers.new), len(roots)
    comes, goes = np.zeros(codes, bool), np.zeros(codes, bool)
    comes[ties.employer[ties.comes]] = True
    goes[ties.employer[~ties.comes]] = True
    passes = comes & goes & ~employers.unlimited & ~employers.new
    kept = passes[ties.employer] | (employers.new[ties.employer] & ties.comes)
    ends = ties.person[kept], people + ties.employer[kept]
    size = people + codes
    _, group = connected_components(coo_array((np.ones(len(ends[0]), np.int8), ends), (size, size)), directed=False)
    begins = np.concatenate([roots, employers.new & comes])
    found = np.isin(group, np.unique(group[begins]))
    return _Reached(found[:people], found[people:] & passes)


def trace(base: Codes, arm: Codes, start: Codes, employers: Employers) -> Iterator[NDArray[np.int8]]:
    """Yield, month by month, how each person stands: WORKS (or would not), THIS_MONTH, EARLIER, OTHER; int8[people].

    Parameters
    ----------
    base, arm
        int32[months, people], code of the employer in the baseline and in the arm, 0 for none.
    start
        int32[people], the same before the first month, in which both are alike.
    employers
        which codes are new, and which have no limit of posts.
    """
    before = (start, start)
    how = np.zeros(len(start), np.int8)
    marked = np.zeros(len(start), bool)
    for now in zip(base, arm, strict=True):
        moves = _moves(before, now)
        there = now[0] != now[1]
        at_once = _reached(moves, employers, np.zeros(len(start), bool))
        standing = _ties([(marked & there, now[1], True), (marked & there, now[0], False)])
        through = _reached(moves + standing, employers, marked)
        lost = (now[0] != NOBODY) & (now[1] == NOBODY)
        how = np.where(lost, np.where(how == WORKS, _kind(now[0], moves, at_once, marked | through.people), how), WORKS)
        marked = (marked | at_once.people | through.people) & there
        before = now
        yield how


def _kind(base: Codes, moves: _Ties, at_once: _Reached, linked: Flags) -> NDArray[np.int8]:
    """Say how each person would be counted whose loss began this month, int8[people]."""
    goes = np.zeros(len(base), bool)
    goes[moves.person[~moves.comes & (moves.employer == base[moves.person])]] = True
    now = goes & at_once.employers[base]
    return np.where(now, THIS_MONTH, np.where(linked, EARLIER, OTHER)).astype(np.int8)
