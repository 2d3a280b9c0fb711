"""Who is how old: cohorts raked over roles, then laid into the households so that ages agree."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.draws import Luck, descend
from simulation.figures import Figures
from simulation.households import CHILD, ELDER, GRANDPARENT, HEAD, PARTNER, ROLES, SKIPPED, YOUNG_GRANDPARENT, Skeleton
from simulation.kernels.synthesis import mend
from simulation.raking import integerise, rake

YEAR = 12
GENERATION = 18 * YEAR
"""Parents are at least this much older than their children, in months."""

# Role by role: youngest and oldest age, the commonest age and how fast others get rarer [syn].
_AGES = {
    HEAD: (19, 67, 40, 9),
    PARTNER: (19, 67, 39, 9),
    YOUNG_GRANDPARENT: (44, 57, 52, 5),
    GRANDPARENT: (41, 110, 64, 9),
    ELDER: (56, 110, 70, 12),
    CHILD: (0, 37, 9, 12),
}
_OLDEST_HEAD = 57
"""Oldest head where the region says how many households have nobody of working age."""


@dataclass(frozen=True)
class Members:
    """The persons of one population, sorted by household.

    household int64[n] (row among the population's), role int8[n], nth int64[n] (among those of the
    role), uid uint64[n], birth int64[n] (month).
    """

    household: NDArray[np.int64]
    role: NDArray[np.int8]
    nth: NDArray[np.int64]
    uid: NDArray[np.uint64]
    birth: NDArray[np.int64]


def members(homes: Skeleton, figures: Figures, counts: NDArray[np.int64], start: int, luck: Luck) -> Members:
    """Fill the households of a population with persons of its cohorts.

    Parameters
    ----------
    homes
        the households and the roles they have.
    figures
        the population's figures.
    counts
        int64[bands] persons of each cohort; their sum is the number of members.
    start
        first month of the run.
    """
    household = np.repeat(np.arange(len(homes.size)), homes.size)
    slots = homes.roles.ravel()
    role = np.repeat(np.tile(np.arange(ROLES, dtype=np.int8), len(homes.size)), slots)
    nth = np.arange(len(role)) - np.repeat(np.cumsum(slots) - slots, slots)
    ordinal = np.arange(len(role)) - np.repeat(np.cumsum(homes.size) - homes.size, homes.size)
    uid = descend(homes.uid[household], "member", ordinal)
    pools = _pools(homes.roles.sum(0), figures, counts, start, luck)
    own, common = luck.normal("population.ages", uid), luck.normal("population.ages", homes.uid, k=1)
    lay = _Lay(homes, household, role, nth, start, own, common)
    return Members(household, role, nth, uid, lay.births(pools))


def _pools(
    slots: NDArray[np.int64], figures: Figures, counts: NDArray[np.int64], start: int, luck: Luck
) -> list[NDArray[np.int64]]:
    """Return the months of birth that each role has to hand out, oldest first."""
    table = role_table(slots, figures, counts, start)
    born, role = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    youngest_first = np.array([CHILD, HEAD, PARTNER, YOUNG_GRANDPARENT, GRANDPARENT, ELDER])
    shift = luck.uniform("population.births", np.arange(len(counts), dtype=np.uint64), k=int(counts.sum()))
    for band, (first, last) in enumerate(figures.births):
        number = int(counts[band])
        spread = np.floor((np.arange(number) + shift[band]) / max(number, 1) * (last - first + 1)).astype(np.int64)
        born.append(last - spread)
        role.append(np.repeat(youngest_first, table[youngest_first, band]))
    months, roles = np.concatenate(born), np.concatenate(role)
    return [np.sort(months[roles == one]) for one in range(ROLES)]


def role_table(slots: NDArray[np.int64], figures: Figures, counts: NDArray[np.int64], start: int) -> NDArray[np.int64]:
    """Rake roles against cohorts: int64[ROLES, bands] with exactly these margins."""
    youngest = (start - figures.births[:, 1]) / YEAR
    oldest = (start - figures.births[:, 0]) / YEAR
    seed = np.full((ROLES, len(counts)), 1e-9)
    for role, (low, most, common, spread) in _AGES.items():
        high = _OLDEST_HEAD if role == HEAD and figures.has("no_labour_household_share") else most
        away = ((youngest + oldest) / 2 - common) / spread
        fits = (youngest >= low) & ((oldest <= high) | (high >= 110))
        seed[role] += np.where(fits, 1 / (1 + away * away * away * away), 0.0)
    return integerise(rake(seed * np.maximum(counts, 1e-3), slots, counts), slots, counts)


class _Lay:
    """Lays the months of birth of a population into its slots, eldest relation first."""

    def __init__(
        self,
        homes: Skeleton,
        household: NDArray[np.int64],
        role: NDArray[np.int8],
        nth: NDArray[np.int64],
        start: int,
        own: NDArray[np.float64],
        common: NDArray[np.float64],
    ) -> None:
        self.homes, self.household, self.nth, self.start = homes, household, nth, start
        self.own, self.common = own, common
        self.rows = [np.flatnonzero(role == one) for one in range(ROLES)]
        self.birth = np.zeros(len(role), np.int64)

    def births(self, pools: list[NDArray[np.int64]]) -> NDArray[np.int64]:
        """Hand out the births of every role, int64[n]."""
        self._heads(pools)
        self._partners(pools[PARTNER])
        self._elders(pools[ELDER])
        self._grandparents(pools[GRANDPARENT])
        self._children(pools[CHILD])
        return self.birth

    def _hand_out(self, role: int, pool: NDArray[np.int64], desired: NDArray[np.float64]) -> None:
        self.birth[self.rows[role][np.argsort(desired, kind="stable")]] = pool

    def _of(self, role: int) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        rows = self.rows[role]
        home = self.household[rows]
        return home, self.own[rows], self.common[home]

    def _heads(self, pools: list[NDArray[np.int64]]) -> None:
        home, own, common = self._of(HEAD)
        children = self.homes.roles[home, CHILD]
        # Families with children are in mid-life; those without are young or past it.
        age = np.where(children > 0, 37 + 1.2 * children + 5 * own + 3 * common, 36 + 13 * own)
        age = np.where(self.homes.roles[home, GRANDPARENT] > 0, 35 + 0.8 * children + 4 * own + 3 * common, age)
        self._hand_out(HEAD, pools[HEAD], -age)
        home, own, common = self._of(YOUNG_GRANDPARENT)
        self._hand_out(YOUNG_GRANDPARENT, pools[YOUNG_GRANDPARENT], -own)

    def _first(self, role: int) -> NDArray[np.int64]:
        """Return for each household the birth of the first of a role; the start where there is none."""
        found = np.full(len(self.homes.size), self.start)
        rows = self.rows[role][self.nth[self.rows[role]] == 0]
        found[self.household[rows]] = self.birth[rows]
        return found

    def _partners(self, pool: NDArray[np.int64]) -> None:
        home, own, _ = self._of(PARTNER)
        self._hand_out(PARTNER, pool, self._first(HEAD)[home] + 20 + 28 * own)

    def _elders(self, pool: NDArray[np.int64]) -> None:
        _, own, common = self._of(ELDER)
        self._hand_out(ELDER, pool, 0.3 * own + common)

    def _grandparents(self, pool: NDArray[np.int64]) -> None:
        home, own, common = self._of(GRANDPARENT)
        head = self._first(HEAD)[home]
        beside = self._first(YOUNG_GRANDPARENT)[home]
        skipped = self.homes.template[home] == SKIPPED
        desired = np.where(skipped, beside - 24 + 36 * own, head - 27 * YEAR + 20 * own + 30 * common)
        # The grandparents of a skipped generation are older than their grandchildren by two of them.
        latest = np.where(skipped, self.start - 2 * GENERATION, head - GENERATION)
        self._hand_out(GRANDPARENT, pool, desired)
        self._mend(GRANDPARENT, latest, eldest=True)

    def _children(self, pool: NDArray[np.int64]) -> None:
        home, own, _ = self._of(CHILD)
        nth = self.nth[self.rows[CHILD]]
        parents = np.stack([self._latest(role) for role in (HEAD, PARTNER)]).max(0)[home]
        grandparents = np.stack([self._latest(role) for role in (YOUNG_GRANDPARENT, GRANDPARENT)]).max(0)[home]
        skipped = self.homes.template[home] == SKIPPED
        least = np.where(skipped, grandparents + 2 * GENERATION, parents + GENERATION)
        self._hand_out(CHILD, pool, least + 60 + 34 * nth + 22 * own)
        self._mend(CHILD, least, eldest=False)

    def _latest(self, role: int) -> NDArray[np.int64]:
        """Return the birth of the youngest of a role in each household; long ago where there is none."""
        found = np.full(len(self.homes.size), -(10**6))
        np.maximum.at(found, self.household[self.rows[role]], self.birth[self.rows[role]])
        return found

    def _mend(self, role: int, bound: NDArray[np.int64], *, eldest: bool) -> None:
        """Let nobody be born before `bound` (or, if `eldest`, after it), keeping the births if it can be done."""
        rows, sign = self.rows[role], -1 if eldest else 1
        value, least = sign * self.birth[rows], sign * bound
        mend(least, value)
        for part in (64, 16, 4, 1):
            # Matching both in order succeeds whenever any matching does; a part of the slots is mostly enough.
            wrong = value < least
            if not wrong.any():
                break
            some = np.flatnonzero(wrong | (np.arange(len(rows)) % part == 0))
            value[some[np.argsort(least[some], kind="stable")]] = np.sort(value[some])
        # What no matching can do is done by hand: such a small population misses its cohorts by a person.
        self.birth[rows] = sign * np.maximum(value, least)
