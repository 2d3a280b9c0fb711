"""Two studies and the cases between them: data of one, parameters of the other, seed of either."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.load import Study, load
from analysis.months import ResultsError, Window, window_text
from experiments.design import Design
from experiments.identity import code_digest
from experiments.manifest import broken_files
from experiments.recorded import Recorded, recorded_in
from experiments.source import Source
from simulation.contract import ContractError
from simulation.scenario import ScenarioError
from simulation.scenario.items import Item, plain

if TYPE_CHECKING:
    from analysis.runs import Run
    from simulation.scenario import Scenario

DATA, PARAMETERS, SEEDS = "data", "parameters", "seeds"
KEYS = {
    DATA: ("start", "scale", "tables", "events", "plugins"),
    PARAMETERS: ("parameters", "behaviour", "arms", "uncertainty"),
    SEEDS: ("seed",),
}
"""{factor: the keys of a scenario that belong to it}."""


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
    def present(self) -> bool:
        """Say whether this program made it."""
        return str(self.study.manifest["code"]) == code_digest()

    @property
    def last(self) -> int:
        """Last month of its runs, absolute."""
        return self.results.start + self.results.months - 1

    @cached_property
    def mapping(self) -> dict[str, Any]:
        """The effective scenario as a plain mapping that can be loaded from anywhere: paths are whole."""
        values = plain(self.scenario.tree)
        assert isinstance(values, dict)
        return {key: _whole_paths(key, item, values[key]) for key, item in self.scenario.tree.value.items()}


def _whole_paths(key: str, item: Item, value: Any) -> Any:
    if key == "tables" and item.value:
        return {name: _whole(one) for name, one in item.value.items()}
    if key == "plugins" and item.value:
        return [_whole(one) for one in item.value]
    if key == "uncertainty" and item.value and "ensemble" in item.value:
        return {**value, "ensemble": _whole(item.value["ensemble"])}
    return value


def _whole(item: Item) -> str:
    return str((item.spot.folder / item.value).resolve())


def case_of(folder: Path) -> Case:
    """Open a study for a comparison.

    Raises ResultsError for a folder without runs, manifest or inputs, for inputs that were changed, and for a
    sensitivity design, whose replicates aren't one to one; ScenarioError if this program can't read its scenario.
    """
    study = recorded_in(folder)
    inputs = {*study.manifest["inputs"], "effective.yaml"}
    changed = [one for one in broken_files(folder, study.manifest) if one.name in inputs]
    if changed:
        raise ResultsError(
            f"{folder}/{changed[0].name} {changed[0].what}, so nobody knows what the study was made from"
        )
    if study.manifest.get("sensitivity"):
        raise ResultsError(f"{folder} is a sensitivity design, whose runs don't pair one to one with another study's")
    return Case(study, study.scenario(), load(folder))


def common_window(first: Case, second: Case) -> Window:
    """Return the months that both are compared in: a report's window that both cover, or else what both cover.

    Raises ResultsError if they have no month in common.
    """
    low, high = max(first.results.start, second.results.start), min(first.last, second.last)
    for window in (second.results.window, first.results.window):
        if low <= window[0] and window[1] <= high:
            return window
    if low > high:
        spans = [window_text((one.results.start, one.last)) for one in (first, second)]
        raise ResultsError(f"the studies have no month in common: {spans[0]} and {spans[1]}")
    return low, high


def common_arms(first: Case, second: Case, asked: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the arms that both ran, the baseline first; ResultsError for an asked one that isn't among them."""
    both = tuple(arm for arm in first.results.arms if arm in second.results.arms)
    for arm in asked:
        if arm not in both:
            raise ResultsError(f"arm '{arm}' wasn't run in both studies (both ran: {', '.join(both) or 'none'})")
    return tuple(arm for arm in both if arm == both[0] or not asked or arm in asked)


def mixed(first: Case, second: Case, switched: frozenset[str], arms: Sequence[str], window: Window) -> "Scenario":
    """Return the first study's scenario with some factors of the second, long enough for the window.

    Other arms than the named ones are left out. Raises ResultsError, in one line, for factors that don't fit together.
    """
    values: dict[str, Any] = {"format": 1, "name": "a mixed case"}
    for factor, keys in KEYS.items():
        side = (second if factor in switched else first).mapping
        values |= {key: side[key] for key in keys if key in side}
    if "uncertainty" not in values:  # which may name numbers of any arm
        values["arms"] = {arm: one for arm, one in (values.get("arms") or {}).items() if arm in arms}
    record = (second if switched else first).mapping.get("record")
    values |= {} if record is None else {"record": record}
    values["months"] = max(first.study.months_of_file, second.study.months_of_file)
    try:
        return Source(values).load()[0]
    except (ScenarioError, ContractError) as error:
        raise ResultsError(f"{in_words(first, second, switched)} can't be run: {_short(error)}") from None


def in_words(first: Case, second: Case, switched: frozenset[str]) -> str:
    """Name a mixed case."""
    if not switched:
        return first.name
    return f"{first.name} with the {' and '.join(sorted(switched))} of {second.name}"


def _short(error: ScenarioError | ContractError) -> str:
    if not isinstance(error, ScenarioError):
        return str(error)
    one, *more = error.faults
    return f"{one.where}: {one.what}" + (f" (and {len(more)} more mistakes)" if more else "")


def cut_for(scenario: "Scenario", window: Window) -> "Scenario":
    """Return a scenario cut to the months that a window needs."""
    return scenario.truncated(window[1] - scenario.start + 1)[0]


def recorded_as(case: Case, scenario: "Scenario", arms: Sequence[str], replicates: Sequence[int], draws: int) -> bool:
    """Say whether a study holds the runs of a scenario: each the same identity, as this program would make it."""
    if not case.present or case.results.months > scenario.months:
        return False
    cut = scenario.truncated(case.results.months)[0]
    there = {run.id for run in case.study.finished}
    planned = Design(cut, tuple(arms), draws).runs(max(replicates) + 1)
    return all(run.id in there for run in planned if run.replicate in replicates)


def replicates_of(case: Case, arms: Sequence[str]) -> list[int]:
    """Return the replicates of which every named arm is finished."""
    runs: Mapping[str, set[int]] = {arm: {run.replicate for run in _of(case, arm)} for arm in arms}
    return sorted(set.intersection(*runs.values()))


def _of(case: Case, arm: str) -> tuple["Run", ...]:
    return case.results.of_arm(arm)
