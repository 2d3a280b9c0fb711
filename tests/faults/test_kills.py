"""Killed processes cost nothing but time."""

from dataclasses import replace

import pytest

from tests.faults.kills import CALL, kill


def test_a_study_survives_some_kills(tmp_path):
    found = kill(6, 5, tmp_path, replace(CALL, replicates=6))
    assert found.good, found


@pytest.mark.slow
def test_a_study_survives_a_hundred_kills(tmp_path):
    found = kill(100, 1, tmp_path)
    assert found.good, found
