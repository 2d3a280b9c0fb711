"""Job changes: who began with, changed or left an employer near home this month."""

import numpy as np

from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.kernels.labour import note_changes
from simulation.parameters import Settings
from simulation.world import EMPLOYER_KINDS, NOWHERE, View


@process(
    phase="settle",
    reads=("persons.employer", "employers.kind"),
    owns={
        "persons.job_change": Column(
            "int8", 0, "",
            "0 none, 1 began with an employer near home, 2 changed from one to another, 3 left one for none or for the coast",
        ),
        "persons.employer_before": Column(
            "int32", NOWHERE, "row of employers", "employer at the end of this month, kept for the next"
        ),
    },
)  # fmt: skip
def run(world: View, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Lay this month's employer beside last month's; in the first month nobody changes."""
    persons, employers = world.persons, world.employers
    if clock.month == clock.start:
        persons.employer_before[:] = persons.employer
    local = np.append(employers.kind != EMPLOYER_KINDS.index("coast"), False).astype(np.int8)
    note_changes(persons.employer, local, persons.employer_before, persons.job_change)
