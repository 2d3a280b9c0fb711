"""The planner's sum beside an answer, as it is printed."""

from collections.abc import Iterator, Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from analysis.desk import OTHER, Gap, all_gaps
from analysis.lists import SHARED
from analysis.study import BASELINE, Study
from analysis.words import COUNTED, decimals, fixed, plus
from experiments.effects import figure_columns, plain_table, titled

_INDENT = "  "
_HEADING = "from the sum on paper to the model"


def desk_table(study: Study, outcome: str) -> Group | None:
    """Lay each arm's sum for an outcome beside its effect, and what lies between; None where no sum speaks of it."""
    found = [one for one in all_gaps(study) if one.outcome == outcome]
    title = f"{outcome}: what a planner's sum makes of it, and by which mechanisms the model differs"
    return titled(title, _table(found), *map(Text, _sums(study, found))) if found else None


def other_sums(study: Study) -> list[Group]:
    """Tell the sums that speak of outcomes which aren't reported, and which arms declare none."""
    reported, gaps = set(study.outcomes), all_gaps(study)
    outcomes = dict.fromkeys(one.outcome for one in gaps if one.outcome not in reported)
    told = [desk_table(study, one) for one in outcomes]
    without = [Text(f"{arm}: no desk estimate declared.") for arm in _without(study, gaps)]
    return [*(one for one in told if one is not None), *([Group(*without, Text())] if without else [])]


def _table(found: Sequence[Gap]) -> Table:
    table = plain_table(_HEADING)
    figure_columns(table, *(gap.arm for gap in found))
    named = dict.fromkeys(name for gap in found for name in gap.mechanisms)
    rows = sorted(named, key=lambda name: name.startswith(OTHER))
    unit = found[0].unit if found[0].unit in COUNTED else ""
    figures = [figure for gap in found for figure in (gap.desk.mean, gap.model.mean, *gap.mechanisms.values())]
    places = decimals(figures, unit)

    def told(values: Sequence[float | None]) -> list[str]:
        return ["" if one is None else plus(fixed(one, places)) for one in values]

    table.add_row("on paper", *told([gap.desk.mean for gap in found]))
    for name in rows:
        table.add_row(f"{_INDENT}{name}", *told([gap.mechanisms.get(name) for gap in found]))
    table.add_row("in the model", *told([gap.model.mean for gap in found]))
    return table


def _sums(study: Study, found: Sequence[Gap]) -> Iterator[str]:
    """Write the sums in words, and how to have mechanisms told apart."""
    for gap in found:
        lacking = f"; no sum is declared for {', '.join(gap.lacking)}" if gap.lacking else ""
        yield f"{gap.arm}: {gap.text}{lacking}" + ("" if gap.one_for_one else f"; {gap.parts[-1].what}")
    untold = [gap.arm for gap in found if gap.one_for_one and not gap.kept]
    if untold and SHARED in study.manifest:
        yield "A copy to hand on has no unit records, which tell mechanisms apart; desk.csv has what they told."
    elif untold:
        yield f"Unit records tell the mechanisms apart: `relosim units {study.folder}` makes and keeps them."


def _without(study: Study, gaps: Sequence[Gap]) -> list[str]:
    declared, told = {gap.arm for gap in gaps}, study.manifest.get("desk", {})
    return [arm for arm in study.arms if arm != BASELINE and arm not in declared and told.get(arm)]
