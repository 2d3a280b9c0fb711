"""What a worker does, wherever it is: make one run, and hand back its files as bytes."""

import contextlib
import pickle
import platform
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from experiments.design import Planned
from experiments.encode import Encoded, encode
from experiments.identity import code_digest
from simulation import snapshot
from simulation.draws import Luck
from simulation.engine import Engine
from simulation.population import populate
from simulation.snapshot import SnapshotError

if TYPE_CHECKING:
    from simulation.contract import Indicator
    from simulation.engine import Result
    from simulation.scenario import Scenario

RunOne = Callable[..., "Result"]
"""Makes a run: (scenario, arm, replicate), and the state that it goes on from where there is one."""


class EditedError(RuntimeError):
    """A worker started from other source files than its study."""


def indicators_of(scenario: "Scenario") -> dict[str, "Indicator"]:
    """Return every indicator of the catalogue by name."""
    return {name: one for family in scenario.catalogue.outcomes.values() for name, one in family.indicators.items()}


class EngineRuns:
    """Makes a run with the engine; the arms of one draw and replicate share the starting population."""

    def __init__(self, code: str) -> None:
        """Start with no population at hand; `code` is the digest that the runs' identities name."""
        self._code = code
        self._at: tuple[str, int] | None = None
        self._population: Any = None

    def __call__(self, scenario: "Scenario", arm: str, replicate: int, state: bytes | None = None) -> "Result":
        """Run one arm of one replicate to its last month, from its first one or from a state: the bits are the same.

        Raises EditedError if the program isn't the one that the digest names.
        """
        self._check()
        if state is not None:
            with contextlib.suppress(SnapshotError):
                # A state that doesn't know this arm, or is torn, costs the months before it and nothing else.
                return snapshot.resume(scenario, arm, state, code=self._code).run()
        began = time.perf_counter()
        population = self._people(scenario, replicate)
        made = time.perf_counter() - began
        engine = Engine(scenario, arm, replicate, population)
        engine.timings.synthesis += made
        return engine.run()

    def burn_in(self, scenario: "Scenario", replicate: int) -> bytes:
        """Run the baseline up to the month in which the scenario branches, and return its state.

        Raises EditedError, and SnapshotError if no later month of the run is meant.
        """
        self._check()
        assert scenario.branch_at is not None
        people = self._people(scenario, replicate)
        return snapshot.burn_in(scenario, replicate, scenario.branch_at, people, code=self._code)

    def fits(self, scenario: "Scenario", replicate: int, state: bytes) -> bool:
        """Say whether a state is this program's, this scenario's, this replicate's, and of the month of branching."""
        try:
            told = snapshot.describe(state)
        except SnapshotError:
            return False
        ours = self._code, scenario.fingerprint(), scenario.seed, replicate, scenario.start, scenario.branch_at
        return ours == (told.code, told.fingerprint, told.seed, told.replicate, told.start, told.month)

    def _check(self) -> None:
        if code_digest() != self._code:
            raise EditedError(
                "this worker's program isn't the one that planned the study: install the same version everywhere, "
                "or run the study again if its files were edited meanwhile"
            )

    def _people(self, scenario: "Scenario", replicate: int) -> Any:
        at = (scenario.fingerprint(), replicate)
        if self._at != at:
            self._population, self._at = populate(scenario, Luck(scenario.seed, replicate)), at
        return self._population

    def __reduce__(self) -> tuple[type["EngineRuns"], tuple[str]]:
        """Travel to a worker without the population."""
        return EngineRuns, (self._code,)


@dataclass(frozen=True)
class Made:
    """What became of one run: its files, or the traceback of what stopped it.

    `hash` is the SHA-256 of everything that it recorded; `circumstances` say when, where and how long,
    and lie outside every hash.
    """

    planned: Planned
    hash: str = ""
    files: Encoded | None = None
    circumstances: Mapping[str, Any] = field(default_factory=dict)
    failure: str = ""


@dataclass(frozen=True)
class Burned:
    """A state that the runs of a draw and replicate go on from, or the traceback of what stopped it."""

    planned: Planned
    state: bytes = b""
    failure: str = ""


@dataclass(frozen=True)
class Job:
    """What every worker needs to know: the scenario, how to make a run, whether its units are kept."""

    scenario: "Scenario"
    run_one: RunOne
    keep_units: bool = False

    def packed(self) -> bytes:
        """Return the job as it travels to a worker."""
        return pickle.dumps(self)

    @property
    def indicators(self) -> dict[str, "Indicator"]:
        """Every indicator by name."""
        return indicators_of(self.scenario)

    @property
    def branches(self) -> bool:
        """Say whether arms go on from a state of the baseline."""
        return self.scenario.branch_at is not None and hasattr(self.run_one, "burn_in")

    def fits(self, state: bytes, planned: Planned) -> bool:
        """Say whether a run can go on from a state."""
        scenario = _with_values(self.scenario, planned.values)
        return bool(self.run_one.fits(scenario, planned.replicate, state))  # type: ignore[attr-defined]

    def burn_in(self, planned: Planned) -> Burned:
        """Make the state that the runs of a draw and replicate go on from; an exception becomes a failure."""
        try:
            scenario = _with_values(self.scenario, planned.values)
            return Burned(planned, self.run_one.burn_in(scenario, planned.replicate))  # type: ignore[attr-defined]
        except Exception:
            return Burned(planned, failure=traceback.format_exc())

    def make(self, planned: Planned, state: bytes | None = None) -> Made:
        """Make one run; an exception becomes a report of failure."""
        began = time.time()
        try:
            scenario = _with_values(self.scenario, planned.values)
            more = () if state is None else (state,)
            result = self.run_one(scenario, planned.arm, planned.replicate, *more)
            told, files = encode(planned, result, self.indicators, self.keep_units)
        except Exception:
            return Made(planned, failure=traceback.format_exc(), circumstances=_circumstances(began))
        spent = {**asdict(result.timings), "person_months": result.person_months}
        return Made(planned, told, files, {**_circumstances(began), **spent})


def _circumstances(began: float) -> dict[str, Any]:
    return {"host": platform.node(), "started": began, "ended": time.time()}


_drawn: dict[str, Any] = {}


def _with_values(scenario: "Scenario", values: tuple[tuple[str, float], ...]) -> "Scenario":
    """Lay a draw over the scenario; the last one is kept, since the arms of a draw come one after another."""
    if not values:
        return scenario
    if _drawn.get("at") != (id(scenario), values):
        _drawn.update(at=(id(scenario), values), made=scenario.with_values(dict(values)))
    return _drawn["made"]  # type: ignore[no-any-return]


@lru_cache(maxsize=2)
def _opened(packed: bytes) -> Job:
    job: Job = pickle.loads(packed)
    return job


def make(packed: bytes, planned: Planned, state: bytes | None = None) -> Made:
    """Make one run of a packed job: the function that travels to workers.

    A worker unpacks a job once, however many of its runs it makes.
    """
    return _opened(packed).make(planned, state)


def burn_in(packed: bytes, planned: Planned) -> Burned:
    """Make the state of a draw and replicate of a packed job: the other function that travels to workers."""
    return _opened(packed).burn_in(planned)
