"""What people do in an arm against what the same people do in the baseline, in a mean month."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis import privacy
from analysis.chains import EARLIER, NOBODY, OWN, REFUSED, THIS_MONTH, TURNED_AWAY, trace
from analysis.displacement import followed
from analysis.doubt import computing_error
from analysis.histories import whose_work
from analysis.months import Window, window_text
from analysis.nesting import Label, Shared, same_people, shared_people
from analysis.new_posts import new_employers
from analysis.people import WORKING_AGE, Groups, People, began_with, held
from analysis.privacy import Sum
from analysis.ratios import mean_of
from analysis.runs import Run
from analysis.study import Study
from analysis.worlds import Pair, Worlds, check_dimensions, worlds_of

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

    from analysis.unit_table import UnitTable

NOTHING = "no employer"
NEW = "new post"
ALL = "all"
DISPLACED = "displaced"
HOW = {DISPLACED: [THIS_MONTH, EARLIER], "own": [OWN], "turned_away": [TURNED_AWAY], "refused": [REFUSED]}
"""How a loss came about, and the classes of `analysis.chains` that it takes in."""
_VALUES = ("persons", "low", "high", "share", "households")
_KEYS = ("dimension", "group", "from", "to", "how")
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class _Activities:
    """What there is to do: `names`, and the code into them of each employer's uid, both by rising uid."""

    names: tuple[str, ...]
    uid: NDArray[np.uint64]
    code: NDArray[np.int8]

    def of(self, employer: NDArray[np.uint64]) -> NDArray[np.int8]:
        """Return the code of an employer's work, int8[n]; 0 is nobody's."""
        return self.code[np.searchsorted(self.uid, employer)]


@dataclass(frozen=True)
class _Asked:
    """What a table is asked for."""

    study: Study
    arm: str
    months: range
    whom: Mapping[str, str]
    by: tuple[str, ...]
    activities: _Activities

    @property
    def size(self) -> int:
        """Number of things to do, all together included, which comes last."""
        return len(self.activities.names) + 1


@dataclass(frozen=True)
class _Parts:
    """Into which groups people fall: `names`, their codes, int64[dimensions, people], and which share people."""

    names: tuple[Label, ...]
    code: Codes
    shared: Shared


@dataclass(frozen=True)
class _Count:
    """One replicate in a mean month: `cells` float64[2, groups, from, to, how] are persons and households."""

    parts: _Parts
    cells: NDArray[np.float64]


def transitions(
    study: Study,
    arm: str,
    window: Window | str | None = None,
    *,
    by: Iterable[str] = (),
    merge: Mapping[str, str] | None = None,
    population: str = ALL,
    sex: str = ALL,
    age_band: str = ALL,
    site: str = ALL,
    suppress: bool = True,
) -> "UnitTable":
    """Tell what people do in an arm (`to`) against what they do in the baseline (`from`), in a mean month.

    Parameters
    ----------
    study, arm
        of which unit records are kept.
    window
        months, as `2021-01..2021-12`; the report's where left out.
    by
        breakdowns besides everybody, each by itself: `sex`, `age_band`, `population`, `site`, `origin`.
    merge
        {kind of employer: coarser name}, such as {"coast": "away"}: fewer cells stand for fewer than ten households.
    population, sex, age_band, site
        whose work is told; age in the window's last month, the site where the programme registers them. People of all
        ages are those of 15 and more.
    suppress
        leave out what stands for fewer than ten households, and what would give it away; an analyst who publishes
        nothing may say False. Tables to be published together should be asked for together, with `by`.

    People do one of: `no employer` (farm work isn't told by `units/`), a kind of employer, `new post` at an employer
    that the arm brings; `all` are the sums. Only months in which a person lives in both worlds count.

    Returns
    -------
    A row per group and pair that somebody ever does. Columns: arm, window, dimension and group (`all`, `all` for
    everybody), from, to, how, persons (a month, mean of the replicates), low, high (its 95 % interval), share (of those
    who do `from` in the baseline), households (distinct ones a month), replicates, suppressed. `how` is `all`; where
    posts can be followed (`analysis.displacement`), further rows from work to `no employer` tell how the loss came
    about, which adds up to it: `displaced` by a chain that a new post began (an upper bound), `own` who held a new post
    and lost it, `turned_away` by nobody whom a known chain reached, `refused` for reasons of their own.

    Raises ResultsError for an arm without unit records, a record that an older program made, and for words and months
    that there aren't.
    """
    first, last = study.window if window is None else study.window_in(window)
    by = tuple(by)
    check_dimensions(by)
    whom = {"population": population, "sex": sex, "age_band": age_band, "site": site}
    pairs = study.traced(arm)
    asked = _Asked(study, arm, range(first, last + 1), whom, by, _activities(study, arm, pairs[0], merge or {}))
    counts = [_count(asked, both) for both in pairs]
    table = _table(asked, counts, np.array([run.draw for _, run in pairs]))
    table = _without_few(table, counts) if suppress else table.assign(suppressed=False)
    return _titled(table, study, f"what people do in {arm} against the baseline, {window_text((first, last))}")


def matrix(table: "pd.DataFrame", value: str = "persons") -> "pd.DataFrame":
    """Lay everybody's transitions out as a square, `from` down and `to` across; NaN where a cell is left out.

    Pairs that nobody does are 0.
    """
    rows = table[(table["dimension"] == ALL) & (table["how"] == ALL)]
    order = [one for one in dict.fromkeys([*rows["from"], *rows["to"]]) if one != ALL]
    order = sorted(order, key=lambda one: (one != NOTHING, one == NEW, one))
    square = rows.pivot(index="from", columns="to", values=value).reindex(index=[*order, ALL], columns=[*order, ALL])
    listed = rows.assign(there=True).pivot(index="from", columns="to", values="there").reindex_like(square)
    return square.mask(listed.isna(), 0.0)


def _titled(table: "pd.DataFrame", study: Study, what: str) -> "UnitTable":
    from analysis.unit_table import UnitTable  # noqa: PLC0415  (pandas takes half a second)

    return UnitTable.told_of(table, f"{study.manifest.get('name', '')}: {what}; study {study.hash}")


def _activities(study: Study, arm: str, both: Pair, merge: Mapping[str, str]) -> _Activities:
    kinds: dict[int, str] = {}
    for run in both:
        kinds |= {uid: merge.get(kind, kind) for uid, kind in study.kinds(run, "employers").items()}
    kinds |= dict.fromkeys(new_employers(study, arm), NEW)
    names = (NOTHING, *sorted(set(kinds.values()) - {NEW}), NEW)
    uid = np.array(sorted({0, *kinds}), np.uint64)
    code = np.array([names.index(kinds.get(int(one), NOTHING)) for one in uid], np.int8)
    return _Activities(names, uid, code)


def _count(asked: _Asked, both: Pair) -> _Count:
    worlds, last = worlds_of(asked.study, both), asked.months[-1]
    rows = worlds.among(last, asked.whom)
    if asked.whom["age_band"] == ALL:
        rows &= worlds.base.age(last) >= WORKING_AGE
    worlds = worlds.take(rows)
    parts = _parts(asked, worlds)
    does = [_doing(asked, run, people) for run, people in zip(both, (worlds.base, worlds.arm), strict=True)]
    out = np.zeros((2, len(parts.names), asked.size, asked.size, 1 + len(HOW)))
    household = worlds.household
    for at, month in enumerate(asked.months):
        there = np.flatnonzero(worlds.living(month))
        out[..., 0] += _month(parts.code[:, there], does[0][at][there], does[1][at][there], household[there], out)
    if followed(asked.study, asked.arm):
        out[:, :, :, 0, 1:] = _losses(asked, worlds, parts, does, out)
    return _Count(parts, out / len(asked.months))


def _parts(asked: _Asked, worlds: Worlds) -> _Parts:
    everybody = Groups((ALL,), np.zeros(len(worlds.base.uid), np.int64))
    parts = {one: worlds.groups(one, asked.months[-1]) for one in asked.by}
    names: list[Label] = []
    codes = []
    for dimension, groups in {ALL: everybody, **parts}.items():
        codes.append(groups.code + len(names))
        names += [(dimension, one) for one in groups.names]
    return _Parts(tuple(names), np.array(codes), shared_people(parts))


def _doing(asked: _Asked, run: Run, people: People) -> NDArray[np.int8]:
    """Return what people do, int8[months, people]."""
    changes, activities = asked.study.changes(run, "persons.employer"), asked.activities
    start, to = (activities.of(one) for one in (began_with(run, people.uid, "employer"), changes["to"].to_numpy()))
    return held(changes, people.uid, start, to, asked.months)


def _month(
    codes: Codes, base: NDArray[np.int8], arm: NDArray[np.int8], household: Codes, like: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Count persons and distinct households of each cell and sum, float64[2, groups, from, to]."""
    shape = like.shape[1:4]
    whole = np.full(len(base), shape[-1] - 1)
    out = np.zeros((2, int(np.prod(shape))))
    for code in codes:
        for one in (base, whole):
            for other in (arm, whole):
                _add(out, np.ravel_multi_index((code, one, other), shape), household, np.ones(len(code)))
    return out.reshape(2, *shape)


def _add(out: NDArray[np.float64], cell: Codes, household: Codes, weight: NDArray[np.float64]) -> None:
    """Add people and their distinct households to cells, float64[2, cells]."""
    cells = out.shape[1]
    out[0] += np.bincount(cell, weights=weight, minlength=cells)
    out[1] += np.bincount(np.unique(household * cells + cell) % cells, minlength=cells)


def _losses(
    asked: _Asked, worlds: Worlds, parts: _Parts, does: Sequence[NDArray[np.int8]], like: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Add up how losses came about over the window, float64[2, groups, from, how]."""
    shape = (len(parts.names), asked.size, len(HOW))
    out, household = np.zeros((2, int(np.prod(shape)))), worlds.household
    for at, rows, shares in _who_lost(asked, worlds):
        for how in range(len(HOW)):
            some = shares[:, how] > 0
            who, weight = rows[some], shares[some, how]
            for code in parts.code[:, who]:
                for base in (does[0][at][who], np.full(len(who), asked.size - 1)):
                    _add(out, np.ravel_multi_index((code, base, np.full(len(who), how)), shape), household[who], weight)
    return out.reshape(2, *shape)


def _who_lost(asked: _Asked, worlds: Worlds) -> Iterator[tuple[int, NDArray[np.intp], NDArray[np.float64]]]:
    """Yield each month of the window: its number, rows of people who lost work, and their shares, float64[n, HOW]."""
    new = np.array(sorted(new_employers(asked.study, asked.arm)), np.uint64)
    told, employers, _ = whose_work(asked.study, *worlds.runs, new)
    known = np.isin(told.uid, worlds.base.uid)
    rows = np.searchsorted(worlds.base.uid, told.uid[known])
    for month, classes in enumerate(trace(told, employers), asked.study.start):
        if month > asked.months[-1]:
            return
        if month < asked.months[0]:
            continue
        at = month - asked.study.start
        lost = (told.base[at] != NOBODY) & (told.arm[at] == NOBODY)
        lost = lost[known] & worlds.living(month)[rows]
        shares = np.column_stack([classes[known][lost][:, one].sum(axis=1) for one in HOW.values()])
        yield month - asked.months[0], rows[lost], shares


def _table(asked: _Asked, counts: Sequence[_Count], draws: Codes) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415

    persons = np.array([one.cells[0] for one in counts])
    households = np.array([one.cells[1] for one in counts]).mean(axis=0)
    groups = counts[0].parts.names
    names, how = (*asked.activities.names, ALL), (ALL, *HOW)
    rows = []
    for group, base, arm, way in np.argwhere(persons.any(axis=0)):
        found = computing_error(persons[:, group, base, arm, way], draws)
        whole = mean_of(persons[:, group, base, -1, 0], draws)
        key = (*groups[group], names[base], names[arm], how[way])
        rows.append(
            (*key, found.mean, found.low, found.high, found.mean / whole, households[group, base, arm, way], found.n)
        )
    table = pd.DataFrame(rows, columns=[*_KEYS, *_VALUES, "replicates"])
    table.insert(0, "arm", asked.arm)
    table.insert(1, "window", window_text((asked.months[0], asked.months[-1])))
    return table


def _without_few(table: "pd.DataFrame", counts: Sequence[_Count]) -> "pd.DataFrame":
    row = {key: at for at, key in enumerate(zip(*(table[one] for one in _KEYS), strict=True))}
    twice = _told_twice(row, list(same_people(one.parts.shared for one in counts)))
    everybody: list[Sum] = []
    groups: list[Sum] = []
    for one in (*_sums(row), *twice):
        (everybody if table["dimension"][one.parts[0]] == ALL else groups).append(one)
    blank = privacy.pattern(table["households"].to_numpy(np.float64), everybody, groups)
    # A share would tell the sum that it is a share of.
    whole = np.array([row[(*key[:3], ALL, ALL)] for key in row])
    return privacy.hide(privacy.hide(table, ["share"], blank[whole]), _VALUES, blank)


def _told_twice(row: Mapping[tuple[str, ...], int], same: Sequence[tuple[list[Label], Label]]) -> Iterator[Sum]:
    """Yield the sums over groups that are the same people as a group of another dimension."""
    for key, at in row.items():
        for parts, whole in same:
            rows = tuple(row[(*one, *key[2:])] for one in parts if (*one, *key[2:]) in row)
            if key[:2] == whole and rows:
                yield Sum(rows, at)


def _sums(row: Mapping[tuple[str, ...], int]) -> Iterator[Sum]:
    """Yield what adds up: each key whose group, `from`, `to` or `how` is `all` is the sum over that one."""
    parts: dict[tuple[str, ...], list[int]] = {}
    for key, at in row.items():
        for whole in _wholes(*key):
            parts.setdefault((*whole[1], whole[0]), []).append(at)
    for key, rows in parts.items():
        yield Sum(tuple(rows), row[key[:-1]])


def _wholes(dimension: str, group: str, base: str, arm: str, how: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (along what, key of the sum) of all sums that a row is a part of."""
    if dimension != ALL:
        yield dimension, (ALL, ALL, base, arm, how)
    if base != ALL:
        yield "from", (dimension, group, ALL, arm, how)
    if arm != ALL and how == ALL:
        yield "to", (dimension, group, base, ALL, how)
    if ALL not in (how, base):
        yield "how", (dimension, group, base, arm, ALL)
