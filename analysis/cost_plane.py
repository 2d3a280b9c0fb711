"""The cost-effectiveness plane: what each arm costs against what it gains, with the frontier."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib.patheffects import withStroke
from matplotlib.ticker import StrMethodFormatter

from analysis.cost import COUNTS, covers
from analysis.cost_effectiveness import DOMINATED, EXTENDED, FIXED, FRONTIER, Option, Values, by_run, frontier
from analysis.drawing import BASELINE_COLOUR, COLOURS, FOOTER_COLOUR, MARKERS, Picture, styled, with_title_and_footer
from analysis.meaning import Cell, Meaning
from analysis.small_print import closing, level_of, people_of, unit_years
from analysis.study import BASELINE, Study
from analysis.trajectories import by_draw
from analysis.words import number, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_QUADRANTS = {
    (0.0, 1.0): "does less, costs more", (1.0, 1.0): "does more, costs more",
    (0.0, 0.0): "does less, costs less", (1.0, 0.0): "does more, costs less",
}  # fmt: skip
_THOUSANDS_FROM = 1000
_CLEAR = [withStroke(linewidth=2.0, foreground="white")]
"""Lets letters be read on whatever lies below them."""


def cost_plane(
    study: Study,
    outcome: str,
    cell: Cell | None = None,
    colours: Mapping[str, str] | None = None,
    style: Mapping[str, Any] | None = None,
) -> Picture:
    """Draw all arms by cost and gain: a cloud of draws (or runs, of one draw), its mean, the frontier.

    Parameters
    ----------
    study
        an open result folder.
    outcome
        a recorded outcome that can be added up.
    cell
        whom it counts; everybody where left out.
    colours
        {arm: colour} in place of our own.
    style
        Matplotlib's settings, laid over ours.

    Raises ResultsError for unknown names and for an outcome that can't be added up (Drummond et al. 2015, chapter 5).
    """
    meaning = study.meaning(outcome)
    unit_years(meaning)
    arms, costs, gains, draws = by_run(study, outcome, cell)
    options = frontier([Option(arm, *pair) for arm, *pair in zip(arms, costs.mean(0), gains.mean(0), strict=True)])
    others = [arm for arm in arms if arm != BASELINE]
    chosen = {BASELINE: BASELINE_COLOUR} | {arm: COLOURS[at % len(COLOURS)] for at, arm in enumerate(others)}
    with matplotlib.rc_context(styled(style)):
        picture = Picture(figsize=(8.0, 4.4), layout="constrained")
        axes = picture.subplots()
        for at, arm in enumerate(arms):
            cloud = by_draw(gains[:, at, None], draws)[:, 0], by_draw(costs[:, at, None], draws)[:, 0]
            _cloud(
                axes, arm, cloud, MARKERS[(at - 1) % len(MARKERS)] if at else "*", (chosen | dict(colours or {}))[arm]
            )
        _frontier(axes, options, meaning)
        _finish(axes, options, meaning)
        title = f"cost against gain: {outcome}\n{study.manifest.get('name', '')}"
        foot = _footer(study, outcome, cell, options, len(np.unique(draws)))
        with_title_and_footer(picture, title, foot, _alt(outcome, meaning, options))
    return picture


def _cloud(axes: "Axes", arm: str, cloud: tuple[Values, Values], marker: str, colour: str) -> None:
    axes.plot(*cloud, marker, color=colour, alpha=0.35, markersize=4, markeredgewidth=0)
    mean = [float(one.mean()) for one in cloud]
    axes.plot(
        *([one] for one in mean), marker, color=colour, markersize=9, markeredgecolor="black", label=arm, zorder=4
    )


def _frontier(axes: "Axes", options: Sequence[Option], meaning: Meaning) -> None:
    """Join the arms of the frontier, and write beside each step what a further unit-year costs."""
    kept = [one for one in options if one.state == FRONTIER]
    # Whose year it is stands along the axis.
    short = "year" if meaning.kind == "ratio" else unit_years(meaning)[0]
    axes.plot(
        [one.effect for one in kept], [one.cost for one in kept], color="black", linewidth=1, label=FRONTIER, zorder=3
    )
    for before, one in pairwise(kept):
        middle = (before.effect + one.effect) / 2, (before.cost + one.cost) / 2
        axes.annotate(
            f"{number(one.ratio)} yuan per\n{short}", middle, (6, -6), textcoords="offset points",
            va="top", fontsize="small", zorder=5, path_effects=_CLEAR,
        )  # fmt: skip


def _finish(axes: "Axes", options: Sequence[Option], meaning: Meaning) -> None:
    base = next(one for one in options if one.arm == BASELINE)
    axes.axvline(0, color=BASELINE_COLOUR, linewidth=1, zorder=1)
    axes.axhline(base.cost, color=BASELINE_COLOUR, linewidth=1, zorder=1)
    # Room on each side of the baseline, so that all four quadrants can be seen.
    _widen(axes.get_xlim(), 0.0, axes.set_xlim)
    _widen(axes.get_ylim(), base.cost, axes.set_ylim)
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.06 * (high - low))
    for (x, y), name in _QUADRANTS.items():
        across, along = ("right" if x else "left"), ("top" if y else "bottom")
        place = (0.99 if x else 0.01, 0.98 if y else 0.02)
        axes.text(
            *place, name, ha=across, va=along, transform=axes.transAxes, color=FOOTER_COLOUR, fontsize="small",
            style="italic", zorder=1, path_effects=_CLEAR,
        )  # fmt: skip
    axes.set_xlabel(f"{unit_years(meaning)[1]} {'fewer' if meaning.better < 0 else 'gained'} against the baseline")
    axes.set_ylabel("programme cost, yuan over the whole run")
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    if max(abs(end) for end in axes.get_xlim()) >= _THOUSANDS_FROM:
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)


def _widen(ends: tuple[float, float], middle: float, put: Any) -> None:
    least = 0.14 * (max(*ends, middle) - min(*ends, middle))
    put(min(ends[0], middle - least), max(ends[1], middle + least))


def _footer(study: Study, outcome: str, cell: Cell | None, options: Sequence[Option], draws: int) -> list[str]:
    point = "mean of the runs of one draw" if draws > 1 else "one run"
    out = [f"{one.arm} ({one.state})" for one in options if one.state in (DOMINATED, EXTENDED)]
    lines = [
        f"small marks: {point}; large marks: their mean; cost and gain over {covers(study)}; not discounted",
        f"{people_of(study.meaning(outcome), cell)}; baseline {level_of(study, outcome, cell)} in the report's window",
        *([f"off the frontier: {', '.join(out)}"] if out else []),
        *([] if study.varies else [FIXED]),
    ]
    return [*lines, *closing(study)]


def _alt(outcome: str, meaning: Meaning, options: Sequence[Option]) -> str:
    years = unit_years(meaning)[1]
    said = [
        f"{one.arm} {number(one.cost)} yuan and {signed(one.effect, COUNTS)} {years}, {one.state}" for one in options
    ]
    return f"Cost against gain in {outcome}, by rising cost: {'; '.join(said)}."
