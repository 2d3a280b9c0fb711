"""Skills training: who takes a course, how long, and who completes it."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.contract import GIVEN, Balance, Column, process
from simulation.draws import Draws
from simulation.kernels.draws import fill_units, fold
from simulation.kernels.training import applicants, finish
from simulation.mechanism import Mechanism
from simulation.parameters import Settings as Parameters
from simulation.parameters import parameter
from simulation.world import NOWHERE, PROGRAMME_KINDS, View


class Settings(Parameters):
    """Who is ready to learn."""

    uptake: float = parameter(
        0.5, "share", 0.0, 1.0, "[prior] low uptake", "eligible labourers who would join a course at all"
    )
    most_days_beside_work: int = parameter(
        10, "days a month", 0, 26, "[prior] evenings and rest days",
        "of a course that somebody with a post can attend; longer ones admit only people without one",
    )  # fmt: skip


MECHANISMS = (Mechanism("low uptake of courses", "everybody eligible would join a course", {"uptake": 1.0}),)


@process(
    phase="compete",
    reads=(
        "persons.uid", "persons.age", "persons.place", "persons.labourer", "programmes.uid", "programmes.kind",
        "programmes.place", "programmes.months", "programmes.days_month", "programmes.min_age", "programmes.max_age",
        "programmes.only_without_work", "programmes.completion_share",
    ),
    lagged=("persons.employer",),
    owns={
        "persons.trained": Column("int8", GIVEN, "", "1 after a completed course", newborn=0),
        "persons.programme": Column("int32", NOWHERE, "row of programmes", "the course the person attends; -1 none"),
        "persons.programme_until": Column("int32", -1, "month", "first month after the course; -1 none"),
        "programmes.participants": Column("int32", 0, "persons", "on the course this month"),
        "programmes.admissions": Column("int32", 0, "persons", "admitted this month"),
        "programmes.completions": Column("int32", 0, "persons", "completed their course this month"),
        "programmes.participant_days": Column("int32", 0, "days", "days of training given this month"),
    },
    streams=("completion", "uptake", "lot"),
    levers=("programmes.places",),
)  # fmt: skip
def run(world: View, draws: Draws, clock: Moment, settings: Settings) -> None:
    """End courses, then fill free places by lot, programme after programme in the order of their uids."""
    persons, programmes = world.persons, world.programmes
    if not programmes.n:
        return
    for column in (programmes.participants, programmes.admissions, programmes.completions):
        column[:] = 0
    finish(
        persons.labourer, persons.place, persons.uid, programmes.place, programmes.completion_share,
        draws.key("completion"), clock.month, persons.programme, persons.programme_until, persons.trained,
        programmes.participants, programmes.completions,
    )  # fmt: skip
    for one in _with_room(world):
        _admit(world, draws, clock, settings, int(one))
    programmes.participant_days[:] = programmes.participants * programmes.days_month


def audit(world: View, clock: Moment, settings: Settings) -> Iterable[Balance]:
    """Count participants by person and by programme."""
    yield Balance(
        "participants counted by person and by programme",
        int(world.programmes.participants.sum()),
        int(np.count_nonzero(world.persons.programme >= 0)),
    )


def _with_room(world: View) -> NDArray[np.intp]:
    programmes = world.programmes
    free = world.levers["programmes.places"] > programmes.participants
    rows = np.flatnonzero(free & (programmes.kind == PROGRAMME_KINDS.index("skills_training")))
    return rows[np.argsort(programmes.uid[rows], kind="stable")]


def _admit(world: View, draws: Draws, clock: Moment, settings: Settings, one: int) -> None:
    """Give the free places of one programme to the applicants with the lowest lots, equal ones by uid."""
    persons, programmes = world.persons, world.programmes
    rows = _applicants(world, draws, settings, one)
    lot = np.empty(len(rows))
    fill_units(np.uint64(fold(draws.key("lot"), programmes.uid[one])), persons.uid[rows], lot)
    free = int(world.levers["programmes.places"][one]) - int(programmes.participants[one])
    admitted = rows[np.lexsort((persons.uid[rows], lot))[:free]]
    persons.programme[admitted] = one
    persons.programme_until[admitted] = clock.month + programmes.months[one]
    programmes.participants[one] += len(admitted)
    programmes.admissions[one] = len(admitted)


def _applicants(world: View, draws: Draws, settings: Settings, one: int) -> NDArray[np.int32]:
    persons, programmes = world.persons, world.programmes
    without_work = (
        bool(programmes.only_without_work[one]) or programmes.days_month[one] > settings.most_days_beside_work
    )
    rule = np.array([programmes.place[one], programmes.min_age[one], programmes.max_age[one], without_work], np.int32)
    rows = np.empty(persons.n, np.int32)
    count = applicants(
        persons.labourer, persons.age, persons.place, persons.employer, persons.programme, persons.trained, persons.uid,
        rule, draws.for_life("uptake"), settings.uptake, rows,
    )  # fmt: skip
    return rows[:count].copy()
