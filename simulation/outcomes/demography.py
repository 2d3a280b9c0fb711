"""How large households are, how many people are born and die."""

from typing import Any

import numpy as np

from simulation.contract import Indicator, outcome
from simulation.recorder import Tally

_A_YEAR = 12
_PER = 1000


CHINESE = {
    "persons_count": "人口：在世人口，含外出者",
    "households_count": "户数：有在世成员的家庭",
    "household_size": "户均人口：每户在世成员",
    "births_per_1000": "出生率（千分）：本月出生，折算为一年",
    "deaths_per_1000": "死亡率（千分）：本月死亡，折算为一年",
}  # fmt: skip


@outcome(
    reads=(
        "persons.birth_month", "persons.death_month", "persons.household", "households.members",
    ),
    indicators={
        "persons_count": Indicator("persons", "registered", "", "living persons, away ones included"),
        "households_count": Indicator("households", "registered", "", "households with a living member"),
        "household_size": Indicator("persons a household", "registered", "households", "living members of a household"),
        "births_per_1000": Indicator(
            "births a year", "registered", "1,000 persons", "births of the month, brought to a year"
        ),
        "deaths_per_1000": Indicator(
            "deaths a year", "ever registered", "1,000 persons", "deaths of the month, brought to a year"
        ),
    },
    labels={"zh": CHINESE},
)  # fmt: skip
def measure(world: Any, tally: Tally, month: int, settings: Any) -> None:
    """Count persons, households, and this month's births and deaths by household."""
    persons, members = world.persons, world.households.members
    living = members > 0
    tally.count("persons_count", "households", members)
    tally.count("households_count", "households", living)
    tally.ratio("household_size", "households", members, living)
    born = np.bincount(persons.household[persons.birth_month == month], minlength=len(members))
    # Counted over every household that ever lived, since the dead may have been a household's last.
    died = np.bincount(persons.household[persons.death_month == month], minlength=len(members))
    tally.ratio("births_per_1000", "households", born * _A_YEAR * _PER, members)
    tally.ratio("deaths_per_1000", "households", died * _A_YEAR * _PER, members)
