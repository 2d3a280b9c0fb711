"""Notebooks as pages: each is executed when the site is built, and rendered as Markdown with its figures beside it."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import MarkdownExporter
from nbformat import NotebookNode

from documentation import ROOT

FOLDER = ROOT / "analysis" / "notebooks"
_SECONDS = 600
"""A cell that takes longer is stopped, and the build with it."""
_STYLE = re.compile(r"<style scoped>.*?</style>\s*", re.DOTALL)
_PICTURE = re.compile(r"!\[png\]\(")
_BRACKETS = str.maketrans("[]", "()")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Rendered:
    """A notebook that was executed: its page, and its figures by file name."""

    name: str
    title: str
    text: str
    figures: dict[str, bytes]


def notebook_files() -> list[Path]:
    """List the notebooks in the order of their names; nothing where there are none."""
    return sorted(FOLDER.glob("*.ipynb"))


def title_of(file: Path) -> str:
    """Return the first heading of a notebook, or its file's name."""
    for cell in nbformat.read(file, as_version=4).cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            return str(cell.source.splitlines()[0].removeprefix("# "))
    return file.stem.replace("_", " ")


def executed(file: Path, folder: Path) -> NotebookNode:
    """Execute a notebook in a folder, where it leaves its results; CellExecutionError says which cell failed and why."""
    made = nbformat.read(file, as_version=4)
    # The kernel starts in the given folder, from where the program is importable only if it is installed or named here.
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), before)))
    try:
        NotebookClient(
            made, timeout=_SECONDS, kernel_name="python3", resources={"metadata": {"path": folder}}
        ).execute()
    finally:
        os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)
    return made


def rendered(file: Path, folder: Path) -> Rendered:
    """Execute a notebook and write it as Markdown."""
    made = executed(file, folder)
    text, resources = MarkdownExporter().from_notebook_node(
        made, resources={"unique_key": file.stem, "output_files_dir": f"{file.stem}_files"}
    )
    figures = {Path(name).name: data for name, data in resources.get("outputs", {}).items()}
    source = (
        f"This page is the notebook `analysis/notebooks/{file.name}`, executed when the documentation was built.\n\n"
    )
    head, _, rest = _with_words(_cleaned(text), made).lstrip().partition("\n")
    return Rendered(file.stem, title_of(file), f"{head}\n\n{source}{rest}", figures)


def _cleaned(text: str) -> str:
    """Take out what a notebook's own page would need and this one doesn't: style of tables, colours of a terminal."""
    return _ANSI.sub("", _STYLE.sub("", text))


def _with_words(text: str, made: NotebookNode) -> str:
    """Give each picture the alternative text that it came with, in the order in which they stand."""
    told = (
        output.metadata.get("image/png", {}).get("alt", "")
        for cell in made.cells
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    )
    return _PICTURE.sub(lambda _: f"![{next(told, '').translate(_BRACKETS)}](", text)


def all_rendered(folder: Path) -> Iterator[Rendered]:
    """Execute all notebooks in one folder, one after the other, so that what one made the next one finds."""
    for file in notebook_files():
        yield rendered(file, folder)
