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
