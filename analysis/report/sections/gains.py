"""Who gains and who loses: whose work new posts become, and people's work and income in two worlds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.displacement import Displacement, displacements
from analysis.flows import ACTIVITY, between_arms
from analysis.months import ResultsError
from analysis.new_posts import REASONS
from analysis.paired import Paired
from analysis.privacy import FEWEST
from analysis.report.images import image_of
from analysis.report.language import places_for
from analysis.report.reading import Reading
from analysis.report.section import Missing
from analysis.sankey import sankey
from analysis.study import BASELINE
from analysis.winners import GAINS, INCOME, JOB_MONTHS, LOSES, winners

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

ORDER = 50
TITLES = {"en": "Who gains and who loses", "zh": "谁受益、谁受损"}
WORDS = {
    "en": {
        "no_units": "Who gained and lost is told by unit records, which this study doesn't keep: relosim units makes its runs again and keeps them.",
        "no_arms": "There is no arm beside the baseline.", "people_heading": "People in two worlds",
        "people_caption": "The same people with the same luck, with and without the arm. Work: months with an employer over {window}, people of 15 and more. Income: what the household had to live on a head and year.",
        "gains": "gain", "loses": "lose", "mean": "mean change", "what": "what", JOB_MONTHS: "months of work", INCOME: "income", "group": "group",
        "by": "By income, population, sex and age", "by_caption": "{arm}: share of each group that gains and loses, and the mean change of the whole group. – stands for fewer than {fewest} households, or would give away what does.",
        "decile": "tenth {number} by income", "jobs": "Whose work it is", "jobs_caption": "{arm}: people or posts in a mean month of {window}. At work is who has an employer or an own business; work on one's own land is not told.",
        "figure": "mean", "offered": "posts of new employers", "filled": "filled", "anyway": "by people who would have worked anyway", "not_anyway": "by people who would not",
        "left": "open: left this month for another post", "gained_elsewhere": "others at work who would not have worked", "gained": "people at work who would not have worked",
        "lost": "people without work who would have worked", "net": "more people at work, all together", "this_month": "displaced by a chain of posts that began this month, at most",
        "earlier": "displaced by chains of earlier months, at most", "own": "had a new post and lost it again", "turned_away": "turned away or dismissed, no known chain",
        "refused": "died, moved, cared, quit, did not look or refused", "open": "open: {why}", "reasons": dict(REASONS), "share": "{arm}: {share} of the holders of new posts would have worked anyway.",
        "picture": "What people do in the arm against what they do in the baseline: {arm}", "none": "No arm changes whose work it is.", "months_unit": "months", "all": "everybody",
    },
    "zh": {
        "no_units": "谁受益、谁受损须由个体记录说明，而本研究未保留：relosim units 可重新运行并保留。",
        "no_arms": "除基准外没有其他方案。", "people_heading": "两种情形下的同一群人",
        "people_caption": "同一群人、相同的随机因素，有无该方案之比。就业：{window}内有用人单位的月数，15岁及以上者。收入：家庭人均年可用收入。",
        "gains": "受益", "loses": "受损", "mean": "平均变化", "what": "内容", JOB_MONTHS: "就业月数", INCOME: "收入", "group": "组别",
        "by": "按收入、人群、性别和年龄", "by_caption": "{arm}：各组受益和受损的比重，以及全组平均变化。– 表示不足{fewest}户，或会泄露此类情况。",
        "decile": "收入第{number}等分（共十等分）", "jobs": "得到的是谁的工作", "jobs_caption": "{arm}：{window}内平均每月的人数或岗位数。就业指有用人单位或自营，不含自家务农。",
        "figure": "均值", "offered": "新用人单位的岗位", "filled": "已上岗", "anyway": "由本来就会就业者占据", "not_anyway": "由本来不会就业者占据",
        "left": "空缺：本月转去他处", "gained_elsewhere": "其他本来不会就业而就业者", "gained": "本来不会就业而就业者",
        "lost": "本来会就业而未就业者", "net": "就业净增人数", "this_month": "被本月开始的岗位链挤出（上限）",
        "earlier": "被此前各月的岗位链挤出（上限）", "own": "得到新岗位后又失去", "turned_away": "被拒或被辞退，无已知链条",
        "refused": "死亡、迁走、照料、辞职、未求职或拒绝", "open": "空缺：{why}", "reasons": {
            "nobody_eligible": "无其他符合条件者", "too_far": "符合者住得太远", "nobody_searching": "附近的人不找工作",
            "pay_too_low": "求职者嫌报酬低", "not_met": "愿去者当月未得知", "chose_another": "得知者另选他处",
        }, "share": "{arm}：新岗位在岗者中有{share}本来就会就业。",
        "picture": "人们在该方案下与基准下所做之事的对照：{arm}", "none": "没有方案改变谁在就业。", "months_unit": "个月", "all": "全部",
    },
}  # fmt: skip
TEMPLATE = """\
{% if people %}
<h3>{{ w.people_heading }}</h3>
<div class="scroll" tabindex="0" role="region" aria-label="{{ w.people_heading }}">
<table><caption>{{ people_caption }}</caption>
<thead><tr><th scope="col">{{ w.arm }}</th><th scope="col">{{ w.what }}</th><th scope="col" class="n">{{ w.gains }}</th><th scope="col" class="n">{{ w.loses }}</th><th scope="col" class="n">{{ w.mean }}</th><th scope="col" class="n">{{ w.interval }}</th></tr></thead>
<tbody>{% for one in people %}<tr><th scope="row">{{ r.name(one.arm) }}</th><td>{{ w[one.of] }}</td><td class="n"{{ data(arm=one.arm, of=one.of, gains=one.gains) }}>{{ one.gains_text }}</td><td class="n"{{ data(loses=one.loses) }}>{{ one.loses_text }}</td><td class="n"{{ data(gain=one.mean) }}>{{ one.mean_text }}</td><td class="n">{{ one.ends }}</td></tr>
{% endfor %}</tbody></table></div>

<h3>{{ w.by }}</h3>
{% for arm, caption, rows in parted %}
<details><summary>{{ r.name(arm) }}</summary>
<div class="scroll" tabindex="0" role="region" aria-label="{{ r.name(arm) }}: {{ w.by }}">
<table><caption>{{ caption }}</caption>
<thead><tr><th scope="col">{{ w.group }}</th><th scope="col">{{ w.what }}</th><th scope="col" class="n">{{ w.gains }}</th><th scope="col" class="n">{{ w.loses }}</th><th scope="col" class="n">{{ w.mean }}</th><th scope="col" class="n">{{ w.interval }}</th></tr></thead>
<tbody>{% for one in rows %}<tr><th scope="row">{{ one.group }}</th><td>{{ w[one.of] }}</td><td class="n">{{ one.gains_text }}</td><td class="n">{{ one.loses_text }}</td><td class="n">{{ one.mean_text }}</td><td class="n">{{ one.ends }}</td></tr>
{% endfor %}</tbody></table></div></details>
{% endfor %}
{% endif %}

<h3>{{ w.jobs }}</h3>
{% for text in shares %}<p>{{ text }}</p>{% endfor %}
{% for arm, caption, rows in jobs %}
<details{% if loop.first %} open{% endif %}><summary>{{ r.name(arm) }}</summary>
<div class="scroll" tabindex="0" role="region" aria-label="{{ r.name(arm) }}: {{ w.jobs }}">
<table><caption>{{ caption }}</caption>
<thead><tr><th scope="col">{{ w.what }}</th><th scope="col" class="n">{{ w.figure }}</th><th scope="col" class="n">{{ w.interval }}</th></tr></thead>
<tbody>{% for depth, what, value, text, ends in rows %}<tr><th scope="row" class="d{{ depth }}">{{ what }}</th><td class="n"{{ data(arm=arm, mean=value) }}>{{ text }}</td><td class="n">{{ ends }}</td></tr>
{% endfor %}</tbody></table></div></details>
{% else %}<p>{{ w.none }}</p>
{% endfor %}
{% if picture %}<figure class="picture"><figcaption>{{ picture_caption }}</figcaption>{{ picture }}</figure>{% endif %}
"""
_BY = ("decile", "population", "sex", "age_band")
_ALL = "all"


@dataclass(frozen=True)
class Row:
    """Who gains and loses of one thing, in one group."""

    arm: str
    of: str
    group: str
    gains: float
    loses: float
    mean: float
    gains_text: str
    loses_text: str
    mean_text: str
    ends: str


def data(reading: Reading) -> Mapping[str, Any] | Missing:
    """Tell gainers, losers and whose work it is, where unit records are kept."""
    study, words = reading.study, WORDS[reading.language.code]
    if not reading.arms:
        return Missing(words["no_arms"])
    traced = [arm for arm in study.traced_arms if arm != BASELINE]
    if not traced:
        return Missing(words["no_units"])
    rows = {arm: list(_rows(reading, arm)) for arm in traced}
    window = reading.language.window(study.window)
    found = [one for one in displacements(study) if one.employers or one.gained.mean or one.lost.mean]
    picture = _picture(reading, reading.best if reading.best in traced else traced[0])
    return {
        "people": [one for told in rows.values() for one in told if one.group == _ALL],
        "people_caption": words["people_caption"].format(window=window),
        "parted": [
            (arm, words["by_caption"].format(arm=reading.name(arm), fewest=FEWEST), [one for one in told if one.group != _ALL])
            for arm, told in rows.items()
        ],
        "jobs": [
            (one.arm, words["jobs_caption"].format(arm=reading.name(one.arm), window=window), list(_jobs(reading, one)))
            for one in found
        ],
        "shares": [
            words["share"].format(arm=reading.name(one.arm), share=reading.language.share(one.share)) for one in found if one.filled.mean
        ], **picture,
    }  # fmt: skip


def _rows(reading: Reading, arm: str) -> Iterator[Row]:
    for table in _tables(reading, arm):
        for (of, dimension, group), rows in table.groupby(["of", "dimension", "group"], sort=False):
            yield _row(reading, arm, str(of), str(dimension), str(group), rows.set_index("change"))


def _tables(reading: Reading, arm: str) -> Iterator["pd.DataFrame"]:
    """Ask for work and income together; for work alone where no year ends in the window; nothing of an old record."""
    for of, by in (((JOB_MONTHS, INCOME), _BY), ((JOB_MONTHS,), _BY[1:])):
        try:
            yield winners(reading.study, arm, by=by, of=of)
            return
        except ResultsError:
            continue


def _row(reading: Reading, arm: str, of: str, dimension: str, group: str, rows: "pd.DataFrame") -> Row:
    language = reading.language
    whole, gains, loses = (_of(rows, change) for change in (_ALL, GAINS, LOSES))
    unit = str(rows["unit"].iloc[0])
    mean, low, high = (float(whole.get(one, np.nan)) for one in ("gain", "gain_low", "gain_high"))
    half = (high - low) / 2
    scale = language.scale(
        (mean, low, high), "yuan" if "yuan" in unit else "", change=True, places=places_for(mean, half)
    )
    shares = float(gains.get("share", np.nan)), float(loses.get("share", np.nan))
    texts = ["–" if np.isnan(one) else language.share(one, 1) for one in shares]
    written = "–" if np.isnan(mean) else scale.signed(mean)
    mark = language.unit("yuan") if "yuan" in unit else WORDS[language.code]["months_unit"]
    ends = language.span(scale.signed(low), scale.signed(high)) if np.isfinite(half) and half > 0 else ""
    named = _ALL if dimension == _ALL else _group(reading, dimension, group)
    return Row(
        arm,
        of,
        named,
        *shares,
        mean,
        *texts,
        written if written in ("–", "0") else language.with_unit(written, mark),
        ends,
    )


def _of(rows: "pd.DataFrame", change: str) -> Mapping[str, Any]:
    return rows.loc[change].to_dict() if change in rows.index else {}


def _group(reading: Reading, dimension: str, group: str) -> str:
    if dimension == "decile":
        return WORDS[reading.language.code]["decile"].format(number=group)
    if dimension == "population":
        return reading.language.words.get(group, group)
    return reading.language.group(f"{dimension}={group}")


def _jobs(reading: Reading, one: Displacement) -> Iterator[tuple[int, str, float, str, str]]:
    """List what became of an arm's new posts; what is set in parts add up to it."""
    words = WORDS[reading.language.code]
    if one.employers:
        yield _line(reading, 0, words["offered"], one.posts.offered)
        yield _line(reading, 1, words["filled"], one.filled)
        yield _line(reading, 2, words["anyway"], one.would_have_worked)
        yield _line(reading, 2, words["not_anyway"], one.not_anyway)
        for reason, why in words["reasons"].items():
            if one.posts.unfilled[reason]:
                yield _line(reading, 1, words["open"].format(why=why), one.posts.unfilled[reason])
        yield _line(reading, 1, words["left"], one.just_left)
        yield _line(reading, 0, words["gained_elsewhere"], one.gained_elsewhere)
    else:
        yield _line(reading, 0, words["gained"], one.gained)
    yield _line(reading, 0, words["lost"], one.lost)
    for name, value in one.classes.items():
        yield _line(reading, 1, words.get(name, name), value)
    yield _line(reading, 0, words["net"], one.net)


def _line(reading: Reading, depth: int, what: str, value: float | Paired) -> tuple[int, str, float, str, str]:
    mean = value.mean if isinstance(value, Paired) else value
    scale = reading.language.scale((mean,), "persons", places=1)
    ends = ""
    if isinstance(value, Paired) and value.n > 1:
        ends = reading.language.span(scale.text(value.low), scale.text(value.high))
    return depth, what, float(mean), scale.text(mean), ends


def _picture(reading: Reading, arm: str) -> Mapping[str, Any]:
    """Draw what people do in two worlds; nothing where nobody does otherwise."""
    try:
        drawn = sankey(reading.study, between_arms(reading.study, ACTIVITY, arm), only_changes=True)
    except ResultsError:
        return {"picture": None, "picture_caption": ""}
    caption = WORDS[reading.language.code]["picture"].format(arm=reading.name(arm))
    return {"picture": image_of(drawn), "picture_caption": caption}
