"""The pages that come from the declarations, and the notebooks as the repository keeps them.

`mkdocs build --strict`, which `.ci/run` does, executes the notebooks and follows every link.
"""

import nbformat
import pytest

from hooks import generated
from simulation.catalogue import discover
from tests.house.source import ROOT

NOTEBOOKS = sorted((ROOT / "analysis" / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def pages():
    return dict(generated())


def test_every_declaration_stands_in_the_reference(pages):
    known = discover()
    for name in known.interventions:
        assert name in pages["reference/interventions.md"]
    for name in known.processes:
        assert name in pages["reference/processes.md"]
    for outcome in known.outcomes.values():
        for indicator in outcome.indicators:
            assert indicator in pages["reference/outcomes.md"]


def test_the_model_page_has_the_seven_elements_of_odd(pages):
    headings = [line for line in pages["model/odd.md"].splitlines() if line.startswith("## ")]
    assert [one.split()[1][0] for one in headings[:7]] == list("1234567")


def test_no_page_asks_for_a_diagram_that_would_be_loaded_from_the_network(pages):
    written = {one.name: one.read_text(encoding="utf-8") for one in (ROOT / "docs").rglob("*.md")}
    assert [name for name, text in {**pages, **written}.items() if "```mermaid" in text] == []


def test_there_are_three_notebooks():
    assert [one.stem[0] for one in NOTEBOOKS] == ["1", "2", "3"]


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda one: one.stem)
def test_a_notebook_is_kept_without_its_outputs(file):
    made = nbformat.read(file, as_version=4)
    nbformat.validate(made)
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    assert code
    assert [cell.source for cell in code if cell.outputs or cell.execution_count is not None] == []
