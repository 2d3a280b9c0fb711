"""Household income: level, sources, poverty and inequality, by where the household is registered."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simulation import parameters
from simulation.contract import Indicator, outcome
from simulation.kernels.indices import add_up_incomes, gini_of, pack_incomes, poverty_gaps, theil_between_of, theil_of
from simulation.ledger import fen
from simulation.parameters import parameter
from simulation.recorder import Tally
from simulation.world import POPULATIONS, View

_PEOPLE = "living members of registered households"
_YEAR = 0.12  # a month's fen as yuan a year


class Settings(parameters.Settings):
    """Domain 2.11: the lines."""

    poverty_line_yuan: float = parameter(
        4000.0, "yuan a head and year", 2300.0, 8000.0, "[S18]", "national poverty line of 2020"
    )
    monitoring_line_yuan: float = parameter(
        6000.0,
        "yuan a head and year",
        5000.0,
        7500.0,
        "[S17] 1.5 times the poverty line",
        "line of the monitoring against return into poverty",
    )


def _yuan(meaning: str, better: int = 0) -> Indicator:
    return Indicator("yuan a head and year", "registered", _PEOPLE, meaning, better)


def _below(meaning: str) -> Indicator:
    return Indicator("share", "registered", _PEOPLE, meaning, -1)


CHINESE = {
    "net_income_per_head_yuan_year": "人均年可支配收入：按本月折算",
    "wage_income_per_head_yuan_year": "人均年工资性收入：到达家庭的工资，按本月折算",
    "operating_income_per_head_yuan_year": "人均年经营净收入：自营、农业和自产食物，按本月折算",
    "property_income_per_head_yuan_year": "人均年财产净收入：土地租金和分红，按本月折算",
    "transfer_income_per_head_yuan_year": "人均年转移净收入：公共转移和亲属接济，减去保费，按本月折算",
    "consumption_per_head_yuan_year": "人均年消费：近12个月消费，含自产食物，不含医疗费",
    "debt_per_head_yuan": "人均债务：月末债务",
    "indebted_households_share": "负债家庭比重：有债务而无储蓄的家庭",
    "below_needs_share": "消费低于需要的家庭比重：因缺钱和缺信贷而消费不足的家庭",
    "wage_share": "工资占收入比重：工资占可支配收入",
    "poverty_headcount": "贫困发生率：近12个月收入低于贫困线的人口（FGT 0）",
    "poverty_gap": "贫困差距：与贫困线的平均差距（FGT 1）",
    "poverty_severity": "贫困强度：与贫困线差距的平方均值（FGT 2）",
    "monitoring_line_headcount": "低于监测线人口比重：近12个月收入低于防返贫监测线的人口（FGT 0）",
    "monitoring_line_gap": "监测线差距：与监测线的平均差距（FGT 1）",
    "monitoring_line_severity": "监测线差距强度：与监测线差距的平方均值（FGT 2）",
    "income_gini": "收入基尼系数：近12个月人均收入",
    "income_theil": "收入泰尔指数：近12个月人均收入",
    "income_theil_between": "组间泰尔指数：泰尔指数中各类人口之间的部分，其余在内部",
}  # fmt: skip


@outcome(
    reads=(
        "households.members", "households.population", "households.income_month", "households.income_12m", "households.wage_month",
        "households.self_employed_month", "households.farm_month", "households.own_produce_month", "households.property_month",
        "households.transfer_month", "households.premium_month", "households.debt", "households.below_needs", "households.consumption_12m",
    ),
    indicators={
        "net_income_per_head_yuan_year": _yuan("net income, at this month's rate", 1),
        "wage_income_per_head_yuan_year": _yuan("wages that reach the household, at this month's rate"),
        "operating_income_per_head_yuan_year": _yuan("self-employment, farming and own food, at this month's rate"),
        "property_income_per_head_yuan_year": _yuan("rent of land and dividends, at this month's rate"),
        "transfer_income_per_head_yuan_year": _yuan("public money and what kin give, less premiums, at this month's rate"),
        "consumption_per_head_yuan_year": _yuan("consumption of 12 months, own food included, medical bills apart", 1),
        "debt_per_head_yuan": Indicator("yuan a head", "registered", _PEOPLE, "debt at the end of the month", -1),
        "indebted_households_share": Indicator(
            "share", "registered", "households with living members", "households with debt and no savings left", -1
        ),
        "below_needs_share": Indicator(
            "share", "registered", "households with living members",
            "households that consume less than they need, for want of money and credit", -1,
        ),
        "wage_share": Indicator("share", "registered", "net income of the month", "wages in net income"),
        "poverty_headcount": _below("people below the poverty line over 12 months (FGT 0)"),
        "poverty_gap": _below("mean shortfall from that line, in shares of it (FGT 1)"),
        "poverty_severity": _below("mean squared shortfall (FGT 2)"),
        "monitoring_line_headcount": _below("people below the monitoring line over 12 months (FGT 0)"),
        "monitoring_line_gap": _below("mean shortfall from that line, in shares of it (FGT 1)"),
        "monitoring_line_severity": _below("mean squared shortfall (FGT 2)"),
        "income_gini": Indicator("index", "registered", "", "Gini coefficient of 12 months' income a head", -1, poolable=False),
        "income_theil": Indicator("index", "registered", "", "Theil's T of 12 months' income a head", -1, poolable=False),
        "income_theil_between": Indicator(
            "index", "registered", "", "the part of Theil's T that lies between the populations; the rest lies within",
            -1, poolable=False,
        ),
    },
    labels={"zh": CHINESE},
)  # fmt: skip
def measure(world: View, tally: Tally, month: int, settings: Settings) -> None:
    it = world.households
    sources = {
        "net": it.income_month,
        "wage": it.wage_month,
        "operating": it.self_employed_month + it.farm_month + it.own_produce_month,
        "property": it.property_month,
        "transfer": it.transfer_month - it.premium_month,
    }
    for name, amount in sources.items():
        tally.ratio(f"{name}_income_per_head_yuan_year", "households", amount * _YEAR, it.members)
    tally.ratio("wage_share", "households", it.wage_month, it.income_month)
    _measure_debt(world, tally)
    _measure_poverty(world, tally, "poverty", ("headcount", "gap", "severity"), settings.poverty_line_yuan)
    _measure_poverty(world, tally, "monitoring_line", ("headcount", "gap", "severity"), settings.monitoring_line_yuan)
    tally.plains(("income_gini", "income_theil", "income_theil_between"), "households", _indices(world))


def _measure_debt(world: View, tally: Tally) -> None:
    it = world.households
    lived_in = it.members > 0
    tally.ratio("consumption_per_head_yuan_year", "households", it.consumption_12m / 100, it.members)
    tally.ratio("debt_per_head_yuan", "households", it.debt / 100, it.members)
    tally.ratio("indebted_households_share", "households", lived_in & (it.debt > 0), lived_in)
    tally.ratio("below_needs_share", "households", lived_in & (it.below_needs != 0), lived_in)


def _measure_poverty(world: View, tally: Tally, line: str, names: tuple[str, ...], yuan: float) -> None:
    it = world.households
    found = np.empty(it.n, np.int32), np.empty(it.n), np.empty(it.n)
    poverty_gaps(it.income_12m, it.members, fen(yuan), *found)
    for name, values in zip(names, found, strict=True):
        tally.ratio(f"{line}_{name}", "households", values, it.members)


def _between(packed: NDArray[np.int64], rows: NDArray[np.intp], population: NDArray[np.int8]) -> float:
    """Part of Theil's T between populations; whole fen times persons stay exact in float64."""
    people, total = np.zeros((2, len(POPULATIONS)), np.int64)
    add_up_incomes(packed, rows, population, people, total)
    return float(theil_between_of(people.astype(np.float64), total.astype(np.float64)))


def _indices(world: View) -> Callable[[NDArray[np.intp]], tuple[float, float, float]]:
    it = world.households
    packed = np.empty(it.n, np.int64)
    pack_incomes(it.income_12m, it.members, packed)

    def of(rows: NDArray[np.intp]) -> tuple[float, float, float]:
        found = packed[rows]
        between = _between(packed, rows, it.population)
        found.sort()
        return float(gini_of(found)), float(theil_of(found)), between

    return of
