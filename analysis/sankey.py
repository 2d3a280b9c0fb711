"""An alluvial figure of flows: where people live, or whose work they have, before and after, with ribbons between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from numpy.typing import NDArray

from analysis.drawing import BASELINE_COLOUR, COLOURS, Picture, styled, with_title_and_footer
from analysis.flows import ABSENT, ACTIVITY, NO_EMPLOYER, PLACE, RESIDENCE, Flows
from analysis.months import ResultsError
from analysis.paired import Paired
from analysis.small_print import closing
from analysis.study import Study
from analysis.words import people

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GATHERED = "others"
_GREY = {NO_EMPLOYER: BASELINE_COLOUR, ABSENT: "#D0D0D0", GATHERED: "#B8B8B8"}
_SMALL_STATE, _SMALL_RIBBON = 0.015, 0.024
"""Of everybody drawn: states that are smaller on both sides are gathered; smaller ribbons carry no figures."""
_BAR, _GAP = 0.035, 0.035
"""Width of a bar and room between two, of the drawing."""
_LINE_HEIGHT = 0.036
"""Of small letters, of the drawing."""
_TITLES = {RESIDENCE: "where people live", ACTIVITY: "whose work people have", PLACE: "where people live"}


@dataclass(frozen=True)
class Ribbon:
    """A flow as it is drawn: its states, its mean with the interval over replicates, its share of everybody drawn."""

    before: str
    after: str
    flow: Paired
    share: float


def ribbons(flows: Flows) -> list[Ribbon]:
    """List the flows that aren't empty, the largest first."""
    total = flows.mean.sum()
    found = [
        Ribbon(one, other, flows.interval(one, other), float(flows.mean[row, column] / total))
        for row, one in enumerate(flows.states)
        for column, other in enumerate(flows.states)
        if flows.mean[row, column] > 0
    ]
    return sorted(found, key=lambda one: (-one.flow.mean, one.before, one.after))


def without_stillness(flows: Flows) -> Flows:
    """Leave out everybody who is the same before and after."""
    return replace(flows, counts=flows.counts * (1 - np.eye(len(flows.states))))


def gathered(flows: Flows, smallest: float = _SMALL_STATE) -> tuple[Flows, tuple[str, ...]]:
    """Put states that hold less than a share of everybody on both sides together; also return which they are."""
    mean = flows.mean
    share = np.maximum(mean.sum(axis=0), mean.sum(axis=1)) / max(mean.sum(), 1e-12)
    coloured = sorted((one for one, state in zip(share, flows.states, strict=True) if state not in _GREY), reverse=True)
    # Each colour stands for one state.
    least = max([smallest, *np.nextafter(coloured[len(COLOURS) : len(COLOURS) + 1], 1)])
    small = [one for one, held in zip(flows.states, share, strict=True) if held < least and one not in _GREY]
    if len(small) < 2 and len(coloured) <= len(COLOURS):
        return flows, ()
    kept = [one for one in flows.states if one not in small]
    names = [*kept, GATHERED]
    into = np.array([[(one if one in kept else GATHERED) == name for name in names] for one in flows.states], float)
    counts = np.einsum("rij,ia,jb->rab", flows.counts, into, into)
    there = [one for one in small if share[flows.states.index(one)] > 0]
    return replace(flows, states=tuple(names), counts=counts), tuple(there)


def sankey(
    study: Study,
    flows: Flows,
    only_changes: bool = False,
    colours: Mapping[str, str] | None = None,
    style: Mapping[str, Any] | None = None,
) -> Picture:
    """Draw flows between two sides.

    Parameters
    ----------
    study
        the study that they are of.
    flows
        what `between_months` or `between_arms` returns.
    only_changes
        leave out everybody who is the same on both sides.
    colours
        {state: colour} in place of our own.
    style
        Matplotlib's settings, laid over ours.

    Raises ResultsError where nobody is left to draw.
    """
    drawn, small = gathered(without_stillness(flows) if only_changes else flows)
    if not drawn.mean.sum():
        raise ResultsError(f"nobody's {flows.what} differs between {flows.before} and {flows.after}")
    with matplotlib.rc_context(styled(style)):
        picture = Picture(figsize=(8.6, 5.2), layout="constrained")
        axes = picture.subplots()
        _draw(axes, drawn, _colours(drawn) | dict(colours or {}))
        title = (
            f"{_TITLES[flows.what]}, {flows.common}: {flows.before} to {flows.after}\n{study.manifest.get('name', '')}"
        )
        foot = _footer(study, flows, drawn, small, only_changes)
        with_title_and_footer(picture, title, foot, _alt(flows, only_changes))
    return picture


def _colours(flows: Flows) -> dict[str, str]:
    rest = [one for one in flows.states if one not in _GREY]
    return _GREY | {one: COLOURS[at % len(COLOURS)] for at, one in enumerate(rest)}


def _draw(axes: "Axes", flows: Flows, colours: Mapping[str, str]) -> None:
    mean, total = flows.mean, flows.mean.sum()
    sums = mean.sum(axis=1), mean.sum(axis=0)
    tops = [_tops(one, total) for one in sums]
    _ribbons(axes, flows, tops, colours)
    for side, x in enumerate((0.0, 1.0)):
        for at, state in enumerate(flows.states):
            if sums[side][at] > 0:
                _bar(axes, x, tops[side][at], sums[side][at] / total, colours[state])
        _names(axes, [_said(flows, one, side) for one in flows.states], x, sums[side], tops[side])
    axes.set_axis_off()
    axes.set_xlim(-0.4, 1.4)
    axes.set_ylim(min(_lowest(*one, total) for one in zip(tops, sums, strict=True)) - 0.05, 1.08)
    for x, align, name in ((-_BAR, "left", flows.before), (1 + _BAR, "right", flows.after)):
        axes.text(x, 1.04, name, ha=align, va="bottom", fontweight="bold")


def _said(flows: Flows, state: str, side: int) -> str:
    return flows.absent[side] if state == ABSENT else state


def _ribbons(axes: "Axes", flows: Flows, tops: list[NDArray[np.float64]], colours: Mapping[str, str]) -> None:
    """Lay the ribbons between the bars, each bar's from above in the order of the states on the other side."""
    heights = flows.mean / flows.mean.sum()
    starts = [one.copy() for one in tops]
    for row, column in np.argwhere(heights > 0):
        height = heights[row, column]
        _ribbon(axes, (starts[0][row], starts[1][column]), height, flows.mean[row, column], colours[flows.states[row]])
        starts[0][row] -= height
        starts[1][column] -= height


def _lowest(tops: NDArray[np.float64], sums: NDArray[np.float64], total: float) -> float:
    return float((tops - sums / total)[sums > 0].min())


def _tops(sums: NDArray[np.float64], total: float) -> NDArray[np.float64]:
    """Return where each state's bar begins, from above; those with nobody take no room."""
    steps = np.where(sums > 0, sums / total + _GAP, 0.0)
    return 1.0 - np.concatenate([[0.0], np.cumsum(steps)[:-1]])


def _bar(axes: "Axes", x: float, top: float, height: float, colour: str) -> None:
    left = x if x else -_BAR
    axes.add_patch(Rectangle((left, top - height), _BAR, height, facecolor=colour, linewidth=0))


def _names(axes: "Axes", states: Sequence[str], x: float, sums: NDArray[np.float64], tops: NDArray[np.float64]) -> None:
    """Write each state beside its bar with how many hold it, moved down where names would lie on one another."""
    total, last = sums.sum(), np.inf
    beside, align = (x + _BAR + 0.015, "left") if x else (-_BAR - 0.015, "right")
    for state, holders, top in zip(states, sums, tops, strict=True):
        if holders > 0:
            last = min(top - holders / total / 2, last - _LINE_HEIGHT)
            text = f"{state}  {people(holders)} ({_percent(holders / total)})"
            axes.text(beside, last, text, ha=align, va="center", fontsize="small")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.2g} %"


def _ribbon(axes: "Axes", tops: tuple[float, float], height: float, flow: float, colour: str) -> None:
    (left, right), move = tops, Path.MOVETO
    points = [
        (0, left), (0.5, left), (0.5, right), (1, right),
        (1, right - height), (0.5, right - height), (0.5, left - height), (0, left - height), (0, left),
    ]  # fmt: skip
    curve = [Path.CURVE4] * 3
    codes = [move, *curve, Path.LINETO, *curve, Path.CLOSEPOLY]
    axes.add_patch(PathPatch(Path(points, codes), facecolor=colour, alpha=0.45, linewidth=0))
    if height >= _SMALL_RIBBON:
        # Figures stand at the beginning, where ribbons lie side by side.
        axes.text(0.012, left - height / 2, f"{people(flow)} ({_percent(height)})", va="center", fontsize="x-small")


def _footer(study: Study, flows: Flows, drawn: Flows, small: tuple[str, ...], only_changes: bool) -> list[str]:
    runs, total = len(flows.counts), flows.mean.sum()
    thin = [one for one in ribbons(drawn) if one.share < _SMALL_RIBBON]
    lines = [
        f"height: persons, mean of {runs} run{'s' if runs > 1 else ''} with unit records; {flows.whose}; "
        f"{people(total)} in all; colour: the state at the left"
    ]
    if only_changes:
        lines.append(f"{people(_still(flows))} who are the same on both sides are left out; shares are of those drawn")
    if small:
        lines.append(f"{GATHERED}: {', '.join(small)}")
    if thin:
        lines.append(f"{len(thin)} ribbons without figures hold {people(sum(one.flow.mean for one in thin))} persons")
    return [*lines, *_sure(flows), *closing(study, [flows.arm])]


def _still(flows: Flows) -> float:
    return float(np.trace(flows.mean))


def _changed(flows: Flows) -> list[Ribbon]:
    return [one for one in ribbons(flows) if one.before != one.after]


def _words(flows: Flows, one: Ribbon) -> str:
    return f"{_said(flows, one.before, 0)} to {_said(flows, one.after, 1)}"


def _sure(flows: Flows) -> list[str]:
    """Say how sure the largest change is; nothing where one run tells of it."""
    first = next(iter(_changed(flows)), None)
    if first is None or not np.isfinite(first.flow.low):
        return []
    ends = f"{people(max(first.flow.low, 0.0))} to {people(first.flow.high)}"
    said = f"{_words(flows, first)} {people(first.flow.mean)}"
    return [f"largest change: {said}; 95 % t interval, computing error, shrinks with more runs: {ends}"]


def _alt(flows: Flows, only_changes: bool) -> str:
    head = f"Ribbons of {_TITLES[flows.what]}, {flows.common}, from {flows.before} to {flows.after}"
    left = " and left out" if only_changes else ""
    stay = f"{people(_still(flows))} of {people(flows.mean.sum())} persons are the same on both sides{left}"
    said = [f"{_words(flows, one)} {people(one.flow.mean)}" for one in _changed(flows)[:3]]
    return f"{head}: {stay}. Largest changes: {', '.join(said)}." if said else f"{head}: {stay}."
