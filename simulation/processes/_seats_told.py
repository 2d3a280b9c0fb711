"""What school choice by deferred acceptance tells of single children: their lists, and who had the seats they wanted.

The lists and priorities are made again as the step makes them. Since the match is stable, a child has the first seat of
its list where it ranks before somebody who was admitted, or where seats are left: that is held against the run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.explaining import NONE, Account, Asked, figure, must_agree
from simulation.kernels.draws import gumbel
from simulation.kernels.school_market import HELD_BELOW, parts_of_priority
from simulation.processes._school_market import Market, Settings

_TIES = 1e-9
"""Utilities that differ by less may be either way round: the step compares prices, which round otherwise."""


@dataclass(frozen=True)
class Round:
    """One round as the step opens it, and what everybody thinks of each school, float64[schools]."""

    market: Market
    worth: NDArray[np.float64]


def tell_seats(world: Any, settings: Settings, opened: Round, asked: Asked) -> Iterator[Account]:
    """Tell of each child asked about that looked for a seat, option by option, after the step."""
    market = opened.market
    match = _matches(world, market)
    admitted: dict[int, list[int]] = {}
    for at in np.flatnonzero(match >= 0).tolist():
        admitted.setdefault(int(match[at]), []).append(at)
    for at in np.flatnonzero(np.isin(market.rows, asked.persons)).tolist():
        yield from _options(world, settings, opened, at, int(match[at]), admitted)


def _matches(world: Any, market: Market) -> NDArray[np.int64]:
    """Return the row of `grades` that each proposer was given, int64[k]; -1 none."""
    offer, school = world.persons.school_offer[market.rows], world.grades.school
    out = np.full(len(market.rows), -1, np.int64)
    for at in np.flatnonzero(offer >= 0).tolist():
        listed = market.choice[market.offset[at] : market.offset[at + 1]]
        there = listed[school[listed] == offer[at]]
        must_agree(f"whether person {int(world.persons.uid[market.rows[at]])} lists the school", len(there) > 0, True)
        out[at] = there[0]
    return out


def _options(
    world: Any, settings: Settings, opened: Round, at: int, got: int, admitted: dict[int, list[int]]
) -> Iterator[Account]:
    market, row = opened.market, int(opened.market.rows[at])
    entries = range(int(market.offset[at]), int(market.offset[at + 1]))
    if not entries:
        yield Account("persons", row, "a seat in school", False, "none: no school is within reach")
        return
    last_in = {entry: _last_in(world, market, at, entry, admitted) for entry in entries}
    said = next((int(market.choice[entry]) for entry in entries if last_in[entry] is None), -1)
    must_agree(f"the seat of person {int(world.persons.uid[row])}", said, got)
    utilities = [_utility(world, settings, opened, row, entry) for entry in entries]
    day = [one for one in utilities if not np.isnan(one)]
    sinks = all(one >= other - _TIES for one, other in pairwise(day))
    must_agree(f"the list of person {int(world.persons.uid[row])} goes from liked best to liked least", sinks, True)
    for entry, utility in zip(entries, utilities, strict=True):
        yield _account(world, market, row, entry, got, utility, last_in[entry])


def _last_in(world: Any, market: Market, at: int, entry: int, admitted: dict[int, list[int]]) -> int | None:
    """Return the entry of the last one admitted where a child is refused, -1 if nobody is; None if it isn't refused."""
    seat, mine = int(market.choice[entry]), int(market.priority[entry])
    them = admitted.get(seat, [])
    if mine < int(HELD_BELOW) or at in them or len(them) < int(market.capacity[seat]):
        return None
    others = [
        (int(market.priority[one]), int(world.persons.uid[market.rows[who]]), one)
        for who, one in _at(market, seat, them)
    ]
    unsure = [one for one in others if one[0] >= int(HELD_BELOW)]
    if not unsure:
        return -1
    worst = max(unsure)
    return None if (mine, int(world.persons.uid[market.rows[at]])) < worst[:2] else worst[2]


def _at(market: Market, seat: int, them: list[int]) -> Iterator[tuple[int, int]]:
    """Yield (proposer, entry of its list) of those admitted to a seat."""
    for who in them:
        listed = market.choice[market.offset[who] : market.offset[who + 1]]
        yield who, int(market.offset[who]) + int(np.flatnonzero(listed == seat)[0])


def _utility(world: Any, settings: Settings, opened: Round, row: int, entry: int) -> float:
    """Return how a family likes a day school, with its taste; NaN for a bed, which is listed after all day schools."""
    market, p = opened.market, world.persons
    told, school = parts_of_priority(market.priority[entry]), int(world.grades.school[market.choice[entry]])
    if told.boards:
        return NONE
    liking = opened.worth[school] - settings.minutes_weight * told.minutes
    liking += settings.catchment_weight * (school == p.catchment[row])
    liking += settings.staying_weight * (school == p.school_kept[row])
    family = world.households.uid[p.household[row]]
    return float(liking + settings.taste_scale * gumbel(world.schools.taste_key[school], family))


def _account(world: Any, market: Market, row: int, entry: int, got: int, utility: float, last: int | None) -> Account:
    seat, mine = int(market.choice[entry]), parts_of_priority(market.priority[entry])
    kind = "a bed" if mine.boards else "a day seat"
    name = f"{world.ids['schools'][int(world.grades.school[seat])]}: {kind}"
    lot = parts_of_priority(market.priority[last]).lot if last is not None and last >= 0 else NONE
    reason = _reason(world, market, entry, got, last)
    news = seat == got and not mine.held
    return Account("persons", row, name, seat == got, reason, utility, lot, mine.lot, changes=news)


def _reason(world: Any, market: Market, entry: int, got: int, last: int | None) -> str:
    seat = int(market.choice[entry])
    if seat == got:
        held = parts_of_priority(market.priority[entry]).held
        return "kept it: holds the seat" if held else "took it: the first of the list with room for the child"
    if last is None:
        return "liked less: stands further down the list"
    if last < 0:
        return f"full: no seat is free beside the {int(market.staying[seat])} who stay and those who may"
    who = int(world.persons.uid[market.rows[np.searchsorted(market.offset, last, side="right") - 1]])
    free = int(market.capacity[seat])
    return f"taken: all {free} free seats, the last by person {who}, who {_ahead(market, entry, last)}"


def _ahead(market: Market, entry: int, last: int) -> str:
    """Say in what the last one admitted ranks ahead."""
    mine, other = (parts_of_priority(market.priority[one]) for one in (entry, last))
    if mine.boards != other.boards:
        return "comes as a day pupil, and those before boarders"
    if mine.outside != other.outside:
        return "is of its origin's schools" if mine.boards else "lives in its catchment"
    if mine.alone != other.alone:
        return "has a sibling there"
    if mine.minutes != other.minutes:
        return f"lives nearer: {other.minutes} minutes, not {mine.minutes}"
    return f"drew the lot {figure(other.lot)}, before {figure(mine.lot)}"
