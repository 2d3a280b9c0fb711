"""A forest of effects: a mark and its 95 % interval for each arm and group of people, a panel for each outcome."""

from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np

from analysis.drawing import BASELINE_COLOUR, COLOURS, MARKERS, Picture, styled, with_title_and_footer
from analysis.words import COUNTED, number, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.effect_table import EffectTable, Told

_ROW_INCHES, _PANEL_INCHES, _COLUMNS = 0.2, 0.75, 2
_LABEL = 28


def forest(
    table: "EffectTable", colours: Mapping[str, str] | None = None, style: Mapping[str, Any] | None = None
) -> Picture:
    """Draw a table of effects.

    Parameters
    ----------
    table
        what `Effects.by` returns, or a selection of its rows.
    colours
        {arm: colour} in place of our own.
    style
        Matplotlib's settings, laid over ours, such as {"font.size": 12}.

    The figure is Matplotlib's own: its axes, one for each outcome in the order of the table, may be changed.
    """
    outcomes = list(dict.fromkeys(table["outcome"]))
    arms = list(dict.fromkeys(table["arm"]))
    chosen = {arm: COLOURS[at % len(COLOURS)] for at, arm in enumerate(arms)} | dict(colours or {})
    columns = min(_COLUMNS, len(outcomes))
    lines = -(-len(outcomes) // columns)
    rows = max(len(table[table["outcome"] == one]) for one in outcomes)
    with matplotlib.rc_context(styled(style)):
        size = 4.4 * columns, lines * (_PANEL_INCHES + _ROW_INCHES * rows)
        picture = Picture(figsize=size, layout="constrained")
        panels = picture.subplots(lines, columns, squeeze=False).ravel()
        for axes, outcome in zip(panels, outcomes, strict=False):
            _panel(axes, table[table["outcome"] == outcome], arms, chosen)
        for axes in panels[len(outcomes) :]:
            axes.set_axis_off()
        with_title_and_footer(picture, *_said(table), _alt(table))
    return picture


def _said(table: "EffectTable") -> tuple[str, list[str]]:
    told = getattr(table, "told", None)
    if told is None:
        return "effects against the baseline", []
    runs = sorted(set(table["replicates"]))
    spread = str(runs[0]) if len(runs) == 1 else f"{runs[0]} to {runs[-1]}"
    return f"effects against the baseline: {told.name}", [
        f"{told.window}; {_people(told)}; {told.interval}; open marks aren't told apart from no effect",
        f"baseline: {', '.join(_levels(table))}",
        f"{spread} runs of each arm; {told.parameters}; study {told.hash}",
        *told.closing,
    ]


def _people(told: "Told") -> str:
    by = " and ".join(one.replace("_", " ") for one in told.dimensions)
    return f"people by {by}" if by else "everybody whom each outcome counts, all places and populations together"


def _levels(table: "EffectTable") -> list[str]:
    """Write the baseline of each outcome: one level, or the lowest and the highest of its rows."""
    out = []
    for outcome, rows in table.groupby("outcome", sort=False):
        ends = [number(one, _counted(rows)) for one in (rows["baseline"].min(), rows["baseline"].max())]
        unit = rows["unit"].iloc[0] if np.isfinite(rows["baseline"]).any() else ""
        out.append(f"{outcome} {' to '.join(dict.fromkeys(ends))} {unit}".rstrip())
    return out


def _counted(rows: "EffectTable") -> str:
    return str(rows["unit"].iloc[0]) if rows["unit"].iloc[0] in COUNTED else ""


def _alt(table: "EffectTable") -> str:
    apart = table[(table["low"] > 0) | (table["high"] < 0)]
    told = f"A forest of {len(table)} effects against the baseline, {len(apart)} told apart from none"
    largest = [rows.loc[rows["estimate"].abs().idxmax()] for _, rows in apart.groupby("outcome", sort=False)]
    said = [f"{one['outcome']} {signed(one['estimate'])} {one['unit']} ({_who(table, one)})" for one in largest]
    return f"{told}. Largest: {'; '.join(said)}." if said else f"{told}."


def _panel(axes: "Axes", rows: "EffectTable", arms: Sequence[str], colours: Mapping[str, str]) -> None:
    heights = np.arange(len(rows))[::-1]
    if not np.isfinite(rows["estimate"]).any():
        axes.set_xticks([])
        axes.set_xlim(-1, 1)
    axes.axvline(0, color=BASELINE_COLOUR, linewidth=1)
    for height, row in zip(heights, rows.to_dict("records"), strict=True):
        _mark(axes, height, row, MARKERS[arms.index(row["arm"]) % len(MARKERS)], colours[row["arm"]])
    axes.set_yticks(heights, [_label(rows, row) for row in rows.to_dict("records")])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.grid(visible=False, axis="y")
    axes.set_title(shorten(str(rows["outcome"].iloc[0]), 48, placeholder="..."), loc="left", fontsize="medium")
    axes.set_xlabel(_unit(rows))


def _mark(axes: "Axes", height: float, row: Mapping[str, Any], marker: str, colour: str) -> None:
    if not np.isfinite(row["estimate"]):
        axes.annotate("undefined", (0, height), fontsize="small", color=colour, va="center")
        return
    told_apart = not row["low"] <= 0 <= row["high"]
    if np.isfinite(row["low"]):
        axes.plot([row["low"], row["high"]], [height, height], color=colour, linewidth=1.6)
    if np.isfinite(row.get("low_5_draws", np.nan)):
        ends = [row["low_5_draws"], row["high_95_draws"]]
        axes.plot(ends, [height, height], color=colour, linewidth=1.0, linestyle=":")
    # An open mark is not told apart from no effect.
    face = colour if told_apart else "white"
    axes.plot([row["estimate"]], [height], marker, color=colour, markerfacecolor=face, markersize=5)


def _who(rows: "EffectTable", row: Mapping[str, Any]) -> str:
    keys = list(rows.columns[: list(rows.columns).index("unit")])
    parts = [str(row[one]) for one in keys if one not in ("outcome", "arm")]
    return ", ".join([*parts, str(row["arm"])]).replace("_", " ")


def _label(rows: "EffectTable", row: Mapping[str, Any]) -> str:
    return shorten(_who(rows, row), _LABEL, placeholder="...")


def _unit(rows: "EffectTable") -> str:
    return f"difference from the baseline, {rows['unit'].iloc[0] or 'share'}"
