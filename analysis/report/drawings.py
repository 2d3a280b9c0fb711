"""Effects drawn as intervals beside their figures."""

import numpy as np
from markupsafe import Markup

from analysis.report.charts import interval
from analysis.report.reading import Shown


def reach_of(shown: list[Shown]) -> float:
    """Return how far from 0 the drawings of some effects have to reach."""
    ends = [end for one in shown for end in (one.gap.mean, one.gap.low, one.gap.high) if np.isfinite(end)]
    over = [one.compared.over_draws for one in shown if one.over_draws]
    return max((abs(end) for end in (*ends, *(end for one in over if one for end in (one.low, one.high)))), default=0.0)


def drawing(one: Shown, reach: float) -> Markup:
    """Draw an effect with its interval."""
    over = one.compared.over_draws
    ends = (over.low, over.high) if over is not None and one.over_draws else None
    said = f"{one.estimate} ({one.low}, {one.high})" if one.gap.n > 1 else one.estimate
    return interval(one.gap.mean, (one.gap.low, one.gap.high), reach, said, ends, one.state)
