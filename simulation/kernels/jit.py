"""The one decorator that turns a plain loop into a kernel."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numba
import numpy as np

from simulation.kernels.cache import JIT_OPTIONS


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile `function` at its first call; with NUMBA_DISABLE_JIT=1 leave it plain Python.

    Plain NumPy scalars warn when 64-bit arithmetic wraps round, which is what hashing is made of;
    the plain form is silenced so that both forms behave alike.
    """
    if not numba.config.DISABLE_JIT:
        return numba.njit(**JIT_OPTIONS)(function)  # type: ignore[no-any-return]

    @wraps(function)
    def plain(*arguments: Any) -> Any:
        with np.errstate(over="ignore", divide="ignore"):
            return function(*arguments)

    return plain


def small(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a scalar helper that other kernels call; it is inlined into them by LLVM."""
    return kernel(function)
