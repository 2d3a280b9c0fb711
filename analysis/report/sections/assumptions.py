"""What the answer rests on: assumptions, those that move it most first, each with value, unit, range and source."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from analysis.folder import PARAMETERS
from analysis.indices import sensitivity
from analysis.report.reading import Reading
from analysis.report.section import Missing
from analysis.robustness import levels
from analysis.sensitivity import Morris
from analysis.study import BASELINE

ORDER = 90
TITLES = {"en": "What the answer rests on", "zh": "结论的依据"}
MARKS = ("syn", "prior", "unverified", "derived", "published", "scenario")
WORDS = {
    "en": {
        "untold": "This study was made by a program that didn't note its parameters: run it again.",
        "sobol": "Sorted by how much of the variance of {what} each parameter has with all its interactions (Sobol' index in total); {rests}.",
        "morris": "Sorted by the mean absolute effect of each parameter on {what} as it crosses its range (Morris); {rests}.",
        "rank": "Sorted by how closely each drawn parameter goes with {what} over {draws} draws (Spearman's rank correlation). It tells apart what moves the answer, not why.",
        "fixed": "No parameter was varied, so nobody knows which of them move the answer. Sorted by how weak the source is: made up, assumed, recalled, worked out, published. "
        "A block “sensitivity” in the scenario would tell which matter.",
        "the_effect": "the effect of {arm} on {outcome}", "the_level": "the level of {outcome}",
        "index": "index in total", "effect": "mean |effect|", "rho": "rank correlation", "parameter": "parameter", "value": "value", "range": "range", "source": "source", "meaning": "meaning",
        "first": "Assumptions that move the answer", "weakest": "Weakest sources first", "all": "All parameters and settings", "rest": "All {count} parameters in use and settings of arms",
        "caption": "Parameters in use. Values that differ from their declaration are marked *.", "varied": "varied: {spread}", "filter": "Filter by words", "found": "shown", "marked": "* set by the scenario; declared {declared}",
    },
    "zh": {
        "untold": "生成本研究的程序未记录参数，请重新运行。",
        "sobol": "按各参数（含全部交互作用）占{what}方差的份额排序（Sobol' 总指数）；{rests}。",
        "morris": "按各参数遍历其取值范围时对{what}的平均绝对影响排序（Morris）；{rests}。",
        "rank": "按各抽样参数与{what}的关联程度排序（{draws}次抽样的 Spearman 秩相关）。它说明什么在影响结论，而不说明原因。",
        "fixed": "没有参数变动，因此无从知道哪些参数影响结论。按来源由弱到强排序：虚构、假设、未核实、推算、公布。在情景中加入 sensitivity 即可知道哪些重要。",
        "the_effect": "{arm}对{outcome}的影响", "the_level": "{outcome}的水平",
        "index": "总指数", "effect": "平均绝对影响", "rho": "秩相关", "parameter": "参数", "value": "取值", "range": "范围", "source": "来源", "meaning": "含义",
        "first": "影响结论的假设", "weakest": "来源最弱者在前", "all": "全部参数与设定", "rest": "全部{count}个使用中的参数和方案设定",
        "caption": "使用中的参数。与声明值不同者标 *。参数说明的原文为英文。", "varied": "变动：{spread}", "filter": "按文字筛选", "found": "条", "marked": "* 由情景设定；声明值 {declared}",
    },
}  # fmt: skip
TEMPLATE = """\
{% macro table(rows, title, ranked) %}
<div class="scroll" tabindex="0" role="region" aria-label="{{ title }}">
<table class="assumptions"><caption>{{ w.caption }}</caption>
<thead><tr>{% if ranked %}<th scope="col" class="n">{{ measure }}</th>{% endif %}<th scope="col">{{ w.parameter }}</th><th scope="col" class="n">{{ w.value }}</th><th scope="col">{{ w.unit }}</th><th scope="col">{{ w.range }}</th><th scope="col">{{ w.source }}</th><th scope="col">{{ w.meaning }}</th></tr></thead>
<tbody>{% for one in rows %}
<tr>{% if ranked %}<td class="n">{{ one.score }}</td>{% endif %}<th scope="row"><code>{{ breaks(one.path) }}</code></th><td class="n">{{ one.value }}{% if one.changed %}<abbr title="{{ w.marked.format(declared=one.declared) }}">*</abbr>{% endif %}</td><td>{{ one.unit }}</td><td>{{ one.range }}{% if one.spread %}<br>{{ w.varied.format(spread=one.spread) }}{% endif %}</td><td{% if language.chinese %} lang="en"{% endif %}>{{ one.source }}</td><td{% if language.chinese %} lang="en"{% endif %}>{{ one.meaning }}</td></tr>
{% endfor %}</tbody></table></div>
{% endmacro %}
<p>{{ how }}</p>
<h3>{{ w.first if ranked else w.weakest }}</h3>
{{ table(top, w.first if ranked else w.weakest, ranked) }}
<details><summary>{{ w.rest.format(count=rows|length) }}</summary>
<p class="controls js" hidden><label for="as-filter">{{ w.filter }}</label><input type="search" id="as-filter" autocomplete="off"> <output id="as-count" for="as-filter"></output> {{ w.found }}</p>
{{ table(rows, w.all, false) }}
</details>
"""
_TOP = 15
_FEWEST_DRAWS = 10
"""Draws from which a rank correlation says anything."""


@dataclass(frozen=True)
class Row:
    """One parameter as it is written."""

    path: str
    value: str
    declared: str
    unit: str
    range: str
    source: str
    mark: str
    meaning: str
    spread: str
    score: str = ""

    @property
    def changed(self) -> bool:
        """Say whether the scenario sets another value than its declaration."""
        return self.declared not in ("", self.value)


@dataclass(frozen=True)
class Ranking:
    """Scores of parameters by path, how they were found, and what the column is called."""

    scores: Mapping[str, tuple[float, str]]
    how: str
    measure: str


def data(reading: Reading) -> Mapping[str, Any] | Missing:
    """Lay out the assumptions."""
    words, rows = WORDS[reading.language.code], _read(reading)
    if not rows:
        return Missing(words["untold"])
    ranking = _ranking(reading)
    if ranking is None:
        weakest = sorted(rows, key=lambda one: (MARKS.index(one.mark), one.path))
        shown = [one for one in weakest if one.mark != "scenario"][:_TOP]
        return {"how": words["fixed"], "rows": rows, "top": shown, "ranked": False, "measure": ""}
    known = {one.path: one for one in rows}
    order = sorted(ranking.scores, key=lambda path: -np.nan_to_num(ranking.scores[path][0], nan=-1.0))
    top = [_scored(known.get(path), path, ranking.scores[path][1]) for path in order[:_TOP]]
    return {"how": ranking.how, "rows": rows, "top": top, "ranked": True, "measure": ranking.measure}


def _scored(row: Row | None, path: str, score: str) -> Row:
    found = row or Row(path, "", "", "", "", "", "scenario", "", "")
    return Row(**{**vars(found), "score": score})


def _read(reading: Reading) -> list[Row]:
    file = reading.study.folder / PARAMETERS
    told = list(csv.DictReader(file.read_text("utf-8").splitlines())) if file.exists() else []
    return [_row(reading, one) for one in told]


def _row(reading: Reading, told: Mapping[str, str]) -> Row:
    ends = [f"{float(told[end]):.6g}" for end in ("low", "high") if told[end]]
    between = reading.language.span(*ends) if len(ends) > 1 else ""
    return Row(
        told["path"], told["value"], told["declared"], reading.language.unit(told["unit"]), between, told["source"],
        told["mark"], told["meaning"], told["spread"],
    )  # fmt: skip


def _what(reading: Reading, arm: str, outcome: str) -> str:
    words = WORDS[reading.language.code]
    kind = "the_level" if arm == BASELINE else "the_effect"
    return words[kind].format(arm=reading.name(arm), outcome=reading.name(outcome))


def _ranking(reading: Reading) -> Ranking | None:
    """Rank parameters by a sensitivity design, or else by draws; None where nothing varies."""
    study, arm = reading.study, reading.best or BASELINE
    asked = study.manifest.get("sensitivity")
    if asked:
        known: Sequence[str] = asked["outcomes"]
        outcome = reading.outcomes[0] if reading.outcomes[0] in known else known[0]
        return _by_design(reading, outcome, arm)
    if study.varies and study.draws >= _FEWEST_DRAWS:
        return _by_rank(reading, reading.outcomes[0], arm)
    return None


def _by_design(reading: Reading, outcome: str, arm: str) -> Ranking:
    words, found = WORDS[reading.language.code], sensitivity(reading.study, outcome, arm).found
    what = _what(reading, arm, outcome)
    if isinstance(found, Morris):
        scores = {
            one.name: (one.mu_star, _ends(reading, one.mu_star, one.mu_star_low, one.mu_star_high))
            for one in found.effects
        }
        return Ranking(scores, words["morris"].format(what=what, rests=found.text), words["effect"])
    scores = {one.name: (one.total, _ends(reading, one.total, one.total_low, one.total_high)) for one in found.indices}
    return Ranking(scores, words["sobol"].format(what=what, rests=found.text), words["index"])


def _ends(reading: Reading, value: float, low: float, high: float) -> str:
    scale = reading.language.scale((value, low, high), "", places=2 if abs(value) < 10 else 1)
    return f"{scale.text(value)} ({reading.language.span(scale.text(low), scale.text(high))})"


def _by_rank(reading: Reading, outcome: str, arm: str) -> Ranking:
    """Correlate each drawn parameter with the arm's effect (or the baseline's level) over the draws."""
    found = levels(reading.study, outcome)
    values = found.values[:, found.arms.index(arm)]
    if arm != BASELINE:
        values = values - found.values[:, found.arms.index(BASELINE)]
    scores = {path: _rho(column, values) for path, column in found.parameters.items()}
    words = WORDS[reading.language.code]
    how = words["rank"].format(what=_what(reading, arm, outcome), draws=len(values))
    written = {path: (abs(rho), f"{rho:+.2f}".replace("-", "−")) for path, rho in scores.items()}
    return Ranking(written, how, words["rho"])


def _rho(column: Any, values: Any) -> float:
    if np.ptp(column) == 0 or np.ptp(values) == 0:
        return 0.0
    return float(stats.spearmanr(column, values).statistic)
