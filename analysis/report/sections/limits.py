"""What the model doesn't know: how the baseline meets published figures, what is made up, what is left out."""

import csv
from collections import Counter
from collections.abc import Mapping
from typing import Any

from analysis.folder import PARAMETERS, TARGETS
from analysis.months import window_of
from analysis.report.reading import Reading

ORDER = 100
TITLES = {"en": "What the model doesn't know", "zh": "模型的未知之处"}
MARKS = ("syn", "prior", "unverified", "derived", "published", "scenario")
WORDS = {
    "en": {
        "targets": "The baseline beside published figures", "targets_caption": "Model: mean of {runs} baseline runs. A figure to which something was fitted tests nothing.",
        "published": "published", "model": "model", "band": "counts as met", "met": "in its band", "yes": "yes", "no": "no",
        "fitted": "fitted to", "none": "The region names no published figures to lay the baseline beside.", "met_line": "{met} of {all} figures lie in their band, {tests_met} of the {tests} to which nothing was fitted.",
        "unmeasured": "not measured", "later": "{count} more can't be measured in these runs.", "syn": "made up [syn]", "prior": "assumed [prior]", "unverified": "recalled, not looked up [unverified]",
        "derived": "worked out from published figures [derived]", "scenario": "set by the scenario", "of_published": "published",
        "sources": "Where the figures come from", "sources_caption": "Parameters in use, and rows of the region's tables, by the weakest mark of their source.",
        "parameters": "parameters", "rows": "rows of tables", "made_up": "{share} of the parameters and {rows} of the rows of the region's tables are made up or assumed.",
        "not_modelled": "What isn't modelled", "mark": "mark", "untold": "The study was made by a program that didn't note this.", "percent_band": "± {band}%", "points_band": "± {band} points", "absolute_band": "± {band}",
    },
    "zh": {
        "targets": "基准与公布数据的对照", "targets_caption": "模型：{runs}次基准运行的均值。用于拟合的数据不构成检验。",
        "published": "公布值", "model": "模型", "band": "容许范围", "met": "在范围内", "yes": "是", "no": "否",
        "fitted": "用于拟合", "none": "本地区未列出可对照的公布数据。", "met_line": "{all}项数据中有{met}项在容许范围内；未用于拟合的{tests}项中有{tests_met}项。",
        "unmeasured": "无法测量", "later": "另有{count}项在这些运行中无法测量。", "syn": "虚构 [syn]", "prior": "假设 [prior]", "unverified": "凭记忆、未核实 [unverified]",
        "derived": "由公布数据推算 [derived]", "scenario": "由情景设定", "of_published": "已公布",
        "sources": "数据来源", "sources_caption": "使用中的参数和地区数据表的行，按其来源中最弱的标记统计。",
        "parameters": "参数", "rows": "数据表行数", "made_up": "参数的{share}、地区数据表行数的{rows}为虚构或假设。",
        "not_modelled": "未建模的内容", "mark": "标记", "untold": "生成本研究的程序未记录此项。", "percent_band": "±{band}%", "points_band": "±{band}个百分点", "absolute_band": "±{band}",
    },
}  # fmt: skip
TEMPLATE = """\
<h3>{{ w.targets }}</h3>
{% if targets %}
<p>{{ met_line }}</p>
<div class="scroll" tabindex="0" role="region" aria-label="{{ w.targets }}">
<table><caption>{{ caption }}</caption>
<thead><tr><th scope="col">{{ w.outcome }}</th><th scope="col">{{ w.people }}</th><th scope="col">{{ w.month }}</th><th scope="col" class="n">{{ w.published }}</th><th scope="col" class="n">{{ w.model }}</th><th scope="col" class="n">{{ w.band }}</th><th scope="col">{{ w.met }}</th><th scope="col">{{ w.fitted }}</th></tr></thead>
<tbody>{% for one in targets %}
<tr><th scope="row">{{ one.name }} <span class="unit">{{ one.unit }}</span></th><td>{{ one.people }}</td><td>{{ one.window }}</td><td class="n">{{ one.published }}</td><td class="n"{{ data(target=one.id, model=one.value) }}>{{ one.model }}</td><td class="n">{{ one.band }}</td><td class="state {{ 'better' if one.within == 'yes' else 'worse' }}">{% if one.within %}<span aria-hidden="true">{{ "✓" if one.within == "yes" else "✗" }}</span> {{ w[one.within] }}{% endif %}</td><td>{{ w[one.fitted] }}</td></tr>
{% endfor %}</tbody></table></div>
{% else %}<p>{{ w.none }}</p>{% endif %}

<h3>{{ w.sources }}</h3>
{% if marks %}
<p>{{ made_up }}</p>
<div class="scroll" tabindex="0" role="region" aria-label="{{ w.sources }}">
<table><caption>{{ w.sources_caption }}</caption>
<thead><tr><th scope="col">{{ w.mark }}</th><th scope="col" class="n">{{ w.parameters }}</th><th scope="col" class="n">{{ w.rows }}</th></tr></thead>
<tbody>{% for mark, parameters, rows in marks %}<tr><th scope="row">{{ w.of_published if mark == "published" else w[mark] }}</th><td class="n">{{ language.count(parameters) }}</td><td class="n">{{ language.count(rows) }}</td></tr>{% endfor %}</tbody></table></div>
{% else %}<p>{{ w.untold }}</p>{% endif %}

<h3>{{ w.not_modelled }}</h3>
{% if not_modelled %}<ul>{% for one in not_modelled %}<li>{{ one }}</li>{% endfor %}</ul>{% else %}<p>{{ w.untold }}</p>{% endif %}
"""


def data(reading: Reading) -> Mapping[str, Any]:
    """Tell the limits."""
    language, words = reading.language, WORDS[reading.language.code]
    rows = _read(reading, TARGETS)
    measured = [row for row in rows if row["within_band"]]
    tests = [row for row in measured if row["fitted"] == "no"]
    said = words["met_line"].format(
        met=_met(measured), all=len(measured), tests_met=_met(tests), tests=len(tests)
    ) + (f" {words['later'].format(count=len(rows) - len(measured))}" if len(rows) > len(measured) else "")  # fmt: skip
    marks = _marks(reading)
    return {
        "targets": [_target(reading, row) for row in measured], "met_line": said,
        "caption": words["targets_caption"].format(runs=len(reading.study.of_arm("baseline"))),
        "marks": marks, "made_up": _made_up(reading, marks),
        "not_modelled": [one.get(language.code, one.get("en", "")) for one in reading.told.get("not_modelled", [])],
    }  # fmt: skip


def _read(reading: Reading, name: str) -> list[dict[str, str]]:
    file = reading.study.folder / name
    return list(csv.DictReader(file.read_text("utf-8").splitlines())) if file.exists() else []


def _met(rows: list[dict[str, str]]) -> int:
    return sum(row["within_band"] == "yes" for row in rows)


def _target(reading: Reading, row: Mapping[str, str]) -> dict[str, Any]:
    language, words = reading.language, WORDS[reading.language.code]
    value, published = float(row["model_mean"]), float(row["published"])
    scale = language.scale((value, published), row["unit"])
    band = f"{row['band_unit']}_band"
    return {
        "id": row["target"], "name": reading.name(row["outcome"]), "unit": scale.unit, "value": value,
        "people": language.words.get(row["population"], row["population"]) if row["population"] != "all" else language.words["everybody"],
        "window": language.window(window_of(row["window"])), "published": scale.text(published), "model": scale.text(value),
        "band": words[band if band in words else "absolute_band"].format(band=f"{float(row['band']):g}"),
        "within": row["within_band"], "fitted": row["fitted"] if row["fitted"] in ("yes", "no") else "no",
    }  # fmt: skip


def _marks(reading: Reading) -> list[tuple[str, int, int]]:
    """Count parameters and rows by mark; nothing where an older program noted neither."""
    parameters = Counter(row["mark"] for row in _read(reading, PARAMETERS))
    rows: Counter[str] = Counter()
    for counted in reading.study.manifest.get("table_marks", {}).values():
        rows.update(counted)
    return [(mark, parameters[mark], rows[mark]) for mark in MARKS if parameters[mark] or rows[mark]]


def _made_up(reading: Reading, marks: list[tuple[str, int, int]]) -> str:
    """Say how much is made up or assumed; what a scenario sets is left out of the share."""
    weak = [one for one in marks if one[0] in ("syn", "prior")]
    all_ = [one for one in marks if one[0] != "scenario"]
    shares = [sum(one[at] for one in weak) / max(1, sum(one[at] for one in all_)) for at in (1, 2)]
    share, rows = map(reading.language.share, shares)
    return WORDS[reading.language.code]["made_up"].format(share=share, rows=rows)
