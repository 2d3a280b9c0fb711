"""A mapping from a notebook -> values with places, by the same rules as a file."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from simulation.scenario.errors import shown
from simulation.scenario.items import BROKEN, Faults, Item, Path_, Spot
from simulation.scenario.yaml_source import DEEPEST, LARGEST_WHOLE


def from_plain(value: Any, spot: Spot, faults: Faults, path: Path_ = ()) -> Item:
    """Turn plain values into items; what YAML can't say becomes a mistake.

    NumPy numbers become plain ones, paths become text; `spot` is the place of every value.
    """
    if len(path) > DEEPEST:
        faults.add(spot, path[:3], f"is nested too deeply; allowed: {DEEPEST} levels")
        return Item(BROKEN, spot)
    if isinstance(value, Mapping):
        return Item(_map(value, spot, faults, path), spot)
    if isinstance(value, (list, tuple)):
        return Item([from_plain(one, spot, faults, (*path, n)) for n, one in enumerate(value)], spot)
    return Item(_scalar(value, spot, faults, path), spot)


def _map(value: Mapping[Any, Any], spot: Spot, faults: Faults, path: Path_) -> dict[str, Item]:
    for key in value:
        if not isinstance(key, str):
            faults.add(spot, path, f"a key must be text, got {shown(key)}; put it in quotes")
    return {key: from_plain(one, spot, faults, (*path, key)) for key, one in value.items() if isinstance(key, str)}


def _scalar(value: Any, spot: Spot, faults: Faults, path: Path_) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Path):
        return str(value)
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int) and abs(value) <= LARGEST_WHOLE:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    what = f"must be text, a finite number, true, false, a map or a list, got {shown(value)}"
    faults.add(spot, path, what)
    return BROKEN
