"""What people do in an arm against what the same people do in the baseline, in a mean month."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis import privacy
from analysis.doubt import computing_error
from analysis.months import Window, window_text
from analysis.new_posts import new_employers
from analysis.people import WORKING_AGE, Codes, People, chosen, held, in_both, read_people
from analysis.privacy import Sum
from analysis.runs import Run
from analysis.study import Study

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

NOTHING = "no employer"
NEW = "new post"
ALL = "all"
_VALUES = ("persons", "low", "high", "share", "households")


@dataclass(frozen=True)
class _Activities:
    """What there is to do: `names`, and the code into them of each employer's uid, both by rising uid."""

    names: tuple[str, ...]
    uid: NDArray[np.uint64]
    code: Codes

    def of(self, employer: NDArray[np.uint64]) -> Codes:
        """Return the code of an employer's work, int64[n]; 0 is nobody's."""
        return self.code[np.searchsorted(self.uid, employer)]


@dataclass(frozen=True)
class _Count:
    """One replicate: float64[activities + 1, activities + 1] a month, from by to, the last ones for all together."""

    persons: NDArray[np.float64]
    households: NDArray[np.float64]


def transitions(
    study: Study,
    arm: str,
    window: Window | str | None = None,
    *,
    population: str = ALL,
    sex: str = ALL,
    age_band: str = ALL,
    site: str = ALL,
    suppress: bool = True,
) -> "pd.DataFrame":
    """Tell what people do in an arm (`to`) against what they do in the baseline (`from`), in a mean month.

    Parameters
    ----------
    study, arm
        of which unit records are kept.
    window
        months, as `2021-01..2021-12`; the report's where left out.
    population, sex, age_band, site
        whose work is told; age in the window's last month, the site where the programme registers them. People of all
        ages are those of 15 and more.
    suppress
        leave out what stands for fewer than ten households; an analyst who publishes nothing may say False.

    People do one of: `no employer` (farm work isn't told by `units/`), a kind of employer, `new post` at an employer
    that the arm brings; `all` are the sums. Only months in which a person lives in both worlds count. Columns: arm,
    window, from, to, persons (a month, mean of the replicates), low, high (its 95 % interval), share (of those who do
    `from` in the baseline), households (distinct ones a month), replicates, suppressed. A pair that nobody ever does
    isn't listed. Raises ResultsError for an arm without unit records, a record that an older program made, and for
    words and months that there aren't.
    """
    first, last = study.window if window is None else study.window_in(window)
    whom = {"population": population, "sex": sex, "age_band": age_band, "site": site}
    pairs = study.traced(arm)
    activities = _activities(study, arm, pairs)
    counts = [_count(study, both, activities, range(first, last + 1), whom) for both in pairs]
    draws = np.array([run.draw for _, run in pairs])
    table = _table(activities.names, counts, draws)
    table.insert(0, "arm", arm)
    table.insert(1, "window", window_text((first, last)))
    return _without_few(table) if suppress else table.assign(suppressed=False)


def _activities(study: Study, arm: str, pairs: list[tuple[Run, Run]]) -> _Activities:
    kinds: dict[int, str] = {}
    for both in pairs[:1]:
        for run in both:
            kinds |= study.kinds(run, "employers")
    kinds |= dict.fromkeys(new_employers(study, arm), NEW)
    names = (NOTHING, *sorted(set(kinds.values()) - {NEW}), NEW)
    uid = np.array(sorted({0, *kinds}), np.uint64)
    return _Activities(names, uid, np.array([names.index(kinds.get(int(one), NOTHING)) for one in uid]))


def _count(
    study: Study, both: tuple[Run, Run], activities: _Activities, months: range, whom: Mapping[str, str]
) -> _Count:
    worlds = in_both(*(read_people(run) for run in both))
    rows = chosen(study, both[0], worlds[0], months[-1], whom)
    if whom["age_band"] == ALL:
        rows &= worlds[0].age(months[-1]) >= WORKING_AGE
    worlds = worlds[0].take(rows), worlds[1].take(rows)
    does = [_doing(study, run, one, activities, months) for run, one in zip(both, worlds, strict=True)]
    _, household = np.unique(worlds[0].household, return_inverse=True)
    size = len(activities.names) + 1
    persons, households = np.zeros((2, size, size))
    for at, month in enumerate(months):
        there = worlds[0].living(month) & worlds[1].living(month)
        base, arm = does[0][at][there], does[1][at][there]
        persons += _with_sums(np.bincount(base * (size - 1) + arm, minlength=(size - 1) ** 2).reshape(size - 1, -1))
        households += _distinct(base, arm, household[there], size)
    return _Count(persons / len(months), households / len(months))


def _doing(study: Study, run: Run, people: People, activities: _Activities, months: range) -> Codes:
    """Return what people do, int64[months, people]."""
    changes = study.changes(run, "persons.employer")
    to = activities.of(changes["to"].to_numpy())
    return held(changes, people.uid, activities.of(people.start_employer), to, months)


def _with_sums(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    whole = np.vstack([counts, counts.sum(axis=0)])
    return np.column_stack([whole, whole.sum(axis=1)])


def _distinct(base: Codes, arm: Codes, household: Codes, size: int) -> NDArray[np.int64]:
    """Count the households that each cell and each sum stands for, int64[size, size]."""
    out = np.zeros(size * size, np.int64)
    together = np.full(len(base), size - 1)
    for one in (base, together):
        for other in (arm, together):
            cells = np.unique((household * size + one) * size + other) % (size * size)
            out += np.bincount(cells, minlength=size * size)
    return out.reshape(size, size)


def _table(names: tuple[str, ...], counts: list[_Count], draws: NDArray[np.int64]) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415

    names = (*names, ALL)
    persons = np.array([one.persons for one in counts])
    households = np.array([one.households for one in counts]).mean(axis=0)
    rows = []
    for at, to in np.argwhere(persons.any(axis=0)):
        found = computing_error(persons[:, at, to], draws)
        whole = computing_error(persons[:, at, -1], draws).mean
        rows.append(
            (names[at], names[to], found.mean, found.low, found.high, found.mean / whole, households[at, to], found.n)
        )
    return pd.DataFrame(rows, columns=["from", "to", *_VALUES, "replicates"])


def _without_few(table: "pd.DataFrame") -> "pd.DataFrame":
    return privacy.suppress(table, _VALUES, [*_sums(table, "from", "to"), *_sums(table, "to", "from")])


def _sums(table: "pd.DataFrame", key: str, other: str) -> list[Sum]:
    """List what adds up along one of the two: rows alike in `key` to their `all`."""
    found = []
    for _, rows in table.groupby(key, sort=False):
        whole = rows.index[rows[other] == ALL]
        found.append(Sum(tuple(rows.index[rows[other] != ALL]), int(whole[0])))
    return found
