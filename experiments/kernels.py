"""Kernels that are compiled once before several workers would each compile them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.engine import Engine
from simulation.kernels.cache import use_keyed_cache

if TYPE_CHECKING:
    from experiments.design import Planned
    from experiments.watch import Watch
    from simulation.scenario import Scenario

_WARM_MONTHS = 13
"""Long enough that every process of the calendar has run once."""
_WARM_MARK = "warm"


def warm_mark() -> Path:
    """Return the file that stands for compiled kernels of this version."""
    return use_keyed_cache() / _WARM_MARK


def prepare(scenario: "Scenario", runs: Sequence["Planned"], workers: int, watch: "Watch") -> None:
    """Warm the kernels where several processes would each compile them; else say that the first run does."""
    if warm_mark().exists():
        return
    if workers > 1:
        busiest = max({run.arm for run in runs}, key=lambda arm: (len(scenario.arms[arm]), arm))
        _warm(scenario, busiest, watch)
    else:
        watch.note("the first run compiles the kernels (once for this version; about a minute)")


def _warm(scenario: "Scenario", arm: str, watch: "Watch") -> None:
    watch.note("compiling the kernels (once for this version; about a minute)")
    try:
        compile_once(scenario, arm)
    except Exception:
        # The runs meet the same, and each keeps its traceback.
        watch.note("the trial run failed; the runs will tell why")


def compile_once(scenario: "Scenario", arm: str) -> None:
    """Run the first months of an arm where no kernel of this version is compiled yet, so that a timing holds none."""
    if warm_mark().exists():
        return
    engine = Engine(scenario, arm, 0)
    for _ in range(min(_WARM_MONTHS, scenario.months)):
        engine.step()
    warm_mark().touch()
