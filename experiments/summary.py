"""The comparison as it is printed: effects and how sure they are, costs, displacement, speed."""

import math
from collections.abc import Iterable

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from analysis.compare import Comparison, compare
from analysis.cost import cost, cost_per_gain, covers
from analysis.displacement import Displacement, displacement
from analysis.load import BASELINE, Cell, Study
from analysis.months import ResultsError, window_text
from analysis.settlement import settlement
from analysis.words import number, signed

_STAYS = (12, 24, 36)
"""Months after a move at which the share still there is printed."""
_MOST_LOSERS = 3


def _titled(title: str, table: Table) -> Group:
    # A table's own title wraps at the table's width, which is often narrower than the title.
    return Group(Text(title, style="bold"), table)


def _interval(one: Comparison) -> str:
    gap = one.difference
    return "undefined (1 run)" if gap.n == 1 else f"{signed(gap.low)} to {signed(gap.high)}"


def outcome_table(study: Study, outcome: str, cell: Cell | None = None) -> Group:
    """Lay every arm's effect on one outcome side by side."""
    found = [compare(study, outcome, arm, cell=cell) for arm in study.arms if arm != BASELINE]
    meaning = study.meaning(outcome)
    people = f" of {meaning.denominator}" if meaning.denominator else ""
    level = f"baseline mean {number(found[0].baseline)} {meaning.unit}{people}" if found else meaning.unit
    runs = max((one.difference.n for one in found), default=0)
    title = f"{outcome}: {meaning.text}\n{level}, {window_text(study.window)}, {runs} runs"
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("arm", overflow="fold")
    for heading in ("difference", "95 % interval", "same sign"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("in words")
    for one in found:
        gap = one.difference
        same = "" if math.isnan(gap.same_sign) else f"{gap.same_sign:.0%}"
        words = gap.short if gap.n == runs else f"{gap.short} ({gap.n} runs)"
        table.add_row(one.arm, signed(gap.mean), _interval(one), same, words)
    return _titled(title, table)


def cost_table(study: Study) -> Group | None:
    """Lay the arms' costs side by side; None if none costs anything."""
    found = [cost(study, arm) for arm in study.arms if arm != BASELINE]
    kinds = sorted({kind for one in found for kind in one.by_kind})
    if not kinds:
        return None
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("arm")
    for heading in ("total", *kinds):
        table.add_column(heading, justify="right")
    for one in found:
        table.add_row(one.arm, f"{one.total:,.0f}", *(f"{one.by_kind.get(kind, 0.0):,.0f}" for kind in kinds))
    return _titled(f"programme cost in yuan, {covers(study)}, mean of the runs", table)


def unit_costs(study: Study, outcomes: Iterable[str]) -> list[str]:
    """Say what one more unit-year of each count costs, for arms that cost anything."""
    arms = [arm for arm in study.arms if arm != BASELINE and cost(study, arm).total]
    counts = [name for name in outcomes if study.meaning(name).kind == "count"]
    return [f"{arm}, {name}: {cost_per_gain(study, name, arm).text}" for name in counts for arm in arms]


def displacement_lines(one: Displacement) -> list[str]:
    """Say what became of the posts of an arm's new employers."""
    lines = [
        f"{one.arm}: {number(one.filled)} posts of its new employers are filled in a month of "
        f"{window_text(one.window)}; "
        f"{number(one.would_have_worked)} of the holders ({one.share:.0%}) would have worked in that month anyway."
        if one.filled
        else f"{one.arm}: no post of its new employers is filled in {window_text(one.window)}.",
        f"  People at work: {signed(one.net.mean)} net "
        f"(95 % interval {signed(one.net.low)} to {signed(one.net.high)}). "
        f"Without work who would have had some: {number(one.lost)} "
        f"({number(one.lost_now)} by this month's chain of posts, {number(one.lost_earlier)} by earlier months', "
        f"{number(one.lost_other)} other).",
    ]
    worst = [
        f"{people} from {employer} {number(count)}"
        for (people, employer), count in list(one.losers.items())[:_MOST_LOSERS]
    ]
    return [*lines, f"  Most of them: {'; '.join(worst)}."] if worst else lines


def settlement_table(study: Study) -> Group | None:
    """Lay side by side how many moved households stay; None if nobody moves."""
    found = [one for one in (settlement(study, arm) for arm in study.arms) if one is not None]
    horizons = [months for months in _STAYS if months < study.months]
    if not found or not horizons:
        return None
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("arm")
    for months in horizons:
        table.add_column(f"after {months} months", justify="right")
    for one in found:
        before = [max((row for row, at in enumerate(one.months) if at <= months), default=None) for months in horizons]
        table.add_row(one.arm, *("100.0%" if row is None else f"{one.share[row]:.1%}" for row in before))
    return _titled("households still where they moved to (Kaplan-Meier, all runs together)", table)


def speed_line(study: Study) -> str:
    """Say how fast the runs were, synthesis, simulation and recording told apart."""
    spent = {
        name: sum(run.circumstances.get(name, 0.0) for run in study.runs)
        for name in ("synthesis", "simulation", "recording")
    }
    people = sum(run.circumstances.get("person_months", 0) for run in study.runs)
    count = len(study.runs)
    rate = people / spent["simulation"] if spent["simulation"] else float("nan")
    parts = ", ".join(f"{name} {seconds / count:.2f} s" for name, seconds in spent.items())
    return (
        f"{count} runs, {people:,} person-months, {number(rate)} person-months a second of simulation; a run: {parts}."
    )


def print_summary(study: Study, console: Console) -> None:
    """Print the comparison of a study."""
    if not any(run.arm == BASELINE for run in study.runs):
        raise ResultsError("the baseline has no finished run, so nothing can be compared")
    for outcome in study.outcomes:
        console.print(outcome_table(study, outcome))
    console.print(
        "95 % interval: computing error, shrinks with more runs; 'within its error' is not told apart from no effect. "
        "Parameters were held fixed: what isn't known about them is not in it.",
        highlight=False, markup=False,
    )  # fmt: skip
    for table in (cost_table(study), settlement_table(study)):
        if table is not None:
            console.print(table)
    lines = unit_costs(study, study.outcomes)
    for arm in study.arms:
        found = displacement(study, arm) if arm != BASELINE else None
        lines += displacement_lines(found) if found else []
    for line in (*lines, speed_line(study)):
        console.print(line, highlight=False, markup=False)
