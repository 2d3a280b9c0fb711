"""Who would have worked anyway, and who lost work, for what a policy does.

Read from the changes of `persons.employer` in the arm and in the baseline of the same replicate. In the words of
the field (L. Calmfors 1994, OECD Economic Studies 22): posts held by people who would have worked anyway are
deadweight; people who lose work because others were helped are displaced. Through whose hands is told by
`analysis.chains`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analysis.chains import CLASSES, NOBODY, Employers, Histories, trace
from analysis.histories import whose_work
from analysis.months import Window
from analysis.new_posts import NewPosts, new_employers, new_posts
from analysis.paired import Paired, paired
from analysis.runs import Run
from analysis.study import BASELINE, Study

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
        posts of new employers filled.
    would_have_worked
        of these, holders who work in the same month of the same replicate's baseline. To be at work
        means to have an employer here, one's own business included; farm work isn't told by `units/`.
    net
        people at work in the arm less people at work in the baseline: gained less lost.
    gained, lost
        people at work in the arm and not in the baseline, and the other way round.
    classes
        how the lost lost it, by the names of `analysis.chains.CLASSES`; they add up to `lost`. Empty where posts can't
        be followed: chains begin with hires of new employers, and an arm that changes a rule of behaviour moves people
        whom no post reached.
    losers
        (population, id of the employer they have in the baseline) -> people a month.
    employers
        ids of the new employers.
    """

    arm: str
    window: Window
    posts: NewPosts
    filled: Paired
    would_have_worked: Paired
    not_anyway: Paired
    net: Paired
    gained: Paired
    gained_elsewhere: Paired
    lost: Paired
    classes: dict[str, Paired]
    losers: dict[tuple[str, str], float]
    employers: tuple[str, ...]

    @property
    def share(self) -> float:
        """Share of the filled posts whose holders would have worked anyway; NaN if none is filled."""
        return self.would_have_worked.mean / self.filled.mean if self.filled.mean else float("nan")

    @property
    def just_left(self) -> float:
        """Posts that their holders left for another one this month; they are offered again in the next."""
        return max(0.0, self.posts.offered - self.filled.mean - sum(self.posts.unfilled.values()))


@dataclass
class _Count:
    """Sums of one replicate over the window's months; `classes` in the order of `analysis.chains.CLASSES`."""

    classes: NDArray[np.float64]
    filled: int = 0
    anyway: int = 0
    gained: int = 0
    lost: int = 0


def _count(
    told: Histories, employers: Employers, rows: slice, traced: bool, losers: Counter[tuple[int, int]]
) -> _Count:
    """Add up the window's months; `losers` counts (person's row, code of the employer in the baseline)."""
    count = _Count(np.zeros(len(CLASSES)))
    nothing = repeat(np.zeros((1, len(CLASSES))), len(told.base))
    for at, how in enumerate(trace(told, employers) if traced else nothing):
        if at >= rows.stop:
            break
        if at < rows.start:
            continue
        base, arm = told.base[at], told.arm[at]
        holds = employers.new[arm]
        count.filled += int(holds.sum())
        count.anyway += int((holds & (base != NOBODY)).sum())
        count.gained += int(((arm != NOBODY) & (base == NOBODY)).sum())
        lost = np.flatnonzero((arm == NOBODY) & (base != NOBODY))
        count.lost += len(lost)
        count.classes += how.sum(axis=0)
        losers.update(zip(lost.tolist(), base[lost].tolist(), strict=True))
    return count


def _populations(run: Run, people: Uids) -> list[str]:
    table = pq.read_table(run.file("persons"), columns=["uid", "population"])
    uid, population = table["uid"].to_numpy(), table["population"].to_numpy()
    order = np.argsort(uid)
    return [POPULATIONS[code] for code in population[order[np.searchsorted(uid[order], people)]]]


def followed(study: Study, arm: str) -> bool:
    """Say whether posts of an arm can be followed: it brings new employers, and changes no rule of behaviour."""
    return bool(new_employers(study, arm)) and not study.rules_of(arm)


def displacement(study: Study, arm: str, window: Window | str | None = None) -> Displacement:
    """Tell who works, and who doesn't, for what an arm does.

    Raises ResultsError for an unknown arm, one without unit records, or a window that the runs don't cover.
    """
    brought = new_employers(study, arm)
    months = study.window if window is None else study.window_in(window)
    rows = slice(months[0] - study.start, months[1] - study.start + 1)
    counts: list[_Count] = []
    losers: Counter[tuple[str, str]] = Counter()
    traced = followed(study, arm)
    for base, run in study.traced(arm):
        counts.append(_replicate(study, base, run, np.array(sorted(brought), np.uint64), rows, traced, losers))
    return _summed(arm, months, new_posts(study, arm, months), counts, traced, losers, tuple(brought.values()))


@lru_cache(maxsize=1)
def displacements(study: Study) -> tuple[Displacement, ...]:
    """Tell it of every arm with unit records, over the report's window.

    The last study's is kept, since files and report both ask.
    """
    return tuple(displacement(study, arm) for arm in study.traced_arms if arm != BASELINE)


def _replicate(
    study: Study, base: Run, run: Run, new: Uids, rows: slice, traced: bool, losers: Counter[tuple[str, str]]
) -> _Count:
    told, employers, known = whose_work(study, base, run, new)
    found: Counter[tuple[int, int]] = Counter()
    count = _count(told, employers, rows, traced, found)
    who = _populations(run, told.uid) if len(told.uid) else []
    names = study.names(base, "employers") | study.names(run, "employers")
    for (person, code), times in found.items():
        employer = int(known[code])
        losers[who[person], names.get(employer, str(employer))] += times
    return count


def _summed(
    arm: str,
    window: Window,
    posts: NewPosts,
    counts: list[_Count],
    traced: bool,
    losers: Counter[tuple[str, str]],
    ids: tuple[str, ...],
) -> Displacement:
    months = window[1] - window[0] + 1

    def mean(values: Iterable[float]) -> Paired:
        monthly = np.array(list(values), np.float64) / months
        return paired(np.zeros(len(monthly)), monthly)

    return Displacement(
        arm,
        window,
        posts,
        mean(one.filled for one in counts),
        mean(one.anyway for one in counts),
        mean(one.filled - one.anyway for one in counts),
        mean(one.gained - one.lost for one in counts),
        mean(one.gained for one in counts),
        mean(one.gained - one.filled + one.anyway for one in counts),
        mean(one.lost for one in counts),
        {name: mean(one.classes[at] for one in counts) for at, name in enumerate(CLASSES) if traced},
        {key: times / (months * len(counts)) for key, times in losers.most_common()},
        ids,
    )
