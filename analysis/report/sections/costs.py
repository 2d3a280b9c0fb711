"""What the arms cost, and what one more unit-year of each count costs."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.cost import Cost, UnitCost, cost, cost_per_gain
from analysis.cost_effectiveness import DOMINATED, EXTENDED, FRONTIER, Option, cost_effectiveness
from analysis.report.reading import Reading
from analysis.report.section import Missing
from analysis.study import BASELINE

ORDER = 80
TITLES = {"en": "Costs, and cost per gain", "zh": "成本与单位成本"}
WORDS = {
    "en": {
        "nothing": "No arm costs anything.", "no_arms": "There is no arm beside the baseline.",
        "costs": "Programme cost", "costs_caption": "Programme cost, {months}, mean of the runs, {unit}.", "total": "total",
        "gains": "Cost of one unit-year", "gains_caption": "Cost divided by gain, both over the whole run, {months}. Outcomes that count something "
        "and have a better direction; the interval is a paired bootstrap of the ratio, computing error alone.",
        "gain": "change", "won": "gain", "each": "cost of each, {unit}", "worse": "costs and makes this worse", "unknown": "undefined: the effect isn't told apart from none",
        "year": "{unit}-years", "frontier": "Which arms are worth their money",
        "frontier_caption": "Cost and gain in {outcome}, in unit-years over the whole run; for outcomes of which less is better the gain counts fewer. An arm is dominated if another costs no more and does no less.",
        "step": "cost of each further unit-year", FRONTIER: "on the frontier", DOMINATED: "dominated", EXTENDED: "dominated by a mixture of two others",
        "standing": "standing", "cost": "cost", "capital": "capital", "monthly": "monthly", "delivery": "per delivery",
    },
    "zh": {
        "nothing": "各方案均不产生成本。", "no_arms": "除基准外没有其他方案。",
        "costs": "项目成本", "costs_caption": "项目成本，{months}，各次运行均值，{unit}。", "total": "合计",
        "gains": "每单位·年的成本", "gains_caption": "成本除以收益，均按整个模拟期计，{months}。仅列有优劣方向的计数指标；区间为比值的配对自助法区间，只含计算误差。",
        "gain": "变化", "won": "收益", "each": "每单位·年成本，{unit}", "worse": "有成本且使该指标变差", "unknown": "无定义：影响与零无法区分",
        "year": "{unit}·年", "frontier": "哪些方案物有所值",
        "frontier_caption": "成本与{outcome}的收益，整个模拟期的单位·年；越少越好的指标，收益指减少量。若另一方案成本不高而效果不低，则该方案被支配。",
        "step": "每增加一单位·年的成本", FRONTIER: "在前沿上", DOMINATED: "被支配", EXTENDED: "被另外两个方案的组合支配",
        "standing": "地位", "cost": "成本", "capital": "一次性投入", "monthly": "按月支出", "delivery": "按实际完成支付",
    },
}  # fmt: skip
TEMPLATE = """\
<h3>{{ w.costs }}</h3>
<div class="scroll" tabindex="0" role="region" aria-label="{{ w.costs }}">
<table><caption>{{ costs_caption }}</caption>
<thead><tr><th scope="col">{{ w.arm }}</th><th scope="col" class="n">{{ w.total }}</th>{% for kind in kinds %}<th scope="col" class="n">{{ w.get(kind, kind) }}</th>{% endfor %}</tr></thead>
<tbody>{% for one in costs %}
<tr><th scope="row">{{ r.name(one.arm) }}</th><td class="n"{{ data(arm=one.arm, cost=one.total) }}>{{ money.text(one.total) }}</td>{% for kind in kinds %}<td class="n">{{ money.text(one.by_kind.get(kind, 0.0)) }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table></div>

{% if gains %}
<h3>{{ w.gains }}</h3>
<div class="scroll" tabindex="0" role="region" aria-label="{{ w.gains }}">
<table><caption>{{ gains_caption }}</caption>
<thead><tr><th scope="col">{{ w.outcome }}</th><th scope="col">{{ w.arm }}</th><th scope="col" class="n">{{ w.gain }}</th><th scope="col" class="n">{{ each }}</th><th scope="col" class="n">{{ w.interval }}</th></tr></thead>
<tbody>{% for one, gain, price, ends in gains %}
<tr><th scope="row">{{ r.name(one.outcome) }}</th><td>{{ r.name(one.arm) }}</td><td class="n">{{ gain }}</td>
{% if price %}<td class="n"{{ data(outcome=one.outcome, arm=one.arm, per_year=one.per_year) }}>{{ price }}</td><td class="n">{{ ends }}</td>{% else %}<td colspan="2">{{ w.worse if one.gain.told_apart else w.unknown }}</td>{% endif %}</tr>
{% endfor %}</tbody></table></div>
{% endif %}

{% if options %}
<h3>{{ w.frontier }}</h3>
<div class="scroll" tabindex="0" role="region" aria-label="{{ w.frontier }}">
<table><caption>{{ frontier_caption }}</caption>
<thead><tr><th scope="col">{{ w.arm }}</th><th scope="col" class="n">{{ w.cost }}</th><th scope="col" class="n">{{ w.won }}</th><th scope="col">{{ w.standing }}</th><th scope="col" class="n">{{ w.step }}</th></tr></thead>
<tbody>{% for one, spent, gain, step in options %}
<tr><th scope="row">{{ r.name(one.arm) }}</th><td class="n">{{ spent }}</td><td class="n">{{ gain }}</td><td>{{ w[one.state] }}</td><td class="n">{{ step }}</td></tr>
{% endfor %}</tbody></table></div>
{% endif %}
"""


def data(reading: Reading) -> Mapping[str, Any] | Missing:
    """Add up costs and divide them by gains."""
    study, language = reading.study, reading.language
    words = WORDS[language.code]
    if not reading.arms:
        return Missing(words["no_arms"])
    found = [cost(study, arm) for arm in reading.arms]
    if not any(one.total for one in found):
        return Missing(words["nothing"])
    months = language.window((study.start, study.start + study.months - 1))
    largest = max(abs(one.total) for one in found)
    money = language.scale((largest,), "yuan", places=None if language.chinese else 0)
    gains = _gains(reading, found)
    return {
        "costs": found, "kinds": sorted({kind for one in found for kind in one.by_kind}), "money": money,
        "costs_caption": words["costs_caption"].format(months=months, unit=money.unit),
        "gains": gains, "gains_caption": words["gains_caption"].format(months=months),
        "each": words["each"].format(unit=language.unit("yuan")), **_frontier(reading),
    }  # fmt: skip


def _counts(reading: Reading) -> list[str]:
    """Name the outcomes whose unit-years mean something."""
    known = ((name, reading.study.meaning(name)) for name in reading.outcomes)
    return [name for name, one in known if one.kind == "count" and one.better]


def _gains(reading: Reading, costs: list[Cost]) -> list[tuple[UnitCost, str, str, str]]:
    arms = [one.arm for one in costs if one.total]
    found = [cost_per_gain(reading.study, name, arm) for name in _counts(reading) for arm in arms]
    return [(one, *_written(reading, one)) for one in found if not one.gain.nothing]


def _written(reading: Reading, one: UnitCost) -> tuple[str, str, str]:
    language, words = reading.language, WORDS[reading.language.code]
    unit = words["year"].format(unit=language.unit(one.unit + "s") if language.chinese else one.unit)
    change = -one.gain.mean if one.fewer else one.gain.mean
    gain = language.with_unit(language.scale((change,), "persons").signed(change), unit)
    if not (one.gain.told_apart and one.gain.mean > 0):
        return gain, "", ""
    scale = language.scale((one.per_year, *(end for end in (one.low, one.high) if np.isfinite(end))), "yuan")
    ends = language.span(scale.text(one.low), scale.text(one.high)) if np.isfinite(one.low) else ""
    return gain, _exact_unit(scale.text(one.per_year), scale.unit, language.unit("yuan")), ends


def _exact_unit(text: str, unit: str, usual: str) -> str:
    """Write the unit behind a figure where it isn't the one of the column."""
    return text if unit == usual else f"{text}{unit}"


def _frontier(reading: Reading) -> dict[str, Any]:
    """Lay out dominance for the first outcome that can be added up; nothing where there is none."""
    outcome = next(iter(_counts(reading)), None)
    if outcome is None or len(reading.arms) < 2:
        return {"options": [], "frontier_caption": ""}
    caption = WORDS[reading.language.code]["frontier_caption"].format(outcome=reading.name(outcome))
    options = cost_effectiveness(reading.study, outcome)
    return {"options": [_option(reading, one) for one in options], "frontier_caption": caption}


def _option(reading: Reading, one: Option) -> tuple[Option, str, str, str]:
    step = reading.language.money(one.ratio) if np.isfinite(one.ratio) else ""
    gain = reading.language.scale((one.effect,), "persons").signed(one.effect) if one.arm != BASELINE else "0"
    return one, reading.language.money(one.cost), gain, step
