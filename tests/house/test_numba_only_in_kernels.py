"""Compiled code lives in one folder, whose digest names the cache."""

import pytest

from tests.house.source import calls, files, imports, module_name

OUTSIDE = [path for path in files("simulation", "analysis") if not module_name(path).startswith("simulation.kernels")]
KERNELS = files("simulation/kernels")


@pytest.mark.parametrize("path", OUTSIDE, ids=module_name)
def test_numba_is_imported_by_kernels_alone(path):
    assert not [name for name in imports(path) if name.split(".")[0] in ("numba", "llvmlite")]


@pytest.mark.parametrize("path", KERNELS, ids=module_name)
def test_kernels_use_no_mathematical_library(path):
    """The last bit of a library's log, exp or pow differs from processor to processor."""
    bad = {".log", ".exp", ".log1p", ".expm1", ".pow", ".power", ".sin", ".cos", ".tanh"}
    assert not [(name, line) for name, line in calls(path) if name in bad]
    assert "math" not in set(imports(path))
