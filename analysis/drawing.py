"""What all figures share: colours, style, footer, and how they are written to files."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib.figure import Figure

# Okabe and Ito's colours: told apart with any kind of colour vision; the baseline is grey.
BASELINE_COLOUR = "#8A8A8A"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
Line = str | tuple[int, tuple[float, ...]]
LINES: tuple[Line, ...] = ("-", (0, (5, 2)), (0, (2, 1.5)), (0, (7, 2, 1, 2)))
"""Broken lines let an arm that equals another be seen through it."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "relosim", "svg.fonttype": "path", "font.family": "DejaVu Sans", "font.size": 9.0,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.25, "axes.axisbelow": True,
}  # fmt: skip
FOOTER_COLOUR = "#444444"


def with_title_and_footer(picture: Figure, title: str, footer: Iterable[str]) -> None:
    """Write a title at the upper left and lines of small print below."""
    picture.suptitle(title, fontsize=10.5, x=0.01, ha="left")
    picture.supxlabel("\n".join(footer), fontsize=6.8, x=0.01, ha="left", color=FOOTER_COLOUR, linespacing=1.5)


def saved(picture: Figure, folder: Path, name: str) -> list[Path]:
    """Write `<name>.png` and `.svg`, the same bytes for the same figure; return the files."""
    written = []
    engine = picture.get_layout_engine()
    if engine is not None:
        # Room is made once, not again for each file: it takes longer than drawing.
        with matplotlib.rc_context(STYLE):
            engine.execute(picture)
        picture.set_layout_engine("none")
    for kind, told in (("png", {"Software": None}), ("svg", {"Date": None, "Creator": None})):
        with matplotlib.rc_context(STYLE):
            picture.savefig(folder / f"{name}.{kind}", dpi=150, metadata=told)
        written.append(folder / f"{name}.{kind}")
    return written
