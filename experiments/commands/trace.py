"""`relosim trace`: each decision of some households, in the baseline and in an arm."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from typing import Annotated

import typer

from experiments.commands.options import Folder, Quiet, refusals

_MOST = 20


def trace(
    folder: Folder,
    arm: Annotated[str, typer.Option(help="the arm that is told beside the baseline")],
    household: Annotated[
        list[str] | None, typer.Option(help="uid of a household; may be repeated, or several with commas")
    ] = None,
    person: Annotated[
        list[str] | None, typer.Option(help="uid of a person, whose household is told; as --household")
    ] = None,
    replicate: Annotated[int, typer.Option(help="whose luck", min=0)] = 0,
    draw: Annotated[int, typer.Option(help="draw of the uncertain parameters", min=0)] = 0,
    decisions: Annotated[int, typer.Option(help="decisions that are printed; the file has all", min=0)] = _MOST,
    quiet: Quiet = False,
) -> None:
    """Make two runs again and tell each decision of some households: options, chances, draws and what decided."""
    with refusals():
        from experiments.recorded import recorded_in
        from experiments.trace import Question, uids_of
        from experiments.trace import trace as traced
        from experiments.trace_story import chains, story

        question = Question(
            arm, replicate, draw, uids_of("--household", household or ()), uids_of("--person", person or ())
        )
        study = recorded_in(folder)
        done = traced(study, study.scenario(), question)
        if not quiet:
            for line in (*chains(folder, done), *story(done, decisions)):
                typer.echo(line)
            typer.echo(f"told of: {', '.join(done.explained)}; other processes tell nothing of single decisions")
        typer.echo(f"trace: {done.file}")
