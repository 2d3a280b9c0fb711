"""What pupils know, and how long they stay: achievement, dropping out, nine years finished, years of schooling."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.contract import Indicator, outcome
from simulation.months import SEPTEMBER, school_year
from simulation.recorder import Tally
from simulation.world import POPULATIONS

Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]
_RELOCATED, _HOSTS = POPULATIONS.index("relocated"), POPULATIONS.index("hosts")

INDICATORS = {
    "achievement_mean": Indicator("SD", "registered", "children of compulsory grades", "what they know", 1),
    "achievement_sd": Indicator(
        "SD", "registered", "children of compulsory grades", "spread of what they know", poolable=False
    ),
    "achievement_gap": Indicator(
        "SD",
        "registered",
        "children of compulsory grades",
        "what the relocated know less what the hosts know",
        1,
        poolable=False,
    ),
    "primary_dropout_rate_year": Indicator(
        "share a year", "registered", "primary pupils", "pupils who dropped out this month, brought to a year", -1
    ),
    "junior_dropout_rate_year": Indicator(
        "share a year", "registered", "junior pupils", "pupils who dropped out this month, brought to a year", -1
    ),
    "senior_dropout_rate_year": Indicator(
        "share a year", "registered", "students of 15 to 17", "who dropped out this month, brought to a year", -1
    ),
    "dropouts_count": Indicator("persons", "registered", "", "those under 18 who have dropped out", -1),
    "nine_year_retention": Indicator(
        "share",
        "registered",
        "those who were 15 on the last 31 August",
        "who didn't drop out before nine years; whole from the seventh year of a run on, as nobody is known to have "
        "dropped out before it",
        1,
    ),
    "schooling_years_at_20": Indicator(
        "years",
        "registered",
        "those of 20",
        "years of school finished, those now in tertiary counted as far as they are",
        1,
    ),
}
_SENIOR_AGES = (15, 17)
_ENTRY_AGE, _FINISHED, _ADULT, _GROWN, _OLDEST = 6, 15, 18, 20, 21
_LAST_PRIMARY = 6
_YEARS_OF = np.array([6, 9, 12, 16])
"""Years of school behind each education: primary or less, junior, senior, tertiary."""


CHINESE = {
    "achievement_mean": "学业水平：义务教育阶段儿童学业水平的均值",
    "achievement_sd": "学业水平离散度：义务教育阶段儿童学业水平的标准差",
    "achievement_gap": "学业差距：搬迁儿童与迁入地儿童学业水平之差",
    "primary_dropout_rate_year": "小学年辍学率：本月辍学的小学生，折算为一年",
    "junior_dropout_rate_year": "初中年辍学率：本月辍学的初中生，折算为一年",
    "senior_dropout_rate_year": "15至17岁学生年辍学率：本月辍学者，折算为一年",
    "dropouts_count": "辍学人数：18岁以下已辍学者",
    "nine_year_retention": "九年义务教育巩固率：未在九年内辍学者占上年8月31日满15岁者的比重；模拟满六年后才完整",
    "schooling_years_at_20": "20岁者受教育年限：已完成的学年数，在读大专以上者按已读计",
}  # fmt: skip


@outcome(
    reads=(
        "persons.alive", "persons.grade", "persons.achievement", "persons.population", "persons.age",
        "persons.birth_month", "persons.student", "persons.education", "persons.left_school_month",
    ),
    indicators=INDICATORS,
    labels={"zh": CHINESE},
)  # fmt: skip
def measure(world: Any, tally: Tally, month: int, settings: Any) -> None:
    """Look at what children of compulsory grades know; then at who leaves school and with how much of it."""
    _measure_achievement(world.persons, tally)
    young = np.flatnonzero((world.persons.alive != 0) & (world.persons.age <= _OLDEST))
    years = (school_year(month) - 1 - world.persons.birth_month[young]) // 12
    _measure_dropouts(world.persons, tally, month, young, years)
    _measure_years(world.persons, tally, month, young, years)


def _measure_achievement(p: Any, tally: Tally) -> None:
    rows = np.flatnonzero((p.alive != 0) & (p.grade >= 1))
    known = p.achievement
    tally.ratio("achievement_mean", "persons", known[rows].astype(np.float64), np.ones(len(rows), np.bool_), rows)
    tally.plain("achievement_sd", "persons", _spread(known), rows)
    relocated, hosts = p.population == _RELOCATED, p.population == _HOSTS
    tally.plain("achievement_gap", "persons", _gap(known, relocated, hosts), rows)


def _measure_dropouts(p: Any, tally: Tally, month: int, young: Rows, years: NDArray[np.int32]) -> None:
    left = p.left_school_month[young]
    now = left == month
    there = (left < 0) | now
    grade = p.grade[young]
    levels = {
        "primary": (grade >= 1) & (grade <= _LAST_PRIMARY),
        "junior": grade > _LAST_PRIMARY,
        "senior": (p.student[young] != 0) & (years >= _SENIOR_AGES[0]) & (years <= _SENIOR_AGES[1]) & (grade < 1),
    }
    for level, chosen in levels.items():
        at_risk = chosen & there
        tally.ratio(f"{level}_dropout_rate_year", "persons", np.int8(12) * (at_risk & now), at_risk, young)
    tally.count("dropouts_count", "persons", (left >= 0) & (p.age[young] < _ADULT), young)


def _measure_years(p: Any, tally: Tally, month: int, young: Rows, years: NDArray[np.int32]) -> None:
    left = p.left_school_month[young]
    finishing = years == _FINISHED
    stayed = (left < 0) | (left >= school_year(month))
    tally.ratio("nine_year_retention", "persons", finishing & stayed, finishing, young)
    grown = p.age[young] == _GROWN
    rows = young[grown]
    behind = years_of_school(p.education[rows], p.student[rows], years[grown], left[grown], p.birth_month[rows])
    tally.ratio("schooling_years_at_20", "persons", behind, np.ones(len(rows), np.bool_), rows)


def years_of_school(
    education: NDArray[np.int8],
    student: NDArray[np.int8],
    years: NDArray[np.int32],
    left: NDArray[np.int32],
    birth_month: NDArray[np.int32],
) -> NDArray[np.int64]:
    """Return the years of school finished, int64[n].

    Whoever dropped out has those before the school year in which it left; a student has as many as its
    age on 31 August (`years`) lies beyond 6; the others have those of their `education`.
    """
    septembers = left - (left - SEPTEMBER) % 12
    age_then = (septembers - 1 - birth_month) // 12
    settled = _YEARS_OF[education]
    studying = np.maximum(settled, years - _ENTRY_AGE)
    found = np.where(left >= 0, age_then - _ENTRY_AGE, np.where(student != 0, studying, settled))
    return np.maximum(found, 0).astype(np.int64)


def _spread(values: NDArray[Any]) -> Callable[[NDArray[np.intp]], float]:
    def statistic(rows: NDArray[np.intp]) -> float:
        return float(values[rows].std(dtype=np.float64)) if len(rows) > 1 else float("nan")

    return statistic


def _gap(values: NDArray[Any], these: Flags, those: Flags) -> Callable[[NDArray[np.intp]], float]:
    """Return the mean of these less the mean of those; NaN where either are missing."""

    def statistic(rows: NDArray[np.intp]) -> float:
        one, other = values[rows][these[rows]], values[rows][those[rows]]
        return (
            float(one.mean(dtype=np.float64) - other.mean(dtype=np.float64))
            if len(one) and len(other)
            else float("nan")
        )

    return statistic
