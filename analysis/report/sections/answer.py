"""The answer in one sentence: what the best arm does to the first outcome, and how sure that is."""

from collections.abc import Mapping
from typing import Any

from analysis.cost import spent
from analysis.report.drawings import drawing, reach_of
from analysis.report.reading import Reading, Shown

ORDER = 20
TITLES = {"en": "The answer", "zh": "结论"}
WORDS = {
    "en": {
        "changes": "With “{arm}”, “{outcome}” is {effect} {direction} ({interval}) than the baseline's {level}.",
        "up": "higher", "down": "lower", "one": "With “{arm}”, “{outcome}” is {effect} {direction} in the only run than the baseline's {level}.",
        "none": "No arm makes a difference to “{outcome}”.", "within":
        "No arm is told apart from the baseline in “{outcome}”. The largest effect is that of “{arm}”: {effect} ({interval}), from {level}.",
        "harm": "No arm makes “{outcome}” better. The least harm is done by “{arm}”: {effect} ({interval}), from {level}.",
        "error": "The interval is computing error: 95 in 100 such intervals hold the mean that infinitely many pairs of runs would give. "
        "It rests on {runs} paired runs and shrinks with more of them. It says nothing of whether the model is right.",
        "next": "Next comes “{arm}” with {effect}; the two differ by {gap} ({interval}).",
        "next_within": "Next comes “{arm}” with {effect}; the two are not told apart ({interval}).",
        "costs": "“{arm}” costs {cost} from {months}.", "draws": "As the uncertain parameters vary, the effect lies between {low} and {high} (5 to 95% of {draws} draws), "
        "which more runs don't narrow.", "luck": "Each draw ran once, so that this range includes luck.",
        "level": "In the baseline, {outcome} is {level} (mean of {window}, {runs} runs).",
        "all": "All arms in the main outcome", "caption": "{outcome}: {text}. Difference from the baseline, mean of {window}.",
    },
    "zh": {
        "changes": "“{arm}”使{outcome}{direction}{effect}（{interval}），基准为{level}。",
        "up": "增加", "down": "减少", "one": "“{arm}”使{outcome}{direction}{effect}（仅一次运行），基准为{level}。",
        "none": "各方案对{outcome}均无影响。",
        "within": "各方案对{outcome}的影响均无法与零区分。影响最大的是“{arm}”：{effect}（{interval}），基准为{level}。",
        "harm": "没有方案能改善{outcome}。不利影响最小的是“{arm}”：{effect}（{interval}），基准为{level}。",
        "error": "区间为计算误差：一百个这样的区间中有95个包含无穷多次配对运行的均值。本区间基于{runs}次配对运行，增加运行可使其变窄；它不说明模型是否正确。",
        "next": "其次为“{arm}”（{effect}）；两者相差{gap}（{interval}）。",
        "next_within": "其次为“{arm}”（{effect}）；两者无法区分（{interval}）。",
        "costs": "“{arm}”在{months}共需{cost}。", "draws": "在不确定参数变动时，影响在{low}与{high}之间（{draws}次抽样的5%至95%），增加运行不会使其变窄。",
        "luck": "每次抽样只运行一次，该范围含随机因素。",
        "level": "基准下{outcome}为{level}（{window}均值，{runs}次运行）。",
        "all": "各方案对主要指标的影响", "caption": "{outcome}：{text}。与基准之差，{window}均值。",
    },
}  # fmt: skip
TEMPLATE = """\
<p class="answer"{{ data(outcome=outcome, arm=best or "", estimate=estimate, low=low, high=high) }}>{{ sentence }}</p>
{% for one in more %}<p>{{ one }}</p>
{% endfor %}
{% if held %}<p class="banner" role="note"><strong>{{ w.held_fixed }}</strong></p>{% endif %}

{% if rows %}
<h3>{{ w.all }}</h3>
<div class="scroll" tabindex="0" role="region" aria-label="{{ w.all }}">
<table>
<caption>{{ caption }}</caption>
<thead><tr><th scope="col">{{ w.arm }}</th><th scope="col" class="n">{{ w.effect }}<br>{{ unit }}</th><th scope="col" class="n">{{ w.interval }}</th>
{% if drawn %}<th scope="col" class="n">{{ w.over_draws }}</th>{% endif %}<th scope="col"><span class="hidden">{{ w.interval }}</span></th><th scope="col">{{ w.in_words }}</th></tr></thead>
<tbody>
{% for number, arm, one, drawing in rows %}
<tr><th scope="row">{{ key(number) }} {{ r.name(arm) }}</th><td class="n"{{ data(outcome=outcome, arm=arm, estimate=one.gap.mean) }}>{{ one.estimate }}</td>
<td class="n"{{ data(low=one.gap.low, high=one.gap.high) }}>{% if one.gap.n > 1 and not one.gap.nothing %}{{ language.span(one.low, one.high) }}{% endif %}</td>
{% if drawn %}<td class="n">{{ one.over_draws }}</td>{% endif %}<td>{{ drawing }}</td><td class="state {{ one.state }}"><span aria-hidden="true">{{ one.symbol }}</span> {{ one.words }}</td></tr>
{% endfor %}
</tbody></table></div>
{% endif %}
"""


def data(reading: Reading) -> Mapping[str, Any]:
    """Tell the answer; of a study without arms, the baseline's level."""
    outcome, best, words = reading.outcomes[0], reading.best, WORDS[reading.language.code]
    common = {"outcome": outcome, "best": best, "held": not reading.study.varies}
    if best is None:
        return {**common, **_level(reading, outcome, words)}
    one = reading.shown(reading.compared(outcome, best))
    rows = _rows(reading, outcome)
    return {
        **common, "sentence": _sentence(reading, best, one, words), "more": list(_more(reading, best, one, words)),
        "estimate": one.gap.mean, "low": one.gap.low, "high": one.gap.high,
        "rows": rows, "drawn": any(row[2].over_draws for row in rows), "unit": one.scale.unit,
        "caption": words["caption"].format(
            outcome=reading.name(outcome), text=reading.text(outcome), window=reading.language.window(reading.study.window)
        ),
    }  # fmt: skip


def _level(reading: Reading, outcome: str, words: Mapping[str, str]) -> dict[str, Any]:
    study, language = reading.study, reading.language
    mean, meaning = study.pooled(outcome, "baseline").mean, study.meaning(outcome)
    scale = language.scale((mean,), meaning.unit)
    sentence = words["level"].format(
        outcome=reading.name(outcome), level=language.with_unit(scale.text(mean), scale.unit),
        window=language.window(study.window), runs=len(study.of_arm("baseline")),
    )  # fmt: skip
    nothing = float("nan")
    return {"sentence": sentence, "more": [], "estimate": mean, "low": nothing, "high": nothing, "rows": []}


def _sentence(reading: Reading, best: str, one: Shown, words: Mapping[str, str]) -> str:
    better, gap = one.compared.meaning.better, one.gap
    told = {
        "arm": reading.name(best), "outcome": reading.name(one.compared.outcome), "level": _with_unit(reading, one.baseline, one.baseline_unit),
        "interval": _interval(reading, one),
    }  # fmt: skip
    signed = _with_unit(reading, one.estimate, one.scale.unit)
    if gap.nothing:
        return words["none"].format(**told)
    if gap.n > 1 and not gap.told_apart:
        return words["within"].format(**told, effect=signed)
    if better and gap.mean * better < 0:
        return words["harm"].format(**told, effect=signed)
    effect = _with_unit(reading, one.scale.text(abs(gap.mean)), one.scale.unit)
    direction = words["up" if gap.mean > 0 else "down"]
    if gap.n > 1:
        # The direction is told by a word, so the ends go without a sign.
        low, high = sorted((abs(gap.low), abs(gap.high)))
        told["interval"] = (
            f"{reading.language.words['interval']} {reading.language.span(one.scale.text(low), one.scale.text(high))}"
        )
    return words["changes" if gap.n > 1 else "one"].format(**told, effect=effect, direction=direction)


def _with_unit(reading: Reading, text: str, unit: str) -> str:
    return reading.language.with_unit(text, unit)


def _interval(reading: Reading, one: Shown) -> str:
    if one.gap.n < 2:
        return reading.language.words["one_run"]
    return f"{reading.language.words['interval']} {reading.language.span(one.low, one.high)}"


def _more(reading: Reading, best: str, one: Shown, words: Mapping[str, str]) -> list[str]:
    """Say what stands behind the sentence: error in words, the range over draws, the next arm, the cost."""
    language, study, gap = reading.language, reading.study, one.gap
    said = [_draws(reading, one, words)] if one.over_draws else []
    if gap.n > 1 and not gap.nothing:
        said.append(words["error"].format(runs=language.count(gap.n)))
    said += _next(reading, best, words)
    cost = sum(spent(run) for run in study.of_arm(best)) / len(study.of_arm(best))
    if cost:
        months = language.window((study.start, study.start + study.months - 1))
        said.append(words["costs"].format(arm=reading.name(best), months=months, cost=language.money(cost)))
    return said


def _draws(reading: Reading, one: Shown, words: Mapping[str, str]) -> str:
    over = one.compared.over_draws
    assert over is not None
    low, high = (_with_unit(reading, one.scale.signed(end), one.scale.unit) for end in (over.low, over.high))
    said = words["draws"].format(low=low, high=high, draws=reading.language.count(over.draws))
    return f"{said} {words['luck']}" if over.luck_included else said


def _next(reading: Reading, best: str, words: Mapping[str, str]) -> list[str]:
    outcome = reading.outcomes[0]
    better = reading.study.meaning(outcome).better
    others = [arm for arm in reading.arms if arm != best and reading.compared(outcome, arm).difference.n]
    if not others or not better:
        return []
    second = max(others, key=lambda arm: better * reading.compared(outcome, arm).difference.mean)
    gap = reading.between(outcome, best, second)
    if gap.n < 2:
        return []
    scale = reading.shown(reading.compared(outcome, second)).scale
    ends = reading.language.span(scale.signed(gap.low), scale.signed(gap.high))
    name = "next" if gap.told_apart else "next_within"
    return [
        words[name].format(
            arm=reading.name(second), effect=reading.shown(reading.compared(outcome, second)).estimate,
            gap=scale.text(abs(gap.mean)), interval=f"{reading.language.words['interval']} {ends}",
        )
    ]  # fmt: skip


def _rows(reading: Reading, outcome: str) -> list[tuple[int, str, Shown, Any]]:
    shown = reading.shown_together([reading.compared(outcome, arm) for arm in reading.arms])
    return [
        (number, arm, one, drawing(one, reach_of(shown)))
        for number, (arm, one) in enumerate(zip(reading.arms, shown, strict=True))
    ]
