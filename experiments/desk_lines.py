"""The planner's sum beside an answer, as it is printed."""

from collections.abc import Iterator

from rich.text import Text

from analysis.desk import Gap, all_gaps
from analysis.lists import SHARED
from analysis.study import BASELINE, Study

_INDENT = "  "
TITLE = "on paper: what a planner's sum makes of it, and by which mechanisms the model differs (desk.csv)"
ELSEWHERE = "sums on paper that speak of outcomes which this report doesn't list"


def desk_texts(study: Study, outcome: str) -> list[Text]:
    """Lay each arm's sum for an outcome beside its effect, in two lines; nothing where no sum speaks of it."""
    found = [one for one in all_gaps(study) if one.outcome == outcome]
    return [Text(TITLE), *map(Text, _lines(study, found))] if found else []


def other_sums(study: Study) -> list[Text]:
    """Tell the sums of outcomes that aren't reported, and which arms declare none."""
    reported = set(study.outcomes)
    found = [one for one in all_gaps(study) if one.outcome not in reported]
    titled = [Text(ELSEWHERE, style="bold"), *map(Text, _lines(study, found, named=True))] if found else []
    return [*titled, *map(Text, _without(study))]


def _hint(study: Study, gap: Gap) -> str:
    """Say what `other` is, and how to have it told apart where that can be done."""
    if not gap.one_for_one:
        return gap.parts[-1].what
    if SHARED in study.manifest:
        return "a copy to hand on has no unit records, which tell mechanisms apart: desk.csv has what they told"
    return f"unit records tell the mechanisms apart: `relosim units {study.folder} --arm {gap.arm}` keeps them"


def _lines(study: Study, found: list[Gap], *, named: bool = False) -> Iterator[str]:
    for gap in found:
        first, second = gap.lines
        yield f"{_INDENT}{f'{gap.outcome}, ' if named else ''}{first}"
        yield f"{_INDENT * 2}{second}"
        if not gap.kept:
            yield f"{_INDENT * 2}{_hint(study, gap)}"


def _without(study: Study) -> Iterator[str]:
    declared = {gap.arm for gap in all_gaps(study)}
    told = study.manifest.get("desk", {})
    for arm in study.arms:
        if arm != BASELINE and arm not in declared and told.get(arm):
            yield f"{arm}: no desk estimate declared."
