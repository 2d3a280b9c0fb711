"""Farm and land: who farms, rents out or abandons land at the origin, what it yields, who works on it."""

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws, folded, identity
from simulation.kernels.farming import count_hands, decide_land, land_income, own_produce, work_the_land
from simulation.ledger import fen
from simulation.mechanism import Mechanism
from simulation.months import APRIL, AUGUST, DECEMBER, JANUARY, MARCH, MAY, OCTOBER, SEPTEMBER
from simulation.parameters import Settings as Parameters
from simulation.parameters import parameter
from simulation.world import View

LAND_USES = ("idle", "farmed", "rented out")
HARVEST = {MAY: 0.25, AUGUST: 0.25, SEPTEMBER: 0.25, OCTOBER: 0.25}
"""Share of a year's net yield by month: oil-seed and wheat in May, maize and rice from August."""
FARM_MONTHS = (MARCH, APRIL, MAY, AUGUST, SEPTEMBER, OCTOBER)
"""Domain 2.14 names April to May and September to October; March sows and August begins the harvest."""


class Settings(Parameters):
    """What land yields and what decides its use."""

    net_yuan_per_mu: float = parameter(
        600.0, "yuan a mu and year", 0.0, 5000.0, "[prior] 300-900", "net yield of farmed land"
    )
    rent_yuan_per_mu: float = parameter(
        400.0, "yuan a mu and year", 0.0, 2000.0, "[prior] 200-600", "rent of land let to others"
    )
    mu_a_hand: float = parameter(4.0, "mu", 0.5, 50.0, "[prior]", "most land that one free or part-time hand can till")
    own_food_yuan: float = parameter(
        1500.0, "yuan a person and year", 0.0, 4000.0, "[prior]",
        "worth of what a villager eats of the household's own garden, pigs and poultry, beside the yield of the fields",
    )  # fmt: skip
    mouths_a_hand: float = parameter(
        3.0,
        "persons",
        0.5,
        20.0,
        "[prior]",
        "persons whom one hand can feed so; a hand without paid work sells what is left",
    )
    trip_limit: int = parameter(150, "minutes", 0, 600, "[prior]", "longest way from home to the land, one way")
    farm_from_afar: float = parameter(
        1.2, "utility", -10.0, 10.0, "[prior] fitted to C03", "farming from a new home against leaving land idle"
    )
    trip_minute: float = parameter(
        0.02, "utility a minute", 0.0, 0.5, "[prior]", "what a minute of the way to the land costs"
    )
    free_hand: float = parameter(
        0.9, "utility", 0.0, 5.0, "[prior]", "what an adult without paid work adds to farming, at most two"
    )
    rent_out: float = parameter(0.0, "utility", -10.0, 10.0, "[prior]", "renting out against leaving land idle")
    work_at_home: float = parameter(
        0.97, "share", 0.0, 1.0, "[prior]", "free hands on their land in a farm month, living there"
    )
    work_off_season: float = parameter(0.35, "share", 0.0, 1.0, "[prior]", "the same in other months")
    work_from_afar: float = parameter(
        0.9, "share", 0.0, 1.0, "[prior]", "free hands on their land in a farm month, living elsewhere"
    )


MECHANISMS = (
    Mechanism(
        "work on one's own land",
        "nobody without paid work is counted at work on the land",
        {"work_at_home": 0.0, "work_off_season": 0.0, "work_from_afar": 0.0},
    ),
)


@process(
    phase="earn",
    reads=(
        "persons.uid", "persons.household", "persons.alive", "persons.age", "persons.able", "persons.place", "persons.paid",
        "households.uid", "households.origin", "households.land_mu", "households.home", "households.moved_month",
        "households.returned_month", "households.members",
    ),
    owns={
        "persons.farm_work": Column("int8", 0, "", "1 if at work on the household's land this month, without other paid work"),
        "persons.last_farm_month": Column("int32", -1, "month", "last month of farm work; -1 never"),
        "households.farm_month": Column("int32", 0, "fen", "net farm income of this month"),
        "households.rent_month": Column("int32", 0, "fen", "land rent received this month"),
        "households.own_produce_month": Column("int32", 0, "fen", "worth of own food that the household ate this month"),
        "households.land_use": Column("int8", 0, "", ", ".join(f"{code} {use}" for code, use in enumerate(LAND_USES))),
    },
    streams=("land", "work"),
)  # fmt: skip
def run(world: View, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Count hands, decide about the land where it is time, take the harvest, mark who worked."""
    minutes, reach = _way_to_land(world, settings)
    hands, free_hands, mouths = _hands(world, reach)
    # Nobody lets the land of a household that died out.
    land = np.where(world.households.members > 0, world.households.land_mu, np.float32(0.0))
    _decide(world, draws, clock, settings, land, minutes, reach, hands, free_hands)
    month = clock.month % 12
    land_income(
        world.households.land_use, land, hands, settings.mu_a_hand,
        100.0 * settings.net_yuan_per_mu * HARVEST.get(month, 0.0),
        # Rents are settled once a year, after the harvest.
        100.0 * settings.rent_yuan_per_mu if month == DECEMBER else 0.0,
        world.households.farm_month, world.households.rent_month,
    )  # fmt: skip
    own_food = fen(settings.own_food_yuan / 12)
    own_produce(
        reach, land, hands, free_hands, mouths, own_food, int(own_food * settings.mouths_a_hand),
        world.households.own_produce_month, world.households.farm_month,
    )  # fmt: skip
    _work(world, draws, clock, settings, reach)


def _way_to_land(world: View, settings: Settings) -> tuple[NDArray[np.int16], NDArray[np.int8]]:
    """Minutes from home to the land, int16[h], and whether it is out of reach (0), at home (1) or a trip away (2)."""
    households = world.households
    places = len(world.minutes)
    codes = np.where((world.minutes >= 0) & (world.minutes <= settings.trip_limit), 2, 0).astype(np.int8)
    codes[np.arange(places), np.arange(places)] = 1
    at = households.home * places + households.origin
    return world.minutes.ravel()[at], codes.ravel()[at]


def _hands(world: View, reach: NDArray[np.int8]) -> tuple[NDArray[np.int16], NDArray[np.int16], NDArray[np.int16]]:
    """Hands at home who can reach the land, those without paid work, and who eats at home, int16[h] each."""
    persons, households = world.persons, world.households
    hands, free_hands, mouths = (np.zeros(households.n, np.int16) for _ in range(3))
    count_hands(
        persons.alive, persons.age, persons.able, persons.paid, persons.place, persons.household, households.home,
        reach, hands, free_hands, mouths,
    )  # fmt: skip
    return hands, free_hands, mouths


def _decide(
    world: View, draws: Draws, clock: Moment, settings: Settings, land: NDArray[np.float32],
    minutes: NDArray[np.int16], reach: NDArray[np.int8], hands: NDArray[np.int16], free_hands: NDArray[np.int16],
) -> None:  # fmt: skip
    """Every January, and whenever the household has changed its home."""
    households = world.households
    if clock.month % 12 == JANUARY or clock.month == clock.start:
        deciding = np.ones(households.n, np.bool_)
    else:
        deciding = (households.moved_month == clock.month) | (households.returned_month == clock.month)
        deciding |= households.members == 0
    names = np.array([identity(f"land_use/{use}") for use in LAND_USES], np.uint64)
    keys = folded(draws.key("land", clock.month - clock.month % 12), names)
    terms = np.array([settings.farm_from_afar, settings.trip_minute, settings.free_hand, settings.rent_out])
    decide_land(
        deciding,
        land,
        reach,
        minutes,
        hands,
        free_hands,
        households.uid,
        keys,
        terms,
        households.land_use,
    )


def _work(world: View, draws: Draws, clock: Moment, settings: Settings, reach: NDArray[np.int8]) -> None:
    persons, households = world.persons, world.households
    season = clock.month % 12 in FARM_MONTHS
    by_reach = np.array([
        0.0,
        settings.work_at_home if season else settings.work_off_season,
        settings.work_from_afar if season else 0.0,
    ])  # fmt: skip
    at_work = by_reach[reach] * (households.land_use == LAND_USES.index("farmed"))
    work_the_land(
        persons.alive, persons.age, persons.able, persons.paid, persons.place, persons.household, households.home,
        at_work, persons.uid, draws.key("work"), clock.month, persons.farm_work, persons.last_farm_month,
    )  # fmt: skip
