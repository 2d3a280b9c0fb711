"""Separations: who leaves whom this month and why; `jobs` carries it out.

A link ends where it no longer holds (out of reach, care at home, age ...), where people quit or are
dismissed, where a contract isn't renewed, and where there are fewer posts than people: those with the
longest tenure stay, then lot, then uid.
"""

from collections.abc import Generator, Iterable

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import Balance, Column, process
from simulation.draws import Draws, folded
from simulation.explaining import Account, Asked, must_agree
from simulation.kernels import jobs as kernels
from simulation.kernels.draws import unit
from simulation.mechanism import Mechanism
from simulation.months import is_spring_festival
from simulation.parameters import Settings as Parameters
from simulation.parameters import parameter
from simulation.processes._work import LEFT_REASONS, coast_of, reach_of
from simulation.world import EMPLOYER_KINDS, View


class Settings(Parameters):
    """How links end; the share of a kind not named here is 0 (the coast's end by coming home)."""

    leave_workshop: float = parameter(
        0.045, "share a month", 0.0, 0.5, "[prior] 3-6 %", "links with a workshop that end"
    )
    leave_micro_factory: float = parameter(
        0.035, "share a month", 0.0, 0.5, "[prior] 2-5 %", "links with a micro-factory that end"
    )
    leave_park: float = parameter(0.03, "share a month", 0.0, 0.5, "[prior]", "links with a park firm that end")
    leave_services: float = parameter(
        0.03, "share a month", 0.0, 0.5, "[prior]", "links in services and building that end"
    )
    leave_public_welfare: float = parameter(
        0.008, "share a month", 0.0, 0.5, "[prior]", "public posts given up within a contract"
    )
    leave_self_employed: float = parameter(
        0.02, "share a month", 0.0, 0.5, "[prior]", "people who give up their own business"
    )
    leave_township: float = parameter(0.02, "share a month", 0.0, 0.5, "[prior]", "links in the home township that end")
    festival_peak: float = parameter(
        2.0, "factor", 1.0, 6.0, "[prior]", "what the month of the Spring Festival multiplies endings by"
    )
    contract_shortest: int = parameter(
        12, "months", 12, 36, "[prior] contracts of 12-36 months", "shortest contract for a public post"
    )
    contract_longest: int = parameter(
        36, "months", 12, 36, "[prior] contracts of 12-36 months", "longest contract; whole years between are as likely"
    )
    contract_renewed: float = parameter(
        0.7, "share", 0.0, 1.0, "[prior] renewable", "contracts for public posts that are renewed when they end"
    )


MECHANISMS = (
    Mechanism(
        "separations",
        "nobody quits or is dismissed while there are posts, and contracts are renewed",
        {
            "leave_workshop": 0.0,
            "leave_micro_factory": 0.0,
            "leave_park": 0.0,
            "leave_services": 0.0,
            "leave_public_welfare": 0.0,
            "leave_self_employed": 0.0,
            "leave_township": 0.0,
            "contract_renewed": 1.0,
        },
    ),
)


@process(
    phase="compete",
    reads=(
        "persons.uid", "persons.place", "persons.labour_status", "persons.carer", "employers.uid", "employers.place",
        "employers.kind", "employers.extra_minutes", "employers.takes_carers", "employers.posts_now", "employers.longest_way",
    ),
    lagged=("persons.employer", "persons.job_since"),
    owns={
        "persons.leaves_job": Column(
            "int8", 0, "", "why the link of last month ends: 0 it doesn't, "
            + ", ".join(f"{code} {why}" for code, why in enumerate(LEFT_REASONS) if code)
        ),
        "employers.staying": Column("int32", 0, "persons", "of last month's links, those that go on"),
    },
    streams=("leave", "renewal", "term", "stay"),
)  # fmt: skip
def run(world: View, draws: Draws, clock: Moment, settings: Settings) -> None:
    """End links person by person, then dismiss beyond the posts."""
    persons, employers = world.persons, world.employers
    _leave(world, draws, clock, settings, slice(None), persons.leaves_job, employers.staying)
    excess = np.where(employers.posts_now < 0, 0, np.maximum(employers.staying - employers.posts_now, 0))
    if excess.any():
        kernels.dismiss(
            persons.employer, persons.job_since, persons.uid, folded(draws.key("stay"), employers.uid),
            excess.astype(np.int32), persons.leaves_job, employers.staying,
        )  # fmt: skip


def _leave(
    world: View,
    draws: Draws,
    clock: Moment,
    settings: Settings,
    rows: slice | NDArray[np.int64],
    leaves: NDArray[np.int8],
    staying: NDArray[np.int32],
) -> None:
    """Write for some people whether their link ends and why, and count who stays, before anybody is dismissed."""
    persons, employers = world.persons, world.employers
    keys = [draws.key("leave"), draws.key("renewal"), draws.for_life("term"), draws.for_life("term", 1)]
    terms = [
        settings.contract_shortest,
        max(settings.contract_shortest, settings.contract_longest),
        settings.contract_renewed,
    ]
    kernels.leave(
        persons.labour_status[rows], persons.carer[rows], persons.place[rows], persons.uid[rows],
        persons.employer[rows], persons.job_since[rows], _reach(world), coast_of(world),
        leave_shares(settings, clock.month)[employers.kind],
        (employers.kind == EMPLOYER_KINDS.index("public_welfare")).astype(np.int8),
        np.array(keys, np.uint64), np.array(terms, np.float64), clock.month, clock.start, leaves, staying,
    )  # fmt: skip


def explain(
    world: View, draws: Draws, clock: Moment, settings: Settings, asked: Asked
) -> Generator[Account | None, None, None]:
    """Tell of each link whether it ends, by whose leave, and of the dismissed who had less claim to stay."""
    employers = world.employers
    rows = asked.persons[world.persons.employer[asked.persons] >= 0]
    leaves, staying = np.empty(len(rows), np.int8), np.zeros(employers.n, np.int32)
    _leave(world, draws, clock, settings, rows, leaves, staying)
    shares = leave_shares(settings, clock.month)[employers.kind]
    yield None
    for row, why in zip(rows.tolist(), leaves.tolist(), strict=True):
        link, done = int(world.persons.employer[row]), int(world.persons.leaves_job[row])
        if done == kernels.POST_LOST:
            must_agree(_who(world, row), why, kernels.HIRED)
            must_agree(f"posts of {world.ids['employers'][link]}", employers.staying[link], employers.posts_now[link])
        else:
            must_agree(_who(world, row), why, done)
        draw = float(unit(draws.key("leave"), world.persons.uid[row]))
        said = "goes on" if done == kernels.HIRED else _ended(world, link, done)
        name = world.ids["employers"][link]
        stays, chance = done == kernels.HIRED, float(shares[link])
        yield Account("persons", row, name, stays, said, threshold=chance, draw=draw, changes=not stays)


def _who(world: View, row: int) -> str:
    return f"the end of the post of person {int(world.persons.uid[row])}"


def _ended(world: View, link: int, why: int) -> str:
    """Say why a link ends; of a dismissal, how many posts are left."""
    if why != kernels.POST_LOST:
        return LEFT_REASONS[why]
    return f"{LEFT_REASONS[why]}: {int(world.employers.posts_now[link])} are left, for those who were there longest"


def audit(world: View, clock: Moment, settings: Settings) -> Iterable[Balance]:
    """Nobody stays beyond the posts."""
    employers = world.employers
    beyond = np.maximum(employers.staying - employers.posts_now, 0)[employers.posts_now >= 0]
    yield Balance("people who stay beyond the posts there are", int(beyond.sum()), 0)


def leave_shares(settings: Settings, month: int) -> NDArray[np.float64]:
    """Share of the links that people end this month, by kind of employer."""
    by_kind = np.array([getattr(settings, f"leave_{kind}", 0.0) for kind in EMPLOYER_KINDS])
    return np.minimum(by_kind * (settings.festival_peak if is_spring_festival(month) else 1.0), 1.0)


def _reach(world: View) -> NDArray[np.int8]:
    employers = world.employers
    near = reach_of(world)
    hours = np.where(employers.takes_carers != 0, kernels.OPEN_TO_CARERS, kernels.CLOSED_TO_CARERS)
    reach = np.where(near, hours, kernels.OUTSIDE)
    return np.where(employers.kind == EMPLOYER_KINDS.index("coast"), kernels.ON_THE_COAST, reach).astype(np.int8)
