"""`relosim new`: a scenario to start from."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import BAD_INPUT


def new(name: Annotated[str, typer.Argument(help="name of the scenario", metavar="NAME")]) -> None:
    """Write NAME.yaml: a commented scenario to start from."""
    import os
    import shlex

    import scenarios
    from experiments.template import scenario_text

    file = Path(f"{name.removesuffix('.yaml')}.yaml")
    if file.exists():
        typer.echo(f"{file} exists already; choose another name", err=True)
        raise typer.Exit(BAD_INPUT)
    if not file.parent.is_dir():
        typer.echo(f"there is no folder {file.parent}; make it first, or choose a name without it", err=True)
        raise typer.Exit(BAD_INPUT)
    region = Path(next(iter(scenarios.__path__))) / "qianxi.yaml"
    base = Path(os.path.relpath(region, file.resolve().parent)).as_posix()
    file.write_text(scenario_text(file.stem, base, str(file)), "utf-8")
    typer.echo(f"wrote {file}; next: relosim check {shlex.quote(str(file))}")
