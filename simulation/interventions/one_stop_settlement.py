"""One-stop settlement: patients pay their own part alone and wait for no refund (L26)."""

from collections.abc import Callable, Iterable

from simulation.clock import Clock
from simulation.contract import NewRow, Phasing, intervention
from simulation.desk import Desk
from simulation.interventions._chinese import span_zh
from simulation.ledger import Costs
from simulation.levers import Turn
from simulation.months import date_of
from simulation.parameters import parameter, quantity
from simulation.world import PROGRAMME_KINDS


class Settings(Phasing):
    in_force: int = quantity("", 0, 1, "1 puts it in force everywhere, 0 leaves the rules as they are")
    capital_yuan: float = parameter(
        500_000.0, "yuan", 0.0, 10_000_000.0, "[prior]", "to connect the county's hospitals and clinics to the fund"
    )
    monthly_yuan: float = parameter(10_000.0, "yuan a month", 0.0, 500_000.0, "[prior]", "to run the connection")
    delay_months: int = parameter(2, "months", 0, 60, "[prior] L26: 0-3", "from decision to the first month")


def _identity(settings: Settings) -> str:
    return "/".join(filter(None, ("programme", "one_stop_settlement", settings.name)))


def rows(settings: Settings) -> Iterable[NewRow]:
    """Bring the programme, which serves everybody once it has a place."""
    yield NewRow("programmes", _identity(settings), {"kind": PROGRAMME_KINDS.index("one_stop_settlement")})


@intervention
def contribute(levers: Turn, clock: Clock, settings: Settings, row: Callable[[str, str], int]) -> None:
    levers.add("programmes.places", row("programmes", _identity(settings)), settings.in_force * (clock.strength > 0))


def costs(settings: Settings) -> Costs:
    """The connection; reimbursements cost the same as before and only come sooner."""
    return Costs(settings.in_force, settings.capital_yuan, settings.monthly_yuan)


def desk(settings: Settings) -> tuple[Desk, ...]:
    """Who lays out nothing waits for nothing, and no stay is forgone: all that there is of either, unknown on paper."""
    share = -float(settings.in_force)
    owed = "nobody lays out a whole bill = no refund is owed any more"
    stays = "nobody has to prepay a whole stay = none is forgone"
    return (
        Desk("refunds_owed_yuan", share, owed, of_baseline=True, as_if="nothing were owed from before it"),
        Desk("forgone_stays_share", share, stays, of_baseline=True, as_if="everybody could pay the own part of a bill"),
    )


def describe(settings: Settings) -> str:
    until = f" until {date_of(settings.ends)}" if settings.ends is not None else ""
    what = "one-stop settlement: patients pay their own part alone" if settings.in_force else "no one-stop settlement"
    return f"{what}, from {date_of(settings.first_month)}{until}"


def describe_zh(settings: Settings) -> str:
    what = "一站式结算：患者只付个人自付部分" if settings.in_force else "不实行一站式结算"
    return f"{what}，{span_zh(settings)}"
