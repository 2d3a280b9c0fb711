"""Who would have worked anyway, and who lost work, when a policy brings new employers.

Read from the changes of `persons.employer` in the arm and in the baseline of the same replicate.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analysis.compare import Paired, paired
from analysis.load import Run, Study
from analysis.months import Window

Uids = NDArray[np.uint64]
NOBODY = np.uint64(0)
POPULATIONS = ("relocated", "stayers", "hosts")


@dataclass(frozen=True)
class Displacement:
    """What became of the posts of an arm's new employers, in person-months a month over a window.

    Attributes
    ----------
    filled
        posts of new employers filled, mean of the replicates.
    would_have_worked
        of these, holders who work in the same month of the same replicate's baseline. To be at work
        means to have an employer here, one's own business included; farm work isn't told by `units/`.
    net
        people at work in the arm less people at work in the baseline.
    lost
        people at work in the baseline and not in the arm, of whom:
    lost_now, lost_earlier, lost_other
        lost in the month in which a chain of changed posts links them to a new employer; lost so in
        an earlier month and still without; without such a link.
    losers
        (population, id of the employer they have in the baseline) -> people a month.
    employers
        ids of the new employers.
    """

    arm: str
    window: Window
    filled: float
    would_have_worked: float
    net: Paired
    lost: float
    lost_now: float
    lost_earlier: float
    lost_other: float
    losers: dict[tuple[str, str], float]
    employers: tuple[str, ...]

    @property
    def share(self) -> float:
        """Share of the filled posts whose holders would have worked anyway; NaN if none is filled."""
        return self.would_have_worked / self.filled if self.filled else float("nan")


@dataclass
class _Count:
    """Sums of one replicate over the window's months."""

    filled: int = 0
    anyway: int = 0
    gained: int = 0
    now: int = 0
    earlier: int = 0
    other: int = 0


def _events(table: pa.Table) -> tuple[Uids, NDArray[np.int64], Uids, Uids]:
    return (
        table["uid"].to_numpy(),
        table["month"].to_numpy().astype(np.int64),
        table["from"].to_numpy(),
        table["to"].to_numpy(),
    )


def _first_values(tables: Iterable[pa.Table]) -> Uids:
    """Return what each person starts with: `from` of the earliest change in either run, which share their start."""
    events = [_events(table) for table in tables]
    uid, month, old = (np.concatenate([one[part] for one in events]) for part in (0, 1, 2))
    order = np.argsort(month, kind="stable")
    _, earliest = np.unique(uid[order], return_index=True)
    return old[order][earliest].astype(np.uint64)


def _month_by_month(people: Uids, start: Uids, table: pa.Table, first: int, months: int) -> NDArray[np.uint64]:
    """Return each month's value of people who ever changed, uint64[months, people]."""
    uid, month, _, new = _events(table)
    row = np.searchsorted(people, uid)
    order = np.argsort(month, kind="stable")
    bounds = np.searchsorted(month[order], np.arange(first, first + months + 1))
    values = np.empty((months, len(people)), np.uint64)
    now = start.copy()
    for at in range(months):
        part = order[bounds[at] : bounds[at + 1]]
        now[row[part]] = new[part]
        values[at] = now
    return values


def _linked(base: Uids, arm: Uids, new: Uids, unlimited: Uids) -> NDArray[np.bool_]:
    """Say of each person whether changed posts link the baseline's employer to a new one, bool[people].

    A person with one employer in the baseline and another in the arm links the two, unless one of them
    has no limit of posts: who leaves it makes room for nobody, who comes to it takes nobody's place.
    """
    moved = (base != arm) & (base != NOBODY) & (arm != NOBODY)
    moved &= ~np.isin(base, unlimited) & ~np.isin(arm, unlimited)
    employers = np.unique(np.concatenate([base, arm, new]))
    ends = np.searchsorted(employers, base[moved]), np.searchsorted(employers, arm[moved])
    size = len(employers)
    _, group = connected_components(
        coo_array((np.ones(len(ends[0]), np.int8), ends), shape=(size, size)), directed=False
    )
    reached = np.isin(group, group[np.searchsorted(employers, new)])
    return np.asarray((base != NOBODY) & reached[np.searchsorted(employers, base)], np.bool_)


def _count(
    base: NDArray[np.uint64],
    arm: NDArray[np.uint64],
    employers: tuple[Uids, Uids],
    rows: slice,
    losers: Counter[tuple[int, int]],
) -> _Count:
    """Go through the months; `losers` counts (person's row, baseline employer) in the window.

    `employers` are the new ones, and those without a limit of posts.
    """
    count, (new, unlimited) = _Count(), employers
    chained = np.zeros(base.shape[1], bool)
    was_lost = np.zeros(base.shape[1], bool)
    for at in range(rows.stop):
        lost = (base[at] != NOBODY) & (arm[at] == NOBODY)
        fresh = lost & ~was_lost
        chained = np.where(fresh, _linked(base[at], arm[at], new, unlimited), chained & lost)
        was_lost = lost
        if at < rows.start:
            continue
        holds = np.isin(arm[at], new)
        count.filled += int(holds.sum())
        count.anyway += int((holds & (base[at] != NOBODY)).sum())
        count.gained += int((arm[at] != NOBODY).sum()) - int((base[at] != NOBODY).sum())
        count.now += int((fresh & chained).sum())
        count.earlier += int((lost & chained & ~fresh).sum())
        count.other += int((lost & ~chained).sum())
        losers.update(zip(np.flatnonzero(lost).tolist(), base[at][lost].tolist(), strict=True))
    return count


def new_employers(study: Study, arm: str) -> dict[int, str]:
    """Return uid -> id of the employers that an arm brings and the baseline lacks."""
    base, run = study.pairs(arm)[0]
    known = study.names(base, "employers")
    return {uid: name for uid, name in study.names(run, "employers").items() if uid not in known}


def _populations(run: Run, people: Uids) -> list[str]:
    table = pq.read_table(run.file("persons"), columns=["uid", "population"])
    uid, population = table["uid"].to_numpy(), table["population"].to_numpy()
    order = np.argsort(uid)
    return [POPULATIONS[code] for code in population[order[np.searchsorted(uid[order], people)]]]


def displacement(study: Study, arm: str, window: Window | str | None = None) -> Displacement | None:
    """Tell gross posts from net work for an arm with new employers; None if it brings none.

    Raises ResultsError for an unknown arm or a window that the runs don't cover.
    """
    brought = new_employers(study, arm)
    if not brought:
        return None
    months = study.window if window is None else study.window_in(window)
    rows = slice(months[0] - study.start, months[1] - study.start + 1)
    counts: list[_Count] = []
    losers: Counter[tuple[str, str]] = Counter()
    for base, run in study.pairs(arm):
        counts.append(_replicate(study, base, run, np.array(sorted(brought), np.uint64), rows, losers))
    return _summed(arm, months, counts, losers, tuple(brought.values()))


def _replicate(study: Study, base: Run, run: Run, new: Uids, rows: slice, losers: Counter[tuple[str, str]]) -> _Count:
    tables = [study.changes(one, "persons.employer") for one in (base, run)]
    people = np.unique(np.concatenate([table["uid"].to_numpy() for table in tables]))
    start = _first_values(tables)
    values = [_month_by_month(people, start, table, study.start, study.months) for table in tables]
    found: Counter[tuple[int, int]] = Counter()
    unlimited = np.array(sorted(study.unlimited(run)), np.uint64)
    count = _count(values[0], values[1], (new, unlimited), rows, found)
    who, names = _populations(run, people) if len(people) else [], study.names(base, "employers")
    for (person, employer), times in found.items():
        losers[who[person], names.get(employer, str(employer))] += times
    return count


def _summed(
    arm: str, window: Window, counts: list[_Count], losers: Counter[tuple[str, str]], ids: tuple[str, ...]
) -> Displacement:
    months = window[1] - window[0] + 1
    cells = months * len(counts)

    def mean(name: str) -> float:
        return float(sum(getattr(one, name) for one in counts) / cells)

    net = np.array([one.gained / months for one in counts])
    now, earlier, other = mean("now"), mean("earlier"), mean("other")
    people = {key: times / cells for key, times in losers.most_common()}
    found = paired(np.zeros(len(net)), net)
    return Displacement(
        arm, window, mean("filled"), mean("anyway"), found, now + earlier + other, now, earlier, other, people, ids
    )
