"""What a teacher can this month: the quality of the experienced, less what the newly hired still have to learn."""

import numpy as np
from numpy.typing import NDArray

from simulation.processes._staff import MICRO, micro


def quality_at(
    month: int,
    quality: NDArray[np.float32],
    hired: NDArray[np.int8],
    starts_month: NDArray[np.int32],
    shortfall: float,
    months: int,
) -> NDArray[np.int64]:
    """Return the quality of each teacher this month in whole millionths of an SD, int64[n].

    Those hired during the run begin `shortfall` SD below their quality (float32[n], SD) and close the gap over
    `months`, fast at first: what is left is the square of the part of the time that is left. Everybody
    whom the region brought counts as experienced, and so their quality is what it was measured to be.

    It is a function of the person and the month alone, wherever the person teaches: a transfer can't change
    the county's sum, and whole numbers keep that law exact. At a turnover of 6 % a year novices lower the mean
    by at most about 0.03 SD for good; without growth they would by 0.3 SD in the end.
    """
    left = np.clip(months - (month - starts_month.astype(np.int64)), 0, max(months, 1)) * (hired != 0)
    gap = round(shortfall * MICRO)
    return np.asarray(micro(quality) - gap * left * left // max(months, 1) ** 2, np.int64)
