"""Courses over time: a small chart for each outcome, one to explore, and every figure in tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.meaning import Cell
from analysis.report.charts import SERIES, Line, TickText, chart
from analysis.report.language import Scale
from analysis.report.reading import Reading
from analysis.series import matched
from analysis.study import BASELINE
from analysis.trajectories import Course, mean_course

ORDER = 40
TITLES = {"en": "Courses over time", "zh": "随时间的变化"}
WORDS = {
    "en": {
        "caption": "Difference from the baseline month by month, mean of the runs; bands are 95% intervals of single months (computing error). "
        "The shaded months are those that the effects above are means of.",
        "level_caption": "Level month by month, mean of the runs.",
        "explore": "Look closer", "outcome": "outcome", "whom": "people or place", "what": "show", "difference": "difference from the baseline", "level": "level",
        "month": "month", "arms": "arms", "hint": "Move along the months with the pointer, the slider or the arrow keys.",
        "tables": "Figures of every month", "table_caption": "{outcome}, {people}: baseline and difference from it ({unit}), with 95% intervals in brackets.",
        "level_table": "{outcome}, {people}: mean of the runs ({unit}).", "steady": "no difference in any run and month",
        "left_out": "To keep this file small, courses by people and place are left out; study.compare().by(\"place\") and relosim sql have them.",
        "chart": "Chart of {outcome}. Largest difference from the baseline: {largest}.", "chart_level": "Chart of {outcome}, from {first} to {last}.", "arm_largest": "{arm} {value} in {month}",
    },
    "zh": {
        "caption": "逐月与基准之差，各次运行均值；阴影带为单月的95%区间（计算误差）。灰底月份即上文影响所取均值的月份。",
        "level_caption": "逐月水平，各次运行均值。",
        "explore": "细看", "outcome": "指标", "whom": "人群或地点", "what": "显示", "difference": "与基准之差", "level": "水平",
        "month": "月份", "arms": "方案", "hint": "用指针、滑块或方向键沿月份移动。",
        "tables": "逐月数值", "table_caption": "{outcome}，{people}：基准及与基准之差（{unit}），括号内为95%区间。",
        "level_table": "{outcome}，{people}：各次运行均值（{unit}）。", "steady": "各次运行、各月均无差异",
        "left_out": "为控制文件大小，未列出按人群和地点的逐月变化；可用 study.compare().by(\"place\") 或 relosim sql 查询。",
        "chart": "{outcome}的图。与基准的最大差异：{largest}。", "chart_level": "{outcome}的图，从{first}到{last}。", "arm_largest": "{arm} {value}（{month}）",
    },
}  # fmt: skip
TEMPLATE = """\
<p class="small">{{ w.caption if r.arms else w.level_caption }}</p>
{% if r.arms %}<ul class="legend">{% for arm in r.arms %}<li>{{ key(loop.index0) }} {{ r.name(arm) }}</li>{% endfor %}</ul>{% endif %}
<div class="small-charts">
{% for one in charts %}<figure><figcaption><strong>{{ one.name }}</strong> <span class="unit">{{ one.unit }}</span></figcaption>
{{ one.drawing }}{% if one.steady %}<p class="small">{{ w.steady }}</p>{% endif %}</figure>
{% endfor %}
</div>

<div id="explorer" class="explorer" hidden>
<h3>{{ w.explore }}</h3>
<div class="controls">
<span class="pair"><label for="ex-outcome">{{ w.outcome }}</label><select id="ex-outcome">{% for one in explorer.outcomes %}<option value="{{ loop.index0 }}">{{ one.name }}</option>{% endfor %}</select></span>
<span class="pair"><label for="ex-cell">{{ w.whom }}</label><select id="ex-cell"></select></span>
{% if r.arms %}<span class="pair"><label for="ex-what">{{ w.what }}</label><select id="ex-what"><option value="difference">{{ w.difference }}</option><option value="level">{{ w.level }}</option></select></span>
<fieldset><legend>{{ w.arms }}</legend>{% for arm in r.arms %}<label class="tick"><input type="checkbox" name="ex-arm" value="{{ loop.index0 }}" checked> {{ key(loop.index0) }} {{ r.name(arm) }}</label>{% endfor %}</fieldset>{% endif %}
</div>
<p class="small">{{ w.hint }}</p>
<div id="ex-chart"></div>
<div class="controls"><label for="ex-month">{{ w.month }}</label><input type="range" id="ex-month" min="0" max="{{ explorer.months|length - 1 }}" value="{{ explorer.window[0] }}"></div>
<p id="ex-read" class="readout" aria-live="polite"></p>
</div>
<script type="application/json" id="courses-data">{{ explorer|tojson }}</script>

<h3>{{ w.tables }}</h3>
{% if cut %}<p class="small">{{ w.left_out }}</p>{% endif %}
{% for name, found in tables %}
<details><summary>{{ name }}</summary>
{% for one in found %}
<div class="scroll" tabindex="0" role="region" aria-label="{{ one.title }}">
<table class="months"><caption>{{ one.caption }}</caption>
<thead><tr><th scope="col">{{ w.month }}</th><th scope="col" class="n">{{ w.baseline }}</th>{% for arm in r.arms %}<th scope="col" class="n">{{ r.name(arm) }}</th>{% endfor %}</tr></thead>
<tbody>
{% for month, cells in one.rows %}<tr><th scope="row">{{ month }}</th>{% for cell in cells %}<td class="n">{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table></div>
{% endfor %}
</details>
{% endfor %}
"""
_MOST_FIGURES = 60_000
"""Figures of courses beyond which those by people and place are left out: a megabyte of data and two of tables."""
_DIGITS = 5


@dataclass(frozen=True)
class Told:
    """The courses of one outcome in one cell: the baseline's mean, and each arm's mean difference with its interval."""

    outcome: str
    cell: Cell
    base: Course
    arms: tuple[Course, ...]

    @property
    def steady(self) -> bool:
        """Say whether no arm ever differs."""
        return all(not np.nan_to_num(one.middle).any() and not np.nan_to_num(one.high).any() for one in self.arms)


def data(reading: Reading) -> Mapping[str, Any]:
    """Lay out the courses."""
    cut = _figures(reading) > _MOST_FIGURES
    told = {
        outcome: [_told(reading, outcome, cell) for cell in ([Cell()] if cut else _cells(reading, outcome))]
        for outcome in reading.outcomes
    }
    return {
        "charts": [_small(reading, one[0]) for one in told.values()], "cut": cut,
        "tables": [(reading.name(name), [_table(reading, one) for one in found]) for name, found in told.items()],
        "explorer": _explorer(reading, told),
    }  # fmt: skip


def _cells(reading: Reading, outcome: str) -> list[Cell]:
    """List the cells whose courses are told: everybody, populations and sites, not every age band."""
    cells = [cell for cell in reading.cells(outcome) if cell.group == "all"]
    sites = reading.study.manifest.get("places", {})
    return [cell for cell in cells if cell.place == "all" or sites.get(cell.place, {}).get("kind") == "site"]


def _figures(reading: Reading) -> int:
    cells = sum(len(_cells(reading, outcome)) for outcome in reading.outcomes)
    return cells * reading.study.months * (1 + 3 * len(reading.arms))


def _told(reading: Reading, outcome: str, cell: Cell) -> Told:
    study = reading.study
    base = study.series(outcome, BASELINE, cell)
    level = mean_course(base.monthly(), base.draws)
    found = [matched(base, study.series(outcome, arm, cell)) for arm in reading.arms]
    return Told(outcome, cell, level, tuple(mean_course(one.differences, one.draws) for one in found))


def _small(reading: Reading, one: Told) -> dict[str, Any]:
    study = reading.study
    shown = one.arms or (one.base,)
    scale = _scale(reading, one, change=bool(one.arms))
    names = reading.arms or (BASELINE,)
    lines = [
        Line(
            number % SERIES,
            reading.name(name),
            *(getattr(course, part) * scale.factor for part in ("middle", "low", "high")),
        )
        for number, (name, course) in enumerate(zip(names, shown, strict=True))
    ]
    first, last = (month - study.start for month in study.window)
    drawing = chart(lines, study.start, (first, last), TickText(1.0), _said(reading, one, scale))
    return {
        "name": reading.name(one.outcome),
        "unit": scale.unit,
        "drawing": drawing,
        "steady": bool(one.arms) and one.steady,
    }


def _said(reading: Reading, one: Told, scale: Scale) -> str:
    """Say a chart in words: where each arm differs most."""
    words, language, start = WORDS[reading.language.code], reading.language, reading.study.start
    name = reading.name(one.outcome)
    if not one.arms:
        ends = [language.with_unit(scale.text(float(one.base.middle[at])), scale.unit) for at in (0, -1)]
        return words["chart_level"].format(outcome=name, first=ends[0], last=ends[1])
    most = []
    for arm, course in zip(reading.arms, one.arms, strict=True):
        values = np.nan_to_num(course.middle)
        at = int(np.abs(values).argmax())
        value = language.with_unit(scale.signed(float(values[at])), scale.unit)
        most.append(words["arm_largest"].format(arm=reading.name(arm), value=value, month=language.month(start + at)))
    return words["chart"].format(outcome=name, largest=language.words["comma"].join(most))


def _scale(reading: Reading, one: Told, *, change: bool) -> Scale:
    meaning = reading.study.meaning(one.outcome)
    if not change:
        return reading.language.scale(one.base.middle, meaning.unit)
    values = np.concatenate([np.concatenate([course.middle, course.low, course.high]) for course in one.arms])
    return reading.language.scale(values, meaning.unit, change=True)


def _table(reading: Reading, one: Told) -> dict[str, Any]:
    words, language = WORDS[reading.language.code], reading.language
    name, people = reading.name(one.outcome), reading.people(one.cell)
    level = _scale(reading, one, change=False)
    scale = _scale(reading, one, change=True) if one.arms else level
    unit = level.unit if level.unit == scale.unit else language.words["comma"].join((level.unit, scale.unit))
    caption = words["table_caption" if one.arms else "level_table"].format(outcome=name, people=people, unit=unit)
    title = f"{name}{language.words['colon']}{people}"
    return {"title": title, "caption": caption, "rows": list(_rows(reading, one, level, scale))}


def _rows(reading: Reading, one: Told, level: Scale, scale: Scale) -> Iterator[tuple[str, list[str]]]:
    start = reading.study.start
    for at, value in enumerate(one.base.middle):
        cells = [_cell(reading, scale, course, at) for course in one.arms]
        yield reading.language.month(start + at), [level.text(float(value)), *cells]


def _cell(reading: Reading, scale: Scale, course: Course, at: int) -> str:
    middle, low, high = (float(part[at]) for part in (course.middle, course.low, course.high))
    if middle == low == high == 0:
        return "0"
    if not np.isfinite(low):
        return scale.signed(middle)
    return f"{scale.signed(middle)} ({reading.language.span(scale.signed(low), scale.signed(high))})"


def _explorer(reading: Reading, told: Mapping[str, list[Told]]) -> dict[str, Any]:
    """Return what the script draws from; figures are scaled and rounded as they are shown."""
    study, language = reading.study, reading.language
    first, last = (month - study.start for month in study.window)
    return {
        "months": [language.month(study.start + at) for at in range(study.months)],
        "years": [(study.start + at) // 12 if (study.start + at) % 12 == 0 else None for at in range(study.months)],
        "window": [first, last], "arms": [reading.name(arm) for arm in reading.arms], "baseline": reading.name(BASELINE),
        "span": language.words["span"], "undefined": language.words["undefined"], "colon": language.words["colon"],
        "outcomes": [
            {"name": reading.name(outcome), "cells": [_courses(reading, one) for one in found]}
            for outcome, found in told.items()
        ],
    }  # fmt: skip


def _courses(reading: Reading, one: Told) -> dict[str, Any]:
    level = _scale(reading, one, change=False)
    scale = _scale(reading, one, change=True) if one.arms else level
    return {
        "people": reading.people(one.cell), "level_unit": level.unit, "unit": scale.unit, "places": scale.places,
        "level_places": level.places, "base": _numbers(one.base.middle * level.factor), "level_factor": level.factor / scale.factor,
        "arms": [
            [_numbers(part * scale.factor) for part in (course.middle, course.low, course.high)] for course in one.arms
        ],
    }  # fmt: skip


def _numbers(values: NDArray[np.float64]) -> list[float | None]:
    return [float(f"{value:.{_DIGITS}g}") if np.isfinite(value) else None for value in values]
