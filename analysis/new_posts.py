"""The posts of an arm's new employers, and why some of them stay open, from the record of single employers."""

from collections.abc import Container, Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.months import Window
from analysis.runs import Run
from analysis.study import Study

REASONS = {
    "nobody_eligible": "nobody else fits the age, school, sex or hours asked for",
    "too_far": "who fits lives too far away",
    "nobody_searching": "who lives near doesn't look for work",
    "pay_too_low": "who looks doesn't find the pay worth it",
    "not_met": "who would take it didn't hear of it that month",
    "chose_another": "who heard of it took another post",
}
"""Why a post stays open, by the names of the columns employers.unfilled_<reason>."""
_COLUMNS = ("posts_now", *(f"unfilled_{reason}" for reason in REASONS))


@dataclass(frozen=True)
class NewPosts:
    """Posts a month over a window, mean of the replicates: those offered, and those left open by reason."""

    offered: float
    unfilled: dict[str, float]


def new_employers(study: Study, arm: str) -> dict[int, str]:
    """Return uid -> id of the employers that an arm brings and the baseline lacks."""
    return brought(study, *study.traced(arm)[0], "employers")


def brought(study: Study, base: Run, run: Run, table: str) -> dict[int, str]:
    """Return uid -> id of the rows of a small table that a run of an arm has and its baseline lacks."""
    known = study.names(base, table)
    return {uid: name for uid, name in study.names(run, table).items() if uid not in known}


def new_posts(study: Study, arm: str, window: Window) -> NewPosts:
    """Add up what was recorded of the new employers of an arm; nothing offered where it brings none."""
    record = _Record(study, arm)
    return NewPosts(
        float(record.means("posts_now", window).mean()),
        {one: float(record.means(f"unfilled_{one}", window).mean()) for one in REASONS},
    )


def posts_of_runs(
    study: Study, arm: str, window: Window, employers: Iterable[str]
) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
    """Return the posts a month of some new employers, by their ids: those offered, and those left open by reason.

    Each is float64[pairs of runs] in the order of `study.traced(arm)`.
    """
    record = _Record(study, arm, set(employers))
    return record.means("posts_now", window), {one: record.means(f"unfilled_{one}", window) for one in REASONS}


def first_year(study: Study, arm: str) -> Window | None:
    """Return the first twelve months in which new employers of an arm offer posts; None if they never do."""
    offered = np.flatnonzero(_Record(study, arm).months("posts_now").any(axis=0))
    if not len(offered):
        return None
    first = study.start + int(offered[0])
    return first, min(first + 11, study.start + study.months - 1)


class _Record:
    """What was recorded of an arm's new employers, or of some of them, added up."""

    def __init__(self, study: Study, arm: str, ids: Container[str] | None = None) -> None:
        self._study = study
        ours = [uid for uid, name in new_employers(study, arm).items() if ids is None or name in ids]
        uids, columns = np.array(sorted(ours), np.uint64), [f"employers.{one}" for one in _COLUMNS]
        self._changes = [_of(study.changes(run, *columns), uids) for _, run in study.traced(arm)]

    def months(self, column: str) -> NDArray[np.int64]:
        """Return a whole-number column that starts at 0, int64[runs, months]."""
        return np.array([self._by_month(table, f"employers.{column}") for table in self._changes])

    def means(self, column: str, window: Window) -> NDArray[np.float64]:
        """Return its mean over the window, float64[runs]."""
        part = slice(window[0] - self._study.start, window[1] - self._study.start + 1)
        return np.asarray(self.months(column)[:, part].mean(axis=1), np.float64)

    def _by_month(self, changes: pa.Table, column: str) -> NDArray[np.int64]:
        table = changes.filter(pc.equal(changes["column"], column))
        month = table["month"].to_numpy().astype(np.int64)
        old, new = (table[end].to_numpy().astype(np.uint64).view(np.int64) for end in ("from", "to"))
        change = np.zeros(self._study.months, np.int64)
        np.add.at(change, month - self._study.start, new - old)
        return np.cumsum(change)


def _of(changes: pa.Table, uids: NDArray[np.uint64]) -> pa.Table:
    return changes.filter(pa.array(np.isin(changes["uid"].to_numpy(), uids)))
