"""How one number spreads: what a file says of it, checked against what declares the number."""

from typing import Any

import numpy as np

from simulation.scenario.errors import shown
from simulation.scenario.items import Faults, Item, Path_, child
from simulation.scenario.numbers import Number
from simulation.scenario.study_model import Spread
from simulation.scenario.uncertain import Uncertain
from simulation.scenario.validate import allowed_range, validated

_TAKES = {
    "uniform": ("low", "high", "levels"),
    "log_uniform": ("low", "high", "levels"),
    "triangular": ("low", "high", "mode"),
    "normal": ("low", "high", "mean", "sd"),
}
_NEEDS = {"triangular": ("mode",), "normal": ("mean", "sd")}
_SAID = ("low", "high", "mode", "mean", "sd", "levels")


def read_spread(number: Number, item: Item, path: Path_, design: str, faults: Faults) -> Uncertain | None:
    """Read how a number spreads; None, and every mistake in `faults`, if it can't be read.

    Parameters
    ----------
    number
        the number that varies.
    item
        the map `{low: ..., high: ...}`; nothing counts as an empty one.
    path
        where it stands, for the mistakes' names.
    design
        how draws are made of it; a factorial needs values.
    faults
        where mistakes go.
    """
    item = Item({}, item.spot, item.key) if item.value is None else item
    told = validated(Spread, item, path, faults)
    if told is None:
        return None
    mine = Faults()
    made = _Reading(number, told, item, path, mine).made(design)
    faults.found += mine.found
    return None if mine.found else made


class _Reading:
    """One number's spread being read; what it returns counts only if no mistake was found."""

    def __init__(self, number: Number, told: Spread, item: Item, path: Path_, faults: Faults) -> None:
        self._number, self._told, self._item, self._path, self._faults = number, told, item, path, faults
        self._given = [name for name in _SAID if getattr(told, name) is not None]

    def made(self, design: str) -> Uncertain:
        told, kind = self._told, self._told.distribution or "uniform"
        if told.values is not None:
            return self._of_values(told.values)
        self._check_keys(kind, design)
        low, high = self._ends(kind)
        self._check_inside(low, high)
        if told.levels is not None:
            return self._of_levels(kind, low, high, told.levels)
        number = self._number
        return Uncertain(
            number.path, kind, low, high, told.mode, told.mean, told.sd, whole=number.whole, unit=number.unit
        )

    def _say(self, name: str | int, what: str) -> None:
        part = child(self._item, name)
        where = (*self._path, name) if part is not None else self._path
        self._faults.add(part.spot if part is not None else self._item.named_at, where, what)

    # ---- values

    def _of_values(self, values: list[float]) -> Uncertain:
        for name in (*self._given, *(["distribution"] if self._told.distribution else [])):
            self._say(name, f"'{name}' says nothing beside 'values', which are equally likely; keep one of the two")
        mine = _Reading(self._number, self._told, self._item.value["values"], (*self._path, "values"), self._faults)
        numbers = tuple(mine._whole_or_not(at, value) for at, value in enumerate(values))
        for at, value in enumerate(numbers):
            if value in numbers[:at]:
                mine._say(at, f"{shown(value)} stands here a second time; keep one")
        return self._with_levels(numbers)

    def _with_levels(self, values: tuple[float, ...]) -> Uncertain:
        number, ends = self._number, (min(values), max(values))
        return Uncertain(number.path, "values", *ends, values=values, whole=number.whole, unit=number.unit)

    def _of_levels(self, kind: str, low: float, high: float, levels: int) -> Uncertain:
        if self._faults.found:
            return self._with_levels((low,))
        spaced: Any = np.geomspace(low, high, levels) if kind == "log_uniform" else np.linspace(low, high, levels)
        values = tuple(int(one) for one in np.rint(spaced)) if self._number.whole else tuple(spaced.tolist())
        if len(set(values)) < levels:
            what = f"{levels} values from {shown(low)} to {shown(high)} aren't all different whole numbers; write fewer"
            self._say("levels", what)
        return self._with_levels(values)

    # ---- a distribution

    def _check_keys(self, kind: str, design: str) -> None:
        for name in self._given:
            if name not in _TAKES[kind]:
                fits = [one for one, names in _TAKES.items() if name in names]
                remedy = f"it takes {', '.join(_TAKES[kind])}; write 'distribution: {fits[0]}' for '{name}'"
                self._say(name, f"'{name}' doesn't belong to a {kind} distribution; {remedy}")
        for name in _NEEDS.get(kind, ()):
            if getattr(self._told, name) is None:
                self._say(name, f"a {kind} distribution needs '{name}'; {Spread.model_fields[name].description}")
        if design == "factorial" and self._told.levels is None:
            remedy = "write 'values: [...]', or 'levels: n' for n evenly spaced ones from low to high"
            self._say("", f"a factorial design takes every combination of values; {remedy}")
        elif design != "factorial" and self._told.levels is not None:
            remedy = "write 'values: [...]' for equally likely ones, or leave it out"
            self._say("levels", f"'levels' belongs to 'design: factorial', not to {design}; {remedy}")

    def _ends(self, kind: str) -> tuple[float, float]:
        """Return where the spread ends: both as given, or both as declared."""
        told, declared = self._told, self._number.ends
        if (told.low is None) != (told.high is None):
            name, other = ("low", "high") if told.high is None else ("high", "low")
            range_ = allowed_range(self._number.field)
            self._say(name, f"'{name}' stands without '{other}'; write both, or neither for the declared range{range_}")
            return self._lone_end(name)
        low: float
        high: float
        if told.low is not None and told.high is not None:
            low, high = self._whole_or_not("low", told.low), self._whole_or_not("high", told.high)
        elif declared[0] is not None and declared[1] is not None:
            low, high = (one if self._number.whole else float(one) for one in (declared[0], declared[1]))
        else:
            self._say("", f"{self._number.path} declares no whole range; write 'low' and 'high'")
            return 0.0, 1.0
        if low >= high:
            self._say("low", f"'low' ({shown(low)}) must lie below 'high' ({shown(high)})")
        if kind == "log_uniform" and low <= 0:
            given = "" if told.low is not None else "; the declared range begins there, so write 'low' and 'high'"
            self._say("low", f"a log_uniform distribution begins above 0, got {shown(low)}{given}")
        return low, high

    def _lone_end(self, name: str) -> tuple[float, float]:
        value = self._whole_or_not(name, getattr(self._told, name))
        return value, value

    def _check_inside(self, low: float, high: float) -> None:
        """Refuse a mode or mean outside the ends; nothing is said of it where these are wrong."""
        for name in ("mode", "mean"):
            value = getattr(self._told, name)
            if value is not None and not self._faults.found and not low <= value <= high:
                what = f"must lie between the ends, got {shown(value)}; allowed: {shown(low)} to {shown(high)}"
                self._say(name, f"{what} {self._number.unit}".rstrip())

    def _whole_or_not(self, name: str | int, value: float) -> float:
        """Return a value as its field takes it; refuse one outside the declared range, or with a fraction."""
        number, range_ = self._number, allowed_range(self._number.field)
        if number.whole and not value.is_integer():
            self._say(name, f"must be a whole number, got {shown(value)}{range_}")
        elif not number.allows(value):
            written = int(value) if number.whole else value
            self._say(name, f"lies outside the range that {number.path} declares, got {shown(written)}{range_}")
        return int(value) if number.whole and value.is_integer() else value
