"""Who is told how a study comes on, and what is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from experiments.design import Planned


@dataclass(frozen=True)
class Report:
    """What became of one run: its hash, or the traceback of what stopped it."""

    planned: Planned
    hash: str = ""
    failure: str = ""
    circumstances: Mapping[str, Any] = field(default_factory=dict)


class Watch(Protocol):
    """Someone who is told how the runs come on."""

    def begin(self, total: int, kept: int, /) -> None:
        """Hear how many runs there are, and how many of them were finished before; again when more are planned."""

    def note(self, text: str, /) -> None:
        """Hear something worth a line."""

    def done(self, report: Report, standing: str, /) -> None:
        """Hear of a run that ended, and how the first outcome stands."""

    def close(self) -> None:
        """Take away what was put up to show progress."""


class Silent:
    """A watch that says nothing."""

    def begin(self, total: int, kept: int) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""

    def done(self, report: Report, standing: str) -> None:
        """Say nothing."""

    def close(self) -> None:
        """Nothing to take away."""
