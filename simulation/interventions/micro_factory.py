"""A micro-factory: piecework near home for the over-50s and carers (L01)."""

from collections.abc import Callable, Iterable

from pydantic import model_validator

from simulation.clock import Clock
from simulation.contract import NewRow, Phasing, intervention
from simulation.desk import Desk
from simulation.interventions._ages import check_ages
from simulation.interventions._chinese import span_zh
from simulation.interventions._sums import jobs_of_posts
from simulation.interventions._support import months_of_support, subsidy_ends, support_text, support_text_zh
from simulation.ledger import Costs, fen
from simulation.levers import Turn
from simulation.months import date_of
from simulation.parameters import parameter, quantity, reference
from simulation.world import EMPLOYER_KINDS


class Settings(Phasing):
    place: str = reference("places", "where it opens")
    posts: int = quantity("posts", 0, 100_000, "posts at full size")
    min_age: int = parameter(50, "years", 16, 59, "[article] all 38 workers over 50", "youngest age hired")
    max_age: int = parameter(59, "years", 16, 75, "[derived] labour force ends at 59", "oldest age hired")
    piece_rate_yuan: float = parameter(
        0.08, "yuan a piece", 0.0, 10.0, "[derived] 40 yuan for 500 pieces", "piece rate"
    )
    pieces_day: float = parameter(500.0, "pieces a day", 0.0, 20_000.0, "[article]", "pieces a worker finishes a day")
    days_month: float = parameter(22.0, "days a month", 1.0, 31.0, "[derived] 22-26", "working days")
    months_worked: float = parameter(
        11.0, "months a year", 0.0, 12.0, "[syn] 38 posts, 22 days, 11 months", "months with orders"
    )
    hours_week: float = parameter(40.0, "hours a week", 1.0, 84.0, "[prior]", "hours of a worker with orders")
    takes_carers: int = parameter(1, "", 0, 1, "[prior] L01 target: 50+, carers", "1 if hours suit carers")
    delay_months: int = parameter(4, "months", 0, 60, "[prior] L01: 3-6", "from decision to opening")
    setup_yuan_per_post: float = parameter(
        8_500.0, "yuan a post", 2_000.0, 15_000.0, "[prior] L01: middle of the range", "set-up, paid once"
    )
    support_yuan_per_post_month: float = parameter(
        0.0, "yuan a post and month", 0.0, 2_000.0, "[prior] L01: wages are private", "rent support, paid by the public"
    )
    subsidy_months: int | None = months_of_support()

    @property
    def pay_month_fen(self) -> int:
        """Pay of a month with orders, fen."""
        return fen(self.piece_rate_yuan * self.pieces_day * self.days_month)

    @model_validator(mode="after")
    def _hires_somebody(self) -> "Settings":
        check_ages(self.min_age, self.max_age)
        return self


def _identity(settings: Settings) -> str:
    return "/".join(filter(None, ("employer", settings.place, "micro_factory", settings.name)))


def rows(settings: Settings) -> Iterable[NewRow]:
    """Bring the employer, without posts of its own."""
    yield NewRow("employers", _identity(settings), {
        "place": settings.place, "kind": EMPLOYER_KINDS.index("micro_factory"), "posts": 0,
        "pay_month_fen": settings.pay_month_fen, "months_worked": settings.months_worked, "hours_week": settings.hours_week,
        "min_age": settings.min_age, "max_age": settings.max_age, "takes_carers": settings.takes_carers,
        "subsidy_ends": subsidy_ends(settings, settings.subsidy_months),
    })  # fmt: skip


@intervention
def contribute(levers: Turn, clock: Clock, settings: Settings, row: Callable[[str, str], int]) -> None:
    levers.add("employers.posts", row("employers", _identity(settings)), settings.posts * clock.strength)


def costs(settings: Settings) -> Costs:
    return Costs(
        units=settings.posts,
        capital_yuan_per_unit=settings.setup_yuan_per_post,
        monthly_yuan_per_unit=settings.support_yuan_per_post_month,
        supported_months=settings.subsidy_months,
    )


def desk(settings: Settings) -> tuple[Desk, ...]:
    """Posts times pay, as if orders came every month and everybody hired had been idle."""
    as_if = "each post were filled, orders came every month and everybody hired had been idle"
    return jobs_of_posts(settings.posts, settings.pay_month_fen / 100, settings.min_age, as_if)


def describe(settings: Settings) -> str:
    until = f" until {date_of(settings.ends)}" if settings.ends is not None else ""
    return (
        f"a micro-factory with {settings.posts} posts at {settings.place} for people of {settings.min_age} and more, "
        f"{settings.pay_month_fen / 100:,.0f} yuan a month, from {date_of(settings.first_month)}{until}"
        f"{support_text(settings, settings.subsidy_months)}"
    )


def describe_zh(settings: Settings) -> str:
    return (
        f"在{settings.place}开办微型工厂，{settings.posts}个岗位，招用{settings.min_age}岁及以上者，"
        f"月报酬{settings.pay_month_fen / 100:,.0f}元，{span_zh(settings)}{support_text_zh(settings, settings.subsidy_months)}"
    )
