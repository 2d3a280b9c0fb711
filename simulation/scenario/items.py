"""A value that remembers where it was written: what is left of a YAML file after reading."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulation.scenario.errors import Fault

Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Spot:
    """A place in a file. `folder` is what relative paths written there start from."""

    file: str
    line: int
    column: int
    folder: Path


class _Broken:
    """Stands for a value that was refused already, so that nothing is said of it twice."""

    def __repr__(self) -> str:
        return "BROKEN"

    def __reduce__(self) -> str:
        return "BROKEN"


BROKEN = _Broken()


@dataclass(frozen=True)
class Item:
    """A value and where it stands; maps hold items by key, lists hold items."""

    value: Any
    spot: Spot
    key: Spot | None = None

    @property
    def named_at(self) -> Spot:
        """Where its key stands, or the value itself if it has none."""
        return self.key or self.spot


@dataclass
class Faults:
    """Collects mistakes."""

    found: list[Fault] = field(default_factory=list)

    def add(self, spot: Spot, where: Path_ | str, what: str) -> None:
        """Keep one mistake."""
        name = where if isinstance(where, str) else dotted(where)
        self.found.append(Fault(spot.file, spot.line, spot.column, name, what))


def dotted(path: Iterable[str | int]) -> str:
    """Write a path as `arms.training.0.skills_training.places`."""
    return ".".join(str(part) for part in path)


def plain(item: Item) -> Any:
    """Return the value without its places; what was refused becomes None."""
    if item.value is BROKEN:
        return None
    if isinstance(item.value, dict):
        return {key: plain(one) for key, one in item.value.items()}
    if isinstance(item.value, list):
        return [plain(one) for one in item.value]
    return item.value


def child(item: Item, part: str | int) -> Item | None:
    """Return the part of a map or list, or None if there is none."""
    value = item.value
    if isinstance(value, dict):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value):
        found: Item = value[part]
        return found
    return None


def deepest(item: Item, path: Path_) -> tuple[Item, Path_]:
    """Follow a path as far as it goes; return what is there and the part of the path that was gone."""
    gone: Path_ = ()
    for part in path:
        found = child(item, part)
        if found is None:
            break
        item, gone = found, (*gone, part)
    return item, gone


def leaves(item: Item, path: Path_ = ()) -> Iterator[tuple[Path_, Item]]:
    """List every value that is neither a map nor a list, with its path."""
    if isinstance(item.value, dict):
        for key, one in item.value.items():
            yield from leaves(one, (*path, key))
    elif isinstance(item.value, list):
        for number, one in enumerate(item.value):
            yield from leaves(one, (*path, number))
    else:
        yield path, item
