"""Which households go back to the village: those whose needs have been short for longer than they put up with."""

from simulation import parameters
from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.kernels.returning import outlast
from simulation.mechanism import Mechanism
from simulation.parameters import parameter
from simulation.processes._returning import OWNS, READS, at_site, count_troubles
from simulation.world import View


class Settings(parameters.Settings):
    """Satisficing (Simon 1955): nothing is weighed while aspirations are met; each household has its own patience."""

    patience_least_months: int = parameter(6, "months", 1, 60, "[prior]", "months short that the least patient stand")
    patience_most_months: int = parameter(
        36, "months", 1, 120, "[prior] yearly return of 0.2 to 3 %", "months short that the most patient stand"
    )
    needs_short: int = parameter(
        1, "needs", 1, 3, "[prior] Simon 1955", "of work, day seats and care: how many short make a month short"
    )
    visits_unserved: int = parameter(
        2, "visits a month", 1, 20, "[prior]", "visits of a household not served from which care is short"
    )


MECHANISMS = (
    Mechanism(
        "going back to the village",
        "households stand want for five to ten years, the end of the range",
        {"patience_least_months": 60, "patience_most_months": 120},
    ),
)


@process(
    phase="decide",
    slot="return",
    reads=READS,
    owns={
        **OWNS,
        "households.months_short": Column("int16", 0, "months", "months in a row in which needs were short"),
    },
    streams=("patience",),
)
def run(world: View, draws: Draws, moment: Moment, settings: Settings) -> None:
    """Count the months in which needs are short; whoever outlasts their patience goes, if the old house stands."""
    it = world.households
    count_troubles(world)
    outlast(
        draws.for_life("patience"), settings.patience_least_months, settings.patience_most_months,
        settings.needs_short, settings.visits_unserved, it.uid, at_site(world), it.labourers, it.employed,
        it.children_without_seat, it.visits_forgone, it.house_demolished, it.months_short, it.return_wish,
    )  # fmt: skip
    it.return_intention[:] = it.months_short > 0
