"""A study as a report reads it: comparisons kept, names in the reader's language, figures with their scale."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from analysis.compare import Comparison, compare
from analysis.doubt import computing_error
from analysis.meaning import Cell, Meaning
from analysis.paired import Paired
from analysis.report.language import Language, Scale, places_for
from analysis.study import BASELINE, Study

_COLON = "："


@dataclass(frozen=True)
class Shown:
    """An effect as it is written: figures without their unit, the unit, a verdict, and the comparison itself."""

    compared: Comparison
    scale: Scale
    estimate: str
    low: str
    high: str
    over_draws: str
    baseline: str
    baseline_unit: str
    level: str
    state: str
    symbol: str
    words: str

    @property
    def gap(self) -> Paired:
        """The paired difference."""
        return self.compared.difference


class Reading:
    """What sections ask of a study. Comparisons are made once."""

    def __init__(self, study: Study, language: Language) -> None:
        """Read a study for readers of a language."""
        self.study, self.language = study, language
        self._compared: dict[tuple[str, str, Cell], Comparison] = {}

    @property
    def arms(self) -> tuple[str, ...]:
        """Arms beside the baseline."""
        return tuple(one for one in self.study.arms if one != BASELINE)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Outcomes of the report, the main one first."""
        return self.study.outcomes

    @cached_property
    def told(self) -> Mapping[str, Any]:
        """What the manifest tells in words; nothing where an older program made it."""
        return dict(self.study.manifest.get("words", {}))

    @cached_property
    def _names(self) -> Mapping[str, Mapping[str, str]]:
        return dict(self.told.get("names", {}))

    def _named(self, one: str) -> str:
        texts = self._names.get(one, {})
        return texts.get(self.language.code) or ""

    def name(self, one: str) -> str:
        """Name an arm, an outcome or a place: as the scenario says, or its id with spaces for underscores."""
        found = self._named(one).partition(_COLON)[0]
        if found:
            return found
        if one == BASELINE:
            return self.language.words["baseline"]
        text = one.removesuffix("_count").replace("_", " ")
        return text[:1].upper() + text[1:]

    def text(self, outcome: str) -> str:
        """Say in a line what an outcome counts; in English where nobody said it in the language."""
        declared = self._named(outcome).partition(_COLON)[2]
        return declared or self.study.meaning(outcome).text

    def in_language(self, outcome: str) -> bool:
        """Say whether an outcome's meaning is told in the language."""
        return not self.language.chinese or bool(self._named(outcome).partition(_COLON)[2])

    def own(self, what: str) -> str:
        """Return the scenario's `scenario` (its name) or `why`, in the language where it says it."""
        return self._named(what) or str(self.study.manifest.get("name" if what == "scenario" else what, ""))

    @cached_property
    def places(self) -> dict[str, str]:
        """{id: name} of the places."""
        return {one: self.name(one) for one in self.study.manifest.get("places", {})}

    def people(self, cell: Cell) -> str:
        """Say whom a cell is of."""
        return self.language.cell(cell, self.places)

    def where(self, meaning: Meaning) -> str:
        """Say where those are counted whom an outcome counts."""
        return self.language.words.get("of_place" if meaning.of == "place" else meaning.of, meaning.of)

    def compared(self, outcome: str, arm: str, cell: Cell | None = None) -> Comparison:
        """Compare an arm with the baseline over the report's window."""
        key = outcome, arm, cell or Cell()
        if key not in self._compared:
            self._compared[key] = compare(self.study, outcome, arm, cell=key[2])
        return self._compared[key]

    def cells(self, outcome: str) -> list[Cell]:
        """List the cells of the report's breakdown in which an outcome means something: everybody first."""
        dimensions = self.study.by
        if self.study.meaning(outcome).of == "place" and "place" not in dimensions:
            dimensions = (*dimensions, "place")
        return [cell for cell in self.study.cells(dimensions) if cell == Cell() or self._told_of(outcome, cell)]

    def _told_of(self, outcome: str, cell: Cell) -> bool:
        found = [self.compared(outcome, arm, cell) for arm in self.arms]
        if self.study.meaning(outcome).kind == "ratio":
            return any(np.isfinite(one.baseline) for one in found)
        return any(one.baseline or one.difference.mean for one in found)

    def shown_together(self, compared: Sequence[Comparison]) -> list[Shown]:
        """Write effects that stand one below the other: none with more than one decimal beyond the coarsest."""
        places = [_places(one) for one in compared if not one.difference.nothing]
        return [self.shown(one, min(places, default=0) + 1) for one in compared]

    def shown(self, compared: Comparison, most: int | None = None) -> Shown:
        """Write an effect, with at most so many decimals of its unit."""
        gap, meaning, language = compared.difference, compared.meaning, self.language
        places = _places(compared) if most is None else min(most, _places(compared))
        over = compared.over_draws
        ends = (over.low, over.high) if over is not None and over.draws > 1 else ()
        scale = language.scale((gap.mean, gap.low, gap.high, *ends), meaning.unit, change=True, places=places)
        level = language.scale((compared.baseline,), meaning.unit)
        state = self.state(gap, meaning)
        return Shown(
            compared, scale, scale.signed(gap.mean), scale.signed(gap.low), scale.signed(gap.high),
            language.span(*map(scale.signed, ends)) if ends and not gap.nothing else "",
            level.text(compared.baseline), level.unit, level.short(compared.baseline),
            state, _SYMBOLS[state], self.verdict(gap, meaning),
        )  # fmt: skip

    def state(self, gap: Paired, meaning: Meaning) -> str:
        """Sort an effect: better, worse, higher, lower, within, nothing, one_run or never."""
        if gap.n == 0:
            return "never"
        if gap.nothing:
            return "nothing"
        if gap.n < 2:
            return "one_run"
        if not gap.told_apart:
            return "within"
        if not meaning.better:
            return "higher" if gap.mean > 0 else "lower"
        return "better" if gap.mean * meaning.better > 0 else "worse"

    def verdict(self, gap: Paired, meaning: Meaning) -> str:
        """Say an effect in words: `higher, better`."""
        words, state = self.language.words, self.state(gap, meaning)
        if state in ("better", "worse"):
            return f"{words['higher' if gap.mean > 0 else 'lower']}{words['comma']}{words[state]}"
        return words[state]

    @cached_property
    def best(self) -> str | None:
        """The arm that does most for the first outcome, in its better direction; None without arms or figures."""
        known = [arm for arm in self.arms if self.compared(self.outcomes[0], arm).difference.n]
        better = self.study.meaning(self.outcomes[0]).better
        return max(known, key=lambda arm: self._good(arm, better), default=None)

    def _good(self, arm: str, better: int) -> float:
        effect = self.compared(self.outcomes[0], arm).difference.mean
        return better * effect if better else abs(effect)

    def between(self, outcome: str, arm: str, other: str) -> Paired:
        """Compare two arms with one another over their shared runs."""
        one, two = self.study.pooled(outcome, arm), self.study.pooled(outcome, other)
        values = dict(zip(two.pairs, two.values, strict=True))
        shared = [row for row, pair in enumerate(one.pairs) if pair in values]
        gaps = [one.values[row] - values[one.pairs[row]] for row in shared]
        return computing_error(gaps, one.draws[shared])

    def prepare(self, outcomes: Iterable[str] | None = None) -> None:
        """Make the comparisons outcome by outcome, which reads each column once."""
        for outcome in outcomes or self.outcomes:
            self.cells(outcome)
            for arm in self.arms:
                self.compared(outcome, arm)


def _places(compared: Comparison) -> int:
    gap = compared.difference
    return places_for(gap.mean, (gap.high - gap.low) / 2)


_SYMBOLS = {
    "better": "▲", "worse": "▼", "higher": "↑", "lower": "↓", "within": "○", "nothing": "=", "one_run": "·",
    "never": "–",
}  # fmt: skip
"""A sign for each state, so that colour is never alone."""
