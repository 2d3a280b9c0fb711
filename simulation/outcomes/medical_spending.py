"""What care costs households: who pays which part of the bills, catastrophic and impoverishing spending."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulation import parameters
from simulation.contract import Indicator, outcome
from simulation.kernels.spending import capacity_to_pay, catastrophic, impoverished, sizes_alike
from simulation.ledger import fen
from simulation.parameters import option, parameter
from simulation.recorder import Tally
from simulation.world import View

_BILLS = "bills of the members this month"
_KNOWN = "households with living members, once 12 months are known"
_SIZES = 33
_LAYERS = {"pooled": "pooled_month", "basic": "paid_b_month", "critical": "paid_k_month", "assistance": "paid_m_month"}


class Settings(parameters.Settings):
    """Outcomes O25 and O26. Spending on care is what was laid out in 12 months less what was refunded in them."""

    food_share: float = parameter(
        0.40, "share", 0.2, 0.6, "[prior] fitted to C14; Engel's share of rural Guizhou about 0.30 [unverified]",
        "food in consumption; where it lies below subsistence food, it is what capacity to pay leaves out",
    )  # fmt: skip
    subsistence_food_year_yuan: float = parameter(
        5000.0, "yuan an equivalent person and year", 1000.0, 8000.0,
        "[derived] food of the region's median household in 2019, as Xu et al. 2003 define it",
        "subsistence food; a household needs it members ** size_exponent times",
    )  # fmt: skip
    size_exponent: float = parameter(
        0.56, "exponent", 0.3, 1.0, "[unverified: Xu et al. 2003]", "how needs grow with the members of a household"
    )
    poverty_line_yuan: float = parameter(
        4000.0, "yuan a head and year", 2300.0, 8000.0, "[S18]", "line below which care may push a household"
    )
    budget: Literal["consumption", "income"] = option(
        "consumption", "what 10 % and 25 % are shares of: all consumption with care, or income", "[derived] SDG 3.8.2"
    )


def _part(meaning: str) -> Indicator:
    return Indicator("share", "registered", _BILLS, meaning, 1)


def _households(meaning: str) -> Indicator:
    return Indicator("share", "registered", _KNOWN, meaning, -1)


CHINESE = {
    "reimbursed_pooled_share": "门诊统筹报销比重：医疗费用中由门诊统筹支付的部分",
    "reimbursed_basic_share": "基本医保报销比重：住院费用中由基本医保支付的部分",
    "reimbursed_critical_share": "大病保险报销比重：医疗费用中由大病保险支付的部分",
    "reimbursed_assistance_share": "医疗救助比重：医疗费用中由医疗救助支付的部分",
    "out_of_pocket_per_head_yuan_year": "人均年自付医疗费：个人自付部分，按本月折算",
    "premium_per_head_yuan": "人均医保缴费：成员本月（一月）缴纳的保费",
    "insured_share": "参保率：本年参保人口",
    "refunds_owed_yuan": "待报销医疗费：已垫付尚未报销的金额",
    "catastrophic_10_share": "灾难性医疗支出家庭比重（10%）：医疗支出不低于预算一成的家庭",
    "catastrophic_25_share": "灾难性医疗支出家庭比重（25%）：医疗支出不低于预算四分之一的家庭",
    "catastrophic_40_share": "灾难性医疗支出家庭比重（CHE40）：医疗支出不低于支付能力四成的家庭",
    "catastrophic_40_overshoot": "灾难性医疗支出超出度（CHE40）：医疗支出超过支付能力四成的部分",
    "impoverished_by_care_share": "因病致贫人口比重：支付医疗费后陷入贫困的人口",
}  # fmt: skip


@outcome(
    reads=(
        "persons.alive", "persons.insured",
        "households.members", "households.bill_month", "households.out_of_pocket_month",
        *(f"households.{column}" for column in _LAYERS.values()),
        "households.premium_month", "households.refund_owed_fen",
        "households.own_care_12m", "households.consumption_12m", "households.income_12m",
    ),
    indicators={
        "reimbursed_pooled_share": _part("part of the bills that outpatient pooling pays"),
        "reimbursed_basic_share": _part("part of the bills that basic insurance pays on stays"),
        "reimbursed_critical_share": _part("part of the bills that critical illness insurance pays"),
        "reimbursed_assistance_share": _part("part of the bills that medical assistance pays"),
        "out_of_pocket_per_head_yuan_year": Indicator(
            "yuan a head and year", "registered", "living members", "own part of the bills, at this month's rate", -1
        ),
        "premium_per_head_yuan": Indicator(
            "yuan a head", "registered", "living members", "premiums that members pay this month (January)", -1
        ),
        "insured_share": Indicator("share", "registered", "living people", "people insured this year", 1),
        "refunds_owed_yuan": Indicator("yuan", "registered", "", "laid out for care and not refunded yet", -1),
        "catastrophic_10_share": _households("spending on care of at least 10 % of the budget"),
        "catastrophic_25_share": _households("spending on care of at least 25 % of the budget"),
        "catastrophic_40_share": _households("spending on care of at least 40 % of capacity to pay (CHE40)"),
        "catastrophic_40_overshoot": Indicator(
            "share of capacity to pay", "registered", "households with catastrophic spending at 40 %",
            "mean positive overshoot: spending beyond 40 % of capacity to pay", -1,
        ),
        "impoverished_by_care_share": Indicator(
            "share", "registered", "living members, once 12 months are known",
            "people whose household is poor after paying for care and wasn't before", -1,
        ),
    },
    labels={"zh": CHINESE},
)  # fmt: skip
def measure(world: View, tally: Tally, month: int, settings: Settings) -> None:
    persons, it = world.persons, world.households
    for name, column in _LAYERS.items():
        tally.ratio(f"reimbursed_{name}_share", "households", getattr(it, column), it.bill_month)
    tally.ratio("out_of_pocket_per_head_yuan_year", "households", it.out_of_pocket_month * 0.12, it.members)
    tally.ratio("premium_per_head_yuan", "households", it.premium_month / 100, it.members)
    alive = persons.alive != 0
    tally.ratio("insured_share", "persons", alive & (persons.insured != 0), alive)
    tally.count("refunds_owed_yuan", "households", it.refund_owed_fen / 100)
    _measure_catastrophes(world, tally, month, settings)


def _measure_catastrophes(world: View, tally: Tally, month: int, settings: Settings) -> None:
    it = world.households
    counted = (it.members > 0) & (month >= world.start + 11)
    capacity, flag, excess = _capacity(world, settings), np.empty(it.n, np.bool_), np.empty(it.n)
    budget = (
        it.income_12m if settings.budget == "income" else it.consumption_12m + np.maximum(it.own_care_12m, 0)
    ).astype(np.float64)
    for percent in (10, 25):
        catastrophic(counted, it.own_care_12m, budget, percent / 100, flag, excess)
        tally.ratio(f"catastrophic_{percent}_share", "households", flag.copy(), counted)
    catastrophic(counted, it.own_care_12m, capacity, 0.4, flag, excess)
    tally.ratio("catastrophic_40_share", "households", flag, counted)
    tally.ratio("catastrophic_40_overshoot", "households", excess, flag)
    people = np.empty(it.n, np.int32)
    impoverished(counted, it.members, it.income_12m, it.own_care_12m, fen(settings.poverty_line_yuan), people)
    tally.ratio("impoverished_by_care_share", "households", people, np.where(counted, it.members, 0))


def _capacity(world: View, settings: Settings) -> NDArray[np.float64]:
    it = world.households
    sizes, out = np.empty(_SIZES), np.empty(it.n)
    sizes_alike(settings.size_exponent, sizes)
    capacity_to_pay(
        it.members, it.consumption_12m, it.own_care_12m, sizes, settings.food_share,
        float(fen(settings.subsistence_food_year_yuan)), out,
    )  # fmt: skip
    return out
