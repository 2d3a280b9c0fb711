"""Who would have worked anyway, and who lost work, when a policy brings new employers.

Read from the changes of `persons.employer` in the arm and in the baseline of the same replicate. In the words of
the field (L. Calmfors 1994, OECD Economic Studies 22): posts held by people who would have worked anyway are
deadweight; people who lose work because others were helped are displaced. Through whose hands is told by
`analysis.chains`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analysis.chains import EARLIER, NOBODY, OTHER, THIS_MONTH, WORKS, Codes, Employers, trace
from analysis.compare import Paired, paired
from analysis.load import BASELINE, Run, Study
from analysis.months import Window
from analysis.new_posts import NewPosts, new_employers, new_posts

Uids = NDArray[np.uint64]
POPULATIONS = ("relocated", "stayers", "hosts")


@dataclass(frozen=True)
class Displacement:
    """What became of the posts of an arm's new employers, in person-months a month over a window.

    Attributes
    ----------
    posts
        posts that the new employers offer, and why some stay open.
    filled
        posts of new employers filled, mean of the replicates.
    would_have_worked
        of these, holders who work in the same month of the same replicate's baseline. To be at work
        means to have an employer here, one's own business included; farm work isn't told by `units/`.
    net
        people at work in the arm less people at work in the baseline.
    lost
        people at work in the baseline and not in the arm. Each is in exactly one of the next three.
    lost_now, lost_earlier, lost_other
        who lost work through a chain of posts that changed hands in the very month in which the loss
        began; only through chains of earlier months; for reasons that have to do with no chain.
    losers
        (population, id of the employer they have in the baseline) -> people a month.
    employers
        ids of the new employers.
    """

    arm: str
    window: Window
    posts: NewPosts
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

    @property
    def gained_elsewhere(self) -> float:
        """People at work, not in a new post, who would not have worked: vacancy chains end with them."""
        return self.net.mean + self.lost - (self.filled - self.would_have_worked)

    @property
    def just_left(self) -> float:
        """Posts that their holders left for another one this month; they are offered again in the next."""
        return max(0.0, self.posts.offered - self.filled - sum(self.posts.unfilled.values()))


@dataclass
class _Count:
    """Sums of one replicate over the window's months."""

    filled: int = 0
    anyway: int = 0
    gained: int = 0
    now: int = 0
    earlier: int = 0
    other: int = 0


@dataclass(frozen=True)
class _Worlds:
    """Two runs side by side: uids of people who ever changed, their employers by code, what the codes mean.

    `start` int32[people]; `base` and `arm` int32[months, people]; `known` uid by code, 0 for nobody.
    """

    people: Uids
    start: Codes
    base: Codes
    arm: Codes
    known: Uids
    employers: Employers


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


def _month_by_month(people: Uids, start: Codes, known: Uids, table: pa.Table, months: range) -> Codes:
    """Return each month's employer of people who ever changed, int32[months, people]."""
    uid, month, _, new = _events(table)
    row, code = np.searchsorted(people, uid), np.searchsorted(known, new)
    order = np.argsort(month, kind="stable")
    bounds = np.searchsorted(month[order], np.arange(months.start, months.stop + 1))
    values = np.empty((len(months), len(people)), np.int32)
    now = start.copy()
    for at in range(len(months)):
        part = order[bounds[at] : bounds[at + 1]]
        now[row[part]] = code[part]
        values[at] = now
    return values


def _worlds(study: Study, base: Run, run: Run, new: Uids) -> _Worlds:
    tables = [study.changes(one, "persons.employer") for one in (base, run)]
    ends = [table[end].to_numpy() for table in tables for end in ("from", "to")]
    people = np.unique(np.concatenate([table["uid"].to_numpy() for table in tables]))
    known = np.unique(np.concatenate([np.zeros(1, np.uint64), new, *ends]).astype(np.uint64))
    start = np.searchsorted(known, _first_values(tables)).astype(np.int32)
    months = range(study.start, study.start + study.months)
    values = [_month_by_month(people, start, known, table, months) for table in tables]
    unlimited = np.array(sorted(study.unlimited(run)), np.uint64)
    return _Worlds(
        people, start, values[0], values[1], known, Employers(np.isin(known, new), np.isin(known, unlimited))
    )


def _count(worlds: _Worlds, rows: slice, losers: Counter[tuple[int, int]]) -> _Count:
    """Add up the window's months; `losers` counts (person's row, code of the employer in the baseline)."""
    count = _Count()
    for at, how in enumerate(trace(worlds.base[: rows.stop], worlds.arm[: rows.stop], worlds.start, worlds.employers)):
        if at < rows.start:
            continue
        base, arm = worlds.base[at], worlds.arm[at]
        holds = worlds.employers.new[arm]
        count.filled += int(holds.sum())
        count.anyway += int((holds & (base != NOBODY)).sum())
        count.gained += int((arm != NOBODY).sum()) - int((base != NOBODY).sum())
        now, earlier, other = (int((how == one).sum()) for one in (THIS_MONTH, EARLIER, OTHER))
        count.now, count.earlier, count.other = count.now + now, count.earlier + earlier, count.other + other
        lost = np.flatnonzero(how != WORKS)
        losers.update(zip(lost.tolist(), base[lost].tolist(), strict=True))
    return count


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
    return _summed(arm, months, new_posts(study, arm, months), counts, losers, tuple(brought.values()))


def displacements(study: Study) -> list[Displacement]:
    """Tell it of every arm with new employers, over the report's window."""
    found = (displacement(study, arm) for arm in study.arms if arm != BASELINE)
    return [one for one in found if one is not None]


def _replicate(study: Study, base: Run, run: Run, new: Uids, rows: slice, losers: Counter[tuple[str, str]]) -> _Count:
    worlds = _worlds(study, base, run, new)
    found: Counter[tuple[int, int]] = Counter()
    count = _count(worlds, rows, found)
    who = _populations(run, worlds.people) if len(worlds.people) else []
    names = study.names(base, "employers") | study.names(run, "employers")
    for (person, code), times in found.items():
        employer = int(worlds.known[code])
        losers[who[person], names.get(employer, str(employer))] += times
    return count


def _summed(
    arm: str,
    window: Window,
    posts: NewPosts,
    counts: list[_Count],
    losers: Counter[tuple[str, str]],
    ids: tuple[str, ...],
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
        arm,
        window,
        posts,
        mean("filled"),
        mean("anyway"),
        found,
        now + earlier + other,
        now,
        earlier,
        other,
        people,
        ids,
    )
