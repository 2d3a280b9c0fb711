"""Tables of what the arms cost, what one more of a count costs, who stays, and who lost work to whom."""

from collections.abc import Iterable

from rich.console import Group

from analysis.cost import Cost, UnitCost, cost, cost_per_gain, covers
from analysis.displacement import Displacement
from analysis.load import BASELINE, Study
from analysis.months import window_text
from analysis.settlement import settlement
from analysis.words import number, people, plus, signed
from experiments.effects import figure_columns, plain_table, titled

_STAYS = (12, 24, 36, 60)
"""Months after a move at which the share still there is printed."""
_MOST_LOSERS = 3


def _costs(study: Study) -> list[Cost]:
    return [cost(study, arm) for arm in study.arms if arm != BASELINE]


def cost_table(study: Study) -> Group | None:
    """Lay the arms' costs side by side; None if none costs anything."""
    found = _costs(study)
    kinds = sorted({kind for one in found for kind in one.by_kind})
    if not kinds:
        return None
    table = plain_table("arm")
    figure_columns(table, "total", *kinds)
    for one in found:
        table.add_row(one.arm, f"{one.total:,.0f}", *(f"{one.by_kind.get(kind, 0.0):,.0f}" for kind in kinds))
    return titled(f"programme cost in yuan, {covers(study)}, mean of the runs", table)


def unit_cost_table(study: Study, outcomes: Iterable[str]) -> Group | None:
    """Lay out what one more unit-year of each count costs, where an arm costs and does anything; None if none does."""
    counts = [name for name in outcomes if study.meaning(name).kind == "count"]
    arms = [one.arm for one in _costs(study) if one.total]
    found = [cost_per_gain(study, name, arm) for name in counts for arm in arms]
    found = [one for one in found if one.gain.told_apart]
    if not found:
        return None
    table = plain_table("arm")
    figure_columns(table, "change in\nunit-years", "yuan for\neach", "95 % bootstrap\ninterval*")
    table.add_column("each is one", min_width=len("household-year"))
    for outcome in dict.fromkeys(one.outcome for one in found):
        table.add_row(outcome)
        for one in (one for one in found if one.outcome == outcome):
            table.add_row(f"  {one.arm}", *_unit_cost_cells(one))
    return titled(
        f"cost of one unit-year of a count, over the whole run, {covers(study)}\n"
        "  arms that cost something and whose effect is told apart from none",
        table,
    )


def _unit_cost_cells(one: UnitCost) -> tuple[str, str, str, str]:
    change = signed(-one.gain.mean if one.fewer else one.gain.mean, one.unit)
    if one.gain.mean < 0:
        return change, "", "", f"{one.unit_year} {one.unwanted}: it costs and makes this worse"
    return change, number(one.per_year), f"{number(one.low)} to {number(one.high)}", f"{one.unit_year} {one.wanted}"


def displacement_lines(one: Displacement) -> list[str]:
    """Say what became of the posts of an arm's new employers."""
    if not one.filled:
        return [f"{one.arm}: no post of its new employers is filled in {window_text(one.window)}."]
    low, high = (plus(people(end)) for end in (one.net.low, one.net.high))
    sure = f" (95 % interval* {low} to {high})" if one.net.n > 1 else " (one run: no interval)"
    lines = [
        f"{one.arm}: in a month of {window_text(one.window)} its new employers have {people(one.filled)} posts filled.",
        f"{people(one.would_have_worked)} of the holders ({one.share:.0%}) would have worked in that month anyway.",
        f"At work, all employers together: {plus(people(one.net.mean))} people{sure}.",
    ]
    if not one.lost:
        return [*lines, "Nobody who would have worked is without work."]
    lines.append(
        f"{people(one.lost)} who would have worked are without work: {people(one.lost_now)} since this month and "
        f"{people(one.lost_earlier)} since an earlier month, through posts that changed hands because of the new ones; "
        f"{people(one.lost_other)} for other reasons."
    )
    worst = [
        f"{people(count)} {who} who would work at {employer}"
        for (who, employer), count in list(one.losers.items())[:_MOST_LOSERS]
    ]
    return [*lines, f"Most of them: {'; '.join(worst)}."]


def settlement_table(study: Study) -> Group | None:
    """Lay side by side how many moved households stay; None if nobody moves."""
    found = [one for one in (settlement(study, arm) for arm in study.arms) if one is not None]
    horizons = [months for months in _STAYS if months < study.months]
    if not found or not horizons:
        return None
    table = plain_table("arm")
    figure_columns(table, *(f"after {months}\nmonths" for months in horizons))
    for one in found:
        before = [max((row for row, at in enumerate(one.months) if at <= months), default=None) for months in horizons]
        table.add_row(one.arm, *("100.0%" if row is None else f"{one.share[row]:.1%}" for row in before))
    return titled("households still where they moved to (Kaplan-Meier, all runs together)", table)
