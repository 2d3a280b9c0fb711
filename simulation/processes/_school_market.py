"""What every rule of school choice shares: who looks for a seat, what families list, how schools rank, what is told.

A rule is one file: it opens the market, matches proposers to grades of schools in its own way, and
closes the market with the match. The lists are what families want; justified envy is measured
against them and against the county's order of priority, whatever rule is in force.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import Column
from simulation.kernels import school_market as kernels
from simulation.kernels.matching import justified_envy
from simulation.kernels.school_reach import list_cells
from simulation.kernels.schooling import GRADES
from simulation.months import SEPTEMBER
from simulation.parameters import Settings as Base
from simulation.parameters import parameter
from simulation.processes._schools import FACTS, PRESCHOOL, cells, grade_rows, school_facts, schools_of_places
from simulation.world import NOWHERE

Ints = NDArray[np.int32]
Keys = NDArray[np.uint64]
_MOST_CROWDED = 3.0
"""Beyond three pupils a seat a school is as crowded as families care to tell."""


class Settings(Base):
    """What families look for in a school, in units of their own taste."""

    minutes_weight: float = parameter(0.1, "1 a minute", 0.03, 0.2, "[prior]", "dislike of a minute of the daily way")
    quality_weight: float = parameter(
        0.5, "1 an SD", 0.0, 1.5, "[prior]", "liking of teachers who are 1 SD better on average"
    )
    crowding_weight: float = parameter(
        0.5, "1 a pupil per seat", 0.0, 2.0, "[prior]", "dislike of a school with one more pupil for each standard seat"
    )
    catchment_weight: float = parameter(
        1.5, "1", 0.0, 5.0, "[prior]", "liking of the school in whose catchment the family lives"
    )
    staying_weight: float = parameter(
        1.0, "1", 0.0, 5.0, "[prior]", "liking of the school where the child sits already"
    )
    taste_scale: float = parameter(
        1.0, "ratio", 0.0, 3.0, "[prior]", "spread of families' own tastes; 0 lets all of a place want the same"
    )

    @property
    def taste(self) -> NDArray[np.float64]:
        """Weights of a minute, the own catchment, a seat that is held and one's own taste, float64[4]."""
        return np.array([self.minutes_weight, self.catchment_weight, self.staying_weight, self.taste_scale])


READS = (
    *FACTS, "schools.uid", "schools.reach_minutes", "schools.boarding_minutes", "schools.lot_key", "schools.taste_key", "schools.quality_mean",
    "schools.standard_seats", "schools.hard_seats", "schools.outside_pupils",
    "grades.school", "grades.grade", "grades.standard_seats", "grades.hard_seats", "grades.pupils_kept",
    "persons.uid", "persons.household", "persons.grade", "persons.school_kept", "persons.seeks_seat",
    "persons.catchment", "households.uid", "households.home", "households.origin",
)  # fmt: skip
LAGGED = ("schools.pupils",)
OWNS = {
    "persons.school_offer": Column(
        "int32", NOWHERE, "row of schools", "the school at which it is offered a seat this month; -1 none"
    ),
    "persons.schools_listed": Column("int16", 0, "schools", "schools on its list when it last looked for a seat"),
    "grades.applicants": Column(
        "int32", 0, "pupils", "who wanted it first in the last September round: its own pupils and newcomers"
    ),
    "grades.blocking_pairs": Column("int32", 0, "pairs", "pupils with justified envy of a seat after the last round"),
    "schools.applicants": Column("int32", 0, "pupils", "who wanted it first in the last September round, all grades"),
    "schools.blocking_pairs": Column(
        "int32", 0, "pairs", "pupils with justified envy of a seat here after the last round"
    ),
}
"""What a rule owns; a rule's file hands these to its declaration."""


@dataclass(frozen=True)
class Market:
    """One round: proposers, their lists over rows of `grades`, priorities and free seats.

    rows int64[k]; offset int32[k + 1]; choice int32[m], priority uint64[m] (see `kernels.school_market`);
    capacity int32[grades] is the limit less `staying`, which those who are sure of their seat may pass; staying
    int32[grades] are those who keep a seat without looking for another.
    """

    rows: NDArray[np.intp]
    offset: Ints
    choice: Ints
    priority: Keys
    capacity: Ints
    staying: Ints


def open_market(world: Any, settings: Settings) -> Market:
    """List what everybody who looks for a seat wants."""
    p = world.persons
    rows = np.flatnonzero(p.seeks_seat)
    taught_at = grade_rows(world)
    offset, choice, priority = _lists(world, settings, rows, taught_at)
    held = p.school_kept[rows]
    column = p.grade[rows[held >= 0]] + np.int64(2)
    leaving = np.bincount(taught_at[held[held >= 0], column], minlength=world.grades.n).astype(np.int32)
    staying = world.grades.pupils_kept - leaving
    # The hard limit is for those who must be in school; preschools keep to the standard.
    small = world.schools.level[world.grades.school] == PRESCHOOL
    limit = np.where(small, world.grades.standard_seats, world.grades.hard_seats)
    # Who holds a seat and asks for a better one is sure of it (`kernels.HELD_BELOW`), however full the school is;
    # what they hold and give up goes to others up to the limit only.
    return Market(rows, offset, choice, priority, np.maximum(limit - staying, 0).astype(np.int32), staying)


def worth_of_schools(world: Any, settings: Settings) -> NDArray[np.float64]:
    """Return what everybody thinks of each school, float64[schools]: its teachers, and how crowded it was last month."""
    s = world.schools
    pupils, seats = s.pupils + s.outside_pupils, s.standard_seats + s.outside_pupils
    crowding = np.minimum(pupils / np.maximum(seats, 1), _MOST_CROWDED)
    return settings.quality_weight * s.quality_mean - settings.crowding_weight * crowding  # type: ignore[no-any-return]


def _proposers(world: Any, rows: NDArray[np.intp], kept: NDArray[np.intp]) -> tuple[Ints, NDArray[np.int32]]:
    """Return facts of proposers, int32[k, 6], and the chains of siblings who hold seats."""
    p, h = world.persons, world.households
    family = p.household[rows]
    head, following = np.empty(h.n, np.int32), np.empty(len(kept), np.int32)
    kernels.link_siblings(kept, p.household, head, following)
    facts = (h.home[family], h.origin[family], p.grade[rows], p.school_kept[rows], p.catchment[rows], head[family])
    return np.column_stack(facts).astype(np.int32), following


def _cells_listed(world: Any, rows: NDArray[np.intp], facts: Ints, offers: Any) -> tuple[Any, ...]:
    """List the schools of the cells that proposers ask for: used cells, then what `list_cells` writes."""
    near = world.near["schools"]
    used = np.zeros(len(world.minutes) * GRADES, np.bool_)
    used[cells(world, rows, world.households.home[world.persons.household[rows]])] = True
    room = int((np.diff(near.offsets) * used.reshape(-1, GRADES).sum(1)).sum())
    start, middle = np.empty(len(used) + 1, np.int32), np.empty(len(used), np.int32)
    listed, door = np.empty(2 * room, np.int32), np.empty(2 * room, np.int16)
    list_cells(
        used, near.offsets, near.rows, near.minutes, facts, offers, world.schools.boarding_minutes,
        start, middle, listed, door,
    )  # fmt: skip
    return start, middle, listed, door


def _lists(world: Any, settings: Settings, rows: NDArray[np.intp], taught_at: Ints) -> tuple[Ints, Ints, Keys]:
    p, schools, facts = world.persons, world.schools, school_facts(world)
    # A school without any seat is no option: it stands in nobody's list.
    offers = schools.hard_seats > 0
    own_offset, own = schools_of_places(world)
    start, middle, listed, door = _cells_listed(world, rows, facts, offers)
    cost = np.empty(start[-1])
    kernels.weigh_cells(start, middle, listed, door, worth_of_schools(world, settings), settings.taste, cost)
    kept = np.flatnonzero(p.school_kept >= 0)
    who, following = _proposers(world, rows, kept)
    cell = cells(world, rows, who[:, kernels.HOME])
    most = np.diff(start)[cell] + np.diff(own_offset)[who[:, kernels.ORIGIN]] + 1
    offset, entries = np.empty(len(rows) + 1, np.int32), int(most.sum())
    choice, priority = np.empty(entries, np.int32), np.empty(entries, np.uint64)
    kernels.propose(
        who, p.uid[rows], world.households.uid[p.household[rows]], world.minutes, facts, offers, taught_at,
        settings.taste, schools.taste_key, schools.lot_key, own_offset, own, start, middle, listed, door, cost, kept,
        following, p.school_kept, offset, choice, priority,
    )  # fmt: skip
    return offset, choice[: offset[-1]], priority[: offset[-1]]


def close_market(world: Any, clock: Moment, market: Market, match: Ints) -> None:
    """Tell everybody what came of it, and count whom the match wrongs and, in September, who wanted what.

    match int32[k] holds the row of `grades` of each proposer, -1 for none.
    """
    p, grades, schools = world.persons, world.grades, world.schools
    p.school_offer[:] = NOWHERE
    kernels.hand_out(market.rows, market.offset, match, grades.school, p.school_offer, p.schools_listed)
    justified_envy(
        market.offset, market.choice, market.priority, market.capacity, match, grades.blocking_pairs, kernels.HELD_BELOW
    )
    schools.blocking_pairs[:] = _by_school(world, grades.blocking_pairs)
    if clock.month % 12 == SEPTEMBER or clock.month == clock.start:
        grades.applicants[:] = market.staying
        kernels.count_lists(market.offset, market.choice, market.priority, grades.applicants)
        schools.applicants[:] = _by_school(world, grades.applicants)


def _by_school(world: Any, values: Ints) -> NDArray[np.int64]:
    """Add up whole numbers of grades by school, int64[schools]."""
    sums = np.zeros(world.schools.n, np.int64)
    np.add.at(sums, world.grades.school, values)
    return sums
