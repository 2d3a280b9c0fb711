"""The reference of the Python API: a page for each module that reads results, and the notebook's door."""

import ast
from collections.abc import Iterator
from pathlib import Path

from documentation import ROOT
from documentation.markdown import code, heading, page, paragraphs, table

DOOR = "relosim"


def modules() -> dict[str, str]:
    """Return the modules of the API, the door first, each with the first sentence of its docstring."""
    files = [ROOT / f"{DOOR}.py", *sorted((ROOT / "analysis").glob("*.py"))]
    return {_name(file): _sentence(file) for file in files if file.stem != "__init__"}


def _name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def _sentence(file: Path) -> str:
    doc = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return doc.split("\n\n")[0].replace("\n", " ")


def address(module: str) -> str:
    """Return the path of a module's page below `reference/`."""
    return f"python/{module}.md"


def api_pages() -> Iterator[tuple[str, str]]:
    """Write the page of each module, and one that lists them: path below `reference/`, text."""
    known = modules()
    yield (
        "python/index.md",
        page(
            heading(1, "Python API"),
            "A notebook begins with `import relosim as rs`; `rs.run` makes a study and `rs.load` opens one. What it "
            "returns is read by the modules of `analysis`, which import nothing of the simulation: a result folder is all "
            "they need.",
            table(
                ("module", "is about"),
                [(f"[{code(name)}]({name}.md)", paragraphs(sentence)) for name, sentence in known.items()],
            ),
        ),
    )
    for name in known:
        yield address(name), f"# {code(name)}\n\n::: {name}\n"
