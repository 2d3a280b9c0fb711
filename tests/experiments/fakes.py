"""A scenario and a maker of runs small enough to check by hand."""

import dataclasses
import hashlib
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from experiments.watch import Silent
from simulation.contract import Indicator, NewRow, Phasing
from simulation.desk import Desk
from simulation.draws import identity
from simulation.engine import Result, Timings
from simulation.ledger import Entry
from simulation.recorder import Change, Keys
from simulation.scenario.items import Faults, Item, Spot
from simulation.scenario.mapping_source import from_plain

START, MONTHS = 12 * 2020, 6
PERSONS = np.array([identity(f"person/{n}") for n in range(6)], np.uint64)
OLD, NEW = identity("employer/p1/old"), identity("employer/p1/new")

INDICATORS = {
    "employed": Indicator("persons", "registered", "", "persons at work", 1),
    "employed_share": Indicator("share", "registered", "adults", "share of adults at work", 1),
    "income_gini": Indicator("Gini", "registered", "", "inequality of income", -1, poolable=False),
}


@dataclass(frozen=True)
class Family:
    indicators: dict[str, Indicator]


@dataclass(frozen=True)
class FakeKind:
    """An intervention of which the planner's sum is known, and which employer it brings."""

    desk: Any = None

    def rows(self, settings: Any) -> tuple[NewRow, ...]:
        return (NewRow("employers", "employer/p1/new", {}),)


FROM_THE_SECOND_MONTH = Phasing(opens=START + 1)


@dataclass(frozen=True)
class FakeItem:
    identity: str
    settings: Phasing = FROM_THE_SECOND_MONTH
    kind: str = "posts"


def fake_sum(settings: Any) -> Desk:
    return Desk("employed", 4.0, "4 posts = 4 jobs", "posts", as_if="everybody hired had been idle")


@dataclass(frozen=True)
class Catalogue:
    outcomes: dict[str, Family]
    interventions: dict[str, FakeKind] = field(default_factory=lambda: {"posts": FakeKind(fake_sum)})

    def owner_of_parameters(self, name: str) -> str:
        return name


JOBS = (FakeItem("posts/p1"),)


@dataclass(frozen=True)
class FakeScenario:
    """Stands for a loaded scenario: `effect` is what the arm `jobs` adds to the count of employed."""

    name: str = "fake"
    file: str = "fake.yaml"
    why: str = "to see the machinery work"
    seed: int = 7
    start: int = START
    months: int = MONTHS
    effect: float = 3.0
    arms: dict[str, tuple[Any, ...]] = field(default_factory=lambda: {"baseline": (), "jobs": JOBS, "empty": ()})
    replicates: dict[str, int] = field(default_factory=lambda: {"at_least": 3, "at_most": 3})
    record: dict[str, Any] = field(default_factory=lambda: {"units": "keep"})
    uncertainty: Any = None
    sensitivity: Any = None
    branch_at: int | None = None
    arm_behaviour: dict[str, dict[str, str]] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    catalogue: Catalogue = field(default_factory=lambda: Catalogue({"work": Family(INDICATORS)}))

    def with_values(self, values: dict[str, float]) -> "FakeScenario":
        return dataclasses.replace(self, **values)

    @property
    def effective(self) -> dict[str, Any]:
        return {"name": self.name, "months": self.months, "replicates": self.replicates, "effect": self.effect}

    @property
    def tree(self) -> Item:
        return from_plain({"name": self.name, "months": self.months}, Spot("fake.yaml", 1, 1, Path()), Faults())

    def rules_in_use(self) -> dict[tuple[str, ...], str]:
        return {(): "baseline"}

    def arm_fingerprint(self, arm: str) -> str:
        told = (self.name, self.effect if arm == "jobs" else 0.0)
        return hashlib.sha256(repr(told).encode()).hexdigest()


def keys() -> Keys:
    rows = np.array([(place, population, 0) for place in (-1, 0) for population in range(4)])
    return Keys(rows[:, 0].astype(np.int16), rows[:, 1].astype(np.int8), rows[:, 2].astype(np.int8))


def _change(month: int, person: int, old: int, new: int) -> Change:
    one = [np.array([value], np.uint64) for value in (PERSONS[person], old, new)]
    return Change(month, "persons.employer", *one, np.zeros(1, np.int8))


def _posts(month: int, column: str, old: int, new: int) -> Change:
    one = [np.array([value], np.uint64) for value in (NEW, old, new)]
    return Change(month, f"employers.{column}", *one, np.zeros(1, np.int8))


def _changes(arm: str) -> list[Change]:
    """In the arm the new employer takes person 0 from the old one, person 1 from no work; 4 takes the post of 2."""
    baseline = [_change(START, 3, OLD, 0)]
    if arm != "jobs":
        return baseline
    return [
        *baseline,
        _change(START + 1, 0, OLD, NEW),
        _change(START + 1, 1, 0, NEW),
        _change(START + 2, 2, OLD, 0),
        _change(START + 2, 4, 0, OLD),
        _posts(START + 1, "posts_now", 0, 3),
        _posts(START + 4, "posts_now", 3, 4),
        _posts(START + 1, "unfilled_not_met", 0, 1),
        _posts(START + 4, "unfilled_not_met", 1, 0),
        _posts(START + 4, "unfilled_chose_another", 0, 2),
    ]


def fake_run(scenario: FakeScenario, arm: str, replicate: int) -> Result:
    """Make a run whose figures follow from (seed, replicate) and the arm alone."""
    months = np.arange(scenario.months, dtype=float)[:, None]
    level = 100.0 + 2 * replicate + months + np.arange(8)[None, :]
    # The effect differs a little between replicates, so that an interval has a width.
    employed = level + (scenario.effect + 0.5 * (replicate % 3 - 1) if arm == "jobs" else 0.0)
    low = np.full_like(level, 200.0) + 10 * months
    outcomes = {
        "employed": employed,
        "employed_share__num": employed,
        "employed_share__den": low,
        "income_gini": np.full_like(level, 0.4),
    }
    employers = ["employer/p1/old", *(["employer/p1/new"] if arm == "jobs" else [])]
    ids = {"places": ["p1"], "employers": employers}
    uids = {name: np.array([identity(one) for one in names], np.uint64) for name, names in ids.items()}
    fixed = {
        "uid": PERSONS, "sex": np.zeros(6, np.int8), "birth_month": np.zeros(6, np.int32),
        "population": np.array([0, 0, 2, 0, 0, 0], np.int8), "household": PERSONS,
    }  # fmt: skip
    ledger = [Entry(START + 1, "jobs/p1", "capital", 600_000, 2.0)] if arm == "jobs" else []
    return Result(
        scenario.start,
        scenario.months,
        keys(),
        outcomes,
        _changes(arm),
        fixed,
        ledger,
        ids,
        uids,
        Timings(0.1, 0.2, 0.3),
        36,
        (int(identity("employer/p1/own")),),
    )


def failing_run(scenario: FakeScenario, arm: str, replicate: int) -> Result:
    """Fail in one run."""
    if (arm, replicate) == ("jobs", 1):
        raise ValueError("a broken balance")
    return fake_run(scenario, arm, replicate)


@dataclass(frozen=True)
class DyingRun:
    """Kills its worker process in one run: the first `times` times it is tried."""

    marks: Path
    times: int

    def __call__(self, scenario: FakeScenario, arm: str, replicate: int) -> Result:
        if (arm, replicate) == ("jobs", 1):
            tried = len(list(self.marks.iterdir()))
            if tried < self.times:
                (self.marks / str(tried)).touch()
                os._exit(9)
        return fake_run(scenario, arm, replicate)


@dataclass(frozen=True)
class InterruptedRun:
    """Behaves as if Ctrl-C were pressed in one run."""

    def __call__(self, scenario: FakeScenario, arm: str, replicate: int) -> Result:
        if (arm, replicate) == ("jobs", 1):
            raise KeyboardInterrupt
        return fake_run(scenario, arm, replicate)


def slow_run(scenario: FakeScenario, arm: str, replicate: int) -> Result:
    """Take a while in every run but the first, for a real interrupt to meet."""
    if (arm, replicate) != ("baseline", 0):
        time.sleep(20)
    return fake_run(scenario, arm, replicate)


def brief_run(scenario: FakeScenario, arm: str, replicate: int) -> Result:
    """Take a tenth of a second."""
    time.sleep(0.1)
    return fake_run(scenario, arm, replicate)


@dataclass(frozen=True)
class MeetingRun:
    """Marks which process makes a run; each but the first goes on when `processes` of them have made one."""

    marks: Path
    processes: int
    patience: float = 60.0

    def __call__(self, scenario: FakeScenario, arm: str, replicate: int) -> Result:
        (self.marks / str(os.getpid())).touch()
        until = time.monotonic() + self.patience
        while (arm, replicate) != ("baseline", 0) and len(list(self.marks.iterdir())) < self.processes:
            if time.monotonic() > until:
                raise TimeoutError(f"fewer than {self.processes} processes make runs")
            time.sleep(0.05)
        return fake_run(scenario, arm, replicate)


class CountingRun:
    """Makes fake runs and remembers which."""

    def __init__(self):
        self.made = []

    def __call__(self, scenario, arm, replicate):
        self.made.append((arm, replicate))
        return fake_run(scenario, arm, replicate)


class Heard(Silent):
    """Keeps the notes."""

    def __init__(self):
        self.notes = []

    def note(self, text):
        self.notes.append(text)
