"""The languages of a report: how figures, months and the words that sections share are written."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.meaning import Cell
from analysis.months import ResultsError, Window
from analysis.report.words import MONTHS, UNITS, WORDS
from analysis.words import decimals, fixed, plus

TEN_THOUSAND = 10_000.0
_MOST_DECIMALS = 6
_PER_CENT = 100.0
_WHOLE_FROM = 100.0
"""From here on levels are written without decimals."""


@dataclass(frozen=True)
class Scale:
    """How figures of one kind are written side by side: multiplied by `factor`, with `places`, in `unit`."""

    factor: float
    places: int
    unit: str
    undefined: str
    comma: bool = True

    def text(self, value: float) -> str:
        """Write a figure without its unit."""
        if not math.isfinite(value):
            return self.undefined
        written = fixed(value * self.factor, self.places)
        return written.replace("-", "−") if self.comma else written.replace(",", "").replace("-", "−")

    def short(self, value: float) -> str:
        """Write a figure with what it was multiplied by, for a column of another unit: `94.6%`, `1.27万`."""
        written = self.text(value)
        mark = "%" if self.factor == _PER_CENT else "万" if self.factor < 1 else ""
        return written if written == self.undefined else f"{written}{mark}"

    def signed(self, value: float) -> str:
        """Write a difference without its unit, with its sign."""
        written = self.text(value)
        return written if written == self.undefined or written.startswith("−") else plus(written)


def places_for(value: float, half: float) -> int:
    """Return decimals that an interval of this half width warrants: two digits of it where the first is 1, else one."""
    if not (math.isfinite(half) and half > 0):
        return min(decimals((value,)), 2)
    exponent = math.floor(math.log10(half))
    first = half / 10**exponent
    return max(0, min(_MOST_DECIMALS, (1 if first < 2 else 0) - exponent))


@dataclass(frozen=True)
class Language:
    """A language that reports are written in.

    Attributes
    ----------
    code
        `en` or `zh`, as `--lang` takes it.
    tag
        what HTML calls it.
    words
        {name: text} that sections share.
    units
        {unit of an outcome: how it is written}; what isn't there stays as it is.
    """

    code: str
    tag: str
    words: Mapping[str, str]
    units: Mapping[str, str]

    @property
    def chinese(self) -> bool:
        """Say whether figures from ten thousand on are counted in ten thousands."""
        return self.code == "zh"

    def unit(self, unit: str) -> str:
        """Write the unit of an outcome."""
        return self.units.get(unit, unit)

    def scale(self, values: Iterable[float], unit: str, *, change: bool = False, places: int | None = None) -> Scale:
        """Choose how figures of an outcome are written side by side.

        Parameters
        ----------
        values
            the figures, in the outcome's unit.
        unit
            as the outcome declares it; shares become percentages.
        change
            whether they are differences, which of percentages are percentage points.
        places
            decimals of the unscaled figures; about four digits of the largest where left out.
        """
        known = [abs(one) for one in values if math.isfinite(one)]
        undefined = self.words["undefined"]
        if unit == "share" or unit.startswith("share "):
            name = self.words["points" if change else "percent"]
            shown = max(places - 2, 0) if places is not None else min(decimals([100 * one for one in known]), 2)
            return Scale(_PER_CENT, shown, name + self.unit(unit.removeprefix("share").strip()), undefined, False)
        if self.chinese and max(known, default=0.0) >= TEN_THOUSAND:
            shown = min(places + 4, 4) if places is not None else 2
            return Scale(1 / TEN_THOUSAND, shown, "万" + self.unit(unit), undefined, False)
        whole = max(known, default=0.0) >= _WHOLE_FROM
        shown = places if places is not None else 0 if whole else min(decimals(known, unit), 3)
        return Scale(1.0, shown, self.unit(unit), undefined, not self.chinese)

    def with_unit(self, text: str, unit: str) -> str:
        """Put a unit behind a figure: close to it in Chinese, and a percent sign everywhere."""
        return text + unit if self.chinese or unit.startswith("%") else f"{text} {unit}".strip()

    def span(self, low: str, high: str) -> str:
        """Write an interval."""
        return self.words["span"].format(low=low, high=high)

    def share(self, value: float, places: int = 0) -> str:
        """Write a share as a percentage."""
        return f"{_PER_CENT * value:.{places}f}%" if math.isfinite(value) else self.words["undefined"]

    def number(self, value: float) -> str:
        """Write a number without a unit with about four digits."""
        scale = self.scale((value,), "")
        return self.with_unit(scale.text(value), scale.unit)

    def count(self, value: float) -> str:
        """Write a whole number."""
        return self.with_unit(Scale(1.0, 0, "", "", not self.chinese).text(value), "")

    def money(self, value: float) -> str:
        """Write yuan with the unit: `1,314,720 yuan`, or 131.5万元."""
        scale = self.scale((value,), "yuan", places=None if self.chinese else 0)
        return self.with_unit(scale.text(value), scale.unit)

    def month(self, month: int) -> str:
        """Write an absolute month."""
        year, number = divmod(month, 12)
        return MONTHS[self.code].format(year=year, month=number + 1, name=_ENGLISH[number])

    def window(self, window: Window) -> str:
        """Write a window of months; one month by itself."""
        first, last = (self.month(one) for one in window)
        return first if first == last else self.span(first, last)

    def cell(self, cell: Cell, places: Mapping[str, str]) -> str:
        """Say whom a cell is of."""
        parts = [self.place(cell.place, places)] if cell.place != "all" else []
        if cell.population != "all":
            parts.append(self.words.get(cell.population, cell.population))
        if cell.group != "all":
            parts.append(self.group(cell.group))
        return self.words["comma"].join(parts) or self.words["everybody"]

    def place(self, place: str, places: Mapping[str, str]) -> str:
        """Name a place."""
        return places.get(place, place)

    def group(self, group: str) -> str:
        """Name a group such as `age_band=50-59`."""
        dimension, _, value = group.partition("=")
        if dimension == "age_band":
            return self.words["age_band"].format(ages=value.replace("-", "–"))
        return self.words.get(f"{dimension}={value}", value)


_ENGLISH = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
LANGUAGES = {
    "en": Language("en", "en", WORDS["en"], UNITS["en"]),
    "zh": Language("zh", "zh-Hans", WORDS["zh"], UNITS["zh"]),
}


def language_of(code: str) -> Language:
    """Return a language by its code; ResultsError for one in which there are no reports."""
    if code not in LANGUAGES:
        raise ResultsError(f"--lang {code}: reports are written in {' and '.join(LANGUAGES)}")
    return LANGUAGES[code]


def texts(words: Mapping[str, Mapping[str, Any]], language: Language) -> dict[str, Any]:
    """Return what a section says in a language, over the words that sections share."""
    return {**language.words, **words[language.code]}
