"""Luck comes from `simulation.draws` alone."""

import ast

import pytest

from tests.house.source import files, imports, module_name, parsed

OTHERS = ("random", "secrets", "uuid", "numpy.random", "scipy.stats.qmc")


@pytest.mark.parametrize("path", files("simulation"), ids=module_name)
def test_no_other_source_of_randomness(path):
    bad = [name for name in imports(path) if name in OTHERS or name.startswith("numpy.random")]
    bad += [
        f"line {node.lineno}: {node.value.id}.{node.attr}"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in {("np", "random"), ("numpy", "random"), ("os", "urandom")}
    ]
    # Mesa wants a generator of its own; the window hands it one and draws nothing from it.
    assert not bad, f"{module_name(path)}: {bad}"


@pytest.mark.parametrize("path", files("simulation"), ids=module_name)
def test_no_string_hash_decides_anything(path):
    used = [
        node.lineno
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "hash"
    ]
    assert not used, "hash() differs from process to process; use simulation.draws.identity"
