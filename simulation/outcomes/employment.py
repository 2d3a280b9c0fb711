"""Employment: who works by either definition, where, and in which households."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.contract import Indicator, outcome
from simulation.kernels.tabulate import sum_by
from simulation.parameters import Settings as Parameters
from simulation.parameters import parameter
from simulation.recorder import Tally
from simulation.sums import handed_out
from simulation.world import EMPLOYER_KINDS, View

_LABOURERS = "labourers (16 to 59, able, not students) registered"
_HOUSEHOLDS = "households registered with a labourer"
Flags = NDArray[np.bool_]


class Settings(Parameters):
    """The two definitions of work (domain 0.6)."""

    window_months: int = parameter(
        3, "months", 1, 12, "[derived] any paid work in the last 3 months", "months looked back, this one included"
    )
    full_hours: float = parameter(
        35.0, "hours a week", 1.0, 80.0, "[derived] at least 35 hours a week", "hours that count as full work"
    )
    farm_hours: float = parameter(40.0, "hours a week", 0.0, 80.0, "[prior]", "hours a week of a month of farm work")


EMPLOYERS_ZH = {
    "workshop": "帮扶车间", "micro_factory": "微型工厂", "park": "园区企业", "services": "服务业", "public_welfare": "公益性岗位",
    "self_employed": "自营", "township": "乡镇用工", "coast": "沿海企业",
}  # fmt: skip
CHINESE = {
    "zero_employment_households_count": "零就业家庭户数：有劳动力而近三个月无人就业的家庭",
    "zero_employment_share": "零就业家庭比重：近三个月无人就业的家庭占有劳动力家庭的比重",
    "labour_households_count": "有劳动力家庭户数：有劳动力的家庭",
    "labourers_count": "劳动力人数：含外出劳动力",
    "employed_count": "就业人数：近三个月有工作的劳动力，含从事商品农业者",
    "employment_rate_3m": "就业率（近三个月）：近三个月有工作的劳动力占16至59岁有劳动能力的非学生的比重，含商品农业",
    "employment_rate_35h": "就业率（每周35小时）：本月每周工作35小时及以上的劳动力比重",
    "employed_per_employed_household": "就业家庭户均就业人数：有就业者的家庭平均就业人数",
    "local_share": "就近就业比重：在本地或县城就业的劳动力比重",
    "coast_share": "沿海务工比重：在沿海务工的劳动力比重",
    "employed_50plus_count": "50岁及以上就业人数：近三个月有工作的50岁及以上劳动力",
    "employment_rate_50plus": "50岁及以上就业率：近三个月有工作者占50岁及以上劳动力的比重",
    "employment_rate_carers": "照料者就业率：近三个月有工作者占照料者的比重",
    "farm_only_count": "仅务农人数：近三个月仅从事农业的劳动力",
    **{f"employed_{kind}_count": f"{name}就业人数：受雇于{name}的人" for kind, name in EMPLOYERS_ZH.items()},
}  # fmt: skip


@outcome(
    reads=(
        "persons.household", "persons.age", "persons.labourer", "persons.carer", "persons.employer", "persons.last_paid_month",
        "persons.last_farm_month", "persons.hours_now", "persons.farm_work", "households.labourers", "households.members",
        "employers.kind",
    ),
    indicators={
        "zero_employment_households_count": Indicator("households", "registered", "", "households with labourers, none of whom worked in the last 3 months", -1),
        "zero_employment_share": Indicator("share", "registered", _HOUSEHOLDS, "those of whom nobody worked in the last 3 months", -1),
        "labour_households_count": Indicator("households", "registered", "", "households with a labourer"),
        "labourers_count": Indicator("persons", "registered", "", "labourers, away ones included"),
        "employed_count": Indicator("persons", "registered", "", "labourers who worked in the last 3 months, market farming included", 1),
        "employment_rate_3m": Indicator("share", "registered", _LABOURERS, "worked in the last 3 months, market farming included", 1),
        "employment_rate_35h": Indicator("share", "registered", _LABOURERS, "worked 35 hours a week or more this month", 1),
        "employed_per_employed_household": Indicator("persons", "registered", "households with an employed labourer", "labourers who worked in the last 3 months", 1),
        "local_share": Indicator("share", "registered", _LABOURERS, "with an employer at home or in town", 1),
        "coast_share": Indicator("share", "registered", _LABOURERS, "at work on the coast"),
        "employed_50plus_count": Indicator("persons", "registered", "", "labourers of 50 and more who worked in the last 3 months", 1),
        "employment_rate_50plus": Indicator("share", "registered", "labourers of 50 and more registered", "worked in the last 3 months", 1),
        "employment_rate_carers": Indicator("share", "registered", "carers registered", "worked in the last 3 months", 1),
        "farm_only_count": Indicator("persons", "registered", "", "labourers whose only work of the last 3 months was farming"),
        **{f"employed_{kind}_count": Indicator("persons", "registered", "", f"people with a link to an employer of the kind {kind}") for kind in EMPLOYER_KINDS},
    },
    labels={"zh": CHINESE},
)  # fmt: skip
def measure(world: View, tally: Tally, month: int, settings: Settings) -> None:
    persons = world.persons
    labourer = persons.labourer != 0
    since = month - settings.window_months
    paid = labourer & (persons.last_paid_month > since)
    worked = paid | (labourer & (persons.last_farm_month > since))
    _households(world, tally, worked)
    _persons(world, tally, labourer, worked, settings)
    tally.count("farm_only_count", "persons", worked & ~paid)
    _links(world, tally, labourer)


def _households(world: View, tally: Tally, worked: Flags) -> None:
    households = world.households
    workers = np.zeros(households.n, np.int64)
    sum_by(world.persons.household, worked, workers)
    with_labour = (households.members > 0) & (households.labourers > 0)
    idle = with_labour & (workers == 0)
    tally.count("zero_employment_households_count", "households", idle)
    tally.ratio("zero_employment_share", "households", idle, with_labour)
    tally.count("labour_households_count", "households", with_labour)
    tally.ratio("employed_per_employed_household", "households", workers, workers > 0)


def _persons(world: View, tally: Tally, labourer: Flags, worked: Flags, settings: Settings) -> None:
    persons = world.persons
    hours = persons.hours_now + np.float32(settings.farm_hours) * persons.farm_work
    older = labourer & (persons.age >= 50)
    tally.count("labourers_count", "persons", labourer)
    tally.count("employed_count", "persons", worked)
    tally.ratio("employment_rate_3m", "persons", worked, labourer)
    tally.ratio("employment_rate_35h", "persons", labourer & (hours >= settings.full_hours), labourer)
    tally.count("employed_50plus_count", "persons", worked & older)
    tally.ratio("employment_rate_50plus", "persons", worked & older, older)
    tally.ratio("employment_rate_carers", "persons", worked & (persons.carer != 0), persons.carer)


def _links(world: View, tally: Tally, labourer: Flags) -> None:
    """Count links by kind; -1 stands for no employer."""
    kinds: NDArray[Any] = handed_out(np.append(world.employers.kind, np.int8(-1)), world.persons.employer)
    coast = EMPLOYER_KINDS.index("coast")
    tally.ratio("local_share", "persons", (kinds >= 0) & (kinds != coast), labourer)
    tally.ratio("coast_share", "persons", kinds == coast, labourer)
    for code, kind in enumerate(EMPLOYER_KINDS):
        tally.count(f"employed_{kind}_count", "persons", kinds == code)
