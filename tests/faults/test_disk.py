"""A full disk or a read-only one is said in a line, and the same command goes on when there is room."""

from dataclasses import replace

import pytest

from experiments.faults import StoreError, in_words
from tests.faults.command import here
from tests.faults.disk import CALL, ROOM_KIB, CannotMountError, filled, read_only
from tests.faults.finding import undisturbed


@pytest.fixture(scope="module")
def bits(tmp_path_factory):
    return undisturbed(tmp_path_factory.mktemp("disk") / "peace", CALL)


@pytest.fixture(autouse=True)
def skips_where_mounting_is_not_allowed(monkeypatch):
    monkeypatch.setattr(CannotMountError, "__init__", lambda _self, why: pytest.skip(f"can't mount: {why}"))


@pytest.mark.parametrize("kib", ROOM_KIB)
def test_a_full_disk_costs_no_run(kib, bits, tmp_path):
    found = filled(kib, bits, tmp_path / "disk")
    assert found.good, found


def test_a_full_disk_and_a_failing_run(bits, tmp_path):
    found = filled(340, bits, tmp_path / "disk", replace(CALL, fails="jobs-r0003"))
    assert found.good, found


@pytest.mark.parametrize("midway", [False, True])
def test_a_read_only_folder_is_refused(midway, bits, tmp_path):
    found = read_only(bits, tmp_path / "disk", midway)
    assert found.good, found


def test_a_failure_that_cannot_be_written_is_told(tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "failures").write_text("in the way")
    said = here(folder, replace(CALL, fails="jobs-r0003"))
    assert said.status == 1
    assert said.clean
    assert "failures/jobs-r0003.txt can't be written" in said.text


def test_what_has_nothing_to_do_with_the_folder_stays_an_error(tmp_path):
    with pytest.raises(FileNotFoundError), in_words(tmp_path / "study"):
        (tmp_path / "elsewhere").read_text()
    with pytest.raises(StoreError, match=r"summary\.csv can't be written"), in_words(tmp_path):
        (tmp_path / "gone" / "summary.csv").write_text("")
