"""How to make the study again: its hash and the command."""

from collections.abc import Mapping
from typing import Any

from analysis.report.reading import Reading
from analysis.reproduce import command

ORDER = 130
TITLES = {"en": "Make it again", "zh": "重现本研究"}
WORDS = {
    "en": {
        "what": "In the result folder, this command makes the same study again. Its hash, which names exactly this set of figures, comes out the same:",
        "hash": "study", "check": "relosim verify proves files and runs bit for bit.",
    },
    "zh": {
        "what": "在结果文件夹中运行以下命令可重现本研究。研究的哈希值对应且仅对应这组数值，重现后应相同：",
        "hash": "研究", "check": "relosim verify 可逐位核对文件和运行。",
    },
}  # fmt: skip
TEMPLATE = """\
<p>{{ w.what }}</p>
<pre class="scroll" tabindex="0" role="region" aria-label="{{ w.hash }}"><code>{{ command }}</code></pre>
<p>{{ w.hash }} <code{{ data(study=hash) }}>{{ hash }}</code></p>
<p class="small">{{ w.check }}</p>
"""


def data(reading: Reading) -> Mapping[str, Any]:
    """Tell hash and command."""
    return {"command": command(reading.study), "hash": reading.study.hash}
