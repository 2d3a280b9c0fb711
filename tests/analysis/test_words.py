"""Figures as people read them: digits, signs, and never a minus before nothing."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.words import decimals, fixed, number, people, signed, whom


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.69563, "", "0.6956"),
        (9658.4, "", "9,658"),
        (14049.26, "persons", "14,049.3"),
        (14049.26, "yuan", "14,049"),
        (2.2412, "persons", "2.2"),
        (0.0123, "households", "0.012"),
        (-0.00009612, "", "-0.000096"),
        (-0.0000000961, "", "-0.000000096"),
        (-0.0, "", "0"),
        (0.0, "persons", "0"),
        (math.nan, "", "undefined"),
    ],
)
def test_a_figure_is_written_with_what_it_is_worth(value, unit, text):
    assert number(value, unit) == text


def test_a_difference_has_its_sign_and_nothing_has_none():
    assert [signed(one) for one in (1.5, -1.5, 0.0, -0.0, math.nan)] == ["+1.500", "-1.500", "0", "0", "undefined"]


def test_people_are_whole_from_ten_on():
    assert [people(one) for one in (52.54, 10.0, 9.96, -22.7, 0.04)] == ["53", "10", "10.0", "-23", "0"]


def test_what_belongs_together_is_rounded_together():
    places = decimals((-1.393, -0.9518, -1.172))
    assert [fixed(one, places) for one in (-1.393, -0.9518)] == ["-1.393", "-0.952"]


@settings(deadline=None)
@given(st.floats(allow_infinity=False), st.sampled_from(["", "persons", "yuan"]))
def test_no_figure_is_a_minus_before_zeros(value, unit):
    text = number(value, unit)
    assert not (text.startswith("-") and not any(digit in text for digit in "123456789"))
    assert (text == "0") == (value == 0)


def test_whom_a_figure_is_for_names_place_and_population():
    assert whom("pupils", "registered") == "pupils, counted where registered; all places, all populations together"
    assert whom("teachers at work", "place") == "teachers at work, counted where the facility stands; all places"
