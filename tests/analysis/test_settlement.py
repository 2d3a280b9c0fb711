"""How long households stay: months before anybody has left."""

import warnings
from types import SimpleNamespace

import numpy as np
import pytest

from analysis import settlement


@pytest.mark.parametrize(("stays", "open_end", "left"), [([3.0, 5.0, 9.0], [1, 1, 1], 0), ([3, 5, 9], [1, 0, 1], 1)])
def test_months_in_which_nobody_left_have_no_interval_and_cause_no_warning(monkeypatch, stays, open_end, left):
    monkeypatch.setattr(settlement, "_stays", lambda study, run: (np.array(stays, float), np.array(open_end, np.bool_)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = settlement.settlement(SimpleNamespace(of_arm=lambda arm: [SimpleNamespace(traced=True)]), "arm")
    assert found.left == left
    assert found.share.tolist() == ([1.0] * 3 if left == 0 else [1.0, 0.5, 0.5])
    assert np.array_equal(np.isnan(found.low), found.share == 1.0)
