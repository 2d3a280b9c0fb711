"""`relosim figures`: figures of a finished study, drawn into a folder beside it."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.making import make_folder
from experiments.commands.options import Folder, refusals

_KINDS = "trajectory, forest, heat, map, residence, activity, tornado, plane or acceptability"


def figures(
    folder: Folder,
    kind: Annotated[
        list[str] | None, typer.Option(help=f"{_KINDS}; may be repeated; all that can be drawn if left out")
    ] = None,
    arm: Annotated[
        list[str] | None, typer.Option("--arm", help="an arm, or baseline; may be repeated; those that fit if left out")
    ] = None,
    outcome: Annotated[
        list[str] | None, typer.Option(help="a recorded outcome; may be repeated; the report's if left out")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="folder of the files; DIR-figures beside it if left out", metavar="DIR")
    ] = None,
) -> None:
    """Draw figures of a finished study as PNG and SVG, with a text that says what is seen in both."""
    with refusals():
        from analysis.drawing import saved
        from analysis.gallery import gallery
        from analysis.months import ResultsError
        from analysis.study import load

        found = gallery(load(folder), kind, arm, outcome)
        place = out or folder.resolve().with_name(f"{folder.resolve().name}-figures")
        make_folder(place)
        left_out: dict[str, list[str]] = {}
        count = 0
        for one in found:
            if one.picture is None:
                left_out.setdefault(one.why_not, []).append(one.name)
                continue
            for file in saved(one.picture, place, one.name):
                typer.echo(file)
            count += 1
        said = [f"not drawn: {', '.join(names)}: {why_not}" for why_not, names in left_out.items()]
        if not count:
            raise ResultsError("\n".join(said))
        for line in said:
            typer.echo(line, err=True)
