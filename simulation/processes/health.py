"""Chronic illness: it begins at an age drawn for life, comes sooner where care is forgone, and stays.

Deaths don't depend on it: mortality is fitted to the published rate, which knows no states of health.
"""

import numpy as np
from numpy.typing import NDArray

from simulation import parameters
from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.kernels.health import grow_ill
from simulation.mechanism import Mechanism
from simulation.parameters import parameter
from simulation.world import View

_SURVEY = "[unverified: national health services survey 2018]"
_KNOTS = (0, 20, 30, 40, 50, 60, 70)


class Settings(parameters.Settings):
    """Domain 2.5: how many are chronically ill at which age, and what going without care adds."""

    chronic_at_0: float = parameter(0.005, "share", 0.0, 0.1, "[prior]", "chronically ill at birth")
    chronic_at_20: float = parameter(0.04, "share", 0.0, 0.3, _SURVEY, "chronically ill at 20")
    chronic_at_30: float = parameter(0.07, "share", 0.0, 0.4, _SURVEY, "chronically ill at 30")
    chronic_at_40: float = parameter(0.15, "share", 0.0, 0.5, _SURVEY, "chronically ill at 40")
    chronic_at_50: float = parameter(0.31, "share", 0.0, 0.7, _SURVEY, "chronically ill at 50")
    chronic_at_60: float = parameter(0.48, "share", 0.0, 0.9, _SURVEY, "chronically ill at 60")
    chronic_at_70: float = parameter(0.62, "share", 0.0, 0.95, _SURVEY, "chronically ill at 70 and older")
    forgone_visit: float = parameter(
        0.01, "chance", 0.0, 0.2, "[prior] sign of domain 2.5", "a forgone visit lets an illness begin or become worse"
    )
    forgone_stay: float = parameter(
        0.10, "chance", 0.0, 1.0, "[prior] sign of domain 2.5", "a forgone stay in hospital does"
    )


MECHANISMS = (
    Mechanism(
        "illness for want of care", "care that is forgone harms nobody", {"forgone_visit": 0.0, "forgone_stay": 0.0}
    ),
)


@process(
    phase="arrive",
    reads=("persons.uid", "persons.age"),
    lagged=("persons.forgone_visits", "persons.forgone_stays"),
    owns={
        "persons.chronic": Column("int8", 0, "", "0 no chronic illness, 1 chronically ill, 2 worse for want of care"),
        "persons.onset_age": Column("int8", -1, "years", "age at which the illness begins: -1 not drawn yet, 127 never"),
    },
    streams=("onset", "forgone"),
)  # fmt: skip
def run(world: View, draws: Draws, moment: Moment, settings: Settings) -> None:
    """Age into chronic illness; let forgone care bring it forward or make it worse."""
    persons = world.persons
    grow_ill(
        draws.for_life("onset"), draws.key("forgone"), persons.uid, persons.age, persons.forgone_visits,
        persons.forgone_stays, prevalence(settings), np.array([settings.forgone_visit, settings.forgone_stay]),
        persons.onset_age, persons.chronic,
    )  # fmt: skip


def prevalence(it: Settings) -> NDArray[np.float64]:
    """Return the share of the chronically ill at each age, float64[ages]: straight between the knots, never falling."""
    known = (
        it.chronic_at_0, it.chronic_at_20, it.chronic_at_30, it.chronic_at_40, it.chronic_at_50, it.chronic_at_60,
        it.chronic_at_70,
    )  # fmt: skip
    return np.maximum.accumulate(np.interp(np.arange(_KNOTS[-1] + 1), _KNOTS, known))
