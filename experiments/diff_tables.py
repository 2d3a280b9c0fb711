"""Tables of why a number changed between two studies."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table

from analysis.load import BASELINE, Meaning
from analysis.months import window_text
from analysis.words import decimals, fixed, plus
from experiments.attribution import PROGRAM, REPLICATES, WINDOW, Part, Plan, Split
from experiments.effects import figure_columns, plain_table, titled
from experiments.mixed import DATA, PARAMETERS, SEEDS

if TYPE_CHECKING:
    from experiments.mixed import Case

_LABELS = {
    DATA: "data: tables, scale, events, plug-ins",
    PARAMETERS: "parameters, behaviour and the arm",
    PROGRAM: "program",
    SEEDS: "seed",
    WINDOW: "window of the report",
    REPLICATES: "replicates that only one has, or that don't define it",
}
_INDENT = "  "
EXPLAINED = (
    "Each part is what it changes, averaged over all orders in which data, parameters and seed may be exchanged "
    "(Shapley); the parts add up to the change. * 95 % interval over replicates: computing error alone."
)


def plan_lines(plan: Plan) -> Iterator[str]:
    """Say what is compared, and what has to be run for it."""
    yield (
        f"compared: {window_text(plan.window)}, {len(plan.replicates)} replicates that both have, "
        f"arms {', '.join(plan.arms)}"
    )
    cases, recorded = len(plan.corners), len(plan.recorded)
    if not plan.runs:
        yield f"cases: {recorded} of {cases} are recorded: nothing has to be run"
        return
    each = max(plan.replicates) + 1
    yield (
        f"cases: {recorded} of {cases} are recorded; the others take {plan.runs} runs ({len(plan.missing)} cases x "
        f"{len(plan.arms)} arms x {each} replicates) with this program"
    )


def split_table(plan: Plan, splits: Sequence[Split]) -> Group:
    """Lay out the changes of one outcome: of each arm's effect, then of the baseline's level."""
    meaning = plan.second.results.meaning(splits[0].outcome)
    table = plain_table("")
    figure_columns(table, "figure", "95 % interval*")
    table.add_column("in words", no_wrap=True)
    for one in splits:
        _add(table, one, meaning, plan)
    heading = f"{meaning.name}: {meaning.text}\n{_INDENT}unit: {meaning.unit}; mean of {window_text(plan.window)}"
    return titled(heading, table)


def _add(table: Table, split: Split, meaning: Meaning, plan: Plan) -> None:
    level = split.arm == BASELINE
    table.add_row("level of the baseline" if level else f"effect of {split.arm}", style="bold")
    figures = [split.first, split.second, split.change, *(part.mean for part in split.parts)]
    places = decimals([one for one in figures if math.isfinite(one)], meaning.counted)
    _study(table, split.first, plan.first, places, level)
    for part in split.parts:
        table.add_row(f"{_INDENT * 2}{_LABELS[part.name]}", plus(fixed(part.mean, places)), *_doubt(part, places))
    _study(table, split.second, plan.second, places, level)
    few = "" if split.replicates == len(plan.replicates) else f"over {split.replicates} replicates"
    table.add_row(f"{_INDENT}change", plus(fixed(split.change, places)), "", few)


def _study(table: Table, value: float, case: "Case", places: int, level: bool) -> None:
    text = fixed(value, places)
    table.add_row(f"{_INDENT}{case.name}", text if level else plus(text))


def _doubt(part: Part, places: int) -> tuple[str, str]:
    if part.mean == 0 and not part.low < part.high:
        return "", "no difference"
    if not math.isfinite(part.low):
        return "", "exact" if part.name == REPLICATES else ("one run" if math.isfinite(part.mean) else "undefined")
    clear = part.low > 0 or part.high < 0
    words = ("higher" if part.mean > 0 else "lower") if clear else "within its error"
    return f"{plus(fixed(part.low, places))} to {plus(fixed(part.high, places))}", words
