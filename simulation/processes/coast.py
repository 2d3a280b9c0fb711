"""Work on the coast: who wishes to go and who wishes to come home, carried out by `moves` a month later."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.kernels.coast import GO, NOTHING, census, minders, prospects, wish_to_go, wish_to_return
from simulation.kernels.jobs import log_worth
from simulation.mechanism import Mechanism
from simulation.months import is_spring_festival
from simulation.parameters import Settings as Parameters
from simulation.parameters import parameter
from simulation.processes._work import worth_of_posts
from simulation.world import EMPLOYER_KINDS, NOWHERE, PLACE_KINDS, POPULATIONS, View

WISHES = ("nothing", "go to the coast", "come home")


class Settings(Parameters):
    """What sends people to the coast and what brings them home (a random-utility logit a month)."""

    go_level: float = parameter(
        -2.76, "logit", -12.0, 4.0, "[prior] fitted to 43 % of relocated labourers away", "going, before all else"
    )
    go_gain: float = parameter(
        1.0, "logit a log point", 0.0, 10.0, "[prior]", "weight of what the coast brings home against home"
    )
    go_women: float = parameter(
        -0.5, "logit", -5.0, 5.0, "[S10] women 30 % of those out, 41 % of local migrants", "added for women"
    )
    go_carers: float = parameter(-3.0, "logit", -10.0, 0.0, "[prior]", "added for carers")
    go_year_over_30: float = parameter(
        -0.03, "logit a year", -0.5, 0.5, "[prior] mean age 41.7, 27 % over 50 [S10]", "per year over 30"
    )
    go_from_post: float = parameter(-1.5, "logit", -10.0, 5.0, "[prior]", "added for those who hold a post at home")
    go_last_adult: float = parameter(
        -6.0, "logit", -12.0, 0.0, "[prior]", "added for the last adult at home with a child under 12"
    )
    go_network: float = parameter(
        1.2,
        "logit a share",
        0.0,
        10.0,
        "[prior] form of Brock and Durlauf 2001; fitted with go_level to C12",
        "share of co-villagers who are away",
    )
    go_hosts: float = parameter(
        -1.3,
        "logit",
        -5.0,
        2.0,
        "[prior] fitted to 13,000 hosts in local work",
        "added for hosts, who own homes and trades in town",
    )
    go_at_origin: float = parameter(
        -2.9,
        "logit",
        -5.0,
        2.0,
        "[prior] fitted to a third of stayers away",
        "added for those who live beside their land and house",
    )
    go_after_festival: float = parameter(
        1.2, "logit", 0.0, 5.0, "[prior]", "added in the Spring Festival's month, to leave after it"
    )
    youngest: int = parameter(18, "years", 16, 40, "[syn] 18-55", "youngest who go")
    oldest: int = parameter(55, "years", 40, 60, "[syn] 18-55, range to 60", "oldest who go")
    home_level: float = parameter(-3.3, "logit", -12.0, 4.0, "[prior] 3-5 % a month", "coming home, before all else")
    home_child_alone: float = parameter(
        5.0, "logit", 0.0, 12.0, "[prior]", "added where a child under 12 is at home without any adult"
    )
    home_over_50: float = parameter(0.3, "logit", -5.0, 5.0, "[prior]", "added for those of 50 and more")
    home_gain: float = parameter(
        0.4, "logit a log point", 0.0, 10.0, "[prior]", "weight of prospects at home against the coast"
    )
    home_for_festival: float = parameter(
        0.8, "logit", 0.0, 5.0, "[prior] peaks at the Spring Festival", "added in the month before it"
    )
    apart_from_child_yuan: float = parameter(
        400.0,
        "yuan a month and child",
        0.0,
        5000.0,
        "[prior] form of domain 2.2: pay brought home less a cost of separation; care by others 3,000-8,000 a year (L10)",
        "what leaving a child under 6 at home takes off the worth of the coast",
    )
    apart_from_elder_yuan: float = parameter(
        300.0,
        "yuan a month and elder",
        0.0,
        5000.0,
        "[prior] form of domain 2.2; day-care 4,000-10,000 a year, which few elders need (L11)",
        "what leaving a member of 75 and more at home takes off the worth of the coast",
    )
    land_yuan_per_mu: float = parameter(
        600.0, "yuan a mu and year", 0.0, 5000.0, "[prior] 300-900", "net yield that a villager expects"
    )
    floor_yuan: float = parameter(
        350.0, "yuan a month", 1.0, 5000.0, "[prior]", "what a member without a post is worth at home"
    )


MECHANISMS = (
    Mechanism(
        "moves to and from the coast",
        "hardly anybody goes to the coast or comes home",
        {"go_level": -12.0, "home_level": -12.0},
    ),
    Mechanism("example of those away", "co-villagers who are away draw nobody after them", {"go_network": 0.0}),
)


@process(
    phase="decide",
    reads=(
        "persons.uid", "persons.household", "persons.sex", "persons.alive", "persons.age", "persons.place", "persons.labourer",
        "persons.carer", "persons.employer", "households.origin", "households.population", "households.land_mu",
        "households.home", "households.labourers", "households.young_children", "households.elders", "places.kind",
        "employers.kind", "employers.months_worked", "employers.remitted_share", "employers.pay_now_fen",
    ),
    owns={"persons.coast_wish": Column("int8", 0, "", ", ".join(f"{code} {wish}" for code, wish in enumerate(WISHES)))},
    streams=("go", "home"),
)  # fmt: skip
def run(world: View, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Compare what the coast brings home with what there is at home.

    Nobody makes plans while the way is closed; who meant to go when it closed goes when it opens, if without a post.
    """
    wish = world.persons.coast_wish
    coast = (world.places.kind == PLACE_KINDS.index("coast")).astype(np.int8)
    post, out = worth_of_posts(world), _out(world)
    if not clock.coast_open or out == NOWHERE:
        wish[(wish != GO) | (world.persons.employer >= 0) | (out == NOWHERE)] = NOTHING
        return
    found = _survey(world, settings, coast, out)
    _go(world, draws, clock, settings, found, post)
    _come_home(world, draws, clock, settings, found, coast)


@dataclass(frozen=True)
class Survey:
    """What this month's wishes rest on, by household: co-villagers away, prospects here and there, who minds children.

    `last` is True where one adult is at home with children, `alone` where none is.
    """

    network: NDArray[np.float64]
    here: NDArray[np.float64]
    there: NDArray[np.float64]
    last: NDArray[np.bool_]
    alone: NDArray[np.bool_]


def _out(world: View) -> int:
    """Row of the employer that stands for the coast; NOWHERE without one."""
    rows = np.flatnonzero(world.employers.kind == EMPLOYER_KINDS.index("coast"))
    return int(rows[0]) if len(rows) else NOWHERE


_MOST = 8
"""Children or elders of a household beyond which no more are told apart."""


def net_of_separation(brought_home_yuan: float, settings: Settings) -> NDArray[np.float64]:
    """Log of the yuan a month that the coast is worth, by young children and elders left at home, float64[9, 9].

    What it brings home less what it costs to live apart; never less than helping hands at home are worth.
    """
    left = np.arange(_MOST + 1)
    cost = settings.apart_from_child_yuan * left[:, None] + settings.apart_from_elder_yuan * left
    out = np.empty(cost.size)
    rest = np.maximum(brought_home_yuan - cost, settings.floor_yuan) * 100.0
    log_worth(rest.ravel(), np.full(cost.size, 12.0), np.ones(cost.size), out)
    return out.reshape(cost.shape)


def _coast_worth(world: View, settings: Settings, out: int) -> NDArray[np.float64]:
    """Return what the coast is worth to each household, float64[h]."""
    households = world.households
    table = net_of_separation(fen_of_posts(world)[out] / 100.0, settings)
    children, elders = (np.minimum(count, _MOST) for count in (households.young_children, households.elders))
    return np.asarray(table[children, elders], np.float64)


def fen_of_posts(world: View) -> NDArray[np.int64]:
    """Fen a month of the year that a post brings home, int64[e + 1]; the last entry is for no post.

    Whole fen, so that sums over people don't hang on the order of rows.
    """
    employers = world.employers
    year = employers.pay_now_fen * employers.months_worked.astype(np.float64) * employers.remitted_share
    return np.append(np.floor(year / 12.0 + 0.5), 0.0).astype(np.int64)


def _survey(world: View, settings: Settings, coast: NDArray[np.int8], out: int) -> Survey:
    persons, households = world.persons, world.households
    places, shape = world.places.n, (len(POPULATIONS), world.places.n)
    away, labourers = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    earned, present = np.zeros(places, np.int64), np.zeros(places, np.int64)
    census(
        persons.labourer, persons.place, persons.employer, persons.household, households.origin, households.population,
        coast, fen_of_posts(world), away, labourers, earned, present,
    )  # fmt: skip
    network = (away / np.maximum(labourers, 1))[households.population, households.origin]
    here = np.empty(households.n)
    prospects(
        households.home, households.home == households.origin, households.land_mu, households.labourers,
        # Harris and Todaro 1970: pay times the chance to have it.
        earned / (100.0 * np.maximum(present, 1)), settings.land_yuan_per_mu / 12.0, settings.floor_yuan, here,
    )  # fmt: skip
    adults, children = np.zeros(households.n, np.int16), np.zeros(households.n, np.int16)
    minders(persons.alive, persons.age, persons.place, persons.household, households.home, adults, children)
    there = _coast_worth(world, settings, out)
    return Survey(network, here, there, (children > 0) & (adults == 1), (children > 0) & (adults == 0))


def _go(
    world: View,
    draws: Draws,
    clock: Moment,
    settings: Settings,
    found: Survey,
    post: NDArray[np.float64],
) -> None:
    persons, households = world.persons, world.households
    level = settings.go_level + (settings.go_after_festival if is_spring_festival(clock.month) else 0.0)
    pull = level + settings.go_network * found.network + settings.go_gain * found.there
    pull += settings.go_last_adult * found.last
    pull += settings.go_at_origin * ((households.home == households.origin) & (households.land_mu > 0))
    pull += settings.go_hosts * (households.population == POPULATIONS.index("hosts"))
    terms = np.array([
        settings.go_gain, settings.go_women, settings.go_carers, settings.go_year_over_30,
        settings.go_from_post, settings.youngest, settings.oldest,
    ], np.float64)  # fmt: skip
    wish_to_go(
        persons.labourer, persons.age, persons.sex, persons.carer, persons.employer, persons.household, persons.uid,
        pull, found.here, post, draws.key("go"), terms, persons.coast_wish,
    )  # fmt: skip


def _come_home(
    world: View,
    draws: Draws,
    clock: Moment,
    settings: Settings,
    found: Survey,
    coast: NDArray[np.int8],
) -> None:
    persons = world.persons
    level = settings.home_level + (settings.home_for_festival if is_spring_festival(clock.month + 1) else 0.0)
    stay = level + settings.home_gain * (found.here - found.there)
    stay += settings.home_child_alone * found.alone
    wish_to_return(
        persons.place, persons.labourer, persons.age, persons.household, persons.uid, coast, stay, draws.key("home"),
        np.array([settings.home_over_50]), persons.coast_wish,
    )  # fmt: skip
