"""Two studies and the cases between them: data of one, parameters of the other, seed of either."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.folder import EFFECTIVE
from analysis.months import ResultsError
from analysis.study import Study, load
from experiments.inputs import INPUTS
from experiments.manifest import broken_files
from experiments.recorded import Recorded, recorded_in
from experiments.source import Source
from simulation.contract import ContractError
from simulation.scenario import ScenarioError

if TYPE_CHECKING:
    from simulation.scenario import Scenario

DATA, PARAMETERS, SEEDS = "data", "parameters", "seeds"
KEYS = {
    DATA: ("start", "scale", "tables", "events"),
    PARAMETERS: ("parameters", "behaviour", "plugins", "arms", "uncertainty"),
    SEEDS: ("seed",),
}
"""{factor: the keys of a scenario that belong to it}; plug-ins bring the rules and parameters that others name."""
_MADE_FROM = (EFFECTIVE, f"{INPUTS}/", "outcomes/")


@dataclass(frozen=True)
class Case:
    """A study that is compared with another one: what lies in its folder, its scenario as it was run, its results."""

    study: Recorded
    scenario: "Scenario"
    results: Study

    @property
    def name(self) -> str:
        """How it is called: its folder."""
        return str(self.study.folder)

    @property
    def code(self) -> str:
        """The digest of the program that made it."""
        return str(self.study.manifest.get("code", "unknown"))

    @property
    def last(self) -> int:
        """Last month of its scenario before it was cut, absolute."""
        return self.scenario.start + self.study.months_of_file - 1

    @cached_property
    def mapping(self) -> dict[str, Any]:
        """The effective scenario as a plain mapping that can be loaded from anywhere: paths are whole."""
        values, folder = self.scenario.effective, self.study.folder.resolve()
        values["tables"] = {name: str(folder / file) for name, file in (values.get("tables") or {}).items()}
        values["plugins"] = [str(folder / file) for file in values.get("plugins") or ()]
        if (values.get("uncertainty") or {}).get("ensemble"):
            values["uncertainty"]["ensemble"] = str(folder / values["uncertainty"]["ensemble"])
        return values


def case_of(folder: Path) -> Case:
    """Open a study for a comparison.

    Raises ResultsError for a folder without runs, manifest or inputs, for files that were changed, and for a
    sensitivity design, whose replicates aren't one to one, and for a scenario that this program can't read.
    """
    study = recorded_in(folder)
    if study.manifest.get("sensitivity"):
        raise ResultsError(f"{folder} is a sensitivity design, whose runs don't pair one to one with another study's")
    results = load(folder)
    changed = [one for one in broken_files(folder, study.manifest) if one.name.startswith(_MADE_FROM)]
    if changed:
        raise ResultsError(
            f"{folder}/{changed[0].name} {changed[0].what}, so nobody knows what the numbers come from: "
            f"`relosim verify {folder}` names every such file"
        )
    try:
        return Case(study, study.scenario(), results)
    except (ScenarioError, ContractError) as error:
        raise ResultsError(f"this program can't read the scenario of {folder}: {_short(error)}") from None


def mixed(first: Case, second: Case, switched: Collection[str], arms: Collection[str]) -> "Scenario":
    """Return the first study's scenario with some factors of the second, up to the later end of both.

    Other arms than the named ones are left out. Raises ResultsError, in one line, for factors that don't fit together.
    """
    sides = {factor: second if factor in switched else first for factor in KEYS}
    values = {key: side.mapping[key] for factor, side in sides.items() for key in KEYS[factor] if key in side.mapping}
    if "uncertainty" not in values:  # which may name numbers of any arm
        values["arms"] = {arm: one for arm, one in (values.get("arms") or {}).items() if arm in arms}
    values |= {"format": 1, "name": in_words(first, second, switched)[:200]}
    values["months"] = max(first.last, second.last) - sides[DATA].scenario.start + 1
    values["record"] = (second if switched else first).mapping.get("record")
    try:
        return Source({key: value for key, value in values.items() if value is not None}).load()[0]
    except (ScenarioError, ContractError) as error:
        raise ResultsError(f"{in_words(first, second, switched)} can't be run: {_short(error)}") from None


def in_words(first: Case, second: Case, switched: Collection[str]) -> str:
    """Name a mixed case."""
    if not switched:
        return first.name
    return f"{first.name} with the {' and '.join(sorted(switched))} of {second.name}"


def _short(error: ScenarioError | ContractError) -> str:
    if not isinstance(error, ScenarioError):
        return str(error)
    one, *more = error.faults
    return f"{one.where}: {one.what}" + (f" (and {len(more)} more mistakes)" if more else "")
