"""Visits to clinics and stays in hospital: who wishes, where they go, who waits, is turned away, comes back, and the bill."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import Balance, Column, process
from simulation.draws import Draws, folded
from simulation.kernels import care as kernels
from simulation.kernels import clinic_choice as choice
from simulation.kernels import clinic_queues as queues
from simulation.kernels.draws import fill_units
from simulation.kernels.tabulate import sum_by
from simulation.mechanism import Mechanism
from simulation.processes import _care as tables
from simulation.world import PLACE_KINDS, View

Settings = tables.Settings


@dataclass(frozen=True)
class Visits:
    """The month's visits in the order of those who ask, one row each: row of clinics, identity, severity."""

    clinic: NDArray[np.int32]
    visit: NDArray[np.uint64]
    severity: NDArray[np.int16]
    demand: NDArray[np.int32]
    """int32[clinics, classes]."""


MECHANISMS = (
    Mechanism(
        "impatience in queues", "people wait ten hours in the mean, the end of the range", {"patience_minutes": 600.0}
    ),
    Mechanism(
        "weighing of waits and bills",
        "waits and bills don't sway the choice of a clinic",
        {"wait_loss": 0.0, "payment_loss": 0.0},
    ),
)


@process(
    phase="compete",
    reads=(
        "persons.uid", "persons.alive", "persons.age", "persons.place", "persons.household", "persons.chronic", "places.kind",
        "clinics.uid", "clinics.place", "clinics.level", "clinics.fte", "clinics.scale", "clinics.visits_per_fte",
        "clinics.outside_visits", "households.prepays", "households.prepayment_limit_fen",
    ),
    lagged=("households.outpatient_own_share",),
    owns={
        "persons.visits_wanted": Column("int8", 0, "visits", "new visits wished for this month"),
        "persons.visits_returning": Column("int8", 0, "visits", "visits that weren't served last month and come back"),
        "persons.visits_referred": Column("int8", 0, "visits", "visits to a hospital to which primary care referred last month"),
        "persons.visits_asked": Column("int8", 0, "visits", "all visits asked for this month: new, returning, referred"),
        "persons.visits": Column("int8", 0, "visits", "visits served this month"),
        "persons.unmet_visits": Column("int8", 0, "visits", "visits turned away this month, or without a clinic in reach"),
        "persons.waiting_serious": Column("int8", 0, "visits", "those of them that come back next month, serious ones"),
        "persons.waiting_moderate": Column("int8", 0, "visits", "the same, moderate ones"),
        "persons.waiting_minor": Column("int8", 0, "visits", "the same, minor ones"),
        "persons.waiting_referrals": Column("int8", 0, "visits", "those of them that had been referred and will be sought again"),
        "persons.forgone_visits": Column("int8", 0, "visits", "those of them that don't"),
        "persons.referrals": Column("int8", 0, "visits", "visits served by primary care this month and referred to a hospital"),
        "persons.primary_visits": Column("int8", 0, "visits", "visits served by primary care this month"),
        "persons.last_unmet_month": Column("int32", -1, "month", "last month with a visit that wasn't served"),
        "persons.wait_seconds": Column("int32", 0, "seconds", "mean waits at the clinics that served this month's visits, added up"),
        "persons.long_waits": Column("int32", 0, "1/1,000 visits", "those visits' chances of a long wait, added up"),
        "persons.outpatient_fen": Column("int32", 0, "fen", "bill of this month's visits"),
        "persons.inpatient_level": Column("int8", -1, "", "level of this month's stay: -1 none, 0 primary, 1 county, 2 city"),
        "persons.inpatient_fen": Column("int32", 0, "fen", "bill of this month's stay that the insurance's list covers"),
        "persons.out_of_policy_fen": Column("int32", 0, "fen", "rest of that bill, which no insurance covers"),
        "persons.forgone_stays": Column("int8", 0, "stays", "stays of this month that the household couldn't prepay"),
        "clinics.visits_now": Column("int32", 0, "visits", "visits of the three populations served this month"),
        "clinics.unmet_now": Column("int32", 0, "visits", "visits of the three populations turned away this month"),
        "clinics.load": Column("float32", 0.0, "ratio", "doctors' minutes asked for, outsiders included, against those there are"),
        "clinics.used_share": Column("float32", 0.0, "share", "doctors' minutes that visits take, outsiders included"),
        "clinics.wait_minutes": Column("float32", 0.0, "minutes", "mean wait this month"),
        "clinics.wait_over_share": Column("float32", 0.0, "share", "visitors who wait longer than what counts as long"),
    },
    streams=("visits", "taste", "lot", "last", "back", "refer", "stay_level", "stay_bill", "stay_list", "stay_turn"),
    levers=("clinics.fte",),
)  # fmt: skip
def run(world: View, draws: Draws, moment: Moment, settings: Settings) -> None:
    """Draw needs; let visits choose a clinic; let queues form; ration what is full; bill what was served."""
    key = draws.key("visits")
    askers, stays, count = _needs(world, key, moment, settings)
    visits = _choose(world, draws, key, settings, askers, count)
    _clear(world.persons, world.clinics)
    _serve(world, draws, moment, settings, askers, visits)
    _bill_stays(world, draws, settings, stays)


def _clear(persons: Any, clinics: Any) -> None:
    for column in (
        persons.visits, persons.unmet_visits, persons.waiting_serious, persons.waiting_moderate, persons.waiting_minor,
        persons.waiting_referrals, persons.forgone_visits, persons.referrals, persons.primary_visits, persons.wait_seconds,
        persons.long_waits, persons.outpatient_fen, persons.inpatient_fen, persons.out_of_policy_fen,
        persons.forgone_stays, clinics.visits_now, clinics.unmet_now,
    ):  # fmt: skip
        column.fill(0)
    persons.inpatient_level.fill(-1)


def _needs(
    world: View, key: np.uint64, moment: Moment, settings: Settings
) -> tuple[NDArray[np.int32], NDArray[np.int32], int]:
    """Return the rows of those who ask for a visit, of those who need a stay, and the number of visits."""
    persons = world.persons
    rates = tables.rates(settings, moment.visit_scale)
    steps = np.empty((rates.shape[1], kernels.MOST_NEW), np.uint64), np.empty(rates.shape[1], np.uint64)
    kernels.set_thresholds(rates, *steps)
    treats = (world.places.kind != PLACE_KINDS.index("coast")) & (world.places.kind != PLACE_KINDS.index("outside"))
    askers, many, stays = (np.empty(persons.n, np.int32) for _ in range(3))
    counts = np.empty(3, np.int64)
    kernels.draw_needs(
        key, persons.uid, persons.alive, persons.place, persons.age, persons.chronic, persons.waiting_serious,
        persons.waiting_moderate, persons.waiting_minor, persons.referrals, persons.waiting_referrals, treats,
        tables.CLASS_OF_AGE, *steps, persons.visits_wanted, persons.visits_returning, persons.visits_referred,
        persons.visits_asked, askers, many, stays, counts,
    )  # fmt: skip
    return askers[: counts[0]], stays[: counts[2]], int(counts[1])


def _weighed(world: View, draws: Draws, it: Settings) -> tuple[NDArray[Any], ...]:
    """Return each place's clinics: offsets, rows, levels, keys of tastes, delays."""
    near, clinics = world.near["clinics"], world.clinics
    taste = np.array(
        [
            it.size_exponent_primary,
            it.size_exponent_hospital,
            it.distance_exponent,
            it.distance_offset,
            it.wait_loss,
            it.farthest_minutes,
            it.size_enough_primary,
            it.elsewhere_loss,
        ]
    )
    bonus, edges = np.array([0.0, it.county_bonus, it.city_bonus]), len(near.rows)
    out = (
        np.empty(len(near.offsets), np.int32), np.empty(edges, np.int32), np.empty(edges, np.int8),
        np.empty(edges, np.uint64), np.empty(edges),
    )  # fmt: skip
    choice.weigh_clinics(
        near.offsets, near.rows, near.minutes, clinics.place, clinics.level, clinics.fte / clinics.scale,
        world.levers["clinics.fte"] / clinics.scale, clinics.wait_minutes, folded(draws.key("taste"), clinics.uid), taste,
        bonus, *out,
    )  # fmt: skip
    return out


def _choose(world: View, draws: Draws, key: np.uint64, it: Settings, askers: NDArray[np.int32], count: int) -> Visits:
    persons, clinics = world.persons, world.clinics
    factors = np.empty(choice.GRAVENESS), np.empty((choice.OWN_STEPS + 1, 3))
    choice.set_delays(it.severity_slope, tables.visit_fen(it) * (it.payment_loss / 10_000), *factors)
    found = Visits(
        np.empty(count, np.int32), np.empty(count, np.uint64), np.empty(count, np.int16),
        np.zeros((clinics.n, queues.CLASSES), np.int32),
    )  # fmt: skip
    reach = _weighed(world, draws, it)
    choice.choose_clinics(
        askers, key, persons.uid, persons.household, persons.place, persons.visits_wanted, persons.visits_returning,
        persons.visits_asked, persons.waiting_serious, persons.waiting_moderate, world.households.outpatient_own_share,
        *reach, *factors, tables.classes(it), tables.severities(it), found.clinic, found.visit, found.severity, found.demand,
    )  # fmt: skip
    return found


def _queue(
    world: View, draws: Draws, moment: Moment, it: Settings, demand: NDArray[np.int32]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Let a month pass at each clinic; return the class that isn't wholly served, how many of it are, and where it lies."""
    clinics, n = world.clinics, world.clinics.n
    month = it.days_month * it.hours_day
    out = np.empty(n, np.int8), np.empty(n, np.int32), np.empty(n + 1, np.int32)
    luck = np.empty(n)
    fill_units(draws.key("last"), clinics.uid, luck)
    visit_minutes = month * 60.0 / np.maximum(clinics.visits_per_fte.astype(np.float64), 1e-3)
    queues.queue_clinics(
        demand, np.floor(clinics.outside_visits * moment.visit_scale + 0.5).astype(np.int32),
        world.levers["clinics.fte"], clinics.scale, month * 60.0, month, visit_minutes,
        tables.minutes_by_class(it)[clinics.level], it.patience_minutes, it.long_wait_minutes, it.again_in_month, luck,
        *out, clinics.wait_minutes, clinics.wait_over_share, clinics.load, clinics.used_share,
    )  # fmt: skip
    return out


def _serve(world: View, draws: Draws, moment: Moment, it: Settings, askers: NDArray[np.int32], visits: Visits) -> None:
    persons, clinics = world.persons, world.clinics
    boundary, quota, start = _queue(world, draws, moment, it, visits.demand)
    lot_key, limit, class_of = (
        folded(draws.key("lot"), world.clinics.uid),
        np.empty(clinics.n, np.uint64),
        tables.classes(it),
    )
    queues.draw_limits(
        visits.clinic, visits.visit, visits.severity, class_of, lot_key, boundary, quota, start,
        np.empty(start[-1] + 1, np.uint64), limit,
    )  # fmt: skip
    queues.serve_visits(
        askers, persons.visits_asked, visits.clinic, visits.visit, visits.severity, class_of, boundary, lot_key, limit,
        (clinics.level == 0).astype(np.int8), _told(clinics, it), draws.key("back"),
        np.array([it.back_serious, it.back_moderate, it.back_minor]), draws.key("refer"),
        int(it.refer_from * choice.GRAVENESS), it.refer_share, moment.month, persons.visits_wanted,
        persons.visits_returning, persons.visits, persons.unmet_visits, persons.forgone_visits, persons.waiting_serious,
        persons.waiting_moderate, persons.waiting_minor, persons.referrals, persons.waiting_referrals,
        persons.primary_visits, persons.outpatient_fen, persons.last_unmet_month, persons.wait_seconds,
        persons.long_waits, clinics.visits_now, clinics.unmet_now,
    )  # fmt: skip


def _told(clinics: Any, it: Settings) -> NDArray[np.int32]:
    """What a visit to each clinic adds to its person: bill in fen, mean wait in seconds, long waits per 1,000 visits."""
    seconds = np.floor(clinics.wait_minutes * 60.0 + 0.5)
    per_thousand = np.floor(clinics.wait_over_share * 1000.0 + 0.5)
    return np.stack([tables.visit_fen(it)[clinics.level], seconds, per_thousand], axis=1).astype(np.int32)


def _bill_stays(world: View, draws: Draws, it: Settings, stays: NDArray[np.int32]) -> None:
    persons = world.persons
    stays, left = _prepaying(world, draws, stays)
    until = np.array([it.stays_township, it.stays_township + it.stays_county])
    shares = np.array([it.outside_list_low, it.outside_list_high])
    kernels.bill_stays(
        stays, persons.uid, persons.household, left, draws.key("stay_level"),
        draws.key("stay_bill"), draws.key("stay_list"), until, tables.stay_logs(it), it.stay_sigma, shares,
        persons.inpatient_level, persons.inpatient_fen, persons.out_of_policy_fen, persons.forgone_stays,
    )  # fmt: skip


def _prepaying(world: View, draws: Draws, stays: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Order stays by lot and return what households can lay out for them once visits are paid; no fen where none need."""
    if not world.households.prepays.any():
        return stays, np.empty(0, np.int64)
    persons, spent = world.persons, np.zeros(world.households.n, np.int64)
    sum_by(persons.household, persons.outpatient_fen, spent)
    turn = np.empty(len(stays))
    fill_units(draws.key("stay_turn"), persons.uid[stays], turn)
    return stays[np.lexsort((persons.uid[stays], turn))], world.households.prepayment_limit_fen - spent


def audit(world: View, moment: Moment, settings: Settings) -> Iterator[Balance]:
    """Every visit is served or not, every one that isn't comes back or not; clinics and persons agree; minutes suffice."""
    persons, clinics = world.persons, world.clinics
    served, unmet = int(persons.visits.sum()), int(persons.unmet_visits.sum())
    asked = int(persons.visits_wanted.sum()) + int(persons.visits_returning.sum()) + int(persons.visits_referred.sum())
    yield Balance("visits asked for", served + unmet, asked)
    waiting = (persons.waiting_serious, persons.waiting_moderate, persons.waiting_minor, persons.waiting_referrals)
    again = sum(int(one.sum()) for one in waiting)
    yield Balance("visits not served", again + int(persons.forgone_visits.sum()), unmet)
    yield Balance("visits served", int(clinics.visits_now.sum()), served)
    shortest = tables.minutes_by_class(settings).min(axis=1)[clinics.level]
    room = world.levers["clinics.fte"] * clinics.visits_per_fte / shortest
    yield Balance("visits beyond the doctors' minutes", int(np.maximum(clinics.visits_now - room - 1e-3, 0).sum()), 0)
