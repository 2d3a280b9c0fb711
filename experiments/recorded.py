"""A study that lies in its folder: how it was laid out and what it was made from, enough to go on with it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.folder import DESIGN_FILE, EFFECTIVE, MANIFEST
from analysis.lists import AGAIN, SHARED, read_list, read_manifest
from analysis.months import ResultsError
from analysis.runs import Run
from analysis.study import load
from experiments.design import Design, Planned, chosen_arms
from experiments.identity import code_digest
from experiments.source import recorded
from simulation.scenario.items import Item

if TYPE_CHECKING:
    from simulation.scenario import Scenario

_DIGITS = 12
_MARK = "  # "


@dataclass(frozen=True)
class Recorded:
    """What a folder says of its study.

    Attributes
    ----------
    folder
        the result folder.
    manifest
        what its manifest tells.
    arms
        those that were asked for, the baseline first.
    replicates
        how many there are of each arm, of the present design.
    planned
        {(arm, draw, replicate): identity} of the present design.
    """

    folder: Path
    manifest: Mapping[str, Any]
    arms: tuple[str, ...]
    replicates: int
    planned: Mapping[tuple[str, int, int], str]

    @property
    def months(self) -> int:
        """Months of its runs: a longer study that was cut off before its manifest was written has longer ones."""
        return self.finished[0].months if self.finished else int(self.manifest["months"])

    @property
    def months_of_file(self) -> int:
        """Months of its scenario before it was cut."""
        return max(int(self.manifest["months_of_file"]), self.months)

    @property
    def draws(self) -> int:
        """Draws of its uncertain parameters; of a sensitivity design, its base samples."""
        return int(self.manifest.get("draws", 1)) // int(self.manifest.get("sensitivity", {}).get("block", 1))

    @cached_property
    def finished(self) -> tuple[Run, ...]:
        """Its finished runs; none where there is none."""
        try:
            return load(self.folder).runs
        except ResultsError:
            return ()

    @property
    def traced(self) -> bool:
        """Say whether unit records of all its runs are kept."""
        return bool(self.finished) and all(run.traced for run in self.finished)

    def scenario(self, months: int | None = None) -> "Scenario":
        """Load the scenario from the folder alone, cut as it was, or for other months.

        Raises ScenarioError if files are gone or aren't what they were; ContractError as `Source.load`.
        """
        told = {**self.manifest, "months": months or self.months}
        told["months_of_file"] = max(self.months_of_file, int(told["months"]))
        loaded, _, _ = recorded(self.folder, told).load()
        return _labelled(loaded, self.folder / EFFECTIVE)

    def runs(self, scenario: "Scenario") -> list[Planned]:
        """List the runs of the present design."""
        return Design(scenario, chosen_arms(scenario, self.arms), self.draws).runs(self.replicates)

    def check_same(self, scenario: "Scenario") -> None:
        """Raise ResultsError unless this program and this scenario are what made the runs."""
        self.check_program()
        strange = {run.id for run in self.finished} - {run.id for run in self.runs(scenario)}
        if strange:
            raise ResultsError(
                f"{len(strange)} of the runs in {self.folder} were made from other inputs than lie there now: "
                f"`relosim verify {self.folder}` names the files that were changed"
            )

    def check_program(self) -> None:
        """Raise ResultsError unless this program is the one that made the runs."""
        made, here = str(self.manifest.get("code", "")), code_digest()
        if made != here:
            raise ResultsError(
                f"the runs in {self.folder} were made by another version of the program (code {made[:_DIGITS]}, this "
                f"one is {here[:_DIGITS]}), which would make other ones: use that version, or run the scenario anew "
                "with this one and --out another folder"
            )


def recorded_in(folder: Path) -> Recorded:
    """Read what a folder says of its study; ResultsError if it doesn't, or is a copy without inputs."""
    manifest = manifest_of(folder)
    if SHARED in manifest:
        raise ResultsError(
            f"{folder} is a copy to hand on, without inputs: its runs can be made only from the folder that it was "
            "copied from"
        )
    design = read_list(folder / DESIGN_FILE).to_pylist()
    there = {row["arm"] for row in design}
    order = [*manifest.get("arms", ()), *sorted(there)]
    return Recorded(
        folder,
        manifest,
        tuple(arm for arm in dict.fromkeys(order) if arm in there),
        len({row["replicate"] for row in design}),
        {(row["arm"], row["draw"], row["replicate"]): row["run"] for row in design},
    )


def manifest_of(folder: Path) -> dict[str, Any]:
    """Read the manifest of a folder; ResultsError if there is none."""
    file = folder / MANIFEST
    if not file.exists() or not (folder / DESIGN_FILE).exists():
        raise ResultsError(
            f"{folder} is no result folder with a {MANIFEST}: `relosim run FILE --out {folder}` makes one"
        )
    told = read_manifest(folder)
    if "months_of_file" not in told:
        raise ResultsError(f"{file} tells no design: {AGAIN.format(folder)}")
    return told


def _labelled(scenario: "Scenario", file: Path) -> "Scenario":
    """Give each value the file that it came from at first, which the effective scenario notes beside it."""
    if not file.exists() or scenario.tree.spot.file != str(file):
        return scenario
    lines = file.read_text("utf-8").splitlines()
    first = lines[0].removeprefix("# effective scenario of ")
    tree = _labelled_item(scenario.tree, str(file), lines)
    return replace(scenario, file="" if first == "a mapping" else first, tree=_same_months(tree, lines))


def _labelled_item(item: Item, file: str, lines: list[str]) -> Item:
    value = item.value
    if isinstance(value, dict):
        value = {key: _labelled_item(one, file, lines) for key, one in value.items()}
    elif isinstance(value, list):
        value = [_labelled_item(one, file, lines) for one in value]
    if item.spot.file != file or _MARK not in lines[item.spot.line - 1]:
        return Item(value, item.spot, item.key)
    return Item(value, replace(item.spot, file=lines[item.spot.line - 1].rpartition(_MARK)[2]), item.key)


def _same_months(tree: Item, lines: list[str]) -> Item:
    """Let `months` keep its origin where it wasn't changed, although it was laid over the file."""
    months = tree.value["months"]
    line = next((one for one in lines if one.startswith("months:")), "")
    said, mark, origin = line.rpartition(_MARK)
    if not mark or said.removeprefix("months:").strip() != str(months.value):
        return tree
    return Item({**tree.value, "months": Item(months.value, replace(months.spot, file=origin))}, tree.spot)
