"""Where people live and who moved, as a map: only where places have coordinates and unit records are kept."""

from collections.abc import Mapping
from typing import Any

from analysis.months import ResultsError
from analysis.movement_map import movement_map
from analysis.report.images import image_of
from analysis.report.reading import Reading
from analysis.study import BASELINE

ORDER = 45
TITLES = {"en": "Where people live", "zh": "人们住在哪里"}
WORDS = {
    "en": {"what": "Who lives where in the baseline, and who moved between places, year by year."},
    "zh": {"what": "基准下各地居住人口及逐年迁移。图中文字为英文。"},
}
TEMPLATE = """\
<figure class="picture"><figcaption>{{ w.what }}</figcaption>{{ picture }}</figure>
"""


def data(reading: Reading) -> Mapping[str, Any] | None:
    """Draw the map."""
    try:
        return {"picture": image_of(movement_map(reading.study, BASELINE))}
    except ResultsError:
        return None
