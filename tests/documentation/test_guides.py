"""Whatever a guide tells a reader to type works, in the order in which it stands there."""

import os
import re
import subprocess
import sys

import pytest

from tests.documentation.guides import FILES, GUIDES, blocks, lay_out
from tests.house.source import ROOT

SHELLS = [guide for guide in GUIDES if any(one.language == "sh" for one in blocks(guide))]
NOTEBOOKS = [guide for guide in GUIDES if guide.stem == "own_notebook"]


def typed(command, folder):
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-e", "-c", command],
        check=False,
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=600,
    )


def test_each_guide_has_something_to_type():
    assert len(GUIDES) == 5
    assert {*SHELLS, *NOTEBOOKS} == set(GUIDES)


@pytest.mark.skipif(sys.platform == "win32", reason="the guides' commands are those of a Unix shell")
@pytest.mark.parametrize("guide", SHELLS, ids=lambda one: one.stem)
def test_the_commands_of_a_guide_work(guide, tmp_path):
    folder, said = lay_out(tmp_path), ""
    for one in blocks(guide):
        if one.language == "sh":
            done = typed(one.text, folder)
            said = done.stdout + done.stderr
            assert (done.returncode != 0) == ("fails" in one.classes), f"{one.text}\n{said}"
        elif "exact" in one.classes:
            assert one.text in said


@pytest.mark.parametrize("guide", NOTEBOOKS, ids=lambda one: one.stem)
def test_the_cells_of_a_guide_work(guide, tmp_path):
    code = "\n".join(one.text for one in blocks(guide) if one.language == "python")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        check=False, cwd=lay_out(tmp_path), env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("guide", GUIDES, ids=lambda one: one.stem)
def test_what_a_guide_includes_and_links_is_there(guide):
    text = guide.read_text(encoding="utf-8")
    included = re.findall(r'^--8<-- "(.+)"$', text, re.MULTILINE)
    linked = re.findall(r"\]\(files/([^)]+)\)", text)
    assert all((ROOT / one).is_file() for one in included)
    assert all((FILES / one).is_file() for one in linked)
    assert {one.rpartition("/")[2] for one in included} == set(linked)


def test_no_file_lies_about_unused():
    told = "".join(guide.read_text(encoding="utf-8") for guide in GUIDES)
    assert [one.name for one in FILES.iterdir() if f"files/{one.name}" not in told] == []
