"""Making a study from the command line: the folder, what is seen meanwhile, what is said at the end."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

import typer

from experiments.commands.options import INTERRUPTED, SOME_FAILED, wide_console

if TYPE_CHECKING:
    from analysis.study import Study
    from experiments.study import Finished, Options
    from experiments.watch import Watch
    from simulation.scenario import Scenario

_SUMMARY_WIDTH = 110


def make_folder(folder: Path) -> None:
    """Make the result folder; DesignError if it can't be written."""
    from experiments.faults import DesignError

    if folder.exists() and not folder.is_dir():
        raise DesignError(f"{folder} is a file; name a folder for the results with --out")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder):
            pass  # being able to make one is the question
    except OSError as error:
        raise DesignError(f"{folder} can't be written ({error.strerror}); name another folder with --out") from None


def check_apart(folder: Path) -> None:
    """Refuse a folder that is or lies within a study, which would have files then that don't belong to it."""
    from analysis.folder import DESIGN_FILE, MANIFEST
    from experiments.faults import DesignError

    for one in (folder.resolve(), *folder.resolve().parents):
        if (one / MANIFEST).exists() and (one / DESIGN_FILE).exists():
            raise DesignError(f"{folder} lies in the study {one}, which stays as it is: name another folder with --out")


def watch_of(quiet: bool, json_lines: bool) -> "Watch":
    """Choose how progress is told."""
    from rich.console import Console

    from experiments.console import watch_on

    return watch_on(Console(stderr=True), quiet, typer.echo if json_lines else None)


def finished(scenario: "Scenario", folder: Path, options: "Options", *, quiet: bool, json_lines: bool) -> "Finished":
    """Make a study and tell how it comes on; exit status 130 if it was interrupted."""
    from experiments.study import run_study

    watch = watch_of(quiet, json_lines)
    try:
        return run_study(scenario, folder, watch=watch, options=options)
    except KeyboardInterrupt:
        watch.close()
        typer.echo(f"interrupted: what finished is kept in {folder}; the same command goes on from there", err=True)
        raise typer.Exit(INTERRUPTED) from None
    finally:
        watch.close()


def report(done: "Finished", folder: Path, quiet: bool) -> None:
    """Say what came out; exit status 1 if a run failed."""
    if done.study is not None and not quiet:
        print_study(done.study)
        if done.ended:
            typer.echo(done.ended)
        typer.echo(f"results: {folder}")
    for file in done.failures:
        where = (
            f"its traceback is in {file}" if file.exists() else "its traceback is gone: --retry-failed makes it again"
        )
        typer.echo(f"failed: {file.stem}; {where}", err=True)
    if done.failures:
        raise typer.Exit(SOME_FAILED)


def print_study(study: "Study") -> None:
    """Print the comparison of a study."""
    from experiments.summary import print_summary

    print_summary(study, wide_console(_SUMMARY_WIDTH))


def make(scenario: "Scenario", folder: Path, options: "Options", *, quiet: bool, json_lines: bool) -> None:
    """Make a study and say what came out; exit status 1 if a run failed, 130 if it was interrupted."""
    report(finished(scenario, folder, options, quiet=quiet, json_lines=json_lines), folder, quiet or json_lines)
