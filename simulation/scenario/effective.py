"""The effective scenario as YAML, each value with the file it comes from."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simulation.scenario.items import Item, Path_
from simulation.scenario.model import KEYS
from simulation.scenario.scenario import Scenario

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*|\d{4}-\d{2}")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_WIDTH = 60


def effective_text(scenario: Scenario, folder: str | Path | None = None) -> str:
    """Write what a scenario comes to after `base:` and `--set`, as YAML that can be loaded again.

    Every value is followed by the file it comes from. Paths of tables and plugins are written from
    `folder`, the one in which the text will stand, or whole where none is given.
    """
    lines = [f"# effective scenario of {scenario.file or 'a mapping'}"]
    keys = sorted(scenario.tree.value, key=KEYS.index)
    for key in keys:
        lines += _lines(key, scenario.tree.value[key], (key,), 0, folder)
    return "\n".join(lines) + "\n"


def _lines(key: str, item: Item, path: Path_, depth: int, folder: str | Path | None) -> Iterator[str]:
    yield from _value(f"{'  ' * depth}{_text(key)}:", item, path, depth, folder)


def _value(head: str, item: Item, path: Path_, depth: int, folder: str | Path | None) -> Iterator[str]:
    value = item.value
    if isinstance(value, dict) and value:
        yield head
        for key, one in value.items():
            yield from _lines(key, one, (*path, key), depth + 1, folder)
    elif isinstance(value, list) and value:
        yield head
        for number, one in enumerate(value):
            yield from _value(f"{'  ' * (depth + 1)}-", one, (*path, number), depth + 1, folder)
    else:
        written = _path(item, folder) if _names_file(path) and isinstance(value, str) else value
        yield f"{f'{head} {_scalar(written)}':<{_WIDTH}}  # {_commented(item.spot.file)}"


def _names_file(path: Path_) -> bool:
    return path[0] in ("tables", "plugins") or path == ("uncertainty", "ensemble")


def _path(item: Item, folder: str | Path | None) -> str:
    whole = (item.spot.folder / item.value).resolve()
    return whole.as_posix() if folder is None else Path(os.path.relpath(whole, Path(folder).resolve())).as_posix()


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
