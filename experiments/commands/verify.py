"""`relosim verify`: proof that files and runs of a study are what they were."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import SOME_FAILED, Folder, refusals

if TYPE_CHECKING:
    from analysis.study import Study


def verify(
    folder: Folder, sample: Annotated[int | None, typer.Option(help="how many runs; all if left out", min=1)] = None
) -> None:
    """Compare every file with the manifest, make runs again and compare bit for bit; exit status 1 if one differs."""
    with refusals():
        from analysis.lists import SHARED
        from analysis.study import load

        study = load(folder)
        if SHARED in study.manifest:
            _verify_copy(study)
            return
        if not (_same_files(study) & _same_runs(study, sample)):
            typer.echo(f"study {study.hash}: NOT as it was made")
            raise typer.Exit(SOME_FAILED)
        typer.echo(f"study {study.hash}: verified")


def _verify_copy(study: "Study") -> None:
    """Check what a copy to hand on can tell: its files, and the rows of its runs."""
    from experiments.verify import changed_rows

    changed = changed_rows(study)
    for name in changed:
        typer.echo(f"{name}: its rows aren't those that were recorded")
    if not _same_files(study) or changed:
        typer.echo(f"study {study.hash}: NOT as it was copied")
        raise typer.Exit(SOME_FAILED)
    typer.echo("a copy to hand on: its runs can't be made again without the inputs, which it leaves out")
    typer.echo(f"study {study.hash}: files verified")


def _same_files(study: "Study") -> bool:
    from experiments.verify import changed_files

    broken = changed_files(study)
    for file in broken:
        typer.echo(f"{file.name} {file.what}")
    listed = len(study.manifest["outputs"]) + len(study.manifest["inputs"])
    typer.echo(f"files: {listed} listed, {len(broken)} differ")
    return not broken


def _same_runs(study: "Study", sample: int | None) -> bool:
    from experiments.verify import verify as verified

    same = True
    for one in verified(study, sample):
        typer.echo(f"{one.run.name}: {'same bits' if one.same else 'DIFFERS'}")
        same &= one.same
    return same
