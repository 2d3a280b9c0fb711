"""What is wrong with a scenario: every mistake with its place, what is allowed and the nearest name."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

LONGEST_SHOWN = 60
MOST_LISTED = 24


@dataclass(frozen=True, order=True)
class Fault:
    """One mistake. `line` and `column` count from 1; line 0 means that the file as a whole is meant."""

    file: str
    line: int
    column: int
    where: str
    what: str

    def __str__(self) -> str:
        """Write `file:line:column: where: what`."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return ": ".join(part for part in (place, self.where, self.what) if part)


class ScenarioError(Exception):
    """A scenario that can't be used: holds all its mistakes, by file, then by position."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the mistakes in order, each once."""
        self.faults = tuple(sorted(set(faults)))
        super().__init__(self.faults)

    def __str__(self) -> str:
        """Write one mistake a line."""
        return "\n".join(str(one) for one in self.faults)


def shown(value: Any) -> str:
    """Write a value as a reader of YAML knows it, cut where it is long."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, (list, tuple)):
        return "a list"
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "..."


def listed(options: Iterable[Any]) -> str:
    """Write what is allowed: all of it, or the first names and how many there are."""
    names = [str(one) for one in options]
    if len(names) <= MOST_LISTED:
        return f"; allowed: {', '.join(names) or 'none'}"
    return f"; allowed: {', '.join(names[:MOST_LISTED])} and {len(names) - MOST_LISTED} more"


def nearest(word: Any, options: Iterable[Any]) -> str:
    """Write the nearest of the names that are allowed, or nothing if none is near."""
    close = difflib.get_close_matches(str(word), [str(one) for one in options], 1, 0.6)
    return f"; did you mean '{close[0]}'?" if close else ""


def hint(word: Any, options: Iterable[Any]) -> str:
    """Write what is allowed and the nearest name."""
    names = list(options)
    return listed(names) + nearest(word, names)
