"""Skills training: courses for labourers at home in a place, with a daily allowance (L06).

A place is filled again as soon as it is free. Who is on a course at the programme's end finishes it, paid for.
"""

from collections.abc import Callable, Iterable

from pydantic import Field, field_validator

from simulation.clock import Clock
from simulation.contract import NewRow, Phasing, intervention
from simulation.desk import Desk
from simulation.interventions._chinese import span_zh
from simulation.interventions._eligibility import Eligibility, parse
from simulation.interventions._sums import counts_of_jobs
from simulation.ledger import Costs, Delivery, fen
from simulation.levers import Turn
from simulation.months import date_of
from simulation.parameters import parameter, quantity, reference
from simulation.world import PROGRAMME_KINDS


class Settings(Phasing):
    place: str = reference("places", "the place whose labourers it serves, while they live there")
    places: int = quantity("places", 0, 100_000, "people on the course at a time")
    eligible: str = Field(
        "",
        description="who is admitted: comparisons of age joined by 'and', and 'not employed'; empty for every labourer",
        json_schema_extra={"unit": "", "source": "scenario"},
    )
    months: int = parameter(3, "months", 1, 24, "[prior] L06", "length of a course")
    days_month: int = parameter(20, "days a month", 1, 26, "[prior] L06", "days of training a month")
    completion_share: float = parameter(0.85, "share", 0.0, 1.0, "[prior] L06", "participants who complete")
    delay_months: int = parameter(3, "months", 0, 60, "[prior] L06: 2-6", "from decision to the first course")
    allowance_yuan_day: float = parameter(80.0, "yuan a day", 0.0, 1000.0, "[S42] 60 + 20", "paid to participants")
    tuition_yuan: float = parameter(
        1_500.0, "yuan a participant", 0.0, 20_000.0, "[prior] L06: 800-3,000", "cost of teaching one participant"
    )

    @field_validator("eligible")
    @classmethod
    def _understood(cls, text: str) -> str:
        parse(text)
        return text

    @property
    def rule(self) -> Eligibility:
        """Who is admitted."""
        return parse(self.eligible)


def _identity(settings: Settings) -> str:
    return "/".join(filter(None, ("programme", "skills_training", settings.place, settings.name)))


def rows(settings: Settings) -> Iterable[NewRow]:
    """Bring the programme, without places of its own."""
    rule = settings.rule
    yield NewRow("programmes", _identity(settings), {
        "kind": PROGRAMME_KINDS.index("skills_training"), "place": settings.place, "places": 0,
        "months": settings.months, "days_month": settings.days_month, "min_age": rule.min_age, "max_age": rule.max_age,
        "only_without_work": int(rule.only_without_work), "completion_share": settings.completion_share,
        "allowance_day_fen": fen(settings.allowance_yuan_day),
    })  # fmt: skip


@intervention
def contribute(levers: Turn, clock: Clock, settings: Settings, row: Callable[[str, str], int]) -> None:
    levers.add("programmes.places", row("programmes", _identity(settings)), settings.places * clock.strength)


def costs(settings: Settings) -> Costs:
    paid = Delivery("programmes.participant_days", settings.allowance_yuan_day)
    taught = Delivery("programmes.admissions", settings.tuition_yuan)
    return Costs(units=settings.places, deliveries=(paid, taught))


def desk(settings: Settings) -> tuple[Desk, ...]:
    """Places times completion is taken for jobs; of a programme without an end, its first course alone."""
    months = settings.months if settings.ends is None else settings.ends - settings.first_month
    courses = -(-months // settings.months)
    trained = settings.places * courses * settings.completion_share
    series = f" x {courses} courses" if courses > 1 else ""
    text = (
        f"{settings.places} places{series} x {settings.completion_share:.0%} complete = {trained:,.0f} trained, "
        f"{trained:,.0f} jobs, {settings.places * courses * _yuan_each(settings):,.0f} yuan"
    )
    as_if = "each place were taken and everybody trained found a job that nobody would have had without it"
    return tuple(
        Desk(outcome, trained, text, "jobs", as_if=as_if, least_age=age)
        for outcome, age in counts_of_jobs(settings.rule.min_age).items()
    )


def _yuan_each(settings: Settings) -> float:
    """What one participant of a whole course costs."""
    return settings.tuition_yuan + settings.allowance_yuan_day * settings.days_month * settings.months


def describe(settings: Settings) -> str:
    who = f" for those with {settings.eligible}" if settings.eligible.strip() else ""
    until = f" until {date_of(settings.ends)}" if settings.ends is not None else ""
    return f"{settings.places} training places at {settings.place}{who}, courses of {settings.months} months, from {date_of(settings.first_month)}{until}"


def describe_zh(settings: Settings) -> str:
    who = f"（条件：{settings.eligible}）" if settings.eligible.strip() else ""
    return f"在{settings.place}提供{settings.places}个培训名额{who}，每期{settings.months}个月，{span_zh(settings)}"
