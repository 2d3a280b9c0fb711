"""Who holds the posts that an arm brings, who gets those left behind, and who loses work: counted person by person."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analysis.chains import CLASSES, NOBODY, Employers, Histories, Shares, follow
from analysis.displacement import Uids
from analysis.histories import whose_work
from analysis.months import Window
from analysis.new_posts import new_employers
from analysis.runs import Run
from analysis.study import Study

HANDS = ("filled", "not_counted", "moved", "sooner", "left_behind", "gained_otherwise")
LOST = "lost"
_YEAR = 12


@dataclass
class _Seen:
    """What is told apart in a month: flags of people, and how much of each belongs to a chain, float64[people]."""

    base: NDArray[np.bool_]
    arm: NDArray[np.bool_]
    holds: NDArray[np.bool_]
    came: NDArray[np.bool_]
    chain: NDArray[np.float64]
    how: Shares


def hands(
    study: Study, arm: str, window: Window, employers: tuple[str, ...], ages: tuple[int, ...]
) -> dict[int, dict[str, NDArray[np.float64]]]:
    """Count what became of the posts of some employers and of everybody's work, {least age: {what: people a month}}.

    Parameters
    ----------
    study
        an open result folder that keeps unit records of the arm.
    arm
        whose posts they are.
    window
        months whose mean is told.
    employers
        ids of the employers whose posts count; those that the arm doesn't bring are left out.
    ages
        least ages of those who are counted, years; 0 is everybody.

    Each is float64[pairs of runs] in the order of `study.traced(arm)`. `filled` less `not_counted` (held by the
    younger), `moved` (by people who came from another post and would be at work anyway) and `sooner` (by people without
    work who would have found some by now anyway), plus `left_behind` (who got posts passed on from movers, as
    `analysis.chains` follows them) and `gained_otherwise`, less all that begin with `lost`, is people of the age at
    work in the arm less in the baseline. Losses are told by `analysis.chains.CLASSES` where chains can be followed,
    and as `lost` alone where the arm brings no employer or changes a rule of behaviour. Raises ResultsError where no
    unit records are kept.
    """
    new = new_employers(study, arm)
    ours = np.array(sorted(uid for uid, name in new.items() if name in employers), np.uint64)
    traced = bool(new) and not study.rules_of(arm)
    found: dict[int, dict[str, list[float]]] = {age: {} for age in ages}
    for base, run in study.traced(arm):
        one = _Pair(study, base, run, np.array(sorted(new), np.uint64), ours, traced)
        for age, counted in one.count(window, ages).items():
            for name, value in counted.items():
                found[age].setdefault(name, []).append(value / (window[1] - window[0] + 1))
    return {age: {name: np.array(values) for name, values in told.items()} for age, told in found.items()}


class _Pair:
    """A run and its baseline, person by person."""

    def __init__(self, study: Study, base: Run, run: Run, new: Uids, ours: Uids, traced: bool) -> None:
        self._told, self._employers, known = whose_work(study, base, run, new)
        self._ours, self._start, self._traced = np.isin(known, ours), study.start, traced
        self._born = _birth_months(run, self._told.uid)

    def count(self, window: Window, ages: tuple[int, ...]) -> Mapping[int, Mapping[str, float]]:
        classes = [f"{LOST}_{one}" for one in CLASSES] if self._traced else [LOST]
        found = {age: dict.fromkeys((*HANDS, *classes), 0.0) for age in ages}
        for month, seen in self._months():
            if window[0] <= month <= window[1]:
                for age, counted in found.items():
                    _add(counted, seen, month - self._born >= age * _YEAR, self._traced)
        return found

    def _months(self) -> Iterator[tuple[int, _Seen]]:
        told, nobody = self._told, np.zeros(len(self._told.uid))
        before, came = told.start, np.zeros(len(told.uid), np.bool_)
        followed = _followed(told, self._employers, self._traced)
        for at, (how, weight) in enumerate(followed):
            base, arm = told.base[at], told.arm[at]
            holds = self._ours[arm]
            hired = holds & (arm != before)
            came = np.where(hired, before != NOBODY, came)
            chain = np.where(self._employers.new[arm], nobody, np.minimum(weight, 1.0))
            yield self._start + at, _Seen(base != NOBODY, arm != NOBODY, holds, came, chain, how)
            before = arm


def _followed(told: Histories, employers: Employers, traced: bool) -> Iterator[tuple[Shares, Shares]]:
    """Follow chains where there are any; else nobody belongs to one."""
    if traced:
        return follow(told, employers)
    people = len(told.uid)
    return repeat((np.zeros((people, len(CLASSES))), np.zeros(people)), len(told.base))


def _add(counted: dict[str, float], seen: _Seen, of_age: NDArray[np.bool_], traced: bool) -> None:
    """Add up one month of those of an age."""
    holds = seen.holds & of_age
    anyway = holds & seen.base
    gained = seen.arm & ~seen.base & of_age & ~holds
    lost = ~seen.arm & seen.base & of_age
    counted["filled"] += float(seen.holds.sum())
    counted["not_counted"] += float((seen.holds & ~of_age).sum())
    counted["moved"] += float((anyway & seen.came).sum())
    counted["sooner"] += float((anyway & ~seen.came).sum())
    counted["left_behind"] += float(seen.chain[gained].sum())
    counted["gained_otherwise"] += float((1.0 - seen.chain[gained]).sum())
    if not traced:
        counted[LOST] += float(lost.sum())
        return
    for name, share in zip(CLASSES, seen.how[lost].sum(axis=0), strict=True):
        counted[f"{LOST}_{name}"] += float(share)


def _birth_months(run: Run, people: Uids) -> NDArray[np.int64]:
    """Return the months in which people were born, int64[people]."""
    if not len(people):
        return np.zeros(0, np.int64)
    table = pq.read_table(run.file("persons"), columns=["uid", "birth_month"])
    uid, born = table["uid"].to_numpy(), table["birth_month"].to_numpy().astype(np.int64)
    order = np.argsort(uid)
    return np.asarray(born[order[np.searchsorted(uid[order], people)]], np.int64)
