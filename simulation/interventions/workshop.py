"""A garment workshop: waged posts near home, with the subsidies that a county pays for them (L02)."""

from collections.abc import Callable, Iterable

from pydantic import model_validator

from simulation.clock import Clock
from simulation.contract import NewRow, Phasing, intervention
from simulation.desk import Desk
from simulation.interventions._ages import check_ages
from simulation.interventions._chinese import span_zh
from simulation.interventions._sums import jobs_of_posts
from simulation.interventions._support import months_of_support, subsidy_ends, support_text, support_text_zh
from simulation.ledger import Costs, Delivery, fen
from simulation.levers import Turn
from simulation.months import date_of
from simulation.parameters import parameter, quantity, reference
from simulation.world import EMPLOYER_KINDS


class Settings(Phasing):
    place: str = reference("places", "where it opens")
    posts: int = quantity("posts", 0, 100_000, "posts at full production")
    ramp_months: int = parameter(
        6, "months", 0, 60, "[prior] 50 of 100 posts filled before full production", "months to full size"
    )
    min_age: int = parameter(18, "years", 16, 59, "[syn] 18-50", "youngest age hired")
    max_age: int = parameter(50, "years", 16, 75, "[syn] 18-50", "oldest age hired")
    needs_training: int = parameter(0, "", 0, 1, "[prior]", "1 if only trained people are hired")
    takes_carers: int = parameter(1, "", 0, 1, "[prior] L02 target: women 20-50", "1 if hours suit carers")
    pay_month_yuan: float = parameter(3_000.0, "yuan a month", 0.0, 20_000.0, "[article]", "pay of a month worked")
    months_worked: float = parameter(11.5, "months a year", 0.0, 12.0, "[syn]", "months of work a year")
    hours_week: float = parameter(48.0, "hours a week", 1.0, 84.0, "[prior]", "usual hours")
    delay_months: int = parameter(8, "months", 0, 60, "[prior] L02: 6-12", "from decision to opening")
    setup_yuan_per_post: float = parameter(
        20_000.0, "yuan a post", 10_000.0, 40_000.0, "[prior] L02", "set-up, paid once"
    )
    bonus_first_yuan: float = parameter(20_000.0, "yuan", 0.0, 200_000.0, "[S41]", "paid once for the first staff")
    bonus_first_posts: int = parameter(15, "posts", 1, 200, "[S41]", "staff from which the first bonus is paid")
    bonus_further_yuan: float = parameter(
        1_000.0, "yuan a post", 0.0, 20_000.0, "[S41]", "paid once for each further post"
    )
    bonus_cap_yuan: float = parameter(100_000.0, "yuan", 0.0, 2_000_000.0, "[S41]", "most that is paid once")
    rent_support_yuan_year: float = parameter(
        5_000.0, "yuan a year", 0.0, 500_000.0, "[S41] 60 % of rent and power up to 5,000", "rent and power"
    )
    post_subsidy_yuan_month: float = parameter(
        225.0,
        "yuan a filled post and month",
        0.0,
        5_000.0,
        "[S41] 200 a month and 300 a year",
        "post and travel subsidy",
    )
    subsidy_months: int | None = months_of_support()

    @property
    def bonus_yuan(self) -> float:
        """What the county pays once for the staff hired."""
        if self.posts < self.bonus_first_posts:
            return 0.0
        further = self.posts - self.bonus_first_posts
        return min(self.bonus_cap_yuan, self.bonus_first_yuan + self.bonus_further_yuan * further)

    @model_validator(mode="after")
    def _hires_somebody(self) -> "Settings":
        check_ages(self.min_age, self.max_age)
        return self


def _identity(settings: Settings) -> str:
    return "/".join(filter(None, ("employer", settings.place, "workshop", settings.name)))


def rows(settings: Settings) -> Iterable[NewRow]:
    """Bring the employer, without posts of its own."""
    yield NewRow("employers", _identity(settings), {
        "place": settings.place, "kind": EMPLOYER_KINDS.index("workshop"), "posts": 0,
        "pay_month_fen": fen(settings.pay_month_yuan), "months_worked": settings.months_worked,
        "hours_week": settings.hours_week, "min_age": settings.min_age, "max_age": settings.max_age,
        "needs_training": settings.needs_training, "takes_carers": settings.takes_carers,
        "subsidy_ends": subsidy_ends(settings, settings.subsidy_months),
    })  # fmt: skip


@intervention
def contribute(levers: Turn, clock: Clock, settings: Settings, row: Callable[[str, str], int]) -> None:
    levers.add("employers.posts", row("employers", _identity(settings)), settings.posts * clock.strength)


def costs(settings: Settings) -> Costs:
    posts = max(settings.posts, 1)
    return Costs(
        units=settings.posts,
        capital_yuan_per_unit=settings.setup_yuan_per_post + settings.bonus_yuan / posts,
        monthly_yuan_per_unit=settings.rent_support_yuan_year / 12 / posts,
        deliveries=(Delivery("employers.filled", settings.post_subsidy_yuan_month),),
        supported_months=settings.subsidy_months,
    )


def desk(settings: Settings) -> tuple[Desk, ...]:
    """Posts times pay, as if everybody hired had been idle."""
    as_if = "each post were filled, orders came every month and everybody hired had been idle"
    return jobs_of_posts(settings.posts, settings.pay_month_yuan, settings.min_age, as_if)


def describe(settings: Settings) -> str:
    until = f" until {date_of(settings.ends)}" if settings.ends is not None else ""
    return (
        f"a workshop with {settings.posts} posts at {settings.place} for people of {settings.min_age} to {settings.max_age}, "
        f"{settings.pay_month_yuan:,.0f} yuan a month, from {date_of(settings.first_month)}{until}"
        f"{support_text(settings, settings.subsidy_months)}"
    )


def describe_zh(settings: Settings) -> str:
    return (
        f"在{settings.place}开办帮扶车间，{settings.posts}个岗位，招用{settings.min_age}至{settings.max_age}岁者，"
        f"月报酬{settings.pay_month_yuan:,.0f}元，{span_zh(settings)}{support_text_zh(settings, settings.subsidy_months)}"
    )
