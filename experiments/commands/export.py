"""`relosim export`: tables for other programs."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import Folder, refusals


def export(
    folder: Folder,
    out: Annotated[
        Path | None, typer.Option(help="folder of the tables, new or empty; DIR-tables if left out", metavar="DIR2")
    ] = None,
    kind: Annotated[str, typer.Option("--format", help="csv, parquet, or xlsx for Excel")] = "csv",
) -> None:
    """Write effects, courses, costs and what they mean as tables for other programs."""
    with refusals():
        from analysis.export import export as exported
        from analysis.study import load

        place = out or folder.with_name(f"{folder.resolve().name}-tables")
        for file in exported(load(folder), place, kind):
            typer.echo(str(file))
