"""No string is ever run as code, nothing prints from inside a run, functions stay short."""

import ast

import pytest

from tests.house.source import calls, everything, files, module_name, parsed

LONGEST = 60
RUNS_PROGRAMS = {"simulation.scenario.plugins"}
"""A plugin is the user's own program, named in the scenario; no other string ever runs."""


@pytest.mark.parametrize("path", everything(), ids=module_name)
def test_no_string_is_run_as_code(path):
    found = [(name, line) for name, line in calls(path) if name in ("eval", "exec", "compile", ".eval")]
    assert not found or module_name(path) in RUNS_PROGRAMS


@pytest.mark.parametrize("path", files("simulation"), ids=module_name)
def test_the_simulation_prints_nothing(path):
    assert not [line for name, line in calls(path) if name == "print"]


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    return (node.end_lineno or 0) - first.lineno + 1


@pytest.mark.parametrize("path", everything(), ids=module_name)
def test_no_function_is_long(path):
    long = [
        f"{node.name}: {body_lines(node)} lines"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef) and body_lines(node) > LONGEST
    ]
    assert not long
