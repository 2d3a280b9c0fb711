"""Where two runs that share their luck part: step by step, what a unit does in the arm and not in the baseline."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analysis.chains import Employers, Histories, Link, links
from analysis.histories import whose_slots, whose_work
from analysis.months import ResultsError
from analysis.new_posts import brought
from analysis.people import People, read_people
from analysis.runs import Run
from analysis.study import Study

NOTHING = 0
_NUMBERS = ("persons.place", "households.income_head_year")
"""Watched columns that follow from others, or from everything: no step of a story."""
SLOTS = {"persons.employer": "employers", "persons.school": "schools", "households.dwelling": "dwellings"}
"""Columns of what one holds and another can't hold too, and the table of those who offer it."""
_SCHOOL_YEAR_STARTS = 8
Uids = NDArray[np.uint64]


@dataclass(frozen=True)
class Turn:
    """What one world does of itself in a month: `old` to `new`, uids or values, and why in words ("" if untold)."""

    old: int
    new: int
    why: str


@dataclass(frozen=True)
class Cause:
    """The step of another unit that a step hangs on: whose, of which month, and how (see `analysis.chains.Link`)."""

    uid: int
    month: int
    took: bool
    share: float


@dataclass(frozen=True)
class Parting:
    """A month in which two worlds part, or meet again, in one column of one unit.

    Attributes
    ----------
    uid, column, month
        of a person or a household; absolute month.
    base, arm
        what it holds from now on: uids or values, 0 for nothing.
    base_turn, arm_turn
        what changed in that world; None where nothing did.
    cause
        the step of another unit that it hangs on, as far as the records tell one.
    sooner
        month in which the baseline catches up with what the arm has now (or the arm with the baseline); None if never.
    """

    uid: int
    column: str
    month: int
    base: int
    arm: int
    base_turn: Turn | None
    arm_turn: Turn | None
    cause: Cause | None = None
    sooner: int | None = None

    @property
    def alike(self) -> bool:
        """Say whether the worlds are alike again from now on."""
        return self.base == self.arm


class Partings:
    """The baseline and an arm of one replicate, read once and asked for many units."""

    def __init__(self, study: Study, base: Run, arm: Run) -> None:
        """Read nothing yet. `base` and `arm` have kept their unit records."""
        self.study, self.runs = study, (base, arm)
        self.months = range(study.start, study.start + study.months)

    @cached_property
    def names(self) -> dict[int, str]:
        """Ids of places, employers, schools and the like by uid, of both runs."""
        every = [study_names for run in self.runs for study_names in self.study.all_names(run).values()]
        return {uid: name for one in every for uid, name in one.items()}

    @cached_property
    def new(self) -> dict[str, dict[int, str]]:
        """Uid -> id of what the arm brings and the baseline lacks, by table."""
        return {table: brought(self.study, *self.runs, table) for table in SLOTS.values()}

    @cached_property
    def people(self) -> People:
        """Everybody of either run, by uid; who is in both as the arm has them."""
        base, arm = (read_people(run) for run in self.runs)
        only = base.take(~np.isin(base.uid, arm.uid))
        both = People(*(np.concatenate([getattr(one, name) for one in (arm, only)]) for name in vars(arm)))
        return both.take(np.argsort(both.uid))

    def row_of(self, person: int) -> int | None:
        """Return the row of a person among `people`; None for the uid of something else."""
        at = int(np.searchsorted(self.people.uid, np.uint64(person)))
        there = at < len(self.people.uid) and int(self.people.uid[at]) == person
        return at if there else None

    def household_of(self, uid: int) -> int:
        """Return the household of a person; of a household, itself."""
        row = self.row_of(uid)
        return uid if row is None else int(self.people.household[row])

    def members(self, household: int) -> Uids:
        """Return who ever belongs to a household; ResultsError if nobody does in either run."""
        found = self.people.uid[self.people.household == np.uint64(household)]
        if not len(found):
            raise ResultsError(
                f"nobody belongs to household {household} in replicate {self.runs[1].replicate}: name one by the uid "
                f"that persons/{self.runs[1].id}.parquet has in its column 'household'"
            )
        return found

    @cached_property
    def changes(self) -> tuple[pa.Table, pa.Table]:
        """Changes of persons and households in the baseline and in the arm, sorted by uid and month."""
        one, other = (self._changes(run) for run in self.runs)
        return one, other

    @staticmethod
    def _changes(run: Run) -> pa.Table:
        table = pq.read_table(run.file("units"))
        kinds = table["column"].dictionary_encode().combine_chunks()
        told = [_told(name) for name in kinds.dictionary.to_pylist()]
        kept = table.filter(pa.array(np.array(told, np.bool_)[kinds.indices.to_numpy()]))
        return kept.sort_by([("uid", "ascending"), ("month", "ascending")])

    @cached_property
    def _uids(self) -> tuple[Uids, Uids]:
        one, other = (table["uid"].to_numpy() for table in self.changes)
        return one, other

    @cached_property
    def _reasons(self) -> tuple[dict[str, dict[int, str]], ...]:
        return tuple(self.study.reasons(run) for run in self.runs)

    def histories(self, column: str) -> tuple[Histories, Employers, Uids]:
        """Lay a link of SLOTS in both runs side by side, of the units in which it differs."""
        new = np.array(sorted(self.new[SLOTS[column]]), np.uint64)
        if column == "persons.employer":
            return whose_work(self.study, *self.runs, new)
        return whose_slots(self.study, self.runs, column, new, self._school_years if "school" in column else None)

    def _school_years(self, people: Uids) -> NDArray[np.int64]:
        """Tell which children sit in one grade: those born from one September to the next August, int64[people]."""
        birth = self.people.birth_month[np.searchsorted(self.people.uid, people)].astype(np.int64)
        return (birth - _SCHOOL_YEAR_STARTS) // 12

    @cached_property
    def causes(self) -> dict[tuple[str, int, int], Cause]:
        """The step of another unit that a step hangs on, by column, uid and month of the step."""
        return {key: one for column in SLOTS for key, one in self._causes(column)}

    def _causes(self, column: str) -> Iterable[tuple[tuple[str, int, int], Cause]]:
        told, offered, _ = self.histories(column)
        for one in links(told, offered):
            key = column, int(told.uid[one.person]), self.months[one.month]
            yield key, self._cause(told, one)

    def _cause(self, told: Histories, link: Link) -> Cause:
        return Cause(int(told.uid[link.other]), self.months[link.began], link.took, link.share)

    def of(self, uid: int) -> list[Parting]:
        """Return where the worlds part in what is recorded of one person or household, by month."""
        turns = [self._turns(world, uid) for world in (0, 1)]
        columns = sorted({column for world in turns for column in world})
        found = [one for column in columns for one in self._of_column(uid, column, [w.get(column, {}) for w in turns])]
        return sorted(found, key=lambda one: one.month)

    def _turns(self, world: int, uid: int) -> dict[str, dict[int, Turn]]:
        """Return {column: {month: what changed}} of one unit in one world."""
        first, last = (int(np.searchsorted(self._uids[world], np.uint64(uid), side)) for side in ("left", "right"))
        out: dict[str, dict[int, Turn]] = {}
        for row in self.changes[world].slice(first, last - first).to_pylist():
            why = self._reasons[world].get(row["column"], {}).get(row["reason"], "")
            out.setdefault(row["column"], {})[row["month"]] = Turn(row["from"], row["to"], why)
        return out

    def _of_column(self, uid: int, column: str, turns: list[dict[int, Turn]]) -> list[Parting]:
        months = sorted({month for world in turns for month in world})
        start = next(world[months[0]].old for world in turns if months[0] in world)
        now, found = [start, start], []
        for month in months:
            before = tuple(now)
            now = [world[month].new if month in world else held for world, held in zip(turns, now, strict=True)]
            if tuple(now) != before and (now[0] != now[1] or before[0] != before[1]):
                base_turn, arm_turn = (world.get(month) for world in turns)
                cause = self.causes.get((column, uid, month))
                sooner = _caught_up(turns, now, month)
                found.append(Parting(uid, column, month, *now, base_turn, arm_turn, cause, sooner))
        return found


def _told(column: str) -> bool:
    """Say whether a column is one of people's that a story tells of."""
    return column.startswith(("persons.", "households.")) and column not in _NUMBERS


def _caught_up(turns: list[dict[int, Turn]], now: list[int], month: int) -> int | None:
    """Return the month in which the world that has nothing gets what the other one has, or the like."""
    if bool(now[0]) == bool(now[1]):
        return None
    behind = turns[0] if now[1] else turns[1]
    return min((one for one, turn in behind.items() if one > month and turn.new), default=None)
