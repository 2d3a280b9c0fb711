"""Figures as people read them."""

import math


def number(value: float) -> str:
    """Write a figure with about four digits; `undefined` for NaN."""
    if math.isnan(value):
        return "undefined"
    digits = 0 if value == 0 else max(0, 3 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(digits, 6)}f}"


def signed(value: float) -> str:
    """Write a difference with its sign."""
    return number(value) if math.isnan(value) or value < 0 else f"+{number(value)}"
