"""Months as the result files write them: 12 * year + (month - 1), and `2020-04` beside it."""

Window = tuple[int, int]
"""First and last month, both included."""


class ResultsError(Exception):
    """A question that the result files can't answer: says what is there instead."""


def month_of(text: str) -> int:
    """Read `2020-04`; ResultsError for anything else."""
    year, _, month = text.partition("-")
    if not (len(year) == 4 and year.isdigit() and month.isdigit() and len(month) == 2 and 1 <= int(month) <= 12):
        raise ResultsError(f"{text!r} is not a month written as YYYY-MM")
    return 12 * int(year) + int(month) - 1


def date_of(month: int) -> str:
    """Write a month as `2020-04`."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def window_of(text: str) -> Window:
    """Read `2021-01..2021-12` (or one month) as a window; ResultsError if it ends before it begins."""
    first, _, last = text.partition("..")
    window = month_of(first.strip()), month_of((last or first).strip())
    if window[1] < window[0]:
        raise ResultsError(f"the window {text!r} ends before it begins")
    return window


def window_text(window: Window) -> str:
    """Write a window as `2021-01..2021-12`."""
    return f"{date_of(window[0])}..{date_of(window[1])}"
