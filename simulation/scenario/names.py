"""What a scenario calls its arms, indicators and places in reports, by language."""

from collections.abc import Iterable, Iterator, Mapping

from simulation.scenario.errors import hint

OWN = ("scenario", "why")
"""Words by which a scenario's own name and question are meant."""
NAMED_TABLES = ("places", "schools", "clinics", "employers")
"""Tables whose ids may be given a name."""

Names = Mapping[str, Mapping[str, str]]


def unused(names: Names, known: Iterable[str]) -> Iterator[str]:
    """Say which names are of nothing that there is: they may come from a base that has other arms."""
    there = {*known, *OWN}
    for one in names:
        if one not in there:
            yield f"names: '{one}' is no arm, indicator or id of a place here{hint(one, sorted(there))}"
