"""The steps from a planner's sum to the model's effect, run by run."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.holders import hands
from analysis.months import Window
from analysis.new_posts import REASONS, posts_of_runs
from analysis.series import Matched
from analysis.study import Study

Values = NDArray[np.float64]
Rows = NDArray[np.intp]
Items = tuple[Mapping[str, Any], ...]
POSTS, JOBS = "posts", "jobs"
LOSSES = {
    "lost_this_month": ("displaced by chains", "out of work: displaced by a chain of posts of this month, at most"),
    "lost_earlier": ("displaced by chains", "out of work: displaced by chains of posts of earlier months, at most"),
    "lost_own": ("had a new post and lost it", "out of work: had a new post and lost it again"),
    "lost_turned_away": ("lost otherwise", "out of work: turned away or dismissed, no known chain"),
    "lost_refused": ("lost otherwise", "out of work: died, moved, cared, quit, did not look or refused"),
    "lost": ("lost", "out of work who would have worked"),
}  # fmt: skip
"""{what is counted by `analysis.holders`: (mechanism, in words)}."""


@dataclass(frozen=True)
class Step:
    """What one mechanism adds, float64[pairs of runs]; `mechanism` is its group, for a short answer."""

    key: str
    mechanism: str
    what: str
    values: Values


@dataclass(frozen=True)
class Asked:
    """What a sum is laid beside: an arm's outcome in a window, in which pairs of runs.

    Attributes
    ----------
    study, arm, window
        where it is read.
    items
        the estimates of this outcome, as the manifest tells them.
    both
        baseline and arm, run by run.
    ages
        least ages of all sums of the arm, which are counted together.
    fewer
        whether the outcome falls by what the posts bring, as households without work do.
    """

    study: Study
    arm: str
    window: Window
    items: Items
    both: Matched
    ages: tuple[int, ...] = ()
    fewer: bool = False

    def of(self, kind: str) -> Items:
        """Return the sums that take posts, or jobs, one for one."""
        return tuple(item for item in self.items if item["one_for_one"] == kind)


def on_paper(asked: Asked, share: bool = False) -> Values:
    """Return what the sums come to, float64[pairs]; with `share` only what is in force in the window's months."""
    ones = np.ones(len(asked.both.base))
    return sum(
        (
            item["change"] * (in_force(item, asked.window) if share else 1.0)
            * (asked.both.base if item["of_baseline"] else ones)
            for item in asked.items
        ),
        start=0.0 * ones,
    )  # fmt: skip


def in_force(item: Mapping[str, Any], window: Window) -> float:
    """Return the mean strength of an intervention over a window, 0 to 1, as `simulation.contract.Phasing` has it.

    A job that a course or a broker brought isn't gone when they are, so jobs count from the first month on.
    """
    months = np.arange(window[0], window[1] + 1)
    begun = months >= item["opens"]
    if item["one_for_one"] == JOBS:
        return float(begun.mean())
    lasts = begun if item["ends"] is None else begun & (months < item["ends"])
    grown = np.minimum(1.0, (months - item["opens"] + 1) / max(1, item["ramp_months"]))
    return float(np.where(lasts, grown, 0.0).mean())


def timing(asked: Asked) -> Step:
    """Return what months before the opening, of growth and after the end take off."""
    what = "not in force, or not at full size, in these months"
    return Step("not_in_force", "not in force", what, on_paper(asked, share=True) - on_paper(asked))


def one_for_one(asked: Asked) -> Iterator[Step]:
    """Tell what became of posts and jobs; needs unit records of every pair of runs."""
    posts, jobs = asked.of(POSTS), asked.of(JOBS)
    employers = tuple(sorted({one for item in posts for one in item["employers"]}))
    counted = _hands(asked.study, asked.arm, asked.window, employers, asked.ages)
    told = counted[max(int(item["least_age"]) for item in (*posts, *jobs))]
    if posts:
        yield from _offered(replace(asked, items=posts), employers, told["filled"])
    if not asked.fewer:
        yield from _holders(told, posts)
        yield from _others(told, replace(asked, items=jobs))


_hands, _posts = lru_cache(maxsize=8)(hands), lru_cache(maxsize=8)(posts_of_runs)
"""The outcomes of an arm ask for the same again, and so do files and the printed answer."""


def _offered(asked: Asked, employers: tuple[str, ...], filled: Values) -> Iterator[Step]:
    """Tell posts that aren't offered, and those that nobody holds by why."""
    offered, unfilled = _posts(asked.study, asked.arm, asked.window, employers)
    sign = -1.0 if asked.fewer else 1.0
    few = sign * offered - on_paper(asked, share=True)
    yield Step("not_offered", "not offered", "posts not offered: few orders, or closed", few)
    for reason, why in REASONS.items():
        yield Step(f"unfilled_{reason}", "unfilled", f"posts that stay open: {why}", -sign * unfilled[reason])
    left = offered - filled - sum(unfilled.values())
    yield Step("unfilled_left", "unfilled", "posts open for a month: left for another post", -sign * left)


def _holders(told: Mapping[str, Values], posts: Items) -> Iterator[Step]:
    """Tell holders who don't count, and those who would be at work anyway."""
    if not posts:
        return
    age = max(int(item["least_age"]) for item in posts)
    younger = f"posts held by people under {age}, whom the outcome doesn't count"
    moved = "posts held by people who came from another post and would be at work anyway"
    sooner = "posts held by people who had none and would have found work by then anyway"
    if age:
        yield Step("not_counted", "held by the younger", younger, -told["not_counted"])
    yield Step("moved", "came from another post", moved, -told["moved"])
    yield Step("sooner", "found work sooner", sooner, -told["sooner"])


def _others(told: Mapping[str, Values], jobs: Asked) -> Iterator[Step]:
    """Tell who else is in work, and who lost work."""
    gained = told["left_behind"] + told["gained_otherwise"]
    if jobs.items:
        what = "jobs on paper that brought nobody into work: would have worked anyway, or found nothing"
        yield Step("not_brought", "brought nobody into work", what, gained - on_paper(jobs, share=True))
    else:
        behind = "others in work: they got posts that movers left behind, hand after hand"
        yield Step("left_behind", "got posts left behind", behind, told["left_behind"])
        otherwise = "others in work who would not be, by no known chain of posts"
        yield Step("gained_otherwise", "others in work", otherwise, told["gained_otherwise"])
    for key, (mechanism, what) in LOSSES.items():
        if key in told:
            yield Step(key, mechanism, what, -told[key])


def chosen(steps: Iterable[Step], rows: Rows) -> list[Step]:
    """Keep some pairs of runs of each step."""
    return [replace(one, values=one.values[rows]) for one in steps]


def rest_in_words(asked: Asked, meaning: str, *, kept: bool) -> tuple[str, str]:
    """Name and describe the last row: what remains between the steps and the model's effect.

    `meaning` is the outcome's; `kept` says whether unit records told the steps.
    """
    if not any(item["one_for_one"] for item in asked.items):
        return "other: left out of the sum", f"other: the sum is done as if {_as_if(asked.items)}"
    if not kept:
        what = "other: all mechanisms together, which unit records tell apart: `relosim units DIR` keeps them"
        return "other: all mechanisms", what
    if asked.fewer:
        what = "other: several posts in a household, posts where somebody works anyway, and households that lost work"
        return "other: households that work anyway", what
    what = f"other: the outcome counts {meaning}; unit records tell who has an employer in the month"
    return "other: counted otherwise", what


def _as_if(items: Items) -> str:
    return "; and as if ".join(dict.fromkeys(item["as_if"] for item in items if item["as_if"])) or "all else stayed"
