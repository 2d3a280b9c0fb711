"""What the record says of teachers, checked by hand on three."""

import numpy as np
import pytest

from simulation.catalogue import as_outcome
from simulation.outcomes import teaching as outcome
from simulation.recorder import record_names
from tests.outcomes.school_figures import HOST, VILLAGE, measured


def test_every_indicator_is_measured_and_no_other():
    _, tally = measured(outcome)
    assert sorted(tally.found) == sorted(record_names([as_outcome(outcome)]))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("teacher_quality_mean", 0.5),
        ("teacher_quality_sum", 1.0),
        ("teacher_quality_gap", 1.0),
    ],
)
def test_figures_are_as_by_hand(name, value):
    assert measured(outcome)[0](name) == pytest.approx(value)


def test_figures_stand_by_place():
    look, _ = measured(outcome)
    assert look("teacher_quality_mean", VILLAGE) == 0
    assert np.isnan(look("teacher_quality_gap", -1, HOST))
