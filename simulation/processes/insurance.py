"""The insurance stack: basic, then critical illness, then assistance; outpatient bills are pooled apart.

With one-stop settlement a patient pays the own part alone; without it the whole bill, and what the layers pay comes
back some months later.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from simulation import parameters
from simulation.clock import Moment
from simulation.contract import Balance, Column, process
from simulation.draws import Draws
from simulation.kernels import insurance as kernels
from simulation.kernels.draws import fill_units
from simulation.ledger import fen
from simulation.mechanism import Mechanism
from simulation.months import DECEMBER, JANUARY
from simulation.parameters import parameter
from simulation.world import INSURANCE_GROUPS, View

_RULES = "[unverified: Guizhou 2021-22 prefecture rules]"
_OFFICE = "[unverified: State Council Office 2021 No.42]"
_FAVOURED = ("monitored", "dibao", "tekun")
_REFUND_MONTHS = 6
_RING = {
    f"households.refund_due_{slot + 1}": Column(
        "int64", 0, "fen", f"refunds that fall due in the next month whose number divided by 6 leaves {slot}"
    )
    for slot in range(_REFUND_MONTHS)
}


class Settings(parameters.Settings):
    """Domain 2.6. What a layer pays on stays in a year is rounded half up to a whole fen."""

    outpatient_share: float = parameter(
        0.60, "share", 0.5, 0.7, "[unverified]", "share of an outpatient bill that is pooled"
    )
    outpatient_most_yuan: float = parameter(
        450.0, "yuan a year", 400.0, 500.0, "[unverified]", "most that is paid on outpatient bills a year"
    )
    basic_deductible_township_yuan: float = parameter(
        100.0, "yuan", 50.0, 200.0, _RULES, "deductible of a stay in a township centre"
    )
    basic_deductible_county_yuan: float = parameter(
        400.0, "yuan", 200.0, 600.0, _RULES, "deductible of a stay in a county hospital"
    )
    basic_deductible_city_yuan: float = parameter(
        1000.0, "yuan", 600.0, 2000.0, _RULES, "deductible of a stay in a city hospital"
    )
    basic_share_township: float = parameter(
        0.85, "share", 0.80, 0.90, "[unverified]", "basic insurance's share in a township centre"
    )
    basic_share_county: float = parameter(
        0.75, "share", 0.70, 0.80, "[unverified]", "basic insurance's share in a county hospital"
    )
    basic_share_city: float = parameter(
        0.60, "share", 0.55, 0.65, "[unverified]", "basic insurance's share in a city hospital"
    )
    basic_most_yuan: float = parameter(
        250000.0, "yuan a year", 150000.0, 300000.0, "[unverified]", "most that basic insurance pays a year"
    )
    critical_deductible_yuan: float = parameter(
        7000.0,
        "yuan a year",
        3000.0,
        15000.0,
        "[unverified]; legal ceiling [S16]",
        "burden from which critical illness insurance pays",
    )
    critical_band_yuan: float = parameter(
        60000.0, "yuan", 20000.0, 100000.0, "[unverified]", "width of each of the two lower bands"
    )
    critical_share_1: float = parameter(0.60, "share", 0.60, 0.80, "legal floor [S16]", "share paid in the lowest band")
    critical_share_2: float = parameter(0.65, "share", 0.60, 0.85, "[unverified]", "share paid in the middle band")
    critical_share_3: float = parameter(0.70, "share", 0.60, 0.90, "[unverified]", "share paid above")
    critical_most_yuan: float = parameter(
        300000.0, "yuan a year", 200000.0, 500000.0, "[prior]", "most that it pays a year to those not favoured"
    )
    favour_share: float = parameter(
        0.05, "share", 0.0, 0.10, "[S16]", "added to each share for monitored, dibao and tekun"
    )
    favour_deductible: float = parameter(0.5, "ratio", 0.25, 1.0, _OFFICE, "their deductible against the ordinary one")
    assistance_ordinary: float = parameter(
        0.0, "share", 0.0, 0.5, _OFFICE, "assistance's share for ordinary and poverty-exited people"
    )
    assistance_monitored: float = parameter(0.60, "share", 0.5, 0.7, _OFFICE, "assistance's share for monitored people")
    assistance_dibao: float = parameter(0.70, "share", 0.7, 0.9, _OFFICE, "assistance's share for people on dibao")
    assistance_tekun: float = parameter(1.0, "share", 0.8, 1.0, _OFFICE, "assistance's share for tekun people")
    assistance_floor_ordinary_yuan: float = parameter(
        2910.0, "yuan a year", 1500.0, 5000.0, "[unverified: ~25% of 11,642]", "deductible of ordinary people"
    )
    assistance_floor_monitored_yuan: float = parameter(
        1164.0, "yuan a year", 500.0, 2000.0, "[unverified: ~10% of 11,642]", "deductible of monitored people"
    )
    assistance_most_yuan: float = parameter(
        30000.0, "yuan a year", 30000.0, 100000.0, "[prior]", "most that assistance pays a year"
    )
    refund_after_least: int = parameter(3, "months", 1, 6, "[prior] 3-6 months", "soonest refund of what was laid out")
    refund_after_most: int = parameter(6, "months", 1, 6, "[prior] 3-6 months", "latest refund of what was laid out")

    @model_validator(mode="after")
    def _soonest_first(self) -> "Settings":
        if self.refund_after_least > self.refund_after_most:
            raise ValueError("'refund_after_least' lies above 'refund_after_most': the soonest refund comes first")
        return self


MECHANISMS = (
    Mechanism("late refunds", "refunds come a month later", {"refund_after_least": 1, "refund_after_most": 1}),
)


@process(
    phase="earn",
    reads=(
        "persons.household", "persons.alive", "persons.insured", "persons.outpatient_fen", "persons.inpatient_fen",
        "persons.inpatient_level", "persons.out_of_policy_fen", "households.uid", "households.insurance_group",
        "households.members", "households.prepays",
    ),
    owns={
        "persons.rest_b_ytd": Column("int16", 0, "1/10,000 fen", "what rounding has held back of it"),
        "persons.paid_b_ytd_fen": Column("int32", 0, "fen", "what basic insurance paid this year"),
        "persons.burden_s_ytd_fen": Column("int32", 0, "fen", "in-policy cost of this year that basic insurance left"),
        "persons.paid_k_ytd_fen": Column("int32", 0, "fen", "what critical illness insurance paid this year"),
        "persons.paid_m_ytd_fen": Column("int32", 0, "fen", "what medical assistance paid this year"),
        "persons.outpatient_paid_ytd_fen": Column("int32", 0, "fen", "what was pooled on outpatient bills this year"),
        "persons.bill_month": Column("int32", 0, "fen", "all bills of the month"),
        "persons.reimbursed_month": Column("int32", 0, "fen", "what all layers pay on this month's bills"),
        "persons.out_of_pocket_month": Column("int32", 0, "fen", "the person's own part of this month's bills"),
        "households.bill_month": Column("int32", 0, "fen", "all bills of the members this month"),
        "households.out_of_pocket_month": Column("int32", 0, "fen", "the members' own part of this month's bills"),
        "households.pooled_month": Column("int32", 0, "fen", "what is pooled on this month's outpatient bills"),
        "households.paid_b_month": Column("int32", 0, "fen", "what basic insurance pays on this month's stays"),
        "households.paid_k_month": Column("int32", 0, "fen", "what critical illness insurance pays on them"),
        "households.paid_m_month": Column("int32", 0, "fen", "what medical assistance pays on them"),
        "households.care_paid_month": Column("int32", 0, "fen", "laid out for care this month, later refunds included"),
        "households.refund_month": Column("int32", 0, "fen", "refund of earlier bills that came this month"),
        "households.refund_owed_fen": Column("int64", 0, "fen", "refunds of what was laid out that are still to come"),
        "households.outpatient_own_share": Column(
            "float32", 0.5, "share", "part of an outpatient bill that a member pays, on average over the members"
        ),
        **_RING,
    },
    streams=("refund",),
)  # fmt: skip
def run(world: View, draws: Draws, moment: Moment, settings: Settings) -> None:
    """Settle the month's bills in the strict order of the layers; then households pay, and are refunded."""
    persons, it = world.persons, world.households
    if moment.month % 12 == JANUARY:
        _new_year(persons)
    rows, without = np.empty(persons.n, np.int32), np.zeros(it.n, np.int16)
    count = kernels.list_bills(
        persons.inpatient_fen, persons.out_of_policy_fen, persons.outpatient_fen, persons.household, persons.alive,
        persons.insured, persons.outpatient_paid_ytd_fen, fen(settings.outpatient_most_yuan), persons.bill_month,
        persons.reimbursed_month, persons.out_of_pocket_month, without, rows,
    )  # fmt: skip
    _settle(world, rows[:count], without, settings)
    at_once = not it.prepays.any()
    if moment.month % 12 == DECEMBER:
        without.fill(0)  # what members will pay themselves next month, when a new year of pooling begins
    kernels.pay_bills(
        at_once, it.members, without, parts(settings.outpatient_share), it.bill_month, it.out_of_pocket_month,
        _slot(it, moment.month), it.refund_owed_fen, it.care_paid_month, it.refund_month, it.outpatient_own_share,
    )  # fmt: skip
    if not at_once:
        _promise(it, draws, moment.month, settings)


def _new_year(persons: Any) -> None:
    for column in (
        persons.rest_b_ytd, persons.paid_b_ytd_fen, persons.burden_s_ytd_fen, persons.paid_k_ytd_fen,
        persons.paid_m_ytd_fen, persons.outpatient_paid_ytd_fen,
    ):  # fmt: skip
        column.fill(0)


def _settle(world: View, patients: NDArray[np.int32], without: NDArray[np.int16], settings: Settings) -> None:
    """Find what each layer pays on each patient's bills, and add it up by household."""
    persons, it = world.persons, world.households
    layers = np.zeros((len(patients), 4), np.int64)
    kernels.settle_outpatient(
        patients, persons.outpatient_fen, persons.household, persons.insured, parts(settings.outpatient_share),
        fen(settings.outpatient_most_yuan), persons.outpatient_paid_ytd_fen, layers, without,
    )  # fmt: skip
    kernels.settle_stays(
        patients, persons.inpatient_fen, persons.inpatient_level, it.insurance_group[persons.household[patients]],
        persons.insured, *schedule(settings), persons.rest_b_ytd, persons.paid_b_ytd_fen, persons.burden_s_ytd_fen,
        persons.paid_k_ytd_fen, persons.paid_m_ytd_fen, layers,
    )  # fmt: skip
    sums = it.bill_month, it.out_of_pocket_month, it.pooled_month, it.paid_b_month, it.paid_k_month, it.paid_m_month
    for column in sums:
        column.fill(0)
    kernels.charge(
        patients, persons.household, persons.bill_month, layers, persons.reimbursed_month,
        persons.out_of_pocket_month, *sums,
    )  # fmt: skip


def _slot(households: Any, month: int) -> NDArray[np.int64]:
    return getattr(households, f"refund_due_{month % _REFUND_MONTHS + 1}")  # type: ignore[no-any-return]


def _promise(households: Any, draws: Draws, month: int, settings: Settings) -> None:
    """Note when what was laid out comes back: one delay for a household's bills of a month, by lot."""
    rows = np.flatnonzero(households.care_paid_month > households.out_of_pocket_month)
    luck = np.empty(len(rows))
    fill_units(draws.key("refund"), households.uid[rows], luck)
    first, last = settings.refund_after_least, settings.refund_after_most
    delay = first + np.floor(luck * (last - first + 1)).astype(np.int64)
    laid_out = households.care_paid_month[rows].astype(np.int64) - households.out_of_pocket_month[rows]
    for months in range(first, last + 1):
        chosen = delay == months
        _slot(households, month + months)[rows[chosen]] += laid_out[chosen]


def parts(share: float) -> int:
    """Turn a share into whole parts per 10,000."""
    return int(share * 10_000 + 0.5)


def schedule(settings: Settings) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the rules of the three layers as int64 tables in fen and parts per 10,000.

    Returns
    -------
    tuple
        basic [levels, 3], critical [groups, 7], assistance [groups, 3]; columns as in `kernels.insurance`.
    """
    critical = [_critical(settings, name in _FAVOURED) for name in INSURANCE_GROUPS]
    return np.array(_basic(settings), np.int64), np.array(critical, np.int64), np.array(_assistance(settings), np.int64)


def _basic(it: Settings) -> list[list[int]]:
    rules = (
        (it.basic_deductible_township_yuan, it.basic_share_township),
        (it.basic_deductible_county_yuan, it.basic_share_county),
        (it.basic_deductible_city_yuan, it.basic_share_city),
    )
    return [[fen(deductible), parts(share), fen(it.basic_most_yuan)] for deductible, share in rules]


def _critical(it: Settings, favoured: bool) -> list[int]:
    plus = parts(it.favour_share) if favoured else 0
    shares = [parts(one) + plus for one in (it.critical_share_1, it.critical_share_2, it.critical_share_3)]
    deductible = it.critical_deductible_yuan * (it.favour_deductible if favoured else 1.0)
    band = fen(it.critical_band_yuan)
    return [fen(deductible), band, 2 * band, *shares, -1 if favoured else fen(it.critical_most_yuan)]


def _assistance(it: Settings) -> list[list[int]]:
    ordinary = (it.assistance_floor_ordinary_yuan, it.assistance_ordinary)
    rules = {
        "ordinary": ordinary,
        "poverty_exited": ordinary,
        "monitored": (it.assistance_floor_monitored_yuan, it.assistance_monitored),
        "dibao": (0.0, it.assistance_dibao),
        "tekun": (0.0, it.assistance_tekun),
    }
    return [[fen(rules[name][0]), parts(rules[name][1]), fen(it.assistance_most_yuan)] for name in INSURANCE_GROUPS]


def audit(world: View, moment: Moment, settings: Settings) -> Iterator[Balance]:
    """Every fen billed is paid by the patient, paid at once by a layer, or owed as a refund; nothing else moves."""
    persons, it = world.persons, world.households
    own, billed = _total(persons.out_of_pocket_month), _total(persons.bill_month)
    yield Balance("medical bills in fen", _total(persons.reimbursed_month) + own, billed)
    yield Balance("out-of-pocket payments in fen", _total(it.out_of_pocket_month), own)
    layers = sum(_total(one) for one in (it.pooled_month, it.paid_b_month, it.paid_k_month, it.paid_m_month))
    yield Balance("payments of the layers in fen", layers, _total(it.bill_month) - own)
    at_once = int(np.where(it.prepays == 0, it.bill_month - it.out_of_pocket_month, 0).sum(dtype=np.int64))
    yield Balance("bills paid by patients and at once in fen", _total(it.care_paid_month) + at_once, billed)
    ring = sum(_total(_slot(it, slot)) for slot in range(_REFUND_MONTHS))
    yield Balance("refunds still owed in fen", _total(it.refund_owed_fen), ring)


def _total(column: NDArray[np.integer]) -> int:
    return int(column.sum(dtype=np.int64))
