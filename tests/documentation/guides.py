"""The guides as a reader would follow them: their files laid out, their commands in order, at a fiftieth of the region."""

import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.house.source import ROOT

GUIDES = sorted((ROOT / "docs" / "guide").glob("*.md"))
FILES = ROOT / "docs" / "guide" / "files"
_FENCE = re.compile(r"^```(?: \{(?P<classes>[^}]+)\}|(?P<language>\w+))\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_SHIM = """#!{python}
import sys
arguments = [one.replace("=0.1", "=0.02") if one.startswith("scale.") else one for one in sys.argv[1:]]
if arguments[0] in ("run", "expand"):
    arguments += ["--replicates", "3" if arguments[0] == "expand" else "2"]
if arguments[0] == "run":
    arguments += ["--workers", "1"]
sys.argv[1:] = arguments
sys.path.insert(0, {root!r})
from experiments.cli import main
main()
"""
"""`relosim` with fewer and smaller runs; everything else is the command as it stands in the guide."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a guide: its language, the classes it was given besides, its text."""

    language: str
    classes: tuple[str, ...]
    text: str


def blocks(guide: Path) -> list[Block]:
    """The fenced blocks of a guide in their order."""
    found = []
    for one in _FENCE.finditer(guide.read_text(encoding="utf-8")):
        words = [word.lstrip(".") for word in (one["classes"] or one["language"]).split()]
        found.append(Block(words[0], tuple(words[1:]), one["text"]))
    return found


def lay_out(folder: Path) -> Path:
    """Put into a folder what a reader has in his: the scenarios, and the guides' files at a fiftieth of the region."""
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    for file in FILES.iterdir():
        text = file.read_text(encoding="utf-8")
        text = text.replace(
            "{relocated: 0.1, stayers: 0.1, hosts: 0.1}", "{relocated: 0.02, stayers: 0.02, hosts: 0.02}"
        )
        (folder / file.name).write_text(text, encoding="utf-8")
    (folder / "bin").mkdir()
    command = folder / "bin" / "relosim"
    command.write_text(_SHIM.format(python=sys.executable, root=str(ROOT)), encoding="utf-8")
    command.chmod(0o755)
    return folder
