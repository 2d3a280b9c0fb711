"""Whatever happens to a file of a finished study, the same command leaves the same bits."""

import pytest

from tests.faults.files import HARMS, harmed, prepared


@pytest.fixture(scope="module")
def peace(tmp_path_factory):
    return prepared(tmp_path_factory.mktemp("files"))


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.name)
def test_the_same_command_mends_it(harm, peace, tmp_path):
    found = harmed(harm, *peace, tmp_path / "study")
    assert found.good, found
