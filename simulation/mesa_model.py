"""Mesa's Model and Agents as windows on the arrays: for those who know Mesa, and for its tools.

A step is one month. Places are agents from the start; households and persons become agents when
they are asked for, and each is a row number that reads columns. Nothing here keeps state of its own
and nothing here can write: what people do is decided by the processes (`docs/adr/0005`).

Mesa's own generator (`model.rng`, `model.random`) plays no part in a run. Luck comes from the
scenario's seed and the replicate, so that arms stay paired; `rng=` replaces the scenario's seed.

Collect monthly figures with Mesa's DataCollector:

>>> from mesa import DataCollector
>>> from simulation.mesa_model import RelocationModel, Site
>>> model = RelocationModel("scenarios/qianxi.yaml", scale=0.02)
>>> collector = DataCollector(
...     model_reporters={"month": "date", "alive": lambda m: int(m.column("persons.alive").sum())},
...     agenttype_reporters={Site: {"homes": "homes_occupied", "people": "people_present"}},
... )
>>> for _ in range(3):
...     model.step()
...     collector.collect(model)
>>> collector.get_model_vars_dataframe()["month"].tolist()
['2018-01', '2018-02', '2018-03']
>>> collector.get_agenttype_vars_dataframe(Site).columns.tolist()
['homes', 'people']
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import mesa
import numpy as np
from mesa.agent import AgentSet
from numpy.typing import NDArray

from simulation.engine import Engine
from simulation.months import date_of
from simulation.recorder import GROUPS
from simulation.scenario import Scenario, load
from simulation.table import Array
from simulation.world import PLACE_KINDS, POPULATIONS

_ALL = "all"


class Row(mesa.Agent):
    """One row of one table. Every column of the table is an attribute, as a plain Python number."""

    table: ClassVar[str] = ""

    def __init__(self, model: "RelocationModel", row: int) -> None:
        """Open a window on a row."""
        super().__init__(model)
        self.row = row

    @property
    def name(self) -> str:
        """The row's id in files; rows made by the synthesis have none and are named by their uid."""
        ids = self.model.engine.world.ids.get(self.table, ())
        return ids[self.row] if self.row < len(ids) else str(self.uid)

    def __getattr__(self, column: str) -> Any:
        """Read a column of this row; AttributeError for a column that the table doesn't have."""
        if not column.startswith("_") and "row" in self.__dict__:
            table = self.model.engine.world.tables[self.table]
            if column in table:
                return table[column][self.row].item()
        raise AttributeError(f"{self.table} has no column '{column}'")

    def remove(self) -> None:
        """Close the window; the person or household itself stays."""
        self.model.forget(self)
        super().remove()


class Person(Row):
    """One person."""

    table = "persons"

    @property
    def home(self) -> "Household":
        """The household the person belongs to."""
        found: Household = self.model.window(Household, self.household)
        return found


class Household(Row):
    """One household."""

    table = "households"

    @property
    def persons(self) -> AgentSet:
        """Its living members."""
        mine = (self.model.column("persons.household") == self.row) & (self.model.column("persons.alive") != 0)
        return self.model.windows(Person, np.flatnonzero(mine))


class Place(Row):
    """A village, a site, a town: somewhere to live."""

    table = "places"

    @property
    def persons(self) -> AgentSet:
        """The living persons who are here this month."""
        return self.model.windows(Person, np.flatnonzero(self._present()))

    @property
    def households(self) -> AgentSet:
        """The households with living members whose home is here."""
        return self.model.windows(Household, np.flatnonzero(self._at_home()))

    @property
    def people_present(self) -> int:
        """How many living persons are here this month; makes no agents."""
        return int(self._present().sum())

    @property
    def households_at_home(self) -> int:
        """How many households live here; makes no agents."""
        return int(self._at_home().sum())

    def outcome(self, name: str, population: str = _ALL, group: str = _ALL) -> float:
        """Return this month's value of an outcome here; see `RelocationModel.outcome`."""
        return self.model.outcome(name, self.name, population, group)

    def _present(self) -> NDArray[np.bool_]:
        here: NDArray[np.bool_] = self.model.column("persons.place") == self.row
        return here & (self.model.column("persons.alive") != 0)

    def _at_home(self) -> NDArray[np.bool_]:
        here: NDArray[np.bool_] = self.model.column("households.home") == self.row
        return here & (self.model.column("households.members") > 0)


class Village(Place):
    """A village or township of origin."""


class Site(Place):
    """A resettlement site."""


class Town(Place):
    """A host town."""


class Coast(Place):
    """Where people go to work outside the region."""


class Outside(Place):
    """Everywhere else."""


_KINDS: dict[str, type[Place]] = {
    "village": Village, "site": Site, "town": Town, "coast": Coast, "outside": Outside,
}  # fmt: skip


class RelocationModel(mesa.Model):
    """One run of one arm, month by month, as Mesa expects it.

    Parameters
    ----------
    scenario
        a scenario file, or a scenario that was loaded already.
    arm
        one of its arms; `baseline` always is one.
    replicate
        number of the replicate.
    scale
        size of all three populations, times the region's tables; the scenario's own where left out.
    rng
        seed that replaces the scenario's.

    Raises ScenarioError for a file with mistakes, KeyError for an arm that the scenario doesn't have.
    """

    def __init__(
        self,
        scenario: str | Path | Scenario = "scenarios/qianxi.yaml",
        arm: str = "baseline",
        replicate: int = 0,
        scale: float | None = None,
        rng: int | None = None,
    ) -> None:
        """Assemble the run and put up the places."""
        super().__init__(rng=rng)
        loaded = scenario if isinstance(scenario, Scenario) else load(Path(scenario))
        # Not `self.scenario`: Mesa 3.5 keeps something of its own under that name.
        self.engine = Engine(_changed(loaded, scale, rng), arm, replicate)
        self._windows: dict[tuple[type[Row], int], Row] = {}
        self._latest: tuple[int, dict[str, NDArray[np.float64]]] = (-1, {})
        for row, kind in enumerate(self.column("places.kind")):
            self.window(_KINDS[PLACE_KINDS[kind]], row)

    @property
    def month(self) -> int:
        """The month that the last step turned, absolute; the one before the start if there was none."""
        return self.engine.month - 1

    @property
    def date(self) -> str:
        """The month of the last step as `2020-04`."""
        return date_of(self.month)

    def step(self) -> None:
        """Turn one month; RuntimeError after the scenario's last one."""
        end = self.engine.scenario.start + self.engine.scenario.months
        if self.engine.month >= end:
            raise RuntimeError(f"the scenario ends with {date_of(end - 1)}; give it more months")
        self.engine.step()
        self.running = self.engine.month < end

    def column(self, full: str) -> Array:
        """Return a read-only view of a column `table.column`, [rows], as it stands now."""
        table, _, column = full.partition(".")
        return self.engine.world.tables[table].view(column, writable=False)

    def window(self, kind: type[Row], row: int) -> Any:
        """Return the agent of a row; it is made when first asked for and then stays the same."""
        if (kind, row) not in self._windows:
            self._windows[kind, row] = kind(self, int(row))
        return self._windows[kind, row]

    def windows(self, kind: type[Row], rows: Iterable[int]) -> AgentSet:
        """Return the agents of many rows."""
        return AgentSet([self.window(kind, int(row)) for row in rows], random=self.random)

    def forget(self, agent: Row) -> None:
        """Drop an agent that was closed."""
        self._windows.pop((type(agent), agent.row), None)

    def outcome(self, name: str, place: str = _ALL, population: str = _ALL, group: str = _ALL) -> float:
        """Return the value of an outcome in the last month.

        Parameters
        ----------
        name
            an indicator; a ratio is its numerator over its denominator, NaN where that is 0.
        place
            a place id, or `all`.
        population
            `relocated`, `stayers`, `hosts` or `all`.
        group
            `all`, `sex=female`, `age_band=50-59`, ...

        Raises KeyError for an outcome that isn't recorded or a key that isn't kept.
        """
        cell = self._cell(place, population, group)
        recorded = self._recorded()
        if name in recorded:
            return float(recorded[name][cell])
        top, low = recorded[f"{name}__num"][cell], recorded[f"{name}__den"][cell]
        return float(top / low) if low else float("nan")

    def _cell(self, place: str, population: str, group: str) -> int:
        where = -1 if place == _ALL else self.engine.world.row("places", place)
        who = (*POPULATIONS, _ALL).index(population)
        keys = self.engine.keys
        found = np.flatnonzero((keys.place == where) & (keys.population == who) & (keys.group == GROUPS.index(group)))
        if not len(found):
            raise KeyError(f"place={place}, population={population}, group={group} isn't recorded")
        return int(found[0])

    def _recorded(self) -> dict[str, NDArray[np.float64]]:
        if self._latest[0] != self.engine.month:
            rows = self.engine.result().outcomes
            self._latest = (self.engine.month, {name: months[-1] for name, months in rows.items()})
        return self._latest[1]


def _changed(scenario: Scenario, scale: float | None, seed: int | None) -> Scenario:
    """Return the scenario with another size or seed."""
    if scale is not None:
        scenario = replace(scenario, scale=dict.fromkeys(POPULATIONS, scale))
    return scenario if seed is None else replace(scenario, seed=seed)
