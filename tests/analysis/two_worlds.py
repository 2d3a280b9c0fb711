"""Unit records of a handful of people in two worlds, written by hand: what tests say is what the files hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis import load
from experiments.study import run_study
from simulation.draws import identity
from simulation.engine import Result, Timings
from simulation.recorder import Change
from tests.experiments.fakes import START, FakeScenario, keys

MONTHS = 12
DECEMBER = START + 11
WORK = {"old": "services", "welfare": "public_welfare", "new": "micro_factory"}
"""Employers and their kinds; the new one is the arm's."""


@dataclass(frozen=True)
class One:
    """A person: household, code of population, of sex, age in years at the start, where it belongs, month of death."""

    household: str
    population: int = 0
    sex: int = 0
    age: float = 30
    registered: str = "site"
    employer: str = ""
    dies: int = -1


@dataclass(frozen=True)
class Hand:
    """Two worlds: `jobs` [(month from 0 on, person, employer, '' for none)], `incomes` {household: yuan} by arm."""

    people: Mapping[str, One]
    jobs: Mapping[str, Sequence[tuple[int, str, str]]] = field(default_factory=dict)
    incomes: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def __call__(self, scenario: FakeScenario, arm: str, _replicate: int) -> Result:
        """Make the run."""
        employers = [one for one in WORK if arm != "baseline" or one != "new"]
        ids = {"places": ["village", "site"], "employers": employers}
        uids = {name: np.array([uid(name, one) for one in names], np.uint64) for name, names in ids.items()}
        kinds = {"places": ("village", "site"), "employers": tuple(WORK[one] for one in employers)}
        outcomes = {"employed": np.zeros((scenario.months, 8))}
        changes = [*self._moves(arm), *self._years(arm)]
        return Result(
            START, scenario.months, keys(), outcomes, changes, self._fixed(), [], ids, uids,
            Timings(0.1, 0.2, 0.3), 1, (), kinds,
        )  # fmt: skip

    def _fixed(self) -> dict[str, np.ndarray]:
        who = list(self.people.values())
        births = [round(START - 12 * one.age) for one in who]
        return {
            "uid": np.array([uid("persons", one) for one in self.people], np.uint64),
            "sex": np.array([one.sex for one in who], np.int8),
            "birth_month": np.array(births, np.int32),
            "population": np.array([one.population for one in who], np.int8),
            "death_month": np.array([one.dies if one.dies < 0 else START + one.dies for one in who], np.int32),
            "household": np.array([uid("households", one.household) for one in who], np.uint64),
            "registered": np.array([uid("places", one.registered) for one in who], np.uint64),
            "origin": np.array([uid("places", "village") for _ in who], np.uint64),
            "start_employer": np.array([uid("employers", one.employer) for one in who], np.uint64),
        }

    def _moves(self, arm: str) -> list[Change]:
        holds = {name: one.employer for name, one in self.people.items()}
        found = []
        for month, name, employer in sorted(self.jobs.get(arm, ())):
            old, new = (uid("employers", one) for one in (holds[name], employer))
            found.append(change(START + month, "persons.employer", uid("persons", name), old, new))
            holds[name] = employer
        return found

    def _years(self, arm: str) -> list[Change]:
        return [
            change(DECEMBER, "households.income_head_year", uid("households", home), 0, round(yuan * 100))
            for home, yuan in self.incomes.get(arm, {}).items()
        ]


def uid(table: str, name: str) -> int:
    """Return who or what it is; 0 for nobody."""
    return int(identity(f"{table}/{name}")) if name else 0


def change(month: int, column: str, who: int, old: int, new: int) -> Change:
    """Note one change."""
    one = [
        np.array([value], np.int64).view(np.uint64) if value < 0 else np.array([value], np.uint64)
        for value in (who, old, new)
    ]
    return Change(month, column, *one, np.zeros(1, np.int8))


def study_of(hand, folder, months=MONTHS, replicates=1):
    """Make the study's files and open them."""
    scenario = FakeScenario(months=months, replicates={"at_least": replicates, "at_most": replicates})
    run_study(scenario, folder, workers=1, run_one=hand)
    return load(folder)
