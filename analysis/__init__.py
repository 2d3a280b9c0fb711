"""Reads the result files of a study and says what they mean; imports nothing of the simulation."""

from importlib import import_module
from typing import Any

_OFFERED = {"load": "analysis.study"}
__all__ = list(_OFFERED)


def __getattr__(name: str) -> Any:
    """Import what notebooks ask for when they ask: a command that needs one module shouldn't pay for all."""
    if name not in _OFFERED:
        raise AttributeError(f"module 'analysis' has no attribute '{name}'")
    return getattr(import_module(_OFFERED[name]), name)
