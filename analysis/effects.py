"""What arms change, for a notebook: choose outcomes, months and people, and get a tidy table."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

from analysis.compare import Comparison, compare
from analysis.meaning import Cell
from analysis.months import ResultsError, Window, window_text
from analysis.study import BASELINE, Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.effect_table import EffectTable

INTERVALS = {
    "t": "95 % t interval of the mean paired difference: computing error, shrinks with more runs",
    "bootstrap": "95 % BCa bootstrap interval of the mean paired difference: computing error, shrinks with more runs",
}


@dataclass(frozen=True)
class Effects:
    """Arms against the baseline: `study.compare("micro_factories").by("place")`. Reads when a table is asked for.

    Attributes
    ----------
    study
        an open result folder.
    arms
        arms beside the baseline.
    outcomes
        recorded outcomes.
    window
        months pooled, both ends included.
    interval
        `t`, or `bootstrap` for lopsided differences (bias-corrected and accelerated; Efron 1987).
    """

    study: Study
    arms: tuple[str, ...]
    outcomes: tuple[str, ...]
    window: Window
    interval: str = "t"

    def over(self, window: str | Window) -> "Effects":
        """Take other months, such as `2021-01..2021-12`; ResultsError if the runs don't cover them."""
        return replace(self, window=self.study.window_in(window))

    def of(self, *outcomes: str) -> "Effects":
        """Take other outcomes; ResultsError for one that wasn't recorded."""
        return replace(self, outcomes=tuple(self.study.meaning(one).name for one in outcomes))

    def by(self, *dimensions: str) -> "EffectTable":
        """Lay the effects out, a row per outcome, group of people and arm.

        Parameters
        ----------
        dimensions
            `place`, `site`, `population`, `sex`, `age_band`: a row for each combination that was recorded; none for
            everybody together.

        Columns: outcome, arm, the dimensions, unit, baseline, estimate, low, high, standard_error, degrees_of_freedom,
        replicates, same_sign_share, verdict; where uncertain parameters were drawn also draws, low_5_draws,
        high_95_draws, parameters_share, luck_share. ResultsError for a dimension that wasn't recorded.
        """
        from analysis.effect_table import EffectTable, Told  # noqa: PLC0415  (pandas takes half a second)

        cells = crossed(self.study, dimensions)
        rows = [
            {"outcome": outcome, "arm": arm, **_named(cell, dimensions), **_figures(self._compared(outcome, arm, cell))}
            for outcome, cell, arm in product(self.outcomes, cells, self.arms)
        ]
        about = Told.of(self.study, window_text(self.window), INTERVALS[self.interval], dimensions)
        return EffectTable.told_of(rows, about)

    def _compared(self, outcome: str, arm: str, cell: Cell) -> Comparison:
        return compare(self.study, outcome, arm, self.window, cell, self.interval)

    def plot(self, **options: Any) -> "Figure":
        """Draw the effects for everybody together; options as those of `EffectTable.plot`."""
        return self.by().plot(**options)

    def _repr_html_(self) -> str:
        return self.by()._repr_html_()

    def __repr__(self) -> str:
        """Say what is compared, for a terminal."""
        arms, outcomes = ", ".join(self.arms), ", ".join(self.outcomes)
        return f"<Effects of {arms} on {outcomes}; {window_text(self.window)}; .by() lays them out>"


def effects(
    study: Study,
    arms: str | Iterable[str] | None = None,
    outcomes: Iterable[str] | None = None,
    window: str | Window | None = None,
    interval: str = "t",
) -> Effects:
    """Compare one arm, some, or all of them where left out; see `Study.compare`."""
    if interval not in INTERVALS:
        raise ValueError(f"interval={interval!r} should be one of {', '.join(INTERVALS)}")
    named = (arms,) if isinstance(arms, str) else tuple(arms or (one for one in study.arms if one != BASELINE))
    for arm in named:
        study.pairs(arm)
    told = tuple(study.meaning(one).name for one in outcomes or study.outcomes)
    return Effects(study, named, told, study.window if window is None else study.window_in(window), interval)


PARTS = {"place": "place", "site": "place", "population": "population"}
"""Dimensions that are parts of a cell's name; others are written into its group as `sex=female`."""


def crossed(study: Study, dimensions: Iterable[str]) -> list[Cell]:
    """List the recorded cells that part people along each of some dimensions and along no other.

    Raises ResultsError for a dimension, or a combination, that wasn't recorded.
    """
    asked = tuple(dict.fromkeys(dimensions))
    parts = {PARTS[one] for one in asked if one in PARTS}
    groups = {one for one in asked if one not in PARTS}
    found = [cell for cell in study.all_cells if _divided(cell) == (parts, groups)]
    if "site" in asked:
        sites = study.sites
        found = [cell for cell in found if cell.place in sites]
    if not found:
        known = ", ".join(study.dimensions) or "none"
        raise ResultsError(f"people weren't recorded by {' and '.join(asked)} together (dimensions: {known})")
    return found


def _divided(cell: Cell) -> tuple[set[str], set[str]]:
    """Return the parts of its name that aren't `all`, and the dimension of its group if it has one."""
    parts = {one for one in ("place", "population") if getattr(cell, one) != "all"}
    return parts, {cell.group.partition("=")[0]} - {"all"}


def _named(cell: Cell, dimensions: Iterable[str]) -> dict[str, str]:
    return {one: getattr(cell, PARTS[one]) if one in PARTS else cell.group.partition("=")[2] for one in dimensions}


def _figures(one: Comparison) -> dict[str, Any]:
    gap = one.difference
    drawn = one.doubt_over_draws if one.over_draws else {}
    return {
        "unit": one.meaning.unit, "baseline": one.baseline, "estimate": gap.mean, "low": gap.low, "high": gap.high,
        "standard_error": gap.error, "degrees_of_freedom": max(gap.units - 1, 0), "replicates": gap.n,
        "same_sign_share": gap.same_sign, "verdict": gap.verdict, **drawn,
    }  # fmt: skip
