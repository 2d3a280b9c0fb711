"""How the figures were made: paired runs, window, intervals, program."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.pairing import saving
from analysis.report.reading import Reading

ORDER = 110
TITLES = {"en": "Method", "zh": "方法"}
WORDS = {
    "en": {
        "lines": [
            "relosim simulates persons and households month by month: homes, work, schools, care, income, and whether they go back.",
            "Every arm and the baseline run with the same luck: person by person, month by month, the same chances. A difference between them is the policy's.",
            "Each effect is the mean of the differences of {runs} paired runs, pooled over {window}. Shares are numerators added up over denominators added up.",
            "Intervals are 95% t intervals of the mean paired difference. They hold computing error alone: it shrinks with more runs.",
        ],
        "draws": "Uncertain parameters were drawn {draws} times; runs of one draw share its parameters, so that the draw is what counts as independent.",
        "fixed": "Parameters were held at one value each.", "pairing": "Shared luck: for {outcome} and {arm}, runs with independent luck would need {ratio} times as many replicates for the same interval.",
        "program": "Program", "facts": {"runs": "runs", "months": "months", "seed": "seed", "code": "code", "versions": "versions", "study": "study"},
        "made": "{runs} runs of {arms} arms, {months} months each",
    },
    "zh": {
        "lines": [
            "relosim 逐月模拟个人和家庭：住房、就业、上学、就医、收入，以及是否返迁。",
            "各方案与基准使用相同的随机因素：每人每月机会相同，因此两者之差即为政策影响。",
            "每项影响为{runs}对运行之差的均值，取{window}合计。比重为分子之和除以分母之和。",
            "区间为配对差均值的95% t区间，只含计算误差，增加运行可使其变窄。",
        ],
        "draws": "不确定参数抽样{draws}次；同一次抽样的运行共用参数，因此以抽样为独立单位。",
        "fixed": "各参数取固定值。", "pairing": "共用随机因素：就{outcome}和{arm}而言，若随机因素独立，需{ratio}倍的运行次数才能得到同样的区间。",
        "program": "程序", "facts": {"runs": "运行", "months": "月数", "seed": "种子", "code": "代码", "versions": "版本", "study": "研究"},
        "made": "{arms}个方案共{runs}次运行，每次{months}个月",
    },
}  # fmt: skip
TEMPLATE = """\
<div class="box">
<ul>{% for one in lines %}<li>{{ one }}</li>{% endfor %}</ul>
<dl class="facts">
{% for name, value in facts %}<div><dt>{{ name }}</dt><dd>{{ value }}</dd></div>{% endfor %}
</dl>
</div>
"""
_SEED = 0
_FEWEST_PAIRS = 10
"""Fewer tell nothing of what shared luck saves."""


def data(reading: Reading) -> Mapping[str, Any]:
    """Tell the method."""
    study, language, words = reading.study, reading.language, WORDS[reading.language.code]
    runs = len(study.of_arm("baseline"))
    lines = [one.format(runs=language.count(runs), window=language.window(study.window)) for one in words["lines"]]
    lines.append(words["draws"].format(draws=language.count(study.draws)) if study.varies else words["fixed"])
    ended = str(study.manifest.get("ended", ""))
    return {"lines": [*lines, *_pairing(reading), *([ended] if ended else [])], "facts": _facts(reading)}


def _pairing(reading: Reading) -> list[str]:
    """Say what shared luck saves in the main outcome; nothing where it can't be told."""
    if reading.best is None or reading.study.varies:
        return []
    both = reading.study.matched(reading.outcomes[0], reading.best)
    found = saving(both.base, both.arm, _SEED)
    if not np.isfinite(found.ratio) or found.n < _FEWEST_PAIRS:
        return []
    return [
        WORDS[reading.language.code]["pairing"].format(
            outcome=reading.name(reading.outcomes[0]), arm=reading.name(reading.best), ratio=reading.language.number(found.ratio)
        )
    ]  # fmt: skip


def _facts(reading: Reading) -> list[tuple[str, str]]:
    study, language, words = reading.study, reading.language, WORDS[reading.language.code]
    told, names = study.manifest, words["facts"]
    made = words["made"].format(runs=language.count(len(study.runs)), arms=len(study.arms), months=study.months)
    versions = language.words["comma"].join(f"{name} {one}" for name, one in told.get("versions", {}).items())
    found = {
        "runs": made,
        "seed": str(told.get("seed", "")),
        "code": str(told.get("code", ""))[:12],
        "versions": versions,
        "study": study.hash,
    }
    return [(names[name], value) for name, value in found.items() if value]
