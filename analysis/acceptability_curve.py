"""Acceptability curves: how often each arm is best over the draws, by what a unit-year is held to be worth."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib.ticker import PercentFormatter, StrMethodFormatter

from analysis.cost import covers
from analysis.cost_effectiveness import FIXED, FRONTIER, Acceptability, acceptability, cost_effectiveness
from analysis.drawing import BASELINE_COLOUR, COLOURS, LINES, Picture, styled, with_title_and_footer
from analysis.meaning import Cell
from analysis.months import ResultsError
from analysis.small_print import closing, level_of, people_of, unit_years
from analysis.study import BASELINE, Study
from analysis.words import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STEPS = 201
_BEYOND = 2.0
"""How far the axis goes beyond the dearest step of the frontier."""


def acceptability_curve(
    study: Study,
    outcome: str,
    willingness: Sequence[float] | None = None,
    cell: Cell | None = None,
    colours: Mapping[str, str] | None = None,
    style: Mapping[str, Any] | None = None,
) -> Picture:
    """Draw the share of draws in which each arm has the highest net benefit, and what knowing the parameters is worth.

    Parameters
    ----------
    study
        with parameter draws; ResultsError otherwise.
    outcome, cell
        as those of `acceptability`.
    willingness
        yuan per unit-year, rising; from 0 to twice the dearest step of the frontier where left out.
    colours
        {arm: colour} in place of our own.
    style
        Matplotlib's settings, laid over ours.

    The arm with the highest expected net benefit is drawn thick: the acceptability frontier (Fenwick et al. 2001,
    Health Economics 10, 779-787), which needn't be the arm that is best most often.
    """
    if not study.varies:
        raise ResultsError(FIXED)
    meaning = study.meaning(outcome)
    year, _ = unit_years(meaning)
    found = acceptability(study, outcome, _worth(study, outcome, cell) if willingness is None else willingness, cell)
    others = [arm for arm in found.arms if arm != BASELINE]
    chosen = {BASELINE: BASELINE_COLOUR} | {arm: COLOURS[at % len(COLOURS)] for at, arm in enumerate(others)}
    with matplotlib.rc_context(styled(style)):
        picture = Picture(figsize=(8.0, 4.8), layout="constrained")
        above, below = picture.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        _curves(above, found, chosen | dict(colours or {}))
        _information(below, found, year)
        title = f"which arm is best in {outcome}, by what a {year} is worth\n{study.manifest.get('name', '')}"
        with_title_and_footer(picture, title, _footer(study, outcome, cell, found), _alt(outcome, year, found))
    return picture


def _worth(study: Study, outcome: str, cell: Cell | None) -> Sequence[float]:
    """Return where the curves are computed: beyond the frontier's steps, or the cheapest gain where there is none."""
    options = cost_effectiveness(study, outcome, cell)
    steps = [one.ratio for one in options if one.state == FRONTIER and np.isfinite(one.ratio)]
    steps = steps or [min((one.cost / one.effect for one in options if one.effect > 0 and one.cost > 0), default=0.0)]
    if max(steps) <= 0:
        raise ResultsError(
            f"no arm gains any of {outcome} at a cost: there is no willingness at which a choice changes"
        )
    return [float(one) for one in np.linspace(0.0, _BEYOND * max(steps), _STEPS)]


def _curves(axes: "Axes", found: Acceptability, colours: Mapping[str, str]) -> None:
    best = np.array(found.chosen)
    for at, arm in enumerate(found.arms):
        share = found.best_share[:, at]
        axes.plot(
            found.willingness, share, color=colours[arm], linestyle=LINES[at % len(LINES)], linewidth=1.6, label=arm
        )
        thick = np.where(best == arm, share, np.nan)
        axes.plot(found.willingness, thick, color=colours[arm], linewidth=5.0, alpha=0.45, solid_capstyle="butt")
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlim(found.willingness[0], found.willingness[-1])
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_ylabel("share of the draws\nin which it is best")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)


def _information(axes: "Axes", found: Acceptability, year: str) -> None:
    axes.plot(found.willingness, found.perfect_information, color="black", linewidth=1.4)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("worth of\nknowing, yuan")
    axes.set_xlabel(f"worth of a {year}, yuan")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def _footer(study: Study, outcome: str, cell: Cell | None, found: Acceptability) -> list[str]:
    of_runs = f"each a mean of {found.replicates} runs" if found.replicates > 1 else "one run of each, luck included"
    return [
        "thick: the highest expected net benefit at that worth (Fenwick et al. 2001); below: expected value of perfect "
        "information about the drawn parameters",
        f"{found.draws} draws, {of_runs}; cost and gain over {covers(study)}",
        f"{people_of(study.meaning(outcome), cell)}; baseline {level_of(study, outcome, cell)} in the report's window",
        *closing(study),
    ]


def _alt(outcome: str, year: str, found: Acceptability) -> str:
    switches = [0, *(at for at in range(1, len(found.chosen)) if found.chosen[at] != found.chosen[at - 1])]
    said = [
        f"from {number(found.willingness[at])} yuan {found.chosen[at]}, best in "
        f"{100 * found.best_share[at, found.arms.index(found.chosen[at])]:.0f} % of the draws"
        for at in switches
    ]
    head = f"Curves of how often each of {len(found.arms)} arms is best in {outcome}, by the worth of a {year}"
    most = f"knowing the parameters is worth {number(float(found.perfect_information.max()))} yuan at most"
    return f"{head}. Best on average: {'; '.join(said)}; {most}."
