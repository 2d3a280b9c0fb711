"""Premium subsidy: the county pays a part of what people owe for the basic insurance each January (L24)."""

from collections.abc import Callable, Iterable
from typing import Literal

from simulation.clock import Clock
from simulation.contract import NewRow, Phasing, intervention
from simulation.desk import Desk
from simulation.interventions._chinese import month_zh
from simulation.ledger import Costs, Delivery, fen
from simulation.levers import Turn
from simulation.months import date_of
from simulation.parameters import option, quantity
from simulation.world import INSURANCE_GROUPS, NOWHERE, PROGRAMME_KINDS

_GROUPS_ZH = {
    "ordinary": "普通参保人", "poverty_exited": "脱贫人口", "monitored": "监测对象", "dibao": "低保对象", "tekun": "特困人员",
}  # fmt: skip


class Settings(Phasing):
    group: Literal["all", "ordinary", "poverty_exited", "monitored", "dibao", "tekun"] = option(
        "all", "insurance group whose members it serves, or all"
    )
    yuan_person_year: float = quantity(
        "yuan a person-year", 0, 1000, "paid towards each premium, never more than what is left of it"
    )


def _identity(settings: Settings) -> str:
    return "/".join(filter(None, ("programme", "premium_subsidy", settings.group, settings.name)))


def rows(settings: Settings) -> Iterable[NewRow]:
    """Bring the programme, out of force."""
    group = NOWHERE if settings.group == "all" else INSURANCE_GROUPS.index(settings.group)
    yield NewRow("programmes", _identity(settings), {
        "kind": PROGRAMME_KINDS.index("premium_subsidy"), "insurance_group": group,
        "subsidy_year_fen": fen(settings.yuan_person_year),
    })  # fmt: skip


@intervention
def contribute(levers: Turn, clock: Clock, settings: Settings, row: Callable[[str, str], int]) -> None:
    """In force or not: premiums are paid once a year, so there is nothing to ramp."""
    levers.add("programmes.places", row("programmes", _identity(settings)), float(clock.strength > 0))


def costs(settings: Settings) -> Costs:
    """What it pays, booked in January."""
    return Costs(settings.yuan_person_year, deliveries=(Delivery("programmes.premiums_paid_fen", 0.01),))


def desk(settings: Settings) -> tuple[Desk, ...]:
    """The subsidy off everybody's premium; how many belong to a group isn't known on paper."""
    if settings.group != "all":
        return ()
    month = settings.yuan_person_year / 12
    text = f"{settings.yuan_person_year:g} yuan off each yearly premium = {month:,.1f} yuan a head less in a mean month"
    as_if = "everybody were insured and owed as much as is paid towards it"
    return (Desk("premium_per_head_yuan", -month, text, as_if=as_if),)


def describe(settings: Settings) -> str:
    who = "everybody" if settings.group == "all" else f"the group {settings.group.replace('_', ' ')}"
    until = f" until {date_of(settings.ends)}" if settings.ends is not None else ""
    since = f"from the first January in or after {date_of(settings.first_month)}"
    return f"{settings.yuan_person_year:g} yuan a year towards the premium of {who}, {since}{until}"


def describe_zh(settings: Settings) -> str:
    who = "所有人" if settings.group == "all" else _GROUPS_ZH[settings.group]
    until = f"，至{month_zh(settings.ends)}前" if settings.ends is not None else ""
    since = f"自{month_zh(settings.first_month)}起的首个一月开始"
    return f"资助{who}参保，每人每年{settings.yuan_person_year:g}元，{since}{until}"
