"""What households had to live on a head in calendar years, as their unit records note it each December."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.months import ResultsError, Window, date_of, window_text
from analysis.people import People, held
from analysis.runs import Run
from analysis.study import Study

COLUMN = "households.income_head_year"
UNIT = "yuan a head and year"
_DECEMBER, _FEN_A_YUAN = 11, 100


def decembers(window: Window) -> list[int]:
    """List the Decembers of a window, absolute months; ResultsError if there is none."""
    found = [month for month in range(window[0], window[1] + 1) if month % 12 == _DECEMBER]
    if not found:
        raise ResultsError(
            f"the window {window_text(window)} holds no December, in which the income of the calendar year is noted"
        )
    return found


def ranking_decembers(study: Study, window: Window) -> list[int]:
    """List the Decembers of a window, or the last one before it; ResultsError where no run holds one up to its end."""
    last = window[1] - (window[1] - _DECEMBER) % 12
    if last < study.start:
        raise ResultsError(
            f"no December lies between the start and {date_of(window[1])}: the income of the calendar year, by which "
            "people are ranked, is noted each December"
        )
    return decembers((min(window[0], last), window[1]))


def income_per_head(study: Study, run: Run, people: People, months: Sequence[int]) -> NDArray[np.float64]:
    """Return what each person's household had to live on a head, mean of the years that end in some Decembers.

    float64[people], UNIT: yearly income over its living members. Raises ResultsError where an older program didn't
    note it.
    """
    changes = study.changes(run, COLUMN)
    if not changes.num_rows:
        raise ResultsError(
            f"{run.file('units')} holds no yearly income of households: an older program made it, or nobody had any; "
            "run the study again"
        )
    uid, row = np.unique(people.household, return_inverse=True)
    yuan = changes["to"].to_numpy().view(np.int64) / _FEN_A_YUAN
    years = held(changes, uid, np.zeros(len(uid)), yuan, months)
    return np.asarray(years.mean(axis=0)[row], np.float64)
