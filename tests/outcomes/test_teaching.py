"""What the record says of teachers, checked by hand on four."""

import numpy as np
import pytest

from simulation.catalogue import as_outcome
from simulation.outcomes import teaching as outcome
from simulation.recorder import record_names
from tests.outcomes.school_records import recorded
from tests.small import small_world

SITE, VILLAGE = 0, 1
HOST = 2


def record():
    """A site school with two of its three teachers at work, a central school with one of two; one has left."""
    world = small_world(
        {
            "places": [{"id": "site", "kind": "site"}, {"id": "village", "kind": "village"}],
            "schools": [
                {"id": "primary", "place": "site", "level": "primary", "kind": "site"},
                {"id": "central", "place": "village", "level": "junior", "kind": "central"},
            ],
            "teachers": [
                {"home_school": "primary"},
                {"home_school": "primary"},
                {"home_school": "central"},
                {"home_school": "central"},
            ],
        }
    )
    given = {
        "teachers.school": [0, 0, 1, -1],
        "teachers.quality_micro": [1_000_000, 500_000, 0, -1_000_000],
        "schools.teachers_now": [2, 1],
        "schools.newcomer_share": [0.5, 0.0],
        "schools.own_posts": [3, 2],
        "schools.vacancies": [1, 1],
        "schools.teachers_left": [0, 1],
    }
    return recorded("teaching", world, given)


def test_every_indicator_is_measured_and_no_other():
    assert record()[1] == sorted(record_names([as_outcome(outcome)]))


@pytest.mark.parametrize(
    ("name", "county", "site", "village"),
    [
        ("teacher_quality_mean", 0.5, 0.75, 0.0),
        ("teacher_quality_sum", 1.5, 1.5, 0.0),
        ("teachers_count", 3, 2, 1),
        ("teacher_newcomers_share", 1 / 3, 1 / 2, 0),
        ("teacher_vacancies_count", 2, 1, 1),
        ("teacher_vacancy_share", 2 / 5, 1 / 3, 1 / 2),
        ("primary_teacher_quality_mean", 0.75, 0.75, np.nan),
        ("junior_teacher_quality_mean", 0.0, np.nan, 0.0),
        ("primary_teacher_newcomers_share", 1 / 2, 1 / 2, np.nan),
        ("primary_teacher_vacancies_count", 1, 1, 0),
        ("junior_teacher_vacancy_share", 1 / 2, np.nan, 1 / 2),
        ("teacher_leavers_rate_year", 12 / 5, 0, 6),
    ],
)
def test_figures_are_as_by_hand(name, county, site, village):
    look, _ = record()
    assert (look(name), look(name, SITE), look(name, VILLAGE)) == pytest.approx((county, site, village), nan_ok=True)


def test_the_gap_is_that_of_the_county_and_of_no_population():
    look, _ = record()
    assert look("teacher_quality_gap") == 0.75
    assert np.isnan(look("teacher_quality_gap", -1, HOST))


def test_the_sum_of_quality_is_exact_in_any_order():
    """Whoever works where, the county's sum is the same to the last bit."""
    quality = np.rint(np.random.default_rng(1).normal(size=2000) * 1e6)
    parts = np.rint(quality * (2.0**20 / 1e6)) / 2.0**20
    assert parts.sum() == parts[::-1].sum() == sum(sorted(parts.tolist()))
    assert abs(parts - quality / 1e6).max() <= 2.0**-21
