"""Who a course admits, in words: comparisons of age joined by `and`, and `not employed`."""

import re
from dataclasses import dataclass

YOUNGEST, OLDEST = 16, 59
_COMPARISON = re.compile(r"age\s*(>=|<=|==|>|<)\s*(\d{1,3})")
_NOT_EMPLOYED = re.compile(r"not\s+employed")


@dataclass(frozen=True)
class Eligibility:
    """Youngest and oldest age admitted, in years, and whether only people without work are."""

    min_age: int = YOUNGEST
    max_age: int = OLDEST
    only_without_work: bool = False


def _window(sign: str, age: int) -> tuple[int, int]:
    """Ages that a comparison allows, both ends included."""
    low = {">=": age, ">": age + 1, "==": age}.get(sign, 0)
    high = {"<=": age, "<": age - 1, "==": age}.get(sign, OLDEST)
    return low, high


def parse(text: str) -> Eligibility:
    """Read a condition such as `age >= 50 and not employed`; an empty one admits every labourer.

    Raises ValueError for anything else, and for conditions that nobody of working age meets.
    """
    low, high, without_work = YOUNGEST, OLDEST, False
    for term in re.split(r"\s+and\s+", text.strip()) if text.strip() else []:
        if _NOT_EMPLOYED.fullmatch(term):
            without_work = True
            continue
        found = _COMPARISON.fullmatch(term)
        if found is None:
            raise ValueError(
                f"'{term}' is not understood: write comparisons such as 'age >= 50', joined by 'and', and 'not employed'"
            )
        youngest, oldest = _window(found[1], int(found[2]))
        low, high = max(low, youngest), min(high, oldest)
    if low > high:
        raise ValueError(f"'{text}' admits nobody of {YOUNGEST} to {OLDEST}, the ages of the labour force")
    return Eligibility(low, high, without_work)
