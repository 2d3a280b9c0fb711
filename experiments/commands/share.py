"""`relosim share`: a copy to hand on."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import Folder, refusals


def share(
    folder: Folder,
    out: Annotated[
        Path | None, typer.Option(help="folder of the copy, new or empty; DIR-shared if left out", metavar="DIR2")
    ] = None,
) -> None:
    """Write a copy to hand on: results and figures without inputs, unit records, paths, hosts and times of day."""
    with refusals():
        from experiments.share import share as shared

        copy = shared(folder, out)
        typer.echo(f"wrote {copy.folder}: {copy.files} files")
        typer.echo(f"left out: {', '.join(copy.left_out) or 'nothing'}")
        if {"units", "persons"} & set(copy.left_out):
            typer.echo("units/ and persons/ tell of single persons, households and posts: they stay here")
