"""Settlement of bills: the kernels against a second implementation in decimals, written from the rules on paper.

No package settles these layers, so the referee is `on_paper` of `tests/twins/test_insurance.py`.
"""

from decimal import Decimal

import numpy as np
import pytest

from simulation.world import INSURANCE_GROUPS
from tests.referees.finding import Finding
from tests.twins.test_insurance import on_paper, settle

PEOPLE = 1_000


def year_of_stays(rng):
    """Draw up to 6 stays, a few of them beyond every cap: cost in fen, level."""
    count = int(rng.integers(1, 7))
    cost = np.minimum(np.exp(rng.normal(13.5, 1.5, count)), 9e7).astype(int)
    return list(zip(cost.tolist(), rng.integers(0, 3, count).tolist(), strict=True))


def gap(stays, group):
    """Return the largest difference of a layer, in fen."""
    ours = settle(stays, INSURANCE_GROUPS.index(group))
    paper = on_paper([(Decimal(cost) / 100, level) for cost, level in stays], group)
    layers = (ours.basic, ours.critical, ours.assistance)
    return max(abs(mine - int(theirs * 100)) for mine, theirs in zip(layers, paper, strict=True))


def compare_settlement():
    rng = np.random.default_rng(2021)
    worst = max(gap(year_of_stays(rng), str(rng.choice(INSURANCE_GROUPS))) for _ in range(PEOPLE))
    return Finding("settlement of hospital bills", "decimals on paper", PEOPLE, worst, "fen", 0)


def test_settlement():
    found = compare_settlement()
    print(found)
    assert found.holds


@pytest.mark.parametrize(
    ("cost", "level", "group", "basic", "critical", "assistance"),
    [
        (20_000, 1, "ordinary", 14_700, 0, 0),
        (20_000, 1, "dibao", 14_700, 1_170, 2_891),
        (100_000, 2, "ordinary", 59_400, 20_160, 0),
        (100_000, 2, "dibao", 59_400, 24_115, 11_539.5),
        (500_000, 2, "dibao", 250_000, 175_875, 30_000),
    ],
)
def test_the_vectors_of_the_dossier(cost, level, group, basic, critical, assistance):
    found = settle([(cost * 100, level)], INSURANCE_GROUPS.index(group))
    assert (found.basic, found.critical, found.assistance) == (basic * 100, critical * 100, assistance * 100)
