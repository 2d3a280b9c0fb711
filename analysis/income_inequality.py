"""How an arm changes the inequality of yearly incomes, and how its gain is spread over rich and poor."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis import privacy
from analysis.doubt import computing_error
from analysis.income_years import UNIT, decembers, income_per_head
from analysis.inequality import (
    absolute_concentration,
    gain_of_poorest,
    gini,
    share_to_poorest,
    theil,
    theil_parts,
)  # fmt: skip
from analysis.months import Window, window_text
from analysis.paired import Paired
from analysis.people import chosen, groups_of, read_people
from analysis.ratios import mean_of, ratio_error
from analysis.runs import Run
from analysis.study import Study
from analysis.worlds import Pair, check_dimensions, ranked_by, worlds_of

if TYPE_CHECKING:
    from analysis.unit_table import UnitTable

LEVELS = {"mean_income": UNIT, "gini": "index", "theil": "index", "theil_between": "index", "theil_within": "index"}
"""Measures of each world by itself, and their units."""
POOREST_INCOME, CONCENTRATION, POOREST_GAIN = "income_share_of_poorest", "gain_concentration", "gain_share_to_poorest"
_VALUES = ("baseline_level", "arm_level", "estimate", "low", "high", "households")
Values = NDArray[np.float64]


def inequality_of(
    study: Study,
    arm: str,
    window: Window | str | None = None,
    *,
    by: str = "population",
    population: str = "all",
    site: str = "all",
    rank_by: str = "baseline",
    poorest: float = 0.4,
    suppress: bool = True,
) -> "UnitTable":
    """Tell how unequal yearly incomes a head are in the baseline and an arm, and to whom the gain goes.

    Parameters
    ----------
    study, arm
        of which unit records are kept.
    window
        months, whose calendar years are told, as `2021-01..2021-12`; the report's where left out.
    by
        along what Theil's T is taken apart: `sex`, `age_band`, `population`, `site`, `origin`.
    population, site
        whose incomes.
    rank_by
        the income by which people are poor when a gain is told of: that of the `baseline`, or the `mean` of both
        worlds, without regression to the mean.
    poorest
        share of people who are called poorest.
    suppress
        leave all out if it stands for fewer than ten households.

    Returns
    -------
    A row per measure: mean_income, gini, theil, theil_between and theil_within (they add up to theil), and
    income_share_of_poorest, each with its level in both worlds, all people who live in the last December of each; then
    gain_concentration (-1 all to the poorest, 1 all to the richest; Kakwani, Wagstaff and van Doorslaer 1997) and
    gain_share_to_poorest, of people who live in both worlds in the window's last month. Incomes below 0 count as 0 in
    indices. Columns: arm, window, measure, unit, baseline_level, arm_level, estimate (their difference; of the two of
    the gain the figure itself), low, high (95 % interval; of the gain's the ratio of means of `analysis.ratios`, NaN
    where the mean gain isn't told apart from 0), households (of the baseline), replicates, suppressed.

    Raises ResultsError as `analysis.winners.winners` does, and for a window without a December.
    """
    months = study.window if window is None else study.window_in(window)
    check_dimensions([by])
    whom = {"population": population, "site": site}
    pairs = study.traced(arm)
    draws = np.array([run.draw for _, run in pairs])
    levels = np.array([[_levels(study, run, months, by, whom, poorest) for run in both] for both in pairs])
    gains = np.array([_gains(study, both, months, whom, rank_by, poorest) for both in pairs])
    rows = [*_level_rows(levels, draws), *_gain_rows(gains, draws)]
    households = float(levels[:, 0, -1].mean())
    head = {"arm": arm, "window": window_text(months)}
    return _table(study, [head | row | {"households": households} for row in rows], suppress)


def _table(study: Study, rows: Sequence[Mapping[str, object]], suppress: bool) -> "UnitTable":
    import pandas as pd  # noqa: PLC0415

    from analysis.unit_table import UnitTable  # noqa: PLC0415  (pandas takes half a second)

    names = ["arm", "window", "measure", "unit", *_VALUES, "replicates"]
    table = pd.DataFrame(list(rows), columns=names)
    blank = privacy.few(table["households"].to_numpy(np.float64)) & suppress
    table = privacy.hide(table, _VALUES, blank)
    what = f"inequality of incomes, {rows[0]['arm']} against the baseline, {rows[0]['window']}"
    return UnitTable.told_of(table, f"{study.manifest.get('name', '')}: {what}; study {study.hash}")


def _levels(study: Study, run: Run, window: Window, by: str, whom: Mapping[str, str], poorest: float) -> Values:
    """Return the measures of LEVELS, the income share of the poorest, and the number of households, float64[7]."""
    years = decembers(window)
    people = read_people(run)
    people = people.take(people.living(years[-1]) & chosen(study, run, people, years[-1], whom))
    income, ones = income_per_head(study, run, people, years), np.ones(len(people.uid))
    homes = float(len(np.unique(people.household)))
    if not homes:
        return np.array([*(np.nan for _ in LEVELS), np.nan, 0.0])
    group = groups_of(study, run, people, by, years[-1]).code
    parts = theil_parts(income, ones, group)
    share = share_to_poorest(np.maximum(income, 0.0), income, ones, poorest)
    return np.array([income.mean(), gini(income, ones), theil(income, ones), *parts, share, homes])


def _gains(study: Study, both: Pair, window: Window, whom: Mapping[str, str], rank_by: str, poorest: float) -> Values:
    """Return mean gain, absolute concentration and the poorest's part of the mean gain, float64[3] yuan a head."""
    worlds = worlds_of(study, both)
    worlds = worlds.take(worlds.living(window[1]) & worlds.among(window[1], whom))
    incomes = worlds.incomes(decembers(window))
    gain, rank, ones = incomes[1] - incomes[0], ranked_by(incomes, rank_by), np.ones(incomes.shape[1])
    if not len(gain):
        return np.full(3, np.nan)
    spread = absolute_concentration(gain, rank, ones)
    return np.array([gain.mean(), spread, gain_of_poorest(gain, rank, ones, poorest) / len(gain)])


def _level_rows(levels: Values, draws: NDArray[np.int64]) -> list[dict[str, object]]:
    rows = []
    for at, (name, unit) in enumerate((LEVELS | {POOREST_INCOME: "share"}).items()):
        base, arm = (mean_of(levels[:, world, at], draws) for world in (0, 1))
        row = _row(name, unit, computing_error(levels[:, 1, at] - levels[:, 0, at], draws))
        rows.append(row | {"baseline_level": base, "arm_level": arm})
    return rows


def _gain_rows(gains: Values, draws: NDArray[np.int64]) -> list[dict[str, object]]:
    nowhere = {"baseline_level": np.nan, "arm_level": np.nan}
    named = ((CONCENTRATION, "index"), (POOREST_GAIN, "share"))
    return [
        _row(name, unit, ratio_error(gains[:, at], gains[:, 0], draws)) | nowhere
        for at, (name, unit) in enumerate(named, 1)
    ]


def _row(name: str, unit: str, found: Paired) -> dict[str, object]:
    return {
        "measure": name, "unit": unit, "estimate": found.mean, "low": found.low, "high": found.high,
        "replicates": found.n,
    }  # fmt: skip
