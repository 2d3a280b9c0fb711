"""The inputs of a study, copied into its folder, so that the folder alone can make its runs again."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.folder import EFFECTIVE
from experiments.store import write_bytes, write_text
from simulation.scenario import effective_text
from simulation.scenario.items import Item, child, deepest

if TYPE_CHECKING:
    from simulation.scenario import Scenario

INPUTS = "inputs"


def input_files(scenario: "Scenario") -> dict[Path, str]:
    """Return {file: its path in the folder} of every table, plug-in and ensemble that the scenario names."""
    found: dict[Path, str] = {}
    for item in _named_files(scenario):
        source = (item.spot.folder / item.value).resolve()
        found.setdefault(source, _free(source.name, set(found.values())))
    return found


def _named_files(scenario: "Scenario") -> Iterator[Item]:
    for key in ("tables", "plugins"):
        named = child(scenario.tree, key)
        parts = named.value if named is not None and named.value else []
        yield from parts.values() if isinstance(parts, dict) else parts
    _, gone = deepest(scenario.tree, ("uncertainty", "ensemble"))
    if len(gone) == 2:
        yield deepest(scenario.tree, gone)[0]


def _free(name: str, taken: set[str]) -> str:
    path, number = f"{INPUTS}/{name}", 1
    while path in taken:
        path, number = f"{INPUTS}/{number}-{name}", number + 1
    return path


def write_inputs(scenario: "Scenario", folder: Path) -> None:
    """Copy the tables and plug-ins of a scenario and write `effective.yaml`, which names the copies."""
    places = input_files(scenario)
    for source, name in places.items():
        content = source.read_bytes()
        copy = folder / name
        if not copy.exists() or copy.read_bytes() != content:
            write_bytes(content, copy)
    write_text(effective_text(scenario, folder, places), folder / EFFECTIVE)
