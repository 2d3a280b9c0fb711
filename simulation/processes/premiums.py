"""Premiums of the basic insurance: who is insured this year, what members pay and what is paid for them."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from simulation import parameters
from simulation.clock import Moment
from simulation.contract import Balance, Column, process
from simulation.draws import Draws
from simulation.kernels import insurance as kernels
from simulation.ledger import fen
from simulation.months import JANUARY
from simulation.parameters import parameter
from simulation.world import INSURANCE_GROUPS, POPULATIONS, PROGRAMME_KINDS, View

_FIRST_YEAR, _LAST_YEAR = 2018, 2025
_TABLE = "[unverified] domain 2.6"


class Settings(parameters.Settings):
    """Domain 2.6. Premiums are due in January, when the insurance year begins; a newborn is insured until then."""

    premium_2018_yuan: float = parameter(180.0, "yuan a person", 0.0, 1000.0, "[prior]", "premium of 2018 and before")
    premium_2019_yuan: float = parameter(220.0, "yuan a person", 0.0, 1000.0, "[prior]", "premium of 2019")
    premium_2020_yuan: float = parameter(250.0, "yuan a person", 0.0, 1000.0, "[prior]", "premium of 2020")
    premium_2021_yuan: float = parameter(280.0, "yuan a person", 0.0, 1000.0, _TABLE, "premium of 2021")
    premium_2022_yuan: float = parameter(320.0, "yuan a person", 0.0, 1000.0, _TABLE, "premium of 2022")
    premium_2023_yuan: float = parameter(350.0, "yuan a person", 0.0, 1000.0, _TABLE, "premium of 2023")
    premium_2024_yuan: float = parameter(380.0, "yuan a person", 0.0, 1000.0, "[prior]", "premium of 2024")
    premium_2025_yuan: float = parameter(400.0, "yuan a person", 0.0, 1000.0, "[prior]", "premium of 2025 and after")
    subsidy_ordinary_yuan: float = parameter(
        0.0, "yuan a person", 0.0, 1000.0, "[prior]", "yearly subsidy of ordinary people"
    )
    subsidy_exited_yuan: float = parameter(
        30.0,
        "yuan a person",
        0.0,
        1000.0,
        "[unverified: 30-280 by group], [article] q28",
        "of people lifted out of poverty",
    )
    subsidy_monitored_yuan: float = parameter(
        120.0, "yuan a person", 0.0, 1000.0, "[unverified: 30-280 by group]", "of monitored people"
    )
    subsidy_dibao_yuan: float = parameter(
        150.0, "yuan a person", 0.0, 1000.0, "[unverified: 30-280 by group]", "of people on dibao"
    )
    subsidy_tekun_yuan: float = parameter(
        1000.0, "yuan a person", 0.0, 1000.0, "[unverified: 280 of 280 in 2021]", "of tekun people: the whole premium"
    )
    lapse_share: float = parameter(
        0.04, "share", 0.0, 0.2, "[unverified: about 95 % of people are insured nationally]",
        "ordinary stayers and hosts who let the insurance lapse at an own premium of 280 yuan; in proportion to it",
    )  # fmt: skip


@process(
    phase="earn",
    reads=(
        "persons.household", "persons.alive", "households.uid", "households.population", "households.insurance_group",
        "programmes.uid", "programmes.kind", "programmes.insurance_group", "programmes.subsidy_year_fen",
    ),
    owns={
        "persons.insured": Column("int8", 1, "", "1 if insured this year"),
        "households.insured_members": Column("int16", 0, "persons", "members for whom this year's premium was due"),
        "households.premium_month": Column("int32", 0, "fen", "premiums that the household pays this month"),
        "households.premium_subsidy_month": Column("int32", 0, "fen", "premiums that are paid for the household this month"),
        "programmes.premiums_paid_fen": Column("int64", 0, "fen", "premiums that the programme pays this month"),
    },
    streams=("lapse",),
    levers=("programmes.places",),
)  # fmt: skip
def run(world: View, draws: Draws, moment: Moment, settings: Settings) -> None:
    """Insure and charge everybody in January; nobody is left out for want of money: what is missing becomes debt."""
    it, programmes = world.households, world.programmes
    for column in (it.premium_month, it.premium_subsidy_month, programmes.premiums_paid_fen):
        column.fill(0)
    if moment.month % 12 != JANUARY:
        return
    premium = premium_of(moment.month // 12, settings)
    programme_pays = _by_programme(world, settings, premium)
    own = premium - _subsidy(settings, premium) - programme_pays.sum(0)
    covered = np.empty(it.n, np.int8)
    kernels.choose_cover(
        it.uid, draws.for_life("lapse"), it.population, it.insurance_group, _lapse(settings, own), covered
    )
    it.insured_members.fill(0)
    kernels.enrol(world.persons.household, world.persons.alive, covered, world.persons.insured, it.insured_members)
    it.premium_month[:] = it.insured_members * own[it.insurance_group]
    it.premium_subsidy_month[:] = it.insured_members * (premium - own)[it.insurance_group]
    heads = np.array([it.insured_members[it.insurance_group == one].sum(dtype=np.int64) for one in range(len(own))])
    programmes.premiums_paid_fen[:] = programme_pays @ heads


def premium_of(year: int, settings: Settings) -> int:
    """Return the premium of a year in fen a person."""
    return fen(getattr(settings, f"premium_{min(max(year, _FIRST_YEAR), _LAST_YEAR)}_yuan"))


def _subsidy(it: Settings, premium: int) -> NDArray[np.int64]:
    """Return what the state pays by insurance group, int64[groups] fen a person; never more than the premium."""
    yuan = {
        "ordinary": it.subsidy_ordinary_yuan,
        "poverty_exited": it.subsidy_exited_yuan,
        "monitored": it.subsidy_monitored_yuan,
        "dibao": it.subsidy_dibao_yuan,
        "tekun": it.subsidy_tekun_yuan,
    }
    return np.minimum(np.array([fen(yuan[name]) for name in INSURANCE_GROUPS], np.int64), premium)


def _by_programme(world: View, settings: Settings, premium: int) -> NDArray[np.int64]:
    """Return what each programme pays, int64[programmes, groups] fen a person; the first by uid comes first."""
    it = world.programmes
    out = np.zeros((it.n, len(INSURANCE_GROUPS)), np.int64)
    left = premium - _subsidy(settings, premium)
    offered = (it.kind == PROGRAMME_KINDS.index("premium_subsidy")) & (world.levers["programmes.places"] > 0)
    for row in sorted(np.flatnonzero(offered), key=lambda one: int(it.uid[one])):
        group = it.insurance_group[row]
        serves = np.arange(len(left)) == group if group >= 0 else np.ones(len(left), np.bool_)
        out[row] = np.where(serves, np.minimum(left, it.subsidy_year_fen[row]), 0)
        left = left - out[row]
    return out


def _lapse(settings: Settings, own: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the chance that a household isn't insured, float64[populations, groups].

    The programme insures all relocated people [article] q10, and whoever is or was poor is guaranteed.
    """
    out = np.zeros((len(POPULATIONS), len(INSURANCE_GROUPS)))
    ordinary = INSURANCE_GROUPS.index("ordinary")
    for name in ("stayers", "hosts"):
        out[POPULATIONS.index(name), ordinary] = settings.lapse_share * own[ordinary] / 28_000
    return out


def audit(world: View, moment: Moment, settings: Settings) -> Iterator[Balance]:
    """Premiums are paid by members or for them, and every relocated person is insured (C16)."""
    persons, it = world.persons, world.households
    paid = int(it.premium_month.sum(dtype=np.int64)) + int(it.premium_subsidy_month.sum(dtype=np.int64))
    if moment.month % 12 != JANUARY:
        yield Balance("premiums out of season in fen", paid, 0)
        return
    heads = int(it.insured_members.sum(dtype=np.int64))
    yield Balance("premiums in fen", paid, heads * premium_of(moment.month // 12, settings))
    relocated = it.population[persons.household] == POPULATIONS.index("relocated")
    left_out = np.count_nonzero(relocated & (persons.alive != 0) & (persons.insured == 0))
    yield Balance("relocated people without insurance", int(left_out), 0)
