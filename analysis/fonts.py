"""Letters of every name: a family with Chinese characters where one is installed, and a number where none is."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import matplotlib
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator

LATIN = "DejaVu Sans"
"""Comes with Matplotlib, so that figures look alike on every machine."""
CHINESE = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "Microsoft YaHei", "SimHei", "PingFang SC", "Hiragino Sans GB", "Heiti SC", "Songti SC",
    "Noto Serif CJK SC", "Droid Sans Fallback", "Arial Unicode MS", "SimSun",
)  # fmt: skip
"""Families with simplified Chinese characters: those of Linux, Windows and macOS."""


def families() -> list[str]:
    """Return the families that figures are written in, the Latin one first and an installed Chinese one after it."""
    installed = {font.name for font in fontManager.ttflist}
    return [LATIN, *[name for name in CHINESE if name in installed][:1]]


def write_plainly(picture: Figure) -> list[str]:
    """Write every text of a figure as it stands, without reading formulas into it, and let no character be missing.

    Characters that no font in use has become `name 1`, since an empty box tells nobody; returned are lines that say
    which characters that is, by their Unicode numbers. To be called under the settings that the figure is drawn with.
    """
    named: dict[str, str] = {}
    _number_ticks(picture, named)
    for text in picture.findobj(Text):
        assert isinstance(text, Text)
        text.set_parse_math(False)
        lacking = lacks(text.get_text(), tuple(_in_use()))
        if lacking:
            text.set_text(_numbered(text.get_text(), lacking, named))
    if not named:
        return []
    said = [f"{name}: {' '.join(f'{ord(one):04X}' for one in characters)}" for characters, name in named.items()]
    return ["no font here has the characters (by Unicode number) of " + "; ".join(said)]


def _number_ticks(picture: Figure, named: dict[str, str]) -> None:
    """Put numbers into the names along axes, which are written anew whenever they are drawn."""
    for axis in (one for axes in picture.axes for one in (axes.xaxis, axes.yaxis)):
        if isinstance(axis.get_major_locator(), FixedLocator):
            labels = [one.get_text() for one in axis.get_ticklabels()]
            lacking = lacks("".join(labels), tuple(_in_use()))
            if lacking:
                axis.set_ticks(axis.get_majorticklocs(), labels=[_numbered(one, lacking, named) for one in labels])


def _numbered(text: str, lacking: str, named: dict[str, str]) -> str:
    """Put a number in the place of each run of characters that lack, the same for the same run."""
    return re.sub(f"[{re.escape(lacking)}]+", lambda run: named.setdefault(run[0], f"name {len(named) + 1}"), text)


def _in_use() -> Iterable[str]:
    named = matplotlib.rcParams["font.family"]
    return [named] if isinstance(named, str) else named


def lacks(text: str, named: Sequence[str]) -> str:
    """Return the characters of a text that none of some families has, each once."""
    plain = (one for one in dict.fromkeys(text) if not one.isspace())
    return "".join(one for one in plain if not any(ord(one) in _characters(name) for name in named))


@lru_cache(maxsize=64)
def _characters(family: str) -> frozenset[int]:
    try:
        file = fontManager.findfont(FontProperties(family=[family]), fallback_to_default=False)
    except ValueError:
        return frozenset()
    return frozenset(get_font(file).get_charmap())
