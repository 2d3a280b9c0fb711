"""Small drawings for a page, as inline SVG: intervals, and courses over months with their bands.

Drawings carry classes, no colours: the page's style gives them, for light, dark and print.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

Values = NDArray[np.float64]
_WIDE, _HIGH = 150, 16
_MARKS = 5
_TICKS = 4


def ticks(low: float, high: float, count: int = _TICKS) -> list[float]:
    """Return round figures that lie between two ends, about `count` of them."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415  (takes a quarter of a second)

    if not high > low:
        return [low]
    found = MaxNLocator(nbins=count, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [float(one) for one in found if low <= one <= high]


def interval(
    estimate: float, ends: tuple[float, float], reach: float, said: str, over: tuple[float, float] | None, state: str
) -> Markup:
    """Draw an estimate with its interval, 0 in the middle, `reach` at both borders; dotted the range over draws."""
    if not reach or not np.isfinite(estimate):
        return Markup("")

    def at(value: float) -> float:
        return round(_WIDE / 2 + float(np.clip(value / reach, -1.0, 1.0)) * (_WIDE / 2 - _MARKS), 1)

    half = _HIGH / 2
    lines = [Markup('<line class="zero" x1="{0}" x2="{0}" y1="0" y2="{1}"/>').format(_WIDE / 2, _HIGH)]
    if over is not None and np.isfinite(over[0]):
        lines.append(Markup('<line class="over" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(*map(at, over), half, half))
    if np.isfinite(ends[0]):
        lines.append(Markup('<line class="sure" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(*map(at, ends), half, half))
    lines.append(Markup('<circle class="dot" cx="{}" cy="{}" r="3.5"/>').format(at(estimate), half))
    return Markup(
        '<svg class="interval {}" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">{}</svg>'
    ).format(state, _WIDE, _HIGH, _WIDE, _HIGH, said, Markup("").join(lines))


@dataclass(frozen=True)
class Line:
    """A course: its number (which gives colour, dash and mark), its name, and float64[months] each."""

    number: int
    name: str
    middle: Values
    low: Values
    high: Values


@dataclass(frozen=True)
class Frame:
    """Where a chart lies: size, months and values at its borders, in SVG units."""

    wide: float
    high: float
    months: int
    bottom: float
    top: float
    left: float = 44.0
    below: float = 18.0

    def x(self, month: float) -> float:
        """Return where a month lies."""
        return round(self.left + month / max(self.months - 1, 1) * (self.wide - self.left - 6), 1)

    def y(self, value: float) -> float:
        """Return where a value lies."""
        share = (value - self.bottom) / (self.top - self.bottom)
        return round(6 + (1 - share) * (self.high - self.below - 6), 1)


def chart(lines: Sequence[Line], start: int, window: tuple[int, int], tick: "TickText", said: str) -> Markup:
    """Draw courses with their bands and 0, the window shaded; `said` tells it to who can't see it.

    `window` counts months from the first, `start` is that month's absolute number.
    """
    values = np.concatenate([np.concatenate([one.low, one.high, one.middle]) for one in lines] + [np.zeros(1)])
    known = values[np.isfinite(values)]
    low, high = float(known.min()), float(known.max())
    pad = (high - low) * 0.06
    if not pad:
        low, high, pad = min(low, 0.0) - 1.0, max(high, 0.0) + 1.0, 0.0
    months = len(lines[0].middle)
    frame = Frame(340.0, 150.0, months, low - (pad if low < 0 else 0.0), high + (pad if high > 0 else 0.0))
    parts = [_shade(frame, window), *_axes(frame, start, tick), *(_band(frame, one) for one in lines)]
    parts += [_path(frame, one) for one in lines]
    return Markup('<svg class="chart" viewBox="0 0 {:g} {:g}" role="img" aria-label="{}">{}</svg>').format(
        frame.wide, frame.high, said, Markup("").join(parts)
    )


@dataclass(frozen=True)
class TickText:
    """Writes the figures beside a chart: values times a factor, with a unit in its heading."""

    factor: float

    def __call__(self, value: float) -> str:
        """Write a tick with the digits that it needs."""
        return f"{value * self.factor:,.6g}".replace("-", "−")


def _shade(frame: Frame, window: tuple[int, int]) -> Markup:
    first, last = frame.x(window[0] - 0.5), frame.x(window[1] + 0.5)
    return Markup('<rect class="window" x="{}" y="6" width="{}" height="{}"/>').format(
        first, round(last - first, 1), frame.high - frame.below - 6
    )


def _axes(frame: Frame, start: int, tick: TickText) -> Iterable[Markup]:
    for value in ticks(frame.bottom, frame.top):
        yield Markup('<line class="grid{}" x1="{}" x2="{}" y1="{y}" y2="{y}"/>').format(
            " zero" if value == 0 else "", frame.left, frame.wide - 6, y=frame.y(value)
        )
        yield Markup('<text x="{}" y="{}" class="up">{}</text>').format(
            frame.left - 5, frame.y(value) + 3.5, tick(value)
        )
    januaries = [month for month in range(frame.months) if (start + month) % 12 == 0]
    every = max(1, -(-len(januaries) // 6))
    for month in januaries[::every]:
        yield Markup('<line class="mark" x1="{x}" x2="{x}" y1="{}" y2="{}"/>').format(
            frame.high - frame.below, frame.high - frame.below + 3, x=frame.x(month)
        )
        yield Markup('<text x="{}" y="{}" class="along">{}</text>').format(
            frame.x(month), frame.high - 4, (start + month) // 12
        )


def _band(frame: Frame, line: Line) -> Markup:
    there = np.flatnonzero(np.isfinite(line.low) & np.isfinite(line.high))
    if len(there) < 2:
        return Markup("")
    forth = [f"{frame.x(at)},{frame.y(line.high[at])}" for at in there]
    back = [f"{frame.x(at)},{frame.y(line.low[at])}" for at in there[::-1]]
    return Markup('<polygon class="band a{}" points="{}"/>').format(line.number, " ".join(forth + back))


def _path(frame: Frame, line: Line) -> Markup:
    there = np.flatnonzero(np.isfinite(line.middle))
    if not len(there):
        return Markup("")
    points = " ".join(f"{frame.x(at)},{frame.y(line.middle[at])}" for at in there)
    end = there[-1]
    return Markup(
        '<polyline class="line a{n}" points="{}"/><g class="mark a{n}" transform="translate({} {})">{}</g>'
    ).format(points, frame.x(end), frame.y(line.middle[end]), mark(line.number), n=line.number)


_SHAPES = (
    '<circle r="3"/>', '<rect x="-2.7" y="-2.7" width="5.4" height="5.4"/>', '<path d="M0-3.6 3.3 2.4H-3.3z"/>',
    '<path d="M0-3.8 3.8 0 0 3.8-3.8 0z"/>', '<path d="M0 3.6 3.3-2.4H-3.3z"/>',
    '<path d="M-1-3h2v2h2v2h-2v2h-2v-2h-2v-2h2z"/>',
)  # fmt: skip
SERIES = 6
"""Colours, dashes and marks, after which they begin anew."""


def mark(number: int) -> Markup:
    """Return the shape that goes with a series."""
    return Markup(_SHAPES[number % SERIES])


def key(number: int) -> Markup:
    """Draw a series' line and mark for a legend."""
    return Markup(
        '<svg class="key" viewBox="0 0 34 12" width="34" height="12" aria-hidden="true">'
        '<line class="line a{n}" x1="1" x2="33" y1="6" y2="6"/>'
        '<g class="mark a{n}" transform="translate(17 6)">{}</g></svg>'
    ).format(mark(number), n=number % SERIES)
