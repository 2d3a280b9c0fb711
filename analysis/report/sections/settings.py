"""The effective scenario, as it stands beside the results: every value with the file that it comes from."""

from collections.abc import Mapping
from typing import Any

from analysis.folder import EFFECTIVE
from analysis.report.reading import Reading
from analysis.report.section import Missing

ORDER = 120
TITLES = {"en": "Effective scenario", "zh": "生效的情景"}
WORDS = {
    "en": {"what": "What was run, after inheritance. Each value is followed by the file that it comes from.", "show": "Show the YAML", "gone": "effective.yaml isn't in the folder."},
    "zh": {"what": "继承之后实际运行的情景。每个值后注明其来源文件。", "show": "显示 YAML", "gone": "文件夹中没有 effective.yaml。"},
}  # fmt: skip
TEMPLATE = """\
<p>{{ w.what }}</p>
<details><summary>{{ w.show }}</summary>
<pre class="scroll" tabindex="0" role="region" aria-label="YAML"><code>{{ text }}</code></pre>
</details>
"""


def data(reading: Reading) -> Mapping[str, Any] | Missing:
    """Read the effective scenario."""
    file = reading.study.folder / EFFECTIVE
    if not file.exists():
        return Missing(WORDS[reading.language.code]["gone"])
    return {"text": file.read_text("utf-8")}
