"""What a comparison with a third party's implementation found, in one line."""

from dataclasses import dataclass
from importlib.metadata import version


@dataclass(frozen=True)
class Finding:
    """One mechanism of ours beside one referee.

    `difference` is the largest over all instances, in `unit`; it must not pass `most`.
    """

    mechanism: str
    referee: str
    instances: int
    difference: float
    unit: str
    most: float

    def __str__(self) -> str:
        return f"{self.mechanism:<46}{self.referee:<22}{self.instances:>9,}  {self.difference:.3g} {self.unit}"

    @property
    def holds(self) -> bool:
        return self.difference <= self.most


HEADING = f"{'mechanism':<46}{'referee':<22}{'instances':>9}  largest difference"


def package(name: str) -> str:
    """A referee's name and version."""
    return f"{name} {version(name)}"
