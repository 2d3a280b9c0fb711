"""Who is where in two months, or in two arms in one month: a table of flows, the mean of replicates."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analysis.doubt import computing_error
from analysis.months import ResultsError, date_of
from analysis.paired import Paired
from analysis.people import WORKING_AGE, chosen, read_people, values_at
from analysis.runs import Run
from analysis.study import BASELINE, Study

RESIDENCE, ACTIVITY, PLACE = "residence", "activity", "place"
NO_EMPLOYER, ABSENT, ELSEWHERE = "no employer", "not living", "elsewhere"
"""ABSENT is whoever is born later, or has died."""
_COLUMNS = {RESIDENCE: "place", ACTIVITY: "employer", PLACE: "place"}
_FIRST = {RESIDENCE: ("village", "site", "town", "coast"), ACTIVITY: (NO_EMPLOYER,), PLACE: ()}
"""States that are drawn first; the others follow by how many hold them."""


@dataclass(frozen=True)
class Flows:
    """Persons by what they are before and after.

    Attributes
    ----------
    what
        RESIDENCE (kind of place), ACTIVITY (kind of employer) or PLACE (id of the place).
    arm
        the arm that is told of.
    common
        what both sides share: the arm, or the month.
    before, after
        what tells the two sides apart: months, or the baseline and the arm.
    states
        names of states, in the order in which they are drawn.
    counts
        float64[runs, states before, states after], persons.
    draws
        int64[runs], the draw of each run.
    whose
        whom it counts, in words.
    absent
        what ABSENT means on each side.
    """

    what: str
    arm: str
    common: str
    before: str
    after: str
    states: tuple[str, ...]
    counts: NDArray[np.float64]
    draws: NDArray[np.int64]
    whose: str
    absent: tuple[str, str] = (ABSENT, ABSENT)

    @property
    def mean(self) -> NDArray[np.float64]:
        """Mean of the runs, float64[states before, states after], persons."""
        return np.asarray(self.counts.mean(axis=0), np.float64)

    def interval(self, before: str, after: str) -> Paired:
        """Return a flow's mean with its computing error."""
        return computing_error(self.counts[:, self.states.index(before), self.states.index(after)], self.draws)


Row = NDArray[np.object_]
Table = Mapping[tuple[str, str], int]


def between_months(
    study: Study, what: str, arm: str, first: int | None = None, last: int | None = None, population: str = "all"
) -> Flows:
    """Follow people of one arm from one month to another.

    Parameters
    ----------
    study
        with unit records of the arm.
    what
        RESIDENCE or PLACE (everybody), or ACTIVITY (people of 15 and more in the first month).
    arm
        the baseline or another arm.
    first, last
        absolute months, states at their ends; the start of the run and its last month where left out.
    population
        `relocated`, `stayers`, `hosts` or `all`.

    Raises ResultsError for unknown names, months that aren't covered, and an arm without unit records.
    """
    ends = study.start - 1 if first is None else first, study.start + study.months - 1 if last is None else last
    return over_periods(study, what, arm, ends, population)[0]


def over_periods(study: Study, what: str, arm: str, ends: Sequence[int], population: str = "all") -> list[Flows]:
    """Follow people of one arm from each of some months to the next; arguments and errors as `between_months`."""
    _check(study, what, ends)
    runs = _traced(study, arm)
    tables: list[list[Table]] = [[] for _ in ends[1:]]
    for run in runs:
        _, states = _states(study, run, what, ends, population)
        for known, (before, after) in zip(tables, pairwise(states), strict=True):
            known.append(_table(before, after))
    names = ["the start" if one < study.start else date_of(one) for one in ends]
    whose, draws = _whose(what, population), np.array([run.draw for run in runs])
    states_of = _ordered(what, [one for some in tables for one in some])
    return [
        Flows(what, arm, arm, one, other, states_of, _counts(some, states_of), draws, whose, ("born later", "died"))
        for some, (one, other) in zip(tables, pairwise(names), strict=True)
    ]


def between_arms(study: Study, what: str, arm: str, month: int | None = None, population: str = "all") -> Flows:
    """Lay the baseline beside an arm, the same people in the same month; arguments and errors as `between_months`."""
    at = study.start + study.months - 1 if month is None else month
    _check(study, what, (at,))
    pairs = study.traced(arm)
    tables = [_matched(*(_states(study, run, what, (at,), population) for run in pair)) for pair in pairs]
    names, draws = _ordered(what, tables), np.array([run.draw for _, run in pairs])
    counts = _counts(tables, names)
    return Flows(what, arm, date_of(at), BASELINE, arm, names, counts, draws, _whose(what, population))


def _check(study: Study, what: str, months: Sequence[int]) -> None:
    if what not in _COLUMNS:
        raise ResultsError(f"what='{what}' should be {', '.join(_COLUMNS)}")
    first, last = study.start - 1, study.start + study.months - 1
    for one in months:
        if not first <= one <= last:
            told = f"{date_of(first)}..{date_of(last)}"
            raise ResultsError(f"the month {date_of(one)} lies outside {told}, which is told")
    if any(one > other for one, other in pairwise(months)):
        raise ResultsError(f"the months {', '.join(map(date_of, months))} should rise")


def _traced(study: Study, arm: str) -> list[Run]:
    """Return the runs of an arm with unit records; of the baseline those beside which any arm keeps its own."""
    if arm != BASELINE:
        return [run for _, run in study.traced(arm)]
    found = [run for run in study.of_arm(BASELINE) if run.traced]
    if not found:
        raise ResultsError(f"no unit records are kept: `relosim units {study.folder}` makes them again")
    return found


def _states(
    study: Study, run: Run, what: str, months: Sequence[int], population: str
) -> tuple[NDArray[np.uint64], Row]:
    """Return who is counted, uint64[n], and their states at the ends of some months, object[months, n]."""
    people = read_people(run)
    keep = chosen(study, run, people, months[0], {"population": population})
    if what == ACTIVITY:
        keep &= (people.age(months[0]) >= WORKING_AGE) & people.living(months[0])
    people, name = people.take(keep), _NAMES[what](study, run)
    holds = values_at(study, run, people.uid, _COLUMNS[what], months)
    out = [np.where(people.living(at), _named(one, name), ABSENT) for at, one in zip(months, holds, strict=True)]
    return people.uid, np.array(out, object)


def _named(uids: NDArray[np.uint64], name: Mapping[int, str]) -> Row:
    known, where = np.unique(uids, return_inverse=True)
    return np.array([name.get(int(one), ELSEWHERE) for one in known], object)[where]


def _residence(study: Study, run: Run) -> dict[int, str]:
    return study.kinds(run, "places")


def _activity(study: Study, run: Run) -> dict[int, str]:
    return {0: NO_EMPLOYER, **{uid: kind.replace("_", " ") for uid, kind in study.kinds(run, "employers").items()}}


def _place(study: Study, run: Run) -> dict[int, str]:
    return study.names(run, "places")


_NAMES: Mapping[str, Callable[[Study, Run], dict[int, str]]] = {
    RESIDENCE: _residence, ACTIVITY: _activity, PLACE: _place,
}  # fmt: skip


def _matched(base: tuple[NDArray[np.uint64], Row], arm: tuple[NDArray[np.uint64], Row]) -> Table:
    """Count people by state in both runs; who is told of in one alone doesn't live in the other."""
    people = np.unique(np.concatenate([base[0], arm[0]]))
    sides = [np.full(len(people), ABSENT, object) for _ in range(2)]
    for side, (uid, states) in zip(sides, (base, arm), strict=True):
        side[np.searchsorted(people, uid)] = states[0]
    return _table(*sides)


def _table(before: Row, after: Row) -> Table:
    pairs, counts = np.unique(np.array([before, after], str), axis=1, return_counts=True)
    found = {(str(one), str(other)): int(n) for one, other, n in zip(*pairs, counts, strict=True)}
    return {pair: n for pair, n in found.items() if pair != (ABSENT, ABSENT)}


def _ordered(what: str, tables: Sequence[Table]) -> tuple[str, ...]:
    held_by: dict[str, int] = {}
    for table in tables:
        for pair, n in table.items():
            for state in set(pair):
                held_by[state] = held_by.get(state, 0) + n
    first = _FIRST[what]

    def place(state: str) -> tuple[int, int, str]:
        at = first.index(state) if state in first else len(first) + (state == ABSENT)
        return at, -held_by[state], state

    return tuple(sorted(held_by, key=place))


def _counts(tables: Sequence[Table], states: tuple[str, ...]) -> NDArray[np.float64]:
    counts = np.zeros((len(tables), len(states), len(states)))
    for at, table in enumerate(tables):
        for (one, other), n in table.items():
            counts[at, states.index(one), states.index(other)] = n
    return counts


def _whose(what: str, population: str) -> str:
    who = f"people of {WORKING_AGE} and more at the left" if what == ACTIVITY else "everybody"
    return f"{who}, {'all populations together' if population == 'all' else population}"
