"""A trace as a story: the decisions in which two runs differ, with what decided them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from analysis.phrases import someone
from analysis.study import BASELINE, load
from analysis.why import Stories
from experiments.trace import Traced

_WIDTH = 18
_LETTERS = 4


@dataclass(frozen=True)
class Decision:
    """One decision of one unit in one month: its options as each run tells them, rows of `trace_table`."""

    month: int
    date: str
    process: str
    household: int
    person: int
    options: dict[str, list[dict[str, Any]]]

    def chosen(self, arm: str) -> list[str]:
        """Return what was chosen in a run."""
        return [one["option"] for one in self.options.get(arm, ()) if one["chosen"]]

    def news(self, arm: str) -> set[tuple[str, bool]]:
        """Return what is other than last month in a run: options, and whether they were chosen or lost."""
        return {(one["option"], one["chosen"]) for one in self.options.get(arm, ()) if one["changes"]}

    @property
    def differs(self) -> bool:
        """Say whether something is other than last month in one run and not in the other."""
        return len({frozenset(self.news(arm)) for arm in self.options}) > 1 or (
            len(self.options) == 1 and any(self.news(arm) for arm in self.options)
        )


def decisions(traced: Traced) -> list[Decision]:
    """Gather the rows of a trace by decision, in the order of months, and within a month as they are told."""
    found: dict[tuple[Any, ...], Decision] = {}
    for row in traced.table.to_pylist():
        key = row["month"], row["process"], row["household"], row["person"]
        if key not in found:
            found[key] = Decision(row["month"], row["date"], *key[1:], {})
        found[key].options.setdefault(row["arm"], []).append(row)
    order = {name: at for at, name in enumerate(traced.explained)}
    told = sorted(found.values(), key=lambda one: (one.month, order[one.process], one.household, one.person))
    return told


def chains(folder: Path, traced: Traced) -> Iterator[str]:
    """Yield the lines of where each household's worlds part and the chain behind it, where unit records tell that."""
    run = traced.runs[-1]
    if run.arm == BASELINE or not all(one.traced for one in traced.runs):
        return
    stories = Stories(load(folder), run.arm, run.replicate, run.draw)
    for household in sorted(set(traced.table["household"].to_pylist())):
        yield stories.of(household).text
        yield ""


def story(traced: Traced, most: int | None = None) -> Iterator[str]:
    """Yield the lines of a story: decisions that change something in one of two runs alone; of one run, in it.

    `most` is the number of decisions told; the others are counted.
    """
    arms = [run.arm for run in traced.runs]
    every = decisions(traced)
    parted = [one for one in every if one.differs]
    yield _heading(traced, len(every), len(parted))
    for month, ones in groupby(parted[:most], key=lambda one: one.date):
        yield ""
        yield month
        for one in ones:
            yield f"  {one.process}: {_who(traced, one)}"
            for arm in arms:
                yield from _told(arm, one, arms)
    left = len(parted) - len(parted[:most])
    if left:
        yield ""
        yield f"{left} more of them stand in {traced.file}"


def _heading(traced: Traced, every: int, parted: int) -> str:
    arms = [run.arm for run in traced.runs]
    count = len(set(traced.table["household"].to_pylist()))
    of = f"{count} household{'' if count == 1 else 's'}, replicate {traced.runs[-1].replicate}, {' and '.join(arms)}"
    if len(arms) == 1:
        return f"{of}: {parted} of {every} decisions change something"
    differ = f"{parted} of {every} decisions change something in one run alone" if parted else "no change differs"
    return f"{of}: {differ}"


def _who(traced: Traced, one: Decision) -> str:
    if not one.person:
        return f"household {one.household}"
    return f"{someone(*traced.people[one.person], one.month)} (person {one.person}, household {one.household})"


def _told(arm: str, one: Decision, arms: Sequence[str]) -> Iterator[str]:
    """Tell one run's side: what was chosen, what the other run chose, and how many options failed for what."""
    label, options = arm, one.options.get(arm)
    if options is None:
        yield f"    {label:<{_WIDTH}} no such decision"
        return
    elsewhere = {option for other in arms for option in (*one.chosen(other), *(name for name, _ in one.news(other)))}
    for option in (row for row in options if row["option"] in elsewhere):
        yield f"    {label:<{_WIDTH}} {_option(option)}"
        label = ""
    rest = Counter(row["reason"].partition(":")[0] for row in options if row["option"] not in elsewhere)
    if rest:
        counted = ", ".join(f"{kind} ({count})" for kind, count in rest.most_common())
        yield f"    {label:<{_WIDTH}} other options: {counted}"


def _option(row: dict[str, Any]) -> str:
    figures = []
    if not np.isnan(row["utility"]):
        figures.append(f"utility {row['utility']:.{_LETTERS}g}")
    if not np.isnan(row["draw"]):
        figures.append(f"draw {row['draw']:.{_LETTERS}g}")
    if not np.isnan(row["threshold"]):
        figures.append(f"threshold {row['threshold']:.{_LETTERS}g}")
    mark = "yes" if row["chosen"] else "no "
    return f"{mark} {row['option']}: {row['reason']}" + (f" ({', '.join(figures)})" if figures else "")
