"""What MkDocs calls: the generated pages join the written ones, and the lists of pages join the navigation."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from documentation import ROOT
from documentation.command_line import command_line_page
from documentation.interventions import interventions_page
from documentation.markdown import page
from documentation.notebooks import Rendered, all_rendered, notebook_files, title_of
from documentation.odd_page import odd_page
from documentation.outcomes import outcomes_page
from documentation.parameters import parameters_page
from documentation.processes import processes_page
from documentation.python_api import address, api_pages, modules
from documentation.scenario_file import scenario_file_page, schema_text
from documentation.tables import tables_page
from simulation.catalogue import discover

_COPIED = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}
"""Pages of the repository that are pages of the site too; their links into docs/ lose that part."""


def generated() -> Iterator[tuple[str, str]]:
    """Write every page that comes from the declarations: its path, its text."""
    known = discover()
    yield "reference/parameters.md", parameters_page(known)
    yield "reference/interventions.md", interventions_page(known)
    yield "reference/outcomes.md", outcomes_page(known)
    yield "reference/processes.md", processes_page(known)
    yield "reference/tables.md", tables_page()
    yield "reference/keys.md", scenario_file_page()
    yield "reference/scenario.schema.json", schema_text()
    yield "reference/command_line.md", command_line_page()
    yield "model/odd.md", odd_page(known)
    for path, text in api_pages():
        yield f"reference/{path}", text
    for name, path in _COPIED.items():
        yield path, (ROOT / name).read_text(encoding="utf-8").replace("](docs/", "](")


def notebook_pages(folder: Path) -> Iterator[tuple[str, str | bytes]]:
    """Execute the notebooks and write their pages, their figures, and the page that lists them."""
    found: list[Rendered] = []
    for one in all_rendered(folder):
        found.append(one)
        yield f"notebooks/{one.name}.md", one.text
        yield from ((f"notebooks/{one.name}_files/{name}", data) for name, data in one.figures.items())
    links = "\n".join(f"- [{one.title}]({one.name}.md)" for one in found)
    if found:
        yield (
            "notebooks/index.md",
            page(
                "# Notebooks",
                "Open them in Jupyter from `analysis/notebooks/`. All of them read one small study, which the first "
                "of them makes in about a minute.",
                links,
            ),
        )


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Fill the parts of the navigation that list files."""
    filled: dict[str, list[Any]] = {
        "Notebooks": ["notebooks/index.md", *({title_of(one): f"notebooks/{one.stem}.md"} for one in notebook_files())],
        "Python API": ["reference/python/index.md", *({name: f"reference/{address(name)}"} for name in modules())],
        "Decisions": [{_first_line(one): f"adr/{one.name}"} for one in sorted((ROOT / "docs" / "adr").glob("*.md"))],
    }
    if not notebook_files():
        del filled["Notebooks"]
    config.nav = _with_lists(config.nav or [], filled)
    return config


def _first_line(file: Path) -> str:
    return file.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")


def _with_lists(nav: list[Any], lists: dict[str, list[Any]]) -> list[Any]:
    """Put a list where the navigation has its name alone; a name without a list goes."""
    out: list[Any] = []
    for item in nav:
        if not isinstance(item, dict):
            out.append(item)
            continue
        ((name, content),) = item.items()
        if content == "LIST":
            out += [{name: lists[name]}] if name in lists else []
        else:
            out.append({name: _with_lists(content, lists) if isinstance(content, list) else content})
    return out


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages; the notebooks' study is kept in the folder RELOSIM_DOCS_RESULTS, if that is set."""
    for path, text in generated():
        files.append(File.generated(config, path, content=text))
    with TemporaryDirectory() as made:
        folder = Path(os.environ.get("RELOSIM_DOCS_RESULTS", made))
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in notebook_pages(folder):
            files.append(File.generated(config, path, content=content))
    return files
