"""Bars of how much each uncertain parameter moves an outcome, the longest on top."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np

from analysis.drawing import BASELINE_COLOUR, COLOURS, Picture, styled, with_title_and_footer
from analysis.indices import sensitivity
from analysis.metamodel import Metamodel, Swing, metamodel
from analysis.months import ResultsError, window_text
from analysis.sensitivity import Effect, Index, Morris, Sobol
from analysis.small_print import closing, level_of, people_of, unit_of
from analysis.study import BASELINE, Study
from analysis.words import number, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INDICES, DRAWS = "indices", "draws"
LOW, HIGH = "low", "high"
_COLOURS = {LOW: COLOURS[5], HIGH: COLOURS[1], "alone": COLOURS[0], "whole": COLOURS[5]}
_HEIGHT = 0.62
_ABOVE: dict[str, Any] = {
    "loc": "lower right", "bbox_to_anchor": (1.0, 1.0), "ncols": 3, "frameon": False, "fontsize": "small",
}  # fmt: skip
"""Where the legend stands: above the bars, which may reach anywhere."""
Parts = Sequence[Swing] | Sequence[Index] | Sequence[Effect]


def tornado(
    study: Study,
    outcome: str,
    arm: str = BASELINE,
    by: str | None = None,
    most: int = 15,
    colours: Mapping[str, str] | None = None,
    style: Mapping[str, Any] | None = None,
) -> Picture:
    """Draw what moves the baseline's level of an outcome, or an arm's effect on it.

    Parameters
    ----------
    study
        with a sensitivity design or draws of uncertain parameters.
    outcome
        a recorded outcome, over the report's window.
    arm
        the baseline for its level, another arm for its paired difference from the baseline.
    by
        INDICES: Sobol' indices or effects of Morris, of a sensitivity design; DRAWS: the outcome at the 5 % and 95 %
        quantile of each parameter, by regression over the draws (`analysis.metamodel`). What there is where left out.
    most
        bars; parameters that matter less are left out and counted.
    colours
        {LOW, HIGH, "alone", "whole": colour} in place of our own.
    style
        Matplotlib's settings, laid over ours.

    Raises ResultsError for unknown names, and where parameters were held fixed or nothing can be told.
    """
    kind = by or (INDICES if study.manifest.get("sensitivity") else DRAWS)
    if kind not in (INDICES, DRAWS):
        raise ValueError(f"by={by!r} should be {INDICES} or {DRAWS}")
    found = metamodel(study, outcome, arm) if kind == DRAWS else sensitivity(study, outcome, arm).found
    if not isinstance(found, Metamodel) and found.undefined:
        raise ResultsError(f"what moves {outcome} can't be told: {found.text}")
    parts = _sorted(found)
    with matplotlib.rc_context(styled(style)):
        shown = parts[:most]
        picture = Picture(figsize=(8.0, 0.8 + 0.42 * len(shown)), layout="constrained")
        axes = picture.subplots()
        _draw(axes, study, outcome, arm, found, shown, {**_COLOURS, **(colours or {})})
        _finish(axes, shown)
        title, foot = _title(outcome, arm), [*_rests(found, len(parts) - len(shown)), *_of(study, outcome, arm)]
        with_title_and_footer(picture, f"{title}\n{study.manifest.get('name', '')}", foot, _alt(parts, title))
    return picture


def _sorted(found: Metamodel | Sobol | Morris) -> list[Any]:
    if isinstance(found, Metamodel):
        return sorted(found.swings, key=lambda one: -abs(one.swing))
    if isinstance(found, Sobol):
        return sorted(found.indices, key=lambda one: -one.total)
    return sorted(found.effects, key=lambda one: -one.mu_star)


def _draw(
    axes: "Axes", study: Study, outcome: str, arm: str, found: Metamodel | Sobol | Morris, shown: Parts,
    colours: Mapping[str, str],
) -> None:  # fmt: skip
    unit = unit_of(study.meaning(outcome))
    moved = unit if arm == BASELINE else f"difference from the baseline, {unit}"
    if isinstance(found, Metamodel):
        _swings(axes, found, shown, colours)
        if arm != BASELINE:
            axes.axvline(0, color=BASELINE_COLOUR, linewidth=1, linestyle=":")
        axes.set_xlabel(moved)
    elif isinstance(found, Sobol):
        _shares(axes, shown, colours)
        axes.set_xlabel("share of the variance")
    else:
        _effects(axes, shown, colours)
        axes.set_xlabel(f"mean absolute effect of a parameter's whole range, {unit}")


def _swings(axes: "Axes", found: Metamodel, shown: Any, colours: Mapping[str, str]) -> None:
    for row, one in enumerate(shown):
        for end, value, set_to in ((LOW, one.at_low, one.low_value), (HIGH, one.at_high, one.high_value)):
            width = value - found.middle
            hatch = None if one.told_apart else "////"
            axes.barh(
                row, width, _HEIGHT, found.middle, color=colours[end], hatch=hatch, edgecolor="white", linewidth=0
            )
            beside = 4 if (width, end == HIGH) > (0, False) else -4
            axes.annotate(
                f"{set_to:.3g}", (value, row), (beside, 0), textcoords="offset points", va="center",
                ha="left" if beside > 0 else "right", fontsize="small",
            )  # fmt: skip
    axes.axvline(found.middle, color="black", linewidth=1)
    axes.margins(x=0.16)
    handles = [matplotlib.patches.Patch(color=colours[one], label=f"parameter {one}") for one in (LOW, HIGH)]
    axes.legend(handles=handles, **_ABOVE)


def _shares(axes: "Axes", shown: Any, colours: Mapping[str, str]) -> None:
    rows = np.arange(len(shown))
    bars = (("whole", 0.31, "total", "with all its interactions"), ("alone", 0.31, "first", "alone"))
    for at, (colour, height, name, label) in enumerate(bars):
        values = np.array([getattr(one, name) for one in shown])
        ends = np.array([[getattr(one, f"{name}_{end}") for one in shown] for end in (LOW, HIGH)])
        place = rows + (at - 0.5) * height
        axes.barh(place, values, height, color=colours[colour], label=label)
        axes.hlines(place, *ends, color="black", linewidth=1)
    axes.axvline(0, color=BASELINE_COLOUR, linewidth=1)
    axes.legend(**_ABOVE)


def _effects(axes: "Axes", shown: Any, colours: Mapping[str, str]) -> None:
    rows = np.arange(len(shown))
    axes.barh(rows, [one.mu_star for one in shown], _HEIGHT, color=colours["whole"], label="mean absolute effect")
    axes.hlines(
        rows, *zip(*((one.mu_star_low, one.mu_star_high) for one in shown), strict=True), color="black", linewidth=1
    )
    told = (("mu", "|", colours["alone"], "mean effect"), ("sigma", "D", colours[HIGH], "standard deviation"))
    for name, marker, colour, label in told:
        axes.plot([getattr(one, name) for one in shown], rows, marker, color=colour, label=label, markersize=7)
    axes.legend(**_ABOVE)


def _finish(axes: "Axes", shown: Parts) -> None:
    axes.set_yticks(range(len(shown)), [short(one.name) for one in shown])
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)


def short(path: str) -> str:
    """Write a parameter's path without what every path begins with and without an item's number."""
    parts = [one for one in path.split(".") if not one.isdigit()]
    return ".".join(parts[1:] if len(parts) > 1 and parts[0] in ("parameters", "arms") else parts)


def _title(outcome: str, arm: str) -> str:
    what = "the baseline's level" if arm == BASELINE else f"the effect of {arm}"
    return f"which parameters move {outcome}: {what}"


def _rests(found: Metamodel | Sobol | Morris, left_out: int) -> list[str]:
    more = [f"{left_out} parameters that matter less are left out"] if left_out else []
    if isinstance(found, Metamodel):
        explained = "undefined" if np.isnan(found.explained) else f"{100 * found.explained:.0f} %"
        return [
            "bar: the outcome at the 5 % and the 95 % quantile of a parameter, written at its ends, the others in "
            "their middle; least squares on ranks (Iman and Conover 1979; Jalal et al. 2013)",
            f"line: mean of {found.draws} draws; the regression explains {explained} of their variance; "
            "hatched: swing not told apart from none (95 % t interval)",
            *more,
        ]
    what = "Sobol' indices (Saltelli et al. 2010)" if isinstance(found, Sobol) else "effects of Morris (1991)"
    return [f"{what}; line: 95 % bootstrap interval; {found.text}", *more]


def _of(study: Study, outcome: str, arm: str) -> list[str]:
    whom, window = people_of(study.meaning(outcome)), window_text(study.window)
    arms = [] if arm == BASELINE else [arm]
    return [f"{window}; {whom}; baseline {level_of(study, outcome)}", *closing(study, arms)]


def _alt(parts: Sequence[Any], title: str) -> str:
    head = f"Bars of {title}; {len(parts)} parameters, the most important first"
    return f"{head}: {'; '.join(_said(one) for one in parts[:3])}."


def _said(one: Swing | Index | Effect) -> str:
    if isinstance(one, Swing):
        ends = f"from {number(one.at_low)} at {one.low_value:.3g} to {number(one.at_high)} at {one.high_value:.3g}"
        return f"{short(one.name)} {ends}, a swing of {signed(one.swing)}"
    if isinstance(one, Index):
        return f"{short(one.name)} {one.first:.2f} of the variance alone, {one.total:.2f} with its interactions"
    return f"{short(one.name)} mean absolute effect {number(one.mu_star)}, standard deviation {number(one.sigma)}"
