"""Run every bench of this folder that has a `main`, or the ones named: `python -m tests.bench schools jobs`."""

import importlib
import sys
from pathlib import Path

_NOT_BENCHES = ("__init__", "__main__", "scaling")


def names() -> list[str]:
    """Every bench of this folder."""
    here = (path.stem for path in Path(__file__).parent.glob("*.py"))
    return sorted(one for one in here if one not in _NOT_BENCHES and not one.startswith("test_"))


def main(wanted: list[str]) -> None:
    """Run them one after another, each in this process."""
    for name in wanted or names():
        importlib.import_module(f"tests.bench.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
