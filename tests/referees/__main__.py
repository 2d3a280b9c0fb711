"""Print a line per mechanism and referee: `python -m tests.referees`.

Every function named `compare_...` in `tests/referees/test_*.py` is a comparison; the tests judge the same findings.
"""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.referees.finding import HEADING, Finding


def comparisons() -> Iterator[Callable[[], Finding]]:
    """Every comparison of this folder, in the order of files and names."""
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        module = importlib.import_module(f"tests.referees.{path.stem}")
        yield from (getattr(module, name) for name in sorted(vars(module)) if name.startswith("compare_"))


def main() -> int:
    """Print the table; return 1 if a difference is larger than it may be."""
    sys.stdout.write(f"{HEADING}\n")
    good = True
    for compare in comparisons():
        found = compare()
        good &= found.holds
        sys.stdout.write(f"{found}{'' if found.holds else f'  MORE THAN {found.most:.3g}'}\n")
        sys.stdout.flush()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
