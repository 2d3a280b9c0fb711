"""The reference of outcomes: every indicator with its unit, whom it counts, and what it means."""

from documentation.markdown import anchor, code, heading, page, paragraphs, plain, table
from simulation.catalogue import Catalogue
from simulation.contract import Indicator, Outcome

_BETTER = {1: "more", -1: "less", 0: ""}


def indicators_table(family: Outcome) -> str:
    """Write the indicators of a family as a table."""
    return table(
        ("indicator", "unit", "counts", "below the line", "better", "meaning"),
        [
            (code(name), plain(one.unit), plain(one.of), plain(one.denominator), _BETTER[one.better], _meaning(one))
            for name, one in family.indicators.items()
        ],
    )


def _meaning(one: Indicator) -> str:
    return plain(one.meaning) + ("" if one.poolable else " (can't be summed over places or runs)")


def outcomes_page(catalogue: Catalogue) -> str:
    """Write the page of all outcomes, by family."""
    count = sum(len(one.indicators) for one in catalogue.outcomes.values())
    parts = [
        heading(1, "Outcomes"),
        f"{count} indicators of {len(catalogue.outcomes)} families. Every run records all of them, each month, for each "
        "place, population and group. A scenario names those that it reports under `report: {outcomes: [...]}`.",
        "*Counts* says who is counted. `registered`: people where the programme registered them, away workers included. "
        "`present`: people where they are this month. `place`: facilities where they stand. An indicator with something "
        "*below the line* is recorded as two sums, `NAME__num` and `NAME__den`, so that places and runs can be pooled; "
        "undefined is NaN, never 0. *Better* says whether more or less of it is better; nothing where neither is.",
    ]
    for name, family in sorted(catalogue.outcomes.items()):
        parts += [heading(2, code(name), anchor("outcomes", name)), paragraphs(family.doc), indicators_table(family)]
    return page(*parts)
