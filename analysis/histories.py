"""Two runs side by side: whose work differs, where they live, and which employers are short of posts."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.chains import UNCHANGED, Codes, Employers, Flags, Histories
from analysis.new_posts import REASONS
from analysis.runs import Run
from analysis.study import Study

Uids = NDArray[np.uint64]
Tables = tuple[pa.Table, pa.Table]
_LEFT_OPEN = tuple(f"employers.unfilled_{reason}" for reason in REASONS)


def whose_work(study: Study, base: Run, run: Run, new: Uids) -> tuple[Histories, Employers, Uids]:
    """Return the histories of people whose employer ever differs, and of employers kinds and uids by code."""
    links = study.changes(base, "persons.employer"), study.changes(run, "persons.employer")
    people, links = _differing(links)
    months = range(study.start, study.start + study.months)
    start, *linked = _side_by_side(links, people, months)
    known = np.unique(np.concatenate([np.zeros(1, np.uint64), new, start, *(one.ravel() for one in linked)]))
    codes = [np.searchsorted(known, one).astype(np.int32) for one in (start, *linked)]
    places = study.changes(base, "persons.place"), study.changes(run, "persons.place")
    _, at_home, moved = _side_by_side(_of(places, people), people, months)
    short = _short(study, (base, run), known, codes)
    unlimited = np.array(sorted(study.unlimited(run)), np.uint64)
    told = Histories(people, codes[0], codes[1], codes[2], _reasons(links[1], people, months), at_home != moved, short)
    return told, Employers(np.isin(known, new), np.isin(known, unlimited)), known


def whose_slots(
    study: Study, both: tuple[Run, Run], column: str, new: Uids, cohort: Callable[[Uids], Codes] | None = None
) -> tuple[Histories, Employers, Uids]:
    """Return the same of another link of units, such as a seat or a home, in place of a post.

    Only units of one cohort compete for a slot, if `cohort` tells theirs, int64[units]. Nobody is dismissed, and what
    somebody would have and hasn't is full.
    """
    people, links = _differing((study.changes(both[0], column), study.changes(both[1], column)))
    months = range(study.start, study.start + study.months)
    one = np.zeros(len(people), np.int64) if cohort is None else cohort(people)
    worlds = [_slots(values, one) for values in _side_by_side(links, people, months)]
    ours = np.unique([_slots(new, at) for at in np.unique(one)]) if len(people) else new
    known = np.unique(np.concatenate([np.zeros(1, np.uint64), ours, *(world.ravel() for world in worlds)]))
    start, base, arm = (np.searchsorted(known, world).astype(np.int32) for world in worlds)
    everywhere = np.ones((len(months), len(known)), np.bool_)
    told = Histories(people, start, base, arm, np.full(arm.shape, UNCHANGED, np.int8), arm < 0, everywhere)
    return told, Employers(np.isin(known, ours), np.zeros(len(known), np.bool_)), known


def _slots(uid: Uids, cohort: Codes) -> Uids:
    """Name what units of a cohort compete for: uid of the facility, or nothing, mixed with the cohort."""
    mark = np.asarray(cohort).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return np.where(uid == 0, uid, uid ^ mark)


def _of(tables: Tables, people: Uids) -> Tables:
    one, other = (table.filter(pa.array(np.isin(table["uid"].to_numpy(), people))) for table in tables)
    return one, other


def _differing(tables: Tables) -> tuple[Uids, Tables]:
    """Keep people whose changes are not the same in both runs; nobody else can gain or lose."""
    keys = [pa.table({name: one[name] for name in ("uid", "month", "to")}) for one in tables]
    counted = pa.concat_tables(keys).group_by(["uid", "month", "to"]).aggregate([([], "count_all")])
    alone = counted.filter(pc.equal(counted["count_all"], 1))
    people = np.unique(alone["uid"].to_numpy()).astype(np.uint64)
    return people, _of(tables, people)


def _side_by_side(tables: Tables, people: Uids, months: range) -> tuple[Uids, Uids, Uids]:
    """Return what people start with, alike in both runs, and hold in each: uint64[people], twice [months, people]."""
    uid, month, old = (np.concatenate([one[name].to_numpy() for one in tables]) for name in ("uid", "month", "from"))
    order = np.lexsort((month, uid))
    seen, first = np.unique(uid[order], return_index=True)
    start = np.zeros(len(people), np.uint64)
    start[np.searchsorted(people, seen)] = old[order][first]
    base, arm = (_by_month(one, people, start, months) for one in tables)
    return start, base, arm


def _by_month(table: pa.Table, people: Uids, start: Uids, months: range) -> Uids:
    row, month = np.searchsorted(people, table["uid"].to_numpy()), table["month"].to_numpy() - months.start
    values = np.empty((len(months), len(people)), np.uint64)
    now, new = start.copy(), table["to"].to_numpy()
    for at in range(len(months)):
        part = month == at
        now[row[part]] = new[part]
        values[at] = now
    return values


def _reasons(table: pa.Table, people: Uids, months: range) -> NDArray[np.int8]:
    out = np.full((len(months), len(people)), UNCHANGED, np.int8)
    month = table["month"].to_numpy() - months.start
    out[month, np.searchsorted(people, table["uid"].to_numpy())] = table["reason"].to_numpy()
    return out


def _short(study: Study, runs: tuple[Run, Run], known: Uids, codes: list[Codes]) -> Flags:
    """Say where the arm's employer is full after hiring or had fewer open posts than in the baseline."""
    start, *linked = codes
    base, arm = (_left_open(study, run, known) for run in runs)
    base_open, arm_open = (
        left + _hires(start, held, len(known)) for left, held in zip((base, arm), linked, strict=True)
    )
    return np.asarray((arm == 0) | (arm_open < base_open), np.bool_)


def _hires(start: Codes, held: Codes, codes: int) -> NDArray[np.int64]:
    """Count who came, int64[months, codes]; who does so in both runs is in neither count."""
    out = np.zeros((len(held), codes), np.int64)
    came = held != np.vstack([start[None], held[:-1]])
    month, person = np.nonzero(came)
    np.add.at(out, (month, held[month, person]), 1)
    return out


def _left_open(study: Study, run: Run, known: Uids) -> NDArray[np.int64]:
    """Return the posts that each month's hiring left open, int64[months, codes]."""
    change = np.zeros((study.months, len(known)), np.int64)
    table = study.changes(run, *_LEFT_OPEN)
    ours = np.isin(table["uid"].to_numpy(), known)
    month = table["month"].to_numpy()[ours] - study.start
    code = np.searchsorted(known, table["uid"].to_numpy()[ours])
    old, new = (table[end].to_numpy()[ours].view(np.int64) for end in ("from", "to"))
    np.add.at(change, (month, code), new - old)
    return np.cumsum(change, axis=0)
