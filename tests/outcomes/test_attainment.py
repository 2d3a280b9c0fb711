"""What the record says of what pupils know, checked by hand on six children."""

import numpy as np
import pytest

from simulation.catalogue import as_outcome
from simulation.outcomes import attainment as outcome
from simulation.recorder import record_names
from tests.outcomes.school_figures import HOST, measured


def test_every_indicator_is_measured_and_no_other():
    _, tally = measured(outcome)
    assert sorted(tally.found) == sorted(record_names([as_outcome(outcome)]))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("achievement_mean", 0.0),
        ("achievement_sd", 2**0.5),
        ("achievement_gap", -2.5),
    ],
)
def test_figures_are_as_by_hand(name, value):
    assert measured(outcome)[0](name) == pytest.approx(value)


def test_figures_stand_by_population():
    look, _ = measured(outcome)
    assert look("achievement_mean", -1, HOST) == 2
    assert np.isnan(look("achievement_gap", -1, HOST))
