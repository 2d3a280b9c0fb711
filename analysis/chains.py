"""Vacancy chains between two worlds that share their luck: whose work a new post took, followed post by post.

A vacancy chain (H. C. White 1970, Chains of Opportunity) follows a post from hand to hand. At an employer, a
person **comes** who holds a post there in the arm and not in the baseline, and **is missed** who holds one there
in the baseline and not in the arm. Each comer sits on at most one post of somebody missed, and the pair lasts until
either no longer differs there. A chain begins with a root: a hire of a new employer. Who comes to the post that
somebody of a chain is missed at belongs to the chain; so does who is turned away where somebody of a chain, on
nobody's post any more, holds the post that he would have. Where several could have his post, he inherits their mean.
An employer without a limit of posts passes nothing on.

Nobody is turned away but who lost his post (reason `post lost`), or would be hired in the baseline, lives in the same
place in both runs and finds the arm's employer full or with fewer open posts than in the baseline.

How somebody lost is decided in the month in which the loss begins, and holds until it ends. Shares of one person
add up to 1:

- THIS_MONTH, EARLIER: by a chain that began this month, or before. The roots of one month explain no more losses at
  a time than there are of them. In the mean an upper bound: posts of one employer are not told apart; who was turned
  away might have had no luck anyway.
- OWN: who held a new post himself and lost it, however. Not displaced.
- TURNED_AWAY: turned away or dismissed, by nobody whom a known chain reached: luck of the draw, a household that
  lost its precedence because another member found work.
- REFUSED: died, grew old, moved, cared, quit, did not look or found it not worth it. Takes in who was not met.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NOBODY = 0
CLASSES = ("this_month", "earlier", "own", "turned_away", "refused")
THIS_MONTH, EARLIER, OWN, TURNED_AWAY, REFUSED = range(len(CLASSES))
UNCHANGED, POST_LOST = -1, 8
"""Codes of `Histories.reason`: the arm's link did not change; `post lost` of simulation.processes._work."""
_OF_THE_TRADE = (UNCHANGED, 0, 7, POST_LOST)
"""Reasons that leave a loss to its chain: took another job, quit or dismissed, post lost."""
_OTHERWISE = 2.0**-20
"""Weight of a chain that begins with no new employer: next to nothing, so that others go before it."""
Codes = NDArray[np.int32]
Flags = NDArray[np.bool_]
Shares = NDArray[np.float64]


@dataclass(frozen=True)
class Employers:
    """What must be known of employers, by code: bool[codes] each. Code 0 is nobody."""

    new: Flags
    unlimited: Flags


@dataclass(frozen=True)
class Histories:
    """Two runs side by side, of the people whose work ever differs.

    Attributes
    ----------
    uid
        uint64[people]; where a choice between people is free, the lower uid goes first.
    start, base, arm
        employer's code, 0 for none: int32[people] before the first month, alike in both; int32[months, people].
    reason
        int8[months, people], why the arm's link changed this month; UNCHANGED if it didn't.
    apart
        bool[months, people], in another place in the arm than in the baseline.
    short
        bool[months, codes], the arm's employer is full after hiring, or had fewer open posts than in the baseline.
    """

    uid: NDArray[np.uint64]
    start: Codes
    base: Codes
    arm: Codes
    reason: NDArray[np.int8]
    apart: Flags
    short: Flags


def trace(told: Histories, employers: Employers) -> Iterator[Shares]:
    """Yield, month by month, by which class each person lost, float64[people, classes]; all 0 for who lost nothing."""
    for how, _ in follow(told, employers):
        yield how


def follow(told: Histories, employers: Employers) -> Iterator[tuple[Shares, Shares]]:
    """Yield by month what `trace` does, and how much of each person belongs to chains: float64[people], 0 to 1."""
    chains = _Chains(told, employers, np.argsort(told.uid))
    losses = _Losses(told)
    for month in range(len(told.base)):
        chains.turn(month)
        yield losses.turn(month, chains), chains.weight.sum(axis=1)


def turned_away(told: Histories, employers: Employers, month: int) -> Flags:
    """Say who lost, or did not get, the post of the baseline because there was none for him, bool[people]."""
    base = told.base[month]
    had = (told.arm[month - 1] if month else told.start) == base
    full = told.short[month][base] & ~told.apart[month]
    limited = (base != NOBODY) & ~employers.unlimited[base] & (told.arm[month] != base)
    return np.asarray(limited & np.where(had, told.reason[month] == POST_LOST, full), np.bool_)


@dataclass(frozen=True)
class Link:
    """What somebody did, or couldn't do, because of what somebody else did: rows of `Histories` and of its months.

    Attributes
    ----------
    month, person
        when and who.
    began, other
        since when the other one is away from the post, or sits on it, and who that is.
    took
        True where the person took a post that the other one left, False where the other one sits on it.
    share
        how much of it is of chains that begin with a hire of a new employer; 0 for those that begin otherwise.
    """

    month: int
    person: int
    began: int
    other: int
    took: bool
    share: float


def links(told: Histories, employers: Employers) -> list[Link]:
    """Return who took whose post, and who sits on whose, month by month.

    Other than in `trace`, a chain begins with whatever parts the two worlds, not with new employers alone; where a post
    may be of either, it is of a chain that a new employer began.
    """
    chains = _Chains(told, employers, np.argsort(told.uid), every=True)
    for month in range(len(told.base)):
        chains.turn(month)
    return chains.links


class _Losses:
    """Classes of losses, and how much of the roots of each month current losses use up."""

    def __init__(self, told: Histories) -> None:
        self._told = told
        self._how = np.zeros((len(told.uid), len(CLASSES)))
        self._used = np.zeros((len(told.uid), len(told.base)))

    def turn(self, month: int, chains: "_Chains") -> Shares:
        """End losses that are over, and decide how those that begin came about."""
        lost = (self._told.base[month] != NOBODY) & (self._told.arm[month] == NOBODY)
        self._how[~lost], self._used[~lost] = 0.0, 0.0
        fresh = np.flatnonzero(lost & ~self._how.any(axis=1))
        if len(fresh):
            self._decide(month, fresh, chains)
        return self._how.copy()

    def _decide(self, month: int, fresh: NDArray[np.intp], chains: "_Chains") -> None:
        reason, own = self._told.reason[month][fresh], chains.own[fresh]
        asked = chains.weight[fresh] * (~own & np.isin(reason, _OF_THE_TRADE))[:, None]
        left, wanted = np.maximum(chains.roots - self._used.sum(axis=0), 0.0), asked.sum(axis=0)
        got = asked * np.minimum(1.0, np.divide(left, wanted, out=np.ones_like(left), where=wanted > 0))
        self._used[fresh] = got
        how = np.zeros((len(fresh), len(CLASSES)))
        how[:, THIS_MONTH], how[:, EARLIER] = got[:, month], got[:, :month].sum(axis=1)
        away = chains.away[fresh] | (reason == POST_LOST)
        rest = np.where(own, OWN, np.where(away, TURNED_AWAY, REFUSED))
        how[np.arange(len(fresh)), rest] = np.maximum(1.0 - how.sum(axis=1), 0.0)
        self._how[fresh] = how


class _Chains:
    """Who belongs to chains begun in which month, `weight` float64[people, months], and who sits on whose post."""

    def __init__(self, told: Histories, employers: Employers, order: NDArray[np.intp], every: bool = False) -> None:
        people, months = len(told.uid), len(told.base)
        self._told, self._employers, self._order, self._every = told, employers, order, every
        self._month, self._since = 0, np.zeros((2, people), np.int32)
        self.links: list[Link] = []
        self._rank = np.empty(people, np.intp)
        self._rank[order] = np.arange(people)
        self._passes = ~employers.unlimited & ~employers.new
        self._ties = np.zeros((2, people), np.int32)
        self._partner: tuple[dict[int, int], dict[int, int]] = ({}, {})
        self._free: tuple[dict[int, set[int]], dict[int, set[int]]] = ({}, {})
        self.weight = np.zeros((people, months))
        self.roots = np.zeros(months)
        self.own, self.away = np.zeros((2, people), np.bool_)

    def turn(self, month: int) -> None:
        """End what is over, then let chains begin, pass on posts and push people out."""
        self._month, base, arm = month, self._told.base[month], self._told.arm[month]
        differs = base != arm
        ties = np.where(differs, np.stack([arm, base]), NOBODY)
        changed = self._order[(ties != self._ties)[:, self._order].any(axis=0)]
        fresh = [[int(p) for p in changed if ties[side, p] != self._ties[side, p]] for side in (0, 1)]
        for side in (0, 1):
            self._end(side, fresh[side])
        self._since[ties != self._ties] = month
        self._ties = ties
        self.weight[~differs], self.own[~differs] = 0.0, False
        for side in (0, 1):
            for person in fresh[side]:
                self._release(side, person)
        self.away = turned_away(self._told, self._employers, month)
        comers = [p for p in fresh[0] if ties[0, p]]
        self._begin(month, [p for p in comers if self._employers.new[arm[p]]])
        self._spread(comers, fresh[1])
        if self._every:
            self._begin_otherwise(comers, fresh[1])

    def _spread(self, comers: list[int], missed: list[int]) -> None:
        self._pass_on(comers)
        self._push_out([p for p in missed if self.away[p] and not self._followed(p) and p not in self._partner[1]])

    def _followed(self, person: int) -> bool:
        """Say whether somebody belongs to a chain that others go on with: one that a new employer began."""
        return bool(self.weight[person].sum() > _OTHERWISE) if self._every else bool(self.weight[person].any())

    def _begin_otherwise(self, comers: list[int], missed: list[int]) -> None:
        """Let chains begin with whoever is in none yet: first who only left a post, then who came to one."""
        for people in (set(missed) - set(comers), set(comers)):
            roots = [p for p in people if not self.weight[p].any()]
            self.weight[roots, self._month] = _OTHERWISE
            self._spread([p for p in comers if p not in self._partner[0]], missed)

    def _end(self, side: int, people: list[int]) -> None:
        for person in people:
            self._free[side].get(int(self._ties[side, person]), set()).discard(person)
            other = self._partner[side].pop(person, None)
            if other is not None:
                del self._partner[1 - side][other]
                self._release(1 - side, other)

    def _release(self, side: int, person: int) -> None:
        employer = int(self._ties[side, person])
        if employer != NOBODY and self._passes[employer]:
            self._free[side].setdefault(employer, set()).add(person)

    def _link(self, person: int, other: int, took: bool) -> None:
        side = 1 if took else 0
        share = float(self.weight[person].sum())
        began = int(self._since[side, other])
        self.links.append(Link(self._month, person, began, other, took, share if share > _OTHERWISE else 0.0))

    def _pair(self, comer: int, missed: int) -> None:
        for side, one, other in ((0, comer, missed), (1, missed, comer)):
            self._partner[side][one] = other
            self._free[side][int(self._ties[side, one])].discard(one)

    def _begin(self, month: int, people: list[int]) -> None:
        """Count hires as roots of this month's chains."""
        self.weight[people] = 0.0
        self.weight[people, month] = 1.0
        self.own[people] = True
        self.roots[month] += len(people)

    def _by_weight(self, people: set[int]) -> list[int]:
        """Order people from the lightest to the heaviest, then by uid."""
        return sorted(people, key=lambda p: (float(self.weight[p].sum()), int(self._rank[p])))

    def _pass_on(self, comers: list[int]) -> None:
        """Let who comes to a post of somebody of a chain belong to it, hand after hand."""
        waiting, passed = comers, True
        while passed:
            passed = False
            for person in waiting:
                missed = self._by_weight(self._free[1].get(int(self._ties[0, person]), set()) - {person})
                if person not in self._partner[0] and missed and self.weight[missed[-1]].any():
                    self._pair(person, missed[-1])
                    if not self._followed(person):
                        self.weight[person] = self.weight[missed[-1]]
                    self._link(person, missed[-1], took=True)
                    passed = True
            waiting = [p for p in waiting if p not in self._partner[0]]

    def _push_out(self, waiting: list[int]) -> None:
        """Let who is turned away inherit of those who might sit on his post, hand after hand."""
        pushed = True
        while pushed:
            pushed = False
            for employer in sorted({int(self._ties[1, p]) for p in waiting}):
                asking = [p for p in waiting if self._ties[1, p] == employer]
                sitting = self._by_weight(self._free[0].get(employer, set()) - set(asking))
                if sitting and self.weight[sitting[-1]].any():
                    share = self.weight[sitting].mean(axis=0)
                    for person, comer in zip(asking, sitting, strict=False):
                        self.weight[person] = share
                        self._pair(comer, person)
                        self._link(person, comer, took=False)
                        pushed = True
            waiting = [p for p in waiting if p not in self._partner[1]]
