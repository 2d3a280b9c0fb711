"""Jobs: carries out who leaves and who is hired, and keeps the books of links and posts."""

from collections.abc import Iterable

import numpy as np

from simulation.clock import Moment
from simulation.contract import GIVEN, Balance, Column, process
from simulation.draws import Draws
from simulation.kernels import jobs as kernels
from simulation.parameters import Settings
from simulation.processes._work import LEFT_REASONS, coast_of, open_posts
from simulation.world import NOWHERE, View


@process(
    phase="compete",
    reads=(
        "persons.household", "persons.place", "persons.labour_status", "persons.flair", "persons.leaves_job",
        "persons.job_offer", "employers.place", "employers.kind", "employers.posts_now", "employers.staying",
        "employers.pay_sigma",
    ),
    owns={
        "persons.employer": Column(
            "int32", GIVEN, "row of employers", "where the person works; -1 nowhere", newborn=NOWHERE,
            watched=True, reason="persons.left_job_reason",
        ),
        "persons.left_job_reason": Column(
            "int8", 0, "", "why the link last changed: " + ", ".join(f"{code} {why}" for code, why in enumerate(LEFT_REASONS))
        ),
        "persons.job_since": Column("int32", -1, "month", "month in which the link began; -1 before the start, or none"),
        "persons.jobless_since": Column("int32", -1, "month", "first month in which a labourer was without a link; -1 otherwise"),
        "persons.last_contract": Column("int32", NOWHERE, "row of employers", "whose contract with the person was last not renewed; -1 none"),
        "persons.contract_ended": Column("int32", -1, "month", "month in which that contract ended; -1 none"),
        "persons.pay_factor": Column("float32", 1.0, "factor", "own earnings against the employer's pay; 1 where all are paid alike"),
        "employers.open_posts": Column("int32", 0, "posts", "posts open before this month's round of hiring; 0 where there is no limit"),
        "employers.filled": Column("int32", 0, "posts", "posts held by members of the three populations"),
        "employers.vacancies": Column(
            "int32", 0, "posts", "open posts that this month's round left open; what somebody left for another post opens next month"
        ),
        "households.employed": Column("int16", 0, "persons", "members with an employer, away ones included"),
    },
)  # fmt: skip
def run(world: View, draws: Draws, clock: Moment, settings: Settings) -> None:
    """End, begin and count links, then set what new ones pay."""
    persons, employers, households = world.persons, world.employers, world.households
    before = persons.employer.copy()
    filled, hires = np.zeros((2, employers.n + 1), np.int32)
    households.employed[:] = 0
    kernels.carry_out(
        persons.labour_status, persons.place, persons.household, persons.leaves_job, persons.job_offer, coast_of(world),
        clock.month, persons.employer, persons.left_job_reason, persons.job_since, persons.jobless_since,
        persons.last_contract, persons.contract_ended, filled, hires, households.employed,
    )  # fmt: skip
    employers.filled[:] = filled[:-1]
    employers.open_posts[:] = np.maximum(open_posts(world), 0)
    employers.vacancies[:] = np.where(employers.posts_now < 0, 0, employers.open_posts - hires[:-1])
    kernels.own_earnings(
        np.full_like(before, NOWHERE) if clock.month == clock.start else before,
        persons.employer, persons.flair, employers.pay_sigma.astype(np.float64), persons.pay_factor,
    )  # fmt: skip


def audit(world: View, clock: Moment, settings: Settings) -> Iterable[Balance]:
    """Count links by person and by employer, and posts filled beyond the posts there are."""
    persons, employers = world.persons, world.employers
    links = int(np.count_nonzero(persons.employer >= 0))
    posts = employers.posts_now
    yield Balance("links counted by person and by employer", int(employers.filled.sum()), links)
    yield Balance("links counted by person and by household", int(world.households.employed.sum(dtype=np.int64)), links)
    yield Balance(
        "posts filled beyond the posts there are", int(np.count_nonzero((posts >= 0) & (employers.filled > posts))), 0
    )
    yield Balance("people hired beyond the open posts", int(np.minimum(employers.vacancies, 0).sum()), 0)
    yield Balance(
        "links of people outside the labour force",
        int(np.count_nonzero((persons.employer >= 0) & (persons.labour_status != 0))),
        0,
    )
