"""What a recorded outcome means, and for whom it is told."""

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class Meaning:
    """What one outcome column means: see the fields' names; `kind` is `ratio`, `count` or `plain`."""

    name: str
    kind: str
    unit: str
    of: str
    denominator: str
    text: str
    better: int

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file that hold it."""
        return (f"{self.name}__num", f"{self.name}__den") if self.kind == "ratio" else (self.name,)

    @property
    def one(self) -> str:
        """Name one of what a count or the numerator of a share counts: `person`, or `one of the labourers`."""
        return f"one of the {self.denominator}" if self.kind == "ratio" else self.unit.removesuffix("s")

    @property
    def counted(self) -> str:
        """The unit if its figures are counts, else nothing: how they are rounded."""
        return self.unit if self.kind == "count" else ""


@dataclass(frozen=True)
class Cell:
    """Which people are meant: a place id or `all`, a population or `all`, a group or `all`."""

    place: str = "all"
    population: str = "all"
    group: str = "all"

    def __str__(self) -> str:
        """Write it for a table: what isn't `all`, or `all`."""
        return ", ".join(part for part in (self.place, self.population, self.group) if part != "all") or "all"


def meaning_of(column: pa.Field) -> Meaning:
    """Read what a column of an outcome file means from its metadata."""
    told = {key.decode(): value.decode() for key, value in (column.metadata or {}).items()}
    name = column.name.removesuffix("__num").removesuffix("__den")
    kind = "ratio" if name != column.name else told.get("kind", "count")
    return Meaning(
        name,
        kind,
        told.get("unit", ""),
        told.get("of", ""),
        told.get("denominator", ""),
        told.get("meaning", ""),
        int(told.get("better", "0")),
    )
