"""What must be conserved, counted two ways: every column here is 0 in a sound run."""

import numpy as np
from numpy.typing import NDArray

from simulation.contract import Indicator, outcome
from simulation.kernels.settling import count_at
from simulation.parameters import Settings
from simulation.recorder import Tally
from simulation.world import View


def _difference(unit: str, of: str, meaning: str) -> Indicator:
    return Indicator(unit, of, "", f"{meaning}; must be 0", -1)


CHINESE = {
    "audit_persons": "核对：人数。户规模与在世人口之差，必须为0",
    "audit_homes": "核对：住房。已占用住房与持有住房的家庭之差，必须为0",
    "audit_seats": "核对：学位。学校登记学生与有学位者之差，必须为0",
    "audit_teachers": "核对：教师。学校登记教师与在岗教师之差，必须为0",
    "audit_money": "核对：资金。期初加收入减支出加报销与期末之差，必须为0",
}  # fmt: skip


@outcome(
    reads=(
        "persons.alive", "persons.household", "persons.school", "teachers.school", "schools.pupils", "schools.teachers_now",
        "dwellings.occupied", "households.members", "households.dwelling",
        "households.income_month", "households.consumption_month", "households.care_paid_month", "households.refund_month",
        "households.opening_fen", "households.savings", "households.debt",
    ),
    indicators={
        "audit_persons": _difference("persons", "registered", "household sizes against living persons"),
        "audit_homes": _difference("homes", "place", "homes held of each size against households that hold one"),
        "audit_seats": _difference("seats", "place", "pupils that schools count against persons who hold a seat"),
        "audit_teachers": _difference("teachers", "place", "teachers that schools count against teachers who are there"),
        "audit_money": _difference("fen", "registered", "opening + income - consumption - care + refunds against closing"),
    },
    labels={"zh": CHINESE},
)  # fmt: skip
def measure(world: View, tally: Tally, month: int, settings: Settings) -> None:
    it, schools = world.households, world.schools
    everyone = np.ones(world.teachers.n, np.int8)
    tally.count(
        "audit_persons", "households", np.abs(it.members - _counted(world.persons.household, world.persons.alive, it.n))
    )
    held = _counted(it.dwelling, np.ones(it.n, np.int8), world.dwellings.n)
    tally.count("audit_homes", "dwellings", np.abs(held - world.dwellings.occupied))
    tally.count(
        "audit_seats",
        "schools",
        np.abs(schools.pupils - _counted(world.persons.school, world.persons.alive, schools.n)),
    )
    tally.count(
        "audit_teachers", "schools", np.abs(schools.teachers_now - _counted(world.teachers.school, everyone, schools.n))
    )
    expected = it.opening_fen + it.income_month - it.consumption_month - it.care_paid_month + it.refund_month
    tally.count("audit_money", "households", np.abs(expected - (it.savings - it.debt)))


def _counted(index: NDArray[np.int32], counts: NDArray[np.int8], rows: int) -> NDArray[np.int64]:
    out = np.zeros(rows, np.int64)
    count_at(index, counts, out)
    return out
