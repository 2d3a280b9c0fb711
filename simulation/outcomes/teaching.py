"""Teachers of the county: how many and how good they are, where the good ones work, who leaves, what stands empty."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.contract import Indicator, outcome
from simulation.recorder import Tally
from simulation.world import SCHOOL_KINDS, SCHOOL_LEVELS

Flags = NDArray[np.bool_]
_ORIGIN_KINDS = tuple(SCHOOL_KINDS.index(kind) for kind in ("central", "teaching_point"))
_SITE = SCHOOL_KINDS.index("site")

_EXACT = 2.0**20
"""Quality is added up in whole parts of 2^-20 SD, one a millionth: such sums are exact in any order."""


def _by_level(level: str) -> dict[str, Indicator]:
    """Return what is told of the teachers of each level."""
    return {
        f"{level}_teacher_quality_mean": Indicator(
            "SD", "place", "teachers at work", f"quality of the teachers at work in {level} schools", 1
        ),
        f"{level}_teacher_newcomers_share": Indicator(
            "share", "place", "teachers at work", f"teachers of {level} schools who came within the last year", -1
        ),
        f"{level}_teacher_vacancies_count": Indicator(
            "posts", "place", "", f"own posts of {level} schools in which nobody works", -1
        ),
        f"{level}_teacher_vacancy_share": Indicator(
            "share", "place", "own posts", f"own posts of {level} schools in which nobody works", -1
        ),
    }


INDICATORS = {
    **{name: one for level in SCHOOL_LEVELS for name, one in _by_level(level).items()},
    "teacher_quality_mean": Indicator("SD", "place", "teachers at work", "quality of the teachers at work", 1),
    "teacher_quality_sum": Indicator(
        "SD", "place", "", "quality of the teachers at work, added up; transfers can't change the county's"
    ),
    "teacher_quality_gap": Indicator(
        "SD",
        "place",
        "teachers at work",
        "mean quality at the site less that at schools of the origins",
        poolable=False,
    ),
    "teachers_count": Indicator("persons", "place", "", "teachers at work, those lent to a school included"),
    "teacher_newcomers_share": Indicator(
        "share", "place", "teachers at work", "teachers who came to their school within the last year", -1
    ),
    "teacher_vacancies_count": Indicator("posts", "place", "", "own posts of schools in which nobody works", -1),
    "teacher_vacancy_share": Indicator("share", "place", "own posts", "own posts in which nobody works", -1),
    "teacher_leavers_rate_year": Indicator(
        "share a year", "place", "own posts", "teachers who left for good this month, brought to a year", -1
    ),
}


SCHOOLS_ZH = {"preschool": "幼儿园", "primary": "小学", "junior": "初中"}


def _labels_by_level(level: str, school: str) -> dict[str, str]:
    told = {
        "quality_mean": f"{school}教师素质：在岗教师素质均值",
        "newcomers_share": f"{school}新任教师比重：近一年内到校的教师",
        "vacancies_count": f"{school}教师空编数：学校自有岗位中无人在岗者",
        "vacancy_share": f"{school}教师空编率：学校自有岗位中无人在岗的比重",
    }
    return {f"{level}_teacher_{name}": text for name, text in told.items()}


CHINESE = {
    **{name: text for level, school in SCHOOLS_ZH.items() for name, text in _labels_by_level(level, school).items()},
    "teacher_quality_mean": "教师素质：在岗教师素质均值",
    "teacher_quality_sum": "教师素质合计：在岗教师素质之和，调动不改变全县合计",
    "teacher_quality_gap": "教师素质差距：安置点与迁出地学校教师素质均值之差",
    "teachers_count": "在岗教师数：含借调到校的教师",
    "teacher_newcomers_share": "新任教师比重：近一年内到校的教师",
    "teacher_vacancies_count": "教师空编数：学校自有岗位中无人在岗者",
    "teacher_vacancy_share": "教师空编率：学校自有岗位中无人在岗的比重",
    "teacher_leavers_rate_year": "教师年流失率：本月离职的教师，折算为一年",
}  # fmt: skip


@outcome(
    reads=(
        "schools.kind", "schools.level", "schools.teachers_now", "schools.newcomer_share", "schools.own_posts", "schools.vacancies",
        "schools.teachers_left", "teachers.quality_micro", "teachers.school",
    ),
    indicators=INDICATORS,
    labels={"zh": CHINESE},
)  # fmt: skip
def measure(world: Any, tally: Tally, month: int, settings: Any) -> None:
    """Add up quality over the teachers at work, then heads and posts over schools."""
    at = world.teachers.school
    quality = np.rint(world.teachers.quality_micro * (_EXACT / 1_000_000)) / _EXACT
    at_work = at >= 0
    kind = np.append(world.schools.kind, -1)[at]
    tally.ratio("teacher_quality_mean", "teachers", quality * at_work, at_work)
    tally.count("teacher_quality_sum", "teachers", quality * at_work)
    origin = np.isin(kind, _ORIGIN_KINDS)
    tally.plain("teacher_quality_gap", "teachers", _gap(quality, kind == _SITE, origin))
    levels = np.append(world.schools.level, -1)[at]
    for code, level in enumerate(SCHOOL_LEVELS):
        there = levels == code
        tally.ratio(f"{level}_teacher_quality_mean", "teachers", quality * there, there)
        _measure_posts(world.schools, tally, f"{level}_", world.schools.level == code)
    _measure_posts(world.schools, tally, "", np.ones(world.schools.n, np.bool_))
    heads = world.schools.teachers_now
    tally.count("teachers_count", "schools", heads)
    tally.ratio("teacher_leavers_rate_year", "schools", 12 * world.schools.teachers_left, world.schools.own_posts)


def _measure_posts(schools: Any, tally: Tally, prefix: str, chosen: Flags) -> None:
    heads, posts, vacancies = schools.teachers_now * chosen, schools.own_posts * chosen, schools.vacancies * chosen
    # A share of whole heads: rounding brings the heads back.
    tally.ratio(f"{prefix}teacher_newcomers_share", "schools", np.rint(schools.newcomer_share * heads), heads)
    tally.count(f"{prefix}teacher_vacancies_count", "schools", vacancies)
    tally.ratio(f"{prefix}teacher_vacancy_share", "schools", vacancies, posts)


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
