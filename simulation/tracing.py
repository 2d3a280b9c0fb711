"""A run of which single households are told: the same run, with an account of each of their decisions beside it.

Results are the same bits as those of `simulation.engine.Engine`: explanations see sealed columns, and a draw has no
state that they could shift.
"""

from collections.abc import Collection, Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import Process
from simulation.draws import Draws
from simulation.engine import Engine, Step
from simulation.explaining import Account, Asked, ExplanationError
from simulation.months import date_of
from simulation.population import Population
from simulation.scenario import Scenario
from simulation.world import View

Uids = NDArray[np.uint64]


@dataclass(frozen=True)
class Told:
    """An account with its place in the run: month, process, uids of household and person (0: the household's own)."""

    month: int
    process: str
    household: int
    person: int
    account: Account


class TracedEngine(Engine):
    """A run in progress that tells of some households."""

    def __init__(
        self,
        scenario: Scenario,
        arm: str,
        replicate: int,
        households: Collection[int],
        population: Population | None = None,
    ) -> None:
        """Assemble a run, as `Engine` does, that tells of the households of some uids.

        Raises KeyError with the uids that no household has at the start.
        """
        super().__init__(scenario, arm, replicate, population)
        self._told_of = np.array(sorted(households), np.uint64)
        unknown = ~np.isin(self._told_of, self.world.tables["households"]["uid"])
        if unknown.any():
            raise KeyError(*self._told_of[unknown].tolist())
        self.told: list[Told] = []
        self._views = {one.process.name: self._sealed_view(one.process) for one in self._steps}

    @property
    def explained(self) -> tuple[str, ...]:
        """Names of the processes that tell of their decisions, in the order of the month."""
        return tuple(one.process.name for one in self._steps if one.process.explain is not None)

    def _sealed_view(self, one: Process) -> View:
        return View(self.world, one.name, (*one.reads, *one.lagged, *one.owns), (), (), one.levers)

    def _asked(self) -> Asked:
        households = np.flatnonzero(np.isin(self.world.tables["households"]["uid"], self._told_of))
        persons = np.flatnonzero(np.isin(self.world.tables["persons"]["household"], households))
        return Asked(persons.astype(np.int64), households.astype(np.int64))

    def _act(self, step: Step, moment: Moment) -> None:
        if step.process.explain is None:
            super()._act(step, moment)
            return
        view, name = self._views[step.process.name], step.process.name
        view.refresh(self._levers)
        draws = Draws(self.luck, name, step.streams, self.month)
        telling = step.process.explain(view, draws, moment, step.settings, self._asked())
        self._next(telling, name)
        super()._act(step, moment)
        view.refresh(self._levers)
        while (account := self._next(telling, name)) is not None:
            self.told.append(self._placed(name, account))

    def _next(self, telling: Generator[Account | None, None, None], name: str) -> Account | None:
        """Go on with an explanation. Raises ExplanationError with month and process if it isn't what the run did."""
        try:
            return next(telling, None)
        except ExplanationError as error:
            raise ExplanationError(f"{date_of(self.month)}, {name}: {error}") from None

    def _placed(self, name: str, one: Account) -> Told:
        persons, households = self.world.tables["persons"], self.world.tables["households"]
        own = one.table == "households"
        home = one.row if own else int(persons["household"][one.row])
        person = 0 if own else int(persons["uid"][one.row])
        return Told(self.month, name, int(households["uid"][home]), person, one)
