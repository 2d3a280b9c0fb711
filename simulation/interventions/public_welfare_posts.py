"""Public-welfare posts: part-time work paid by the county, households without any work first (L04)."""

from collections.abc import Callable, Iterable

from pydantic import model_validator

from simulation.clock import Clock
from simulation.contract import NewRow, Phasing, intervention
from simulation.desk import Desk
from simulation.interventions._ages import check_ages
from simulation.interventions._chinese import span_zh
from simulation.interventions._sums import jobs_of_posts
from simulation.ledger import Costs, Delivery, fen
from simulation.levers import Turn
from simulation.months import date_of
from simulation.parameters import parameter, quantity, reference
from simulation.world import EMPLOYER_KINDS


class Settings(Phasing):
    place: str = reference("places", "where the work is")
    posts: int = quantity("posts", 0, 100_000, "posts at full size")
    pay_month_yuan: float = parameter(
        800.0, "yuan a month", 0.0, 5_000.0, "[S44],[S38],[S42] 800-1,800", "paid for a filled post"
    )
    hours_week: float = parameter(30.0, "hours a week", 1.0, 60.0, "[prior]", "usual hours")
    min_age: int = parameter(18, "years", 16, 59, "[prior]", "youngest age hired")
    max_age: int = parameter(59, "years", 16, 75, "[derived] labour force ends at 59", "oldest age hired")
    zero_employment_first: int = parameter(
        1, "", 0, 1, "[prior] L04, L08", "1 if households without any work come first"
    )
    takes_carers: int = parameter(1, "", 0, 1, "[prior]", "1 if hours suit carers")
    delay_months: int = parameter(1, "months", 0, 60, "[prior] L04", "from decision to the first month")

    @model_validator(mode="after")
    def _hires_somebody(self) -> "Settings":
        check_ages(self.min_age, self.max_age)
        return self


def _identity(settings: Settings) -> str:
    return "/".join(filter(None, ("employer", settings.place, "public_posts", settings.name)))


def rows(settings: Settings) -> Iterable[NewRow]:
    """Bring the employer, without posts of its own."""
    yield NewRow("employers", _identity(settings), {
        "place": settings.place, "kind": EMPLOYER_KINDS.index("public_welfare"), "posts": 0,
        "pay_month_fen": fen(settings.pay_month_yuan), "months_worked": 12.0, "hours_week": settings.hours_week,
        "min_age": settings.min_age, "max_age": settings.max_age, "takes_carers": settings.takes_carers,
        "zero_employment_first": settings.zero_employment_first,
    })  # fmt: skip


@intervention
def contribute(levers: Turn, clock: Clock, settings: Settings, row: Callable[[str, str], int]) -> None:
    levers.add("employers.posts", row("employers", _identity(settings)), settings.posts * clock.strength)


def costs(settings: Settings) -> Costs:
    return Costs(units=settings.posts, deliveries=(Delivery("employers.filled", settings.pay_month_yuan),))


def desk(settings: Settings) -> tuple[Desk, ...]:
    """Posts times pay; where households without any work come first, each post also lifts one out of it."""
    as_if = "each post were filled and everybody hired had been idle"
    jobs = jobs_of_posts(settings.posts, settings.pay_month_yuan, settings.min_age, as_if)
    if not settings.zero_employment_first:
        return jobs
    text = f"{settings.posts} posts for households without any work = {settings.posts} households fewer without any"
    as_if = "each post went to a household of its own in which nobody would have worked"
    return (*jobs, Desk("zero_employment_households_count", -float(settings.posts), text, "posts", as_if=as_if))


def describe(settings: Settings) -> str:
    first = ", households without any work first" if settings.zero_employment_first else ""
    until = f" until {date_of(settings.ends)}" if settings.ends is not None else ""
    return (
        f"{settings.posts} public-welfare posts at {settings.place}, {settings.pay_month_yuan:,.0f} yuan a month{first}, "
        f"from {date_of(settings.first_month)}{until}"
    )


def describe_zh(settings: Settings) -> str:
    first = "，优先安排零就业家庭" if settings.zero_employment_first else ""
    pay = f"月报酬{settings.pay_month_yuan:,.0f}元"
    return f"在{settings.place}设{settings.posts}个公益性岗位，{pay}{first}，{span_zh(settings)}"
