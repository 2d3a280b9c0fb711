"""The door: a scenario file, or a mapping from a notebook, becomes a Scenario or one ScenarioError."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from simulation.scenario.check import check
from simulation.scenario.errors import ScenarioError
from simulation.scenario.inherit import gather, set_values
from simulation.scenario.items import Faults, Item, Spot, child
from simulation.scenario.mapping_source import from_plain
from simulation.scenario.paths import SettingNames, setting_names
from simulation.scenario.plugins import read_plugins
from simulation.scenario.scenario import Scenario
from simulation.scenario.yaml_source import read_file

_NONE: Mapping[str, str] = MappingProxyType({})


def load(path: str | Path | Mapping[str, Any], overrides: Mapping[str, str] = _NONE) -> Scenario:
    """Read a scenario file.

    Parameters
    ----------
    path
        the YAML file (or the mapping it would hold, whose paths start from the working folder).
    overrides
        {path: text} of `--set PATH=VALUE`; a path is names with '.' between them, the text is YAML. An entry
        of an arm is named by its number, by its kind, or by a setting that no other entry has:
        `arms.training.0.skills_training.places`, `arms.training.skills_training.places`, `arms.training.places`.

    Raises ScenarioError, which holds all mistakes at once.
    """
    if isinstance(path, Mapping):
        return load_mapping(path, Path(), overrides)
    faults = Faults()
    top = read_file(Path(path), str(path), faults)
    if top is None:
        raise ScenarioError(faults.found)
    return _finish(top, Path(path), str(path), overrides, faults)


def load_mapping(mapping: Mapping[str, Any], folder: str | Path, overrides: Mapping[str, str] = _NONE) -> Scenario:
    """Read a scenario from a mapping; paths in it start from `folder`. Raises ScenarioError."""
    faults = Faults()
    spot = Spot("scenario", 0, 0, Path(folder))
    top = from_plain(mapping, spot, faults)
    if faults.found:
        raise ScenarioError(faults.found)
    return _finish(top, None, "", overrides, faults)


def _finish(top: Item, path: Path | None, file: str, overrides: Mapping[str, str], faults: Faults) -> Scenario:
    merged = gather(top, path, faults)
    tree = set_values(merged.item, overrides, top.spot.folder, faults, _setting_names)
    return check(type(merged)(tree, merged.whole), file, faults)


def _setting_names(tree: Item) -> SettingNames:
    """Tell which settings the entries of arms have; what is wrong with a plugin is said by `check`."""
    return setting_names(read_plugins(child(tree, "plugins"), Faults())[1])
