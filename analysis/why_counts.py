"""How many households gained or lost something through an arm, by how it came about, counted over replicates."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis import privacy
from analysis.chains import NOBODY, POST_LOST, Histories, Link, links
from analysis.doubt import computing_error
from analysis.months import ResultsError, Window, window_text
from analysis.partings import Partings
from analysis.people import People, chosen
from analysis.privacy import Sum
from analysis.study import Study
from analysis.words import people as whole

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

    from analysis.unit_table import UnitTable

ALL = "all"
GAINED, LOST = "gained", "lost"
_VALUES = ("households", "low", "high", "share")


@dataclass(frozen=True)
class Kind:
    """Something that a household may gain or lose: the column that tells it, and the words for it."""

    column: str
    gained: str
    lost: str
    slot: str


KINDS = {
    "job": Kind("persons.employer", "gained a job", "lost a job", "post"),
    "school_seat": Kind("persons.school", "gained a school seat", "lost a school seat", "seat"),
    "home": Kind("households.dwelling", "gained a home at the site", "lost a home at the site", "home"),
}
"""What is counted, by name. Who has a home at the site lives there: to lose it is to go back, or to move in later."""


@dataclass(frozen=True)
class _Pair:
    """One replicate's histories of units (persons or households) with the links between them, by unit and month."""

    partings: Partings
    told: Histories
    new: NDArray[np.bool_]
    links: dict[tuple[int, int], Link]
    household: NDArray[np.uint64]


def why_counts(
    study: Study,
    arm: str,
    kind: str = "job",
    window: Window | str | None = None,
    *,
    population: str = ALL,
    site: str = ALL,
    origin: str = ALL,
    sex: str = ALL,
    age_band: str = ALL,
    suppress: bool = True,
) -> "UnitTable":
    """Count the households that gain or lose something in an arm, by how it came about.

    Parameters
    ----------
    study, arm
        of which unit records are kept.
    kind
        one of KINDS: `job`, `school_seat`, `home`.
    window
        months, as `2021-01..2021-12`; the report's where left out.
    population, site, origin, sex, age_band
        whose gains and losses are counted; of a home, the households with such a member.
    suppress
        leave out what stands for fewer than ten households; an analyst who publishes nothing may say False.

    A household gains where its members have more months of it in the arm than in the baseline, over the window, and
    loses where they have fewer. How is told of the member that makes most of the difference, at the beginning of its
    longest stretch. Columns: arm, window, kind, change (gained, lost), how (`all` is the sum), households (mean of the
    replicates), low, high (its 95 % interval), share, replicates, suppressed. Raises ResultsError for an unknown arm,
    kind or group, and for months that the runs don't cover.
    """
    from analysis.unit_table import UnitTable  # noqa: PLC0415  (pandas takes half a second)

    if kind not in KINDS:
        raise ResultsError(f"there is no kind of change '{kind}' (there are: {', '.join(KINDS)})")
    months = study.window if window is None else study.window_in(window)
    whom = {"population": population, "site": site, "origin": origin, "sex": sex, "age_band": age_band}
    pairs = study.traced(arm)
    counts = [_count(_pair(Partings(study, *both), KINDS[kind]), KINDS[kind], months, whom) for both in pairs]
    table = _table(counts, np.array([run.draw for _, run in pairs]))
    for at, (name, value) in enumerate({"arm": arm, "window": window_text(months), "kind": kind}.items()):
        table.insert(at, name, value)
    table = _without_few(table) if suppress else table.assign(suppressed=False)
    groups = "".join(f", {name} {group}" for name, group in whom.items() if group != ALL)
    told = f"{study.manifest.get('name', '')}: households that {KINDS[kind].gained} or {KINDS[kind].lost} in {arm}"
    return UnitTable.told_of(table, f"{told}, {window_text(months)}{groups}; study {study.hash}")


def _without_few(table: "pd.DataFrame") -> "pd.DataFrame":
    hidden = privacy.pattern(table["households"].to_numpy(np.float64), _sums(table))
    return privacy.hide(table, _VALUES, hidden)


def why_text(table: "pd.DataFrame") -> str:
    """Tell a table of `why_counts` in sentences: one for those who gained, one for those who lost."""
    return "\n".join(_sentence(rows, KINDS[kind], change) for (kind, change), rows in table.groupby(["kind", "change"]))


def _sentence(rows: "pd.DataFrame", kind: Kind, change: str) -> str:
    """Tell those who gained, or who lost."""
    words = kind.gained if change == GAINED else kind.lost
    total = rows[rows["how"] == ALL].iloc[0]
    if total["suppressed"]:
        return f"Households that {words}: left out, since that {privacy.HIDDEN}."
    if not total["households"]:
        return f"No household {words}."
    told = rows[(rows["how"] != ALL) & ~rows["suppressed"]]
    parts = [f"{_sure(row)} {row['how']}" for _, row in told.iterrows()]
    hidden = len(rows) - 1 - len(told)
    if hidden:
        parts.append(f"{hidden} other ways are left out: each {privacy.HIDDEN}")
    return f"Of {_sure(total)} households that {words}: " + "; ".join(parts) + "."


def _sure(row: "pd.Series") -> str:
    """Write a number of households with its interval, if there is one."""
    interval = f" ({whole(row['low'])} to {whole(row['high'])})" if row["replicates"] > 1 else ""
    return f"{whole(row['households'])}{interval}"


def _pair(partings: Partings, kind: Kind) -> _Pair:
    told, offered, _ = partings.histories(kind.column)
    found = {(one.person, one.month): one for one in links(told, offered)}
    return _Pair(partings, told, offered.new, found, _households(partings.people, told.uid))


def _households(people: People, uid: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the household of each unit, uint64[units]; a household's is itself."""
    at = np.minimum(np.searchsorted(people.uid, uid), max(len(people.uid) - 1, 0))
    return np.where(people.uid[at] == uid, people.household[at], uid) if len(uid) else uid


def _count(pair: _Pair, kind: Kind, window: Window, whom: dict[str, str]) -> Counter[tuple[str, str]]:
    """Count one replicate's households by (gained or lost, how)."""
    ours = np.flatnonzero(_asked(pair, kind, window[1], whom))
    months = slice(window[0] - pair.partings.months[0], window[1] - pair.partings.months[0] + 1)
    more = _more(pair.told)[months].sum(axis=0, dtype=np.int64)[ours]
    homes, which = np.unique(pair.household[ours], return_inverse=True)
    together = np.zeros(len(homes), np.int64)
    np.add.at(together, which, more)
    out: Counter[tuple[str, str]] = Counter()
    for home in np.flatnonzero(together):
        sign, members = int(np.sign(together[home])), np.flatnonzero(which == home)
        unit = int(ours[members[np.argmax(sign * more[members])]])
        out[(GAINED if sign > 0 else LOST), _how(pair, kind, unit, _begins(pair.told, unit, months, sign), sign)] += 1
    return out


def _more(told: Histories) -> NDArray[np.int8]:
    """Say where the arm has something and the baseline nothing (1), and where the other way round (-1)."""
    return (told.arm != NOBODY).astype(np.int8) - (told.base != NOBODY).astype(np.int8)


def _asked(pair: _Pair, kind: Kind, month: int, whom: dict[str, str]) -> NDArray[np.bool_]:
    """Say which units are asked about, bool[units]."""
    people, study = pair.partings.people, pair.partings.study
    rows = chosen(study, pair.partings.runs[1], people, month, whom)
    known = people.uid if kind.column.startswith("persons.") else people.household
    return np.isin(pair.told.uid, known[rows])


def _begins(told: Histories, unit: int, window: slice, sign: int) -> int:
    """Return the month in which a unit's longest stretch of a sign in the window begins, maybe before it."""
    differs = _more_of(told, unit) == sign
    edges = np.flatnonzero(np.diff(np.concatenate([[False], differs, [False]]).astype(np.int8)))
    stretches = edges.reshape(-1, 2)
    within = np.minimum(stretches[:, 1], window.stop) - np.maximum(stretches[:, 0], window.start)
    return int(stretches[int(np.argmax(within)), 0])


def _more_of(told: Histories, unit: int) -> NDArray[np.int8]:
    base, arm = told.base[:, unit] != NOBODY, told.arm[:, unit] != NOBODY
    return arm.astype(np.int8) - base.astype(np.int8)


def _how(pair: _Pair, kind: Kind, unit: int, month: int, sign: int) -> str:
    """Say how a gain or a loss came about that begins in a month."""
    told = pair.told
    has, lacks = (told.arm, told.base) if sign > 0 else (told.base, told.arm)
    held = int(has[month, unit])
    before = int((has[month - 1] if month else told.start)[unit])
    link = pair.links.get((unit, month))
    if sign > 0:
        return _gain(pair, kind, held, before, link, _later(lacks, unit, month))
    lost = int((lacks[month - 1] if month else told.start)[unit])
    return _loss(pair, kind, unit, month, lost, link)


def _later(codes: NDArray[np.int32], unit: int, month: int) -> bool:
    return bool((codes[month:, unit] != NOBODY).any())


def _gain(pair: _Pair, kind: Kind, held: int, before: int, link: Link | None, later: bool) -> str:
    if pair.new[held]:
        return f"took a new {kind.slot}"
    if before == held:
        return f"kept a {kind.slot} that is lost in the baseline"
    if link is not None and link.took:
        return _whose(pair, kind, link)
    return f"found a {kind.slot} sooner" if later else f"found a {kind.slot} that the baseline doesn't bring"


def _whose(pair: _Pair, kind: Kind, link: Link) -> str:
    if pair.new[pair.told.arm[link.month, link.other]]:
        return f"took a {kind.slot} that a new {kind.slot}'s holder left"
    chain = f"further down a chain that a new {kind.slot} began" if link.share else "left for other reasons"
    return f"took a {kind.slot} {chain}"


def _loss(pair: _Pair, kind: Kind, unit: int, month: int, lost: int, link: Link | None) -> str:
    if lost == NOBODY:
        if link is not None and not link.took:
            return f"didn't get a {kind.slot} that another one has" + (" because of a new one" if link.share else "")
        later = _later(pair.told.arm, unit, month)
        return f"found a {kind.slot} later" if later else f"didn't find a {kind.slot} that the baseline brings"
    if pair.new[lost]:
        return f"lost a new {kind.slot}"
    if pair.told.reason[month, unit] == POST_LOST:
        return f"lost a {kind.slot} that was cut"
    return f"left a {kind.slot} that is kept in the baseline"


def _table(counts: list[Counter[tuple[str, str]]], draws: NDArray[np.int64]) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415

    rows = []
    for change in (GAINED, LOST):
        whole = np.array([sum(one for key, one in count.items() if key[0] == change) for count in counts], np.float64)
        for how, values in ((ALL, whole), *_by_size(counts, change)):
            found = computing_error(values, draws)
            share = found.mean / whole.mean() if whole.any() else np.nan
            rows.append((change, how, found.mean, found.low, found.high, share, found.n))
    return pd.DataFrame(rows, columns=["change", "how", *_VALUES, "replicates"])


def _by_size(counts: list[Counter[tuple[str, str]]], change: str) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Yield how and the households of each replicate, float64[replicates], the most frequent first."""
    ways = {how for count in counts for what, how in count if what == change}
    found = {how: np.array([count[change, how] for count in counts], np.float64) for how in ways}
    ordered: Callable[[str], tuple[float, str]] = lambda how: (-float(found[how].sum()), how)  # noqa: E731
    for how in sorted(ways, key=ordered):
        yield how, found[how]


def _sums(table: "pd.DataFrame") -> list[Sum]:
    """List what adds up: the ways to the whole of each change."""
    out = []
    for _, rows in table.groupby("change", sort=False):
        whole = rows.index[rows["how"] == ALL]
        parts = tuple(rows.index[rows["how"] != ALL])
        if parts:
            out.append(Sum(parts, int(whole[0])))
    return out
