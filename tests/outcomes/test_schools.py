"""What the record says of schools, checked by hand on a handful of children."""

import pytest

from simulation.catalogue import as_outcome
from simulation.outcomes import schools as outcome
from simulation.recorder import record_names
from tests.outcomes.school_figures import RELOCATED, SITE, measured


def test_every_indicator_is_measured_and_no_other():
    _, tally = measured(outcome)
    assert sorted(tally.found) == sorted(record_names([as_outcome(outcome)]))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("primary_pupils_count", 3),
        ("junior_pupils_count", 1),
        ("junior_boarders_count", 1),
        ("primary_unplaced_count", 1),
        ("preschool_unplaced_count", 1),
        ("primary_seat_shortfall_count", 2),
        ("primary_class_size_mean", 63),
        ("primary_pupils_per_teacher", 63 / 4),
        ("junior_pupils_per_teacher", 3),
        ("class_size_mean", 69 / 2),
        ("pupils_per_teacher", 69 / 6),
        ("primary_empty_seats_share", 10 / 12),
        ("school_minutes_mean", 80 / 3),
        ("primary_school_minutes_mean", 80 / 3),
        ("school_long_way_share", 1 / 3),
        ("school_minutes_p90", 40),
        ("pupil_class_size_mean", (63 + 54 + 56 + 66) / 4),
        ("large_class_share", 3 / 4),
        ("super_large_class_share", 1 / 4),
        ("shared_room_pupils_count", 1),
        ("town_school_pupils_count", 1),
        ("primary_unplaced_full_count", 1),
        ("primary_unplaced_no_school_count", 0),
        ("preschool_unplaced_no_school_count", 1),
        ("blocking_pairs_count", 1),
        ("open_schools_count", 3),
    ],
)
def test_figures_are_as_by_hand(name, value):
    assert measured(outcome)[0](name) == pytest.approx(value)


def test_figures_stand_by_place_and_by_population():
    look, _ = measured(outcome)
    assert look("primary_pupils_per_teacher", SITE) == 21
    assert look("primary_pupils_count", -1, RELOCATED) == 2
