"""Rows never move; growth keeps what was there and detaches old views."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.table import Table


def ages(*values):
    table = Table("persons", len(values))
    table.add_column("age", np.array(values), np.int16, -1)
    return table


def test_a_column_has_its_type_and_a_default_everywhere():
    table = ages(3, 4)
    table.add_column("school", None, np.int32, -1)
    assert table["age"].dtype == np.int16
    assert table["school"].tolist() == [-1, -1]
    assert table.columns == ("age", "school")
    assert "school" in table
    assert "grade" not in table


def test_a_name_is_taken_once():
    with pytest.raises(ValueError, match=r"persons\.age exists already"):
        ages(1).add_column("age", None, np.int16, 0)


def test_appended_rows_bring_values_or_take_the_default():
    table = ages(3, 4)
    table.add_column("school", np.array([7, 8]), np.int32, -1)
    assert table.append(2, {"age": np.array([0, 1])}) == slice(2, 4)
    assert table["age"].tolist() == [3, 4, 0, 1]
    assert table["school"].tolist() == [7, 8, -1, -1]


def test_a_sealed_view_refuses_writing_and_leaves_the_column_open():
    table = ages(3, 4)
    with pytest.raises(ValueError, match="read-only"):
        table.view("age", writable=False)[0] = 9
    table.view("age", writable=True)[0] = 9
    assert table["age"].tolist() == [9, 4]


def test_growth_detaches_old_views():
    table = ages(3, 4)
    old = table.view("age", writable=True)
    table.append(1, {})
    old[0] = 99
    assert table["age"].tolist() == [3, 4, -1]


@given(st.lists(st.lists(st.integers(0, 100), min_size=1, max_size=9), max_size=8))
def test_any_growth_equals_a_plain_list(batches):
    table, plain = ages(5), [5]
    for batch in batches:
        table.append(len(batch), {"age": np.array(batch)})
        plain += batch
    assert table["age"].tolist() == plain
    assert table.rows == len(plain) <= table.room
