"""Letters of every arm's name: a family with Chinese characters where one is installed, and words where none is."""

import warnings
from collections.abc import Iterable, Sequence
from functools import lru_cache

import matplotlib
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.text import Text

LATIN = "DejaVu Sans"
"""Comes with Matplotlib, so that figures look alike on every machine."""
CHINESE = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "Microsoft YaHei", "SimHei", "PingFang SC", "Hiragino Sans GB", "Heiti SC", "Songti SC",
    "Noto Serif CJK SC", "Droid Sans Fallback", "Arial Unicode MS", "SimSun",
)  # fmt: skip
"""Families with simplified Chinese characters: those of Linux, Windows and macOS."""
_INSTALL = "install a family such as 'Noto Sans CJK SC' (package fonts-noto-cjk), or name one: style={'font.family': [...]}"


def families() -> list[str]:
    """Return the families that figures are written in, the Latin one first and an installed Chinese one after it."""
    installed = {font.name for font in fontManager.ttflist}
    return [LATIN, *[name for name in CHINESE if name in installed][:1]]


def spell_out(picture: Figure) -> None:
    """Write characters that no font in use has as their Unicode numbers, and warn in words; an empty box tells nobody.

    To be called under the settings that the figure is drawn with.
    """
    missing: dict[str, None] = {}
    for text in picture.findobj(Text):
        assert isinstance(text, Text)
        lacking = lacks(text.get_text(), tuple(_in_use()))
        if lacking:
            text.set_text(spelt(text.get_text(), lacking))
            missing |= dict.fromkeys(lacking)
    if missing:
        said = f"no font in use has the characters {''.join(missing)}: they are written as their Unicode numbers"
        warnings.warn(f"{said}; {_INSTALL}", UserWarning, stacklevel=3)


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


def spelt(text: str, lacking: str) -> str:
    """Write some characters of a text as `<5FAE 578B>`."""
    out, open_ = "", False
    for one in text:
        missing = one in lacking
        out += (" " if open_ else "<") + f"{ord(one):04X}" if missing else (">" if open_ else "") + one
        open_ = missing
    return out + (">" if open_ else "")
