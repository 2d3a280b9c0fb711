"""What carries an effect: the same study with one mechanism of the model off at a time, in the same luck."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.compare import compare
from analysis.desk import gaps
from analysis.months import Window
from analysis.paired import LEVEL, Paired, of_differences
from analysis.series import Matched
from analysis.simultaneous import holm
from analysis.study import Study
from analysis.words import decimals, fixed, plus

TURNS, REMOVES, CARRIES, HOLDS, HIDES = "turns the sign", "removes it", "carries part", "holds it back", "hides it"
NOTHING, UNSURE, AMONG, UNKNOWN = "no difference", "within its error", "unsure among all", "undefined"
DECIDING = (TURNS, REMOVES)
_RUNS_TO_TELL = 2


@dataclass(frozen=True)
class Carried:
    """How much of one effect one mechanism carries.

    Attributes
    ----------
    mechanism
        its name.
    on, without
        the effect with everything on, and with this mechanism off, over the replicates that both finished.
    part
        the first less the second, replicate by replicate, with its computing error.
    p
        of the part, adjusted for all mechanisms that were tried (Holm 1979); NaN with fewer than two replicates.
    """

    mechanism: str
    on: Paired
    without: Paired
    part: Paired
    p: float

    @property
    def told(self) -> bool:
        """Say whether its part is told apart from none among all mechanisms."""
        return bool(self.p < 1 - LEVEL)

    @property
    def share(self) -> float:
        """Share of the effect that it carries; NaN where the effect itself isn't told apart from none."""
        return self.part.mean / self.on.mean if self.on.told_apart else np.nan

    @property
    def verdict(self) -> str:
        """Say in two or three words what it does to the effect, or that this can't be told."""
        if self.part.n < _RUNS_TO_TELL or not np.isfinite(self.part.mean):
            return UNKNOWN
        if self.part.nothing:
            return NOTHING
        if not self.told:
            return AMONG if self.part.told_apart else UNSURE
        if not self.on.told_apart:
            return HIDES if self.without.told_apart else UNSURE
        return self._of_a_clear_effect

    @property
    def _of_a_clear_effect(self) -> str:
        with_it = self.part.mean * self.on.mean > 0
        if self.without.told_apart and self.without.mean * self.on.mean < 0:
            return TURNS
        if with_it and not self.without.told_apart:
            return REMOVES
        return CARRIES if with_it else HOLDS


@dataclass(frozen=True)
class Echo:
    """One effect, and what each mechanism that was switched off by itself carries of it.

    Attributes
    ----------
    outcome, arm, unit, window
        the effect.
    on
        with everything on, over all its runs.
    carried
        the mechanisms: those that decide the sign first, then by the size of their part.
    desk
        what a planner's sum comes to; NaN where none speaks of this outcome.
    """

    outcome: str
    arm: str
    unit: str
    window: Window
    on: Paired
    carried: tuple[Carried, ...]
    desk: float

    @property
    def deciding(self) -> tuple[Carried, ...]:
        """The mechanisms without which the sign turns, or the effect isn't told apart from none any more."""
        return tuple(one for one in self.carried if one.verdict in DECIDING)

    @property
    def sentence(self) -> str:
        """Say what carries the sign, and how sure that is."""
        return " ".join(part for part in (self._sign, self._parts, self._paper) if part)

    @property
    def _told(self) -> str:
        ends = f" ({self._number(self.on.low)} to {self._number(self.on.high)})" if self.on.n > 1 else ""
        return f"{self.arm} on {self.outcome}: {self._number(self.on.mean)}{ends}"

    def _number(self, value: float) -> str:
        figures = [self.on.mean, self.on.low, self.on.high, *(one.without.mean for one in self.carried)]
        return plus(fixed(value, decimals(figures, self.unit)))

    @property
    def _sign(self) -> str:
        if self.on.nothing:
            return f"{self._told}. There is no difference in any run, so nothing carries it."
        if self.on.n < _RUNS_TO_TELL:
            return f"{self._told}. One run tells no computing error, so nobody knows what carries the sign."
        if not self.on.told_apart:
            return (
                f"{self._told}. The effect is smaller than its computing error with {self.on.n} runs: it isn't told "
                "apart from none, so no mechanism can be said to carry its sign."
            )
        if not self.deciding:
            return (
                f"{self._told}. None of the {len(self.carried)} mechanisms carries the sign by itself: with any one "
                f"of them off the effect keeps it, {self._span}."
            )
        return f"{self._told}. The sign hangs on {' and on '.join(map(self._how, self.deciding))}."

    @property
    def _span(self) -> str:
        values = [one.without.mean for one in self.carried if np.isfinite(one.without.mean)]
        unclear = [one.mechanism for one in self.carried if not one.without.told_apart]
        span = f"from {self._number(min(values))} to {self._number(max(values))}" if values else "undefined"
        return f"{span}, though without {', '.join(unclear)} it isn't told apart from none" if unclear else span

    def _how(self, one: Carried) -> str:
        turned = f"turns to {self._number(one.without.mean)}"
        gone = f"is {self._number(one.without.mean)} and not told apart from none"
        return f"{one.mechanism} (without it the effect {turned if one.verdict == TURNS else gone})"

    @property
    def _parts(self) -> str:
        if not self.on.told_apart:
            hides = [one.mechanism for one in self.carried if one.verdict == HIDES]
            return f"An effect shows without {', '.join(hides)}." if hides else ""
        parts = [one for one in self.carried if one.verdict in (*DECIDING, CARRIES, HOLDS)]
        told = ", ".join(f"{one.mechanism} {self._number(one.part.mean)} ({one.share:.0%})" for one in parts)
        return (f"Parts told apart from none: {told}." if told else "No part is told apart from none.") + self._unsure

    @property
    def _unsure(self) -> str:
        small = sum(one.verdict == UNSURE for one in self.carried)
        among = sum(one.verdict == AMONG for one in self.carried)
        said = [f"of {small} mechanisms the part is smaller than its computing error"] if small else []
        said += (
            [f"of {among} it is larger, but not told apart among {len(self.carried)} that were tried"] if among else []
        )
        text = "; ".join(said)
        return f" {text[0].upper()}{text[1:]}." if text else ""

    @property
    def _paper(self) -> str:
        if not np.isfinite(self.desk) or not self.desk or not np.isfinite(self.on.mean):
            return ""
        made = f"the model makes {self.on.mean / self.desk:.0%} of it" if self.on.told_apart else "the model isn't sure"
        return f"A mere echo of the inputs would be the sum on paper, {self._number(self.desk)}: {made}."


def echo(on: Study, without: Mapping[str, Study], outcome: str, arm: str, window: Window | str | None = None) -> Echo:
    """Tell what each mechanism carries of an effect.

    Parameters
    ----------
    on
        the study with everything on.
    without
        {mechanism: the same study with it off}, of the same seed, so that replicates share their luck.
    outcome, arm
        the effect.
    window
        months pooled; the report's where left out.

    Raises ResultsError for a name or a window that wasn't recorded.
    """
    months = on.window if window is None else on.window_in(window)
    found = {name: _pair(on, study, outcome, arm, months) for name, study in without.items()}
    p = _adjusted([part for _, _, part in found.values()])
    carried = [Carried(name, *told, float(one)) for (name, told), one in zip(found.items(), p, strict=True)]
    effect = compare(on, outcome, arm, months)
    desk = sum(gap.desk.mean for gap in gaps(on, arm, months) if gap.outcome == outcome) or np.nan
    ordered = tuple(sorted(carried, key=_place))
    return Echo(outcome, arm, effect.meaning.counted, months, effect.difference, ordered, desk)


def _place(one: Carried) -> tuple[bool, bool, float]:
    return one.verdict not in DECIDING, not one.told, -abs(np.nan_to_num(one.part.mean))


def _pair(on: Study, off: Study, outcome: str, arm: str, window: Window) -> tuple[Paired, Paired, Paired]:
    """Return the effect with everything on, without the mechanism, and their difference, of common replicates."""
    with_it, without = (one.matched(outcome, arm, window) for one in (on, off))
    first, second = _by_replicate(with_it), _by_replicate(without)
    both = sorted(first.keys() & second.keys())
    one, other = (np.array([values[at] for at in both], np.float64) for values in (first, second))
    return of_differences(one), of_differences(other), of_differences(one - other)


def _by_replicate(both: Matched) -> dict[int, float]:
    return dict(zip(both.replicates.tolist(), both.differences.tolist(), strict=True))


def _adjusted(parts: Iterable[Paired]) -> NDArray[np.float64]:
    rows = np.array([(one.mean, one.error, one.units - 1) for one in parts], np.float64).reshape(-1, 3)
    return holm(*rows.T)
