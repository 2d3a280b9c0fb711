"""What job search tells of single people: whether they looked, which posts they met, who got those they wanted.

The same passes as the step's (`_search.meet`) are made over everybody; of those asked about, each employer near by is
told with what decided. Since the match is stable, a person has the best post of those he met for which nobody who was
hired ranks behind him, or which stayed open: that is held against the run.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.draws import Draws, folded
from simulation.explaining import NONE, Account, Asked, figure, must_agree
from simulation.kernels.draws import unit
from simulation.kernels.job_matching import priority_of, score_of
from simulation.kernels.job_search import (
    AGE,
    BEFORE,
    CARER,
    EDUCATION,
    MAX_AGE,
    MIN_AGE,
    MIN_EDUCATION,
    NEEDS_TRAINING,
    ON_MARKET,
    ORIGIN,
    PLACE,
    SEX,
    TAKES_CARERS,
    TRAINED,
    WANTED_SEX,
    eligible,
    skill_class,
)
from simulation.kernels.jobs import own_factor
from simulation.kernels.labour import DEAD, OLD, YOUNG
from simulation.processes._market import REFERENCE_YUAN, Search
from simulation.processes._search import Meetings, looking, meet
from simulation.processes._work import reach_of
from simulation.world import EDUCATION_LEVELS, SEXES, View

_LOOK = "look for work"
_STATUS = ("", "died", "60 or older", "under 16", "a student", "unable to work")
"""By `persons.labour_status`."""
_CLASSES = tuple(
    f"{household}{skill}"
    for household in ("", "of a household with work, ")
    for skill in ("trained or senior school", "junior school", "less school")
)
"""Classes in which an employer ranks; only those that take households without work first know the second three."""


@dataclass(frozen=True)
class _Round:
    """One month's round, with the keys of tastes and lots, as the step draws them."""

    world: View
    met: Meetings
    taste: NDArray[np.uint64]
    lot: NDArray[np.uint64]
    scale: float
    near: NDArray[np.bool_]

    def priority(self, seeker: int, one: int) -> np.uint64:
        """Return how an employer ranks a seeker, lower is better."""
        them, mine = self.met.seekers, self.met.seekers.traits[seeker]
        skill = skill_class(mine[EDUCATION], mine[TRAINED])
        first = self.world.employers.zero_employment_first[one]
        return np.uint64(priority_of(skill, them.working[seeker], first, self.lot[one], them.uid[seeker]))

    def score(self, seeker: int, one: int) -> float:
        """Return the score of an employer for a seeker, less is better."""
        them, market = self.met.seekers, self.met.market
        place, uid, z = them.traits[seeker, PLACE], them.uid[seeker], them.z[seeker]
        return float(score_of(one, place, uid, z, market.dislike, market.sigma, self.scale, self.taste))

    def liking(self, seeker: int, one: int) -> float:
        """Return the same as log yuan a month net of the way, with the taste of the month; more is better."""
        return float(np.log(REFERENCE_YUAN) - self.scale * np.log(self.score(seeker, one)))


def tell_search(
    world: View, draws: Draws, clock: Moment, settings: Search, asked: Asked, scale: float
) -> Generator[Account | None, None, None]:
    """Tell of those asked about, before and after the step; `scale` is that of tastes, log points."""
    met = meet(world, draws, clock, settings)
    uid = world.employers.uid
    keys = folded(draws.key("taste"), uid), folded(draws.key("lot"), uid)
    told = _Round(world, met, *keys, scale, reach_of(world))
    share, look = looking(world, clock, settings), draws.key("look")
    at = dict(zip(met.seekers.rows.tolist(), range(len(met.seekers.rows)), strict=True))
    yield None
    hired = _hired(world, at)
    for row in asked.persons[_of_age(world, asked.persons)].tolist():
        yield _looks(world, row, row in at, share, look)
        if row in at:
            yield from _options(told, at[row], row, hired)
        else:
            must_agree(_who(world, row), -1, int(world.persons.job_offer[row]))


def _of_age(world: View, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Leave out those of whom there is nothing to tell, bool[rows]: the dead, the old and the young."""
    return ~np.isin(world.persons.labour_status[rows], (DEAD, OLD, YOUNG))


def _who(world: View, row: int) -> str:
    return f"the post of person {int(world.persons.uid[row])}"


def _hired(world: View, at: dict[int, int]) -> dict[int, list[int]]:
    """Return the seekers whom each employer hires this month."""
    out: dict[int, list[int]] = {}
    offer = world.persons.job_offer
    for row in np.flatnonzero(offer >= 0).tolist():
        must_agree(f"whether person {int(world.persons.uid[row])} looks for work", row in at, True)
        out.setdefault(int(offer[row]), []).append(at[row])
    return out


def _looks(world: View, row: int, looks: bool, share: NDArray[np.float64], key: np.uint64) -> Account:
    """Tell whether somebody looks, and why not."""
    p = world.persons
    link = int(p.employer[row]) if p.leaves_job[row] == 0 else -1
    if p.labour_status[row] != 0:
        return _looking(row, looks, f"outside the labour force: {_STATUS[int(p.labour_status[row])]}")
    if p.programme[row] >= 0:
        return _looking(row, looks, "takes part in a programme")
    if looks and link < 0:
        return _looking(row, looks, "has no post")
    draw, chance = float(unit(key, p.uid[row])), float(share[link])
    doing = f"at work: {world.ids['employers'][link]}" if link >= 0 else "farms: worked the land within a year"
    seen = "looks round now and then" if chance > 0 else "looks for no other post"
    return _looking(row, looks, f"{doing}, {seen}", chance, draw)


def _looking(row: int, looks: bool, why: str, chance: float = NONE, draw: float = NONE) -> Account:
    return Account("persons", row, _LOOK, looks, why, NONE, chance, draw, changes=False)


def _options(told: _Round, seeker: int, row: int, hired: dict[int, list[int]]) -> Iterator[Account]:
    """Tell every employer near by: those met by how they are liked, then the others."""
    them, world = told.met.seekers, told.world
    met = them.choice[them.offset[seeker] : them.offset[seeker + 1]].tolist()
    ranked = sorted(met, key=lambda one: (told.score(seeker, one), int(world.employers.uid[one])))
    got = next((one for one in ranked if _room(told, seeker, one, hired) is None), -1)
    must_agree(_who(world, row), _name(world, got), _name(world, int(world.persons.job_offer[row])))
    for one in ranked:
        yield _asked_account(told, seeker, row, one, got, hired)
    for one in np.flatnonzero(told.near[them.traits[seeker, PLACE]]).tolist():
        if one not in met:
            yield _unmet(told, seeker, row, one)


def _name(world: View, one: int) -> str:
    return world.ids["employers"][one] if one >= 0 else "none"


def _room(told: _Round, seeker: int, one: int, hired: dict[int, list[int]]) -> int | None:
    """Return the last one in at an employer that refuses a seeker; None if it takes him."""
    posts, them = int(told.met.market.vacancies[one]), hired.get(one, [])
    if posts < 0 or len(them) < posts or seeker in them:
        return None
    uid = told.met.seekers.uid
    worst = max(them, key=lambda other: (int(told.priority(other, one)), int(uid[other])))
    mine = int(told.priority(seeker, one)), int(uid[seeker])
    return None if mine < (int(told.priority(worst, one)), int(uid[worst])) else worst


def _asked_account(told: _Round, seeker: int, row: int, one: int, got: int, hired: dict[int, list[int]]) -> Account:
    chance, draw = _meeting(told, seeker, one)
    return Account(
        "persons", row, _name(told.world, one), one == got, _outcome(told, seeker, one, got, hired),
        told.liking(seeker, one), chance, draw,
    )  # fmt: skip


def _outcome(told: _Round, seeker: int, one: int, got: int, hired: dict[int, list[int]]) -> str:
    """Say what became of a post that was met."""
    if one == got:
        return "took it: liked best of the posts met that were to be had"
    last = _room(told, seeker, one, hired)
    if last is None:
        return f"liked less: {_name(told.world, got)} was to be had"
    posts, mine, theirs = int(told.met.market.vacancies[one]), told.priority(seeker, one), told.priority(last, one)
    uid = int(told.met.seekers.uid[last])
    return f"taken: all {posts} open posts, the last by person {uid}, who {_ahead(int(mine), int(theirs))}"


def _ahead(mine: int, theirs: int) -> str:
    """Say in what somebody ranks ahead: class, or lot."""
    own, other = mine >> 56, theirs >> 56
    if own != other:
        return f"ranks ahead as {_CLASSES[other]}, before {_CLASSES[own]}"
    lots = [(one & (2**56 - 1)) / 2**56 for one in (theirs, mine)]
    return f"is of the same class and drew the lot {figure(lots[0])}, before {figure(lots[1])}"


def _meeting(told: _Round, seeker: int, one: int) -> tuple[float, float]:
    """Return the chance of a meeting and its draw, as `kernels.job_search.meetings` has them."""
    met, mine = told.met, told.met.seekers.traits[seeker]
    chance = met.market.rate[mine[PLACE], one] * met.luck[seeker, met.market.rules[one, ON_MARKET]]
    return float(chance * met.kin[mine[ORIGIN], one]), float(unit(met.keys[one], met.seekers.uid[seeker]))


def _worth(told: _Round, seeker: int, one: int) -> float:
    """Return what a post is worth to a seeker, yuan a month."""
    market, them = told.met.market, told.met.seekers
    worth = float(market.value[them.traits[seeker, PLACE], one])
    return worth * float(own_factor(market.sigma[one], them.z[seeker])) if market.sigma[one] > 0.0 else worth


def _unmet(told: _Round, seeker: int, row: int, one: int) -> Account:
    """Tell an employer within reach that somebody didn't meet: the first thing that was in the way."""
    met, name = told.met, _name(told.world, one)
    mine, rule = met.seekers.traits[seeker], met.market.rules[one]
    place = mine[PLACE]
    if one == mine[BEFORE]:
        return Account("persons", row, name, False, "own post: worked there last month")
    if one not in met.market.near[met.market.start[place] : met.market.start[place + 1]]:
        return Account("persons", row, name, False, _closed(told, one))
    if not eligible(mine, rule):
        return Account("persons", row, name, False, f"doesn't fit: {_misfit(mine, rule)}")
    if one == met.barred[row]:
        return Account("persons", row, name, False, "barred: did not renew a contract with the person lately")
    worth, least = _worth(told, seeker, one), float(met.least[seeker])
    if worth < least:
        why = f"pays too little: {figure(worth)} yuan a month net of the way, accepts {figure(least)} or more"
        return Account("persons", row, name, False, why, told.liking(seeker, one))
    chance, draw = _meeting(told, seeker, one)
    must_agree(f"whether person {int(met.seekers.uid[seeker])} met {name}", draw < chance, False)
    return Account("persons", row, name, False, "did not hear of it", told.liking(seeker, one), chance, draw)


def _closed(told: _Round, one: int) -> str:
    """Say why an employer within reach hires nobody of this place."""
    return "no open post" if told.met.market.vacancies[one] == 0 else "residents only: hires at its own place"


def _misfit(mine: Any, rule: Any) -> str:
    """Name what of an employer's window somebody doesn't fit."""
    told = []
    if not rule[MIN_AGE] <= mine[AGE] <= rule[MAX_AGE]:
        told.append(f"{mine[AGE]} years old, not {rule[MIN_AGE]} to {rule[MAX_AGE]}")
    if mine[EDUCATION] < rule[MIN_EDUCATION]:
        told.append(f"schooling {EDUCATION_LEVELS[mine[EDUCATION]]}, not {EDUCATION_LEVELS[rule[MIN_EDUCATION]]}")
    if rule[WANTED_SEX] >= 0 and rule[WANTED_SEX] != mine[SEX]:
        told.append(f"takes {SEXES[rule[WANTED_SEX]]} people only")
    if rule[NEEDS_TRAINING] != 0 and mine[TRAINED] == 0:
        told.append("not trained")
    if mine[CARER] != 0 and rule[TAKES_CARERS] == 0:
        told.append("cares at home")
    return "; ".join(told)
