"""All effects: a heat table of outcomes and arms, a forest for each outcome, and both by place and people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.meaning import Cell
from analysis.report.drawings import drawing, reach_of
from analysis.report.reading import Reading, Shown

ORDER = 30
TITLES = {"en": "All effects", "zh": "全部影响"}
WORDS = {
    "en": {
        "none": "There is no arm beside the baseline.", "heat": "Effects at a glance",
        "heat_caption": "Difference from the baseline, mean of {window}. ▲ better, ▼ worse, ↑ higher and ↓ lower where neither is better, "
        "○ not told apart from no effect, = no difference in any run. The stronger the colour, the larger the effect beside its computing error.",
        "legend": "How far beyond its error", "forest": "Outcome by outcome", "level": "Baseline: {level}.", "by": "By people and place",
        "more": "more is better", "less": "less is better", "neither": "neither direction is better",
        "many": "{count} comparisons are shown here. Were there no effect at all, about one in twenty would be told apart from none by chance.",
        "choose": "Show outcome", "every": "all outcomes", "same": "No difference in any arm: {cells}.",
    },
    "zh": {
        "none": "除基准外没有其他方案。", "heat": "影响一览",
        "heat_caption": "与基准之差，{window}均值。▲ 改善，▼ 变差；无优劣方向的指标用 ↑ 升高、↓ 降低；○ 与无影响无法区分；= 各次运行均无差异。颜色越深，影响相对计算误差越大。",
        "legend": "超出误差的程度", "forest": "逐项指标", "level": "基准：{level}。", "by": "按人群和地点",
        "more": "越多越好", "less": "越少越好", "neither": "无优劣方向",
        "many": "此处共有{count}项比较。即使完全没有影响，也约有二十分之一会因偶然而显得有影响。",
        "choose": "显示指标", "every": "全部指标", "same": "各方案均无差异：{cells}。",
    },
}  # fmt: skip
TEMPLATE = """\
{% macro line(row, one, name, mark) %}
<tr><th scope="row">{{ mark }} {{ name }}</th><td class="n"{{ data(outcome=one.outcome, arm=row.arm, estimate=row.one.gap.mean) }}>{{ row.one.estimate }}</td><td class="n"{{ data(low=row.one.gap.low, high=row.one.gap.high) }}>{% if row.one.gap.n > 1 and not row.one.gap.nothing %}{{ language.span(row.one.low, row.one.high) }}{% endif %}</td>{% if one.drawn %}<td class="n">{{ row.one.over_draws }}</td>{% endif %}<td>{{ row.drawing }}</td><td class="state {{ row.one.state }}"><span aria-hidden="true">{{ row.one.symbol }}</span> {{ row.one.words }}</td></tr>
{% endmacro %}
<h3>{{ w.heat }}</h3>
<div class="scroll" tabindex="0" role="region" aria-label="{{ w.heat }}">
<table class="heat">
<caption>{{ heat_caption }}</caption>
<thead><tr><th scope="col">{{ w.outcome }}</th><th scope="col" class="n">{{ w.baseline }}</th>
{% for arm in r.arms %}<th scope="col" class="n">{{ r.name(arm) }}</th>{% endfor %}</tr></thead>
<tbody>
{% for one in blocks %}
<tr><th scope="row">{{ one.name }} <span class="unit">{{ one.unit }}</span></th><td class="n"{{ data(outcome=one.outcome, baseline=one.rows[0].one.compared.baseline) }}>{{ one.level }}</td>
{% for row in one.rows %}<td class="n cell {{ row.one.state }} s{{ row.strength }}"{{ data(outcome=one.outcome, arm=row.arm, estimate=row.one.gap.mean, low=row.one.gap.low, high=row.one.gap.high) }}><span aria-hidden="true">{{ row.one.symbol }}</span> {{ row.one.estimate }}<span class="hidden"> {{ row.one.words }}</span></td>
{% endfor %}</tr>
{% endfor %}
</tbody></table></div>
<p class="small">{{ many }}</p>

<h3>{{ w.forest }}</h3>
<div class="forests">
{% for one in blocks %}
<div class="scroll" tabindex="0" role="region" aria-label="{{ one.name }}">
<table class="forest own">
<caption><strong>{{ one.name }}</strong> <code>{{ one.outcome }}</code><br><span{% if one.foreign %} lang="en"{% endif %}>{{ one.text }}</span>{{ w.comma }}{{ one.where }}{{ w.comma }}{{ one.wish }}{{ w.stop }}{{ w.level.format(level=one.level_unit) }}</caption>
<thead><tr><th scope="col">{{ w.arm }}</th><th scope="col" class="n">{{ w.effect }}, {{ one.unit }}</th><th scope="col" class="n">{{ w.interval }}</th>{% if one.drawn %}<th scope="col" class="n">{{ w.over_draws }}</th>{% endif %}<th scope="col"><span class="hidden">{{ w.interval }}</span></th><th scope="col">{{ w.in_words }}</th></tr></thead>
<tbody>
{% for row in one.rows %}{{ line(row, one, r.name(row.arm), key(row.number)) }}{% endfor %}
</tbody></table></div>
{% endfor %}
</div>

{% if parted %}
<h3>{{ w.by }}</h3>
{% for one in parted %}
<details><summary>{{ one.name }}</summary>
<div class="scroll" tabindex="0" role="region" aria-label="{{ one.name }}: {{ w.by }}">
<table class="forest">
<caption>{{ one.name }}</caption>
<thead><tr><th scope="col">{{ w.people }}</th><th scope="col">{{ w.arm }}</th><th scope="col" class="n">{{ w.baseline }}</th><th scope="col" class="n">{{ w.effect }}</th><th scope="col" class="n">{{ w.interval }}</th><th scope="col"><span class="hidden">{{ w.interval }}</span></th><th scope="col">{{ w.in_words }}</th></tr></thead>
<tbody>
{% for row in one.rows %}<tr><th scope="row">{{ row.people }}</th><td>{{ r.name(row.arm) }}</td><td class="n">{{ row.one.level }}</td><td class="n"{{ data(outcome=one.outcome, arm=row.arm, place=row.one.compared.cell.place, population=row.one.compared.cell.population, group=row.one.compared.cell.group, estimate=row.one.gap.mean) }}>{{ row.one.estimate }}</td><td class="n">{% if row.one.gap.n > 1 %}{{ language.span(row.one.low, row.one.high) }}{% endif %}</td><td>{{ row.drawing }}</td><td class="state {{ row.one.state }}"><span aria-hidden="true">{{ row.one.symbol }}</span> {{ row.one.words }}</td></tr>
{% endfor %}
</tbody></table></div>
{% if one.same %}<p class="small">{{ w.same.format(cells=one.same) }}</p>{% endif %}
</details>
{% endfor %}
{% endif %}
"""
_FULL = 4.0
"""So many times its error gives an effect the full colour."""
_STEPS = 4


@dataclass(frozen=True)
class Row:
    """An effect of one arm, in one cell."""

    number: int
    arm: str
    people: str
    one: Shown
    drawing: Any
    strength: int


@dataclass(frozen=True)
class Block:
    """The effects of all arms on one outcome."""

    outcome: str
    name: str
    text: str
    foreign: bool
    where: str
    wish: str
    unit: str
    level: str
    level_unit: str
    rows: Sequence[Row]
    same: str = ""

    @property
    def drawn(self) -> bool:
        """Say whether some effect has a range over parameter draws."""
        return any(row.one.over_draws for row in self.rows)


def data(reading: Reading) -> Mapping[str, Any] | None:
    """Lay out all effects; nothing for a study without arms."""
    if not reading.arms:
        return None
    words = WORDS[reading.language.code]
    blocks = [_block(reading, outcome) for outcome in reading.outcomes]
    parted = [one for one in (_parted(reading, outcome) for outcome in reading.outcomes) if one.rows]
    count = sum(len(one.rows) for one in (*blocks, *parted))
    return {
        "blocks": blocks, "parted": parted,
        "heat_caption": words["heat_caption"].format(window=reading.language.window(reading.study.window)),
        "many": words["many"].format(count=reading.language.count(count)),
    }  # fmt: skip


def _block(reading: Reading, outcome: str) -> Block:
    meaning, language = reading.study.meaning(outcome), reading.language
    shown = reading.shown_together([reading.compared(outcome, arm) for arm in reading.arms])
    wish = WORDS[language.code][{1: "more", -1: "less", 0: "neither"}[meaning.better]]
    first = shown[0]
    rows = _rows(reading, [("", arm, one) for arm, one in zip(reading.arms, shown, strict=True)])
    return Block(
        outcome, reading.name(outcome), reading.text(outcome), not reading.in_language(outcome), reading.where(meaning), wish,
        first.scale.unit, first.level, language.with_unit(first.baseline, first.baseline_unit), rows,
    )  # fmt: skip


def _rows(reading: Reading, effects: Sequence[tuple[str, str, Shown]]) -> list[Row]:
    reach = reach_of([one for _, _, one in effects])
    return [
        Row(reading.arms.index(arm), arm, people, one, drawing(one, reach), _strength(one))
        for people, arm, one in effects
    ]


def _strength(one: Shown) -> int:
    """Return the step of colour, 0 for what isn't told apart from no effect."""
    half = (one.gap.high - one.gap.low) / 2
    if not one.gap.told_apart:
        return 0
    return _STEPS if half == 0 else max(1, min(_STEPS, round(_STEPS * abs(one.gap.mean) / half / _FULL)))


def _parted(reading: Reading, outcome: str) -> Block:
    """Lay out an outcome by people and place; cells in which no arm makes a difference are only named."""
    cells = [cell for cell in reading.cells(outcome) if cell != Cell()]
    compared = {cell: [reading.compared(outcome, arm, cell) for arm in reading.arms] for cell in cells}
    moved = [
        cell for cell in cells if not all(one.difference.nothing or one.difference.n == 0 for one in compared[cell])
    ]
    same = [reading.people(cell) for cell in cells if cell not in moved]
    told = [(cell, arm, one) for cell in moved for arm, one in zip(reading.arms, compared[cell], strict=True)]
    told = [row for row in told if not row[2].difference.nothing]
    shown = reading.shown_together([one for _, _, one in told])
    effects = [(reading.people(cell), arm, one) for (cell, arm, _), one in zip(told, shown, strict=True)]
    unit = reading.study.meaning(outcome).unit
    name = f"{reading.name(outcome)} ({reading.language.scale((), unit, change=True).unit})"
    return Block(
        outcome,
        name,
        "",
        False,
        "",
        "",
        "",
        "",
        "",
        _rows(reading, effects),
        reading.language.words["comma"].join(same),
    )
