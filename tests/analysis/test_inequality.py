"""Inequality by hand, by law, and beside an independent implementation."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from inequality.gini import Gini
from inequality.theil import Theil, TheilD

from analysis.inequality import (
    concentration,
    fractional_rank,
    gini,
    quantile_groups,
    share_to_poorest,
    theil,
    theil_parts,
)  # fmt: skip

ROWS = st.lists(
    st.tuples(st.integers(1, 900), st.integers(-90, 90), st.integers(1, 5), st.integers(0, 2)), min_size=2, max_size=25
)


def columns(rows):
    income, gain, people, group = (np.array(one) for one in zip(*rows, strict=True))
    return income.astype(float), gain.astype(float), people.astype(float), group


def one_by_one(values, people):
    """Write a row of n people as n rows."""
    return np.repeat(values, people.astype(int))


@given(ROWS)
def test_gini_and_theil_as_pysal_has_them(rows):
    income, _, people, group = columns(rows)
    single = one_by_one(income, people)
    assert gini(income, people) == pytest.approx(Gini(single).g, abs=1e-9)
    assert theil(income, people) == pytest.approx(Theil(single).T, abs=1e-9)
    parts = TheilD(single, one_by_one(group, people))
    assert theil_parts(income, people, group) == pytest.approx((float(parts.bg[0]), float(parts.wg[0])), abs=1e-9)


@given(ROWS)
def test_a_row_of_many_people_is_as_many_rows_of_one(rows):
    income, gain, people, _ = columns(rows)
    assume(gain @ people != 0)
    single = [one_by_one(one, people) for one in (gain, income)]
    ones = np.ones(len(single[0]))
    for measure in (concentration, share_to_poorest):
        assert measure(gain, income, people) == pytest.approx(measure(*single, ones), abs=1e-9)


@given(ROWS, st.randoms())
def test_the_order_of_rows_changes_nothing(rows, order):
    mixed = rows.copy()
    order.shuffle(mixed)
    for measure in (concentration, share_to_poorest):
        found = [measure(gain, income, people) for income, gain, people, _ in (columns(rows), columns(mixed))]
        assert found[0] == pytest.approx(found[1], abs=1e-9, nan_ok=True)


@given(ROWS)
def test_a_gain_alike_for_all_is_concentrated_nowhere(rows):
    income, _, people, _ = columns(rows)
    alike = np.full(len(income), 7.0)
    assert concentration(alike, income, people) == pytest.approx(0.0, abs=1e-9)
    assert share_to_poorest(alike, income, people, 0.4) == pytest.approx(0.4, abs=1e-9)


def test_by_hand():
    income, people = np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4)
    np.testing.assert_allclose(fractional_rank(income, people), [0.125, 0.375, 0.625, 0.875])
    # All to the poorest: 2 (0.125 - 0.5) = -0.75; all to the richest: +0.75.
    assert concentration(np.array([8.0, 0, 0, 0]), income, people) == pytest.approx(-0.75)
    assert concentration(np.array([0, 0, 0, 8.0]), income, people) == pytest.approx(0.75)
    # The poorest 40 % of four are the poorest and 0.6 of the next.
    assert share_to_poorest(np.array([4.0, 5.0, 1.0, 0.0]), income, people) == pytest.approx((4 + 0.6 * 5) / 10)
    assert quantile_groups(income, people, 2).tolist() == [0, 0, 1, 1]
    assert quantile_groups(np.ones(4), people, 2).tolist() == [1, 1, 1, 1]


def test_what_is_undefined_is_undefined():
    nothing, people = np.zeros(3), np.ones(3)
    assert np.isnan([gini(nothing, people), theil(nothing, people)]).all()
    assert np.isnan(
        [measure(np.array([1.0, -1.0, 0.0]), people, people) for measure in (concentration, share_to_poorest)]
    ).all()
