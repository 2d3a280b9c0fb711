"""How far a household has become part of its new community, from 0 to 1."""

import numpy as np

from simulation import parameters
from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.kernels.demography import integrate, local_contacts
from simulation.mechanism import Mechanism
from simulation.parameters import parameter
from simulation.world import View


class Settings(parameters.Settings):
    """Domain 2.8: growth by contacts, loss by shocks."""

    after_move: float = parameter(0.1, "share", 0.0, 0.5, "[prior]", "integration in the month of the move")
    growth_month: float = parameter(
        0.04, "share a month", 0.015, 0.08, "[prior] half-time 18 to 48 months", "kappa: growth with full contacts"
    )
    loss_month: float = parameter(0.02, "share a month", 0.0, 0.1, "[prior]", "eta: loss in a month with a shock")
    contacts_alone: float = parameter(
        0.4, "share", 0.0, 1.0, "[prior]", "contacts of a household without work or pupils in town"
    )
    contacts_by_work: float = parameter(0.3, "share", 0.0, 1.0, "[prior]", "added by a member who works and lives here")
    contacts_by_pupils: float = parameter(0.3, "share", 0.0, 1.0, "[prior]", "added by a child with a day seat here")


MECHANISMS = (
    Mechanism(
        "growing into the community",
        "integration stays what it was in the month of the move",
        {"contacts_alone": 0.0, "contacts_by_work": 0.0, "contacts_by_pupils": 0.0, "loss_month": 0.0},
    ),
)


@process(
    phase="settle",
    reads=(
        "households.moved_month", "households.returned_month", "households.members", "households.employed",
        "households.home", "households.labourers", "persons.household", "persons.alive", "persons.place",
        "persons.employer", "persons.school", "persons.boarding_school",
    ),
    owns={"households.integration": Column("float32", 1.0, "share", "integration, 1 for people who never moved")},
)  # fmt: skip
def run(world: View, draws: Draws, moment: Moment, settings: Settings) -> None:
    """Let contacts and shocks of the month act."""
    persons, households = world.persons, world.households
    arrived = households.moved_month == moment.month
    households.integration[arrived] = settings.after_move
    households.integration[households.returned_month == moment.month] = 1.0
    at_site = (households.moved_month >= 0) & (households.returned_month < 0) & (households.members > 0)
    contacts = np.empty(households.n)
    local_contacts(
        persons.household, persons.alive, persons.place, persons.employer, persons.school, persons.boarding_school,
        households.home, settings.contacts_alone, settings.contacts_by_work, settings.contacts_by_pupils, contacts,
    )  # fmt: skip
    shock = (households.labourers > 0) & (households.employed == 0)
    integrate(at_site, contacts, shock, settings.growth_month, settings.loss_month, households.integration)
