"""Who belongs to the labour force, and who in a household must stay with a small child or a frail elder."""

import numpy as np

from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.kernels.labour import care_duty, choose_carers, count_members, draw_once, labour_status
from simulation.parameters import Settings as Parameters
from simulation.parameters import parameter
from simulation.world import View


class Settings(Parameters):
    """What decides who can work; the two shares together leave about 5.3 % of those of 16 to 59 unable."""

    unable_at_16: float = parameter(
        0.02,
        "share",
        0.0,
        0.2,
        "[derived] 51.6 % labourers of persons, 54.5 % of 16 to 59 less students",
        "unable to work at 16",
    )
    unable_at_59: float = parameter(
        0.12,
        "share",
        0.0,
        0.6,
        "[derived] 51.6 % labourers of persons, 54.5 % of 16 to 59 less students",
        "unable to work at 59",
    )
    dependent_elders: float = parameter(
        0.35, "share", 0.0, 1.0, "[prior]", "members of 75 and more who depend on daily help"
    )
    reluctance_of_men: float = parameter(
        0.5,
        "",
        0.0,
        1.0,
        "[prior]",
        "added to a man's draw when a household looks for its carer; 1 means never before a woman",
    )


@process(
    phase="compete",
    reads=(
        "persons.uid", "persons.household", "persons.sex", "persons.alive", "persons.age", "persons.place",
        "persons.student", "persons.school", "households.home",
    ),
    owns={
        "persons.flair": Column(
            "float32", np.nan, "SD", "how much better than others the person would do with a business of his own", newborn=np.nan
        ),
        "persons.able": Column("int8", 1, "", "1 if health allows work"),
        "persons.labour_status": Column(
            "int8", 0, "", "0 labourer, 1 dead, 2 of 60 or more, 3 under 16, 4 student, 5 unable", newborn=3
        ),
        "persons.labourer": Column("int8", 0, "", "1 if alive, 16 to 59, able and not a student"),
        "persons.carer": Column("int8", 0, "", "1 if the household's care for a small child or frail elder falls to this labourer"),
        "households.labourers": Column("int16", 0, "persons", "labourers among the members, away ones included"),
        "households.young_children": Column("int16", 0, "persons", "members under 6"),
        "households.elders": Column("int16", 0, "persons", "members of 75 and more"),
    },
    streams=("ability", "dependence", "care", "flair"),
)  # fmt: skip
def run(world: View, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Say who is able, count labourers, then give each household that needs one its carer."""
    persons, households = world.persons, world.households
    draw_once(persons.uid, draws.for_life("flair"), persons.flair)
    labour_status(
        persons.alive, persons.age, persons.student, persons.uid, draws.for_life("ability"),
        settings.unable_at_16, settings.unable_at_59, persons.able, persons.labour_status, persons.labourer,
    )  # fmt: skip
    _count(world)
    duty = np.zeros(households.n, np.int8)
    care_duty(
        persons.alive, persons.age, persons.able, persons.place, persons.school, persons.household, households.home,
        persons.uid, draws.for_life("dependence"), settings.dependent_elders, duty,
    )  # fmt: skip
    choose_carers(
        persons.labourer, persons.sex, persons.place, persons.household, households.home, duty, persons.uid,
        draws.for_life("care"), settings.reluctance_of_men,
        np.empty(households.n), np.empty(households.n, np.int32), persons.carer,
    )  # fmt: skip


def _count(world: View) -> None:
    persons, households = world.persons, world.households
    for column in (households.labourers, households.young_children, households.elders):
        column[:] = 0
    count_members(
        persons.alive, persons.age, persons.labourer, persons.household,
        households.labourers, households.young_children, households.elders,
    )  # fmt: skip
