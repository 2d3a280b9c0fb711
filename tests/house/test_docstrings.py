"""What is public says what it is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import everything, module_name, parsed

STEP_PARTS = {"run", "contribute", "measure", "costs", "describe", "describe_zh", "rows", "audit", "Settings"}
"""The parts of a step's file, which CONTRIBUTING.md describes once; there the module's docstring speaks."""
STEPS = ("simulation.processes.", "simulation.interventions.", "simulation.outcomes.")


def silent(path: Path) -> Iterator[str]:
    module = parsed(path)
    name = module_name(path)
    if not ast.get_docstring(module):
        yield f"{name}: the module"
    yield from _silent(module.body, name, "")


def _silent(body: list[ast.stmt], module: str, owner: str) -> Iterator[str]:
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        spoken_for = module.startswith(STEPS) and (node.name in STEP_PARTS or owner.startswith("Settings."))
        if not ast.get_docstring(node) and not spoken_for:
            yield f"{module}: {owner}{node.name}"
        if isinstance(node, ast.ClassDef):
            yield from _silent(node.body, module, f"{owner}{node.name}.")


@pytest.mark.parametrize("path", everything(), ids=module_name)
def test_public_names_have_docstrings(path):
    assert list(silent(path)) == []


@pytest.mark.parametrize("path", everything(), ids=module_name)
def test_a_module_starts_with_a_whole_sentence(path):
    first = (ast.get_docstring(parsed(path)) or "x.").split("\n\n")[0].split("\n")
    assert any(line.rstrip().endswith((".", ":", "!", ")")) for line in first), first
