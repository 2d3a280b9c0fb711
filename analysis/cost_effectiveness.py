"""Which arms are worth their money: dominance, the frontier, and how sure uncertain parameters leave the choice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.cost import YEAR, spent
from analysis.meaning import Cell
from analysis.months import ResultsError
from analysis.study import BASELINE, Study

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

Values = NDArray[np.float64]
FRONTIER, DOMINATED, EXTENDED = "on the frontier", "dominated", "dominated by a mixture"
FIXED = (
    "parameters were held fixed: how sure the choice is, and what it would be worth to know more, needs a study with "
    "a block `uncertainty:`"
)
"""What is said where a study has no parameter draws."""


@dataclass(frozen=True)
class Option:
    """An arm among the others.

    Attributes
    ----------
    cost
        yuan over the whole run, mean.
    effect
        unit-years gained against the baseline, mean; more is better.
    state
        FRONTIER, DOMINATED (another costs no more and does no less), or EXTENDED (some of two others would be better).
    ratio
        yuan per further unit-year against the next cheaper option on the frontier; NaN elsewhere and for the cheapest.
    """

    arm: str
    cost: float
    effect: float
    state: str = FRONTIER
    ratio: float = float("nan")


def frontier(options: Sequence[Option]) -> list[Option]:
    """Sort options by cost and say which of them lie on the frontier, with the cost of each step along it.

    Drummond et al. 2015, Methods for the Economic Evaluation of Health Care Programmes, chapter 5.
    """
    by_cost = sorted(options, key=lambda one: (one.cost, -one.effect))
    states: dict[str, Option] = {}
    kept: list[Option] = []
    for one in by_cost:
        if kept and one.effect <= kept[-1].effect:
            states[one.arm] = replace(one, state=DOMINATED)
            continue
        while len(kept) > 1 and _step(kept[-1], one) <= _step(kept[-2], kept[-1]):
            beaten = kept.pop()
            states[beaten.arm] = replace(beaten, state=EXTENDED)
        kept.append(one)
    for before, one in zip([None, *kept], kept, strict=False):
        states[one.arm] = replace(one, ratio=_step(before, one) if before else float("nan"))
    return [states[one.arm] for one in by_cost]


def _step(before: Option, one: Option) -> float:
    return (one.cost - before.cost) / (one.effect - before.effect)


def cost_effectiveness(study: Study, outcome: str, cell: Cell | None = None) -> list[Option]:
    """Lay out all arms, the baseline included, by what they cost and what they gain of an outcome.

    A gain counts unit-years over the whole run, fewer where fewer is better. Raises ResultsError for unknown names and
    for an outcome that can't be added up.
    """
    arms, costs, effects, _ = by_run(study, outcome, cell)
    return frontier([Option(arm, *pair) for arm, *pair in zip(arms, costs.mean(0), effects.mean(0), strict=True)])


@dataclass(frozen=True)
class Acceptability:
    """How sure the choice among arms is, as the uncertain parameters vary.

    Attributes
    ----------
    arms
        the options, baseline first.
    willingness
        yuan that one more unit-year is held to be worth, float64[k].
    best_share
        share of the draws in which each arm has the highest net benefit, float64[k, arms]; ties are shared.
    chosen
        the arm with the highest expected net benefit at each willingness.
    perfect_information
        what it would be worth to know the parameters before choosing, yuan, float64[k].
    draws, replicates
        parameter draws; runs of each, whose mean stands for the draw.
    """

    arms: tuple[str, ...]
    willingness: Values
    best_share: Values
    chosen: tuple[str, ...]
    perfect_information: Values
    draws: int
    replicates: int

    @property
    def frame(self) -> "pd.DataFrame":
        """A row per willingness and arm: willingness_yuan, arm, best_share, chosen, perfect_information_yuan."""
        import pandas as pd  # noqa: PLC0415

        rows = [
            {
                "willingness_yuan": value, "arm": arm, "best_share": self.best_share[row, at],
                "chosen": arm == self.chosen[row], "perfect_information_yuan": self.perfect_information[row],
            }
            for row, value in enumerate(self.willingness)
            for at, arm in enumerate(self.arms)
        ]  # fmt: skip
        return pd.DataFrame(rows)


def acceptability(study: Study, outcome: str, willingness: Sequence[float], cell: Cell | None = None) -> Acceptability:
    """Tell how often each arm is best over the draws, and the expected value of perfect information.

    Parameters
    ----------
    study
        with parameter draws; ResultsError saying FIXED otherwise.
    outcome, cell
        as those of `cost_effectiveness`.
    willingness
        yuan per unit-year, k values.

    Van Hout et al. 1994, Health Economics 3, 309-319; Claxton 1999, J. Health Economics 18, 341-364.
    """
    if not study.varies:
        raise ResultsError(FIXED)
    arms, costs, effects, draws = by_run(study, outcome, cell)
    known = np.unique(draws)
    cost, effect = (np.array([one[draws == draw].mean(axis=0) for draw in known]) for one in (costs, effects))
    worth = np.asarray(willingness, np.float64)
    shares, chosen, perfect = zip(*(decision(one * effect - cost) for one in worth), strict=True)
    names = tuple(arms[at] for at in chosen)
    return Acceptability(
        arms, worth, np.array(shares), names, np.array(perfect), len(known), round(len(draws) / len(known))
    )


def decision(benefit: Values) -> tuple[Values, int, float]:
    """Return how often each option is best (float64[options]), which is best on average, and what knowing would add.

    `benefit` is float64[draws, options].
    """
    best = benefit == benefit.max(axis=1, keepdims=True)
    mean = benefit.mean(axis=0)
    share = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    return share, int(mean.argmax()), float(benefit.max(axis=1).mean() - mean.max())


def by_run(study: Study, outcome: str, cell: Cell | None) -> tuple[tuple[str, ...], Values, Values, NDArray[np.int64]]:
    """Return arms, costs in yuan and gains in unit-years, float64[runs, arms], and draws int64[runs].

    Runs are those that all arms finished; both are over the whole run, and gains are against the baseline.
    """
    whole = study.start, study.start + study.months - 1
    sums = {arm: study.totals(outcome, arm, whole, cell) for arm in study.arms}
    shared = sorted(set.intersection(*(set(one.pairs) for one in sums.values())))
    better = -1.0 if study.meaning(outcome).better < 0 else 1.0
    costs, effects = [], []
    base = dict(zip(sums[BASELINE].pairs, sums[BASELINE].values, strict=True))
    for arm, one in sums.items():
        found = dict(zip(one.pairs, one.values, strict=True))
        paid = {run.pair: spent(run) for run in study.of_arm(arm)}
        costs.append([paid[pair] for pair in shared])
        effects.append([better * (found[pair] - base[pair]) / YEAR for pair in shared])
    draws = np.array([draw for draw, _ in shared])
    return tuple(sums), np.array(costs).T, np.array(effects).T, draws
