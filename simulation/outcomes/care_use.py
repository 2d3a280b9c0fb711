"""Care: the way to a clinic, visits served and turned away, what people pay themselves."""

import numpy as np
from numpy.typing import NDArray

from simulation.contract import Indicator, outcome
from simulation.parameters import Settings
from simulation.recorder import Tally
from simulation.world import View

_PRESENT = "living people who are within reach of a clinic where they are this month"


@outcome(
    reads=(
        "persons.alive", "persons.place", "persons.visits", "persons.unmet_visits", "persons.primary_visits",
        "persons.visits_wanted", "persons.out_of_pocket_month", "persons.bill_month",
        "clinics.level", "clinics.visits_per_fte", "clinics.outside_visits", "clinics.visits_now", "clinics.unmet_now",
    ),
    levers=("clinics.fte",),
    indicators={
        "clinic_minutes": Indicator("minutes", "present", _PRESENT, "minutes to the nearest clinic with a doctor", -1),
        "clinic_within_15_share": Indicator("share", "present", _PRESENT, "people with such a clinic within 15 minutes", 1),
        "clinic_within_30_share": Indicator("share", "present", _PRESENT, "people with such a clinic within 30 minutes", 1),
        "unmet_visits_share": Indicator("share", "present", "visits wished for", "visits turned away or without a clinic in reach", -1),
        "visits_per_person_year": Indicator("visits a year", "present", _PRESENT, "visits served, at this month's rate", 1),
        "primary_visits_share": Indicator("share", "present", "visits served", "visits served by primary care"),
        "out_of_pocket_share": Indicator("share", "present", "medical bills in fen", "part of the bills that people pay themselves", -1),
        "primary_clinic_load": Indicator("ratio", "place", "visits that primary clinics can serve", "visits wished for at primary clinics", -1),
        "hospital_load": Indicator("ratio", "place", "visits that hospitals can serve", "visits wished for at hospitals, outsiders included", -1),
    },
)  # fmt: skip
def measure(world: View, tally: Tally, month: int, settings: Settings) -> None:
    persons = world.persons
    nearest = _nearest_minutes(world)
    minutes = np.where(persons.alive != 0, nearest[persons.place], -1)
    present = minutes >= 0
    tally.ratio("clinic_minutes", "persons", np.maximum(minutes, 0), present)
    tally.ratio("clinic_within_15_share", "persons", present & (minutes <= 15), present)
    tally.ratio("clinic_within_30_share", "persons", present & (minutes <= 30), present)
    tally.ratio("visits_per_person_year", "persons", persons.visits * np.int16(12), present)
    _measure_visits(world, tally)
    _measure_load(world, tally)


def _measure_visits(world: View, tally: Tally) -> None:
    persons = world.persons
    rows = np.flatnonzero((persons.visits_wanted > 0) | (persons.bill_month > 0))
    visits = persons.visits[rows]
    tally.ratio("unmet_visits_share", "persons", persons.unmet_visits[rows], persons.visits_wanted[rows], rows)
    tally.ratio("primary_visits_share", "persons", persons.primary_visits[rows], visits, rows)
    tally.ratio("out_of_pocket_share", "persons", persons.out_of_pocket_month[rows], persons.bill_month[rows], rows)


def _nearest_minutes(world: View) -> NDArray[np.int16]:
    """Return minutes from each place to the nearest clinic with a doctor, int16[places + 1]; -1 for none and nowhere."""
    near, at_work = world.near["clinics"], world.levers["clinics.fte"] > 0
    out = np.full(len(near.offsets), -1, np.int16)
    for place in range(len(near.offsets) - 1):
        edges = slice(near.offsets[place], near.offsets[place + 1])
        minutes = near.minutes[edges][at_work[near.rows[edges]]]
        if len(minutes):
            out[place] = minutes[0]
    return out


def _measure_load(world: View, tally: Tally) -> None:
    clinics = world.clinics
    wished = clinics.visits_now.astype(np.int64) + clinics.unmet_now + clinics.outside_visits
    capacity = world.levers["clinics.fte"] * clinics.visits_per_fte
    for name, chosen in (("primary_clinic_load", clinics.level == 0), ("hospital_load", clinics.level > 0)):
        tally.ratio(name, "clinics", wished * chosen, capacity * chosen)
