"""What the house rules look at: our own source files, parsed."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("simulation", "scenarios", "experiments", "analysis")


def files(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


def everything() -> list[Path]:
    door = ROOT / "relosim.py"
    return [*files(*ROOMS), *([door] if door.exists() else [])]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, at the top or inside a function, as a full dotted name."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _from(path, node)


def _from(path: Path, node: ast.ImportFrom) -> Iterator[str]:
    module = node.module or ""
    if node.level:
        own = module_name(path).split(".")
        package = own if path.stem == "__init__" else own[:-1]
        above = package[: len(package) - (node.level - 1)]
        module = ".".join([*above, *([module] if module else [])])
    folder = ROOT / module.replace(".", "/")
    for alias in node.names:
        submodule = folder.is_dir() and ((folder / f"{alias.name}.py").exists() or (folder / alias.name).is_dir())
        yield f"{module}.{alias.name}" if submodule else module


def calls(path: Path) -> Iterator[tuple[str, int]]:
    """The name of every call by plain name or attribute, with its line."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id, node.lineno
            elif isinstance(node.func, ast.Attribute):
                yield f".{node.func.attr}", node.lineno
