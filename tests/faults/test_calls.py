"""Whatever a call meets, the next one leaves the bits of an undisturbed study."""

import pytest

from tests.faults.calls import CALL, ODDITIES, met
from tests.faults.finding import undisturbed


@pytest.fixture(scope="module")
def bits(tmp_path_factory):
    return undisturbed(tmp_path_factory.mktemp("calls") / "peace", CALL)


@pytest.mark.parametrize("oddity", ODDITIES, ids=lambda oddity: oddity.name)
def test_the_next_call_leaves_the_same_bits(oddity, bits, tmp_path):
    found = met(oddity, bits, tmp_path / "study")
    assert found.good, found
