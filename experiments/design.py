"""The table of runs that answers a question: arms x parameter draws x replicates."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from experiments.draws import Draw, cube_of, draws_of
from experiments.faults import DesignError
from experiments.identity import code_digest, run_identity

if TYPE_CHECKING:
    from simulation.scenario import Scenario

BASELINE = "baseline"
DEFAULT_REPLICATES = 10


@dataclass(frozen=True)
class Planned:
    """One run to be made: its identity, its arm, its draw with the values that it sets, its replicate."""

    id: str
    arm: str
    replicate: int
    draw: int = 0
    values: tuple[tuple[str, float], ...] = ()

    @property
    def name(self) -> str:
        """Write it for people and for file names."""
        draw = f"d{self.draw:04d}-" if self.values else ""
        return f"{self.arm}-{draw}r{self.replicate:04d}"

    @property
    def group(self) -> tuple[int, int]:
        """Draw and replicate: what the arms that start from the same people share."""
        return self.draw, self.replicate


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


@dataclass(frozen=True)
class Design:
    """How a scenario's runs are laid out; lists them for any number of replicates.

    Attributes
    ----------
    scenario
        the loaded scenario, without any draw.
    arms
        names, the baseline among them.
    draws
        points of its `uncertainty`; the file's number where left out. Replicate r runs every arm under
        draw r mod draws, so that policies crossed with uncertain parameters share draws and luck.
    """

    scenario: "Scenario"
    arms: tuple[str, ...]
    draws: int | None = None
    _known: dict[int, "Scenario"] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def points(self) -> tuple[Draw, ...]:
        """{path: value} of every draw; one empty draw for parameters held fixed."""
        return draws_of(self.scenario, self.draws)

    def unit(self) -> dict[str, list[float]]:
        """Return a sensitivity design's coordinates in the unit cube, by path; nothing of other designs."""
        asked = self.scenario.sensitivity
        if asked is None:
            return {}
        cube = cube_of(asked, self.scenario.seed, self.draws or asked.samples)
        return {one.path: cube[:, number].tolist() for number, one in enumerate(asked.parameters)}

    def groups(self, replicates: int) -> list[tuple[int, int]]:
        """List (draw, replicate): replicate r under draw r mod draws; every point under each for `sensitivity`.

        Raises DesignError for a number below 1.
        """
        if replicates < 1:
            raise DesignError(f"replicates = {replicates} should be at least 1")
        points = len(self.points)
        if self.scenario.sensitivity is not None:
            return [(draw, replicate) for draw in range(points) for replicate in range(replicates)]
        return [(replicate % points, replicate) for replicate in range(replicates)]

    def runs(self, replicates: int) -> list[Planned]:
        """List the runs group by group, so that the arms of one share its starting population."""
        code = code_digest()
        return [
            self._planned(arm, draw, replicate, code)
            for draw, replicate in self.groups(replicates)
            for arm in self.arms
        ]

    def _planned(self, arm: str, draw: int, replicate: int, code: str) -> Planned:
        values = self.points[draw]
        identity = run_identity(self._drawn(draw, values), arm, draw, replicate, code)
        return Planned(identity, arm, replicate, draw, tuple(values.items()))

    def _drawn(self, draw: int, values: Draw) -> "Scenario":
        if not values:
            return self.scenario
        if draw not in self._known:
            self._known[draw] = self.scenario.with_values(values)
        return self._known[draw]


def design(scenario: "Scenario", arms: Iterable[str], replicates: int) -> list[Planned]:
    """List the runs of some arms of a scenario."""
    return Design(scenario, tuple(arms)).runs(replicates)
