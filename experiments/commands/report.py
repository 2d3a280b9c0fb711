"""`relosim report`: a finished study as one page for a meeting."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import Folder, refusals


def report(
    folder: Folder,
    lang: Annotated[str, typer.Option(help="language of the page: en or zh", metavar="en|zh")] = "en",
    out: Annotated[
        Path | None,
        typer.Option(help="the page; DIR-report.html, or DIR-report-zh.html, if left out", metavar="FILE"),
    ] = None,
) -> None:
    """Write one HTML page to take to a meeting: it opens without network, prints, and reads aloud."""
    with refusals():
        from analysis.report import page_of

        typer.echo(str(page_of(folder, lang, out)))
