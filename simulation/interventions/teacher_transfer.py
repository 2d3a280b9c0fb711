"""Teachers lent from some schools of the county to another: what one gains, the others lose."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator

from simulation.clock import Clock
from simulation.contract import NewRow, Phasing, intervention
from simulation.desk import Desk
from simulation.interventions._chinese import month_zh
from simulation.interventions._sums import seats_of_teachers
from simulation.ledger import Costs, Delivery
from simulation.levers import Turn
from simulation.months import date_of
from simulation.parameters import option, parameter, quantity, reference
from simulation.world import NOWHERE, PROGRAMME_KINDS, SCHOOL_KINDS, TEACHER_SELECTIONS

GIVERS = {f"{kind}_schools" if kind != "teaching_point" else "teaching_points": kind for kind in SCHOOL_KINDS}
"""Words that `from` takes besides the id of a school: all schools of a kind, of the receiving one's level."""
_GIVERS_ZH = {
    "site_schools": "安置点学校", "town_schools": "县城学校", "central_schools": "中心学校", "teaching_points": "教学点",
}  # fmt: skip


class Settings(Phasing):
    model_config = ConfigDict(populate_by_name=True)

    from_: str = Field(
        alias="from",
        description="who gives: the id of a school, or " + ", ".join(GIVERS),
        json_schema_extra={"unit": "", "source": "scenario", "table": "schools", "words": list(GIVERS)},
    )
    to: str = reference("schools", "the school that receives them")
    teachers: int = quantity(
        "teachers", 0, 500, "teachers lent out; they change schools at the next term, in March or September"
    )
    select: Literal["outstanding", "random"] = option("outstanding", "who goes: the best first, or by lot")
    term_months: int = parameter(
        0,
        "months",
        0,
        60,
        "[prior] L13",
        "how long one teacher is away before the next takes the turn; 0 until the measure ends",
    )
    allowance_year_yuan: float = parameter(
        12_600.0,
        "yuan a teacher-year",
        5_000.0,
        20_000.0,
        "[prior] L13: near the middle of the range, 1,050 a month",
        "relocation allowance of a teacher who is away",
    )

    @model_validator(mode="after")
    def _two_schools(self) -> "Settings":
        if self.from_ == self.to:
            raise ValueError(f"'{self.to}' would lend teachers to itself: name another school, or a kind of school")
        return self


def _identity(settings: Settings) -> str:
    return "/".join(part for part in ("programme", "teacher_transfer", settings.to, settings.name) if part)


def rows(settings: Settings) -> Iterable[NewRow]:
    kind = GIVERS.get(settings.from_)
    values = {
        "kind": PROGRAMME_KINDS.index("teacher_transfer"),
        "from_school": settings.from_ if kind is None else NOWHERE,
        "from_kind": NOWHERE if kind is None else SCHOOL_KINDS.index(kind),
        "to_school": settings.to,
        "select": TEACHER_SELECTIONS.index(settings.select),
        "months": settings.term_months,
    }
    yield NewRow("programmes", _identity(settings), values)


def mismatches(settings: Settings, tables: Mapping[str, Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    """Refuse a named school that teaches another level than the one that receives."""
    schools = tables.get("schools", {})
    giver, taker = schools.get(settings.from_), schools.get(settings.to)
    if giver is not None and taker is not None and giver.level != taker.level:
        what = f"'{settings.from_}' is a {giver.level} school and '{settings.to}' a {taker.level} school"
        yield "from", f"{what}; name one of the same level, or a kind of school"


@intervention
def contribute(levers: Turn, clock: Clock, settings: Settings, row: Callable[[str, str], int]) -> None:
    levers.add("programmes.places", row("programmes", _identity(settings)), settings.teachers * clock.strength)


def costs(settings: Settings) -> Costs:
    paid = Delivery("programmes.teachers_moved", settings.allowance_year_yuan / 12)
    return Costs(units=settings.teachers, deliveries=(paid,))


def desk(settings: Settings) -> Desk:
    """Seats where the teachers go; the sum doesn't look at where they come from."""
    as_if = "rooms were waiting for teachers, and the school that gives them lost no seats"
    return seats_of_teachers(settings.teachers, settings.allowance_year_yuan, as_if)


def describe(settings: Settings) -> str:
    who = "outstanding teachers" if settings.select == "outstanding" else "teachers chosen by lot"
    source = settings.from_.replace("_", " ") if settings.from_ in GIVERS else settings.from_
    until = f" until {date_of(settings.ends)}" if settings.ends is not None else ""
    since = f"from the first term in or after {date_of(settings.first_month)}"
    turns = f", each for {settings.term_months} months" if settings.term_months else ""
    return f"{settings.teachers} {who} from {source} teach at {settings.to} {since}{until}{turns}"


def describe_zh(settings: Settings) -> str:
    who = "名骨干教师" if settings.select == "outstanding" else "名抽签选出的教师"
    until = f"，至{month_zh(settings.ends)}前" if settings.ends is not None else ""
    turns = f"，每人{settings.term_months}个月" if settings.term_months else ""
    source = _GIVERS_ZH.get(settings.from_, settings.from_)
    since = f"自{month_zh(settings.first_month)}起的首个学期开始"
    return f"{settings.teachers}{who}从{source}到{settings.to}任教，{since}{until}{turns}"
