"""Tables of what the arms cost, what one more of a count costs, who stays, and who lost work to whom."""

from collections.abc import Iterable

from rich.console import Group
from rich.table import Table
from rich.text import Text

from analysis.cost import COUNTS, Cost, UnitCost, cost, cost_per_gain, covers
from analysis.displacement import Displacement, displacements
from analysis.months import window_text
from analysis.new_posts import REASONS, NewPosts, first_year, new_employers, new_posts
from analysis.paired import Paired
from analysis.settlement import settlement
from analysis.study import BASELINE, Study
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
    meanings = [(name, study.meaning(name)) for name in outcomes]
    counts = [name for name, one in meanings if one.kind == "count" and one.better]
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
    change = signed(-one.gain.mean if one.fewer else one.gain.mean, COUNTS)
    if one.gain.mean < 0:
        return change, "", "", f"{one.unit_year} {one.unwanted}: it costs and makes this worse"
    return change, number(one.per_year), f"{number(one.low)} to {number(one.high)}", f"{one.unit_year} {one.wanted}"


CLASS_WORDS = {
    "this_month": "displaced by a chain of posts that began this month, at most",
    "earlier": "displaced by chains of earlier months, at most",
    "own": "had a new post and lost it again",
    "turned_away": "other: turned away or dismissed, no known chain",
    "refused": "other: died, moved, cared, quit, did not look or refused",
}
"""Classes of `analysis.chains`, as the report says them."""


def jobs_rows(one: Displacement) -> list[tuple[str, float | Paired]]:
    """List what became of an arm's new posts, in posts or people a month; what is set in parts add up to it."""
    posts: list[tuple[str, float | Paired]] = [
        ("posts of new employers", one.posts.offered),
        ("  filled", one.filled),
        ("    by people who would have worked anyway", one.would_have_worked),
        ("    by people who would not", one.not_anyway),
        *open_rows(one.posts),
        ("  open: left this month for another post", one.just_left),
        ("others at work who would not have worked", one.gained_elsewhere),
    ]
    return [
        *(posts if one.employers else [("people at work who would not have worked", one.gained)]),
        ("people without work who would have worked", one.lost),
        *((f"  {CLASS_WORDS[name]}", value) for name, value in one.classes.items()),
        ("more people at work, all employers together", one.net),
    ]


def mean_of(value: float | Paired) -> float:
    """Return the mean of a figure with or without an interval."""
    return value.mean if isinstance(value, Paired) else value


def _interval(value: float | Paired) -> str:
    if not isinstance(value, Paired) or value.n < 2:
        return ""
    return f"{people(value.low)} to {people(value.high)}"


def open_rows(posts: NewPosts) -> list[tuple[str, float]]:
    """List the posts that stayed open, by reason."""
    return [(f"  open: {why}", posts.unfilled[reason]) for reason, why in REASONS.items()]


def jobs_table(study: Study) -> Group | None:
    """Tell of each arm who gained and lost work, and what became of its new posts; None if nobody did."""
    found = [one for one in displacements(study) if one.employers or one.gained.mean or one.lost.mean]
    if not found:
        return None
    title = (
        f"whose work it is: this month's chain, chains of earlier months and other, mean month of "
        f"{window_text(found[0].window)}\n"
        "  at work is who has an employer or an own business; work on one's own land is not told here"
    )
    parts: list[Table | Text] = []
    for one in found:
        parts += [_jobs_of(one), *map(Text, jobs_lines(one))]
    return titled(title, *parts)


def _jobs_of(one: Displacement) -> Table:
    table = plain_table(f"{one.arm}, a month")
    figure_columns(table, "mean", "95 % interval*")
    for what, value in jobs_rows(one):
        # A reason for which no post stayed open is left to the file.
        if mean_of(value) or not what.startswith("  open"):
            table.add_row(what, people(mean_of(value)), _interval(value))
    return table


def opening_table(study: Study) -> Group | None:
    """Say why new posts stayed open in the first year that they were offered; None where no arm brings any."""
    begun = {arm: first_year(study, arm) for arm in study.traced_arms if arm != BASELINE and new_employers(study, arm)}
    windows = {arm: window for arm, window in begun.items() if window is not None}
    if not windows:
        return None
    posts = {arm: new_posts(study, arm, window) for arm, window in windows.items()}
    table = plain_table("a month")
    figure_columns(table, *(f"{arm}\n{window_text(window)}" for arm, window in windows.items()))
    table.add_row("posts of new employers", *(people(one.offered) for one in posts.values()))
    for lines in zip(*(open_rows(one) for one in posts.values()), strict=True):
        table.add_row(lines[0][0], *(people(value) for _, value in lines))
    return titled("why posts of new employers stayed open in their first year", table)


def jobs_lines(one: Displacement) -> list[str]:
    """Say in words what the table can't hold: how sure the sum is, and who lost most."""
    if one.employers and not one.filled.mean:
        return [f"{one.arm}: no post of its new employers is filled."]
    low, high = (plus(people(end)) for end in (one.net.low, one.net.high))
    sure = f"95 % interval* {low} to {high}" if one.net.n > 1 else "one run: no interval"
    if one.employers and not one.classes:
        sure += "; it changes a rule of behaviour, so posts alone don't tell who lost to whom"
    said = (
        f"{one.arm}: {f'{one.share:.0%} of the holders would have worked anyway; ' if one.employers else ''}"
        f"at work, all employers together: {plus(people(one.net.mean))} people ({sure})."
    )
    worst = [
        f"{people(count)} {who} who would work at {employer}"
        for (who, employer), count in list(one.losers.items())[:_MOST_LOSERS]
    ]
    return [said, f"Without work who would have worked, most of them: {'; '.join(worst)}."] if worst else [said]


def settlement_table(study: Study) -> Group | None:
    """Lay side by side how many moved households stay; None if nobody moves."""
    found = [one for one in (settlement(study, arm) for arm in study.arms) if one is not None]
    horizons = [months for months in _STAYS if months < study.months]
    if not found or not horizons:
        return None
    runs = max(sum(run.traced for run in study.of_arm(one.arm)) for one in found)
    table = plain_table("arm")
    figure_columns(table, *(f"after {months}\nmonths" for months in horizons))
    for one in found:
        before = [max((row for row, at in enumerate(one.months) if at <= months), default=None) for months in horizons]
        table.add_row(one.arm, *("100.0%" if row is None else f"{one.share[row]:.1%}" for row in before))
    return titled(f"households still where they moved to (Kaplan-Meier, {runs} runs of each arm together)", table)
