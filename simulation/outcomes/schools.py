"""Schools as pupils meet them: the way, a seat, the class and who stands before it."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.contract import Indicator, outcome
from simulation.parameters import Settings as Base
from simulation.parameters import parameter
from simulation.recorder import Tally
from simulation.world import SCHOOL_KINDS, SCHOOL_LEVELS

Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]
_GRADES = {"preschool": (-2, 0), "primary": (1, 6), "junior": (7, 9)}
_PRIMARY = SCHOOL_LEVELS.index("primary")
_TOWN = SCHOOL_KINDS.index("town")
_NONE_IN_REACH, _ALL_FULL = 1, 2


class Settings(Base):
    """From where on a way is long and a class large."""

    long_way_minutes: int = parameter(30, "minutes", 15, 60, "[prior] O12", "a way to school longer than this is long")
    large_class_pupils: int = parameter(
        55, "pupils", 50, 60, "[unverified: MOE, 56 and more]", "a class of more pupils than this is large"
    )
    super_large_class_pupils: int = parameter(
        65, "pupils", 60, 75, "[unverified: MOE, 66 and more]", "a class of more pupils than this is super-large"
    )


def _by_level(level: str) -> dict[str, Indicator]:
    """Return what is counted of each level: pupils, boarders, children without a seat, seats, classes, teachers."""
    found = {
        f"{level}_pupils_count": Indicator(
            "persons", "registered", "", f"children with a seat in a {level} school, boarders included", 1
        ),
        f"{level}_unplaced_count": Indicator(
            "persons", "registered", "", f"children who look for a {level} seat and have none", -1
        ),
        f"{level}_unplaced_no_school_count": Indicator(
            "persons", "registered", "", f"those of them who have no {level} school in reach", -1
        ),
        f"{level}_unplaced_full_count": Indicator(
            "persons", "registered", "", f"those of them for whom all {level} schools in reach are full", -1
        ),
        f"{level}_seat_shortfall_count": Indicator(
            "persons",
            "place",
            "",
            f"pupils who wanted a grade of a {level} school first, beyond its standard seats",
            -1,
        ),
        f"{level}_class_size_mean": Indicator(
            "pupils", "place", "classes", f"pupils of a {level} class, those from outside included", -1
        ),
        f"{level}_pupils_per_teacher": Indicator(
            "pupils", "place", "teachers at work", f"pupils of a {level} teacher, those from outside included", -1
        ),
        f"{level}_school_minutes_mean": Indicator(
            "minutes", "registered", "day pupils", f"daily way to a {level} school, from door to door", -1
        ),
        f"{level}_empty_seats_share": Indicator(
            "share", "place", "standard seats", f"standard seats of {level} schools that nobody holds"
        ),
    }
    if level != "preschool":
        found[f"{level}_boarders_count"] = Indicator(
            "persons", "registered", "", f"{level} pupils who board, at whatever school", -1
        )
    return found


INDICATORS = {
    **{name: one for level in SCHOOL_LEVELS for name, one in _by_level(level).items()},
    "class_size_mean": Indicator(
        "pupils", "place", "classes", "pupils of a primary or junior class, those from outside included", -1
    ),
    "pupils_per_teacher": Indicator(
        "pupils", "place", "teachers at work", "pupils of a primary or junior teacher, those from outside included", -1
    ),
    "school_minutes_mean": Indicator(
        "minutes", "registered", "day pupils", "daily way to school, from door to door", -1
    ),
    "school_long_way_share": Indicator("share", "registered", "day pupils", "day pupils with a long way to school", -1),
    "school_minutes_p90": Indicator(
        "minutes", "registered", "day pupils", "way that nine of ten day pupils don't exceed", -1, poolable=False
    ),
    "pupil_class_size_mean": Indicator(
        "pupils", "registered", "primary and junior pupils", "pupils of the class in which a pupil sits", -1
    ),
    "large_class_share": Indicator(
        "share", "registered", "primary and junior pupils", "pupils who sit in a large class", -1
    ),
    "super_large_class_share": Indicator(
        "share", "registered", "primary and junior pupils", "pupils who sit in a super-large class", -1
    ),
    "shared_room_pupils_count": Indicator(
        "persons", "registered", "", "pupils who share room and teacher with another grade", -1
    ),
    "town_school_pupils_count": Indicator(
        "persons", "registered", "", "day pupils and boarders of a primary or junior school of the town"
    ),
    "blocking_pairs_count": Indicator(
        "pairs", "place", "", "pupils with justified envy of a seat after the last round", -1
    ),
    "open_schools_count": Indicator("schools", "place", "", "schools that take pupils"),
    "standard_seats_count": Indicator(
        "seats", "place", "", "seats within the norms of rooms, desks and teachers, pupils from outside taken off", 1
    ),
}


SCHOOLS_ZH = {"preschool": "幼儿园", "primary": "小学", "junior": "初中"}


def _labels_by_level(level: str, school: str) -> dict[str, str]:
    told = {
        "pupils_count": f"{school}在校人数：有{school}学位的儿童，含寄宿",
        "unplaced_count": f"{school}无学位人数：需要{school}学位而没有的儿童",
        "unplaced_no_school_count": f"{school}无学位人数（无校可达）：其中可达范围内没有{school}的儿童",
        "unplaced_full_count": f"{school}无学位人数（学校已满）：其中可达的{school}均已满的儿童",
        "seat_shortfall_count": f"{school}学位缺口：首选某校某年级而超出标准学位的学生",
        "class_size_mean": f"{school}班级平均人数：含外来学生",
        "pupils_per_teacher": f"{school}生师比：含外来学生",
        "school_minutes_mean": f"{school}上学时间：单程门到门分钟",
        "empty_seats_share": f"{school}空余学位比重：无人占用的标准学位",
        **({} if level == "preschool" else {"boarders_count": f"{school}寄宿人数：寄宿的{school}生，不论在何校"}),
    }
    return {f"{level}_{name}": text for name, text in told.items()}


CHINESE = {
    **{name: text for level, school in SCHOOLS_ZH.items() for name, text in _labels_by_level(level, school).items()},
    "class_size_mean": "班级平均人数：小学和初中班级人数，含外来学生",
    "pupils_per_teacher": "生师比：每名小学、初中教师的学生数，含外来学生",
    "school_minutes_mean": "上学时间：走读生单程门到门分钟",
    "school_long_way_share": "远距离上学比重：上学路程长的走读生",
    "school_minutes_p90": "上学时间第90百分位：九成走读生不超过的上学时间",
    "pupil_class_size_mean": "学生所在班级平均人数：按学生计的小学、初中班级人数",
    "large_class_share": "大班额学生比重：在大班额班级就读的学生",
    "super_large_class_share": "超大班额学生比重：在超大班额班级就读的学生",
    "shared_room_pupils_count": "复式教学学生数：与其他年级共用教室和教师的学生",
    "town_school_pupils_count": "县城学校学生数：在县城小学、初中走读或寄宿的学生",
    "blocking_pairs_count": "阻碍对：末轮分配后有正当嫉妒的学生",
    "open_schools_count": "开办学校数：招生的学校",
}  # fmt: skip


@outcome(
    reads=(
        "persons.alive", "persons.grade", "persons.school", "persons.boarding_school", "persons.school_minutes",
        "persons.unplaced", "persons.class_size", "persons.shares_room", "schools.level", "schools.kind",
        "schools.open", "schools.pupils", "schools.outside_pupils", "schools.classes", "schools.teachers_now",
        "schools.standard_seats", "grades.school", "grades.standard_seats", "grades.applicants",
        "grades.blocking_pairs",
    ),
    indicators=INDICATORS,
    labels={"zh": CHINESE},
)  # fmt: skip
def measure(world: Any, tally: Tally, month: int, settings: Settings) -> None:
    """Count pupils, then seats, then the way and the class."""
    children = np.flatnonzero((world.persons.alive != 0) & (world.persons.grade >= _GRADES["preschool"][0]))
    for code, level in enumerate(SCHOOL_LEVELS):
        chosen = world.schools.level == code
        rows = _measure_pupils(world, tally, level, children)
        _measure_minutes(world, tally, f"{level}_", rows)
        _measure_seats(world, tally, level, chosen)
        _measure_crowding(world, tally, f"{level}_", chosen)
    _measure_crowding(world, tally, "", world.schools.level >= _PRIMARY)
    _measure_way(world, tally, settings, children)
    _measure_classes(world, tally, settings, children)
    tally.count("blocking_pairs_count", "grades", world.grades.blocking_pairs)
    tally.count("open_schools_count", "schools", world.schools.open != 0)
    tally.count("standard_seats_count", "schools", world.schools.standard_seats)


def _measure_pupils(world: Any, tally: Tally, level: str, children: Rows) -> Rows:
    p = world.persons
    low, high = _GRADES[level]
    grade = p.grade[children]
    rows: Rows = children[(grade >= low) & (grade <= high)]
    unplaced = p.unplaced[rows]
    tally.count(f"{level}_pupils_count", "persons", p.school[rows] >= 0, rows)
    tally.count(f"{level}_unplaced_count", "persons", unplaced > 0, rows)
    tally.count(f"{level}_unplaced_no_school_count", "persons", unplaced == _NONE_IN_REACH, rows)
    tally.count(f"{level}_unplaced_full_count", "persons", unplaced == _ALL_FULL, rows)
    if level != "preschool":
        tally.count(f"{level}_boarders_count", "persons", p.boarding_school[rows] >= 0, rows)
    return rows


def _measure_minutes(world: Any, tally: Tally, prefix: str, children: Rows) -> Rows:
    minutes = world.persons.school_minutes
    rows: Rows = children[minutes[children] >= 0]
    tally.ratio(f"{prefix}school_minutes_mean", "persons", minutes[rows], np.ones(len(rows), np.bool_), rows)
    return rows


def _measure_seats(world: Any, tally: Tally, level: str, chosen: Flags) -> None:
    schools, grades = world.schools, world.grades
    short = np.maximum(grades.applicants - grades.standard_seats, 0) * chosen[grades.school]
    tally.count(f"{level}_seat_shortfall_count", "grades", short)
    empty = np.maximum(schools.standard_seats - schools.pupils, 0) * chosen
    tally.ratio(f"{level}_empty_seats_share", "schools", empty, schools.standard_seats * chosen)


def _measure_crowding(world: Any, tally: Tally, prefix: str, chosen: Flags) -> None:
    schools = world.schools
    pupils = (schools.pupils + schools.outside_pupils * (schools.open != 0)) * chosen
    tally.ratio(f"{prefix}class_size_mean", "schools", pupils, schools.classes * chosen)
    tally.ratio(f"{prefix}pupils_per_teacher", "schools", pupils, schools.teachers_now * chosen)


def _measure_way(world: Any, tally: Tally, settings: Settings, children: Rows) -> None:
    minutes = world.persons.school_minutes
    rows = _measure_minutes(world, tally, "", children)
    way, each = minutes[rows], np.ones(len(rows), np.bool_)
    tally.ratio("school_long_way_share", "persons", way > settings.long_way_minutes, each, rows)
    tally.plain("school_minutes_p90", "persons", _ninth_of_ten(minutes), rows)


def _ninth_of_ten(minutes: NDArray[np.int16]) -> Callable[[NDArray[np.intp]], float]:
    def statistic(rows: NDArray[np.intp]) -> float:
        found = np.sort(minutes[rows])
        # The smallest way that at least nine of ten don't exceed: a way that somebody has.
        return float(found[-(-9 * len(found) // 10) - 1]) if len(found) else float("nan")

    return statistic


def _measure_classes(world: Any, tally: Tally, settings: Settings, children: Rows) -> None:
    p, schools = world.persons, world.schools
    rows = children[p.school[children] >= 0]
    size, older = p.class_size[rows], p.grade[rows] >= 1
    tally.ratio("pupil_class_size_mean", "persons", (size * older).astype(np.float64), older, rows)
    tally.ratio("large_class_share", "persons", older & (size > settings.large_class_pupils), older, rows)
    tally.ratio("super_large_class_share", "persons", older & (size > settings.super_large_class_pupils), older, rows)
    tally.count("shared_room_pupils_count", "persons", p.shares_room[rows] != 0, rows)
    tally.count("town_school_pupils_count", "persons", older & (schools.kind[p.school[rows]] == _TOWN), rows)
