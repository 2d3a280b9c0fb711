"""Who gains and who loses by an arm, person by person: the same people with the same luck in two worlds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis import privacy
from analysis.doubt import computing_error
from analysis.income_years import UNIT, decembers, ranking_decembers
from analysis.months import ResultsError, Window, window_text
from analysis.nesting import Label, Shared, same_people, shared_people
from analysis.people import DIMENSIONS, WORKING_AGE, Groups, values_at
from analysis.privacy import Sum
from analysis.ratios import mean_of, ratio_error
from analysis.study import Study
from analysis.worlds import DECILE, Pair, Worlds, check_dimensions, deciles, ranked_by, worlds_of

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

    from analysis.unit_table import UnitTable

JOB_MONTHS, INCOME = "job_months", "income"
UNITS = {JOB_MONTHS: "months a person", INCOME: UNIT}
"""What people may gain, and its unit."""
ALL = "all"
GAINS, LOSES, SAME = "gains", "loses", "same"
CHANGES = (GAINS, LOSES, SAME)
BY = (DECILE, "sex", "age_band", "population", "site")
_SHARES = ("share", "share_low", "share_high")
_COUNTS = ("people", *_SHARES, "baseline_level", "households")
_GAINS = ("arm_level", "gain", "gain_low", "gain_high", "contribution")
_VALUES = (
    "people", *_SHARES, "baseline_level", "arm_level", "gain", "gain_low", "gain_high", "contribution", "households"
)  # fmt: skip
Key = tuple[str, str, str, str]
"""What is gained, dimension, group, change."""


@dataclass(frozen=True)
class _Told:
    """What a table is asked for."""

    study: Study
    window: Window
    by: tuple[str, ...]
    of: tuple[str, ...]
    rank_by: str
    least: float


@dataclass(frozen=True)
class _Tally:
    """One cell of one replicate: people, what they have in both worlds, and their households."""

    people: float = 0.0
    base: float = 0.0
    arm: float = 0.0
    households: float = 0.0


@dataclass(frozen=True)
class _Count:
    """One replicate: its cells, and which groups share people."""

    cells: dict[Key, _Tally]
    shared: Shared


def winners(
    study: Study,
    arm: str,
    window: Window | str | None = None,
    *,
    by: Iterable[str] = BY,
    of: Iterable[str] = (JOB_MONTHS, INCOME),
    rank_by: str = "baseline",
    least: float = 0.0,
    suppress: bool = True,
) -> "UnitTable":
    """Tell who gains, loses and stays as they are in an arm against the baseline, and how much.

    Parameters
    ----------
    study, arm
        of which unit records are kept.
    window
        months, as `2021-01..2021-12`; the report's where left out.
    by
        breakdowns, each by itself: `decile` of income a head, `sex`, `age_band`, `population`, `site` (where the
        programme registers them), `origin`. Age is that of the window's last month.
    of
        `job_months`: months of the window with an employer, of people of 15 and more (farm work isn't told).
        `income`: what the person's household had to live on a head, mean of the calendar years that end in the window.
    rank_by
        the income that makes deciles: that of the `baseline`, or the `mean` of both worlds, without regression to the
        mean. Its years are those of `income`, or the last one before where none ends in the window.
    least
        a change up to this size counts as none, in the unit of what is gained.
    suppress
        leave out what stands for fewer than ten households, and what would give it away; an analyst who publishes
        nothing may say False. Tables to be published together should be asked for together.

    People who live in both worlds in the window's last month are compared; births that only one world has aren't.

    Returns
    -------
    A row per thing gained, group and change. Columns: arm, window, of, unit, dimension and group (`all`, `all` for
    everybody), change (gains, loses, same; all for their sum), people, share (of the group's) with its 95 % interval
    share_low and share_high, baseline_level and arm_level (mean of the row's people), gain (their difference) with its
    interval gain_low and gain_high, contribution (share x gain: those of the three changes add up to the group's gain),
    households (distinct), replicates, suppressed, gain_suppressed (of arm_level, gain and contribution alone: where few
    gain or lose, a group's gain is theirs). Figures are means of the replicates; those of a row's people are ratios of
    means, with intervals of `analysis.ratios`. NaN where nobody is in the row.

    Raises ResultsError for an arm without unit records, a record that an older program made, a window without the
    months that are needed, and unknown words.
    """
    told = _Told(study, _window(study, window), tuple(by), tuple(of), rank_by, least)
    _check(told)
    pairs = study.traced(arm)
    draws = np.array([run.draw for _, run in pairs])
    counts = [_replicate(told, both) for both in pairs]
    table = _laid_out([one.cells for one in counts], draws)
    table.insert(0, "arm", arm)
    table.insert(1, "window", window_text(told.window))
    table = (
        _without_few(table, list(same_people(one.shared for one in counts)))
        if suppress
        else table.assign(suppressed=False)
    )
    return _titled(table, study, f"who gains and who loses by {arm}, {window_text(told.window)}")


def _titled(table: "pd.DataFrame", study: Study, what: str) -> "UnitTable":
    from analysis.unit_table import UnitTable  # noqa: PLC0415  (pandas takes half a second)

    return UnitTable.told_of(table, f"{study.manifest.get('name', '')}: {what}; study {study.hash}")


def _window(study: Study, window: Window | str | None) -> Window:
    return study.window if window is None else study.window_in(window)


def _check(told: _Told) -> None:
    check_dimensions(told.by, (DECILE, *DIMENSIONS))
    for one in told.of:
        if one not in UNITS:
            raise ResultsError(f"no gain in '{one}' is told (there are: {', '.join(UNITS)})")


def _replicate(told: _Told, both: Pair) -> _Count:
    last = told.window[1]
    worlds = worlds_of(told.study, both)
    worlds = worlds.take(worlds.living(last))
    parts, household = dict(_parts(told, worlds)), worlds.household
    found: dict[Key, _Tally] = {}
    for one in told.of:
        rows, values = _values(told, worlds, one)
        change = _change(values, told.least)
        for dimension, groups in parts.items():
            some = Groups(groups.names, groups.code[rows])
            for key, cell in _tallies(values[:, rows], change[rows], some, household[rows]):
                found[(one, dimension, *key)] = cell
    del parts[ALL]
    return _Count(found, shared_people(parts))


def _parts(told: _Told, worlds: Worlds) -> Iterator[tuple[str, Groups]]:
    yield ALL, Groups((ALL,), np.zeros(len(worlds.base.uid), np.int64))
    for dimension in told.by:
        if dimension == DECILE:
            years = ranking_decembers(told.study, told.window)
            yield dimension, deciles(ranked_by(worlds.incomes(years), told.rank_by))
        else:
            yield dimension, worlds.groups(dimension, told.window[1])


def _values(told: _Told, worlds: Worlds, of: str) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return whom a gain is told of, bool[n], and what each has in both worlds, float64[2, n]."""
    if of == INCOME:
        return np.ones(len(worlds.base.uid), np.bool_), worlds.incomes(decembers(told.window))
    months = range(told.window[0], told.window[1] + 1)
    held = [values_at(told.study, run, worlds.base.uid, "employer", months) for run in worlds.runs]
    return worlds.base.age(told.window[1]) >= WORKING_AGE, np.array([(one != 0).sum(axis=0) for one in held], float)


def _change(values: NDArray[np.float64], least: float) -> NDArray[np.int64]:
    """Return the code of each person's change in CHANGES, int64[n]."""
    gain = values[1] - values[0]
    return np.where(gain > least, 0, np.where(gain < -least, 1, 2)).astype(np.int64)


def _tallies(
    values: NDArray[np.float64], change: NDArray[np.int64], groups: Groups, household: NDArray[np.int64]
) -> Iterator[tuple[tuple[str, str], _Tally]]:
    """Yield ((group, change), tally) of every cell and each group's sum."""
    size = len(CHANGES)
    cell = groups.code * size + change
    for codes, names, step in ((cell, CHANGES, size), (groups.code, (ALL,), 1)):
        cells = len(groups.names) * step
        people = np.bincount(codes, minlength=cells)
        base, arm = (np.bincount(codes, weights=one, minlength=cells) for one in values)
        homes = np.bincount(np.unique(household * cells + codes) % cells, minlength=cells)
        for at in range(cells):
            key = groups.names[at // step], names[at % step]
            yield key, _Tally(float(people[at]), float(base[at]), float(arm[at]), float(homes[at]))


def _laid_out(counts: Sequence[dict[Key, _Tally]], draws: NDArray[np.int64]) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415

    keys = list(dict.fromkeys((*key[:3], change) for one in counts for key in one for change in (*CHANGES, ALL)))
    cells = {key: [one.get(key, _Tally()) for one in counts] for key in keys}
    rows = [
        {"of": key[0], "unit": UNITS[key[0]], "dimension": key[1], "group": key[2], "change": key[3]}
        | _figures(cells[key], cells[(*key[:3], ALL)], draws)
        for key in keys
        if any(one.people for one in cells[(*key[:3], ALL)])
    ]
    return pd.DataFrame(rows, columns=["of", "unit", "dimension", "group", "change", *_VALUES, "replicates"])


def _figures(cell: Sequence[_Tally], group: Sequence[_Tally], draws: NDArray[np.int64]) -> dict[str, float]:
    """Return the values of a row; where a replicate has nobody of the group it isn't counted."""
    people, base, arm, households = (
        np.array([getattr(one, name) for one in cell]) for name in ("people", "base", "arm", "households")
    )
    whole = np.array([one.people for one in group])
    whole[whole == 0] = np.nan
    share = computing_error(people / whole, draws)
    gain = ratio_error((arm - base) / whole, people / whole, draws)
    levels = [mean_of(one / whole, draws) / share.mean if share.mean else np.nan for one in (base, arm)]
    counted = [mean_of(one, draws) for one in (people, households)]
    contribution = mean_of((arm - base) / whole, draws)
    shares, gains = ((one.mean, one.low, one.high) for one in (share, gain))
    told = (counted[0], *shares, *levels, *gains, contribution, counted[1])
    return dict(zip(_VALUES, told, strict=True)) | {"replicates": share.n}


def _without_few(table: "pd.DataFrame", same: Sequence[tuple[list[Label], Label]]) -> "pd.DataFrame":
    """Leave out what stands for few, of counts and of gains, which add up otherwise: `same` has none."""
    keys = list(zip(*(table[one] for one in ("of", "dimension", "group", "change")), strict=True))
    row = {key: at for at, key in enumerate(keys)}
    households = table["households"].to_numpy(np.float64)
    cost = np.where(table["change"] == SAME, 0.0, households)
    counted = privacy.pattern(households, *_stages(row, CHANGES, same), cost=cost)
    moved = np.array([_moved(households, row, key) for key in keys])
    # Where nobody moved everybody knows the gain: it hides nothing.
    known = {key: at for key, at in row.items() if key[3] != SAME and moved[at] > 0}
    gained = privacy.pattern(moved, *_stages(known, (GAINS, LOSES), same), blank=counted)
    # Shares and contributions would tell the number of all that they are of.
    whole = counted[[row[(*key[:3], ALL)] for key in keys]]
    table = privacy.hide(table, [*_SHARES, "contribution"], whole)
    return privacy.hide(privacy.hide(table, _COUNTS, counted), _GAINS, gained, "gain_suppressed")


def _moved(households: NDArray[np.float64], row: Mapping[Key, int], key: Key) -> float:
    """Return for how many households a row's gain stands: for those who gain and who lose, not for the others."""
    changes = (GAINS, LOSES) if key[3] == ALL else (key[3],)
    return float(sum(households[row[(*key[:3], one)]] for one in changes))


def _stages(
    row: Mapping[Key, int], changes: Sequence[str], same: Sequence[tuple[list[Label], Label]]
) -> tuple[list[Sum], list[Sum]]:
    """List what adds up: the changes of everybody; then those of groups, groups, and people told of twice."""
    found = {
        key: Sum(tuple(row[(*key[:3], one)] for one in changes if (*key[:3], one) in row), at)
        for key, at in row.items()
        if key[3] == ALL
    }
    everybody = [one for key, one in found.items() if key[1] == ALL]
    groups = [one for key, one in found.items() if key[1] != ALL]
    return everybody, [*groups, *_across(row), *_told_twice(row, same)]


def _across(row: Mapping[Key, int]) -> Iterator[Sum]:
    """Yield the sums over the groups of a dimension."""
    groups: dict[Key, list[int]] = {}
    for (of, dimension, _, change), at in row.items():
        if dimension != ALL:
            groups.setdefault((of, dimension, ALL, change), []).append(at)
    for (of, _, _, change), parts in groups.items():
        yield Sum(tuple(parts), row[(of, ALL, ALL, change)])


def _told_twice(row: Mapping[Key, int], same: Sequence[tuple[list[Label], Label]]) -> Iterator[Sum]:
    """Yield the sums over the same people: age bands of both gains, groups of different dimensions."""
    for (of, dimension, group, change), at in row.items():
        beside = (INCOME, dimension, group, ALL)
        if of == JOB_MONTHS and dimension == "age_band" and change == ALL and beside in row:
            yield Sum((at,), row[beside])
        for parts, whole in same:
            rows = tuple(row[(of, *one, change)] for one in parts if (of, *one, change) in row)
            if (dimension, group) == whole and rows:
                yield Sum(rows, at)
