"""The figure of a discovery: how coverage is traded for density, and where the first box lies."""

from typing import TYPE_CHECKING

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis.drawing import BASELINE_COLOUR, COLOURS, STYLE, with_title_and_footer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.discovery import Box, Discovery

_SHORT = 34


def discovery_figure(found: "Discovery") -> Figure:
    """Draw the trajectory of the first box, and the draws over its most telling parameters; ValueError without any."""
    if not found.boxes:
        raise ValueError("no box was found, so there is nothing to draw")
    first = found.boxes[0]
    with matplotlib.rc_context(STYLE):
        picture = Figure(figsize=(8.6, 3.9), layout="constrained")
        left, right = picture.subplots(1, 2)
        _trade_off(left, first)
        _draws(right, found, first)
        with_title_and_footer(picture, "where the answer holds", [found.about, first.text])
    return picture


def _trade_off(axes: "Axes", box: "Box") -> None:
    passed, chosen = box.trajectory, box.trajectory[box.trajectory["chosen"]]
    marks = axes.scatter(passed["coverage"], passed["density"], c=passed["limited"], cmap="viridis", s=18)
    axes.plot(chosen["coverage"], chosen["density"], "o", markersize=11, markerfacecolor="none", color=COLOURS[1])
    axes.set_xlabel("coverage: share of the draws of interest that lie in the box")
    axes.set_ylabel("density: share of the box that is of interest")
    steps = np.unique(passed["limited"])
    axes.figure.colorbar(marks, ax=axes, label="parameters limited", ticks=steps)
    axes.set_title("boxes that were passed; a ring marks the chosen one", loc="left", fontsize="medium")


def _draws(axes: "Axes", found: "Discovery", box: "Box") -> None:
    telling = sorted(box.limits, key=lambda one: np.nanmin([one.low_quasi_p, one.high_quasi_p]))
    others = [path for path in found.parameters if path not in {one.path for one in telling}]
    paths = [*(one.path for one in telling), *others]
    across, up = paths[0], paths[1] if len(paths) > 1 else None
    x = found.parameters[across]
    y = found.parameters[up] if up else np.zeros(len(x))
    for flags, colour, mark, words in (
        (~found.interest, BASELINE_COLOUR, "x", "other draws"),
        (found.interest, COLOURS[0], "o", "draws of interest"),
    ):
        axes.plot(x[flags], y[flags], mark, color=colour, markersize=4, label=words, linestyle="none")
    ends = {one.path: (one.low, one.high) for one in telling}
    (left, right), (low, high) = (_span(ends.get(path), values) for path, values in ((across, x), (up, y)))
    axes.add_patch(Rectangle((left, low), right - left, high - low, fill=False, edgecolor=COLOURS[1], linewidth=1.6))
    axes.set_xlabel(_short(across))
    axes.set_ylabel(_short(up or ""))
    axes.legend(fontsize="small", loc="upper center", bbox_to_anchor=(0.5, 1.14), ncols=2, frameon=False)


def _span(ends: tuple[float, float] | None, values: "np.ndarray") -> tuple[float, float]:
    """Return the ends of the box along an axis; those of the draws, a little beyond, where it has none."""
    low, high = ends or (np.nan, np.nan)
    room = 0.02 * float(np.ptp(values)) + 1e-12
    return (
        float(values.min()) - room if np.isnan(low) else low,
        float(values.max()) + room if np.isnan(high) else high,
    )


def _short(path: str) -> str:
    path = path.removeprefix("parameters.")
    return path if len(path) <= _SHORT else f"...{path[-_SHORT:]}"
