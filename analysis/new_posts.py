"""The posts of an arm's new employers, and why some of them stay open, from the record of single employers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.load import Run, Study
from analysis.months import Window

REASONS = {
    "nobody_eligible": "nobody else fits the age, school, sex or hours asked for",
    "too_far": "who fits lives too far away",
    "nobody_searching": "who lives near doesn't look for work",
    "pay_too_low": "who looks doesn't find the pay worth it",
    "not_met": "who would take it didn't hear of it that month",
    "chose_another": "who heard of it took another post",
}
"""Why a post stays open, by the names of the columns employers.unfilled_<reason>."""


@dataclass(frozen=True)
class NewPosts:
    """Posts a month over a window, mean of the replicates: those offered, and those left open by reason."""

    offered: float
    unfilled: dict[str, float]


def new_employers(study: Study, arm: str) -> dict[int, str]:
    """Return uid -> id of the employers that an arm brings and the baseline lacks."""
    base, run = study.pairs(arm)[0]
    known = study.names(base, "employers")
    return {uid: name for uid, name in study.names(run, "employers").items() if uid not in known}


def new_posts(study: Study, arm: str, window: Window) -> NewPosts:
    """Add up what was recorded of the new employers of an arm; nothing offered where it brings none."""
    uids = np.array(sorted(new_employers(study, arm)), np.uint64)
    runs = [run for _, run in study.pairs(arm)]

    def mean(column: str) -> float:
        return float(np.mean([_mean(study, run, f"employers.{column}", uids, window) for run in runs]))

    return NewPosts(mean("posts_now"), {reason: mean(f"unfilled_{reason}") for reason in REASONS})


def _mean(study: Study, run: Run, column: str, uids: NDArray[np.uint64], window: Window) -> float:
    """Return the mean over the window of a whole-number column, summed over some employers that start at 0."""
    table = study.changes(run, column)
    month = table["month"].to_numpy().astype(np.int64)
    old, new = (table[end].to_numpy().astype(np.uint64).view(np.int64) for end in ("from", "to"))
    ours = np.isin(table["uid"].to_numpy(), uids)
    change = np.zeros(study.months, np.int64)
    np.add.at(change, month[ours] - study.start, (new - old)[ours])
    return float(np.cumsum(change)[window[0] - study.start : window[1] - study.start + 1].mean())
