"""What all figures share: colours, style, footer, what they say in words, and how they are written to files."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import Any
from xml.sax.saxutils import escape

import matplotlib

matplotlib.use("Agg")
from matplotlib.figure import Figure
from matplotlib.text import Text

from analysis.fonts import families, write_plainly

# Okabe and Ito's colours: told apart with any kind of colour vision; the baseline is grey.
BASELINE_COLOUR = "#8A8A8A"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
Line = str | tuple[int, tuple[float, ...]]
LINES: tuple[Line, ...] = ("-", (0, (5, 2)), (0, (2, 1.5)), (0, (7, 2, 1, 2)))
"""Broken lines let an arm that equals another be seen through it."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "relosim", "svg.fonttype": "path", "text.parse_math": False,
    "font.family": families(), "font.size": 9.0,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.25, "axes.axisbelow": True,
}  # fmt: skip
FOOTER_COLOUR = "#444444"
_TITLE, _FOOTER = 1.17, 0.755
"""Sizes of their letters against all others'."""
_FOOTER_SPACING = 1.5
_LEADING, _POINTS_PER_INCH = 1.2, 72
"""Of a line against its letters; of a printer's inch."""
_LETTERS_PER_INCH = 122.0
"""Of letters of one point, in a mean line."""
_NOTEBOOK_DPI = 110


class Picture(Figure):
    """A Matplotlib figure that says what it shows: `alt` is its alternative text, `name` its title."""

    name: str = ""
    alt: str = ""

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, bytes], dict[str, dict[str, str]]]:
        """Show itself in a notebook, with its alternative text beside it."""
        out = BytesIO()
        with matplotlib.rc_context(STYLE):
            self.savefig(out, format="png", dpi=_NOTEBOOK_DPI)
        return {"image/png": out.getvalue()}, {"image/png": {"alt": self.alt}}


def styled(style: Mapping[str, Any] | None) -> dict[Any, Any]:
    """Return our settings with others laid over them."""
    return {**STYLE, **(style or {})}


def with_title_and_footer(picture: Figure, title: str, footer: Iterable[str], alt: str = "") -> None:
    """Write a title at the upper left and lines of small print below, and keep what the figure shows in words.

    Comes last, under the settings that the figure was drawn with. The figure grows by what is written; everything
    written stays as it is, `$` too.
    """
    size = float(matplotlib.rcParams["font.size"])
    head = picture.suptitle(_broken(picture, title.split("\n"), _TITLE * size), x=0.01, ha="left")
    head.set_fontsize(_TITLE * size)
    foot = picture.supxlabel(_broken(picture, footer, _FOOTER * size), x=0.01, ha="left", color=FOOTER_COLOUR)
    foot.set(fontsize=_FOOTER * size, linespacing=_FOOTER_SPACING)
    if missing := write_plainly(picture):
        foot.set_text(f"{foot.get_text()}\n{_broken(picture, missing, _FOOTER * size)}")
    heights = (_lines(head) * _TITLE, _lines(foot) * _FOOTER * _FOOTER_SPACING)
    picture.set_figheight(picture.get_figheight() + sum(heights) * size * _LEADING / _POINTS_PER_INCH)
    if isinstance(picture, Picture):
        picture.name, picture.alt = " ".join(title.split()), " ".join(alt.split())


def _lines(text: Text) -> int:
    return text.get_text().count("\n") + 1


def _broken(picture: Figure, lines: Iterable[str], points: float) -> str:
    """Break lines so that they fit the figure."""
    letters = int(_LETTERS_PER_INCH / points * picture.get_figwidth())
    return "\n".join(part for line in lines for part in wrap(line, letters))


def saved(picture: Figure, folder: Path, name: str, style: Mapping[str, Any] | None = None) -> list[Path]:
    """Write `<name>.png` and `.svg`, the same bytes for the same figure; return the files.

    A picture's alternative text stands in the PNG's `Description` and in the SVG's <title> and <desc>.
    """
    title, alt = getattr(picture, "name", ""), getattr(picture, "alt", "")
    words = {"Title": title, "Description": alt} if alt else {}
    written = [folder / f"{name}.png", folder / f"{name}.svg"]
    with matplotlib.rc_context(styled(style)), _laid_out(picture):
        picture.savefig(written[0], dpi=150, metadata={"Software": None, **words})
        picture.savefig(written[1], dpi=150, metadata={"Date": None, "Creator": None, **words})
    if alt:
        _describe(written[1], alt)
    return written


@contextmanager
def _laid_out(picture: Figure) -> Iterator[None]:
    """Make room once, not again for each file: it takes longer than drawing. The figure may be changed afterwards."""
    engine = picture.get_layout_engine()
    if engine is None:
        yield
        return
    engine.execute(picture)
    picture.set_layout_engine("none")
    try:
        yield
    finally:
        picture.set_layout_engine(engine)


def _describe(file: Path, alt: str) -> None:
    """Say to a screen reader what an SVG shows: Matplotlib writes its <title> alone."""
    text = file.read_text("utf-8")
    head, title, rest = text.partition("</title>")
    head = head.replace("<svg ", '<svg role="img" ', 1)
    file.write_text(f"{head}{title}\n <desc>{escape(alt)}</desc>{rest}", "utf-8")
