"""The effective scenario as YAML, each value with the file it comes from."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from simulation.scenario.items import Item, Path_
from simulation.scenario.model import KEYS
from simulation.scenario.scenario import Scenario

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*|\d{4}-\d{2}")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_WIDTH = 60


def effective_text(
    scenario: Scenario, folder: str | Path | None = None, copies: Mapping[Path, str] = MappingProxyType({})
) -> str:
    """Write what a scenario comes to after `base:` and `--set`, as YAML that can be loaded again.

    Every value is followed by the file it comes from. Paths of tables and plugins are written from
    `folder`, the one in which the text will stand, or whole where none is given; a file of which there
    is a copy, {file: path of the copy}, is named by the copy.
    """
    lines = [f"# effective scenario of {_commented(scenario.file) or 'a mapping'}"]
    keys = sorted(scenario.tree.value, key=KEYS.index)
    for key in keys:
        lines += _lines(key, scenario.tree.value[key], (key,), 0, _Paths(folder, copies))
    return "\n".join(lines) + "\n"


def _lines(key: str, item: Item, path: Path_, depth: int, paths: "_Paths") -> Iterator[str]:
    yield from _value(f"{'  ' * depth}{_text(key)}:", item, path, depth, paths)


def _value(head: str, item: Item, path: Path_, depth: int, paths: "_Paths") -> Iterator[str]:
    value = item.value
    if isinstance(value, dict) and value:
        yield head
        for key, one in value.items():
            yield from _lines(key, one, (*path, key), depth + 1, paths)
    elif isinstance(value, list) and value:
        yield head
        for number, one in enumerate(value):
            yield from _value(f"{'  ' * (depth + 1)}-", one, (*path, number), depth + 1, paths)
    else:
        written = paths.written(item) if _names_file(path) and isinstance(value, str) else value
        yield f"{f'{head} {_scalar(written)}':<{_WIDTH}}  # {_commented(item.spot.file)}"


def _names_file(path: Path_) -> bool:
    return path[0] in ("tables", "plugins") or path == ("uncertainty", "ensemble")


@dataclass(frozen=True)
class _Paths:
    """How files are named: from a folder or whole, and by their copies where there are any."""

    folder: str | Path | None
    copies: Mapping[Path, str]

    def written(self, item: Item) -> str:
        whole: Path = (item.spot.folder / item.value).resolve()
        if whole in self.copies:
            return self.copies[whole]
        if self.folder is None:
            return whole.as_posix()
        return Path(os.path.relpath(whole, Path(self.folder).resolve())).as_posix()


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return "{}" if isinstance(value, dict) else "[]"
    return _text(value) if isinstance(value, str) else _number(value)


def _number(value: float) -> str:
    text = repr(value)
    # `1e+16` is a number in YAML 1.2 only with a point in some readers; give it one.
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def _text(value: str) -> str:
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return '"' + "".join(_escaped(one) for one in value) + '"'


def _escaped(one: str) -> str:
    if one in '"\\':
        return "\\" + one
    if one == " " or (one.isprintable() and one != "\ufeff"):
        return one
    code = ord(one)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _commented(file: str) -> str:
    return "".join(one if one.isprintable() else "?" for one in file)
