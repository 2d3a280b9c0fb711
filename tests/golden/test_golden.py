"""Results change on purpose or not at all."""

import math

import pytest

from tests.golden.runs import differences, read, runs, tabled, write

HELP = "if this was meant: python -m tests.golden --update, and a line under 'Results change' in CHANGELOG.md"


@pytest.fixture(scope="module")
def found():
    return {name: tabled(result) for name, result in runs().items()}


@pytest.mark.parametrize("name", ["baseline", "policies"])
def test_results_are_as_before(name, found):
    said = differences(read(name), found[name])
    assert not said, "\n".join([HELP, *said[:40]])


def test_the_policies_do_something(found):
    assert differences(found["baseline"], found["policies"])


def test_a_file_is_read_as_it_was_written(found, tmp_path):
    write("baseline", found["baseline"], tmp_path)
    assert differences(read("baseline", tmp_path), found["baseline"]) == []


def test_whole_numbers_are_exact_and_others_nearly_so():
    one = {("x", "all"): [1000000000000.0, 0.5, math.nan]}
    assert differences(one, {("x", "all"): [1000000000000.0, 0.5 + 1e-11, math.nan]}) == []
    assert differences(one, {("x", "all"): [1000000000001.0, 0.5, math.nan]}) == [
        "x/all in 2018-01: 1000000000000 -> 1000000000001"
    ]
    assert differences(one, {("x", "all"): [1000000000000.0, 0.6, math.nan]}) == ["x/all in 2018-02: 0.5 -> 0.6"]
    assert differences(one, {("x", "all"): [1000000000000.0, 0.5, 0.0]}) == ["x/all in 2018-03:  -> 0"]
    assert differences(one, {("y", "all"): []}) == ["x/all is gone", "y/all is new"]
