"""`uncertainty:` and `sensitivity:` -> what a study varies besides its arms."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulation.catalogue import Catalogue
from simulation.scenario.ensemble import Draws, read_ensemble
from simulation.scenario.errors import ScenarioError, shown
from simulation.scenario.indicators import check_names, indicators_of
from simulation.scenario.items import Faults, Item, Path_, Spot, child
from simulation.scenario.numbers import find_number
from simulation.scenario.paths import PathError
from simulation.scenario.spread import read_spread
from simulation.scenario.study_model import MOST_DRAWS, SensitivityBlock, UncertaintyBlock
from simulation.scenario.uncertain import Sensitivity, Uncertain, Uncertainty
from simulation.scenario.validate import validated

EXAMPLE = "parameters: {parameters.job_search.look_on_job: {low: 0.02, high: 0.2}}"


@dataclass(frozen=True)
class Varied:
    """What a study varies, and where each number's spread is written, {path in full: its item and its name there}."""

    uncertainty: Uncertainty | None = None
    sensitivity: Sensitivity | None = None
    written: Mapping[str, tuple[Item, Path_]] = field(default_factory=dict)


def read_varied(tree: Item, catalogue: Catalogue, report: tuple[str, ...], faults: Faults) -> Varied:
    """Read what a scenario varies.

    Parameters
    ----------
    tree
        the effective values.
    catalogue
        what declares them.
    report
        the report's indicators, which `sensitivity` analyses if it names none.
    faults
        where mistakes go; those of the blocks' form are told by the file's own check.
    """
    one, other = _block(tree, "uncertainty"), _block(tree, "sensitivity")
    if one is not None and other is not None:
        remedy = "write one file for each; `base:` shares the region"
        faults.add(other.named_at, "sensitivity", f"a file holds 'uncertainty' or 'sensitivity', not both; {remedy}")
    reading = _Reading(tree, catalogue, faults)
    uncertainty = reading.uncertainty(one) if one is not None else None
    sensitivity = reading.sensitivity(other, report) if other is not None else None
    return Varied(uncertainty, sensitivity, reading.written)


def _block(tree: Item, name: str) -> Item | None:
    found = child(tree, name)
    return found if found is not None and isinstance(found.value, dict) else None


class _Reading:
    """The two blocks being read."""

    def __init__(self, tree: Item, catalogue: Catalogue, faults: Faults) -> None:
        self._tree, self._catalogue, self._faults = tree, catalogue, faults
        self.written: dict[str, tuple[Item, Path_]] = {}

    def uncertainty(self, item: Item) -> Uncertainty | None:
        path: Path_ = ("uncertainty",)
        told = validated(UncertaintyBlock, item, path, Faults())
        named = child(item, "ensemble")
        if named is not None and named.value is not None:
            if not isinstance(named.value, str) or not named.value:
                return None  # the file's own check says so
            draws = read_ensemble(named, (*path, "ensemble"), self._tree, self._catalogue, self._faults)
            self._only_ensemble(item, draws)
            return Uncertainty("ensemble", len(draws), ensemble=draws)
        varied = self._numbers(item, path, told.design if told is not None else "")
        if told is None or not varied:
            return None
        return Uncertainty(told.design, self._draws(told, item, varied), varied)

    def _only_ensemble(self, item: Item, draws: Draws) -> None:
        for name in ("parameters", "design", "draws"):
            part = child(item, name)
            if part is not None and part.value is not None:
                rows = f", and as many draws as rows, {len(draws)}" if name == "draws" and draws else ""
                what = f"an ensemble brings its draws itself{rows}; write 'ensemble:' or '{name}:', not both"
                self._faults.add(part.named_at, ("uncertainty", name), what)

    def _draws(self, told: UncertaintyBlock, item: Item, varied: tuple[Uncertain, ...]) -> int:
        spot = (child(item, "draws") or item).spot if told.draws is not None else item.named_at
        if told.design != "factorial":
            if told.draws is None:
                what = f"the required key is missing; it says: {UncertaintyBlock.model_fields['draws'].description}"
                self._faults.add(spot, ("uncertainty", "draws"), f"{what}; write 'draws: 50'")
            return told.draws or 0
        points = math.prod(len(one.values) for one in varied)
        sizes = " x ".join(str(len(one.values)) for one in varied)
        if points > MOST_DRAWS:
            what = f"a factorial of {sizes} values has {points:,} draws; allowed: {MOST_DRAWS:,}; write fewer values"
            self._faults.add(spot, ("uncertainty", "draws"), what)
        elif told.draws not in (None, points):
            what = f"a factorial of {sizes} values has {points} draws, got {told.draws}; leave 'draws' out"
            self._faults.add(spot, ("uncertainty", "draws"), what)
        return points

    def sensitivity(self, item: Item, report: tuple[str, ...]) -> Sensitivity | None:
        path: Path_ = ("sensitivity",)
        told = validated(SensitivityBlock, item, path, Faults())
        check_names(child(item, "outcomes"), (*path, "outcomes"), indicators_of(self._catalogue), self._faults)
        varied = self._numbers(item, path, told.method if told is not None else "")
        if told is None:
            return None
        if told.method == "sobol":
            self._check_sobol(told, item)
        elif told.levels % 2:
            what = f"the grid of morris has an even number of levels, got {told.levels}; write {told.levels + 1}"
            self._faults.add((child(item, "levels") or item).spot, (*path, "levels"), what)
        outcomes = tuple(told.outcomes) or report
        return Sensitivity(told.method, told.samples, told.levels, told.replicates, outcomes, varied)

    def _check_sobol(self, told: SensitivityBlock, item: Item) -> None:
        if told.samples & (told.samples - 1):
            below = 1 << (told.samples.bit_length() - 1)
            what = (
                f"the samples of sobol are a power of two, got {told.samples}; the nearest are {below} and {below * 2}"
            )
            self._faults.add((child(item, "samples") or item).spot, ("sensitivity", "samples"), what)
        levels = child(item, "levels")
        if levels is not None and levels.value is not None:
            what = "'levels' belongs to 'method: morris', not to sobol; leave it out"
            self._faults.add(levels.named_at, ("sensitivity", "levels"), what)

    def _numbers(self, item: Item, path: Path_, design: str) -> tuple[Uncertain, ...]:
        """Read what varies; a number that stands there twice is a mistake."""
        path, named = (*path, "parameters"), child(item, "parameters")
        if named is None or named.value in (None, {}):
            what = f"says nothing of what varies; write '{EXAMPLE}'"
            self._faults.add((named or item).named_at, path, what + _or_ensemble(path))
            return ()
        found: list[Uncertain] = []
        for name, one in named.value.items() if isinstance(named.value, dict) else ():
            made = self._number(name, one, (*path, name), design)
            found += [made] if made is not None else []
        return tuple(found)

    def _number(self, name: str, item: Item, path: Path_, design: str) -> Uncertain | None:
        try:
            number = find_number(name, self._tree, self._catalogue)
        except PathError as error:
            self._faults.add(item.named_at, path, str(error))
            return None
        if number.path in self.written:
            line = self.written[number.path][0].named_at.line
            what = f"is {number.path}, which stands in line {line} already; keep one"
            self._faults.add(item.named_at, path, what)
        self.written[number.path] = item, path
        return read_spread(number, item, path, design, self._faults)


def _or_ensemble(path: Path_) -> str:
    return ", or 'ensemble: draws.csv'" if path[0] == "uncertainty" else ""


def uneven(varied: Varied) -> tuple[str, ...]:
    """Say of a Sobol design that its draws lie unevenly, where they are no power of two (Owen 2020)."""
    study = varied.uncertainty
    if study is None or study.design != "sobol" or study.draws & (study.draws - 1) == 0:
        return ()
    below = 1 << (study.draws.bit_length() - 1)
    what = f"uncertainty: {study.draws} draws of a Sobol sequence lie less evenly than a power of two of them"
    return (f"{what}, such as {below} or {below * 2}",)


def check_ends(varied: Varied, with_values: Callable[[Mapping[str, float]], Any]) -> None:
    """Refuse a spread one end of which, or one value of which, the scenario itself refuses.

    Parameters
    ----------
    varied
        what the scenario varies.
    with_values
        the scenario's way to take another number, which checks it with what stands beside it.

    Raises ScenarioError.
    """
    faults = Faults()
    study = varied.uncertainty or varied.sensitivity
    for one in study.parameters if study is not None else ():
        item, where = varied.written[one.path]
        for part, spot, value in _ends(one, item):
            try:
                with_values({one.path: value})
            except ScenarioError as error:
                first = error.faults[0]
                what = f"with {shown(value)} the scenario is refused: {first.where}: {first.what}"
                faults.add(spot, (*where, *part), what)
    if faults.found:
        raise ScenarioError(faults.found)


def _ends(one: Uncertain, item: Item) -> Iterator[tuple[Path_, Spot, float]]:
    """Go over the values of a spread that are sure to be its extremes, each with where it is written."""
    listed = child(item, "values")
    if listed is not None:
        yield from ((("values", at), listed.value[at].spot, value) for at, value in enumerate(one.values))
        return
    for name, value in (("low", one.low), ("high", one.high)):
        part = child(item, name)
        yield ((name,) if part else (), part.spot if part else item.named_at, value)
