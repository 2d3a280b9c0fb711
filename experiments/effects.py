"""Tables of the effects: every arm against the baseline, for everybody and for each population."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from analysis.compare import Comparison, compare
from analysis.meaning import Cell, Meaning
from analysis.months import window_text
from analysis.paired import Paired
from analysis.study import BASELINE, Study
from analysis.words import decimals, fixed, number, plus, whom

_INDENT = "  "
_WORDS = len("difference")
_MOST_PLACES = 4
"""Places shown of an outcome of facilities whose breakdown nobody asked for."""


@dataclass(frozen=True)
class Row:
    """One line of a table: an arm (or the baseline's outcome) and the cell that the line is for."""

    label: str
    compared: Comparison


def plain_table(*left: str) -> Table:
    """Start a table as wide as what it holds, its first columns named; their words never break."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for heading in left:
        table.add_column(heading, no_wrap=True)
    return table


def figure_columns(table: Table, *headings: str) -> None:
    """Add columns of figures: to the right, never broken."""
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)


def titled(title: str, *tables: Table | Text) -> Group:
    """Put a title above tables, which it may be wider than."""
    return Group(Text(title, style="bold"), *tables, Text())


def window_words(study: Study) -> str:
    """Say which months are compared, and whether nobody chose them."""
    named = study.manifest.get("report", {}).get("window")
    first, last = study.window
    return window_text(study.window) + ("" if named else f" (the last {last - first + 1} months)")


def populations(study: Study, outcome: str) -> list[Cell]:
    """List the populations for which an outcome means something, if several: a share defined, a count above 0."""
    ratio = study.meaning(outcome).kind == "ratio"
    cells = [cell for cell in study.cells(("population",)) if cell != Cell()]
    found = []
    for cell in cells:
        values = np.concatenate([study.pooled(outcome, arm, cell=cell).values for arm in study.arms])
        if np.isfinite(values).any() if ratio else np.nan_to_num(values).any():
            found.append(cell)
    return found if len(found) > 1 else []


def effect_rows(study: Study, outcome: str, cells: Iterable[Cell]) -> Iterator[Row]:
    """Go through arms, for each everybody first; an arm without any difference in any cell has one row."""
    cells = list(cells)
    for arm in (arm for arm in study.arms if arm != BASELINE):
        total, *parts = [compare(study, outcome, arm, cell=cell) for cell in (Cell(), *cells)]
        yield Row(arm, total)
        if not all(one.difference.nothing for one in (total, *parts)):
            yield from (Row(f"{_INDENT}{one.cell}", one) for one in parts)


def _cells_of(gap: Paired, unit: str) -> tuple[str, str, str]:
    """Write difference, interval and share of the same sign; nothing where there is no difference."""
    if gap.n == 0:
        return "undefined", "", ""
    if gap.nothing:
        return "0", "", ""
    places = decimals((gap.mean, *((gap.low, gap.high) if gap.n > 1 else ())), unit)
    interval = f"{plus(fixed(gap.low, places))} to {plus(fixed(gap.high, places))}" if gap.n > 1 else "needs 2 runs"
    return plus(fixed(gap.mean, places)), interval, "" if math.isnan(gap.same_sign) else f"{gap.same_sign:.0%}"


def _over_draws(one: Comparison) -> str:
    """Write where the effect lies over the draws of uncertain parameters; nothing where there is no difference."""
    over, unit = one.over_draws, one.meaning.counted
    if over is None or over.draws < 2 or one.difference.nothing:
        return ""
    places = decimals((over.low, over.high), unit)
    return f"{plus(fixed(over.low, places))} to {plus(fixed(over.high, places))}"


def _in_words(gap: Paired, better: int, runs: int) -> str:
    """Say what the difference comes to, and for good or ill."""
    value = "" if not better or not gap.told_apart else (", better" if gap.mean * better > 0 else ", worse")
    return f"{gap.short}{value}" + (f" ({gap.n} runs)" if gap.n not in (0, runs) else "")


def effect_table(rows: Iterable[Row | str]) -> Table:
    """Lay out rows of effects of one outcome; a text is a line of its own."""
    rows = list(rows)
    runs = max((row.compared.difference.n for row in rows if isinstance(row, Row)), default=0)
    drawn = any(row.compared.over_draws is not None for row in rows if isinstance(row, Row))
    table = plain_table("arm")
    figure_columns(table, "baseline", "difference", "95 % interval*", *(["5-95 % of\ndraws**"] if drawn else []))
    figure_columns(table, "same\nsign")
    table.add_column("in words", min_width=_WORDS)
    for row in rows:
        if isinstance(row, str):
            table.add_row(row)
            continue
        gap, meaning = row.compared.difference, row.compared.meaning
        difference, interval, sign = _cells_of(gap, meaning.counted)
        over = [_over_draws(row.compared)] if drawn else []
        figures = (number(row.compared.baseline, meaning.counted), difference, interval, *over, sign)
        table.add_row(row.label, *figures, _in_words(gap, meaning.better, runs))
    return table


def _heading(study: Study, meaning: Meaning) -> str:
    runs = len(study.of_arm(BASELINE))
    many = f"{runs} run{'s' if runs > 1 else ''} of each arm"
    if study.varies:
        many += f" under {study.draws} draws of {len(study.runs[0].values)} parameters"
    return (
        f"{meaning.name}: {meaning.text}\n"
        f"{_INDENT}unit: {meaning.unit}; mean of {window_words(study)}; {many}\n"
        f"{_INDENT}for: {whom(meaning.denominator or meaning.unit, meaning.of)}"
    )


def outcome_table(study: Study, outcome: str) -> Group:
    """Lay every arm's effect on one outcome side by side, broken down as the report asks.

    What is counted at facilities is broken down by place unasked: a transfer between places is no
    difference in all of them together.
    """
    meaning = study.meaning(outcome)
    parts: list[Table | Text] = [effect_table(effect_rows(study, outcome, populations(study, outcome)))]
    asked = [one for one in study.by if one != "population"]
    if meaning.of == "place" and "place" not in asked:
        parts += _breakdown(study, outcome, "place", _MOST_PLACES)
    for dimension in asked:
        parts += _breakdown(study, outcome, dimension)
    return titled(_heading(study, meaning), *parts)


def _moved(study: Study, outcome: str, dimension: str) -> tuple[dict[Cell, list[Comparison]], int]:
    """Compare the arms in every cell of a dimension; return the cells with a difference, and how many are defined."""
    arms = [arm for arm in study.arms if arm != BASELINE]
    cells = [cell for cell in study.cells((dimension,)) if cell != Cell()]
    found = {cell: [compare(study, outcome, arm, cell=cell) for arm in arms] for cell in cells}
    defined = sum(any(one.difference.n for one in compared) for compared in found.values())
    return {
        cell: compared
        for cell, compared in found.items()
        if any(one.difference.n and not one.difference.nothing for one in compared)
    }, defined


def _largest(compared: list[Comparison]) -> float:
    return max(abs(one.difference.mean) for one in compared if one.difference.n)


def _breakdown(study: Study, outcome: str, dimension: str, most: int | None = None) -> list[Table | Text]:
    """Lay out an outcome by one dimension; cells in which no arm makes a difference are only counted."""
    words = dimension.replace("_", " ")
    moved, defined = _moved(study, outcome, dimension)
    if not defined:
        return [Text(f"by {words}: not recorded for this outcome")]
    if not moved:
        return [Text(f"by {words}: no difference in any of {defined}")]
    shown = sorted(moved, key=lambda cell: -_largest(moved[cell]))[:most]
    said = [f"by {words}, arms that make a difference"]
    if len(moved) < defined:
        said.append(f"no difference in any arm in {defined - len(moved)} of {defined}")
    if len(shown) < len(moved):
        said.append(f"largest {len(shown)} of {len(moved)}, 'by: [{dimension}]' shows all")
    rows = [(str(cell), one) for cell in moved if cell in shown for one in moved[cell] if not one.difference.nothing]
    return [Text("; ".join(said)), _cell_table(rows)]


def _cell_table(rows: list[tuple[str, Comparison]]) -> Table:
    """Lay out one block of arms for each cell, named in a line of its own."""
    listed: list[Row | str] = []
    for cell, one in rows:
        if cell not in listed:
            listed.append(cell)
        listed.append(Row(f"{_INDENT}{one.arm}", one))
    return effect_table(listed)


def _spread(values: NDArray[np.float64], unit: str) -> tuple[str, str]:
    """Write the mean of the runs, and the lowest and highest of them."""
    known = values[np.isfinite(values)]
    if not len(known):
        return "undefined", ""
    low, high = float(known.min()), float(known.max())
    places = decimals((low, high), unit)
    return number(float(known.mean()), unit), f"{fixed(low, places)} to {fixed(high, places)}"


def baseline_table(study: Study) -> Group:
    """Lay out the baseline's means, for a study that compares nothing."""
    runs = len(study.of_arm(BASELINE))
    table = plain_table("outcome")
    figure_columns(table, "mean", f"lowest to highest\nof {runs} run{'s' if runs > 1 else ''}")
    table.add_column("unit")
    for outcome in study.outcomes:
        meaning = study.meaning(outcome)
        for cell in (Cell(), *populations(study, outcome)):
            values = study.pooled(outcome, BASELINE, cell=cell).values
            whole = cell == Cell()
            label = outcome if whole else f"{_INDENT}{cell}"
            table.add_row(label, *_spread(values, meaning.counted), meaning.unit if whole else "")
    return titled(
        f"the baseline: mean of {window_words(study)}, all places and populations; below, by population", table
    )
