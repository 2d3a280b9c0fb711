"""The question: what the study is called, why it was asked, and what its arms do."""

from collections.abc import Mapping
from typing import Any

from analysis.report.reading import Reading
from analysis.study import BASELINE

ORDER = 10
TITLES = {"en": "The question", "zh": "问题"}
WORDS = {
    "en": {
        "compared": "What is compared", "nothing": "Nothing is added.", "runs": "The runs cover {months}; effects are means of {window}.",
        "only": "This study has no arm beside the baseline: it shows what happens if nothing is added.",
    },
    "zh": {
        "compared": "比较的方案", "nothing": "不新增措施。", "runs": "模拟期为{months}；影响为{window}的均值。",
        "only": "本研究只有基准，没有其他方案：它说明不新增措施时会发生什么。",
    },
}  # fmt: skip
TEMPLATE = """\
{% if why %}<p class="lead"{% if why_english %} lang="en"{% endif %}>{{ why }}</p>{% endif %}

<h3>{{ w.compared }}</h3>
<dl class="arms">
{% for one in arms %}<div><dt>{% if one.number >= 0 %}{{ key(one.number) }} {% endif %}{{ one.name }}{% if one.name != one.id %} <code>{{ one.id }}</code>{% endif %}</dt>
{% for text, foreign in one.does %}<dd{% if foreign %} lang="en"{% endif %}>{{ text }}</dd>
{% endfor %}</div>
{% endfor %}</dl>
{% if not r.arms %}<p>{{ w.only }}</p>{% endif %}

<p>{{ w.runs.format(months=months, window=window) }}</p>
"""


def data(reading: Reading) -> Mapping[str, Any]:
    """Tell the question."""
    study, language = reading.study, reading.language
    why = reading.own("why")
    return {
        "why": why,
        "why_english": language.chinese and why.isascii(),
        "arms": [_arm(reading, number - 1, arm) for number, arm in enumerate(study.arms)],
        "months": language.window((study.start, study.start + study.months - 1)),
        "window": language.window(study.window),
    }


def _arm(reading: Reading, number: int, arm: str) -> Mapping[str, Any]:
    does = reading.told.get("does", {}).get(arm, [])
    code = reading.language.code
    told = [(_sentence(one.get(code, one.get("en", ""))), code not in one) for one in does]
    name = reading.name(arm)
    if arm == BASELINE and not told and name == reading.language.words["baseline"]:
        told = [(WORDS[code]["nothing"], False)]
    return {"number": number, "id": arm, "name": name, "does": told}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
