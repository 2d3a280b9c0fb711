"""A user's Python files: further processes, interventions and outcomes that a scenario names."""

import hashlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.abc import SourceLoader
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType

from simulation.catalogue import Catalogue, discover
from simulation.contract import ContractError
from simulation.scenario.inherit import beside
from simulation.scenario.items import Faults, Item, Path_, Spot
from simulation.scenario.yaml_source import decoded, read_bytes

_MARKS = ("run", "contribute", "measure")


class _Text(SourceLoader):
    """Imports a module from its text, so that a worker needs no file."""

    def __init__(self, file: str, text: str) -> None:
        self._file, self._text = file, text

    def get_filename(self, fullname: str) -> str:
        return self._file

    def get_data(self, path: str) -> bytes:
        return self._text.encode()


@dataclass(frozen=True)
class Plugin:
    """A plugin as it was read: the same text is the same plugin, wherever its file stands."""

    name: str
    file: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of its text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def module(self) -> ModuleType:
        """Import it under a name that its text alone decides, so that worker processes find it again."""
        package = f"relosim_plugin_{self.digest[:16]}"
        full = f"{package}.{self.name}"
        if full not in sys.modules:
            parent = sys.modules.setdefault(package, ModuleType(package))
            parent.__path__ = []
            loader = _Text(self.file, self.text)
            module = ModuleType(full)
            module.__spec__ = spec_from_loader(full, loader)
            sys.modules[full] = module
            try:
                loader.exec_module(module)
            except BaseException:
                del sys.modules[full]
                raise
        return sys.modules[full]


def catalogue_of(plugins: Iterable[Plugin]) -> Catalogue:
    """Find every declaration, those of plugins included. Raises ContractError as `discover` does."""
    return discover([one.module() for one in plugins])


def read_plugins(named: Item | None, faults: Faults) -> tuple[tuple[Plugin, ...], Catalogue]:
    """Read and import the plugins that a scenario names; one that fails is a mistake and left out."""
    good: list[Plugin] = []
    catalogue = discover()
    entries = named.value if named is not None and isinstance(named.value, list) else []
    for number, item in enumerate(entries):
        if not isinstance(item.value, str):
            continue
        made = _read(item, ("plugins", number), faults)
        grown = _grown([*good, made], item, ("plugins", number), faults) if made else None
        if made and grown:
            good.append(made)
            catalogue = grown
    return tuple(good), catalogue


def _read(item: Item, where: Path_, faults: Faults) -> Plugin | None:
    path = item.spot.folder / item.value
    if Path(item.value).suffix != ".py":
        faults.add(item.spot, where, f"must be a Python file, got '{item.value}'; its name ends in .py")
        return None
    raw = read_bytes(path, item.spot, where, faults)
    top = Spot(beside(item.spot.file, item.value), 0, 0, path.parent)
    text = decoded(raw, top, faults) if raw is not None else None
    return None if text is None else Plugin(path.stem, str(path), text)


def _grown(plugins: list[Plugin], item: Item, where: Path_, faults: Faults) -> Catalogue | None:
    try:
        module = plugins[-1].module()
        if not any(hasattr(module, mark) for mark in _MARKS):
            raise ContractError("it declares no process ('run'), intervention ('contribute') or outcome ('measure')")
        return catalogue_of(plugins)
    except Exception as error:  # whatever a user's file raises is told as a mistake of that file
        said = " ".join(f"{type(error).__name__}: {error}".split())
        faults.add(item.spot, where, f"'{item.value}' can't be used: {said}")
        return None
