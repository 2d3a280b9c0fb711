"""A heat table, outcome by arm: where a policy helps, where it harms, and where nothing can be told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from analysis.compare import Comparison, compare
from analysis.drawing import Picture, styled, with_title_and_footer
from analysis.meaning import Cell
from analysis.months import ResultsError, Window, window_text
from analysis.paired import INTERVAL
from analysis.small_print import closing, unit_of
from analysis.study import BASELINE, Study
from analysis.words import fixed, number, plus, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENDS = {"worse": "#D55E00", "none": "#FFFFFF", "better": "#0072B2"}
"""Vermilion, white and blue of Okabe and Ito: told apart with any kind of colour vision."""
_FULL = {"error": 4.0, "baseline": 0.1}
"""What gets the full colour: so many times the computing error, or such a share of the baseline."""
_DARK = 0.62
"""From this share of the full colour on letters are white."""


@dataclass(frozen=True)
class Heat:
    """What the colours stand for.

    Attributes
    ----------
    compared
        the comparisons, by (outcome, arm).
    values
        float64[outcomes, arms]: effect over its computing error (half its 95 % interval; below 1 it isn't told apart
        from none), or over the baseline; above 0 is better. The effect's own sign where neither direction is better;
        NaN where undefined.
    outcomes, arms
        of the rows and columns.
    """

    compared: Mapping[tuple[str, str], Comparison]
    values: NDArray[np.float64]
    outcomes: tuple[str, ...]
    arms: tuple[str, ...]


def heat_of(
    study: Study,
    outcomes: Iterable[str] | None = None,
    arms: Iterable[str] | None = None,
    window: str | Window | None = None,
    cell: Cell | None = None,
    relative_to: str = "error",
) -> Heat:
    """Compare arms in several outcomes; arguments are those of `heat`."""
    if relative_to not in _FULL:
        raise ValueError(f"relative_to={relative_to!r} should be one of {', '.join(_FULL)}")
    rows = tuple(outcomes or study.outcomes)
    columns = tuple(arms or (one for one in study.arms if one != BASELINE))
    if not columns:
        raise ResultsError(f"{study.folder} has no arm beside the baseline: a heat table lays arms side by side")
    found = {(row, arm): compare(study, row, arm, window, cell) for row in rows for arm in columns}
    values = np.array([[_value(found[row, arm], relative_to) for arm in columns] for row in rows])
    return Heat(found, values, rows, columns)


def _value(one: Comparison, relative_to: str) -> float:
    gap, sign = one.difference, one.meaning.better or 1
    if gap.nothing:
        return 0.0
    below = (gap.high - gap.low) / 2 if relative_to == "error" else abs(one.baseline)
    if below == 0:
        # The same difference in every run has no error: as sure as can be.
        return float(np.copysign(np.inf, sign * gap.mean))
    return float(sign * gap.mean / below)


def heat(
    study: Study,
    outcomes: Iterable[str] | None = None,
    arms: Iterable[str] | None = None,
    window: str | Window | None = None,
    cell: Cell | None = None,
    relative_to: str = "error",
    colours: Mapping[str, str] | None = None,
    style: Mapping[str, Any] | None = None,
) -> Picture:
    """Draw a table of effects, coloured by how sure (or how large) and how good they are.

    Parameters
    ----------
    study
        an open result folder.
    outcomes, arms
        rows and columns; those of the report, and every arm, where left out.
    window, cell
        months pooled and people; the report's and everybody where left out.
    relative_to
        `error`: colour by effect over its computing error, which is half its 95 % interval; `baseline`: by effect over
        the baseline's level.
    colours
        {"worse", "none", "better": colour} in place of our own.
    style
        Matplotlib's settings, laid over ours.

    Hatched cells in brackets aren't told apart from no effect. Where neither direction is better, cells are grey.
    Raises ResultsError for unknown names and for a study without arms.
    """
    found = heat_of(study, outcomes, arms, window, cell, relative_to)
    ends = {**ENDS, **(colours or {})}
    with matplotlib.rc_context(styled(style)):
        size = 3.9 + 1.25 * len(found.arms), max(2.6, 0.9 + 0.46 * len(found.outcomes))
        picture = Picture(figsize=size, layout="constrained")
        axes = picture.subplots()
        shades = ScalarMappable(Normalize(-_FULL[relative_to], _FULL[relative_to]), _map(ends))
        _cells(axes, found, relative_to, shades)
        _names(axes, found)
        _key(picture, axes, shades, relative_to)
        title = f"effects against the baseline: {study.manifest.get('name', '')}"
        with_title_and_footer(picture, title, _footer(study, found, cell or Cell()), _alt(found))
    return picture


def _map(ends: Mapping[str, str]) -> LinearSegmentedColormap:
    return LinearSegmentedColormap.from_list("better", [ends["worse"], ends["none"], ends["better"]])


def _cells(axes: "Axes", found: Heat, relative_to: str, shades: ScalarMappable) -> None:
    for (row, column), value in np.ndenumerate(found.values):
        one = found.compared[found.outcomes[row], found.arms[column]]
        _cell(axes, (row, column), one, value, shades)
        ink = "white" if one.meaning.better and _strength(value, shades) > _DARK else "black"
        axes.text(column, row - 0.12, _effect(one), ha="center", va="center", color=ink)
        below = _share(one, value, relative_to)
        axes.text(column, row + 0.24, below, ha="center", va="center", color=ink, fontsize="x-small")
    axes.set_xlim(-0.5, len(found.arms) - 0.5)
    axes.set_ylim(len(found.outcomes) - 0.5, -0.5)
    axes.grid(visible=False)


def _strength(value: float, shades: ScalarMappable) -> float:
    """Return the share of the full colour that a value gets, 0 where it is undefined."""
    return 0.0 if np.isnan(value) else min(abs(value) / float(shades.norm.vmax or 1), 1.0)


def _cell(axes: "Axes", at: tuple[int, int], one: Comparison, value: float, shades: ScalarMappable) -> None:
    strength = _strength(value, shades)
    colour = shades.to_rgba(float(np.copysign(strength, value)) * float(shades.norm.vmax or 1))
    if one.meaning.better == 0:
        colour = matplotlib.colormaps["Greys"](0.45 * strength)
    hatch = None if one.difference.told_apart or one.difference.nothing else "////"
    corner = at[1] - 0.48, at[0] - 0.46
    axes.add_patch(Rectangle(corner, 0.96, 0.92, facecolor=colour, edgecolor="#D9D9D9", linewidth=0.6, hatch=hatch))


def _effect(one: Comparison) -> str:
    gap = one.difference
    text = signed(gap.mean, one.meaning.counted)
    return text if gap.told_apart or gap.nothing or gap.n == 0 else f"({text})"


def _share(one: Comparison, value: float, relative_to: str) -> str:
    """Write what gives the cell its colour, with the effect's own sign."""
    if one.difference.nothing:
        return "in no run"
    if np.isnan(value):
        return "one run" if one.difference.n == 1 else ""
    own = value * (one.meaning.better or 1)
    if np.isinf(own):
        return "alike in every run" if relative_to == "error" else "baseline 0"
    if relative_to == "error":
        return f"{plus(fixed(own, 1))} x error"
    return f"{100 * own:+.2g} %" if abs(own) < 0.1 else f"{100 * own:+,.0f} %"


def _names(axes: "Axes", found: Heat) -> None:
    axes.set_xticks(range(len(found.arms)), [one.replace("_", "\n") for one in found.arms])
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(found.outcomes)), [_label(found, one) for one in found.outcomes])
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _label(found: Heat, outcome: str) -> str:
    one = found.compared[outcome, found.arms[0]]
    unit, level = unit_of(one.meaning), number(one.baseline, one.meaning.counted)
    wish = {1: "more is better", -1: "less is better", 0: "neither is better"}[one.meaning.better]
    return f"{outcome.replace('_', ' ')}\nbaseline {level} {unit}; {wish}"


def _key(picture: Picture, axes: "Axes", shades: ScalarMappable, relative_to: str) -> None:
    bar = picture.colorbar(shades, ax=axes, location="right", shrink=0.7, aspect=25, extend="both")
    below = "computing error" if relative_to == "error" else "baseline"
    bar.set_label(f"effect over its {below}\nworse  <-    ->  better")
    bar.outline.set_visible(False)
    bar.ax.grid(visible=False)
    if relative_to == "baseline":
        bar.ax.yaxis.set_major_formatter(matplotlib.ticker.PercentFormatter(1, decimals=0))


def _footer(study: Study, found: Heat, cell: Cell) -> list[str]:
    first = next(iter(found.compared.values()))
    whose = "everybody whom the outcome counts, all places and populations together" if cell == Cell() else str(cell)
    return [
        f"{window_text(first.window)}; {whose}; blue better, vermilion worse, grey where neither direction is",
        f"hatched, in brackets: not told apart from no effect; error: half the {INTERVAL}",
        *closing(study, found.arms),
    ]


def _alt(found: Heat) -> str:
    told = [(outcome, arm) for (outcome, arm), one in found.compared.items() if one.difference.told_apart]
    better, worse, other = (_counted(found, told, sign) for sign in (1, -1, 0))
    surest = [found.compared[key] for key in _surest(found)]
    said = [f"{one.arm} {_effect(one)} {one.outcome} ({unit_of(one.meaning)})" for one in surest]
    size = f"{len(found.outcomes)} outcomes in {len(found.arms)} arms"
    neutral = f", {other} neither" if other else ""
    unsure = len(found.compared) - len(told)
    head = f"A table of {size}: {better} effects better, {worse} worse{neutral}, {unsure} not told apart"
    return f"{head} from none. Surest of each arm: {', '.join(said)}." if said else f"{head} from none."


def _counted(found: Heat, told: Sequence[tuple[str, str]], sign: int) -> int:
    signs = [np.sign(found.compared[key].difference.mean) * found.compared[key].meaning.better for key in told]
    return sum(one == sign for one in signs)


def _surest(found: Heat) -> list[tuple[str, str]]:
    """Name the outcome of each arm that is most surely told apart, if one is."""
    out = []
    for column, arm in enumerate(found.arms):
        apart = [found.compared[one, arm].difference.told_apart for one in found.outcomes]
        sure = np.where(apart, np.abs(found.values[:, column]), -1.0)
        if sure.max() >= 0:
            out.append((found.outcomes[int(sure.argmax())], arm))
    return out
