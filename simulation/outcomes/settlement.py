"""Settled households: who lives at the site with work, seats, care and income, and who has gone back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation import parameters
from simulation.contract import Indicator, outcome
from simulation.kernels.settling import count_deprivations, need_signs, work_signs
from simulation.ledger import fen
from simulation.parameters import parameter
from simulation.recorder import Tally
from simulation.sums import handed_out
from simulation.world import NOWHERE, PLACE_KINDS, View

_SITE = PLACE_KINDS.index("site")
_DIMENSIONS = 5
_HOUSEHOLDS = "living households registered at a site"

Flags = NDArray[np.bool_]


class Settings(parameters.Settings):
    """What counts as settled, and from how many lacks a household is deprived."""

    work_months: int = parameter(
        3,
        "months",
        1,
        12,
        "[derived] official count: any work in the last 3 months",
        "window in which a member must have worked",
    )
    school_minutes: int = parameter(30, "minutes", 10, 90, "[prior]", "longest daily way to school")
    care_months: int = parameter(1, "months", 1, 12, "[prior]", "window in which no visit may have gone unserved")
    income_line_yuan: float = parameter(
        6000.0,
        "yuan a head and year",
        4000.0,
        7500.0,
        "[S17] monitoring line",
        "income of 12 months that must be exceeded",
    )
    deprived_from: int = parameter(
        2, "lacks", 1, 5, "[prior] Alkire-Foster cutoff k", "lacks of the five from which a household is deprived"
    )


@dataclass(frozen=True)
class Signs:
    """The five parts of being settled, bool[households] each."""

    lives: Flags
    works: Flags
    schooled: Flags
    cared: Flags
    earns: Flags


def _share(meaning: str, better: int = 1) -> Indicator:
    return Indicator("share", "registered", _HOUSEHOLDS, meaning, better)


CHINESE = {
    "settled_households_share": "稳住家庭比重：居住、就业、就近入学、就医和收入五项均达标的安置点家庭",
    "settled_households_count": "稳住家庭户数：五项均达标的家庭",
    "settled_home_share": "在安置房居住的家庭比重：住在登记住房的家庭",
    "settled_work_share": "有人就业的家庭比重：近几个月有成员就业的家庭",
    "settled_school_share": "子女就近入学的家庭比重：义务教育阶段子女均有就近走读学位，寄宿不计",
    "settled_care_share": "就医得到满足的家庭比重：没有未获接诊的就诊",
    "settled_income_share": "收入达标的家庭比重：近12个月人均收入高于监测线",
    "deprived_households_share": "多维贫困家庭比重：有多项缺失的家庭（Alkire-Foster H）",
    "deprivation_intensity": "多维贫困强度：多维贫困家庭缺失项占五项的比重（A）",
    "adjusted_deprivation": "调整多维贫困指数：M0 = H x A",
    "returned_households_count": "返迁户数：搬迁后又回原村居住的家庭",
    "return_rate_12m": "返迁率（近12个月）：近12个月返回原村的搬迁家庭比重",
    "moved_households_count": "已搬迁户数：迄今已搬到安置点的家庭",
    "still_at_site_share": "留住率：仍住在安置点的搬迁家庭比重",
    "occupancy_share": "在住率：本月住在安置点的登记人口比重",
    "return_intention_share": "有返迁意愿的家庭比重：更愿住在原村的安置点家庭",
    "integration_mean": "社会融入度：安置点家庭融入程度，0至1",
}  # fmt: skip


@outcome(
    reads=(
        "persons.household", "persons.alive", "persons.place", "persons.last_paid_month", "persons.last_farm_month",
        "persons.grade", "persons.school_minutes", "persons.last_unmet_month",
        "households.registered", "households.home", "households.members", "households.moved_month",
        "households.returned_month", "households.income_12m", "households.integration", "households.return_intention",
        "places.kind",
    ),
    indicators={
        "settled_households_share": _share("live at the site with work, day seats, care and income above the line"),
        "settled_households_count": Indicator("households", "registered", "", "households settled in all five parts", 1),
        "settled_home_share": _share("live in the home they are registered at"),
        "settled_work_share": _share("a member worked in the last months"),
        "settled_school_share": _share("every child of compulsory age has a day seat near enough; boarding doesn't count"),
        "settled_care_share": _share("no visit went unserved"),
        "settled_income_share": _share("12 months' income a head above the line"),
        "deprived_households_share": _share("households with several lacks (Alkire-Foster H)", -1),
        "deprivation_intensity": Indicator("share", "registered", "deprived households", "lacks of the deprived, in shares of five (A)", -1),
        "adjusted_deprivation": _share("lacks of the deprived over all households (M0 = H x A)", -1),
        "returned_households_count": Indicator("households", "registered", "", "living households that moved and live in their village again", -1),
        "return_rate_12m": Indicator(
            "share", "registered", "living households that have moved", "went back to their village in the last 12 months", -1
        ),
        "moved_households_count": Indicator("households", "registered", "", "living households that have moved to the site so far"),
        "still_at_site_share": Indicator("share", "registered", "living households that have moved", "still live at the site", 1),
        "occupancy_share": Indicator("share", "registered", "living people registered at a site", "are there this month", 1),
        "return_intention_share": Indicator(
            "share", "registered", "living households that live at the site", "would rather live in their village", -1
        ),
        "integration_mean": Indicator("share", "registered", "living households that live at the site", "integration, 0 to 1", 1),
    },
    labels={"zh": CHINESE},
)  # fmt: skip
def measure(world: View, tally: Tally, month: int, settings: Settings) -> None:
    it = world.households
    base = (world.places.kind[it.registered] == _SITE) & (it.members > 0)
    signs = _signs(world, month, settings)
    _measure_settled(tally, signs, base)
    _measure_deprivation(tally, signs, base, settings.deprived_from)
    moved = base & (it.moved_month >= 0)
    there = moved & signs.lives
    tally.count("returned_households_count", "households", moved & ~signs.lives)
    went_back = moved & (it.returned_month > month - 12)
    tally.ratio("return_rate_12m", "households", went_back, moved)
    tally.count("moved_households_count", "households", moved)
    tally.ratio("still_at_site_share", "households", there, moved)
    tally.ratio("integration_mean", "households", it.integration * there, there)
    tally.ratio("return_intention_share", "households", (it.return_intention != 0) & there, there)
    _measure_presence(world, tally)


def _signs(world: View, month: int, settings: Settings) -> Signs:
    persons, it = world.persons, world.households
    works, schooled, cared = np.zeros(it.n, np.bool_), np.ones(it.n, np.bool_), np.ones(it.n, np.bool_)
    work_signs(
        persons.household,
        persons.alive,
        persons.last_paid_month,
        persons.last_farm_month,
        month - settings.work_months + 1,
        works,
    )
    need_signs(
        persons.household, persons.alive, persons.grade, persons.school_minutes, persons.last_unmet_month,
        settings.school_minutes, month - settings.care_months + 1, schooled, cared,
    )  # fmt: skip
    earns = it.income_12m > it.members.astype(np.int64) * fen(settings.income_line_yuan)
    return Signs(it.home == it.registered, works, schooled, cared, earns)


def _measure_settled(tally: Tally, signs: Signs, base: Flags) -> None:
    settled = base & signs.lives & signs.works & signs.schooled & signs.cared & signs.earns
    tally.count("settled_households_count", "households", settled)
    tally.ratio("settled_households_share", "households", settled, base)
    parts = {
        "home": signs.lives,
        "work": signs.works,
        "school": signs.schooled,
        "care": signs.cared,
        "income": signs.earns,
    }
    for name, has in parts.items():
        tally.ratio(f"settled_{name}_share", "households", has & base, base)


def _measure_deprivation(tally: Tally, signs: Signs, base: Flags, cutoff: int) -> None:
    n = len(base)
    lacks, poor, censored = np.empty(n, np.int8), np.empty(n, np.bool_), np.empty(n, np.int8)
    count_deprivations(
        signs.lives, signs.works, signs.schooled, signs.cared, signs.earns, cutoff, lacks, poor, censored
    )
    weight = censored * base / _DIMENSIONS
    tally.ratio("deprived_households_share", "households", poor & base, base)
    tally.ratio("deprivation_intensity", "households", weight, poor & base)
    tally.ratio("adjusted_deprivation", "households", weight, base)


def _measure_presence(world: View, tally: Tally) -> None:
    site = world.places.kind == _SITE
    registered = world.households.registered
    sites = np.where(site[registered], registered, NOWHERE - 1)  # which is nobody's place
    theirs = handed_out(sites, world.persons.household)
    tally.ratio("occupancy_share", "persons", world.persons.place == theirs, theirs >= 0)
