"""How often the intervals of a sequential study cover the truth, and what it costs: `python -m tests.statistics.coverage`.

Many synthetic studies of one paired difference with standard deviation 1 are run at once: row by row, the same values
are laid out, and a stopping rule says after how many a study ends. Reported are the share of studies whose plain 95 %
t interval holds the true mean, and the mean number of replicates over the ideal one (the smallest number whose t
interval would be narrow if the standard deviation were known, and no less than `at_least`).
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.stopping import CONFIRMATION, planned_size

LEVEL = 0.975
LONGEST = 600
"""Replicates at which a synthetic study ends in any case; far above what any ratio below asks for."""
RATIOS = (1.0, 1.5, 2.0, 3.0, 5.0, 8.0)
"""Standard deviations over half widths."""
AT_LEAST = (10, 20)
FLOOR, CEILING = 0.93, 0.97

Draw = Callable[[np.random.Generator, tuple[int, int]], NDArray[np.float64]]


def normal(rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float64]:
    return rng.normal(size=shape)


def gamma(form: float) -> Draw:
    """Shifted gamma: skewness 2 / sqrt(form)."""
    return lambda rng, shape: (rng.gamma(form, size=shape) - form) / np.sqrt(form)


def lognormal(sigma: float) -> Draw:
    mean = np.exp(sigma**2 / 2)
    deviation = mean * np.sqrt(np.expm1(sigma**2))
    return lambda rng, shape: (rng.lognormal(0, sigma, shape) - mean) / deviation


def poisson(base: float, arm: float) -> Draw:
    """Difference of two counts."""
    return lambda rng, shape: (rng.poisson(arm, shape) - rng.poisson(base, shape) - (arm - base)) / np.sqrt(base + arm)


KEPT: dict[str, Draw] = {
    "normal": normal,
    "counts, 3.9 less 3": poisson(3.0, 3.9),
    "counts, 0.39 less 0.3": poisson(0.3, 0.39),
    "lognormal, skewness 0.8": lognormal(0.25),
    "gamma, skewness 1": gamma(4.0),
}
"""Differences for which the rule promises 93 to 97 %."""
BROKEN: dict[str, Draw] = {
    "lognormal, skewness 1.8": lognormal(0.5),
    "exponential, skewness 2": gamma(1.0),
    "lognormal, skewness 6": lognormal(1.0),
}
"""Differences too skewed for a t interval of few values, whatever the rule."""


@dataclass(frozen=True)
class Studies:
    """Values of many studies, float64[studies, LONGEST]: true mean 0, true standard deviation 1."""

    values: NDArray[np.float64]

    @cached_property
    def _count(self) -> NDArray[np.int64]:
        return np.arange(1, self.values.shape[1] + 1)

    @cached_property
    def means(self) -> NDArray[np.float64]:
        """Mean of the first 1, 2, ... values."""
        return self.values.cumsum(axis=1) / self._count

    @cached_property
    def half_widths(self) -> NDArray[np.float64]:
        """Half width of the t interval of the first 1, 2, ... values; infinite for one."""
        count = self._count[1:]
        squares = (self.values**2).cumsum(axis=1)[:, 1:] - count * self.means[:, 1:] ** 2
        error = np.sqrt(np.maximum(squares, 0) / (count - 1) / count)
        return np.hstack([np.full((len(self.values), 1), np.inf), stats.t.ppf(LEVEL, count - 1) * error])

    def at(self, table: NDArray[np.float64], count: NDArray[np.int64]) -> NDArray[np.float64]:
        """One entry of each row: that of the first `count` values."""
        return np.take_along_axis(table, count[:, None] - 1, axis=1)[:, 0]

    def excess(self, count: NDArray[np.int64], target: float) -> NDArray[np.float64]:
        return self.at(self.half_widths, count) / target


Stopping = Callable[[Studies, int, float], NDArray[np.int64]]


def _until(
    studies: Studies, at_least: int, step: Callable[[NDArray[np.int64]], NDArray[np.int64]]
) -> NDArray[np.int64]:
    """Follow all studies at once: `step` says how many values come next, the same number where a study ends."""
    count = np.full(len(studies.values), at_least)
    while (after := np.minimum(step(count), studies.values.shape[1])).max(initial=0) and (after > count).any():
        count = after
    return count


def chosen(studies: Studies, at_least: int, target: float) -> NDArray[np.int64]:
    """The rule of analysis.stopping."""

    def step(count: NDArray[np.int64]) -> NDArray[np.int64]:
        excess, before = studies.excess(count, target), count - CONFIRMATION
        then = studies.excess(np.maximum(before, 1), target)
        ends = (excess <= 1) & (before >= at_least) & (then <= 1)
        return np.where(ends, count, planned_size(count, excess))

    return _until(studies, at_least, step)


def unconfirmed(studies: Studies, at_least: int, target: float) -> NDArray[np.int64]:
    """The same batches, ended by the first narrow interval."""

    def step(count: NDArray[np.int64]) -> NDArray[np.int64]:
        excess = studies.excess(count, target)
        return np.where(excess <= 1, count, planned_size(count, excess))

    return _until(studies, at_least, step)


def every_replicate(studies: Studies, at_least: int, target: float) -> NDArray[np.int64]:
    """A look after each replicate (Chow and Robbins)."""
    narrow = studies.half_widths[:, at_least - 1 :] <= target
    return at_least + np.where(narrow.any(axis=1), narrow.argmax(axis=1), narrow.shape[1] - 1)


def half_as_many_again(studies: Studies, at_least: int, target: float) -> NDArray[np.int64]:
    """Looks at numbers that grow by a half."""
    return _until(
        studies,
        at_least,
        lambda count: np.where(studies.excess(count, target) <= 1, count, np.ceil(count * 1.5).astype(int)),
    )


def two_stages(studies: Studies, at_least: int, target: float) -> NDArray[np.int64]:
    """Stein's size from the first stage, and no look afterwards; its intervals may be wider than asked."""
    first = np.full(len(studies.values), at_least)
    size = np.ceil(first * studies.excess(first, target) ** 2).astype(np.int64)
    return np.clip(size, at_least, studies.values.shape[1])


RULES: dict[str, Stopping] = {
    "chosen": chosen,
    "unconfirmed": unconfirmed,
    "each": every_replicate,
    "x 1.5": half_as_many_again,
    "Stein": two_stages,
}


@dataclass(frozen=True)
class Found:
    """What one rule did to the studies of one case."""

    case: str
    at_least: int
    ratio: float
    rule: str
    coverage: float
    mean_size: float
    ideal: int
    narrow: float


def ideal_size(ratio: float, at_least: int) -> int:
    """The smallest number whose t interval is narrow at the true standard deviation, but no less than asked."""
    count = np.arange(2, LONGEST + 1)
    enough = stats.t.ppf(LEVEL, count - 1) / np.sqrt(count) <= 1 / ratio
    return max(at_least, int(count[enough.argmax()]))


def measure(
    cases: dict[str, Draw], rules: dict[str, Stopping], studies: int, ratios: Sequence[float] = RATIOS, seed: int = 1
) -> Iterator[Found]:
    """Run every rule on the same studies of every case, ratio and least number."""
    for row, (case, draw) in enumerate(cases.items()):
        made = Studies(draw(np.random.default_rng([seed, row]), (studies, LONGEST)))
        for at_least in AT_LEAST:
            for ratio in ratios:
                yield from _measured(made, case, at_least, ratio, rules)


def _measured(studies: Studies, case: str, at_least: int, ratio: float, rules: dict[str, Stopping]) -> Iterator[Found]:
    for name, rule in rules.items():
        size = rule(studies, at_least, 1 / ratio)
        half = studies.at(studies.half_widths, size)
        covered = np.abs(studies.at(studies.means, size)) <= half
        narrow = half <= 1 / ratio
        ideal = ideal_size(ratio, at_least)
        yield Found(case, at_least, ratio, name, covered.mean(), size.mean(), ideal, narrow.mean())


def main(studies: int) -> None:
    """Print the share covered and, in brackets, the mean number of replicates over the ideal one."""
    sys.stdout.write(f"{studies:,} studies each; share covered in % (mean replicates / ideal)\n")
    sys.stdout.write(f"{'differences':<26}least  sd/target ideal" + "".join(f"{name:>14}" for name in RULES) + "\n")
    rows: list[Found] = []
    for found in measure(KEPT | BROKEN, RULES, studies):
        rows.append(found)
        if len(rows) == len(RULES):
            one = rows[0]
            cells = "".join(f"{100 * f.coverage:8.1f} ({f.mean_size / f.ideal:.2f})"[-14:].rjust(14) for f in rows)
            sys.stdout.write(f"{one.case:<26}{one.at_least:>5}{one.ratio:>10g}{one.ideal:>7}{cells}\n")
            rows = []


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
