"""YAML text -> values with places: safe tags only, no repeated key, no bomb, all mistakes at once."""

import difflib
import math
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from simulation.scenario.errors import shown
from simulation.scenario.items import BROKEN, Faults, Item, Path_, Spot

LARGEST_FILE = 4_000_000
MOST_VALUES = 100_000
DEEPEST = 40
LARGEST_WHOLE = 2**63 - 1

_TAG = "tag:yaml.org,2002:"
_TRUTH = {"true": True, "false": False}
_REMEDIES = {
    "cannot start any token": "a tab or a reserved character; indent with spaces, put such text in quotes",
    "mapping values are not allowed": "':' where no key can be; put text with ': ' in quotes, or check the indentation",
    "could not find expected ':'": "a key without ':'; write 'key: value', or put text that goes over lines in quotes",
    "but found '-'": "check the indentation of the list",
    "expected <block end>": "check the indentation, and that every quote and bracket is closed where it should be",
    "while scanning a quoted scalar": "a quote isn't closed",
    "found unexpected end of stream": "a quote isn't closed",
    "undefined alias": "an alias (*name) has no anchor (&name) before it",
    "expected a single document": "a file holds one scenario; remove the '---' between two",
    "but got '<stream end>'": "a bracket isn't closed",
}  # fmt: skip


def read_file(path: Path, label: str, faults: Faults) -> Item | None:
    """Read a YAML file whose whole is a map.

    Parameters
    ----------
    path
        the file.
    label
        how mistakes name it.
    faults
        where mistakes go.

    Returns None if nothing of it can be used (missing, not UTF-8, not YAML, not a map).
    """
    top = Spot(label, 0, 0, path.parent)
    raw = read_bytes(path, top, "", faults)
    if raw is None:
        return None
    if len(raw) > LARGEST_FILE:
        faults.add(top, "", f"is {len(raw):,} bytes long; allowed: {LARGEST_FILE:,}; long lists belong in a CSV table")
        return None
    text = decoded(raw, top, faults)
    if text is None:
        return None
    item = parse(text, top, faults)
    if item is None or isinstance(item.value, dict):
        return item
    if item.value is None:
        faults.add(top, "", "the file is empty; a scenario begins with 'format: 1' and 'name: ...'")
    else:
        what = f"a scenario is a map of keys and values, got {shown(item.value)}; begin with 'format: 1'"
        faults.add(item.spot, "", what)
    return None


def read_bytes(path: Path, spot: Spot, where: Path_ | str, faults: Faults) -> bytes | None:
    """Read a file; a missing or unreadable one becomes a mistake at `spot`."""
    try:
        if not path.is_file():
            faults.add(spot, where, _no_file(path, named=bool(where)))
            return None
        return path.read_bytes()
    except (OSError, ValueError) as error:
        faults.add(spot, where, f"{shown(str(path))} can't be read: {getattr(error, 'strerror', None) or error}")
        return None


def _no_file(path: Path, named: bool) -> str:
    """Say what stands in place of a file; `named` if another file names it, not the command line."""
    if path.is_dir():
        return f"{shown(str(path))} is a folder; name a file in it"
    close = difflib.get_close_matches(path.stem, [one.stem for one in path.parent.glob(f"*{path.suffix}")], 1)
    remedy = "paths start from the folder of the file that names them" if named else "name a scenario file"
    return f"there is no file {shown(str(path))}; {remedy}" + (
        f"; did you mean '{close[0]}{path.suffix}'?" if close else ""
    )


def decoded(raw: bytes, top: Spot, faults: Faults) -> str | None:
    """Decode UTF-8, with or without a byte order mark; another encoding becomes a mistake with its line."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        spot = Spot(top.file, line, column, top.folder)
        byte = f"byte {raw[error.start]:#04x} at offset {error.start}"
        faults.add(spot, "", f"isn't UTF-8: {byte}; save the file as UTF-8")
        return None


def parse(text: str, top: Spot, faults: Faults) -> Item | None:
    """Turn YAML text into an item; None if it isn't YAML or would grow too large.

    `top.line` 0 with a `file` of its own (`--set`) keeps every place at 0: no file, no line.
    """
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except RecursionError:
        faults.add(top, "", f"is nested too deeply; allowed: {DEEPEST} levels")
        return None
    except ReaderError as error:
        before = text[: error.position]
        spot = Spot(top.file, before.count("\n") + 1, error.position - before.rfind("\n"), top.folder)
        found = chr(error.character) if isinstance(error.character, int) else str(error.character)
        faults.add(spot, "", f"isn't YAML: the character {shown(found)} is not allowed; remove it")
        return None
    except Exception as error:  # ruamel answers broken text with many kinds of exception besides YAMLError
        _explain(error, top, faults)
        return None
    if node is None:
        return Item(None, top)
    reader = _Reader(top, faults)
    return reader.item(node, (), None) if reader.bounded(node) else None


def _explain(error: Exception, top: Spot, faults: Faults) -> None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    spot = Spot(top.file, mark.line + 1, mark.column + 1, top.folder) if mark and top.file != "--set" else top
    said = " ".join(str(error.problem or "").split()) if isinstance(error, MarkedYAMLError) else type(error).__name__
    about = f"{getattr(error, 'context', '')} {said}"
    remedy = next((text for mark_, text in _REMEDIES.items() if mark_ in about), "")
    faults.add(spot, "", f"isn't YAML: {said}" + (f"; {remedy}" if remedy else ""))


class _Reader:
    """Turns composed nodes into items; what it refuses becomes BROKEN."""

    def __init__(self, top: Spot, faults: Faults) -> None:
        self._top = top
        self._faults = faults
        self._sizes: dict[int, int] = {}

    def spot(self, node: Node) -> Spot:
        if self._top.file == "--set":
            return self._top
        return Spot(self._top.file, node.start_mark.line + 1, node.start_mark.column + 1, self._top.folder)

    def bounded(self, node: Node) -> bool:
        """Say whether the text stays small once aliases are written out (counted, never expanded)."""
        size = self._size(node, 0)
        if size is None:
            return False
        if size > MOST_VALUES:
            what = f"holds {size:,} values once its aliases are written out; allowed: {MOST_VALUES:,}"
            self._faults.add(self.spot(node), "", what)
        return size <= MOST_VALUES

    def _size(self, node: Node, depth: int) -> int | None:
        known = self._sizes.get(id(node))
        if known == 0 or depth > DEEPEST:
            deep = f"is nested too deeply; allowed: {DEEPEST} levels"
            what = "an alias refers to a value that holds it; write the value out" if known == 0 else deep
            self._faults.add(self.spot(node), "", what)
            return None
        if known is not None:
            return known
        self._sizes[id(node)] = 0
        total = 1
        for part in _parts(node):
            size = self._size(part, depth + 1)
            if size is None:
                return None
            total += size
        self._sizes[id(node)] = total
        return total

    def item(self, node: Node, path: Path_, key: Spot | None) -> Item:
        spot = self.spot(node)
        if len(path) > DEEPEST:  # an alias may hang a deep value below another
            self._faults.add(spot, "", f"is nested too deeply; allowed: {DEEPEST} levels")
            return Item(BROKEN, spot, key)
        if isinstance(node, MappingNode) and node.tag == _TAG + "map":
            return Item(self._map(node, path), spot, key)
        if isinstance(node, SequenceNode) and node.tag == _TAG + "seq":
            return Item([self.item(one, (*path, n), None) for n, one in enumerate(node.value)], spot, key)
        return Item(self._scalar(node, path, spot), spot, key)

    def _map(self, node: MappingNode, path: Path_) -> dict[str, Item]:
        out: dict[str, Item] = {}
        for key, value in node.value:
            spot = self.spot(key)
            name = self._key(key, path, spot)
            if name is None:
                continue
            here = (*path, name)
            if name in out:
                line = out[name].named_at.line
                what = f"the key '{name}' stands here a second time, first in line {line}; keep one"
                self._faults.add(spot, here, what)
                continue
            out[name] = self.item(value, here, spot)
        return out

    def _key(self, key: Node, path: Path_, spot: Spot) -> str | None:
        if isinstance(key, ScalarNode) and key.tag in (_TAG + "str", _TAG + "timestamp") and _is_text(key.value):
            return str(key.value)
        if getattr(key, "tag", "") == _TAG + "merge":
            self._faults.add(spot, path, "'<<' is not supported; name a region in 'base:', or write the keys out")
        else:
            got = shown(key.value) if isinstance(key, ScalarNode) else "a map or list"
            self._faults.add(spot, path, f"a key must be text, got {got}; put it in quotes")
        return None

    def _scalar(self, node: Node, path: Path_, spot: Spot) -> Any:
        tag, kind = str(node.tag), str(node.tag).removeprefix(_TAG)
        text = node.value if isinstance(node, ScalarNode) else None
        if text is None or kind not in _SCALARS:
            what = f"the tag '{tag}' is not allowed; a scenario holds text, numbers, true, false, maps and lists"
            self._faults.add(spot, path, what)
            return BROKEN
        try:
            return _SCALARS[kind](text)
        except (ValueError, OverflowError) as error:
            self._faults.add(spot, path, f"{error}, got {text[:40]}")
            return BROKEN


def _parts(node: Node) -> list[Node]:
    if isinstance(node, MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, SequenceNode) else []


def _is_text(text: str) -> bool:
    return not any("\ud800" <= one <= "\udfff" for one in text)


def _text(text: str) -> str:
    if not _is_text(text):
        raise ValueError("half of a surrogate pair is not text")
    return str(text)


def _truth(text: str) -> bool:
    if text.lower() not in _TRUTH:
        raise ValueError("must be written true or false")
    return _TRUTH[text.lower()]


def _whole(text: str) -> int:
    digits = text.replace("_", "").lstrip("+-")
    base = {"0x": 16, "0o": 8, "0b": 2}.get(digits[:2].lower(), 10)
    try:
        value = int(digits, base) if len(digits) <= 80 else LARGEST_WHOLE + 1
    except ValueError:
        raise ValueError("is not a whole number") from None
    if value > LARGEST_WHOLE:
        raise ValueError(f"is too large a whole number; allowed: up to {LARGEST_WHOLE}")
    return -value if text.startswith("-") else value


def _number(text: str) -> float:
    try:
        value = float(text.replace("_", "").replace(".nan", "nan").replace(".inf", "inf"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError("is not a finite number; write a number")
    return value


def _nothing(_text_: str) -> None:
    return None


_SCALARS: dict[str, Any] = {
    # A full date stays text: the scenario's own words for months are strings.
    "str": _text, "timestamp": _text, "bool": _truth, "int": _whole, "float": _number, "null": _nothing,
}  # fmt: skip
