"""Orders: how much work parent firms and buyers give to workshops and micro-factories (L01: order shocks)."""

import numpy as np

from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.kernels.enterprises import drift_orders
from simulation.mechanism import Mechanism
from simulation.parameters import Settings as Parameters
from simulation.parameters import parameter
from simulation.world import EMPLOYER_KINDS, View


class Settings(Parameters):
    """How far and how long orders stray from what is usual."""

    volatility_workshop: float = parameter(
        0.15, "log SD", 0.0, 2.0, "[prior]", "long-run spread of a workshop's orders"
    )
    volatility_micro_factory: float = parameter(
        0.25, "log SD", 0.0, 2.0, "[prior] one parent firm: order shocks (L01)", "long-run spread of a micro-factory's"
    )
    persistence: float = parameter(
        0.8, "share a month", 0.0, 0.99, "[prior] half of a slump is over in 3 months", "of a stray that is left"
    )
    common: float = parameter(
        0.5, "share", 0.0, 1.0, "[prior] buyers and parent firms shared", "shock's variance that a kind has in common"
    )


MECHANISMS = (
    Mechanism(
        "drift of orders", "orders are always as usual", {"volatility_workshop": 0.0, "volatility_micro_factory": 0.0}
    ),
)


@process(
    phase="compete",
    reads=("employers.uid", "employers.kind"),
    owns={
        "employers.orders": Column("float32", 1.0, "ratio", "orders against usual; 1 where work doesn't hang on them")
    },
    streams=("common", "own"),
)
def run(world: View, draws: Draws, clock: Moment, settings: Settings) -> None:
    """Start anywhere in the long run, then drift."""
    employers = world.employers
    volatility = np.array([getattr(settings, f"volatility_{kind}", 0.0) for kind in EMPLOYER_KINDS])
    drift_orders(
        employers.uid, employers.kind, volatility, settings.persistence, settings.common,
        draws.key("common"), draws.key("own"), clock.month == clock.start, employers.orders,
    )  # fmt: skip
