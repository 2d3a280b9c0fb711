"""Markdown made from rows and names."""

import re
from collections.abc import Iterable, Sequence

_ACTIVE = re.compile(r"([\\`*_{}\[\]<>|])")


def plain(text: object) -> str:
    """Write a text so that Markdown shows it as it is, on one line."""
    return " ".join(_ACTIVE.sub(r"\\\1", str(text)).split())


def code(text: object) -> str:
    """Write a name as code; nothing for an empty one."""
    return f"`{text}`" if str(text) else ""


def paragraphs(text: str) -> str:
    """Write a docstring as paragraphs: names between backquotes stay code, everything else is shown as it is."""
    parts = re.split(r"(`[^`]+`)", text.strip())
    return "".join(part if part.startswith("`") else _ACTIVE.sub(r"\\\1", part) for part in parts)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; cells are Markdown already, and rows may be none."""
    lines = ["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings)]
    lines += ["| " + " | ".join(cell or " " for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def folded(title: str, body: str) -> str:
    """Write a part that a reader unfolds."""
    inside = "\n".join(f"    {line}" if line else "" for line in body.splitlines())
    return f'??? note "{title}"\n\n{inside}\n'


def anchor(kind: str, name: str) -> str:
    """Return the anchor of a declared thing: the same on every page that holds it."""
    return f"{kind}-{name.replace('_', '-')}"


def heading(level: int, title: str, at: str = "") -> str:
    """Write a heading, with an anchor of its own if it has one."""
    return f"{'#' * level} {title}" + (f" {{ #{at} }}" if at else "") + "\n"


def page(*parts: str) -> str:
    """Put a page together: its parts, an empty line between."""
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"
