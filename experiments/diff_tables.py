"""Tables of why a number changed between two studies."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from analysis.months import window_text
from analysis.study import BASELINE
from analysis.words import decimals, fixed, plus
from experiments.attribution import PROGRAM, REPLICATES, WINDOW, Split
from experiments.effects import figure_columns, plain_table, titled
from experiments.mixed import DATA, PARAMETERS, SEEDS

if TYPE_CHECKING:
    from analysis.paired import Paired
    from experiments.diff_plan import Plan

_LABELS = {
    DATA: "data: tables, start, scale, events",
    PARAMETERS: "parameters, rules and arms",
    PROGRAM: "program",
    SEEDS: "seed",
    WINDOW: "months that are reported",
    REPLICATES: "replicates and draws not in both",
}
_INDENT = "  "
EXPLAINED = (
    "A part says how much the number changes when this alone is exchanged, averaged over the orders in which data, "
    "parameters and seed can be exchanged (Shapley). The program's is what was recorded less what this program makes "
    "of the same case. The parts add up to the change. * 95 % interval over replicates: computing error alone."
)


def plan_lines(plan: "Plan") -> Iterator[str]:
    """Say what is compared, and what has to be run for it."""
    yield f"first study: {plan.first.name}"
    yield f"second study: {plan.second.name}"
    shared, arms = len(plan.replicates), len(plan.arms)
    yield f"compared: {window_text(plan.window)}; replicates that both have: {shared}; arms: {', '.join(plan.arms)}"
    runs = len(plan.missing) * plan.runs_each
    told = f"{runs} runs by this program ({len(plan.missing)} mixed cases x {arms} arms x {shared} replicates)"
    yield f"to be made: {told if runs else 'nothing'}"


def split_table(plan: "Plan", splits: Sequence[Split]) -> Group:
    """Lay out the changes of one outcome: of each arm's effect, then of the baseline's level."""
    meaning = plan.second.results.meaning(splits[0].outcome)
    table = plain_table("")
    figure_columns(table, "figure", "95 % interval*")
    table.add_column("in words", no_wrap=True)
    for one in splits:
        _add(table, one, meaning.counted)
    heading = f"{meaning.name}: {meaning.text}\n{_INDENT}unit: {meaning.unit}; mean of {window_text(plan.window)}"
    return titled(heading, table)


def _add(table: Table, split: Split, unit: str) -> None:
    figures = [split.first, split.second, split.change, *(part.mean for part in split.parts.values())]
    places, level = decimals(figures, unit), split.arm == BASELINE

    def line(label: str, figure: float, *more: str, signed: bool = True) -> None:
        text = fixed(figure, places)
        table.add_row(Text(label), plus(text) if signed else text, *more)

    # As text, because an arm's name may look like markup.
    table.add_row(Text("level of the baseline" if level else f"effect of {split.arm}", style="bold"))
    line(f"{_INDENT}first study", split.first, signed=not level)
    for name, part in split.parts.items():
        line(f"{_INDENT * 2}{_LABELS[name]}", part.mean, _interval(part, places), part.short)
    if split.rest:
        line(f"{_INDENT * 2}{_LABELS[REPLICATES]}", split.rest)
    line(f"{_INDENT}second study", split.second, signed=not level)
    line(f"{_INDENT}change", split.change)


def _interval(part: "Paired", places: int) -> str:
    if part.nothing or not math.isfinite(part.low):
        return ""
    return f"{plus(fixed(part.low, places))} to {plus(fixed(part.high, places))}"
