"""Visits to clinics and stays in hospital: who wishes, where they go, who is turned away, what it costs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation import parameters
from simulation.clock import Moment
from simulation.contract import Balance, Column, process
from simulation.draws import Draws
from simulation.kernels import care as kernels
from simulation.kernels.draws import exponential, fill_folds, logarithm
from simulation.ledger import fen
from simulation.parameters import parameter
from simulation.world import PLACE_KINDS, View

_AGES = (0, 5, 15, 60)
_BAND_OF_AGE = (np.searchsorted(_AGES, np.arange(_AGES[-1] + 1), side="right") - 1).astype(np.int8)


class Settings(parameters.Settings):
    """Domain 2.5 and 7: need, choice, rationing and bills."""

    visits_year: float = parameter(
        5.0,
        "visits a person-year",
        4.0,
        7.0,
        "[unverified: Guizhou 4.5-5.5; national 6.0 S11]",
        "mean visits wished for",
    )
    visits_age_0_4: float = parameter(
        1.3, "ratio", 0.5, 3.0, "[prior]", "visits at 0-4 against the mean, before norming"
    )
    visits_age_5_14: float = parameter(
        0.6, "ratio", 0.2, 2.0, "[prior]", "visits at 5-14 against the mean, before norming"
    )
    visits_age_15_59: float = parameter(
        0.8, "ratio", 0.3, 2.0, "[prior]", "visits at 15-59 against the mean, before norming"
    )
    visits_age_60: float = parameter(
        2.0, "ratio", 1.8, 2.2, "[prior]", "visits from 60 on against the mean, before norming"
    )
    stays_year: float = parameter(
        0.17,
        "stays a person-year",
        0.15,
        0.19,
        "[unverified: national 17-18 per 100 in 2021]",
        "mean stays in hospital",
    )
    stays_age_0_4: float = parameter(1.2, "ratio", 0.3, 3.0, "[prior]", "stays at 0-4 against the mean, before norming")
    stays_age_5_14: float = parameter(
        0.4, "ratio", 0.1, 2.0, "[prior]", "stays at 5-14 against the mean, before norming"
    )
    stays_age_15_59: float = parameter(
        0.75, "ratio", 0.2, 2.0, "[prior]", "stays at 15-59 against the mean, before norming"
    )
    stays_age_60: float = parameter(
        2.3, "ratio", 1.0, 4.0, "[prior]", "stays from 60 on against the mean, before norming"
    )
    share_0_4: float = parameter(
        0.07, "share", 0.03, 0.12, "[derived]", "share of ages 0-4 in the population on which the ratios are normed"
    )
    share_5_14: float = parameter(
        0.17, "share", 0.1, 0.25, "[unverified: census 2020, 0-14 24.0%]", "share of ages 5-14 there"
    )
    share_60: float = parameter(0.154, "share", 0.1, 0.3, "[unverified: census 2020]", "share of ages 60+ there")

    size_exponent_primary: float = parameter(
        0.4, "exponent", 0.0, 1.5, "[prior]", "pull of the number of doctors of a primary clinic (Huff's a)"
    )
    size_exponent_hospital: float = parameter(
        0.8, "exponent", 0.0, 1.5, "[prior]", "pull of the number of doctors of a hospital"
    )
    distance_exponent: float = parameter(
        0.5,
        "exponent",
        0.0,
        2.0,
        "[prior] below Huff's 1-2: an hour more moves 6% of visits [S35]",
        "loss by minutes of travel (Huff's b)",
    )
    distance_offset: float = parameter(
        30.0, "minutes", 1.0, 60.0, "[prior]", "minutes that every visit costs before any travel"
    )
    farthest_minutes: float = parameter(240.0, "minutes", 30.0, 600.0, "[prior]", "nobody travels longer for a visit")
    crowding: float = parameter(0.2, "utility", 0.0, 3.0, "[prior]", "loss per unit of last month's load above 1")
    county_bonus: float = parameter(
        -5.4,
        "utility",
        -12.0,
        8.0,
        "[prior] fitted to C13 and to about 3,300 visits a month at the site's station",
        "a county hospital against primary care at middling severity",
    )
    city_bonus: float = parameter(
        -6.3, "utility", -14.0, 8.0, "[prior]", "a city hospital against primary care at middling severity"
    )
    severity_slope: float = parameter(
        28.0,
        "utility",
        0.0,
        40.0,
        "[prior] bypass is common [S36], distance matters little [S35]",
        "rise of a hospital's utility from the lightest to the gravest illness",
    )
    serious_from: float = parameter(0.9, "share", 0.5, 0.99, "[prior]", "severity from which a visit is served first")
    moderate_from: float = parameter(0.6, "share", 0.1, 0.9, "[prior]", "severity from which a visit is served second")

    visit_primary_yuan: float = parameter(70.0, "yuan", 40.0, 120.0, "[prior] 60-80", "bill of a visit to primary care")
    visit_county_yuan: float = parameter(329.2, "yuan", 150.0, 500.0, "[S11]", "bill of a visit to a county hospital")
    visit_city_yuan: float = parameter(450.0, "yuan", 200.0, 900.0, "[prior]", "bill of a visit to a city hospital")
    stays_township: float = parameter(0.13, "share", 0.0, 0.4, "[prior]", "share of stays in a township centre")
    stays_county: float = parameter(
        0.80,
        "share",
        0.4,
        1.0,
        "[unverified: county-level share]",
        "share of stays in a county hospital; the rest is in the city",
    )
    stay_township_yuan: float = parameter(
        2300.0, "yuan", 1500.0, 3500.0, "[unverified: 2,000-2,500]", "mean bill of a stay in a township centre"
    )
    stay_county_yuan: float = parameter(
        6500.0, "yuan", 4500.0, 9000.0, "[unverified: 5,500-7,500]", "mean bill of a stay in a county hospital"
    )
    stay_city_yuan: float = parameter(
        18000.0, "yuan", 10000.0, 30000.0, "[prior]", "mean bill of a stay in a city hospital"
    )
    stay_sigma: float = parameter(0.7, "log SD", 0.1, 1.2, "[prior]", "spread of a stay's bill")
    outside_list_low: float = parameter(
        0.05, "share", 0.0, 0.15, "[prior]", "least share of a bill outside the insurance's list"
    )
    outside_list_high: float = parameter(
        0.15, "share", 0.05, 0.4, "[prior]", "largest share of a bill outside the insurance's list"
    )


@dataclass(frozen=True)
class Visits:
    """The month's wished visits, one row each."""

    person: NDArray[np.int32]
    visit: NDArray[np.uint64]
    severity: NDArray[np.float64]
    clinic: NDArray[np.int32]


@process(
    phase="compete",
    reads=(
        "persons.uid", "persons.alive", "persons.age", "persons.place", "places.kind",
        "clinics.uid", "clinics.place", "clinics.level", "clinics.fte", "clinics.visits_per_fte", "clinics.outside_visits",
    ),
    owns={
        "persons.visits_wanted": Column("int16", 0, "visits", "visits wished for this month"),
        "persons.visits": Column("int16", 0, "visits", "visits served this month"),
        "persons.unmet_visits": Column("int16", 0, "visits", "visits turned away this month, or without a clinic in reach"),
        "persons.primary_visits": Column("int16", 0, "visits", "visits served by primary care this month"),
        "persons.last_unmet_month": Column("int32", -1, "month", "last month with a visit that wasn't served"),
        "persons.outpatient_fen": Column("int32", 0, "fen", "bill of this month's visits"),
        "persons.inpatient_level": Column("int8", -1, "", "level of this month's stay: -1 none, 0 primary, 1 county, 2 city"),
        "persons.inpatient_fen": Column("int32", 0, "fen", "bill of this month's stay that the insurance's list covers"),
        "persons.out_of_policy_fen": Column("int32", 0, "fen", "rest of that bill, which no insurance covers"),
        "clinics.visits_now": Column("int32", 0, "visits", "visits of the three populations served this month"),
        "clinics.unmet_now": Column("int32", 0, "visits", "visits of the three populations turned away this month"),
        "clinics.load": Column("float32", 0.0, "share", "visits wished for, outsiders included, against capacity"),
    },
    streams=("visits", "stays", "severity", "taste", "lot", "stay_level", "stay_bill", "stay_list"),
    levers=("clinics.fte",),
)  # fmt: skip
def run(world: View, draws: Draws, moment: Moment, settings: Settings) -> None:
    """Draw needs; let visits choose a clinic; ration what is full; bill what was served."""
    _clear(world.persons, world.clinics)
    wishes, stays = _needs(world, draws, moment, settings)
    visits = _choose(world, draws, settings, _listed(world, draws, wishes))
    served = _ration(world, draws, settings, visits)
    bill = np.array(
        [fen(settings.visit_primary_yuan), fen(settings.visit_county_yuan), fen(settings.visit_city_yuan)], np.int64
    )
    persons, clinics = world.persons, world.clinics
    kernels.record_visits(
        visits.person, visits.clinic, served, clinics.level, bill, moment.month, persons.visits, persons.unmet_visits,
        persons.primary_visits, persons.outpatient_fen, persons.last_unmet_month, clinics.visits_now,
    )  # fmt: skip
    _bill_stays(persons, draws, settings, stays)


def _clear(persons: Any, clinics: Any) -> None:
    for column in (persons.visits, persons.unmet_visits, persons.primary_visits, persons.outpatient_fen):
        column.fill(0)
    persons.inpatient_level.fill(-1)
    persons.inpatient_fen.fill(0)
    persons.out_of_policy_fen.fill(0)
    clinics.visits_now.fill(0)


def _normed(ratios: tuple[float, float, float, float], settings: Settings) -> NDArray[np.float64]:
    """Ratios by age band, brought to mean 1 over the reference ages."""
    known = (settings.share_0_4, settings.share_5_14, settings.share_60)
    shares = np.array([known[0], known[1], 1.0 - sum(known), known[2]])
    by_band = np.array(ratios)
    return by_band / float((by_band * shares).sum())


def _rates(settings: Settings, visit_scale: float) -> NDArray[np.float64]:
    """Return mean visits, chance of none and chance of a stay, by age band: float64[3, bands]."""
    it = settings
    visits = _normed((it.visits_age_0_4, it.visits_age_5_14, it.visits_age_15_59, it.visits_age_60), it)
    mean = visits * (it.visits_year * visit_scale / 12)
    none = np.array([exponential(-one) for one in mean])
    stays = _normed((it.stays_age_0_4, it.stays_age_5_14, it.stays_age_15_59, it.stays_age_60), it)
    return np.stack([mean, none, stays * (it.stays_year / 12)])


def _needs(world: View, draws: Draws, moment: Moment, settings: Settings) -> tuple[int, NDArray[np.int32]]:
    persons = world.persons
    treats = (world.places.kind != PLACE_KINDS.index("coast")) & (world.places.kind != PLACE_KINDS.index("outside"))
    stays = np.empty(persons.n, np.int32)
    wishes, count = kernels.draw_needs(
        draws.key("visits"), draws.key("stays"), persons.uid, persons.alive, persons.place, persons.age, treats,
        _BAND_OF_AGE, _rates(settings, moment.visit_scale), persons.visits_wanted, stays,
    )  # fmt: skip
    return wishes, stays[:count]


def _listed(world: View, draws: Draws, wishes: int) -> Visits:
    found = Visits(
        np.empty(wishes, np.int32), np.empty(wishes, np.uint64), np.empty(wishes), np.empty(wishes, np.int32)
    )
    persons = world.persons
    kernels.list_visits(
        draws.key("severity"), persons.uid, persons.visits_wanted, found.person, found.visit, found.severity
    )
    return found


def _weighed(world: View, settings: Settings) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Return each place's clinics with their weights: offsets, rows, weight."""
    near, clinics, it = world.near["clinics"], world.clinics, settings
    taste = np.array(
        [
            it.size_exponent_primary,
            it.size_exponent_hospital,
            it.distance_exponent,
            it.distance_offset,
            it.crowding,
            it.farthest_minutes,
        ]
    )
    bonus = np.array([0.0, it.county_bonus, it.city_bonus])
    out = np.empty_like(near.offsets), np.empty_like(near.rows), np.empty(len(near.rows))
    kernels.weigh_clinics(
        near.offsets, near.rows, near.minutes, clinics.place, clinics.level, clinics.fte.astype(np.float64),
        world.levers["clinics.fte"], clinics.load, taste, bonus, *out,
    )  # fmt: skip
    return out


def _clinic_keys(world: View, key: np.uint64) -> NDArray[np.uint64]:
    out = np.empty(world.clinics.n, np.uint64)
    fill_folds(np.full(world.clinics.n, key, np.uint64), world.clinics.uid, out)
    return out


def _choose(world: View, draws: Draws, settings: Settings, visits: Visits) -> Visits:
    offsets, rows, weight = _weighed(world, settings)
    kernels.choose_clinics(
        visits.person, visits.visit, visits.severity, world.persons.place, offsets, rows, weight, world.clinics.level,
        _clinic_keys(world, draws.key("taste")), settings.severity_slope, visits.clinic,
    )  # fmt: skip
    return visits


def _capacity(world: View) -> NDArray[np.float64]:
    """Visits a month that the doctors at work can serve."""
    return world.levers["clinics.fte"] * world.clinics.visits_per_fte  # type: ignore[no-any-return]


def _room(world: View) -> NDArray[np.int32]:
    """Visits that are left for the three populations."""
    # A hair above, so that 8 doctors x 348 visits in float32 aren't 2,783.
    left = np.floor(_capacity(world) + 1e-6) - world.clinics.outside_visits
    return np.maximum(left, 0).astype(np.int32)  # type: ignore[no-any-return]


def _ration(world: View, draws: Draws, settings: Settings, visits: Visits) -> NDArray[np.int8]:
    n = world.clinics.n
    cuts = np.array([settings.serious_from, settings.moderate_from])
    demand = np.zeros((n, kernels.CLASSES), np.int32)
    kernels.count_demand(visits.clinic, visits.severity, cuts, demand)
    boundary, quota, start = np.empty(n, np.int8), np.empty(n, np.int32), np.empty(n + 1, np.int32)
    kernels.find_boundaries(demand, _room(world), boundary, quota, start)
    key, limit, served = (
        _clinic_keys(world, draws.key("lot")),
        np.empty(n, np.uint64),
        np.empty(len(visits.clinic), np.int8),
    )
    lots = np.empty(start[-1], np.uint64)
    kernels.draw_limits(visits.clinic, visits.visit, visits.severity, cuts, key, boundary, quota, start, lots, limit)
    kernels.serve_visits(visits.clinic, visits.visit, visits.severity, cuts, key, boundary, limit, served)
    _note_load(world, demand.sum(1))
    return served


def _note_load(world: View, demand: NDArray[np.integer]) -> None:
    clinics, capacity = world.clinics, _capacity(world)
    clinics.unmet_now[:] = np.maximum(demand - _room(world), 0)
    whole = demand + clinics.outside_visits
    clinics.load[:] = np.divide(whole, capacity, out=np.zeros(clinics.n), where=capacity > 0)


def _bill_stays(persons: Any, draws: Draws, settings: Settings, stays: NDArray[np.int32]) -> None:
    it = settings
    until = np.array([it.stays_township, it.stays_township + it.stays_county])
    means = (it.stay_township_yuan, it.stay_county_yuan, it.stay_city_yuan)
    mu = np.array([logarithm(100.0 * one) - 0.5 * it.stay_sigma * it.stay_sigma for one in means])
    shares = np.array([it.outside_list_low, it.outside_list_high])
    kernels.bill_stays(
        stays, persons.uid, draws.key("stay_level"), draws.key("stay_bill"), draws.key("stay_list"), until, mu,
        it.stay_sigma, shares, persons.inpatient_level, persons.inpatient_fen, persons.out_of_policy_fen,
    )  # fmt: skip


def audit(world: View, moment: Moment, settings: Settings) -> Iterator[Balance]:
    """Every wished visit is served or not; clinics and persons agree; no clinic serves more than it can."""
    persons, clinics = world.persons, world.clinics
    served, unmet = int(persons.visits.sum()), int(persons.unmet_visits.sum())
    yield Balance("visits wished for", served + unmet, int(persons.visits_wanted.sum()))
    yield Balance("visits served", int(clinics.visits_now.sum()), served)
    yield Balance("visits beyond capacity", int(np.maximum(clinics.visits_now - _room(world), 0).sum()), 0)
