"""Months are absolute integers, 12 * year + (month - 1): `month % 12 == 0` is January."""

JANUARY, FEBRUARY, MARCH, APRIL, MAY, JUNE = range(6)
JULY, AUGUST, SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = range(6, 12)

_SPRING_FESTIVAL_IN_JANUARY = frozenset({2020, 2023, 2025})
"""Years from 2018 to 2027 whose Spring Festival falls in January; in the others it is February (domain 7)."""


def month_of(text: str) -> int:
    """Read `2020-04`; anything else raises ValueError."""
    year, _, month = text.partition("-")
    if not (len(year) == 4 and len(month) == 2 and year.isdigit() and month.isdigit() and 1 <= int(month) <= 12):
        raise ValueError(f"{text!r} is not a month written as YYYY-MM")
    return 12 * int(year) + int(month) - 1


def date_of(month: int) -> str:
    """Write a month as `2020-04`."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def is_spring_festival(month: int) -> bool:
    """Say whether the Spring Festival falls in this month (domain 7, 2018 to 2027)."""
    festival = JANUARY if month // 12 in _SPRING_FESTIVAL_IN_JANUARY else FEBRUARY
    return month % 12 == festival


def school_year(month: int) -> int:
    """Return the September in which the running school year began, as a month."""
    return month - (month - SEPTEMBER) % 12
