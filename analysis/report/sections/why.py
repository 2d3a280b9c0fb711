"""Why households fare otherwise in an arm: how they came to gain or to lose work, a school seat or a home."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from analysis.months import ResultsError
from analysis.privacy import FEWEST
from analysis.report.reading import Reading
from analysis.report.section import Missing
from analysis.study import BASELINE
from analysis.why_counts import ALL, GAINED, KINDS, why_counts

if TYPE_CHECKING:
    pass  # type: ignore[import-untyped]

ORDER = 70
TITLES = {"en": "Why", "zh": "为什么"}
WORDS = {
    "en": {
        "no_units": "Why households gain or lose is told by unit records, which this study doesn't keep: relosim units makes its runs again and keeps them.",
        "no_arms": "There is no arm beside the baseline.", "lead": "Households that have more or less of something in the arm than in the baseline over {window}, by how that came about. "
        "Single households' stories: study.why(arm, household=...) and relosim trace.",
        "caption": "{arm}: {kind}. Households, mean of the runs. – stands for fewer than {fewest} households, or would give away what does.",
        "how": "how it came about", "households": "households", "share": "share", "gained": "gained", "lost": "lost", "whole": "{change}, all together",
        "kinds": {"job": "work", "school_seat": "school seats", "home": "homes at the site"}, "none": "Work, seats and homes are the same in every household.", "slots": {}, "ways": {},
    },
    "zh": {
        "no_units": "家庭为何受益或受损须由个体记录说明，而本研究未保留：relosim units 可重新运行并保留。",
        "no_arms": "除基准外没有其他方案。", "lead": "{window}内在该方案下比基准下得到更多或更少的家庭，按缘由统计。单个家庭的经过见 study.why(arm, household=...) 和 relosim trace。",
        "caption": "{arm}：{kind}。家庭户数，各次运行均值。– 表示不足{fewest}户，或会泄露此类情况。",
        "how": "缘由", "households": "户数", "share": "比重", "gained": "得到", "lost": "失去", "whole": "{change}，合计",
        "kinds": {"job": "工作", "school_seat": "学位", "home": "安置点住房"}, "none": "各户的工作、学位和住房均无变化。",
        "slots": {"post": "岗位", "seat": "学位", "home": "住房"},
        "ways": {
            "took a new {slot}": "得到新增{slot}", "kept a {slot} that is lost in the baseline": "保住基准下会失去的{slot}",
            "found a {slot} sooner": "更早得到{slot}", "found a {slot} that the baseline doesn't bring": "得到基准下没有的{slot}",
            "took a {slot} that a new {slot}'s holder left": "得到转去新增{slot}者留下的{slot}", "took a {slot} further down a chain that a new {slot} began": "在新增{slot}引起的链条上得到{slot}",
            "took a {slot} left for other reasons": "得到因其他原因空出的{slot}", "didn't get a {slot} that another one has": "未得到他人所得的{slot}",
            "didn't get a {slot} that another one has because of a new one": "因新增者而未得到他人所得的{slot}", "found a {slot} later": "更晚得到{slot}",
            "didn't find a {slot} that the baseline brings": "未得到基准下会得到的{slot}", "lost a new {slot}": "失去新增{slot}", "lost a {slot} that was cut": "{slot}被撤销",
            "left a {slot} that is kept in the baseline": "离开基准下保有的{slot}",
        },
    },
}  # fmt: skip
TEMPLATE = """\
<p>{{ lead }}</p>
{% for arm, tables in arms %}
<h3>{{ r.name(arm) }}</h3>
{% for caption, rows in tables %}
<div class="scroll" tabindex="0" role="region" aria-label="{{ caption }}">
<table><caption>{{ caption }}</caption>
<thead><tr><th scope="col">{{ w.how }}</th><th scope="col" class="n">{{ w.households }}</th><th scope="col" class="n">{{ w.interval }}</th><th scope="col" class="n">{{ w.share }}</th></tr></thead>
<tbody>{% for one in rows %}<tr{% if one.whole %} class="whole"{% endif %}><th scope="row" class="d{{ 0 if one.whole else 1 }}"{% if one.foreign %} lang="en"{% endif %}>{{ one.how }}</th><td class="n"{{ data(arm=arm, households=one.value) }}>{{ one.households }}</td><td class="n">{{ one.ends }}</td><td class="n">{{ one.share }}</td></tr>
{% endfor %}</tbody></table></div>
{% endfor %}
{% else %}<p>{{ w.none }}</p>
{% endfor %}
"""


def data(reading: Reading) -> Mapping[str, Any] | Missing:
    """Count the ways."""
    words = WORDS[reading.language.code]
    if not reading.arms:
        return Missing(str(words["no_arms"]))
    traced = [arm for arm in reading.study.traced_arms if arm != BASELINE]
    if not traced:
        return Missing(str(words["no_units"]))
    told = [(arm, list(_tables(reading, arm))) for arm in traced]
    window = reading.language.window(reading.study.window)
    return {"lead": str(words["lead"]).format(window=window), "arms": [one for one in told if one[1]]}


def _tables(reading: Reading, arm: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Lay out one table per kind of thing that somebody gains or loses."""
    words = WORDS[reading.language.code]
    for kind in KINDS:
        try:
            table = why_counts(reading.study, arm, kind)
        except ResultsError:
            continue
        rows = [_row(reading, kind, row) for row in table.to_dict("records") if _told(row)]
        if rows:
            kinds: Mapping[str, str] = words["kinds"]
            yield str(words["caption"]).format(arm=reading.name(arm), kind=kinds[kind], fewest=FEWEST), rows


def _told(row: Mapping[Any, Any]) -> bool:
    """Leave out who is nobody, and lines of which nothing may be said."""
    return bool(row["households"] > 0) if row["how"] != ALL else bool(row["households"] > 0 or row["suppressed"])


def _row(reading: Reading, kind: str, row: Mapping[Any, Any]) -> dict[str, Any]:
    language, words = reading.language, WORDS[reading.language.code]
    whole, value = row["how"] == ALL, float(row["households"])
    change = str(words["gained" if row["change"] == GAINED else "lost"])
    scale = language.scale((value,), "households", places=1)
    how, foreign = (str(words["whole"]).format(change=change), False) if whole else _how(reading, kind, str(row["how"]))
    hidden = bool(row["suppressed"])
    ends = language.span(scale.text(row["low"]), scale.text(row["high"])) if row["low"] == row["low"] else ""
    return {
        "how": how, "foreign": foreign, "whole": whole, "value": value, "households": "–" if hidden else scale.text(value),
        "ends": ends, "share": "" if hidden else language.share(float(row["share"])),
    }  # fmt: skip


def _how(reading: Reading, kind: str, how: str) -> tuple[str, bool]:
    """Say how something came about, and whether it is said in English for want of a translation."""
    words = WORDS[reading.language.code]
    slot = KINDS[kind].slot
    ways: Mapping[str, str] = words["ways"]
    known = {english.format(slot=slot): chinese for english, chinese in ways.items()}
    if how in known:
        slots: Mapping[str, str] = words["slots"]
        return known[how].format(slot=slots[slot]), False
    return how, reading.language.chinese
