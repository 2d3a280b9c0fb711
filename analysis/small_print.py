"""What stands under every figure: months, people, runs and draws, and which study it is of."""

from collections.abc import Iterable

from analysis.meaning import Cell, Meaning
from analysis.months import ResultsError
from analysis.reproduce import command
from analysis.study import BASELINE, Study
from analysis.words import number, whom


def unit_of(meaning: Meaning) -> str:
    """Return an outcome's unit, `share` for a ratio without one."""
    return "share" if meaning.kind == "ratio" and not meaning.unit else meaning.unit


def unit_years(meaning: Meaning) -> tuple[str, str]:
    """Name one and several of what a cost is laid against: `person-year`, or `year of one of the labourers`.

    Raises ResultsError for a mean in a unit, such as yuan a head, whose numerators count something else.
    """
    if meaning.kind != "ratio":
        return f"{meaning.one}-year", f"{meaning.one}-years"
    if meaning.unit and meaning.unit != "share":
        raise ResultsError(
            f"'{meaning.name}' is a mean in {meaning.unit}, which doesn't add up to years of anybody: a cost is laid "
            "against a count or a share"
        )
    return f"year of {meaning.one}", f"years of {meaning.one}"


def level_of(study: Study, outcome: str, cell: Cell | None = None) -> str:
    """Write the baseline's mean over the report's window with its unit."""
    meaning = study.meaning(outcome)
    return f"{number(study.pooled(outcome, BASELINE, cell=cell).mean, meaning.counted)} {unit_of(meaning)}"


def people_of(meaning: Meaning, cell: Cell | None = None) -> str:
    """Say whom an outcome is for: what is counted, where, places and populations."""
    people = meaning.denominator or meaning.unit
    if cell is None or cell == Cell():
        return whom(people, meaning.of)
    place = "all places" if cell.place == "all" else cell.place
    population = "all populations together" if cell.population == "all" else cell.population
    group = "" if cell.group == "all" else f", {cell.group}"
    return f"{people}; {place}, {population}{group}"


def closing(study: Study, arms: Iterable[str] | None = None) -> list[str]:
    """Write the last lines of every figure: what it rests on, and how to make it again."""
    return [design_of(study, arms), *again_of(study)]


def again_of(study: Study) -> list[str]:
    """Say how a figure's study is made again; the one place for it."""
    return [f"to make the study again, in its folder: {command(study)}"]


def design_of(study: Study, arms: Iterable[str] | None = None) -> str:
    """Say on how many runs of each arm a figure rests, on how many draws of parameters, and of which study it is."""
    counts = sorted({len(study.of_arm(arm)) for arm in (BASELINE, *(study.arms if arms is None else arms))})
    runs = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    drawn = f"{study.draws} draws of uncertain parameters" if study.varies else "parameters held fixed"
    return f"{runs} run{'' if runs == '1' else 's'} of each arm; {drawn}; study {study.hash}"
