"""A map of villages and sites with who moved from where to where, a panel for each period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch
from matplotlib.patheffects import withStroke

from analysis.drawing import COLOURS, Picture, styled, with_title_and_footer
from analysis.flows import ABSENT, PLACE, RESIDENCE, Flows, between_months, over_periods
from analysis.months import window_text
from analysis.places import Place, places_of
from analysis.small_print import closing
from analysis.study import BASELINE, Study
from analysis.words import people

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KINDS = {"village": ("o", COLOURS[2]), "site": ("s", COLOURS[1]), "town": ("^", COLOURS[0])}
_OTHER = ("D", COLOURS[3])
_MOST_PANELS, _PANEL_INCHES = 6, 3.1
_WIDEST, _LARGEST, _SMALLEST = 9.0, 15.0, 3.0
"""Points: of the widest arrow, across the largest mark, and across any."""
_THINNEST = 0.12
"""Points; thinner arrows aren't drawn."""
_MEASURED = "no coordinate is made up"
_LEGEND_INCHES, _LEGEND_INCHES_HIGH = 1.75, 3.4
_NAMED = 3
"""Villages that are named: those whom most people leave or come to."""


@dataclass(frozen=True)
class _Sizes:
    """What is drawn how large: persons of the widest arrow and of the largest mark."""

    moved: float
    living: float

    def width(self, persons: float) -> float:
        return _WIDEST * persons / self.moved if self.moved else 0.0

    def across(self, persons: float) -> float:
        """Return the diameter of a mark, points: its area stands for the persons."""
        return _LARGEST * float(np.sqrt(persons / self.living)) if self.living else 0.0


def movement_map(
    study: Study,
    arm: str = BASELINE,
    ends: Sequence[int] | None = None,
    population: str = "all",
    colours: Mapping[str, str] | None = None,
    style: Mapping[str, Any] | None = None,
) -> Picture:
    """Draw where people live and who moved between places.

    Parameters
    ----------
    study
        with unit records of the arm, and coordinates of its places.
    arm
        the baseline or another arm.
    ends
        absolute months, rising: each panel goes from the end of one to the end of the next. Years where left out, from
        the start of the run to its last month.
    population
        `relocated`, `stayers`, `hosts` or `all`.
    colours
        {"village", "site", "town": colour} in place of our own.
    style
        Matplotlib's settings, laid over ours.

    Needs no network and no tiles. Raises ResultsError for unknown names, and for a study without coordinates or unit
    records.
    """
    places = places_of(study)
    months = years_of(study) if ends is None else list(ends)
    flows = over_periods(study, PLACE, arm, months, population)
    paint = {kind: colour for kind, (_, colour) in KINDS.items()} | dict(colours or {})
    sizes = _Sizes(max((n for one in flows for *_, n in moves(one, places)), default=0.0), _most(flows, places))
    with matplotlib.rc_context(styled(style)):
        columns = len(flows) if len(flows) < 4 else -(-len(flows) // 2)
        lines = -(-len(flows) // columns)
        size = _PANEL_INCHES * columns + _LEGEND_INCHES, max((_PANEL_INCHES + 0.3) * lines, _LEGEND_INCHES_HIGH)
        picture = Picture(figsize=size, layout="compressed")
        panels = picture.subplots(lines, columns, squeeze=False, sharex=True, sharey=True).ravel()
        for axes, one, period in zip(panels, flows, pairwise(months), strict=False):
            _panel(axes, one, places, sizes, paint)
            axes.set_title(_heading(one, places, period), loc="left", fontsize="small")
        for axes in panels[len(flows) :]:
            axes.set_axis_off()
        _scale(panels[0])
        _legend(picture, sizes, paint, {one.kind for one in places.values() if not one.far})
        title = f"where people live and who moved: {arm}\n{study.manifest.get('name', '')}"
        foot = _footer(study, arm, flows, places, sizes, population, months)
        with_title_and_footer(picture, title, foot, _alt(arm, flows, places, months))
    return picture


def years_of(study: Study) -> list[int]:
    """Return the month before a run's first, ends of calendar years within it and its last month: at most six spans."""
    first, last = study.start - 1, study.start + study.months - 1
    years = [month for month in range(first + 1, last) if month % 12 == 11]
    step = -(-(len(years) + 1) // _MOST_PANELS)
    return [first, *years[step - 1 :: step], last]


def moves(flows: Flows, places: Mapping[str, Place]) -> list[tuple[Place, Place, float]]:
    """List who moved between places on the map: from, to, persons; the largest first."""
    mean = flows.mean
    found = [
        (places[flows.states[row]], places[flows.states[column]], float(mean[row, column]))
        for row, column in np.argwhere(mean > 0)
        if row != column and all(_near(flows.states[one], places) for one in (row, column))
    ]
    return sorted(found, key=lambda one: (-one[2], one[0].id, one[1].id))


def _near(state: str, places: Mapping[str, Place]) -> bool:
    return state in places and not places[state].far


def _living(flows: Flows, places: Mapping[str, Place]) -> dict[str, float]:
    """Return how many live at each place on the map at the end."""
    at_end = flows.mean.sum(axis=0)
    return {name: float(n) for name, n in zip(flows.states, at_end, strict=True) if _near(name, places)}


def _most(flows: Sequence[Flows], places: Mapping[str, Place]) -> float:
    return max((n for one in flows for n in _living(one, places).values()), default=0.0)


def _panel(axes: "Axes", flows: Flows, places: Mapping[str, Place], sizes: _Sizes, paint: Mapping[str, str]) -> None:
    living = _living(flows, places)
    for one, other, persons in moves(flows, places):
        if sizes.width(persons) >= _THINNEST:
            near = [sizes.across(living[place.id]) / 2 for place in (one, other)]
            axes.add_patch(_arrow(one, other, sizes.width(persons), near, paint.get(other.kind, _OTHER[1])))
    for name, n in living.items():
        place = places[name]
        marker, colour = KINDS.get(place.kind, _OTHER)[0], paint.get(place.kind, _OTHER[1])
        size = max(sizes.across(n), _SMALLEST)
        axes.plot(place.east, place.north, marker, color=colour, markersize=size, markeredgecolor="white", zorder=3)
    _names(axes, flows, places, sizes)
    axes.set_aspect("equal")
    axes.margins(0.14)
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set(visible=True, color="#CCCCCC")


def _arrow(one: Place, other: Place, width: float, near: Sequence[float], colour: str) -> FancyArrowPatch:
    """Draw an arrow of a width in points from mark to mark, bent, so that the way back lies beside it."""
    head = f"head_width={width + 4},head_length={width / 2 + 4}"
    return FancyArrowPatch(
        (one.east, one.north), (other.east, other.north), arrowstyle=f"simple,tail_width={width},{head}",
        connectionstyle="arc3,rad=0.15", mutation_scale=1, shrinkA=near[0], shrinkB=near[1], facecolor=colour,
        alpha=0.7, linewidth=0, zorder=2,
    )  # fmt: skip


def _names(axes: "Axes", flows: Flows, places: Mapping[str, Place], sizes: _Sizes) -> None:
    """Name sites and towns beside their marks, and over theirs the villages whom most people leave or come to."""
    mean = flows.mean - np.diag(np.diag(flows.mean))
    moved = dict(zip(flows.states, mean.sum(axis=0) + mean.sum(axis=1), strict=True))
    near = [places[one] for one in flows.states if _near(one, places)]
    others = sorted((one for one in near if one.kind != "village"), key=lambda one: one.east)
    living = _living(flows, places)
    for at, place in enumerate(others):
        # Of two that lie side by side the western one is named to its left.
        side = -1 if at % 2 == 0 and len(others) > 1 else 1
        _name(
            axes, place, (side * (sizes.across(living[place.id]) / 2 + 3), 0), "right" if side < 0 else "left", "center"
        )
    villages = sorted((one for one in near if one.kind == "village"), key=lambda one: -moved[one.id])[:_NAMED]
    for place in villages:
        up = place.north >= 0
        _name(axes, place, (0, 5 if up else -5), "center", "bottom" if up else "top")


def _name(axes: "Axes", place: Place, offset: tuple[float, float], across: str, along: str) -> None:
    clear = [withStroke(linewidth=2.0, foreground="white")]
    axes.annotate(
        place.name, (place.east, place.north), offset, textcoords="offset points", ha=across, va=along, zorder=4,
        fontsize="x-small", path_effects=clear,
    )  # fmt: skip


def _heading(flows: Flows, places: Mapping[str, Place], period: tuple[int, int]) -> str:
    window = window_text((period[0] + 1, period[1]))
    head = f"{window}: {people(sum(n for *_, n in moves(flows, places)))} moved"
    away, back = _beyond(flows, places)
    return f"{head} here,\n{people(away)} left the region, {people(back)} came into it" if away or back else head


def _beyond(flows: Flows, places: Mapping[str, Place]) -> tuple[float, float]:
    """Return how many left the map and how many came onto it."""
    near = np.array([_near(one, places) for one in flows.states])
    there = np.array([one != ABSENT for one in flows.states]) & ~near
    return float(flows.mean[np.ix_(near, there)].sum()), float(flows.mean[np.ix_(there, near)].sum())


def _scale(axes: "Axes") -> None:
    """Draw how long so many kilometres are, and where north is."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    length = _round((right - left) / 4)
    x, y = left + 0.04 * (right - left), low + 0.04 * (high - low)
    axes.plot([x, x + length], [y, y], color="black", linewidth=2, solid_capstyle="butt")
    axes.annotate(f"{length:g} km", (x, y), (0, 3), textcoords="offset points", fontsize="x-small")
    arrow = {"arrowstyle": "-|>", "color": "black", "linewidth": 1}
    at, top = x + 0.01 * (right - left), low + 0.22 * (high - low)
    axes.annotate("", (at, top), (at, low + 0.12 * (high - low)), arrowprops=arrow)
    axes.annotate("N", (at, top), (0, 1), textcoords="offset points", ha="center", fontsize="x-small")


def _round(value: float) -> float:
    """Return the largest of 1, 2, 5, 10, 20, 50, ... that isn't larger."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(max(one * power for one in (1, 2, 5) if one * power <= value))


def _legend(picture: Picture, sizes: _Sizes, paint: Mapping[str, str], kinds: set[str]) -> None:
    nothing: dict[str, Any] = {"linestyle": "none"}
    handles = [Line2D([], [], **nothing, label="colour of arrows: to a")]
    for kind in sorted(kinds, key=lambda one: list(KINDS).index(one) if one in KINDS else len(KINDS)):
        marker, colour = KINDS.get(kind, _OTHER)[0], paint.get(kind, _OTHER[1])
        handles.append(Line2D([], [], **nothing, marker=marker, color=colour, label=kind))
    handles.append(Line2D([], [], **nothing, label="\npersons who live there\nat the end (area)"))
    for persons in _steps(sizes.living):
        mark: dict[str, Any] = {"marker": "o", "markersize": sizes.across(persons), "color": "#777777"}
        handles.append(Line2D([], [], **nothing, **mark, label=people(persons)))
    handles.append(Line2D([], [], **nothing, label="\npersons who moved\n(width)"))
    for persons in _steps(sizes.moved):
        width: dict[str, Any] = {"linewidth": sizes.width(persons), "solid_capstyle": "butt"}
        handles.append(Line2D([], [], color="#777777", label=people(persons), **width))
    picture.legend(handles=handles, loc="outside right upper", frameon=False, fontsize="small", labelspacing=0.9)


def _steps(most: float) -> list[float]:
    """Return round figures for a legend: near the largest, a fifth of it and a fiftieth; none where there is nobody."""
    return [one for one in (_round(most / part) for part in (1, 5, 50)) if one >= 1] if most > 0 else []


def _footer(
    study: Study, arm: str, flows: Sequence[Flows], places: Mapping[str, Place], sizes: _Sizes, population: str,
    months: Sequence[int],
) -> list[str]:  # fmt: skip
    thin = [n for one in flows for *_, n in moves(one, places) if sizes.width(n) < _THINNEST]
    lines = [
        f"{_made_up(places)}; equirectangular, km; beyond the map: {_far(places)}",
        f"moved: lived at one place when the period began and at another when it ended; persons, mean of "
        f"{len(flows[0].counts)} runs with unit records; {flows[0].whose}",
    ]
    if thin:
        lines.append(f"{len(thin)} flows too thin to draw hold {people(sum(thin))} persons")
    return [*lines, _at_sites(study, arm, flows[-1], places, population, months[-1]), *closing(study, [arm])]


def _made_up(places: Mapping[str, Place]) -> str:
    count, untold = (sum(one.made_up is state for one in places.values()) for state in (True, None))
    if count:
        return (
            f"coordinates of {count} of {len(places)} places are made up: distances and directions on the map are too"
        )
    return f"whether coordinates are made up isn't told of {untold} of {len(places)} places" if untold else _MEASURED


def _far(places: Mapping[str, Place]) -> str:
    return ", ".join(one.name for one in places.values() if one.far) or "nowhere"


def _at_sites(study: Study, arm: str, flows: Flows, places: Mapping[str, Place], population: str, month: int) -> str:
    """Say how many live at sites at the end, and how many do in the baseline."""
    here = sum(n for name, n in _living(flows, places).items() if places[name].kind == "site")
    said = f"live at sites at the end: {people(here)}"
    if arm == BASELINE:
        return said
    base = between_months(study, RESIDENCE, BASELINE, month, month, population)
    there = base.mean[:, base.states.index("site")].sum() if "site" in base.states else 0.0
    return f"{said}; in the baseline {people(float(there))}"


def _alt(arm: str, flows: Sequence[Flows], places: Mapping[str, Place], months: Sequence[int]) -> str:
    periods = [window_text((one + 1, other)) for one, other in pairwise(months)]
    said = [
        f"{period} {people(sum(n for *_, n in moves(one, places)))} persons moved{_largest(one, places)}"
        for period, one in zip(periods, flows, strict=True)
    ]
    near = sum(not one.far for one in places.values())
    return f"Map of {near} places with arrows of who moved, {arm}; {_made_up(places)}: {'; '.join(said)}."


def _largest(flows: Flows, places: Mapping[str, Place]) -> str:
    first = next(iter(moves(flows, places)), None)
    return f", most from {first[0].name} to {first[1].name}, {people(first[2])}" if first else ""
