"""Figures as people read them."""

import math
from collections.abc import Iterable

DIGITS = 4
_MOST_DECIMALS = 6
_FEWEST_DIGITS = 2
_WHOLE_FROM = 10.0
_COUNTED_AT = {
    "registered": "counted where registered",
    "ever registered": "counted where they were registered",
    "present": "counted where they are that month",
    "place": "counted where the facility stands",
}
COUNTED = frozenset({"persons", "households", "posts", "homes", "schools", "pairs", "seats", "visits"})
"""Units of things that are counted: their figures are written with one decimal."""


def decimals(values: Iterable[float], unit: str = "") -> int:
    """Return how many decimals show the largest of some figures with four digits; one for things that are counted."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if not largest:
        return 0
    exponent = math.floor(math.log10(largest))
    if unit in COUNTED:
        return 1 if exponent >= 0 else _FEWEST_DIGITS - 1 - exponent
    # A tiny figure is not stretched to four digits, but never becomes 0 either.
    return max(0, min(DIGITS - 1 - exponent, max(_MOST_DECIMALS, _FEWEST_DIGITS - 1 - exponent)))


def fixed(value: float, places: int) -> str:
    """Write a figure with so many decimals, `undefined` for NaN, and never a minus before nothing but zeros."""
    if math.isnan(value):
        return "undefined"
    text = f"{value:,.{places}f}"
    return text if any(digit in text for digit in "123456789") else "0"


def number(value: float, unit: str = "") -> str:
    """Write a figure with about four digits, or one decimal for things that are counted; `undefined` for NaN."""
    return fixed(value, decimals((value,), unit))


def plus(text: str) -> str:
    """Put a plus before a figure above 0 that was written already."""
    return text if text in ("0", "undefined") or text.startswith("-") else f"+{text}"


def signed(value: float, unit: str = "") -> str:
    """Write a difference with its sign."""
    return plus(number(value, unit))


def people(value: float) -> str:
    """Write a number of people or posts: whole from 10 on, with one decimal below."""
    return fixed(value, 0 if abs(value) >= _WHOLE_FROM else 1)


def whom(people: str, of: str) -> str:
    """Say whom a figure for everybody is for: people (or what is counted), where they count, place and population.

    `of` is the indicator's: registered, present, ever registered or place.
    """
    together = "" if of == "place" else ", all populations together"
    return f"{people}, {_COUNTED_AT.get(of, of)}; all places{together}"
