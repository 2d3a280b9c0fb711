"""The table of runs that answers a question: arms x replicates."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.identity import code_digest, run_identity

if TYPE_CHECKING:
    from simulation.scenario import Scenario

BASELINE = "baseline"
DEFAULT_REPLICATES = 10


class DesignError(ValueError):
    """A design that can't be made: says what was asked and what there is."""


@dataclass(frozen=True)
class Planned:
    """One run to be made: its identity, its arm, its replicate."""

    id: str
    arm: str
    replicate: int

    @property
    def name(self) -> str:
        """Write it for people and for file names."""
        return f"{self.arm}-r{self.replicate:04d}"


def chosen_arms(scenario: "Scenario", asked: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the baseline and the asked arms (all of them where none is asked), in the file's order.

    Raises DesignError with the nearest name for an arm that the scenario lacks.
    """
    for arm in asked:
        if arm not in scenario.arms:
            close = difflib.get_close_matches(arm, list(scenario.arms), 1)
            hint = f"did you mean '{close[0]}'?" if close else f"there are: {', '.join(scenario.arms)}"
            raise DesignError(f"no arm '{arm}'; {hint}")
    return tuple(arm for arm in scenario.arms if arm == BASELINE or not asked or arm in asked)


def design(scenario: "Scenario", arms: Iterable[str], replicates: int) -> list[Planned]:
    """List the runs, replicate by replicate, so that the arms of one share its starting population."""
    if replicates < 1:
        raise DesignError(f"replicates = {replicates} should be at least 1")
    code = code_digest()
    names = list(arms)
    return [Planned(run_identity(scenario, arm, one, code), arm, one) for one in range(replicates) for arm in names]
