"""When there are enough replicates: a sequential rule for the half width of paired differences.

The interval that is reported is the plain t interval of `analysis.compare`, so the rule decides the number of
replicates alone. Stopping at the first narrow interval (Chow and Robbins 1965, Annals of Mathematical Statistics 36,
457-462) favours samples that happen to vary little, whose intervals cover too seldom. Hence two precautions:

- replicates come in batches of the size that the interval so far asks for (Stein 1945, Annals of Mathematical
  Statistics 16, 243-258), so that there are few looks at which luck may end the study;
- an interval counts as narrow when it was narrow `CONFIRMATION` replicates ago too.

A study therefore has at least `at_least + CONFIRMATION` replicates, unless `at_most` forbids it.
`python -m tests.statistics.coverage` prints the coverage of this rule and of those that it was chosen from. Between 93
and 96 % of the intervals cover the truth where differences are about normal, moderately skewed (skewness up to 1) or
counts. A skewness of 2 lowers it to 90 to 94 %, one of 6 to 84 to 88 %, for a t interval of few values does no better
without any stopping: such an outcome is named in `Decision.lopsided`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.paired import Paired, of_differences

Key = tuple[str, str]
"""An outcome and an arm."""
Reason = Literal["narrow", "at_least", "more", "confirm", "at_most", "undefined"]

CONFIRMATION = 10
"""Replicates for which every interval must have stayed narrow."""
LEAST_GROWTH, MOST_GROWTH = 1.25, 3.0
"""By how much a batch multiplies the replicates: less would mean many looks, more would trust a few values too far."""
_ROUNDING = 1e-9
COCHRAN = 25.0
"""Cochran (1977), Sampling Techniques, 2.15: a mean of n values is about normal if n exceeds 25 skewness²."""


@dataclass(frozen=True)
class Rule:
    """How sure a study is to be: half widths of 95 % intervals by outcome, in its unit; fewest and most replicates.

    Raises ValueError for a half width that isn't above 0, or for limits that contradict one another.
    """

    half_width: Mapping[str, float]
    at_least: int
    at_most: int

    def __post_init__(self) -> None:
        for outcome, width in self.half_width.items():
            if not 0 < width < np.inf:
                raise ValueError(f"half width of {outcome} = {width:g} should be a number above 0")
        if self.at_least < 2:
            raise ValueError(f"at_least = {self.at_least} should be 2 or more: one replicate has no interval")
        if self.at_most < self.at_least:
            raise ValueError(f"at_most = {self.at_most} should be at_least = {self.at_least} or more")


@dataclass(frozen=True)
class Decision:
    """Whether to stop.

    Attributes
    ----------
    done
        no more replicates are needed, or none help.
    replicates
        how many there should be in all before the next decision; those that there are if done.
    reason
        `narrow`: every interval is; `at_least`: there are fewer replicates than asked; `more`: some intervals are wide;
        `confirm`: none is, which must stay so for a few more; `at_most`: some are wide, but no more are allowed;
        `undefined`: whatever isn't narrow is undefined in every replicate.
    intervals
        the interval to report, by outcome and arm.
    wide
        defined somewhere, but not narrow.
    undefined
        undefined in every replicate, so that there is no interval to narrow; the rule doesn't wait for one.
    lopsided
        so skewed for their number that the interval covers less than 95 % (Cochran's rule).
    """

    done: bool
    replicates: int
    reason: Reason
    intervals: Mapping[Key, Paired] = field(default_factory=dict)
    wide: tuple[Key, ...] = ()
    undefined: tuple[Key, ...] = ()
    lopsided: tuple[Key, ...] = ()

    @property
    def text(self) -> str:
        """Say it in a sentence."""
        nothing_else = self.reason == "undefined" and len(self.undefined) == len(self.intervals)
        parts = [] if nothing_else else [self._told]
        if self.undefined and self.reason != "at_least":
            parts.append(f"{_names(self.undefined)}: undefined in every replicate, which more of them hardly mend")
        return "; ".join(parts)

    @property
    def _told(self) -> str:
        count = self.replicates
        return {
            "narrow": f"every interval is narrow enough with {count} replicates",
            "at_least": f"at least {count} replicates are asked for",
            "more": f"too wide: {_names(self.wide)}; next {count} replicates",
            "confirm": f"every interval is narrow enough, and should stay so with {count} replicates",
            "at_most": f"too wide with {count} replicates, the most allowed: {_names(self.wide)}",
            "undefined": f"every other interval is narrow enough with {count} replicates",
        }[self.reason]


def _names(keys: Iterable[Key]) -> str:
    return ", ".join(f"{outcome} in {arm}" for outcome, arm in keys)


def next_size(differences: Mapping[Key, NDArray[np.float64]], n_now: int, rule: Rule) -> Decision:
    """Decide from the replicates so far whether to stop, and how many there should be otherwise.

    Parameters
    ----------
    differences
        float64[n_now] by (outcome, arm): arm less baseline in the order of replicates, NaN where either is undefined
        or its run failed. Outcomes without a half width in the rule are left out.
    n_now
        replicates so far.
    rule
        half widths and limits.

    The decision depends on these values alone, so a study that is resumed takes the same path. Raises ValueError for
    an outcome of the rule that has no differences, or a row of another length.
    """
    asked = _asked(differences, n_now, rule)
    intervals = {key: of_differences(values) for key, values in asked.items()}
    undefined = tuple(key for key, one in intervals.items() if one.n == 0)
    excess = _excess(intervals, rule)
    wide = tuple(key for key, ratio in excess.items() if ratio > 1)
    lopsided = tuple(key for key in excess if _is_lopsided(asked[key]))
    reason, replicates = _verdict(asked, n_now, rule, max(excess.values(), default=0.0), bool(undefined))
    done = reason in ("narrow", "at_most", "undefined")
    return Decision(done, replicates, reason, intervals, wide, undefined, lopsided)


def _asked(differences: Mapping[Key, NDArray[np.float64]], n_now: int, rule: Rule) -> dict[Key, NDArray[np.float64]]:
    asked = {key: values for key, values in differences.items() if key[0] in rule.half_width}
    for outcome in sorted(set(rule.half_width) - {key[0] for key in asked}):
        raise ValueError(f"no differences were handed in for {outcome}, whose half width the rule names")
    for key, values in asked.items():
        if len(values) != n_now:
            raise ValueError(f"{_names([key])}: {len(values)} differences should be {n_now}, one for each replicate")
    return asked


def _verdict(
    asked: Mapping[Key, NDArray[np.float64]], n_now: int, rule: Rule, excess: float, undefined: bool
) -> tuple[Reason, int]:
    before = n_now - CONFIRMATION
    if n_now < rule.at_least:
        return "at_least", rule.at_least
    if excess <= 1 and (n_now >= rule.at_most or (before >= rule.at_least and _narrow(asked, before, rule))):
        return ("undefined" if undefined else "narrow"), n_now
    if n_now >= rule.at_most:
        return "at_most", n_now
    planned = min(int(planned_size(np.array([n_now]), np.array([excess]))[0]), rule.at_most)
    return ("confirm" if excess <= 1 else "more"), planned


def _narrow(asked: Mapping[Key, NDArray[np.float64]], count: int, rule: Rule) -> bool:
    """Say whether every interval was narrow with the first `count` replicates."""
    then = {key: of_differences(values[:count]) for key, values in asked.items()}
    return max(_excess(then, rule).values(), default=0.0) <= 1


def _excess(intervals: Mapping[Key, Paired], rule: Rule) -> dict[Key, float]:
    """Return each interval's half width in units of what is asked: infinite for one value; undefined ones left out."""
    return {
        key: (one.high - one.low) / 2 / rule.half_width[key[0]] if one.n > 1 else np.inf
        for key, one in intervals.items()
        if one.n > 0
    }


def planned_size(count: NDArray[np.int64], excess: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return how many replicates to have next, int64[...].

    Parameters
    ----------
    count
        replicates so far, int64[...].
    excess
        widest half width in units of what is asked, float64[...]; 1 or less is narrow, and asks for a confirmation.

    A half width shrinks with the square root of the number, hence Stein's size is count excess².
    """
    grown = np.ceil(count * np.clip(excess**2, LEAST_GROWTH, MOST_GROWTH)).astype(np.int64)
    return np.where(excess <= 1, count + CONFIRMATION, grown)


def _is_lopsided(values: NDArray[np.float64]) -> bool:
    """Say whether values are too few for their skewness by Cochran's rule; a constant isn't skewed."""
    defined = values[np.isfinite(values)]
    if len(defined) < 3 or np.ptp(defined) <= _ROUNDING * np.abs(defined).max():
        return False
    return bool(len(defined) < COCHRAN * stats.skew(defined) ** 2)
