"""The planner's sum beside the model's answer, and by which mechanisms the two differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.desk import Gap, all_gaps
from analysis.paired import Paired
from analysis.report.language import Scale, places_for
from analysis.report.reading import Reading
from analysis.report.section import Missing

ORDER = 60
TITLES = {"en": "The sum on paper beside the model", "zh": "纸面测算与模型对照"}
WORDS = {
    "en": {
        "none": "No arm declares a sum that a planner would do on paper.", "lead": "What a planner would reckon on paper, what the model finds, and what lies between. The rows of each table add up.",
        "caption": "{arm}: {outcome}, {unit}, mean of {window}.", "step": "step", "value": "adds", "desk": "on paper: {text}", "model": "in the model",
        "lacking": "No sum is declared for {names}.", "overview": "All sums at a glance", "on_paper": "on paper", "in_model": "in the model", "gap": "gap", "largest": "largest mechanism",
        "untold": "Unit records, which tell the mechanisms apart, aren't kept.", "words": {}, "show": "{outcome}: from {desk} on paper to {model} in the model",
        "overview_caption": "Sum on paper and effect in the model, each in the outcome's unit, mean of {window}.",
    },
    "zh": {
        "none": "没有方案给出规划人员会做的纸面测算。", "lead": "规划人员的纸面测算、模型的结果，以及两者之间的差距。各表各行相加即得。",
        "caption": "{arm}：{outcome}，{unit}，{window}均值。", "step": "步骤", "value": "增减", "desk": "纸面测算：{text}", "model": "模型结果",
        "lacking": "{names}没有纸面测算。", "overview": "全部测算一览", "on_paper": "纸面", "in_model": "模型", "gap": "差距", "largest": "最大的机制",
        "untold": "未保留能区分各机制的个体记录。", "show": "{outcome}：纸面{desk}，模型{model}",
        "overview_caption": "纸面测算与模型影响，均以指标单位计，{window}均值。",
        "words": {
            "not_in_force": "这些月份未实施或未达满员", "not_offered": "未提供的岗位：订单少或已关闭", "unfilled_nobody_eligible": "空缺：无其他符合条件者",
            "unfilled_too_far": "空缺：符合者住得太远", "unfilled_nobody_searching": "空缺：附近的人不找工作", "unfilled_pay_too_low": "空缺：求职者嫌报酬低",
            "unfilled_not_met": "空缺：愿去者当月未得知", "unfilled_chose_another": "空缺：得知者另选他处", "unfilled_left": "空缺一个月：转去他处",
            "not_counted": "由指标不统计的较年轻者占据", "moved": "由从其他岗位转来、本来就会就业者占据", "sooner": "由原无工作、但届时本来也会就业者占据",
            "not_brought": "纸面上的就业未使人就业：本来就会就业，或未找到", "left_behind": "他人得到转岗者留下的岗位", "gained_otherwise": "其他本来不会就业而就业者，无已知岗位链",
            "lost_this_month": "失去工作：被本月岗位链挤出（上限）", "lost_earlier": "失去工作：被此前各月岗位链挤出（上限）", "lost_own": "失去工作：得到新岗位后又失去",
            "lost_turned_away": "失去工作：被拒或被辞退，无已知链条", "lost_refused": "失去工作：死亡、迁走、照料、辞职、未求职或拒绝", "lost": "本来会就业而未就业者",
            "other": "其他：统计口径不同及其余机制", "untraced": "没有个体记录的运行",
        },
    },
}  # fmt: skip
TEMPLATE = """\
<p>{{ w.lead }}</p>
<h3>{{ w.overview }}</h3>
<div class="scroll" tabindex="0" role="region" aria-label="{{ w.overview }}">
<table><caption>{{ overview_caption }}</caption>
<thead><tr><th scope="col">{{ w.arm }}</th><th scope="col">{{ w.outcome }}</th><th scope="col" class="n">{{ w.on_paper }}</th><th scope="col" class="n">{{ w.in_model }}</th><th scope="col" class="n">{{ w.gap }}</th><th scope="col">{{ w.largest }}</th></tr></thead>
<tbody>{% for one in gaps %}<tr><th scope="row">{{ r.name(one.arm) }}</th><td>{{ r.name(one.outcome) }} <span class="unit">{{ one.unit }}</span></td><td class="n"{{ data(arm=one.arm, outcome=one.outcome, desk=one.desk_value) }}>{{ one.desk }}</td><td class="n"{{ data(model=one.model_value) }}>{{ one.model }}</td><td class="n">{{ one.gap }}</td><td>{{ one.largest }}</td></tr>
{% endfor %}</tbody></table></div>
{% for one in gaps %}
<details><summary>{{ r.name(one.arm) }}{{ w.colon }}{{ one.title }}</summary>
<div class="scroll" tabindex="0" role="region" aria-label="{{ r.name(one.arm) }}: {{ r.name(one.outcome) }}">
<table><caption>{{ one.caption }}</caption>
<thead><tr><th scope="col">{{ w.step }}</th><th scope="col" class="n">{{ w.value }}</th><th scope="col" class="n">{{ w.interval }}</th></tr></thead>
<tbody>{% for what, foreign, value, text, ends in one.rows %}<tr><th scope="row"{% if foreign %} lang="en"{% endif %}>{{ what }}</th><td class="n"{{ data(value=value) }}>{{ text }}</td><td class="n">{{ ends }}</td></tr>
{% endfor %}</tbody></table></div>
{% if one.lacking %}<p class="small">{{ one.lacking }}</p>{% endif %}{% if one.untold %}<p class="small">{{ w.untold }}</p>{% endif %}
</details>
{% endfor %}
"""


@dataclass(frozen=True)
class Shown:
    """One sum beside the model's effect, as it is written."""

    arm: str
    outcome: str
    unit: str
    desk_value: float
    desk: str
    model_value: float
    model: str
    gap: str
    largest: str
    title: str
    caption: str
    rows: Sequence[tuple[str, bool, float, str, str]]
    lacking: str
    untold: bool


def data(reading: Reading) -> Mapping[str, Any] | Missing:
    """Lay the sums beside the effects."""
    words, found = WORDS[reading.language.code], all_gaps(reading.study)
    if not found:
        return Missing(str(words["none"]))
    window = reading.language.window(reading.study.window)
    return {
        "gaps": [_shown(reading, one) for one in found],
        "overview_caption": str(words["overview_caption"]).format(window=window),
    }


def _shown(reading: Reading, one: Gap) -> Shown:
    language, words = reading.language, WORDS[reading.language.code]
    known: Mapping[str, str] = words["words"]
    scale = _scale(reading, one)
    desk, model = (scale.signed(part.mean) for part in (one.desk, one.model))
    moved = [part for part in one.parts if abs(part.figure.mean) > 0]
    largest = max(moved, key=lambda part: abs(part.figure.mean), default=None)
    said = known.get(largest.key, largest.mechanism) if largest is not None else ""
    if largest is not None:
        said += f" {scale.signed(largest.figure.mean)}"
    text = {
        "arm": reading.name(one.arm),
        "outcome": reading.name(one.outcome),
        "unit": scale.unit,
        "window": language.window(one.window),
    }
    return Shown(
        one.arm, one.outcome, scale.unit, one.desk.mean, desk, one.model.mean, model, scale.signed(one.model.mean - one.desk.mean), said,
        str(words["show"]).format(outcome=text["outcome"], desk=desk, model=model), str(words["caption"]).format(**text),
        _rows(reading, one, scale), str(words["lacking"]).format(names=language.words["comma"].join(one.lacking)) if one.lacking else "",
        one.one_for_one and not one.kept,
    )  # fmt: skip


def _scale(reading: Reading, one: Gap) -> Scale:
    unit = reading.study.meaning(one.outcome).unit
    values = [one.desk.mean, one.model.mean, *(part.figure.mean for part in one.parts)]
    places = max(places_for(one.model.mean, (one.model.high - one.model.low) / 2), 1) if one.model.n > 1 else None
    return reading.language.scale(values, unit, change=True, places=places)


def _rows(reading: Reading, one: Gap, scale: Scale) -> list[tuple[str, bool, float, str, str]]:
    words = WORDS[reading.language.code]
    known: Mapping[str, str] = words["words"]
    chinese = reading.language.chinese
    rows = [_row(reading, str(words["desk"]).format(text=one.text), chinese, one.desk, scale)]
    rows += [
        _row(reading, known.get(part.key, part.what), chinese and part.key not in known, part.figure, scale)
        for part in one.parts
        if part.figure.mean
    ]
    return [*rows, _row(reading, str(words["model"]), False, one.model, scale)]


def _row(reading: Reading, what: str, foreign: bool, figure: Paired, scale: Scale) -> tuple[str, bool, float, str, str]:
    ends = ""
    if figure.n > 1 and figure.high > figure.low:
        ends = reading.language.span(scale.signed(figure.low), scale.signed(figure.high))
    return what, foreign, figure.mean, scale.signed(figure.mean), ends
