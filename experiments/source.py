"""Where a scenario comes from and what the command line sets over it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.folder import EFFECTIVE
from simulation.contract import ContractError, Outcome, Process
from simulation.scenario import Scenario, load
from simulation.scenario.arms import BASELINE
from simulation.schedule import month_plan
from simulation.world import BASE


class SettingError(ValueError):
    """A `--set` that isn't `PATH=VALUE`."""


def settings_of(texts: Sequence[str]) -> dict[str, str]:
    """Read `PATH=VALUE` texts; SettingError for one without `=`, or a path that is set twice."""
    found: dict[str, str] = {}
    for text in texts:
        path, equals, value = text.partition("=")
        if not equals or not path.strip():
            raise SettingError(f"--set {text}: write PATH=VALUE, for example --set months=24")
        if path.strip() in found:
            raise SettingError(f"--set {text}: '{path.strip()}' is set twice")
        found[path.strip()] = value.strip()
    return found


@dataclass(frozen=True)
class Source:
    """A scenario file, or a mapping of the same form, and what is set over it.

    Attributes
    ----------
    what
        path of the YAML file, or the mapping.
    settings
        {path: YAML text} laid over it.
    seed
        replaces the file's; None leaves it.
    months
        cuts the run to its first months; None leaves it whole.
    """

    what: Path | Mapping[str, Any]
    settings: Mapping[str, str] = field(default_factory=dict)
    seed: int | None = None
    months: int | None = None

    def load(self) -> tuple[Scenario, tuple[str, ...], int]:
        """Read the scenario; return it, what the cut loses in words, and the months before the cut.

        Raises ScenarioError with all mistakes at once, ContractError for declarations that can't be kept.
        """
        seed = {} if self.seed is None else {"seed": str(self.seed)}
        scenario = load(self.what, {**self.settings, **seed})
        # Refused here, before anything is written, and not by the first run.
        for names, arm in scenario.rules_in_use().items():
            _check_month(scenario, names, arm)
        whole = scenario.months
        cut, lost = scenario.truncated(self.months) if self.months is not None else (scenario, ())
        return cut, (*scenario.notes, *lost), whole


def _check_month(scenario: Scenario, names: Iterable[str], arm: str) -> None:
    """Refuse rules that don't make a month, or leave out what an outcome reads; an arm's name stands before."""
    try:
        plan = month_plan(scenario.catalogue.processes[name] for name in names)
        _check_record(plan, scenario.catalogue.outcomes.values())
    except ContractError as error:
        raise error if arm == BASELINE else ContractError(f"arm '{arm}': {error}") from None


def _check_record(plan: Iterable[Process], outcomes: Iterable[Outcome]) -> None:
    there = {column for one in plan for column in one.owns}
    there |= {f"{table}.{name}" for table, columns in BASE.items() for name in columns}
    for one in outcomes:
        missing = sorted(set(one.reads) - there)
        if missing:
            raise ContractError(f"outcome '{one.name}' reads {missing[0]}, which nobody owns")


def recorded(folder: Path, manifest: Mapping[str, Any]) -> Source:
    """Return the source that a result folder holds: its effective scenario, cut as it was."""
    return Source(folder / EFFECTIVE, {"months": str(manifest["months_of_file"])}, months=int(manifest["months"]))
